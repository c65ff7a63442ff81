//! Whether a stream is protected, and with which `a=crypto` of its m-line.

use super::capabilities::Preference;
use super::description::MediaLine;
use super::{Capabilities, CryptoFault, CryptoLine, SdpRefusal, SrtpPolicy};
use crate::srtp::Suite;

/// What a transport of an m-line asks for, with or without feedback (RFC 4585, RFC 5124): we send none, and an answer
/// without `a=rtcp-fb` says so.
enum TransportProfile {
    /// RTP/AVP, RTP/AVPF.
    Plain,
    /// RTP/SAVP, RTP/SAVPF.
    Secure,
    /// Keys by DTLS (RFC 5764).
    Dtls,
    /// Something secure by other ways.
    OtherSecure,
    /// Anything else.
    Other,
}

impl TransportProfile {
    fn of(media: &MediaLine) -> Self {
        match media.protocol.to_ascii_uppercase().as_str() {
            "RTP/AVP" | "RTP/AVPF" => Self::Plain,
            "RTP/SAVP" | "RTP/SAVPF" if media.crypto.is_empty() && media.fingerprint => Self::Dtls,
            "RTP/SAVP" | "RTP/SAVPF" => Self::Secure,
            other if other.contains("TLS") => Self::Dtls,
            other if other.contains("SAVP") => Self::OtherSecure,
            _ => Self::Other,
        }
    }
}

/// The line of `media` to take; `None` for a plain stream.
///
/// `RTP/SAVP` demands protection. Keys beside `RTP/AVP` offer it: phones that would rather have it, and can do
/// without, write that, and an answer with keys is understood by all of them.
pub(super) fn agree(
    media: &MediaLine,
    capabilities: &Capabilities,
    policy: SrtpPolicy,
    preference: Preference,
) -> Result<Option<CryptoLine>, SdpRefusal> {
    let chosen = || choose(media, &capabilities.suites, preference);
    match (TransportProfile::of(media), policy) {
        (TransportProfile::Plain, SrtpPolicy::Off) => Ok(None),
        (TransportProfile::Plain, SrtpPolicy::Optional) => Ok(chosen().ok()),
        (TransportProfile::Plain, SrtpPolicy::Required) if media.crypto.is_empty() => {
            Err(SdpRefusal::PlainMedia)
        }
        (TransportProfile::Secure, SrtpPolicy::Optional | SrtpPolicy::Required)
        | (TransportProfile::Plain, SrtpPolicy::Required) => chosen().map(Some).map_err(SdpRefusal::Crypto),
        (TransportProfile::Dtls, _) => Err(SdpRefusal::Dtls(media.protocol.clone())),
        (TransportProfile::Secure | TransportProfile::OtherSecure, _) => {
            Err(SdpRefusal::SecureMedia(media.protocol.clone()))
        }
        (TransportProfile::Other, _) => Err(SdpRefusal::Transport(media.protocol.clone())),
    }
}

fn choose(media: &MediaLine, ours: &[Suite], preference: Preference) -> Result<CryptoLine, CryptoFault> {
    let usable = || media.crypto.iter().filter_map(|line| line.as_ref().ok());
    let found = match preference {
        Preference::Ours => ours
            .iter()
            .find_map(|wanted| usable().find(|line| line.key.suite() == *wanted)),
        Preference::Theirs => usable().find(|line| ours.contains(&line.key.suite())),
    };
    found.copied().ok_or_else(|| reason(media))
}

/// The first fault that is more than another suite.
fn reason(media: &MediaLine) -> CryptoFault {
    let faults = || media.crypto.iter().filter_map(|line| line.as_ref().err());
    let default = match media.crypto.is_empty() {
        true => CryptoFault::Missing,
        false => CryptoFault::Suite,
    };
    faults()
        .find(|fault| **fault != CryptoFault::Suite)
        .copied()
        .unwrap_or(default)
}
