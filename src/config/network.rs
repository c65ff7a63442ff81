//! Addresses as operators write them.

use std::net::SocketAddr;
use std::str::FromStr;

use super::media::SrtpMode;
use aftercall_sip::event::Transport;

/// Where signalling listens: `0.0.0.0:5060` for UDP and TCP, `udp:0.0.0.0:5060` or `tcp:[::]:5060` for one; with
/// `;srtp=required` (or `optional`, `off`) behind it, another rule for the calls that come there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// `None` for both.
    pub transport: Option<Transport>,
    /// Address and port.
    pub address: SocketAddr,
    /// Whether the audio of calls that come here may or must be protected; `None` leaves it to `media.srtp`.
    pub srtp: Option<SrtpMode>,
}

impl Listener {
    /// The transports that this entry asks for.
    pub fn transports(self) -> Vec<Transport> {
        self.transport
            .map_or_else(|| vec![Transport::Udp, Transport::Tcp], |one| vec![one])
    }
}

impl FromStr for Listener {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (place, srtp) = match text.split_once(';') {
            None => (text, None),
            Some((place, parameter)) => (place, Some(srtp(parameter)?)),
        };
        let (transport, address) = match place.split_once(':') {
            Some(("udp", rest)) => (Some(Transport::Udp), rest),
            Some(("tcp", rest)) => (Some(Transport::Tcp), rest),
            Some(_) | None => (None, place),
        };
        let address = address.parse().map_err(|_| {
            format!("`{text}` is not ADDRESS:PORT; write for example \"0.0.0.0:5060\" or \"tcp:[::]:5060\"")
        })?;
        Ok(Self {
            transport,
            address,
            srtp,
        })
    }
}

/// `srtp=required`.
fn srtp(parameter: &str) -> Result<SrtpMode, String> {
    match parameter.split_once('=') {
        Some(("srtp", mode)) => mode.parse(),
        Some(_) | None => Err(format!(
            "`;{parameter}` is not known; write for example \"0.0.0.0:5060;srtp=required\""
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::{Listener, SrtpMode};
    use aftercall_sip::event::Transport;

    #[test]
    fn listener_without_transport_means_both() {
        let both = "0.0.0.0:5060".parse::<Listener>().unwrap();
        assert_eq!(both.transports(), [Transport::Udp, Transport::Tcp]);
        let tcp = "tcp:[::1]:5060".parse::<Listener>().unwrap();
        assert_eq!(tcp.transports(), [Transport::Tcp]);
        assert!("localhost".parse::<Listener>().is_err());
    }

    #[test]
    fn listener_may_have_its_own_rule_for_srtp() {
        let listener = |text: &str| text.parse::<Listener>();
        let strict = listener("tcp:[::1]:5062;srtp=required").unwrap();
        assert_eq!(strict.srtp, Some(SrtpMode::Required));
        assert_eq!(strict.address.port(), 5062);
        assert_eq!(listener("0.0.0.0:5060").unwrap().srtp, None);
        for text in [
            "0.0.0.0:5060;",
            "0.0.0.0:5060;srtp",
            "0.0.0.0:5060;srtp=yes",
            "0.0.0.0:5060;tls=on",
        ] {
            assert!(listener(text).is_err(), "{text}");
        }
    }
}
