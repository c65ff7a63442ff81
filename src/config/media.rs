//! `[media]`: ports, threads, codecs and protection of the media plane.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

use super::value::{Span, one_or_many};
use aftercall_rtp::Codec;
use aftercall_rtp::srtp::Suite;

/// `[media]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MediaSettings {
    /// UDP ports for RTP (even) and RTCP (odd): `"20000-29999"`.
    pub ports: PortRange,
    /// The address offered in SDP, when it is not the one that signalling arrived at (NAT).
    pub advertised: Option<IpAddr>,
    /// Media threads; 0 means one per core.
    pub threads: usize,
    /// Whether media threads ask for real-time scheduling (`SCHED_FIFO`).
    pub realtime: bool,
    /// New calls are refused while media threads are this far behind their schedule; `"0s"` never refuses.
    pub late_limit: Span,
    /// Codecs in order of preference.
    #[serde(deserialize_with = "one_or_many")]
    pub codecs: Vec<CodecName>,
    /// When keys are looked for in the audio.
    pub in_band_dtmf: InBandDtmfWord,
    /// Whether audio may or must be protected, where a listener of `sip.listen` does not say.
    pub srtp: SrtpMode,
    /// SRTP suites in order of preference.
    #[serde(deserialize_with = "one_or_many")]
    pub srtp_suites: Vec<Suite>,
    /// A call whose peer sends no RTP for this long is ended, except on hold.
    pub silence_timeout: Span,
    /// A released port rests this long before it serves another call.
    pub port_quarantine: Span,
}

impl Default for MediaSettings {
    fn default() -> Self {
        Self {
            ports: PortRange {
                first: 20_000,
                last: 29_999,
            },
            advertised: None,
            threads: 0,
            realtime: true,
            late_limit: Span(Duration::from_millis(5)),
            codecs: Codec::ALL.into_iter().map(CodecName).collect(),
            in_band_dtmf: InBandDtmfWord::Auto,
            srtp: SrtpMode::Optional,
            srtp_suites: Suite::ALL.to_vec(),
            silence_timeout: Span::seconds(30),
            port_quarantine: Span::seconds(5),
        }
    }
}

/// An inclusive range of UDP ports that holds at least one even-odd pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct PortRange {
    /// First port.
    pub first: u16,
    /// Last port.
    pub last: u16,
}

impl PortRange {
    /// How many even ports have the odd one above them in the range.
    pub fn pairs(self) -> usize {
        let first = u32::from(self.first).next_multiple_of(2);
        (first..u32::from(self.last)).step_by(2).count()
    }
}

impl TryFrom<String> for PortRange {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parsed = text
            .split_once('-')
            .and_then(|(first, last)| Some((first.trim().parse().ok()?, last.trim().parse().ok()?)));
        match parsed {
            Some((first, last)) if first >= 1024 && last > first => Ok(Self { first, last }),
            Some(_) | None => Err(format!(
                "`{text}` is not a range of ports from 1024 up; write for example \"20000-29999\""
            )),
        }
    }
}

/// When keys are looked for in the audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum InBandDtmfWord {
    /// Where telephone-event was not negotiated.
    Auto,
    /// In every call.
    Always,
    /// In none.
    Never,
}

/// Whether the audio of a call is protected by SRTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum SrtpMode {
    /// Never.
    Off,
    /// When the caller offers it.
    Optional,
    /// Always; a call without is refused.
    Required,
}

impl FromStr for SrtpMode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "off" => Ok(Self::Off),
            "optional" => Ok(Self::Optional),
            "required" => Ok(Self::Required),
            _ => Err(format!(
                "`{text}` is not a rule for SRTP; choose from \"off\", \"optional\", \"required\""
            )),
        }
    }
}

impl TryFrom<String> for SrtpMode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// A codec as an operator names it: in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodecName(pub Codec);

impl FromStr for CodecName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Codec::named(text).map(Self).ok_or_else(|| {
            let known = Codec::ALL.map(|codec| format!("\"{}\"", codec.encoding_name()));
            format!(
                "`{text}` is not a codec known here; choose from {}",
                known.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::PortRange;

    #[test]
    fn port_range_needs_two_ports_above_the_privileged() {
        assert_eq!(
            PortRange::try_from("20000-20001".to_owned()),
            Ok(PortRange {
                first: 20_000,
                last: 20_001
            })
        );
        for text in ["20000", "20001-20000", "1-5000", "20000-70000", "", "-"] {
            assert!(PortRange::try_from(text.to_owned()).is_err(), "{text}");
        }
    }
}
