//! Which calls somebody is to be told about: rules on answers, comments, ends and what is known of the call. Pure.
//!
//! A rule's condition is a table in the grammar of [`context::condition`](crate::context::condition), with words for what happened in the
//! survey besides; all of it must hold:
//!
//! | written | holds when |
//! | --- | --- |
//! | `nps = { to = 6 }` | the answer to the question `nps`, or to a question that measures NPS, is at most 6; `from` likewise |
//! | `csat = [1, 2]` | it is one of these |
//! | `ease = { worse_than = 3 }` | it is on the bad side of 3, whichever end of the scale is the good one; `better_than` likewise |
//! | `csat = "low"` | it counts as low: a detractor, or [`AnswerClass::Low`]; `"good"` likewise |
//! | `nps = { not = 10 }` | it was answered, and otherwise |
//! | `nps = "skipped"` | the question was skipped |
//! | `comment = true` | a comment with speech in it was kept; `false`: the call is over, and there is none |
//! | `disposition = "abandoned"` | the call ended so |
//! | `queue = "sales*"` | as everywhere |
//!
//! A rule fires at most once in a call, at the first moment at which its condition holds ([`CallAlerts`]). The same [`CallFacts`], made of
//! stored rows, tell afterwards which rules fired and why others did not ([`AlertCondition::unmet`]).
//!
//! [`AnswerClass::Low`]: crate::AnswerClass::Low

mod answer_test;
mod call_alerts;
mod condition;
mod facts;
mod severity;

use std::sync::Arc;

use chrono::{DateTime, Utc};

pub use answer_test::AnswerTest;
pub use call_alerts::CallAlerts;
pub use condition::{AlertCondition, AlertVocabulary, Unmet};
pub use facts::{AnswerFact, CallFacts};
pub use severity::AlertSeverity;

use aftercall_base::Redacted;

/// A rule: what it is called, when it fires, and how grave that is.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertRule {
    /// Its name; no two rules have the same.
    pub name: Arc<str>,
    /// How grave.
    pub severity: AlertSeverity,
    /// When.
    pub when: AlertCondition,
}

/// That a rule has fired in a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRaised {
    /// The rule.
    pub rule: String,
    /// How grave it was by then.
    pub severity: AlertSeverity,
    /// What happened last before it fired.
    pub trigger: AlertTrigger,
    /// Where the caller can be called back, where that is kept.
    pub callback: Option<Callback>,
}

/// The number of a caller who may be called back. It is kept for that alone, and not for longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Callback {
    /// The number.
    pub number: Redacted<String>,
    /// Until when it is kept.
    pub until: DateTime<Utc>,
}

/// What made a rule fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertTrigger {
    /// An answer to this question, or that it was skipped.
    Answer(String),
    /// A comment to this question.
    Comment(String),
    /// The end of the call.
    End,
}

impl AlertTrigger {
    /// The word stored: `answer`, `comment`, `end`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Answer(_) => "answer",
            Self::Comment(_) => "comment",
            Self::End => "end",
        }
    }

    /// The question, by its id.
    pub fn question(&self) -> Option<&str> {
        match self {
            Self::Answer(question) | Self::Comment(question) => Some(question),
            Self::End => None,
        }
    }

    /// The trigger of a stored word and question.
    pub fn of(word: &str, question: Option<String>) -> Option<Self> {
        match (word, question) {
            ("answer", Some(question)) => Some(Self::Answer(question)),
            ("comment", Some(question)) => Some(Self::Comment(question)),
            ("end", None) => Some(Self::End),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
