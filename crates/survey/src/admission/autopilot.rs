//! The sampling autopilot of a route: what the operator wants, and the N that were planned for it.
//!
//! Who plans is `aftercall::autopilot`; the rules of a route hold the goal and the N in force, so that a decision
//! ([`RouteRules::sampler_of`](super::RouteRules::sampler_of)) needs nothing else.

use std::num::NonZeroU32;

use chrono::{DateTime, Utc, Weekday};

use super::call::Stratum;

/// "Plus or minus 8 points in each stratum by Friday."
#[derive(Debug, Clone, PartialEq)]
pub struct Autopilot {
    /// Half of the width of the 95 % interval at the deadline, in points; above 0.
    pub half_width: f64,
    /// The last day of each week of collecting, in the time zone of the route: the deadline is its end.
    pub until: Weekday,
    /// Id of the question of the route's survey; `None`: the first that is scored as NPS or as a share.
    pub question: Option<String>,
    /// The smallest N that is allowed.
    pub min: NonZeroU32,
    /// The largest; not below `min`.
    pub max: NonZeroU32,
}

impl Autopilot {
    /// N, or the bound that it exceeds.
    pub fn bounded(&self, every: NonZeroU32) -> NonZeroU32 {
        // Not `clamp`, which panics where `max` is below `min`.
        every.min(self.max).max(self.min)
    }
}

/// N of one stratum, as it was planned.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingPlan {
    /// Whose calls.
    pub stratum: Stratum,
    /// N: one call in N is surveyed from then on.
    pub every: NonZeroU32,
    /// N before.
    pub former_every: NonZeroU32,
    /// When.
    pub planned_at: DateTime<Utc>,
    /// Why.
    pub reason: PlanReason,
    /// Answers that were expected to come from then to the deadline.
    pub answers: f64,
    /// The half-width that was expected at the deadline, in points; `None`: no answers were.
    pub half_width: Option<f64>,
    /// The deadline: the first moment after the last day of the week of collecting.
    pub until: DateTime<Utc>,
}

/// Why a plan has its N.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanReason {
    /// It is the largest N that reaches the goal.
    Goal,
    /// A larger N would reach the goal, but is not allowed.
    LargestAllowed,
    /// Even the smallest N that is allowed does not surely reach the goal.
    SmallestAllowed,
    /// No calls are expected until the deadline.
    NoCallsExpected,
    /// No earlier week has calls to compare with: the configured N stays, within the bounds.
    NoHistory,
}

impl PlanReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Goal,
        Self::LargestAllowed,
        Self::SmallestAllowed,
        Self::NoCallsExpected,
        Self::NoHistory,
    ];

    /// The word in the database, in the log and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::LargestAllowed => "largest_allowed",
            Self::SmallestAllowed => "smallest_allowed",
            Self::NoCallsExpected => "no_calls_expected",
            Self::NoHistory => "no_history",
        }
    }

    /// The reason of a word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// In words for an operator.
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Goal => "the largest N that reaches the goal",
            Self::LargestAllowed => "the largest N allowed; a larger one would reach the goal",
            Self::SmallestAllowed => "the smallest N allowed; the goal may be missed",
            Self::NoCallsExpected => "no calls are expected until the deadline",
            Self::NoHistory => "no history: the configured N, within the bounds",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use chrono::Weekday;

    use super::{Autopilot, PlanReason};

    #[test]
    fn n_outside_of_the_bounds_is_moved_to_the_bound_it_exceeds() {
        let n = |number| NonZeroU32::new(number).unwrap();
        let autopilot = Autopilot {
            half_width: 8.0,
            until: Weekday::Fri,
            question: None,
            min: n(2),
            max: n(50),
        };
        for (every, bounded) in [(1, 2), (2, 2), (10, 10), (50, 50), (51, 50)] {
            assert_eq!(autopilot.bounded(n(every)), n(bounded), "{every}");
        }
    }

    #[test]
    fn every_reason_is_read_back_from_its_word() {
        for reason in PlanReason::ALL {
            assert_eq!(PlanReason::from_str_opt(reason.as_str()), Some(reason));
        }
        assert_eq!(PlanReason::from_str_opt("mood"), None);
    }
}
