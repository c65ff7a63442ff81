//! Why a recording ended.

use std::fmt;

/// Why a recording ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EndedBy {
    /// The caller pressed `#`.
    Key,
    /// The caller fell silent.
    Silence,
    /// The comment took as long as it may.
    Limit,
    /// The survey took as long as it may.
    TimeCap,
    /// The caller hung up.
    CallerHungUp,
    /// The caller opted out.
    OptedOut,
    /// The disk was full or failed.
    Disk,
    /// The call ended for a technical reason.
    Technical,
    /// The service died during the comment; the file was mended at the next start.
    Restart,
}

impl EndedBy {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Key,
        Self::Silence,
        Self::Limit,
        Self::TimeCap,
        Self::CallerHungUp,
        Self::OptedOut,
        Self::Disk,
        Self::Technical,
        Self::Restart,
    ];

    /// The word stored in the database and shown to people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Silence => "silence",
            Self::Limit => "limit",
            Self::TimeCap => "time_cap",
            Self::CallerHungUp => "caller_hung_up",
            Self::OptedOut => "opted_out",
            Self::Disk => "disk",
            Self::Technical => "technical",
            Self::Restart => "restart",
        }
    }

    /// The reason of a stored word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }
}

impl fmt::Display for EndedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
