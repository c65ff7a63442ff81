//! The measures of the field.

/// What a question measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Metric {
    /// Net Promoter Score, 0-10.
    Nps,
    /// Customer Effort Score: how easy it was.
    Ces,
    /// Customer satisfaction: how satisfied the caller is.
    Csat,
    /// Yes (1) or no (0).
    YesNo,
    /// A plain choice; counted, never averaged.
    Choice,
    /// A plain number, such as how often the caller has called about this; it has a mean and no score.
    Number,
    /// Recorded speech; no key answers it, and it has no score.
    Comment,
}

impl Metric {
    /// Every metric.
    pub const ALL: [Self; 7] = [
        Self::Nps,
        Self::Ces,
        Self::Csat,
        Self::YesNo,
        Self::Choice,
        Self::Number,
        Self::Comment,
    ];

    /// The word in surveys, rows and reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nps => "nps",
            Self::Ces => "ces",
            Self::Csat => "csat",
            Self::YesNo => "yes_no",
            Self::Choice => "choice",
            Self::Number => "number",
            Self::Comment => "comment",
        }
    }

    /// Whether answers to it make a survey complete. A comment never does; a plain choice or number only where a
    /// survey asks nothing else.
    pub const fn is_scored(self) -> bool {
        match self {
            Self::Nps | Self::Ces | Self::Csat | Self::YesNo => true,
            Self::Choice | Self::Number | Self::Comment => false,
        }
    }

    /// The metric of a word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}
