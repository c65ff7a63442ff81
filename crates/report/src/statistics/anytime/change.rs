//! One stream against its own earlier level.
//!
//! When a change began is unknown, so several starts are tried, and the capital is divided among them: 1/2 on the
//! first, 1/6 on the next, 1 / ((k + 1) (k + 2)) on the one k steps later, which adds up to 1 for a series of any
//! length. From each start on the later buckets are [paired](super::pairs) with all earlier ones, which are spread
//! over the buckets that follow; after those a start is not followed further. Each start has the test of two streams,
//! at its part of the error.

use super::bucket::Bucket;
use super::pairs::{self, Pair};
use super::series::spread;
use super::{Decision, ln_decided};

/// Starts tried within the time that each is followed: weekly ones if that is four weeks.
const STARTS: usize = 4;

/// The result of a search.
pub(super) struct Found {
    pub(super) decision: Decision,
    /// Later against earlier buckets, from the most convincing start on.
    pub(super) pairs: Vec<Pair>,
    /// The logarithm of the capital from which on that start is decided, with its small part of the whole.
    pub(super) ln_capital: f64,
}

/// Tries the starts; `None` unless there are buckets before and after.
pub(super) fn search(buckets: &[Bucket], earlier: usize, follow: usize) -> Option<Found> {
    if earlier == 0 || earlier >= buckets.len() || follow == 0 {
        return None;
    }
    let starts = (earlier..buckets.len()).step_by((follow / STARTS).max(1));
    let mut after_bucket = vec![(0, f64::NEG_INFINITY, f64::NEG_INFINITY); buckets.len()];
    let mut best: Option<(f64, Found)> = None;
    for (k, start) in starts.enumerate() {
        let (before, after) = buckets.split_at(start);
        let pairs = pairs::of(after, &spread(before, follow), start);
        let ln_part = -(((k + 1) * (k + 2)) as f64).ln();
        let mut strongest = f64::NEG_INFINITY;
        for evidence in pairs::evidence(&pairs) {
            let (ln_higher, ln_lower) = (ln_part + evidence.ln_higher, ln_part + evidence.ln_lower);
            strongest = strongest.max(ln_higher).max(ln_lower);
            if let Some((answers, higher, lower)) = after_bucket.get_mut(evidence.bucket) {
                *answers = evidence.answers.max(*answers);
                *higher = ln_higher.max(*higher);
                *lower = ln_lower.max(*lower);
            }
        }
        if best.as_ref().is_none_or(|(known, _)| strongest > *known) {
            let found = Found {
                decision: Decision::NONE,
                pairs,
                ln_capital: ln_decided() - ln_part,
            };
            best = Some((strongest, found));
        }
    }
    let (_, mut found) = best?;
    for (bucket, (answers, higher, lower)) in after_bucket.into_iter().enumerate() {
        found.decision.observe(bucket, answers, higher, lower);
    }
    Some(found)
}
