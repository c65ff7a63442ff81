//! Addresses as operators write them.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use serde::Deserialize;

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

impl TryFrom<String> for Listener {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (transport, address) = match text.split_once(':') {
            Some(("udp", rest)) => (Some(Transport::Udp), rest),
            Some(("tcp", rest)) => (Some(Transport::Tcp), rest),
            Some(_) | None => (None, text.as_str()),
        };
        let address = address.parse().map_err(|_| {
            format!("`{text}` is not ADDRESS:PORT; write for example \"0.0.0.0:5060\" or \"tcp:[::]:5060\"")
        })?;
        Ok(Self { transport, address })
    }
}

/// A network in CIDR notation: `10.0.0.0/8`, `fd00::/8`; a bare address is itself alone.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether the address lies in this network. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(host)) => {
                shares_prefix(net.to_bits().into(), host.to_bits().into(), 32 - self.prefix)
            }
            (IpAddr::V6(net), IpAddr::V6(host)) => {
                shares_prefix(net.to_bits(), host.to_bits(), 128 - self.prefix)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

fn shares_prefix(left: u128, right: u128, host_bits: u8) -> bool {
    (left ^ right).checked_shr(host_bits.into()).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse =
            || format!("`{text}` is not a network; write for example \"10.0.0.0/8\" or \"192.0.2.7\"");
        let (address, prefix) = text
            .split_once('/')
            .map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.trim().parse().map_err(|_| refuse())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(digits) => digits
                .trim()
                .parse()
                .ok()
                .filter(|bits| *bits <= widest)
                .ok_or_else(refuse)?,
            None => widest,
        };
        Ok(Self { address, prefix })
    }
}

impl TryFrom<String> for Network {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Loopback, private and link-local networks: who may call by default.
pub fn private_networks() -> Vec<Network> {
    [
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    ]
    .into_iter()
    .map(|text| text.parse().expect("the default networks are well written"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::{Listener, Network, private_networks};
    use crate::sip::event::Transport;

    #[test]
    fn network_holds_its_hosts_and_no_others() {
        let network: Network = "172.16.0.0/12".parse().unwrap();
        assert!(network.contains("172.31.255.255".parse().unwrap()));
        assert!(
            network.contains("::ffff:172.16.0.1".parse().unwrap()),
            "mapped IPv4 is IPv4"
        );
        assert!(!network.contains("172.32.0.0".parse().unwrap()));
        assert!(!network.contains("fd00::1".parse().unwrap()));
        let everything: Network = "0.0.0.0/0".parse().unwrap();
        assert!(everything.contains("198.51.100.1".parse().unwrap()));
    }

    #[test]
    fn strangers_are_in_no_default_network() {
        for stranger in ["198.51.100.7", "2001:db8::1", "8.8.8.8"] {
            let address = stranger.parse().unwrap();
            assert!(
                !private_networks().iter().any(|network| network.contains(address)),
                "{stranger}"
            );
        }
    }

    #[test]
    fn malformed_networks_are_refused() {
        for text in ["", "10.0.0.0/33", "10.0.0/8", "::1/129", "a/8", "10.0.0.0/-1"] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }

    #[test]
    fn listener_without_transport_means_both() {
        let both = Listener::try_from("0.0.0.0:5060".to_owned()).unwrap();
        assert_eq!(both.transports(), [Transport::Udp, Transport::Tcp]);
        let tcp = Listener::try_from("tcp:[::1]:5060".to_owned()).unwrap();
        assert_eq!(tcp.transports(), [Transport::Tcp]);
        assert!(Listener::try_from("localhost".to_owned()).is_err());
    }
}
