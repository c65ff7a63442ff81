//! Recorded comments as they are listed, and who has listened to them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::export::{AnswerRow, ParsePlaceError};
use crate::part::AnswerFilter;
use crate::tally::RecordingOutcome;
use aftercall_base::CallUid;

/// Which recordings of the selected calls.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CommentFilter {
    /// Of this question; `None`: of any.
    pub question: Option<String>,
    /// That came to this; `None`: to whatever.
    pub outcome: Option<RecordingOutcome>,
    /// That somebody has listened to, or that nobody has and somebody still can; `None`: whatever. Marks go with the audio, so of a recording whose time is
    /// over nobody knows it any more.
    pub is_listened: Option<bool>,
    /// Of calls with such an answer, to whichever question; `None`: with or without.
    pub answer: Option<AnswerFilter>,
}

/// The place of a recording in lists: by the identity of its call, the newest first, then by the id of its question, backwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentPlace {
    /// The call.
    pub call: CallUid,
    /// The question's id.
    pub question: String,
}

impl fmt::Display for CommentPlace {
    /// Its text as a cursor: the identity of the call, then the question's id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.call, self.question)
    }
}

impl FromStr for CommentPlace {
    type Err = ParsePlaceError;

    fn from_str(text: &str) -> Result<Self, ParsePlaceError> {
        let (call, question) = text.split_at_checked(26).ok_or(ParsePlaceError)?;
        Ok(Self {
            call: call.parse().map_err(|_| ParsePlaceError)?,
            question: question.to_owned(),
        })
    }
}

/// Some of the recordings, newest first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CommentPage {
    /// The recordings.
    pub comments: Vec<CommentRow>,
    /// Where to go on; `None` after the last page.
    pub next: Option<CommentPlace>,
}

/// A recording. Names are `None` where they are not known.
#[derive(Debug, Clone, PartialEq)]
pub struct CommentRow {
    /// The call.
    pub call: CallUid,
    /// The question's id.
    pub question: String,
    /// The question in words; `None`: its survey version is not known.
    pub question_text: Option<String>,
    /// The survey.
    pub survey: String,
    /// The version of its definition.
    pub survey_version: String,
    /// When the call arrived.
    pub arrived_at: DateTime<Utc>,
    /// The route.
    pub route: Option<String>,
    /// Queue or service line.
    pub queue: Option<String>,
    /// The agent's team.
    pub team: Option<String>,
    /// The agent's id.
    pub agent: Option<String>,
    /// The language spoken, or that of the context.
    pub language: Option<String>,
    /// When the recording began.
    pub begun_at: DateTime<Utc>,
    /// When it ended; `None`: it goes on.
    pub ended_at: Option<DateTime<Utc>>,
    /// What it came to.
    pub outcome: RecordingOutcome,
    /// Why it ended; `None`: it goes on.
    pub ended_by: Option<String>,
    /// Milliseconds of sound.
    pub duration_ms: Option<i64>,
    /// Milliseconds of speech in it.
    pub speech_ms: Option<i64>,
    /// When its file was removed because its time was over.
    pub expired_at: Option<DateTime<Utc>>,
    /// Where its audio is; `None`: there is none, or it is not to be read.
    pub audio: Option<AudioFile>,
    /// Who has listened to it, the first one first.
    pub listened: Vec<Listened>,
    /// The answers of its call, in the order in which they were given.
    pub answers: Vec<AnswerRow>,
}

/// The file of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioFile {
    /// The node whose directory of recordings it is in.
    pub node: String,
    /// Its path below that directory.
    pub path: String,
    /// Its SHA-256, 64 hexadecimal digits.
    pub sha256: String,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// That somebody has listened to a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listened {
    /// Who: the name of a user, or of a key of the API.
    pub by: String,
    /// When it was marked first.
    pub at: DateTime<Utc>,
}
