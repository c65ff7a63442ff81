//! Verdicts that stay true however often somebody looks.
//!
//! A 95 % test holds for one look. Looked at every day, it calls a steady score changed in one month of four. Here
//! the verdict of every bucket of every hour or day holds together with all others: over the whole life of a series,
//! a score that has not changed is called changed with a probability of 5 % at most ([`ALPHA`]), whenever and however
//! often somebody looks, and whether or not the looking stops at a result.
//!
//! # Method
//! Testing by betting (Shafer 2021; Waudby-Smith and Ramdas, "Estimating means of bounded random variables by
//! betting", Journal of the Royal Statistical Society B 86 (2024)). Answers x are scaled to 0..1. Against the claim
//! "the mean is at most m" a capital of 1 is multiplied at each answer by 1 + s (x - m), s >= 0. If the claim is true
//! the capital is expected not to grow, and by Ville's inequality it ever reaches 1 / a with a probability of a at
//! most. Nothing is assumed of the distribution of the answers; the mean may even vary, as long as it stays on its
//! side of m.
//!
//! The stake s is not guessed: the capital is spread over many stakes, [most near those that find a change of ten
//! points](stakes), and the sum is what counts. Each part depends on the counts of the answers alone, not on their
//! order, so a bucket may hold any number of answers. Half of [`ALPHA`] goes to either direction, which is why a
//! direction can be named.
//!
//! | question | method of [`Series`] | the null hypothesis |
//! | --- | --- | --- |
//! | a stream and a fixed target | [`Series::against_target`] | "higher": at no answer it was above the target |
//! | a stream and another one, or an earlier period | [`Series::against`] | "higher": in no pair of buckets it was above the other |
//! | a stream and its own earlier level | [`Series::change`] | the same, for later against earlier buckets |
//!
//! # What it costs
//! Simulated months of 28 days with 15 answers a day, 10,000 for each of the first figures and 4,000 for the others,
//! seeds in the tests (`cargo test -p aftercall-report --test statistics anytime -- --nocapture`):
//!
//! | steady 80 %, or NPS 30: called changed | looked at daily | hourly | at random |
//! | --- | --- | --- | --- |
//! | against the target | 1.8 %, 2.0 % | 2.7 %, 3.0 % | 2.4 %, 2.6 % |
//! | against the month before | 1.2 %, 1.4 % | 1.5 %, 1.7 % | 1.5 %, 1.4 % |
//! | change after a month | 0.6 %, 0.9 % | | |
//! | the ordinary 95 % interval | 23 % | | |
//!
//! | fall from 80 % to 70 % on the first day, looked at daily | found in 28 days | median day |
//! | --- | --- | --- |
//! | against the target | 97 % | 10 |
//! | against the three months before, or the month before | 91 %, 70 % | 14, 21 |
//! | change after three months, or after one | 86 %, 61 % | 17, 24 |
//! | NPS from 30 to 10, against the target | 99 % | 9 |
//!
//! Whoever compares with a sample instead of a target pays for the sample's own uncertainty: an ordinary test would,
//! too.
//!
//! Once decided, a verdict stays: [`Decision::decided_at_bucket`] says since when. The interval is that of the
//! last bucket; it may cover the target again after a decision, when the score has come back.

mod bucket;
mod change;
mod pairs;
mod series;
mod stakes;
mod target;

pub use series::Series;

use super::{ComparisonVerdict, ConfidenceInterval, FEWEST_FOR_A_SCORE};

/// The probability of a false verdict over the whole life of a series.
pub const ALPHA: f64 = 0.05;

/// What a series says, valid at every look.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnytimeVerdict {
    /// What is decided, and since when.
    pub decision: Decision,
    /// The mean of all answers, or the difference of two, in the unit of the score; `None` without answers.
    pub point: Option<f64>,
    /// Where the true value is: 95 % for all looks together, in the unit of the score.
    pub interval: ConfidenceInterval,
}

/// What is decided, and since when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decision {
    /// The largest evidence so far against "no difference": the capital of a bettor who began with 1. From 1 /
    /// [`ALPHA`] on it is decided.
    pub e_value: f64,
    /// The first decision, which stays.
    pub verdict: ComparisonVerdict,
    /// The bucket that decided, from 0.
    pub decided_at_bucket: Option<usize>,
}

impl Decision {
    const NONE: Self = Self {
        e_value: 1.0,
        verdict: ComparisonVerdict::CannotTell,
        decided_at_bucket: None,
    };

    /// A p value that is valid at every look: 1 / `e_value`, at most 1.
    pub fn p(&self) -> f64 {
        self.e_value.recip().min(1.0)
    }

    /// Adds what is known after a bucket: the logarithm of the capital that was bet on higher, and on lower. Nothing
    /// is decided below [`FEWEST_FOR_A_SCORE`] answers.
    fn observe(&mut self, bucket: usize, answers: u64, ln_higher: f64, ln_lower: f64) {
        if answers < FEWEST_FOR_A_SCORE {
            return;
        }
        // Two directions: each has half of the capital.
        let e_value = 0.5 * ln_higher.max(ln_lower).min(MOST_LN_CAPITAL).exp();
        self.e_value = self.e_value.max(e_value);
        if self.decided_at_bucket.is_none() && e_value >= ALPHA.recip() {
            self.decided_at_bucket = Some(bucket);
            self.verdict = if ln_higher > ln_lower {
                ComparisonVerdict::Higher
            } else {
                ComparisonVerdict::Lower
            };
        }
    }
}

/// Larger logarithms would not fit into an e-value.
const MOST_LN_CAPITAL: f64 = 700.0;

/// The logarithm of the capital at which one direction is decided.
fn ln_decided() -> f64 {
    (2.0 / ALPHA).ln()
}

#[cfg(test)]
mod tests;
