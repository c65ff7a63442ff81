//! Two shares.

use super::{Comparison, ComparisonVerdict};
use crate::statistics::distribution::normal;
use crate::statistics::estimate::float;
use crate::statistics::{ConfidenceInterval, Estimate, FEWEST_FOR_A_SCORE, share};

/// Compares two shares given as (hits, n); `None` when either n is below [`FEWEST_FOR_A_SCORE`] or smaller than its
/// hits.
///
/// p: the two-proportion z test with the pooled variance. Interval: Newcombe's hybrid of the two Wilson intervals.
/// Effect: Cohen's h, 2 asin sqrt(p1) - 2 asin sqrt(p2).
pub fn shares(first: (u64, u64), second: (u64, u64)) -> Option<Comparison> {
    let (n1, n2) = (first.1, second.1);
    if n1.min(n2) < FEWEST_FOR_A_SCORE {
        return None;
    }
    let (share1, share2) = (share(first.0, n1)?, share(second.0, n2)?);
    let difference = share1.point - share2.point;
    let p = p_value(first, second, difference);
    Some(Comparison {
        n: (n1, n2),
        difference,
        interval: newcombe(share1, share2),
        p,
        effect: angle(share1.point) - angle(share2.point),
        verdict: ComparisonVerdict::of(difference, p),
    })
}

fn p_value(first: (u64, u64), second: (u64, u64), difference: f64) -> f64 {
    let (n1, n2) = (float(first.1), float(second.1));
    let pooled = (float(first.0) + float(second.0)) / (n1 + n2);
    let variance = pooled * (1.0 - pooled) * (1.0 / n1 + 1.0 / n2);
    // Without variance all answers of both groups are equal, and so are the shares.
    if variance > 0.0 {
        normal::two_sided(difference / variance.sqrt())
    } else {
        1.0
    }
}

/// The hybrid score interval: R. G. Newcombe, "Interval estimation for the difference between independent proportions",
/// Statistics in Medicine 17 (1998), pp. 873-890, method 10.
pub(in crate::statistics) fn newcombe(first: Estimate, second: Estimate) -> ConfidenceInterval {
    let difference = first.point - second.point;
    let below = (first.point - first.interval.low).hypot(second.interval.high - second.point);
    let above = (first.interval.high - first.point).hypot(second.point - second.interval.low);
    ConfidenceInterval {
        low: (difference - below).max(-1.0),
        high: (difference + above).min(1.0),
    }
}

fn angle(share: f64) -> f64 {
    2.0 * share.sqrt().asin()
}
