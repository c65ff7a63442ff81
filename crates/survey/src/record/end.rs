//! How a call ended.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::admission::Decision;
use crate::alert::AlertRaised;
use aftercall_base::{CallUid, Disposition};

/// The reason stored for a call that was sampled before it arrived, and never came.
pub const NEVER_ARRIVED: &str = "never_arrived";

/// The end of a call, and with it its one disposition.
#[derive(Debug, Clone, PartialEq)]
pub struct CallEnd {
    /// The call's identity.
    pub call: CallUid,
    /// When the call was answered with 200; `None` when it never was.
    pub answered_at: Option<DateTime<Utc>>,
    /// When the dialog was over, or the call was refused.
    pub ended_at: DateTime<Utc>,
    /// How the call counts in reports; it has one disposition and never another.
    pub disposition: Disposition,
    /// The reason in a word or a few: `caller_hung_up`, `rtp_silence`, `ack_timeout`, ...
    pub reason: String,
    /// How good its media were; `None` for a call without media.
    pub media: Option<MediaQuality>,
    /// Ids of the questions that were begun to be asked, in order; `None` for a call that was not surveyed.
    pub asked: Option<Vec<String>>,
    /// The language in which the survey was spoken last; `None` for a call that was not surveyed.
    pub spoken_language: Option<String>,
    /// What rules make of it; stored with it or not at all.
    pub alerts: Vec<AlertRaised>,
}

/// What both sides of a call's media have seen, from the answer to the end.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MediaQuality {
    /// The encoding name of the codec that was spoken last; `None` when none was agreed on.
    pub codec: Option<String>,
    /// Milliseconds of audio in each of our packets.
    pub ptime_ms: Option<u32>,
    /// RTP packets that we sent.
    pub packets_sent: u64,
    /// RTP packets of the peer that arrived, duplicates included.
    pub packets_received: u64,
    /// RTP packets of the peer that never arrived (RFC 3550 appendix A.3).
    pub packets_lost: u64,
    /// RTP packets of the peer that arrived more than once.
    pub packets_duplicated: u64,
    /// Datagrams that were not the peer's, or no media.
    pub packets_refused: u64,
    /// Packets that we did not send because a media thread was late.
    pub packets_skipped: u64,
    /// Interarrival jitter of the peer's packets at the end, in microseconds (RFC 3550 section 6.4.1).
    pub jitter_us: u64,
    /// The share of our packets that the peer missed, 0.0..=1.0, by its last report; `None` without one.
    pub remote_loss: Option<f64>,
    /// The time to the peer and back in microseconds, by its last report; `None` without one.
    pub round_trip_us: Option<u64>,
    /// Why keys may not have been heard, in a word; `None` when no reason is known.
    pub key_warning: Option<String>,
}

impl CallEnd {
    /// The end of a call that has no survey, at the moment it was decided; `None` for a sampled one, which has yet to come.
    pub fn without_survey(call: CallUid, decision: Decision, rule: &str, at: DateTime<Utc>) -> Option<Self> {
        let (disposition, reason) = end_without_survey(decision, Cow::Borrowed(rule))?;
        Some(Self {
            call,
            answered_at: None,
            ended_at: at,
            disposition,
            reason: reason.into_owned(),
            media: None,
            asked: None,
            spoken_language: None,
            alerts: Vec::new(),
        })
    }

    /// The end of a call that was sampled before it arrived, and had not come by `expires_at`. It gives its place in quotas
    /// back, since no survey was offered.
    pub fn never_arrived(call: CallUid, expires_at: DateTime<Utc>) -> Self {
        Self {
            call,
            answered_at: None,
            ended_at: expires_at,
            disposition: Disposition::Abandoned,
            reason: NEVER_ARRIVED.to_owned(),
            media: None,
            asked: None,
            spoken_language: None,
            alerts: Vec::new(),
        }
    }
}

/// Disposition and reason of a call that is not surveyed, by its decision and the word of the rule that made it; `None` for
/// a sampled call, whose disposition comes from its survey.
pub fn end_without_survey(decision: Decision, rule: Cow<'_, str>) -> Option<(Disposition, Cow<'_, str>)> {
    match decision {
        Decision::Sampled => None,
        Decision::NotSampled => Some((
            Disposition::NotSampled,
            Cow::Borrowed(Decision::NotSampled.as_str()),
        )),
        Decision::Suppressed => Some((Disposition::Suppressed, rule)),
    }
}
