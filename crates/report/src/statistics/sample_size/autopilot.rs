//! The sampling autopilot: "plus or minus 8 points by Friday" becomes N of "one call in N".
//!
//! Planned again every day or hour for each stratum, from what is there and what is still to come. Answers that were
//! sampled with different N are [weighted](super::super::weighted) by it, so what counts is the effective number of
//! answers at the deadline. With W and W2, the sums of the weights and of their squares so far, and m answers to come
//! at N, it is (W + m N)^2 / (W2 + m N^2). The plan takes the largest N, that is the fewest callers, that still
//! reaches the wanted half-width if [`CAUTION`] standard deviations fewer answers come than expected. The deviation
//! covers the forecast, the response rate (known from few calls at first) and chance.
//!
//! Simulated, 2,000 weeks each: planned every morning for +-8 points of NPS that rises from 10 to 50 during the week, a
//! forecast that is wrong by 10 % a day, and a response rate known from 200 surveys
//! (`cargo test -p aftercall-report --test statistics autopilot -- --nocapture`):
//!
//! | calls a day, response rate | at most 8.8 | 7.2 to 8.8 | median | bias of the weighted score |
//! | --- | --- | --- | --- | --- |
//! | 2,000, 30 % | 100 % | 100 % | 7.8 | 0.0 |
//! | 600, 30 % | 100 % | 98 % | 7.6 | 0.0 |
//! | 2,000, 10 % | 100 % | 96 % | 7.6 | -0.1 |
//! | 2,000, 30 %, but only 75 % of the forecast come | 99.7 % | 99.7 % | 8.1 | 0.0 |

use std::ops::RangeInclusive;

use super::super::Z;
use crate::statistics::estimate::float;

/// So many standard deviations fewer answers than expected must suffice.
pub const CAUTION: f64 = 0.5;

/// What the operator wants.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Half of the width of the 95 % interval at the deadline, in the unit of the score.
    pub half_width: f64,
    /// Allowed N, such as `1..=20`.
    pub bounds: RangeInclusive<u32>,
}

/// The answers of the period that are there already.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Collected {
    weight: f64,
    squared_weight: f64,
}

impl Collected {
    /// Of pairs of (N when their calls were sampled, answers).
    pub fn of(answers: impl IntoIterator<Item = (u32, u64)>) -> Self {
        answers
            .into_iter()
            .fold(Self::default(), |sum, (one_call_in, answers)| {
                let (weight, answers) = (f64::from(one_call_in), float(answers));
                Self {
                    weight: sum.weight + answers * weight,
                    squared_weight: sum.squared_weight + answers * weight * weight,
                }
            })
    }

    /// The effective number of answers after `answers` more at N.
    fn effective_n(self, answers: f64, one_call_in: f64) -> f64 {
        let weight = self.weight + answers * one_call_in;
        let squared_weight = self.squared_weight + answers * one_call_in * one_call_in;
        if squared_weight > 0.0 {
            weight * weight / squared_weight
        } else {
            0.0
        }
    }
}

/// What is expected until the deadline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outlook {
    /// Eligible calls until the deadline.
    pub calls: f64,
    /// The standard deviation of that forecast.
    pub calls_deviation: f64,
    /// Calls that were sampled lately
    pub sampled: u64,
    /// and gave an answer.
    pub answered: u64,
    /// The variance of one answer, in the square of the unit of the score; for NPS 10,000 times
    /// [`planning_variance`](super::planning_variance).
    pub variance: f64,
}

/// What to do until the next plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// N: one call in N is surveyed.
    pub one_call_in: u32,
    /// Answers that are expected to come until the deadline.
    pub answers: f64,
    /// The half-width that is expected at the deadline; infinite if no answer is.
    pub half_width: f64,
    /// Why this N.
    pub reason: Reason,
}

/// Why a plan has its N.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It is the largest N that reaches the goal.
    Goal,
    /// A larger N would reach the goal, but is not allowed.
    LargestAllowed,
    /// Even the smallest N that is allowed does not surely reach the goal.
    SmallestAllowed,
    /// No calls are expected, so every one that comes is worth most.
    NoCallsExpected,
}

impl Reason {
    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::LargestAllowed => "largest_allowed",
            Self::SmallestAllowed => "smallest_allowed",
            Self::NoCallsExpected => "no_calls_expected",
        }
    }
}

/// Plans the sampling of one stratum. `None` for a half-width that is not above 0, bounds without an N above 0, more
/// answers than samples, or a forecast or variance that is negative or not finite.
pub fn plan(goal: &Goal, collected: Collected, outlook: &Outlook) -> Option<Plan> {
    let (smallest, largest) = (*goal.bounds.start(), *goal.bounds.end());
    let is_figure = |figure: f64| figure >= 0.0 && figure.is_finite();
    let is_sound = goal.half_width > 0.0
        && 0 < smallest
        && smallest <= largest
        && outlook.answered <= outlook.sampled
        && [outlook.calls, outlook.calls_deviation, outlook.variance]
            .into_iter()
            .all(is_figure);
    if !is_sound {
        return None;
    }
    let needed = outlook.variance * (Z / goal.half_width).powi(2);
    let reaches = |one_call_in: u32| {
        let (expected, deviation) = outlook.answers(f64::from(one_call_in));
        let cautious = (expected - CAUTION * deviation).max(0.0);
        collected.effective_n(cautious, f64::from(one_call_in)) >= needed
    };
    let (one_call_in, reason) = if outlook.calls == 0.0 {
        (smallest, Reason::NoCallsExpected)
    } else if !reaches(smallest) {
        (smallest, Reason::SmallestAllowed)
    } else if reaches(largest) {
        (largest, Reason::LargestAllowed)
    } else {
        (last_that(reaches, smallest, largest), Reason::Goal)
    };
    let (answers, _) = outlook.answers(f64::from(one_call_in));
    let effective_n = collected.effective_n(answers, f64::from(one_call_in));
    Some(Plan {
        one_call_in,
        answers,
        half_width: Z * (outlook.variance / effective_n).sqrt(),
        reason,
    })
}

impl Outlook {
    /// Answers to come at N: expected, and their standard deviation.
    fn answers(&self, one_call_in: f64) -> (f64, f64) {
        // Half an answer and half a refusal are added (Jeffreys), so that no experience is no certainty.
        let (yes, all) = (float(self.answered) + 0.5, float(self.sampled) + 1.0);
        let rate = yes / all;
        let expected = self.calls * rate / one_call_in;
        let of_rate = (1.0 - rate) / (rate * (all + 1.0));
        let of_calls = if self.calls > 0.0 {
            (self.calls_deviation / self.calls).powi(2)
        } else {
            0.0
        };
        (
            expected,
            (expected + expected * expected * (of_rate + of_calls)).sqrt(),
        )
    }
}

/// The last number from `good` on, which holds, to before `bad`, which does not, for which something holds that
/// ceases to hold once.
fn last_that(holds: impl Fn(u32) -> bool, good: u32, bad: u32) -> u32 {
    let (mut good, mut bad) = (good, bad);
    while bad - good > 1 {
        let middle = u32::midpoint(good, bad);
        if holds(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    good
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Collected, Goal, Outlook, Reason, plan};

    fn goal(half_width: f64) -> Goal {
        Goal {
            half_width,
            bounds: 1..=20,
        }
    }

    const WEEK: Outlook = Outlook {
        calls: 10_000.0,
        calls_deviation: 0.0,
        sampled: 1_000_000,
        answered: 300_000,
        variance: 6_000.0,
    };

    #[test]
    fn plan_of_a_week_is_the_one_computed_by_hand() {
        // Needed: 6000 (1.959964 / 8)^2 = 360.1. At N = 8: 375 expected, minus sqrt(375) / 2 = 365.3; at N = 9: 333.3.
        let found = plan(&goal(8.0), Collected::default(), &WEEK).unwrap();
        assert_eq!((found.one_call_in, found.reason), (8, Reason::Goal), "{found:?}");
        assert!((found.answers - 375.0).abs() < 0.01, "{found:?}");
        assert!(
            (found.half_width - 1.959_964 * 16.0_f64.sqrt()).abs() < 0.01,
            "{found:?}"
        );
    }

    #[test]
    fn answers_that_are_there_are_not_collected_twice() {
        let half_week = Outlook {
            calls: 5_000.0,
            ..WEEK
        };
        let ahead = plan(&goal(8.0), Collected::of([(5, 300)]), &half_week).unwrap();
        let behind = plan(&goal(8.0), Collected::of([(10, 150)]), &half_week).unwrap();
        assert!(
            ahead.one_call_in > 8 && behind.one_call_in < 8,
            "{ahead:?} {behind:?}"
        );
    }

    #[test]
    fn bounds_hold_and_are_given_as_the_reason() {
        let wide = plan(&goal(40.0), Collected::default(), &WEEK).unwrap();
        assert_eq!((wide.one_call_in, wide.reason), (20, Reason::LargestAllowed));
        let narrow = plan(&goal(1.0), Collected::default(), &WEEK).unwrap();
        assert_eq!((narrow.one_call_in, narrow.reason), (1, Reason::SmallestAllowed));
        assert!(narrow.half_width > 1.0);
        let none = plan(&goal(8.0), Collected::default(), &Outlook { calls: 0.0, ..WEEK }).unwrap();
        assert_eq!((none.one_call_in, none.reason), (1, Reason::NoCallsExpected));
        assert!(none.half_width.is_infinite());
    }

    #[test]
    fn less_experience_asks_more_callers() {
        let known = plan(&goal(8.0), Collected::default(), &WEEK).unwrap();
        let guessed = plan(
            &goal(8.0),
            Collected::default(),
            &Outlook {
                sampled: 20,
                answered: 6,
                ..WEEK
            },
        )
        .unwrap();
        assert!(guessed.one_call_in < known.one_call_in, "{guessed:?} {known:?}");
    }

    #[test]
    fn impossible_wishes_have_no_plan() {
        assert_eq!(plan(&goal(0.0), Collected::default(), &WEEK), None);
        let bounds = |bounds| Goal {
            half_width: 8.0,
            bounds,
        };
        assert_eq!(plan(&bounds(0..=5), Collected::default(), &WEEK), None);
        assert_eq!(
            plan(
                &bounds(std::ops::RangeInclusive::new(5, 4)),
                Collected::default(),
                &WEEK
            ),
            None
        );
        assert_eq!(
            plan(
                &goal(8.0),
                Collected::default(),
                &Outlook {
                    answered: 2,
                    sampled: 1,
                    ..WEEK
                }
            ),
            None
        );
        assert_eq!(
            plan(
                &goal(8.0),
                Collected::default(),
                &Outlook {
                    variance: f64::NAN,
                    ..WEEK
                }
            ),
            None
        );
    }

    proptest! {
        #[test]
        fn plan_is_within_bounds_and_narrower_goals_ask_more(
            half_width in 0.5..50.0_f64, calls in 0.0..1e9_f64, deviation in 0.0..1e8_f64, sampled in 0_u64..1_000_000_000,
            part in 0.0..=1.0_f64, there in proptest::collection::vec((1_u32..30, 0_u64..1_000_000), 0..6), variance in 0.0..10_000.0_f64,
        ) {
            let outlook = Outlook { calls, calls_deviation: deviation, sampled, answered: (sampled as f64 * part) as u64, variance };
            let collected = Collected::of(there);
            let found = plan(&goal(half_width), collected, &outlook).unwrap();
            prop_assert!((1..=20).contains(&found.one_call_in), "{found:?}");
            prop_assert!(found.answers.is_finite() && !found.half_width.is_nan(), "{found:?}");
            let narrower = plan(&goal(half_width / 2.0), collected, &outlook).unwrap();
            prop_assert!(narrower.one_call_in <= found.one_call_in, "{narrower:?} {found:?}");
        }
    }
}
