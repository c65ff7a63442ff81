//! A histogram of durations with fixed buckets: recording is an addition, merging is a loop. Pure.
//!
//! Eight buckets an octave from 1 us to 16 s keep a quantile within about 9 % of the truth, which is enough to tell
//! a plane that keeps time from one that does not.

use std::time::Duration;

const PER_OCTAVE_BITS: u32 = 3;
const OCTAVES: usize = 24;
const BUCKETS: usize = OCTAVES << PER_OCTAVE_BITS;

/// How often durations of each size were seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    buckets: [u64; BUCKETS],
    count: u64,
    largest: Duration,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            buckets: [0; BUCKETS],
            count: 0,
            largest: Duration::ZERO,
        }
    }
}

impl Histogram {
    /// Counts one duration.
    pub fn record(&mut self, duration: Duration) {
        let micros = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
        if let Some(bucket) = self.buckets.get_mut(bucket_of(micros)) {
            *bucket += 1;
        }
        self.count += 1;
        self.largest = self.largest.max(duration);
    }

    /// Adds what another has counted.
    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine += theirs;
        }
        self.count += other.count;
        self.largest = self.largest.max(other.largest);
    }

    /// How many durations were counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The largest one, exactly; zero when none was counted.
    pub fn largest(&self) -> Duration {
        self.largest
    }

    /// The duration that `share` (0.0..=1.0) of all do not exceed, to the upper end of its bucket.
    pub fn quantile(&self, share: f64) -> Duration {
        let wanted = (share.clamp(0.0, 1.0) * self.count as f64).ceil() as u64;
        let mut seen = 0;
        for (index, count) in self.buckets.iter().enumerate() {
            seen += count;
            if *count > 0 && seen >= wanted {
                return Duration::from_micros(upper_end(index)).min(self.largest);
            }
        }
        self.largest
    }
}

/// Values below 8 have a bucket each; above, the top bit picks the octave and the next three the bucket in it.
fn bucket_of(micros: u64) -> usize {
    let value = micros.max(1);
    let octave = 63 - value.leading_zeros();
    let index = match octave.checked_sub(PER_OCTAVE_BITS) {
        None => value as usize,
        Some(shift) => ((shift as usize + 1) << PER_OCTAVE_BITS) + (value >> shift & 7) as usize,
    };
    index.min(BUCKETS - 1)
}

fn upper_end(index: usize) -> u64 {
    match (index >> PER_OCTAVE_BITS).checked_sub(1) {
        None => index as u64,
        Some(shift) => ((8 + (index as u64 & 7) + 1) << shift) - 1,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::{Histogram, bucket_of, upper_end};

    #[test]
    fn quantiles_come_from_the_right_bucket() {
        let mut histogram = Histogram::default();
        for micros in 1..=1_000 {
            histogram.record(Duration::from_micros(micros));
        }
        assert_eq!(histogram.count(), 1_000);
        assert_eq!(histogram.largest(), Duration::from_millis(1));
        assert_eq!(histogram.quantile(1.0), Duration::from_millis(1));
        let median = histogram.quantile(0.5).as_micros();
        assert!((500..=563).contains(&median), "{median}");
        assert_eq!(Histogram::default().quantile(0.99), Duration::ZERO);
    }

    #[test]
    fn merging_counts_both() {
        let (mut one, mut two) = (Histogram::default(), Histogram::default());
        one.record(Duration::from_micros(10));
        two.record(Duration::from_secs(100));
        one.merge(&two);
        assert_eq!((one.count(), one.largest()), (2, Duration::from_secs(100)));
    }

    proptest! {
        #[test]
        fn bucket_holds_its_value_within_an_eighth(micros in 1u64..16_000_000) {
            let end = upper_end(bucket_of(micros));
            prop_assert!(end >= micros && end as f64 <= micros as f64 * 1.125, "{micros} ends at {end}");
        }
    }
}
