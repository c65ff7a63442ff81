//! Why a session description cannot be accepted, and what SIP says about it.

use super::CryptoFault;

/// A session description that we do not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdpRefusal {
    /// Not an SDP, or one without what RFC 8866 demands.
    #[error("malformed session description: {0}")]
    Malformed(String),
    /// Larger than we read, or with more m-lines than we answer.
    #[error("session description too large: {0}")]
    TooLarge(&'static str),
    /// No m-line of type audio.
    #[error("no audio stream offered")]
    NoAudio,
    /// The audio stream has port 0.
    #[error("the audio stream is switched off (port 0)")]
    AudioDisabled,
    /// SRTP is asked for where it is off, or by another way than SDES.
    #[error("secure media `{0}` is not accepted; RTP/AVP is, or RTP/SAVP with a=crypto where SRTP is on")]
    SecureMedia(String),
    /// SRTP with keys from DTLS.
    #[error("DTLS-SRTP (`{0}` with a=fingerprint) is not supported, keys in a=crypto are")]
    Dtls(String),
    /// SRTP is required here, and was not offered.
    #[error("SRTP is required, and no a=crypto was offered")]
    PlainMedia,
    /// SRTP is offered in ways that we do not take.
    #[error("{0}")]
    Crypto(#[from] CryptoFault),
    /// Neither RTP/AVP nor SRTP.
    #[error("media transport `{0}` is not supported, RTP/AVP is")]
    Transport(String),
    /// None of our codecs is on the line.
    #[error("no common audio codec")]
    NoCommonCodec,
    /// The connection address is a name for which no address was found.
    #[error("no address was found for the host name `{0}` in c=")]
    HostName(String),
    /// Another network than the Internet.
    #[error("the network `{0}` in c= is not supported, IN is")]
    Network(String),
    /// No address of its family.
    #[error("the address `{0}` in c= is none of IP4 or IP6")]
    AddressFormat(String),
    /// We have no media address from which it is reached: none of its family, or none with a way to it.
    #[error("no media address from which {0} is reached")]
    AddressFamily(std::net::IpAddr),
    /// A broadcast address, or another that is no single host's.
    #[error("the address {0} in c= is not a host address")]
    NoHost(std::net::IpAddr),
    /// A loopback address of a peer that is not on this host.
    #[error("the loopback address {0} in c= is reached on the peer's own host only")]
    Loopback(std::net::IpAddr),
    /// A multicast address.
    #[error("multicast address {0} is not accepted")]
    Multicast(std::net::IpAddr),
}

impl SdpRefusal {
    /// The SIP status of the refusal.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::TooLarge(_) => 413,
            Self::NoAudio
            | Self::AudioDisabled
            | Self::SecureMedia(_)
            | Self::Dtls(_)
            | Self::PlainMedia
            | Self::Crypto(_)
            | Self::Transport(_)
            | Self::NoCommonCodec
            | Self::HostName(_)
            | Self::Network(_)
            | Self::AddressFormat(_)
            | Self::AddressFamily(_)
            | Self::NoHost(_)
            | Self::Loopback(_)
            | Self::Multicast(_) => 488,
        }
    }

    /// Warn-code and text (RFC 3261 section 20.43); the caller adds the warn-agent.
    pub const fn warning(&self) -> (u16, &'static str) {
        match self {
            Self::Malformed(_) => (399, "Malformed session description"),
            Self::TooLarge(_) => (399, "Session description too large"),
            Self::NoAudio => (304, "Media type not available: audio is needed"),
            Self::AudioDisabled => (304, "Media type not available: audio has port 0"),
            Self::SecureMedia(_) => (
                302,
                "Incompatible transport protocol: RTP/AVP, or RTP/SAVP where SRTP is on",
            ),
            Self::Dtls(_) => (
                302,
                "Incompatible transport protocol: no DTLS-SRTP, a=crypto (SDES) is needed",
            ),
            Self::PlainMedia => (
                302,
                "Incompatible transport protocol: RTP/SAVP with a=crypto is needed",
            ),
            Self::Crypto(fault) => (399, fault.text()),
            Self::Transport(_) => (302, "Incompatible transport protocol: RTP/AVP is needed"),
            Self::NoCommonCodec => (305, "Incompatible media format: no common audio codec"),
            Self::HostName(_) => (
                301,
                "Incompatible network address format: no address for the host name in c=",
            ),
            Self::Network(_) => (300, "Incompatible network protocol: IN is needed"),
            Self::AddressFormat(_) => (
                301,
                "Incompatible network address format: an IP4 or IP6 address is needed",
            ),
            Self::AddressFamily(_) => (
                300,
                "Incompatible network protocol: no media address of that family or with a way there",
            ),
            Self::NoHost(_) => (
                301,
                "Incompatible network address format: the address of a host is needed",
            ),
            Self::Loopback(_) => (
                301,
                "Incompatible network address format: a loopback address is not reached from here",
            ),
            Self::Multicast(_) => (330, "Multicast not available"),
        }
    }
}
