//! How a call ended, in one word: the funnel.

use std::fmt;

/// The one end of each call (the funnel of the product).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Disposition {
    /// Eligible, but not selected by sampling.
    NotSampled,
    /// Kept out by policy.
    Suppressed,
    /// Sampled, but there was no capacity.
    RefusedCapacity,
    /// The caller opted out.
    Declined,
    /// The caller heard the survey and pressed nothing.
    NoAnswer,
    /// The caller hung up before the first answer.
    Abandoned,
    /// Technical failure; the reason says which.
    Failed,
    /// At least one answer, but not all.
    Partial,
    /// Every scored question answered.
    Completed,
}

impl Disposition {
    /// Every disposition, in the order of the funnel.
    pub const ALL: [Self; 9] = [
        Self::NotSampled,
        Self::Suppressed,
        Self::RefusedCapacity,
        Self::Declined,
        Self::NoAnswer,
        Self::Abandoned,
        Self::Failed,
        Self::Partial,
        Self::Completed,
    ];

    /// The word stored in the database and shown to people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSampled => "not_sampled",
            Self::Suppressed => "suppressed",
            Self::RefusedCapacity => "refused_capacity",
            Self::Declined => "declined",
            Self::NoAnswer => "no_answer",
            Self::Abandoned => "abandoned",
            Self::Failed => "failed",
            Self::Partial => "partial",
            Self::Completed => "completed",
        }
    }

    /// The disposition of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for Disposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
