//! Networks, as an operator writes them: `10.0.0.0/8`, `fd00::/8`, `192.0.2.7`.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A network: an address and how many of its leading bits count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr {
    network: IpAddr,
    prefix: u8,
}

/// A text that is not a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseCidrError {
    /// Before the slash stands no address.
    #[error("`{0}` is not an IP address or network such as 10.0.0.0/8")]
    Address(String),
    /// After the slash stands no number, or too large a one.
    #[error("`{0}`: the prefix length goes from 0 to {1}")]
    Prefix(String, u8),
    /// The address has bits set that do not count: probably a typing error.
    #[error("`{0}` has bits after its prefix; did you mean {1}?")]
    HostBits(String, Cidr),
}

impl Cidr {
    /// Loopback, private and link-local networks: who may call by default.
    pub const LOCAL: [Self; 8] = [
        Self::v4([127, 0, 0, 0], 8),
        Self::v4([10, 0, 0, 0], 8),
        Self::v4([172, 16, 0, 0], 12),
        Self::v4([192, 168, 0, 0], 16),
        Self::v4([169, 254, 0, 0], 16),
        Self::v6([0, 0, 0, 0, 0, 0, 0, 1], 128),
        Self::v6([0xfc00, 0, 0, 0, 0, 0, 0, 0], 7),
        Self::v6([0xfe80, 0, 0, 0, 0, 0, 0, 0], 10),
    ];

    const fn v4(octets: [u8; 4], prefix: u8) -> Self {
        let [a, b, c, d] = octets;
        Self {
            network: IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
            prefix,
        }
    }

    const fn v6(groups: [u16; 8], prefix: u8) -> Self {
        let [a, b, c, d, e, f, g, h] = groups;
        Self {
            network: IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h)),
            prefix,
        }
    }

    /// Whether every address lies in it, of one version of IP.
    pub const fn is_everybody(&self) -> bool {
        self.prefix == 0
    }

    /// Whether the address lies in this network. An IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        masked(address.to_canonical(), self.prefix) == Some(self.network)
    }
}

const fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

/// The address with all bits after the prefix cleared; `None` when it has fewer bits than that.
fn masked(address: IpAddr, prefix: u8) -> Option<IpAddr> {
    let cleared = bits(address).checked_sub(prefix)?;
    Some(match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(cleared.into()).unwrap_or(0);
            Ipv4Addr::from_bits(v4.to_bits() & mask).into()
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(cleared.into()).unwrap_or(0);
            Ipv6Addr::from_bits(v6.to_bits() & mask).into()
        }
    })
}

impl FromStr for Cidr {
    type Err = ParseCidrError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address
            .trim()
            .parse()
            .map_err(|_| ParseCidrError::Address(text.to_owned()))?;
        let most = bits(address);
        let prefix = match prefix {
            None => most,
            Some(digits) => digits
                .trim()
                .parse()
                .ok()
                .filter(|prefix| *prefix <= most)
                .ok_or_else(|| ParseCidrError::Prefix(text.to_owned(), most))?,
        };
        let network = masked(address, prefix).unwrap_or(address);
        let cidr = Self { network, prefix };
        if network == address {
            Ok(cidr)
        } else {
            Err(ParseCidrError::HostBits(text.to_owned(), cidr))
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

/// What one person has at will, so that limits count it as one: an address of IPv4 (also one that is written in IPv6), or a /64 network of IPv6
/// (RFC 6177, section 2), by its first address.
pub fn one_holder(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Cidr, ParseCidrError};

    fn contains(network: &str, address: &str) -> bool {
        network
            .parse::<Cidr>()
            .unwrap()
            .contains(address.parse().unwrap())
    }

    #[test]
    fn network_contains_its_addresses_and_no_others() {
        assert!(contains("10.0.0.0/8", "10.255.0.1"));
        assert!(!contains("10.0.0.0/8", "11.0.0.1"));
        assert!(contains("192.0.2.7", "192.0.2.7"));
        assert!(contains("0.0.0.0/0", "203.0.113.9"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
        assert!(contains("::/0", "2001:db8::1"));
        assert!(!contains("::/0", "10.0.0.1"), "families are kept apart");
        assert!(contains("fd00::/8", "fd12::1"));
        assert!(contains("10.0.0.0/8", "::ffff:10.0.0.1"));
    }

    #[test]
    fn local_networks_are_loopback_and_private_ones() {
        let local = |address: &str| {
            let address = address.parse().unwrap();
            Cidr::LOCAL.iter().any(|network| network.contains(address))
        };
        for address in [
            "127.0.0.1",
            "::1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "fd00::1",
            "fe80::1",
        ] {
            assert!(local(address), "{address}");
        }
        for address in ["8.8.8.8", "172.32.0.1", "2001:db8::1"] {
            assert!(!local(address), "{address}");
        }
    }

    #[test]
    fn typing_errors_are_refused_with_a_mend() {
        assert!(matches!(
            "10.0.0/8".parse::<Cidr>(),
            Err(ParseCidrError::Address(_))
        ));
        assert!(matches!(
            "10.0.0.0/33".parse::<Cidr>(),
            Err(ParseCidrError::Prefix(_, 32))
        ));
        let fix = "10.1.2.3/8".parse::<Cidr>().unwrap_err().to_string();
        assert_eq!(
            fix,
            "`10.1.2.3/8` has bits after its prefix; did you mean 10.0.0.0/8?"
        );
    }

    #[test]
    fn one_network_of_ipv6_and_one_address_of_ipv4_have_one_holder() {
        let holder = |text: &str| super::one_holder(text.parse().unwrap());
        assert_eq!(holder("2001:db8:1:2:3:4:5:6"), holder("2001:db8:1:2::9"));
        assert_ne!(holder("2001:db8:1:2::9"), holder("2001:db8:1:3::9"));
        assert_eq!(holder("::ffff:192.0.2.1"), holder("192.0.2.1"));
        assert_ne!(holder("192.0.2.1"), holder("192.0.2.2"));
    }
}
