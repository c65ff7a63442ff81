//! Calls as they are exported: everything that is known of a call and its answers, and is no personal data.
//!
//! Left out are the caller's number and its hash, the keys that were pressed (a caller may key in a number of their own), tokens, who
//! handed the call over, paths of recordings, and every attribute whose value was stored as the hash of a number.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, Utc};

use crate::tally::Doubt;
use aftercall_base::{CallUid, Disposition};

/// The place of a call in the order of exports: by local day, then by identity, which is by arrival. A read goes on behind it, also in
/// a later snapshot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub(crate) day: String,
    pub(crate) call: String,
}

impl fmt::Display for Place {
    /// Its text as a cursor: the identity of the call, then the day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.call, self.day.replace('-', ""))
    }
}

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is no cursor that was given with an earlier page")]
pub struct ParsePlaceError;

impl FromStr for Place {
    type Err = ParsePlaceError;

    fn from_str(text: &str) -> Result<Self, ParsePlaceError> {
        let (call, day) = text.split_at_checked(26).ok_or(ParsePlaceError)?;
        let call: CallUid = call.parse().map_err(|_| ParsePlaceError)?;
        let is_day = day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit());
        let day = NaiveDate::parse_from_str(day, "%Y%m%d").ok().filter(|_| is_day);
        Ok(Self {
            day: day.ok_or(ParsePlaceError)?.to_string(),
            call: call.to_string(),
        })
    }
}

/// Some of the selected calls, in their order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CallPage {
    /// The calls; there may be none on a page that is not the last.
    pub calls: Vec<CallRow>,
    /// Where to go on; `None` after the last page.
    pub next: Option<Place>,
}

impl CallRow {
    /// Its place in lists.
    pub fn place(&self) -> Place {
        Place {
            day: self.local_day.to_string(),
            call: self.uid.to_string(),
        }
    }
}

/// A call with its answers. Names are `None` where they are not known.
#[derive(Debug, Clone, PartialEq)]
pub struct CallRow {
    /// Its identity.
    pub uid: CallUid,
    /// When its INVITE arrived, or when the API decided it.
    pub arrived_at: DateTime<Utc>,
    /// The day of arrival in the time zone of its route, by which it is selected.
    pub local_day: NaiveDate,
    /// The hour of arrival in that time zone, 0 to 23; `None`: not known.
    pub local_hour: Option<u32>,
    /// The node that handled it.
    pub node: String,
    /// The dialled number or user.
    pub dialled: String,
    /// The route.
    pub route: Option<String>,
    /// Queue or service line.
    pub queue: Option<String>,
    /// The agent's team.
    pub team: Option<String>,
    /// The agent's id.
    pub agent: Option<String>,
    /// The id of the finished call at the PBX.
    pub original_call_id: Option<String>,
    /// The language of the context.
    pub language: Option<String>,
    /// The language in which the survey was spoken last.
    pub spoken_language: Option<String>,
    /// The survey.
    pub survey: Option<String>,
    /// The version of its definition.
    pub survey_version: Option<String>,
    /// `sampled`, `not_sampled` or `suppressed`.
    pub decision: String,
    /// The rule that decided.
    pub decision_reason: Option<String>,
    /// The figures of that rule, as JSON.
    pub decision_detail: Option<String>,
    /// `call` or `api`.
    pub decided_by: String,
    /// Its position in its stratum, from 1.
    pub stratum_position: Option<i64>,
    /// N of "one call in N".
    pub stratum_every: Option<i64>,
    /// How many calls it stands for if it is sampled.
    pub weight: f64,
    /// When the INVITE of a call arrived that the API had decided.
    pub invited_at: Option<DateTime<Utc>>,
    /// When it was answered by us.
    pub answered_at: Option<DateTime<Utc>>,
    /// When it ended; `None`: in progress.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended; `None`: in progress.
    pub disposition: Option<Disposition>,
    /// Why it ended so.
    pub reason: Option<String>,
    /// Seconds that caller and agent talked.
    pub talk_time_s: Option<i64>,
    /// Seconds that the caller waited for the agent.
    pub wait_time_s: Option<i64>,
    /// How the agent closed the finished call.
    pub agent_disposition: Option<String>,
    /// The operator's own attributes.
    pub attributes: BTreeMap<String, String>,
    /// How far it went.
    pub flags: CallFlags,
    /// Its comments; `None`: no recording was begun.
    pub comments: Option<CommentCount>,
    /// Its answers, the first one first.
    pub answers: Vec<AnswerRow>,
}

/// How far a call went, by the conditions under which reports count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CallFlags {
    /// Counted for sampling.
    pub eligible: bool,
    /// Chosen to be surveyed.
    pub sampled: bool,
    /// Of these: answered with the survey.
    pub offered: bool,
    /// Of these: at least one question has a value.
    pub started: bool,
    /// Ended with every scored question answered.
    pub completed: bool,
    /// Answered one question with its best values and another with its worst.
    pub reversed: bool,
}

/// The comments of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CommentCount {
    /// Recordings in which something was said.
    pub comments: u64,
    /// Milliseconds of sound in them.
    pub duration_ms: u64,
}

/// An answer, or a question that was skipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// The survey that was asked.
    pub survey: String,
    /// The version of its definition.
    pub survey_version: String,
    /// The question's id.
    pub question: String,
    /// The value; `None`: skipped after the last attempt.
    pub value: Option<i64>,
    /// Attempts used.
    pub attempts: i64,
    /// Milliseconds from the end of the prompt to the deciding key; 0: the prompt was interrupted.
    pub response_time_ms: i64,
    /// Why it may not be meant as it was given.
    pub doubt: Doubt,
    /// Whether the inter-digit timeout accepted a `1` on the scale 0-10.
    pub accepted_by_timeout: bool,
    /// The value that the caller gave first, and corrected.
    pub corrected_from: Option<i64>,
    /// When the value was accepted.
    pub answered_at: DateTime<Utc>,
}

/// A question of a survey, in whatever versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuestionId {
    /// The survey.
    pub survey: String,
    /// The question's id.
    pub question: String,
}
