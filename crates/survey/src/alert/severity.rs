//! How grave an alert is.

use std::fmt;

/// How grave an alert is. A later one is graver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AlertSeverity {
    /// Praise: somebody is to be thanked, and nothing has to be done by a certain time.
    Thanks,
    /// It can wait.
    Low,
    /// As usual.
    Normal,
    /// Before others.
    High,
    /// At once.
    Urgent,
}

impl AlertSeverity {
    /// Every one, the mildest first.
    pub const ALL: [Self; 5] = [Self::Thanks, Self::Low, Self::Normal, Self::High, Self::Urgent];

    /// The word in the configuration and in rows.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Thanks => "thanks",
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }

    /// The severity of a word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// Whether somebody has to do something by a certain time.
    pub const fn has_clock(self) -> bool {
        !matches!(self, Self::Thanks)
    }
}

impl fmt::Display for AlertSeverity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
