//! The stored end and answers of single calls, for test calls and load runs that check each answer.

use aftercall_base::Disposition;
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::Decision;

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

/// One stored answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedAnswer {
    /// The question's id.
    pub question: String,
    /// The accepted value; `None` when the question was skipped.
    pub value: Option<i64>,
    /// What was answered before the caller took the offer to answer once more; `None`: nothing was.
    pub corrected_from: Option<i64>,
}
