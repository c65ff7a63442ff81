//! Why a session description cannot be accepted, and what SIP says about it.

use super::CryptoFault;

/// A session description that we do not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
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
    /// The connection address is a name; media threads do not resolve names.
    #[error("the connection address `{0}` is a host name, an IP address is needed")]
    HostName(String),
    /// A family in which we have no media address.
    #[error("no media address in the family of {0}")]
    AddressFamily(std::net::IpAddr),
    /// A multicast address.
    #[error("multicast address {0} is not accepted")]
    Multicast(std::net::IpAddr),
}

impl Refusal {
    /// The SIP status of the refusal.
    pub const fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::TooLarge(_) => 413,
            Self::NoAudio
            | Self::AudioDisabled
            | Self::SecureMedia(_)
            | Self::PlainMedia
            | Self::Crypto(_)
            | Self::Transport(_)
            | Self::NoCommonCodec
            | Self::HostName(_)
            | Self::AddressFamily(_)
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
            Self::PlainMedia => (
                302,
                "Incompatible transport protocol: RTP/SAVP with a=crypto is needed",
            ),
            Self::Crypto(fault) => (399, fault.text()),
            Self::Transport(_) => (302, "Incompatible transport protocol: RTP/AVP is needed"),
            Self::NoCommonCodec => (305, "Incompatible media format: no common audio codec"),
            Self::HostName(_) => (
                301,
                "Incompatible network address format: an IP address is needed",
            ),
            Self::AddressFamily(_) => (300, "Incompatible network protocol: address family"),
            Self::Multicast(_) => (330, "Multicast not available"),
        }
    }
}
