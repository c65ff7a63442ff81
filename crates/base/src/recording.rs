//! Why a recording ended, and what is left of it.

use std::fmt;
use std::time::Duration;

/// Why a recording ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordingEndReason {
    /// The caller pressed `#`.
    Key,
    /// The caller fell silent.
    Silence,
    /// The comment took as long as it may.
    Limit,
    /// The survey took as long as it may.
    TimeCap,
    /// The caller hung up.
    CallerHungUp,
    /// The caller opted out.
    OptedOut,
    /// The disk was full or failed.
    Disk,
    /// The call ended for a technical reason.
    Technical,
    /// The service died during the comment; the file was mended at the next start.
    Restart,
}

impl RecordingEndReason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Key,
        Self::Silence,
        Self::Limit,
        Self::TimeCap,
        Self::CallerHungUp,
        Self::OptedOut,
        Self::Disk,
        Self::Technical,
        Self::Restart,
    ];

    /// The word stored in the database and shown to people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Silence => "silence",
            Self::Limit => "limit",
            Self::TimeCap => "time_cap",
            Self::CallerHungUp => "caller_hung_up",
            Self::OptedOut => "opted_out",
            Self::Disk => "disk",
            Self::Technical => "technical",
            Self::Restart => "restart",
        }
    }

    /// The reason of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for RecordingEndReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is left of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordingResult {
    /// The file that is kept.
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
    pub empty: Option<EmptyReason>,
}

/// Why a recording is no comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmptyReason {
    /// Nothing was said.
    NoSpeech,
    /// Too little was said to be a comment.
    TooShort,
}

impl EmptyReason {
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
