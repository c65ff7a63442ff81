//! A call as it is read back.

use chrono::{DateTime, Utc};

use super::announcement::Announcement;
use crate::SurveyVersion;
use crate::admission::{AdmissionReason, Decision, Stratum};
use crate::context::{ContextSource, ContextValues};
use aftercall_base::{CallUid, Disposition};

/// How a request names a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallName {
    /// Our identity of it.
    Uid(CallUid),
    /// The id of the finished call at the PBX; the latest call of it is meant.
    Original(String),
}

impl CallName {
    /// The name that a text is.
    pub fn of(text: &str) -> Self {
        text.parse()
            .map_or_else(|_| Self::Original(text.to_owned()), Self::Uid)
    }
}

/// What is known of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallFound {
    /// It is announced, and neither here nor decided.
    Announced(Box<Announcement>),
    /// It has a row.
    Known(Box<CallSummary>),
}

/// A call as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallSummary {
    /// Our identity of it.
    pub uid: CallUid,
    /// The id of the finished call at the PBX.
    pub original_call_id: Option<String>,
    /// What is known of the finished call: values of the fields [`returned`](crate::context::Field::returned).
    pub values: ContextValues,
    /// The dialled number, or the one asked about.
    pub dialled: String,
    /// The route that matched.
    pub route: Option<String>,
    /// The survey and its version.
    pub survey: Option<SurveyVersion>,
    /// Whether the call is surveyed.
    pub decision: Decision,
    /// The rule that made the decision, with what of it behind a dot.
    pub rule: Option<String>,
    /// The rule in a sentence; `None` when the row has too little for it.
    pub why: Option<String>,
    /// Its position among the calls counted together.
    pub position: Option<u64>,
    /// Whether it was decided before it arrived.
    pub decided_beforehand: bool,
    /// When it was decided: at its INVITE, or before.
    pub decided_at: DateTime<Utc>,
    /// When the INVITE arrived; `None` when it has not.
    pub invited_at: Option<DateTime<Utc>>,
    /// When our 200 was sent; `None` when there was none.
    pub answered_at: Option<DateTime<Utc>>,
    /// When the call ended; `None` while it is in progress.
    pub ended_at: Option<DateTime<Utc>>,
    /// How it ended; `None` while it is in progress.
    pub disposition: Option<Disposition>,
    /// Why it ended so.
    pub reason: Option<String>,
    /// What waits for it, or has waited, where it was decided beforehand and that is still known.
    pub announcement: Option<Announcement>,
    /// The answers in the order given.
    pub answers: Vec<AnswerSummary>,
}

/// One answer, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerSummary {
    /// The id of the question in its survey version.
    pub question: String,
    /// What it measures, where its survey version is known.
    pub metric: Option<String>,
    /// The value; `None` when skipped.
    pub value: Option<i64>,
    /// Attempts used, from 1.
    pub attempts: u32,
    /// When the answer was decided.
    pub answered_at: DateTime<Utc>,
}

/// The decision of a call, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDecision {
    /// When the INVITE arrived, or the API decided.
    pub arrived_at: DateTime<Utc>,
    /// The route; `None` when none took the number.
    pub route: Option<String>,
    /// The survey that it was, or would have been, asked.
    pub survey: Option<String>,
    /// Whether the call was surveyed.
    pub decision: Decision,
    /// The word of the rule that decided; `None` in rows of earlier versions.
    pub rule: Option<String>,
    /// The rule with its figures; `None` when the row does not have them.
    pub reason: Option<AdmissionReason>,
    /// With which calls it was counted, and its place among them; `None` when it was not counted.
    pub counted: Option<(Stratum, u64)>,
    /// One call in how many was surveyed then.
    pub every: Option<u32>,
    /// How it ended; `None` while in progress.
    pub disposition: Option<Disposition>,
    /// The sources of the context, and texts that are not valid values.
    pub sources: Vec<ContextSource>,
}

/// One call's stored end and answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallTrace {
    /// Its identity, as text.
    pub call_uid: String,
    /// The id of the original call at the PBX, by which the calls of a load run are found; empty when there is none.
    pub original_call_id: String,
    /// The survey that its route leads to, where there is one.
    pub survey: Option<SurveyVersion>,
    /// Whether it was to be surveyed.
    pub decision: Decision,
    /// The rule that decided so, as stored; `None` in rows of versions that did not store it.
    pub rule: Option<String>,
    /// How it ended; `None` while it is in progress.
    pub disposition: Option<Disposition>,
    /// Its answers in the order in which they were given.
    pub answers: Vec<TracedAnswer>,
}

/// An answer as it is stored, with what it takes to compare it with the keys that were pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedAnswer {
    /// The id of the question in its survey version.
    pub question: String,
    /// The accepted value; `None` when the question was skipped.
    pub value: Option<i64>,
    /// What was answered before the caller took the offer to answer once more; `None`: nothing was.
    pub corrected_from: Option<i64>,
}
