//! What the operator lets us speak.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::{Codec, Ptime};
use crate::srtp::Suite;

/// Our side of every negotiation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Codecs in the operator's order: the first that the peer offers is taken.
    pub codecs: Vec<Codec>,
    /// The payload type for telephone-event in our own offers; `None` switches RFC 4733 off.
    pub telephone_event: Option<u8>,
    /// The packet time that we offer, and use when the peer asks for none.
    pub ptime: Ptime,
    /// Whether RTCP may share the media port (RFC 5761).
    pub rtcp_mux: bool,
    /// The address families that we have media addresses in.
    pub families: AddressFamilies,
    /// Whether the peer is on this host: only then is a loopback address one of its own.
    pub loopback: bool,
    /// Whether audio may or must be protected.
    pub srtp: SrtpPolicy,
    /// SRTP suites in the operator's order: the first that the peer offers is taken.
    pub suites: Vec<Suite>,
}

impl Default for Capabilities {
    fn default() -> Self {
        Self {
            codecs: vec![Codec::Pcma, Codec::Pcmu],
            telephone_event: Some(101),
            ptime: Ptime::default(),
            rtcp_mux: true,
            families: AddressFamilies::Both,
            loopback: true,
            srtp: SrtpPolicy::Off,
            suites: Suite::ALL.to_vec(),
        }
    }
}

/// Whether audio may or must be protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SrtpPolicy {
    /// Never: a stream that must be protected is refused, keys beside a plain one are passed over.
    Off,
    /// As the peer offers. What we offer first is plain; a call that is protected stays so in our offers.
    Optional,
    /// Always: a stream without keys is refused.
    Required,
}

/// Whose order of codecs counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Preference {
    /// Answering: the operator's.
    Ours,
    /// Reading an answer: the answerer's (RFC 3264 section 7).
    Theirs,
}

/// Address families for media.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFamilies {
    /// IPv4 and IPv6.
    Both,
    /// IPv4 only.
    Ipv4,
    /// IPv6 only.
    Ipv6,
}

impl AddressFamilies {
    /// Whether media can go to `address`.
    pub const fn reach(self, address: IpAddr) -> bool {
        match self {
            Self::Both => true,
            Self::Ipv4 => address.is_ipv4(),
            Self::Ipv6 => address.is_ipv6(),
        }
    }

    /// The family of `address` alone.
    pub const fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::Ipv4,
            IpAddr::V6(_) => Self::Ipv6,
        }
    }

    /// The unspecified address that stands for `address` where only these families are spoken.
    pub(super) const fn unspecified(self, address: IpAddr) -> IpAddr {
        match self {
            Self::Both => address,
            Self::Ipv4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            Self::Ipv6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        }
    }
}
