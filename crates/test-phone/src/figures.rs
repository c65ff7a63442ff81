//! Quantiles of what was measured, exact. Pure.

use std::fmt;
use std::time::Duration;

/// Durations measured one by one.
#[derive(Debug, Clone, Default)]
pub struct Sample(Vec<Duration>);

/// The figures of a sample that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// How many were measured.
    pub count: u64,
    /// Half are at most this.
    pub p50: Duration,
    /// 99 of 100 are at most this.
    pub p99: Duration,
    /// All are at most this.
    pub max: Duration,
}

impl Sample {
    /// Adds one.
    pub fn add(&mut self, duration: Duration) {
        self.0.push(duration);
    }

    /// The figures of what was added.
    pub fn figures(&self) -> Figures {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let quantile = |share: f64| {
            let rank = (share * sorted.len() as f64).ceil() as usize;
            sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        Figures {
            count: sorted.len() as u64,
            p50: quantile(0.50),
            p99: quantile(0.99),
            max: quantile(1.0),
        }
    }
}

impl Figures {
    /// The figures, had each value been shorter by `part`.
    #[must_use]
    pub fn without(self, part: Duration) -> Self {
        let less = |value: Duration| value.saturating_sub(part);
        Self {
            count: self.count,
            p50: less(self.p50),
            p99: less(self.p99),
            max: less(self.max),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count == 0 {
            return f.write_str("not measured");
        }
        let [p50, p99, max] = [self.p50, self.p99, self.max].map(|duration| duration.as_secs_f64() * 1_000.0);
        write!(f, "p50 {p50:.2} ms, p99 {p99:.2} ms, max {max:.2} ms")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Figures, Sample};

    #[test]
    fn quantiles_are_members_of_the_sample() {
        let mut sample = Sample::default();
        for ms in (1..=200).rev() {
            sample.add(Duration::from_millis(ms));
        }
        let ms = Duration::from_millis;
        assert_eq!(
            sample.figures(),
            Figures {
                count: 200,
                p50: ms(100),
                p99: ms(198),
                max: ms(200)
            }
        );
        assert_eq!(
            sample.figures().to_string(),
            "p50 100.00 ms, p99 198.00 ms, max 200.00 ms"
        );
    }

    #[test]
    fn a_part_that_every_value_has_can_be_taken_away() {
        let mut sample = Sample::default();
        sample.add(Duration::from_millis(140));
        let less = sample.figures().without(Duration::from_millis(120));
        assert_eq!(less.to_string(), "p50 20.00 ms, p99 20.00 ms, max 20.00 ms");
    }

    #[test]
    fn one_value_is_every_quantile_and_none_is_not_measured() {
        let mut sample = Sample::default();
        assert_eq!(sample.figures().to_string(), "not measured");
        sample.add(Duration::from_micros(2_500));
        assert_eq!(
            sample.figures().to_string(),
            "p50 2.50 ms, p99 2.50 ms, max 2.50 ms"
        );
    }
}
