//! Two groups against each other: this period and the one before, a team and the rest.
//!
//! | figure | test | interval | effect |
//! | --- | --- | --- | --- |
//! | NPS | z with SE = sqrt(Var1 / n1 + Var2 / n2) | difference +- 1.96 SE | difference in standard deviations |
//! | share | two-proportion z, pooled variance | Newcombe (1998), method 10 | Cohen's h |
//! | mean | Welch's t | t with Welch's degrees of freedom | Cohen's d |
//!
//! The verdict comes from the p value alone. An interval of another construction may therefore touch 0 beside a
//! verdict, by a hair.
//!
//! A group in which all answers are equal has a variance of 0, which nobody believes of its callers; it gets the
//! variance that a few further answers could have shown. Without this, an exact enumeration for 10 against 40 answers
//! of one population (80 % promoters, 5 % detractors) calls a difference in 13 % of all cases; with it, in 4 %.
//!
//! These tests hold for **one look**. Who looks every day needs [`anytime`](super::anytime).

mod means;
mod nps;
mod shares;

pub use means::means;
pub use nps::nps;
pub use shares::shares;

use super::ConfidenceInterval;

/// A difference with p below this is called higher or lower.
pub const SIGNIFICANT: f64 = 0.05;

/// The first of two groups seen from the second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Answers of the first and of the second group.
    pub n: (u64, u64),
    /// First minus second: points of NPS, a share (0.1 is ten percentage points), or units of the scale.
    pub difference: f64,
    /// The 95 % interval of the difference, in its unit.
    pub interval: ConfidenceInterval,
    /// The two-sided p value, 0 to 1: how often groups of these sizes without a difference would differ at least this
    /// much.
    pub p: f64,
    /// The difference in units that compare across scales, signed like it: 0.2 is small, 0.5 medium, 0.8 large (Cohen
    /// 1988).
    pub effect: f64,
    /// The difference in a word.
    pub verdict: ComparisonVerdict,
}

/// What a comparison says of the first group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ComparisonVerdict {
    /// It is higher than the second.
    Higher,
    /// It is lower.
    Lower,
    /// These answers cannot tell.
    CannotTell,
}

impl ComparisonVerdict {
    /// The verdict of a difference with its p value.
    pub fn of(difference: f64, p: f64) -> Self {
        if p >= SIGNIFICANT || difference == 0.0 {
            Self::CannotTell
        } else if difference > 0.0 {
            Self::Higher
        } else {
            Self::Lower
        }
    }

    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::CannotTell => "cannot_tell",
        }
    }
}

#[cfg(test)]
mod tests;
