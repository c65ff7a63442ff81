//! How a call ended.

use chrono::{DateTime, Utc};

use super::quality::MediaQuality;
use aftercall_base::{CallUid, Disposition};

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
