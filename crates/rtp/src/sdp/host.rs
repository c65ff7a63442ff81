//! The address of a `c=` (RFC 8866 section 5.7): where the peer wants media.
//!
//! ```text
//!   c=IN IP4 192.0.2.10/127      an address; TTL and count of multicast are left out
//!   c=IN IP6 pbx.example         a host name: looked up by whoever can wait, before it is negotiated
//!   c=IN IP4 2001:db8::1         neither: family and literal disagree
//! ```

use std::net::IpAddr;

use super::{AddressFamilies, Capabilities, SdpRefusal};

/// The longest host name (RFC 1035 section 2.3.4).
const LONGEST_NAME: usize = 253;

/// What a `c=` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Host {
    Ip(IpAddr),
    Name(HostName),
    /// Another network than the Internet.
    Network(String),
    /// A family of addresses that we do not know, or an address that is not of its family.
    Format(String),
}

/// A host name, and the family in which its address is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostName {
    /// As written.
    pub name: String,
    /// What its `c=` asks for: IPv4 or IPv6.
    pub family: AddressFamilies,
}

impl Host {
    /// Reads the three words of a `c=`.
    pub(super) fn read(network: &str, family: &str, address: &str) -> Self {
        if !network.eq_ignore_ascii_case("IN") {
            return Self::Network(network.to_owned());
        }
        let wanted = match family.to_ascii_uppercase().as_str() {
            "IP4" => AddressFamilies::Ipv4,
            "IP6" => AddressFamilies::Ipv6,
            _ => return Self::Format(format!("{family} {address}")),
        };
        let address = address.split('/').next().unwrap_or(address);
        match address.parse::<IpAddr>() {
            Ok(ip) if wanted.reach(ip) && ip.to_canonical() == ip => Self::Ip(ip),
            Err(_) if is_host_name(address) => Self::Name(HostName {
                name: address.to_owned(),
                family: wanted,
            }),
            // Also an IPv4 address in IPv6 notation: our answer could not say in which family it meets it.
            Ok(_) | Err(_) => Self::Format(format!("{family} {address}")),
        }
    }

    /// The address, where media can go to it.
    pub(super) fn usable(&self, capabilities: &Capabilities) -> Result<IpAddr, SdpRefusal> {
        let families = capabilities.families;
        match self {
            Self::Ip(ip) if ip.is_multicast() => Err(SdpRefusal::Multicast(*ip)),
            Self::Ip(ip) if is_no_host(*ip) => Err(SdpRefusal::NoHost(*ip)),
            // Of another host it would be our own: whatever listens there would be sent the prompts.
            Self::Ip(ip) if ip.is_loopback() && !capabilities.loopback => Err(SdpRefusal::Loopback(*ip)),
            // Nothing will be sent there (RFC 3264 section 8.4): its family says nothing.
            Self::Ip(ip) if ip.is_unspecified() => Ok(families.unspecified(*ip)),
            Self::Ip(ip) if !families.reach(*ip) => Err(SdpRefusal::AddressFamily(*ip)),
            Self::Ip(ip) => Ok(*ip),
            Self::Name(host) => Err(SdpRefusal::HostName(host.name.clone())),
            Self::Network(network) => Err(SdpRefusal::Network(network.clone())),
            Self::Format(address) => Err(SdpRefusal::AddressFormat(address.clone())),
        }
    }
}

/// Whether an address is no single host's: broadcast, and "this network" (RFC 6890 section 2.2.2) but for `0.0.0.0`, which
/// is hold.
fn is_no_host(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let is_this_network = ip.octets().starts_with(&[0]) && !ip.is_unspecified();
            ip.is_broadcast() || is_this_network
        }
        IpAddr::V6(_) => false,
    }
}

/// Labels of letters, digits, `-` and `_`; and no number, which a resolver would read as an address in another notation.
fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    let last = name.rsplit('.').next().unwrap_or_default();
    name.len() <= LONGEST_NAME
        && name.split('.').all(label)
        && last.starts_with(|first: char| first.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::{Host, HostName};
    use crate::sdp::AddressFamilies;

    #[test]
    fn addresses_names_and_what_is_neither_are_told_apart() {
        let ip = |text: &str| Host::Ip(text.parse().unwrap());
        let name = |name: &str, family| {
            Host::Name(HostName {
                name: name.to_owned(),
                family,
            })
        };
        let format = |text: &str| Host::Format(text.to_owned());
        for (words, host) in [
            (["IN", "IP4", "192.0.2.1"], ip("192.0.2.1")),
            (["in", "ip4", "224.2.1.1/127/3"], ip("224.2.1.1")),
            (["IN", "IP6", "2001:db8::1"], ip("2001:db8::1")),
            (
                ["IN", "IP4", "pbx.example"],
                name("pbx.example", AddressFamilies::Ipv4),
            ),
            (
                ["IN", "IP6", "media-1.pbx.example."],
                name("media-1.pbx.example.", AddressFamilies::Ipv6),
            ),
            (
                ["IN", "IP4", "localhost"],
                name("localhost", AddressFamilies::Ipv4),
            ),
            (["IX", "IP4", "192.0.2.1"], Host::Network("IX".to_owned())),
            (["ATM", "NSAP", "47.0005"], Host::Network("ATM".to_owned())),
            (["IN", "IP7", "192.0.2.1"], format("IP7 192.0.2.1")),
            (["IN", "IP4", "2001:db8::1"], format("IP4 2001:db8::1")),
            (["IN", "IP6", "192.0.2.1"], format("IP6 192.0.2.1")),
            (["IN", "IP6", "::ffff:192.0.2.1"], format("IP6 ::ffff:192.0.2.1")),
            (["IN", "IP4", "999.0.2.1"], format("IP4 999.0.2.1")),
            (["IN", "IP4", "010.0.0.1"], format("IP4 010.0.0.1")),
            (["IN", "IP4", "3232235777"], format("IP4 3232235777")),
            (["IN", "IP4", "0x7f.1"], format("IP4 0x7f.1")),
            (["IN", "IP6", "fe80::1%eth0"], format("IP6 fe80::1%eth0")),
            (["IN", "IP6", "[2001:db8::1]"], format("IP6 [2001:db8::1]")),
            (["IN", "IP4", "a..b"], format("IP4 a..b")),
            (["IN", "IP4", "-"], format("IP4 -")),
            (["IN", "IP4", "a;b"], format("IP4 a;b")),
            (["IN", "IP4", ""], format("IP4 ")),
        ] {
            let [network, family, address] = words;
            assert_eq!(Host::read(network, family, address), host, "{words:?}");
        }
    }
}
