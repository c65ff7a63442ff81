//! What single calls left behind, for tests and load runs that check each answer.

use super::contract::Disposition;
use super::store::Decision;

/// One call's stored end and answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallTrace {
    /// The id of the original call at the PBX, by which the call is found.
    pub original_call_id: String,
    /// Whether it was to be surveyed.
    pub decision: Decision,
    /// How it ended; `None` while it is in progress.
    pub disposition: Option<Disposition>,
    /// Its answers in the order in which they were given.
    pub answers: Vec<TracedAnswer>,
}

/// One stored answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedAnswer {
    /// The question's id.
    pub question: String,
    /// The accepted value; `None` when the question was skipped.
    pub value: Option<i64>,
}
