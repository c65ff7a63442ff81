//! A figure against its target.

use super::ConfidenceInterval;

/// What an interval says of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetComparison {
    /// The whole interval is at or above the target.
    Reached,
    /// The whole interval is below it.
    Missed,
    /// The interval covers the target: these answers cannot decide it.
    CannotTell,
}

impl TargetComparison {
    /// Compares a figure with its target, in the same unit.
    pub fn of(interval: ConfidenceInterval, target: f64) -> Self {
        if interval.low >= target {
            Self::Reached
        } else if interval.high < target {
            Self::Missed
        } else {
            Self::CannotTell
        }
    }

    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Missed => "missed",
            Self::CannotTell => "cannot_tell",
        }
    }
}
