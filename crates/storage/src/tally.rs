//! Counts as they are read: how many calls went how far, how often each answer was given.

use super::selection::TallyKey;
use aftercall_base::Disposition;

/// Makes the struct of the counts with their names, so that none can be without the other.
macro_rules! call_counts {
    ($($(#[$doc:meta])+ $count:ident,)+) => {
        /// Calls by how far they went. Counts of several selections that share no call can be added up.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct CallCounts {
            $($(#[$doc])+ pub $count: u64,)+
            /// Not ended yet. They are among `arrived` and all steps that they have come to.
            pub in_progress: u64,
        }

        impl CallCounts {
            /// The columns of the counts that are kept.
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($count)),+];

            /// From the values of [`COLUMNS`](Self::COLUMNS), in that order; missing ones are 0.
            pub fn of(values: &[u64]) -> Self {
                let mut values = values.iter().copied();
                Self {
                    $($count: values.next().unwrap_or_default(),)+
                    in_progress: 0,
                }
            }

            /// Adds others.
            pub const fn add(&mut self, other: &Self) {
                $(self.$count = self.$count.saturating_add(other.$count);)+
                self.in_progress = self.in_progress.saturating_add(other.in_progress);
            }
        }
    };
}

call_counts! {
    /// Calls that arrived.
    arrived,
    /// Kept out by policy.
    suppressed,
    /// Counted for sampling.
    eligible,
    /// Chosen to be surveyed.
    sampled,
    /// Of these: answered with the survey.
    offered,
    /// Of these: at least one question has a value.
    started,
    /// Sampled, and never answered by us, but for calls refused for lack of capacity and technical failures.
    never_arrived,
    /// Ended with every scored question answered.
    completed,
    /// Ended with some answers, but not all.
    partial,
    /// Opted out.
    declined,
    /// Heard the survey and pressed nothing.
    no_answer,
    /// Hung up before the first answer.
    abandoned,
    /// Ended by a technical failure.
    failed,
    /// Refused for lack of capacity.
    refused_capacity,
    /// Not sampled, and ended so.
    not_sampled,
    /// Answered one question with its best values and another with its worst.
    reversed,
}

impl CallCounts {
    /// Calls that ended one way.
    pub const fn ended(&self, disposition: Disposition) -> u64 {
        match disposition {
            Disposition::NotSampled => self.not_sampled,
            // Every ended call has one disposition, so these are the rest.
            Disposition::Suppressed => self.arrived.saturating_sub(
                self.in_progress
                    + self.not_sampled
                    + self.refused_capacity
                    + self.declined
                    + self.no_answer
                    + self.abandoned
                    + self.failed
                    + self.partial
                    + self.completed,
            ),
            Disposition::RefusedCapacity => self.refused_capacity,
            Disposition::Declined => self.declined,
            Disposition::NoAnswer => self.no_answer,
            Disposition::Abandoned => self.abandoned,
            Disposition::Failed => self.failed,
            Disposition::Partial => self.partial,
            Disposition::Completed => self.completed,
        }
    }
}

/// Counts of one part of a split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallTally {
    /// Which part.
    pub key: TallyKey,
    /// Its counts.
    pub counts: CallCounts,
}

/// Why an answer may not be meant as it was given, as a sum of the constants; 0: no doubt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Doubt(pub u8);

impl Doubt {
    /// Given before half of the question was heard.
    pub const TOO_EARLY: u8 = 1;
    /// The same value at three or more questions of the call, and at no question another.
    pub const SAME_KEY: u8 = 2;
    /// A `1` that the inter-digit timeout accepted: it may be the beginning of a 10.
    pub const BY_TIMEOUT: u8 = 4;

    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// The words of its reasons.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        let known = [
            (Self::TOO_EARLY, "too_early"),
            (Self::SAME_KEY, "same_key"),
            (Self::BY_TIMEOUT, "by_timeout"),
        ];
        known
            .into_iter()
            .filter(move |(reason, _)| self.has(*reason))
            .map(|(_, word)| word)
    }

    /// Whether it has this reason.
    pub const fn has(self, reason: u8) -> bool {
        self.0 & reason != 0
    }
}

/// How often one answer was given to one question of one survey version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerTally {
    /// Which part of the split.
    pub key: TallyKey,
    /// Survey name.
    pub survey: String,
    /// Survey version.
    pub version: String,
    /// The question's id.
    pub question: String,
    /// The value; `None` when skipped.
    pub value: Option<i64>,
    /// Why it is doubtful.
    pub doubt: Doubt,
    /// How many.
    pub answers: u64,
}

/// How often each answer was given to one question of one survey version in one step of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepAnswers {
    /// The name of the span of time.
    pub step: String,
    /// Survey name.
    pub survey: String,
    /// Survey version.
    pub version: String,
    /// The question's id.
    pub question: String,
    /// Values, `None` for skipped, with how often; those that were given, each once.
    pub counts: Vec<(Option<i64>, u64)>,
}

/// How many calls one rule suppressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressedTally {
    /// The rule.
    pub rule: String,
    /// How many.
    pub calls: u64,
}

/// Surveys offered to calls of one class of talk time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TalkTimeTally {
    /// The shortest talk time of the class, in seconds.
    pub seconds: u32,
    /// Surveys offered.
    pub offered: u64,
    /// Of these: at least one question has a value.
    pub started: u64,
}

/// How far calls that could have been surveyed came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReachTally {
    /// A name for each dimension; empty: not known.
    pub names: Vec<String>,
    /// Calls that could have been surveyed.
    pub eligible: u64,
    /// Of these: came to us, or were asked about by the API.
    pub reached: u64,
    /// Of these: chosen to be surveyed.
    pub sampled: u64,
    /// Of these: answered with the survey.
    pub offered: u64,
    /// Of these: at least one question has a value.
    pub answered: u64,
    /// Of `eligible`: the agent hung up first.
    pub hung_up_by_agent: u64,
    /// Of `eligible`: the caller hung up first.
    pub hung_up_by_caller: u64,
}

/// How many selected recordings came to the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingTally {
    /// Survey name.
    pub survey: String,
    /// The question's id.
    pub question: String,
    /// What they came to.
    pub outcome: RecordingOutcome,
    /// How many.
    pub recordings: u64,
    /// Milliseconds of sound in all of them.
    pub duration_ms: u64,
}

/// What a recording came to, whether or not its file has expired since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RecordingOutcome {
    /// Something was said.
    Comment,
    /// Nothing, or too little, was said.
    Empty,
    /// Nothing was kept: the caller opted out, or left before the tone.
    Nothing,
    /// The disk failed.
    Lost,
    /// Not ended yet.
    Open,
}

impl RecordingOutcome {
    /// Every outcome.
    pub const ALL: [Self; 5] = [Self::Comment, Self::Empty, Self::Nothing, Self::Lost, Self::Open];

    /// The word in queries and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Empty => "empty",
            Self::Nothing => "nothing",
            Self::Lost => "lost",
            Self::Open => "recording",
        }
    }

    /// The outcome of a word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}
