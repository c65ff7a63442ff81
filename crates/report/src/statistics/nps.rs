//! The Net Promoter Score.

use super::estimate::float;
use super::{ConfidenceInterval, Estimate, Z};

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
