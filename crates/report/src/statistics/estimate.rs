//! A figure with its n and its interval.

/// A 95 % confidence interval, in the unit of its point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConfidenceInterval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl ConfidenceInterval {
    /// Half of its width: the "plus or minus" of a figure, where the interval is symmetric.
    pub fn half_width(self) -> f64 {
        0.5 * (self.high - self.low)
    }

    /// Both ends multiplied by a positive factor, such as 100 for percent.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            low: self.low * factor,
            high: self.high * factor,
        }
    }

    /// Whether the two share a value.
    pub fn overlaps(self, other: Self) -> bool {
        self.low <= other.high && other.low <= self.high
    }
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

/// A count as a number of arithmetic; exact below 2^53, which no count of calls reaches.
pub(super) const fn float(count: u64) -> f64 {
    count as f64
}
