//! The weighted sums behind every weighted figure.

use super::{ConfidenceInterval, Weighted};
use crate::statistics::estimate::float;

/// Sums over answers x with their weights w.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    n: f64,
    mean: f64,
    /// Sum of w.
    weight: f64,
    /// Sum of w^2.
    squared_weight: f64,
    /// Sum of w (x - mean)^2.
    spread: f64,
    /// Sum of w^2 (x - mean)^2.
    squared_spread: f64,
}

impl Moments {
    /// Of groups of (weight, value, answers); `None` without answers, or if a weight or a count is none.
    pub(super) fn of(groups: impl Iterator<Item = (f64, f64, Option<u64>)>) -> Option<Self> {
        let groups: Vec<(f64, f64, f64)> = groups
            .map(|(weight, x, count)| {
                let is_weight = weight > 0.0 && weight.is_finite();
                count.filter(|_| is_weight).map(|count| (weight, x, float(count)))
            })
            .collect::<Option<_>>()?;
        let sum = |term: &dyn Fn(f64, f64) -> f64| {
            groups
                .iter()
                .map(|(w, x, count)| count * term(*w, *x))
                .sum::<f64>()
        };
        let n = sum(&|_, _| 1.0);
        let weight = sum(&|w, _| w);
        if n == 0.0 || !weight.is_finite() {
            return None;
        }
        let mean = sum(&|w, x| w * x) / weight;
        Some(Self {
            n,
            mean,
            weight,
            squared_weight: sum(&|w, _| w * w),
            spread: sum(&|w, x| w * (x - mean) * (x - mean)),
            squared_spread: sum(&|w, x| w * w * (x - mean) * (x - mean)),
        })
    }

    pub(super) const fn mean(&self) -> f64 {
        self.mean
    }

    pub(super) const fn weight(&self) -> f64 {
        self.weight
    }

    /// The square root of the linearised variance.
    pub(super) fn standard_error(&self) -> f64 {
        self.squared_spread.sqrt() / self.weight
    }

    fn kish_n(&self) -> f64 {
        self.weight * self.weight / self.squared_weight
    }

    /// Variance of an answer over the variance of the mean; of equal answers Kish's. At most n: that rare answers
    /// happen to have small weights does not make the sample larger than it is.
    pub(super) fn effective_n(&self) -> f64 {
        let effective = if self.squared_spread > 0.0 {
            self.spread / self.squared_spread * self.weight
        } else {
            self.kish_n()
        };
        effective.min(self.n)
    }

    /// The figure, whose unit is `unit` times that of the values.
    pub(super) fn figure<R>(&self, raw: R, unit: f64, interval: ConfidenceInterval) -> Weighted<R> {
        Weighted {
            raw,
            point: unit * self.mean,
            standard_error: unit * self.standard_error(),
            interval,
            effective_n: self.effective_n(),
            kish_n: self.kish_n(),
        }
    }
}
