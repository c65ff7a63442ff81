//! The audio codecs that can be negotiated.

use super::description::{MediaLine, RtpMap};

/// An audio codec. G.722 and Opus join when they are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    /// G.711 mu-law, static payload type 0.
    Pcmu,
    /// G.711 A-law, static payload type 8.
    Pcma,
}

impl Codec {
    /// The payload type of RFC 3551 table 4.
    pub const fn static_payload_type(self) -> u8 {
        match self {
            Self::Pcmu => 0,
            Self::Pcma => 8,
        }
    }

    /// RTP clock rate in Hz.
    pub const fn clock_rate(self) -> u32 {
        match self {
            Self::Pcmu | Self::Pcma => 8000,
        }
    }

    /// The encoding name of `a=rtpmap`.
    pub const fn encoding_name(self) -> &'static str {
        match self {
            Self::Pcmu => "PCMU",
            Self::Pcma => "PCMA",
        }
    }

    /// The codec that `payload_type` stands for on `line`: by its rtpmap, or by RFC 3551 where there is none.
    pub(super) fn of(payload_type: u8, line: &MediaLine) -> Option<Self> {
        let known = [Self::Pcmu, Self::Pcma];
        match line.rtpmap(payload_type) {
            Some(map) => known.into_iter().find(|codec| codec.is_named(map)),
            None => known
                .into_iter()
                .find(|codec| codec.static_payload_type() == payload_type),
        }
    }

    fn is_named(self, map: &RtpMap) -> bool {
        map.encoding.eq_ignore_ascii_case(self.encoding_name())
            && map.clock_rate == self.clock_rate()
            && map.channels == 1
    }
}
