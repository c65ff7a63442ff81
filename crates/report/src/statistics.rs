//! The formulas behind every figure. Pure; nothing here is rounded, and every figure carries its n.
//!
//! Intervals are 95 %. NPS: adjusted Wald on the shares with 3/4 promoter, 3/4 detractor and 3/2 passives added.
//! Shares: Wilson's score interval. Means: Student's t with n - 1 degrees of freedom. Who shows figures shows counts
//! only below [`FEWEST_FOR_A_SCORE`] answers.

mod student;

use self::student::t_975;

/// Below this many answers only counts are shown.
pub const FEWEST_FOR_A_SCORE: u64 = 10;

/// The normal quantile of a two-sided 95 % interval.
const Z: f64 = 1.959_964;

/// A 95 % confidence interval, in the unit of its point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidenceInterval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A figure with its uncertainty.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Valid answers behind it.
    pub n: u64,
    /// The figure as observed.
    pub point: f64,
    /// Its interval. For NPS it lies around the adjusted centre, not around the point.
    pub interval: ConfidenceInterval,
}

/// Answers to a question on 0-10 by their kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NpsCounts {
    /// Answers of 9 and 10.
    pub promoters: u64,
    /// Answers of 7 and 8.
    pub passives: u64,
    /// Answers from 0 to 6.
    pub detractors: u64,
}

impl NpsCounts {
    /// Sorts values with their counts; values outside 0-10 are not answers to this question and are left out.
    pub fn of(counts: impl IntoIterator<Item = (i64, u64)>) -> Self {
        counts
            .into_iter()
            .fold(Self::default(), |mut kinds, (value, count)| {
                match value {
                    9..=10 => kinds.promoters += count,
                    7..=8 => kinds.passives += count,
                    0..=6 => kinds.detractors += count,
                    _ => {}
                }
                kinds
            })
    }

    /// Answers of every kind.
    pub const fn n(self) -> u64 {
        self.promoters + self.passives + self.detractors
    }

    /// The Net Promoter Score, -100 to 100; `None` without an answer.
    pub fn score(self) -> Option<Estimate> {
        let n = self.n();
        if n == 0 {
            return None;
        }
        let point = 100.0 * (float(self.promoters) - float(self.detractors)) / float(n);
        let adjusted_n = float(n) + 3.0;
        let p = (float(self.promoters) + 0.75) / adjusted_n;
        let d = (float(self.detractors) + 0.75) / adjusted_n;
        let centre = p - d;
        let variance = p + d - centre * centre;
        let half = Z * (variance / adjusted_n).sqrt();
        let interval = ConfidenceInterval {
            low: (100.0 * (centre - half)).max(-100.0),
            high: (100.0 * (centre + half)).min(100.0),
        };
        Some(Estimate { n, point, interval })
    }
}

/// A share of `hits` among `n`, 0 to 1, with Wilson's interval; `None` when `n` is 0 or smaller than `hits`.
pub fn share(hits: u64, n: u64) -> Option<Estimate> {
    if n == 0 || hits > n {
        return None;
    }
    let (size, q) = (float(n), float(hits) / float(n));
    let scale = 1.0 + Z * Z / size;
    let centre = (q + Z * Z / (2.0 * size)) / scale;
    let half = Z * (q * (1.0 - q) / size + Z * Z / (4.0 * size * size)).sqrt() / scale;
    // At 0 and at n the interval ends at the point exactly; rounding must not move it past.
    let low = if hits == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if hits == n { 1.0 } else { (centre + half).min(1.0) };
    Some(Estimate {
        n,
        point: q,
        interval: ConfidenceInterval { low, high },
    })
}

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
        let half = t_975(n - 1) * deviation / float(n).sqrt();
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

/// What an interval says of a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetComparison {
    /// The whole interval is at or above the target.
    Reached,
    /// The whole interval is below it.
    Missed,
    /// The interval covers the target: these answers cannot decide it.
    CannotTell,
}

impl TargetComparison {
    /// Compares a figure with its target, in the same unit.
    pub fn of(interval: ConfidenceInterval, target: f64) -> Self {
        if interval.low >= target {
            Self::Reached
        } else if interval.high < target {
            Self::Missed
        } else {
            Self::CannotTell
        }
    }

    /// The word in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Missed => "missed",
            Self::CannotTell => "cannot_tell",
        }
    }
}

/// A figure for display: one decimal, half away from zero, never `-0.0`.
pub fn display(figure: f64) -> String {
    // Ten times a decimal fraction such as 0.25 may fall a hair short of the half; 1e-9 is far below any real
    // difference between two shares of less than a hundred million answers.
    let tenths = (figure.abs() * 10.0 + 1e-9).round() / 10.0;
    let sign = if figure < 0.0 && tenths > 0.0 { "-" } else { "" };
    format!("{sign}{tenths:.1}")
}

/// A count as a number of arithmetic; exact below 2^53, which no count of calls reaches.
const fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests;
