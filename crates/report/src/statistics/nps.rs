//! The Net Promoter Score.

use super::estimate::float;
use super::{ConfidenceInterval, Estimate, Z};

/// Answers that the adjusted Wald interval adds: a quarter promoters, a quarter detractors, half passives.
const ADDED: f64 = 3.0;

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

    /// Both together; `None` if a count overflows.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Some(Self {
            promoters: self.promoters.checked_add(other.promoters)?,
            passives: self.passives.checked_add(other.passives)?,
            detractors: self.detractors.checked_add(other.detractors)?,
        })
    }

    /// The Net Promoter Score, -100 to 100; `None` without an answer.
    pub fn score(self) -> Option<Estimate> {
        let n = self.n();
        if n == 0 {
            return None;
        }
        let size = float(n);
        Some(Estimate {
            n,
            point: 100.0 * (float(self.promoters) - float(self.detractors)) / size,
            interval: adjusted_wald(float(self.promoters) / size, float(self.detractors) / size, size),
        })
    }

    /// Share of promoters minus share of detractors, -1 to 1, of at least one answer.
    pub(super) fn net_share(self) -> f64 {
        (float(self.promoters) - float(self.detractors)) / float(self.n())
    }

    /// Variance of an answer that counts -1, 0 or +1: p + d - (p - d)^2, of at least one answer.
    pub(super) fn variance(self) -> f64 {
        let n = float(self.n());
        variance(float(self.promoters) / n, float(self.detractors) / n)
    }

    /// [`Self::variance`], but of answers that are all of one kind the variance of the adjusted shares, as in the
    /// interval.
    pub(super) fn variance_for_tests(self) -> f64 {
        if ![self.promoters, self.passives, self.detractors].contains(&self.n()) {
            return self.variance();
        }
        let (p, d) = self.adjusted_shares();
        variance(p, d)
    }

    /// Shares of promoters and detractors with 3/4 of either and 3/2 passives added.
    pub(super) fn adjusted_shares(self) -> (f64, f64) {
        let with_added = |count: u64| (float(count) + 0.25 * ADDED) / (float(self.n()) + ADDED);
        (with_added(self.promoters), with_added(self.detractors))
    }
}

/// The adjusted Wald interval of 100 (p - d) around its adjusted centre, for shares `p` of promoters and `d` of
/// detractors among `size` answers, which may be a fraction of an answer where weights made it so. J. Sauro and J. R.
/// Lewis after B. Rocks, "Interval Estimation for the 'Net Promoter Score'", The American Statistician 70 (2016), pp.
/// 365-372.
pub(super) fn adjusted_wald(p: f64, d: f64, size: f64) -> ConfidenceInterval {
    let centre = 100.0 * (p - d) * size / (size + ADDED);
    let half = adjusted_wald_half(p, d, size);
    ConfidenceInterval {
        low: (centre - half).max(-100.0),
        high: (centre + half).min(100.0),
    }
}

/// Half of the width of [`adjusted_wald`], in points, before it is clipped.
pub(super) fn adjusted_wald_half(p: f64, d: f64, size: f64) -> f64 {
    let with_added = |share: f64| (share * size + 0.25 * ADDED) / (size + ADDED);
    100.0 * Z * (variance(with_added(p), with_added(d)) / (size + ADDED)).sqrt()
}

/// p + d - (p - d)^2, written so that it cannot become negative by rounding.
pub(super) fn variance(p: f64, d: f64) -> f64 {
    p * (1.0 - p) + d * (1.0 - d) + 2.0 * p * d
}
