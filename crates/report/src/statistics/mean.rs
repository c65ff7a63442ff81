//! Means with Student's t interval.

use super::ConfidenceInterval;
use super::distribution::student;
use super::estimate::float;

/// A mean of values with their counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// Values behind it.
    pub n: u64,
    /// The mean.
    pub point: f64,
    /// The sample standard deviation (n - 1); `None` for one value.
    pub deviation: Option<f64>,
    /// Its t interval; `None` for one value. It may reach beyond the scale, as t intervals do.
    pub interval: Option<ConfidenceInterval>,
}

/// The mean of values, each with its count; `None` without a value.
pub fn mean(counts: &[(i64, u64)]) -> Option<Mean> {
    let n = counts
        .iter()
        .try_fold(0_u64, |n, (_, count)| n.checked_add(*count))?;
    if n == 0 {
        return None;
    }
    let point = counts
        .iter()
        .map(|(value, count)| *value as f64 * float(*count))
        .sum::<f64>()
        / float(n);
    let squares: f64 = counts
        .iter()
        .map(|(value, count)| (*value as f64 - point).powi(2) * float(*count))
        .sum();
    let deviation = (n > 1).then(|| (squares / float(n - 1)).sqrt());
    let interval = deviation.map(|deviation| {
        let half = student::quantile(0.975, float(n - 1)) * deviation / float(n).sqrt();
        ConfidenceInterval {
            low: point - half,
            high: point + half,
        }
    });
    Some(Mean {
        n,
        point,
        deviation,
        interval,
    })
}
