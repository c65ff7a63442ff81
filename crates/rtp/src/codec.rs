//! The audio codecs that a call can speak, and what RTP and SDP know of them.

/// Bits a second of Opus as we send it: wideband speech with some redundancy against loss (RFC 7587 section 3.1.1 names
/// 16 to 20 kbit/s without).
pub const OPUS_BITRATE: u32 = 24_000;

/// Milliseconds of sound in a packet of Opus; the only packet time that prompts exist in.
pub const OPUS_PACKET_MS: u32 = 20;

/// An audio codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// G.711 mu-law, static payload type 0.
    Pcmu,
    /// G.711 A-law, static payload type 8.
    Pcma,
    /// G.722 at 64 kbit/s, static payload type 9.
    G722,
    /// Opus (RFC 6716), dynamic payload type (RFC 7587).
    Opus,
}

impl Codec {
    /// Every codec.
    pub const ALL: [Self; 4] = [Self::Pcmu, Self::Pcma, Self::G722, Self::Opus];

    /// The payload type of RFC 3551 table 4; `None` where it is negotiated for each call.
    pub const fn static_payload_type(self) -> Option<u8> {
        match self {
            Self::Pcmu => Some(0),
            Self::Pcma => Some(8),
            Self::G722 => Some(9),
            Self::Opus => None,
        }
    }

    /// Hz of the RTP timestamp. It is not always the sampling rate: G.722 samples 16,000 times a second and counts
    /// 8,000 (an error of RFC 1890 that RFC 3551 section 4.5.2 keeps), and Opus counts 48,000 whatever it samples
    /// (RFC 7587 section 4.1).
    pub const fn clock_rate(self) -> u32 {
        match self {
            Self::Pcmu | Self::Pcma | Self::G722 => 8_000,
            Self::Opus => 48_000,
        }
    }

    /// The encoding name of `a=rtpmap`.
    pub const fn encoding_name(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU",
            Self::Pcma => "PCMA",
            Self::G722 => "G722",
            Self::Opus => "opus",
        }
    }

    /// The channels of `a=rtpmap`: two for Opus, also where only one is ever sent (RFC 7587 section 7).
    pub const fn rtpmap_channels(self) -> u8 {
        match self {
            Self::Pcmu | Self::Pcma | Self::G722 => 1,
            Self::Opus => 2,
        }
    }

    /// The codec of that name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|codec| codec.encoding_name().eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::Codec;

    #[test]
    fn codecs_are_found_by_name_in_any_case() {
        assert_eq!(Codec::named("pcma"), Some(Codec::Pcma));
        assert_eq!(Codec::named("g722"), Some(Codec::G722));
        assert_eq!(Codec::named("OPUS"), Some(Codec::Opus));
        assert_eq!(Codec::named("GSM"), None);
    }
}
