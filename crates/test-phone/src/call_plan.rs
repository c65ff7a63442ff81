//! What one test call is to do.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::key_sequence::KeySequence;
use super::script::KeyTiming;
use aftercall_audio::prompts::Prompt;

/// How keys are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DtmfMethod {
    /// As telephone-events in RTP (RFC 4733).
    #[default]
    TelephoneEvent,
    /// As SIP INFO requests with `application/dtmf-relay`.
    Info,
    /// As tones in the audio.
    InBand,
}

/// Which message has our session description as an offer (RFC 3264).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OfferMode {
    /// The INVITE.
    #[default]
    InInvite,
    /// None: the other side offers in its 200, and we answer in the ACK (delayed offer).
    Delayed,
}

/// One test call.
#[derive(Debug, Clone, Default)]
pub struct CallPlan {
    /// The From URI; `None` for `sip:caller@` and our address.
    pub from: Option<String>,
    /// Headers to add to the INVITE.
    pub headers: Vec<(String, String)>,
    /// What to press.
    pub keys: KeySequence,
    /// When to press.
    pub key_timing: KeyTiming,
    /// How keys are sent.
    pub dtmf_method: DtmfMethod,
    /// Who makes the offer.
    pub offer: OfferMode,
    /// Hang up this long after the answer.
    pub hang_up_after: Option<Duration>,
    /// The WAV file for received audio.
    pub record: Option<PathBuf>,
    /// What is played where the keys have `say`.
    pub say: Option<Arc<Prompt>>,
}
