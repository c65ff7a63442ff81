//! What a caller said.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::base::{CallUid, EndedBy};

/// A recording whose file has just been made; nothing is in it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingBegun {
    /// The call.
    pub call: CallUid,
    /// The question's id within its survey version.
    pub question: String,
    /// The file, below the directory of recordings.
    pub path: String,
    /// When.
    pub begun_at: DateTime<Utc>,
}

/// What has become of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingEnd {
    /// The recording.
    pub recording: RecordingBegun,
    /// What is left of it.
    pub kept: Kept,
    /// Why it ended.
    pub ended_by: EndedBy,
    /// When.
    pub ended_at: DateTime<Utc>,
}

/// What is left of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// A file.
    Audio(RecordedAudio),
    /// Nothing: the caller opted out, or left before the tone.
    Nothing,
    /// Nothing: it could not be written or read.
    Lost,
}

/// A finished recording: a WAV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedAudio {
    /// How long it sounds, trailing silence cut off.
    pub duration: Duration,
    /// The size of the file.
    pub size_bytes: u64,
    /// The SHA-256 of the file, 64 hexadecimal digits.
    pub sha256: String,
    /// How much of it is louder than silence.
    pub speech: Duration,
    /// Why it counts as empty; `None` for a comment.
    pub empty: Option<Empty>,
}

/// Why a recording is no comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// Nothing was said.
    NoSpeech,
    /// Too little was said to be a comment.
    TooShort,
}

impl Empty {
    /// The word stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoSpeech => "no_speech",
            Self::TooShort => "too_short",
        }
    }

    /// The reason of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        [Self::NoSpeech, Self::TooShort]
            .into_iter()
            .find(|known| known.as_str() == word)
    }
}
