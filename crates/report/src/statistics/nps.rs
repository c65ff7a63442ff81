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

    /// The Net Promoter Score, -100 to 100; `None` without an answer.
    pub fn score(self) -> Option<Estimate> {
        let n = self.n();
        if n == 0 {
            return None;
        }
        let point = 100.0 * (float(self.promoters) - float(self.detractors)) / float(n);
        let (p, d) = self.adjusted_shares();
        let centre = p - d;
        let half = Z * (variance(p, d) / (float(n) + ADDED)).sqrt();
        let interval = ConfidenceInterval {
            low: (100.0 * (centre - half)).max(-100.0),
            high: (100.0 * (centre + half)).min(100.0),
        };
        Some(Estimate { n, point, interval })
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

    /// [`Self::variance`], but of answers that are all of one kind the variance of the adjusted shares, as in the interval.
    pub(super) fn variance_for_tests(self) -> f64 {
        if [self.promoters, self.passives, self.detractors].contains(&self.n()) {
            let (p, d) = self.adjusted_shares();
            return variance(p, d);
        }
        self.variance()
    }

    /// Shares of promoters and detractors with 3/4 of either and 3/2 passives added.
    fn adjusted_shares(self) -> (f64, f64) {
        let n = float(self.n()) + ADDED;
        (
            (float(self.promoters) + 0.25 * ADDED) / n,
            (float(self.detractors) + 0.25 * ADDED) / n,
        )
    }
}

/// p + d - (p - d)^2, written so that it cannot become negative by rounding.
fn variance(p: f64, d: f64) -> f64 {
    p * (1.0 - p) + d * (1.0 - d) + 2.0 * p * d
}
