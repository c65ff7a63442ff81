//! What is known of a call while it is surveyed, and afterwards.

use crate::AnswerClass;
use crate::context::condition::ConditionValues;
use crate::metric::Metric;
use crate::version::QuestionRecord;
use aftercall_base::Disposition;

/// An answer, with what rules ask of its question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFact {
    /// The question's id.
    pub question: String,
    /// What it measures; `None`: not known.
    pub metric: Option<Metric>,
    /// Whether a high value is good; `None`: the question has no better and worse, or is not known.
    pub high_is_good: Option<bool>,
    /// The value; `None`: skipped.
    pub value: Option<i64>,
    /// Whether it is a good one; `None`: skipped, or neither.
    pub class: Option<AnswerClass>,
}

impl AnswerFact {
    /// An answer to a question; `definition` is that of its survey version, where it is known.
    pub fn of(question: &str, value: Option<i64>, definition: Option<&QuestionRecord>) -> Self {
        let scored = definition.filter(|definition| definition.metric.is_scored());
        Self {
            question: question.to_owned(),
            metric: definition.map(|definition| definition.metric),
            high_is_good: scored.map(|definition| definition.high_is_good),
            value,
            class: scored.zip(value).and_then(|(definition, value)| {
                let (min, max) = definition.scale;
                definition.class(value).filter(|_| (min..=max).contains(&value))
            }),
        }
    }

    /// Whether a word of a rule means its question: by its id, or by what it measures.
    pub(super) fn is_meant_by(&self, word: &str) -> bool {
        self.question == word || self.metric.is_some_and(|metric| metric.as_str() == word)
    }
}

/// What is known of a call.
#[derive(Clone, Copy)]
pub struct CallFacts<'c> {
    /// What the PBX told of the finished call.
    pub context: &'c dyn ConditionValues,
    /// The answers so far, each question once.
    pub answers: &'c [AnswerFact],
    /// Whether a comment with speech in it was kept.
    pub has_comment: bool,
    /// How it ended; `None`: it goes on.
    pub end: Option<Disposition>,
}
