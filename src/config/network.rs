//! Addresses as operators write them.

use std::net::SocketAddr;
use std::str::FromStr;

use crate::sip::event::Transport;

/// Where signalling listens: `0.0.0.0:5060` for UDP and TCP, `udp:0.0.0.0:5060` or `tcp:[::]:5060` for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listener {
    /// `None` for both.
    pub transport: Option<Transport>,
    /// Address and port.
    pub address: SocketAddr,
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
        let (transport, address) = match text.split_once(':') {
            Some(("udp", rest)) => (Some(Transport::Udp), rest),
            Some(("tcp", rest)) => (Some(Transport::Tcp), rest),
            Some(_) | None => (None, text),
        };
        let address = address.parse().map_err(|_| {
            format!("`{text}` is not ADDRESS:PORT; write for example \"0.0.0.0:5060\" or \"tcp:[::]:5060\"")
        })?;
        Ok(Self { transport, address })
    }
}

#[cfg(test)]
mod tests {
    use super::Listener;
    use crate::sip::event::Transport;

    #[test]
    fn listener_without_transport_means_both() {
        let both = "0.0.0.0:5060".parse::<Listener>().unwrap();
        assert_eq!(both.transports(), [Transport::Udp, Transport::Tcp]);
        let tcp = "tcp:[::1]:5060".parse::<Listener>().unwrap();
        assert_eq!(tcp.transports(), [Transport::Tcp]);
        assert!("localhost".parse::<Listener>().is_err());
    }
}
