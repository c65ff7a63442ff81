//! What one test call is to do.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::keys::Keys;
use super::script::Style;
use aftercall_audio::prompts::Prompt;

/// How keys travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeyPath {
    /// As telephone-events in RTP (RFC 4733).
    #[default]
    TelephoneEvent,
    /// As SIP INFO requests with `application/dtmf-relay`.
    Info,
    /// As tones in the audio.
    InBand,
}

/// Who makes the offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfferIn {
    /// We, in the INVITE.
    #[default]
    Invite,
    /// The other side, in its 200; we answer in the ACK.
    Answer,
}

/// One test call.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// The From URI; `None` for a made-up one.
    pub from: Option<String>,
    /// Headers to add to the INVITE.
    pub headers: Vec<(String, String)>,
    /// What to press.
    pub keys: Keys,
    /// When to press.
    pub style: Style,
    /// How keys travel.
    pub key_path: KeyPath,
    /// Who makes the offer.
    pub offer: OfferIn,
    /// Hang up this long after the answer.
    pub hang_up_after: Option<Duration>,
    /// Where to write what is heard.
    pub record: Option<PathBuf>,
    /// What is said where the keys say so; nothing when there is none.
    pub say: Option<Arc<Prompt>>,
}
