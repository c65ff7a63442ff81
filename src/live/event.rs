//! What is published: answers and ends of surveyed calls.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use aftercall_base::{CallUid, Disposition};

/// By what a call is known to supervisors; `None`: not known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallNames {
    /// The route.
    pub route: Option<String>,
    /// Queue or service line.
    pub queue: Option<String>,
    /// The agent's team.
    pub team: Option<String>,
    /// The agent's id.
    pub agent: Option<String>,
}

/// Something that has happened and is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A question was answered, or skipped after its last attempt.
    Answer(LiveAnswer),
    /// A surveyed call has ended.
    CallEnded(LiveEnd),
}

/// An answer. One that corrects an earlier answer to the same question replaces it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveAnswer {
    /// The call.
    pub call: CallUid,
    /// When it was accepted.
    pub at: DateTime<Utc>,
    /// By what the call is known.
    pub names: CallNames,
    /// The survey.
    pub survey: String,
    /// The version of its definition.
    pub survey_version: String,
    /// The question's id.
    pub question: String,
    /// The value; `None`: skipped.
    pub value: Option<i64>,
    /// The language spoken.
    pub language: String,
}

/// The end of a surveyed call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEnd {
    /// The call.
    pub call: CallUid,
    /// When it ended.
    pub at: DateTime<Utc>,
    /// By what the call is known.
    pub names: CallNames,
    /// The survey.
    pub survey: String,
    /// The version of its definition.
    pub survey_version: String,
    /// How it ended.
    pub disposition: Disposition,
    /// Why it ended so.
    pub reason: String,
}

impl Event {
    /// Its word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Answer(_) => "answer",
            Self::CallEnded(_) => "call_ended",
        }
    }

    /// The call.
    pub const fn call(&self) -> CallUid {
        match self {
            Self::Answer(answer) => answer.call,
            Self::CallEnded(end) => end.call,
        }
    }

    /// By what the call is known.
    pub const fn names(&self) -> &CallNames {
        match self {
            Self::Answer(answer) => &answer.names,
            Self::CallEnded(end) => &end.names,
        }
    }
}

/// An event with its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// The number.
    pub id: EventId,
    /// The event.
    pub event: Event,
}

/// The number of an event: `1796021765123-42`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventId {
    /// When the process started, in milliseconds since 1970.
    pub(super) epoch: i64,
    /// Counts its events from 1.
    pub(super) number: u64,
}

impl EventId {
    /// Of an event that no process has published.
    pub const UNKNOWN: Self = Self { epoch: 0, number: 0 };
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.epoch, self.number)
    }
}

/// A text that is no number of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no number of an event, such as 1796021765123-42")]
pub struct ParseEventIdError;

impl FromStr for EventId {
    type Err = ParseEventIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (epoch, number) = text.split_once('-').ok_or(ParseEventIdError)?;
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(epoch) || !is_digits(number) {
            return Err(ParseEventIdError);
        }
        let epoch = epoch.parse().map_err(|_| ParseEventIdError)?;
        match number.parse() {
            // The last number there is has none behind it.
            Ok(number) if number < u64::MAX => Ok(Self { epoch, number }),
            Ok(_) | Err(_) => Err(ParseEventIdError),
        }
    }
}
