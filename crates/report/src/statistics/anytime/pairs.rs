//! Two streams against each other.
//!
//! In a pair of buckets with n1 and n2 answers of the one and the other, the capital is multiplied by 1 + l1 (x - c)
//! for each x of the one and by 1 + l2 (x - c) for each of the other, with n1 l1 + n2 l2 = 0. If both have the mean
//! t, whatever it is, the expected factor of the pair is (1 + l1 (t - c))^n1 (1 + l2 (t - c))^n2 <= exp((n1 l1 + n2
//! l2) (t - c)) = 1. For shares this is the test of Turner, Ly and Grünwald, "Generic E-variables for exact
//! sequential k-sample tests that allow for optional stopping", Journal of Statistical Planning and Inference 230
//! (2024); the inequality shows that it holds for all bounded answers. The centre c comes from earlier pairs and
//! affects only the strength.
//!
//! For a difference d instead of none, x of the one is replaced by x - d; the set of differences that are not refuted
//! is the interval.

use super::bucket::Bucket;
use super::stakes::{BOLDEST, COUNT, Capital, Stakes};
use super::{Decision, ln_decided};
use crate::statistics::ConfidenceInterval;
use crate::statistics::distribution::root;
use crate::statistics::estimate::float;

/// A pair is closed when both have so many answers. Pairs of one and five answers would waste four of the five; which
/// answers meet depends on their numbers alone, never on what they say.
const FEWEST: u64 = 5;

/// Answers of two streams that are compared with each other.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    /// The bucket after which it was complete.
    pub(super) bucket: usize,
    one: Bucket,
    other: Bucket,
    /// The mean of both in all earlier pairs.
    centre: f64,
}

/// Puts bucket to bucket, and together as many as a pair needs; what is left at the end waits. `first` is the number
/// of the first bucket.
pub(super) fn of(one: &[Bucket], other: &[Bucket], first: usize) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let (mut left, mut right) = (Bucket::default(), Bucket::default());
    // Half an answer at either end, so that there is a centre before the first pair.
    let (mut total, mut answers) = (0.5, 1.0);
    for (place, (one, other)) in one.iter().zip(other).enumerate() {
        left.add(one);
        right.add(other);
        if left.n().min(right.n()) < FEWEST {
            continue;
        }
        let centre = total / answers;
        total += left.total() + right.total();
        answers += float(left.n()) + float(right.n());
        pairs.push(Pair {
            bucket: first + place,
            one: std::mem::take(&mut left),
            other: std::mem::take(&mut right),
            centre,
        });
    }
    pairs
}

/// What is known after a pair.
pub(super) struct Evidence {
    pub(super) bucket: usize,
    /// Answers of the stream that has fewer.
    pub(super) answers: u64,
    pub(super) ln_higher: f64,
    pub(super) ln_lower: f64,
}

/// Bets in both directions against "no difference", pair by pair.
pub(super) fn evidence(pairs: &[Pair]) -> impl Iterator<Item = Evidence> {
    let stakes = Stakes::new();
    let (mut on_higher, mut on_lower) = (stakes.capital(), stakes.capital());
    let (mut one, mut other) = (0, 0);
    pairs.iter().map(move |pair| {
        pair.bet(&stakes, &mut on_higher, 0.0);
        pair.mirrored().bet(&stakes, &mut on_lower, 0.0);
        one += pair.one.n();
        other += pair.other.n();
        Evidence {
            bucket: pair.bucket,
            answers: one.min(other),
            ln_higher: on_higher.ln_total(),
            ln_lower: on_lower.ln_total(),
        }
    })
}

/// Walks through the pairs.
pub(super) fn decide(pairs: &[Pair]) -> Decision {
    let mut decision = Decision::NONE;
    for Evidence {
        bucket,
        answers,
        ln_higher,
        ln_lower,
    } in evidence(pairs)
    {
        decision.observe(bucket, answers, ln_higher, ln_lower);
    }
    decision
}

/// The difference of the means within the pairs, each weighted by what it can tell; `None` without a pair.
pub(super) fn difference(pairs: &[Pair]) -> Option<f64> {
    let sums = pairs.iter().fold((0.0, 0.0), |(sum, weight), pair| {
        let (n1, n2) = (float(pair.one.n()), float(pair.other.n()));
        let harmonic = n1 * n2 / (n1 + n2);
        (
            sum + harmonic * (pair.one.total() / n1 - pair.other.total() / n2),
            weight + harmonic,
        )
    });
    (!pairs.is_empty()).then(|| sums.0 / sums.1)
}

/// The differences of one mean minus the other, -1 to 1, against which no capital has grown to e to the power of
/// `ln_capital`. Where the difference itself changes from pair to pair, no single one may be left; then the ends are those between
/// which it has moved.
pub(super) fn interval(pairs: &[Pair], ln_capital: f64) -> ConfidenceInterval {
    let mirrored: Vec<Pair> = pairs.iter().map(Pair::mirrored).collect();
    let (low, high) = (
        lower_bound(pairs, ln_capital),
        -lower_bound(&mirrored, ln_capital),
    );
    ConfidenceInterval {
        low: low.min(high),
        high: low.max(high),
    }
}

/// The interval of the decision itself.
pub(super) fn interval_of_decision(pairs: &[Pair]) -> ConfidenceInterval {
    interval(pairs, ln_decided())
}

/// The largest difference d for which "the difference is at most d" has been refuted. The capital falls as d grows,
/// at every stake.
fn lower_bound(pairs: &[Pair], ln_capital: f64) -> f64 {
    let stakes = Stakes::new();
    let is_open = |difference: f64| {
        let mut capital = stakes.capital();
        for pair in pairs {
            pair.bet(&stakes, &mut capital, difference);
        }
        ln_capital - capital.ln_total()
    };
    if pairs.is_empty() {
        return -1.0;
    }
    root::of_increasing(is_open, -1.0, 1.0)
}

impl Pair {
    /// Bets against "the mean of the one is at most that of the other plus `difference`".
    fn bet(&self, stakes: &Stakes, capital: &mut Capital, difference: f64) {
        let (n1, n2) = (float(self.one.n()), float(self.other.n()));
        let (share1, share2) = (n1 / (n1 + n2), n2 / (n1 + n2));
        // No factor falls below 1 - BOLDEST, whatever the answer and for all differences from -1 to 1.
        let most1 = BOLDEST / (share2 * (self.centre + share2));
        let most2 = BOLDEST / (share1 * (1.0 - self.centre + share1));
        let stakes: [f64; COUNT] = stakes.up_to(most1.min(most2));
        for (x, count) in self.one.answers() {
            let gain = share2 * (x - self.centre - difference * share2);
            capital.bet(count, &stakes.map(|stake| (1.0 + stake * gain).ln()));
        }
        for (x, count) in self.other.answers() {
            let gain = -share1 * (x - self.centre + difference * share1);
            capital.bet(count, &stakes.map(|stake| (1.0 + stake * gain).ln()));
        }
    }

    /// The same answers from the other end of the scale, so that lower becomes higher.
    fn mirrored(&self) -> Self {
        Self {
            bucket: self.bucket,
            one: self.one.mirrored(),
            other: self.other.mirrored(),
            centre: 1.0 - self.centre,
        }
    }
}
