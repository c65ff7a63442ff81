//! Which of the selected calls a figure of a report counts.
//!
//! The words are those of the parameters in the links of reports (`step=offered`, `answer=0..6`), so that a figure, its link and the list
//! behind it say the same.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::Weekday;

use crate::tally::{CallCounts, Doubt, RecordingOutcome};
use aftercall_base::Disposition;
use aftercall_survey::{AnswerClass, Metric, QuestionRecord};

/// A part of the selected calls. All of its conditions must hold; without any it is all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Part {
    /// How far the calls went.
    pub step: Option<Step>,
    /// How they ended.
    pub end: Option<End>,
    /// The rule that kept them out; empty: not known.
    pub rule: Option<String>,
    /// The question that `answer`, `doubt` and `comment` are about, by its id; `None`: any. Alone: an answer to it is stored.
    pub question: Option<String>,
    /// The answer that was given.
    pub answer: Option<AnswerFilter>,
    /// Why the answer is doubtful.
    pub doubt: Option<DoubtFilter>,
    /// What a recording came to.
    pub comment: Option<RecordingOutcome>,
    /// The local weekday of arrival.
    pub weekday: Option<Weekday>,
    /// The local hour of arrival, 0 to 23.
    pub hour: Option<u8>,
}

impl Part {
    /// How many of the counted calls have the step and the end.
    pub(crate) fn count(&self, counts: &CallCounts) -> u64 {
        match (self.step, self.end) {
            (Some(step), _) => step.of(counts),
            (None, Some(End::Ended(disposition))) => counts.ended(disposition),
            (None, Some(End::InProgress)) => counts.in_progress,
            (None, None) => counts.arrived,
        }
    }

    /// Whether an answer is one of those that the part asks for. `record` says of its question what is known; `None`: nobody knows it.
    pub fn fits_answer(
        &self,
        question: &str,
        value: Option<i64>,
        doubt: Doubt,
        record: Option<&QuestionRecord>,
    ) -> bool {
        // What is said has no scale.
        let record = record.filter(|record| record.metric != Metric::Comment);
        let is_in = |value: i64| record.map(|record| (record.scale.0..=record.scale.1).contains(&value));
        let is_value = match (&self.answer, value) {
            (None | Some(AnswerFilter::Stored), _) => true,
            (Some(AnswerFilter::Skipped), value) => value.is_none(),
            (Some(AnswerFilter::Any), Some(value)) => is_in(value).unwrap_or(true),
            (Some(AnswerFilter::OutOfScale), Some(value)) => is_in(value) == Some(false),
            (Some(AnswerFilter::Values(values)), Some(value)) => values.contains(&value),
            (Some(AnswerFilter::Low), Some(value)) => {
                record.and_then(|record| record.class(value)) == Some(AnswerClass::Low)
            }
            (
                Some(
                    AnswerFilter::Any
                    | AnswerFilter::OutOfScale
                    | AnswerFilter::Values(_)
                    | AnswerFilter::Low,
                ),
                None,
            ) => false,
        };
        let is_question = self.question.as_deref().is_none_or(|asked| asked == question);
        is_question && is_value && self.doubt.is_none_or(|asked| doubt.has(asked.mask()))
    }

    /// Whether it asks for an answer.
    pub(crate) const fn has_answer(&self) -> bool {
        self.answer.is_some() || self.doubt.is_some() || (self.question.is_some() && self.comment.is_none())
    }
}

/// Declares words of a parameter.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$of])* $variant,)*
        }

        impl $name {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                let known = Self::ALL.iter().copied().find(|known| known.as_str() == word);
                known.ok_or_else(|| UnknownWord::among(Self::ALL.iter().map(|known| known.as_str())))
            }
        }
    };
}

words! {
    /// A step of the funnel.
    Step {
        /// All calls.
        Arrived = "arrived",
        /// Kept out by policy.
        Suppressed = "suppressed",
        /// Counted for sampling.
        Eligible = "eligible",
        /// Chosen to be surveyed.
        Sampled = "sampled",
        /// Answered with the survey.
        Offered = "offered",
        /// Gave at least one answer.
        Answered = "answered",
        /// Gave every scored answer.
        Completed = "completed",
        /// Gave some answers, but not all.
        Partial = "partial",
        /// Not ended yet.
        InProgress = "in_progress",
        /// Sampled, and never answered by us.
        NeverArrived = "never_arrived",
    }
}

impl Step {
    /// How many of the counted calls came to it.
    pub const fn of(self, counts: &CallCounts) -> u64 {
        match self {
            Self::Arrived => counts.arrived,
            Self::Suppressed => counts.suppressed,
            Self::Eligible => counts.eligible,
            Self::Sampled => counts.sampled,
            Self::Offered => counts.offered,
            Self::Answered => counts.started,
            Self::Completed => counts.completed,
            Self::Partial => counts.partial,
            Self::InProgress => counts.in_progress,
            Self::NeverArrived => counts.never_arrived,
        }
    }

    /// The column of the count; `None` where it is computed.
    pub(crate) const fn column(self) -> Option<&'static str> {
        match self {
            Self::Answered => Some("started"),
            Self::InProgress => None,
            Self::Arrived
            | Self::Suppressed
            | Self::Eligible
            | Self::Sampled
            | Self::Offered
            | Self::Completed
            | Self::Partial
            | Self::NeverArrived => Some(self.as_str()),
        }
    }
}

words! {
    /// Why an answer is doubtful.
    DoubtFilter {
        /// For any reason.
        Any = "any",
        /// Given before half of the question was heard.
        TooEarly = "too_early",
        /// The same value at three or more questions.
        SameKey = "same_key",
        /// A `1` that the inter-digit timeout accepted.
        ByTimeout = "by_timeout",
    }
}

impl DoubtFilter {
    /// The reasons, as a sum.
    pub(crate) const fn mask(self) -> u8 {
        match self {
            Self::Any => Doubt::TOO_EARLY | Doubt::SAME_KEY | Doubt::BY_TIMEOUT,
            Self::TooEarly => Doubt::TOO_EARLY,
            Self::SameKey => Doubt::SAME_KEY,
            Self::ByTimeout => Doubt::BY_TIMEOUT,
        }
    }
}

/// How calls ended: a disposition, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// They have ended so.
    Ended(Disposition),
    /// They go on.
    InProgress,
}

impl FromStr for End {
    type Err = UnknownWord;

    fn from_str(word: &str) -> Result<Self, UnknownWord> {
        if word == "in_progress" {
            return Ok(Self::InProgress);
        }
        let words = Disposition::ALL.iter().map(|known| known.as_str());
        let known = Disposition::from_str_opt(word).map(Self::Ended);
        known.ok_or_else(|| UnknownWord::among(words.chain(["in_progress"])))
    }
}

/// Which answers to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerFilter {
    /// Whatever was stored, skipped questions included.
    Stored,
    /// Any value of the scale; any value at all where the question is not known.
    Any,
    /// Skipped after the last attempt.
    Skipped,
    /// A value outside the scale.
    OutOfScale,
    /// From one value to another, both included.
    Values(RangeInclusive<i64>),
    /// One that counts as low for the score of its question ([`AnswerClass::Low`]).
    Low,
}

impl FromStr for AnswerFilter {
    type Err = UnknownWord;

    /// Reads `any`, `skipped`, `out_of_scale`, `low`, a value `9`, or a range `0..6`.
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let unknown = || {
            UnknownWord::among([
                "any",
                "skipped",
                "out_of_scale",
                "low",
                "a value such as 9",
                "a range such as 0..6",
            ])
        };
        let value = |text: &str| text.parse::<i64>().map_err(|_| unknown());
        match text {
            "any" => Ok(Self::Any),
            "skipped" => Ok(Self::Skipped),
            "out_of_scale" => Ok(Self::OutOfScale),
            "low" => Ok(Self::Low),
            text => match text.split_once("..") {
                Some((from, to)) => Ok(Self::Values(value(from)?..=value(to)?)),
                None => value(text).map(|value| Self::Values(value..=value)),
            },
        }
    }
}

/// A word that is not known, with those that are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownWord {
    choices: String,
}

impl UnknownWord {
    /// What could be written instead.
    pub fn among<'w>(choices: impl IntoIterator<Item = &'w str>) -> Self {
        let choices: Vec<&str> = choices.into_iter().collect();
        Self {
            choices: choices.join(", "),
        }
    }
}

impl fmt::Display for UnknownWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is not known; choose from {}", self.choices)
    }
}

impl std::error::Error for UnknownWord {}

#[cfg(test)]
mod tests {
    use super::{AnswerFilter, End, Step};
    use aftercall_base::Disposition;

    #[test]
    fn words_are_read_as_links_of_reports_have_them() {
        assert_eq!("0..6".parse(), Ok(AnswerFilter::Values(0..=6)));
        assert_eq!("9".parse(), Ok(AnswerFilter::Values(9..=9)));
        assert_eq!("-3..-1".parse(), Ok(AnswerFilter::Values(-3..=-1)));
        assert_eq!("in_progress".parse(), Ok(End::InProgress));
        assert_eq!("completed".parse(), Ok(End::Ended(Disposition::Completed)));
        assert_eq!("never_arrived".parse(), Ok(Step::NeverArrived));
        for wrong in ["", "..", "1..", "nine", "1.5", "99999999999999999999"] {
            assert!(wrong.parse::<AnswerFilter>().is_err(), "{wrong}");
        }
        let fault = "turned_away".parse::<Step>().unwrap_err().to_string();
        assert!(fault.contains("arrived, suppressed"), "{fault}");
    }
}
