//! The rates of the funnel, as data: name, formula, value, interval.
//!
//! A page, a file and an API that read this list cannot differ, and whoever points at a rate reads the formula that
//! made it. The outcome rates of AAPOR follow "Standard Definitions: Final Dispositions of Case Codes and Outcome
//! Rates for Surveys" (2023).

mod aapor;

pub use aapor::AaporCounts;

use super::{ConfidenceInterval, Estimate, FEWEST_FOR_A_SCORE, share};

/// Calls by how far they went and how they ended. From `sampled` on, all counts are of sampled calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FunnelCounts {
    /// Calls that reached us.
    pub arrived: u64,
    /// Kept out by policy.
    pub suppressed: u64,
    /// Counted for sampling.
    pub eligible: u64,
    /// Chosen to be surveyed.
    pub sampled: u64,
    /// Answered by us with the survey.
    pub offered: u64,
    /// Gave at least one answer.
    pub started: u64,
    /// Ended with some answers, but not all.
    pub partial: u64,
    /// Ended with every scored question answered.
    pub completed: u64,
    /// Opted out with the key for it.
    pub declined: u64,
    /// Heard the survey and pressed nothing.
    pub no_answer: u64,
    /// Heard the survey and hung up before the first answer. A sampled call that never arrived heard nothing and is
    /// not here.
    pub abandoned: u64,
    /// Ended by a technical failure.
    pub failed: u64,
    /// Sampled, but there was no capacity.
    pub refused_capacity: u64,
    /// Not ended yet.
    pub in_progress: u64,
}

/// A rate of [`FunnelCounts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rate {
    /// Which part of the sampled calls heard the survey: exposes loss in the hand-over, and gaming.
    Reach,
    /// Which part of those who heard it gave an answer.
    Participation,
    /// Which part of those who gave an answer gave all.
    Completion,
    /// The headline: which part of those who heard it gave an answer that is kept.
    Response,
    /// Which part of those who heard it gave all answers.
    StrictResponse,
    /// Which part of the sampled calls gave all answers.
    EndToEnd,
    /// Which part of those who decided with a key took part.
    Acceptance,
    /// AAPOR response rate 1, the minimum response rate.
    Rr1,
    /// AAPOR response rate 2: partial interviews count as responses.
    Rr2,
    /// AAPOR response rate 5: calls whose outcome is unknown are left out.
    Rr5,
    /// AAPOR response rate 6: like 5, and partial interviews count as responses.
    Rr6,
    /// AAPOR cooperation rate 1: of all that were reached.
    Coop1,
}

impl Rate {
    /// Every rate, in the order of reports.
    pub const ALL: [Self; 12] = [
        Self::Reach,
        Self::Participation,
        Self::Completion,
        Self::Response,
        Self::StrictResponse,
        Self::EndToEnd,
        Self::Acceptance,
        Self::Rr1,
        Self::Rr2,
        Self::Rr5,
        Self::Rr6,
        Self::Coop1,
    ];

    /// Its name in JSON and in columns.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Participation => "participation",
            Self::Completion => "completion",
            Self::Response => "response_rate",
            Self::StrictResponse => "strict_response",
            Self::EndToEnd => "end_to_end",
            Self::Acceptance => "acceptance",
            Self::Rr1 => "aapor_rr1",
            Self::Rr2 => "aapor_rr2",
            Self::Rr5 => "aapor_rr5",
            Self::Rr6 => "aapor_rr6",
            Self::Coop1 => "aapor_coop1",
        }
    }

    /// What is divided by what, in the words of [`FunnelCounts`] or, for AAPOR, of [`AaporCounts`].
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Reach => "offered / sampled",
            Self::Participation => "started / offered",
            Self::Completion => "completed / started",
            Self::Response => "(completed + partial) / offered",
            Self::StrictResponse => "completed / offered",
            Self::EndToEnd => "completed / sampled",
            Self::Acceptance => "completed / (completed + declined)",
            Self::Rr1 => "I / (I + P + R + NC + O + U)",
            Self::Rr2 => "(I + P) / (I + P + R + NC + O + U)",
            Self::Rr5 => "I / (I + P + R + NC + O)",
            Self::Rr6 => "(I + P) / (I + P + R + NC + O)",
            Self::Coop1 => "I / (I + P + R + O)",
        }
    }

    /// What stands above the line.
    pub fn numerator(self, counts: &FunnelCounts) -> u64 {
        match self {
            Self::Reach => counts.offered,
            Self::Participation => counts.started,
            Self::Completion | Self::StrictResponse | Self::EndToEnd | Self::Acceptance => counts.completed,
            Self::Response => counts.completed + counts.partial,
            Self::Rr1 | Self::Rr5 | Self::Coop1 => counts.aapor().complete,
            Self::Rr2 | Self::Rr6 => counts.aapor().responses(),
        }
    }

    /// What stands below the line.
    pub fn denominator(self, counts: &FunnelCounts) -> u64 {
        match self {
            Self::Reach | Self::EndToEnd => counts.sampled,
            Self::Participation | Self::Response | Self::StrictResponse => counts.offered,
            Self::Completion => counts.started,
            Self::Acceptance => counts.completed + counts.declined,
            Self::Rr1 | Self::Rr2 => counts.aapor().all(),
            Self::Rr5 | Self::Rr6 => counts.aapor().known(),
            Self::Coop1 => counts.aapor().reached(),
        }
    }

    /// The rate in percent; `None` when fewer than [`FEWEST_FOR_A_SCORE`] calls stand below the line, or fewer than
    /// above it.
    pub fn value(self, counts: &FunnelCounts) -> Option<f64> {
        self.estimate(counts).map(|estimate| estimate.point)
    }

    /// The 95 % Wilson interval of the rate, in percent; `None` as for [`Self::value`].
    pub fn interval(self, counts: &FunnelCounts) -> Option<ConfidenceInterval> {
        self.estimate(counts).map(|estimate| estimate.interval)
    }

    /// The rate in percent with the calls below the line as its n; `None` as for [`Self::value`].
    pub fn estimate(self, counts: &FunnelCounts) -> Option<Estimate> {
        let (above, below) = (self.numerator(counts), self.denominator(counts));
        if below < FEWEST_FOR_A_SCORE {
            return None;
        }
        share(above, below).map(|estimate| Estimate {
            n: below,
            // Not 100 times the share: of 29 in 100 that would be 28.999999999999996.
            point: 100.0 * above as f64 / below as f64,
            interval: estimate.interval.scaled(100.0),
        })
    }
}

#[cfg(test)]
mod tests;
