//! How a call ended.

use std::borrow::Cow;

use chrono::{DateTime, Utc};

use super::quality::MediaQuality;
use crate::admission::Decision;
use aftercall_base::{CallUid, Disposition};

/// The reason stored for a call that was sampled before it arrived, and never came.
pub const NEVER_ARRIVED: &str = "never_arrived";

/// The end of a call, and with it its one disposition.
#[derive(Debug, Clone, PartialEq)]
pub struct CallEnd {
    /// The call.
    pub call: CallUid,
    /// When the call was answered with 200; `None` when it never was.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// How it ended.
    pub disposition: Disposition,
    /// The reason in a word or a few: `caller_hung_up`, `rtp_silence`, `ack_timeout`, ...
    pub reason: String,
    /// How good its media were; `None` for a call without media.
    pub media: Option<MediaQuality>,
    /// Ids of the questions that were begun to be asked, in order; `None` for a call that was not surveyed.
    pub asked: Option<Vec<String>>,
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
