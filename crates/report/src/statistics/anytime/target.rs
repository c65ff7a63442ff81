//! One stream against a fixed mean.

use super::bucket::Bucket;
use super::stakes::{BOLDEST, COUNT, Stakes};
use super::{Decision, ln_decided};
use crate::statistics::ConfidenceInterval;
use crate::statistics::distribution::root;

/// ln(1 + s (x - m)) at each stake s, for one answer x and the claim "the mean is at most m". A stake that could lose
/// everything is lowered to [`BOLDEST`] / m; so the factor falls as m grows, at every stake.
fn ln_factors(stakes: &Stakes, x: f64, m: f64) -> [f64; COUNT] {
    stakes
        .up_to(BOLDEST / m)
        .map(|stake| (1.0 + stake * (x - m)).ln())
}

/// The factors of the answers that have occurred; few do on any scale.
struct Factors {
    stakes: Stakes,
    m: f64,
    known: Vec<(f64, [f64; COUNT])>,
}

impl Factors {
    fn of(&mut self, x: f64) -> [f64; COUNT] {
        if let Some((_, factors)) = self.known.iter().find(|(known, _)| *known == x) {
            return *factors;
        }
        let factors = ln_factors(&self.stakes, x, self.m);
        self.known.push((x, factors));
        factors
    }
}

/// Walks through the buckets and bets in both directions against the target, 0 to 1.
pub(super) fn decide(buckets: &[Bucket], target: f64) -> Decision {
    let stakes = Stakes::new();
    let factors = |m| Factors {
        stakes: stakes.clone(),
        m,
        known: Vec::new(),
    };
    let (mut up, mut down) = (factors(target), factors(1.0 - target));
    let (mut on_higher, mut on_lower) = (stakes.capital(), stakes.capital());
    let mut decision = Decision::NONE;
    let mut answers = 0;
    for (place, bucket) in buckets.iter().enumerate().filter(|(_, bucket)| bucket.n() > 0) {
        answers += bucket.n();
        for (x, count) in bucket.answers() {
            on_higher.bet(count, &up.of(x));
            on_lower.bet(count, &down.of(1.0 - x));
        }
        decision.observe(place, answers, on_higher.ln_total(), on_lower.ln_total());
    }
    decision
}

/// ln of what the capital has become that was bet against "the mean is at most m".
pub(super) fn ln_capital(stakes: &Stakes, answers: &Bucket, m: f64) -> f64 {
    let mut capital = stakes.capital();
    for (x, count) in answers.answers() {
        capital.bet(count, &ln_factors(stakes, x, m));
    }
    capital.ln_total()
}

/// The means, 0 to 1, against which neither direction has been decided.
pub(super) fn interval(answers: &Bucket) -> ConfidenceInterval {
    ConfidenceInterval {
        low: lower_bound(answers),
        high: 1.0 - lower_bound(&answers.mirrored()),
    }
}

/// The largest m for which "the mean is at most m" has been refuted; 0 where none has.
fn lower_bound(answers: &Bucket) -> f64 {
    if answers.total() == 0.0 {
        return 0.0;
    }
    let stakes = Stakes::new();
    let is_open = |m: f64| ln_decided() - ln_capital(&stakes, answers, m);
    root::of_increasing(is_open, 0.0, 1.0)
}
