//! Two Net Promoter Scores.

use super::{Comparison, ComparisonVerdict};
use crate::statistics::distribution::normal;
use crate::statistics::estimate::float;
use crate::statistics::{ConfidenceInterval, FEWEST_FOR_A_SCORE, NpsCounts, Z};

/// Compares two scores, in points from -200 to 200; `None` when either group has fewer than [`FEWEST_FOR_A_SCORE`]
/// answers.
///
/// The effect is the difference over the pooled standard deviation of the answers, each counted as -1, 0 or +1.
pub fn nps(first: NpsCounts, second: NpsCounts) -> Option<Comparison> {
    let (n1, n2) = (first.n(), second.n());
    if n1.min(n2) < FEWEST_FOR_A_SCORE {
        return None;
    }
    let (size1, size2) = (float(n1), float(n2));
    let (variance1, variance2) = (first.variance_for_tests(), second.variance_for_tests());
    let difference = first.net_share() - second.net_share();
    let error = (variance1 / size1 + variance2 / size2).sqrt();
    let p = normal::two_sided(difference / error);
    let deviation = ((size1 * variance1 + size2 * variance2) / (size1 + size2)).sqrt();
    Some(Comparison {
        n: (n1, n2),
        difference: 100.0 * difference,
        interval: ConfidenceInterval {
            low: 100.0 * (difference - Z * error).max(-2.0),
            high: 100.0 * (difference + Z * error).min(2.0),
        },
        p,
        effect: difference / deviation,
        verdict: ComparisonVerdict::of(difference, p),
    })
}
