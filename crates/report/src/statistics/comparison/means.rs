//! Two means: B. L. Welch, "The generalization of 'Student's' problem when several different population variances are
//! involved", Biometrika 34 (1947).

use super::{Comparison, ComparisonVerdict};
use crate::statistics::distribution::student;
use crate::statistics::estimate::float;
use crate::statistics::{ConfidenceInterval, FEWEST_FOR_A_SCORE, Mean, mean};

/// Compares the means of two groups of values with their counts; `None` when either has fewer than
/// [`FEWEST_FOR_A_SCORE`] values.
///
/// p and interval: Welch's t. Effect: Cohen's d, the difference over the pooled standard deviation.
pub fn means(first: &[(i64, u64)], second: &[(i64, u64)]) -> Option<Comparison> {
    let (first, second) = (mean(first)?, mean(second)?);
    if first.n.min(second.n) < FEWEST_FOR_A_SCORE {
        return None;
    }
    let (n1, n2) = (float(first.n), float(second.n));
    let (variance1, variance2) = (variance(first), variance(second));
    let difference = first.point - second.point;
    let (part1, part2) = (variance1 / n1, variance2 / n2);
    let error = (part1 + part2).sqrt();
    // Welch-Satterthwaite, by shares of the variance, which cannot overflow.
    let share = part1 / (part1 + part2);
    let degrees = 1.0 / (share * share / (n1 - 1.0) + (1.0 - share) * (1.0 - share) / (n2 - 1.0));
    let p = student::two_sided(difference / error, degrees);
    let half = student::quantile(0.975, degrees) * error;
    let pooled = ((n1 - 1.0) * variance1 + (n2 - 1.0) * variance2) / (n1 + n2 - 2.0);
    Some(Comparison {
        n: (first.n, second.n),
        difference,
        interval: ConfidenceInterval {
            low: difference - half,
            high: difference + half,
        },
        p,
        effect: difference / pooled.sqrt(),
        verdict: ComparisonVerdict::of(difference, p),
    })
}

/// The sample variance. Of equal values: the variance they would have with one more that is one unit off.
fn variance(mean: Mean) -> f64 {
    match mean.deviation {
        Some(deviation) if deviation > 0.0 => deviation * deviation,
        Some(_) | None => 1.0 / (float(mean.n) + 1.0),
    }
}
