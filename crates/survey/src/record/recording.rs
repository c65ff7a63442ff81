//! What a caller said.

use chrono::{DateTime, Utc};

use crate::alert::AlertRaised;
use aftercall_base::{CallUid, RecordingEndReason, RecordingResult};

/// A recording whose file has just been made; nothing is in it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingBegun {
    /// The call whose caller speaks.
    pub call: CallUid,
    /// The question's id within its survey version.
    pub question: String,
    /// The file, below the directory of recordings.
    pub path: String,
    /// When it was begun, before the notice is played.
    pub begun_at: DateTime<Utc>,
}

/// What has become of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingEnd {
    /// As it was begun.
    pub recording: RecordingBegun,
    /// What is left of it.
    pub kept: RecordingResult,
    /// What ended it: a key, silence, a limit, the caller.
    pub ended_by: RecordingEndReason,
    /// When the file was complete.
    pub ended_at: DateTime<Utc>,
    /// What rules make of it; stored with it or not at all.
    pub alerts: Vec<AlertRaised>,
}
