//! Answers by time.

use std::ops::RangeInclusive;

use super::bucket::Bucket;
use super::{AnytimeVerdict, Decision, change, pairs, target};
use crate::statistics::{ConfidenceInterval, NpsCounts};

/// Answers to one question in buckets of time, oldest first: hours, days or what lies between two looks. Empty
/// buckets are allowed.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// The score of x = 0.
    low: f64,
    /// The score of x = 1 minus that of x = 0.
    width: f64,
    buckets: Vec<Bucket>,
}

impl Series {
    /// Shares as (hits, n); the score is 0 to 1. `None` if a bucket has more hits than answers.
    pub fn shares(buckets: &[(u64, u64)]) -> Option<Self> {
        let bucket = |&(hits, n): &(u64, u64)| Some(Bucket::new([(1.0, hits), (0.0, n.checked_sub(hits)?)]));
        Some(Self {
            low: 0.0,
            width: 1.0,
            buckets: buckets.iter().map(bucket).collect::<Option<_>>()?,
        })
    }

    /// Net Promoter Scores; the score is -100 to 100.
    pub fn nps(buckets: &[NpsCounts]) -> Self {
        let bucket = |counts: &NpsCounts| {
            Bucket::new([
                (1.0, counts.promoters),
                (0.5, counts.passives),
                (0.0, counts.detractors),
            ])
        };
        Self {
            low: -100.0,
            width: 200.0,
            buckets: buckets.iter().map(bucket).collect(),
        }
    }

    /// Values with their counts on a scale with two ends, such as `1..=5`; the score is the mean. `None` if a value
    /// lies outside the scale, or the scale has one value.
    pub fn values<B: AsRef<[(i64, u64)]>>(scale: &RangeInclusive<i64>, buckets: &[B]) -> Option<Self> {
        let low = *scale.start() as f64;
        let width = *scale.end() as f64 - low;
        if width <= 0.0 {
            return None;
        }
        let bucket = |values: &B| {
            let scaled = |&(value, count): &(i64, u64)| {
                scale
                    .contains(&value)
                    .then(|| ((value as f64 - low) / width, count))
            };
            let answers: Vec<(f64, u64)> = values.as_ref().iter().map(scaled).collect::<Option<_>>()?;
            Some(Bucket::new(answers))
        };
        Some(Self {
            low,
            width,
            buckets: buckets.iter().map(bucket).collect::<Option<_>>()?,
        })
    }

    /// How many buckets it has.
    pub const fn len(&self) -> usize {
        self.buckets.len()
    }

    /// Whether it has no bucket.
    pub const fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// The same answers in `count` buckets, each made of equally many neighbours as far as that goes: a reference of
    /// three months, to be compared with one month.
    #[must_use]
    pub fn spread(&self, count: usize) -> Self {
        Self {
            buckets: spread(&self.buckets, count),
            ..*self
        }
    }

    /// Against a fixed target in the unit of the score: the verdict "lower" says that the score is below it. `None`
    /// for a target off the scale.
    pub fn against_target(&self, target: f64) -> Option<AnytimeVerdict> {
        let decision = self.decide_against_target(target)?;
        let all = Bucket::sum(&self.buckets);
        let interval = target::interval(&all);
        Some(AnytimeVerdict {
            decision,
            point: all.mean().map(|mean| self.low + mean * self.width),
            interval: ConfidenceInterval {
                low: self.low + interval.low * self.width,
                high: self.low + interval.high * self.width,
            },
        })
    }

    /// [`Self::against_target`] without point and interval, for rules that only alert.
    pub fn decide_against_target(&self, target: f64) -> Option<Decision> {
        let x = (target - self.low) / self.width;
        (0.0..=1.0).contains(&x).then(|| target::decide(&self.buckets, x))
    }

    /// Against another series, bucket by bucket: a queue and the others, or this month and the one before, beginning
    /// on the same weekday. The verdict "lower" says that this series is below the other. `None` for different
    /// scales.
    ///
    /// Both may rise and fall together from bucket to bucket. Buckets with few answers are put together until both
    /// have five; buckets beyond the end of the shorter series say nothing, so a longer reference is
    /// [spread](Self::spread). The point is the difference within buckets.
    pub fn against(&self, other: &Self) -> Option<AnytimeVerdict> {
        let pairs = self.pairs(other)?;
        Some(AnytimeVerdict {
            decision: pairs::decide(&pairs),
            point: pairs::difference(&pairs).map(|difference| difference * self.width),
            interval: pairs::interval_of_decision(&pairs).scaled(self.width),
        })
    }

    /// [`Self::against`] without point and interval, for rules that only alert.
    pub fn decide_against(&self, other: &Self) -> Option<Decision> {
        self.pairs(other).map(|pairs| pairs::decide(&pairs))
    }

    fn pairs(&self, other: &Self) -> Option<Vec<pairs::Pair>> {
        let is_one_scale = (self.low, self.width) == (other.low, other.width);
        is_one_scale.then(|| pairs::of(&self.buckets, &other.buckets, 0))
    }

    /// Against its own earlier level: did the score change after the first `earlier` buckets, and in which direction?
    /// `None` unless there are buckets before and after, and to follow.
    ///
    /// Several starts of the change are tried, and each is followed for `follow` buckets: 28 days, say, in which a
    /// change shall be found. A longer earlier level finds it sooner. Point and interval are those of the difference
    /// between the buckets from the most convincing start on and those before it.
    pub fn change(&self, earlier: usize, follow: usize) -> Option<AnytimeVerdict> {
        let found = change::search(&self.buckets, earlier, follow)?;
        Some(AnytimeVerdict {
            decision: found.decision,
            point: pairs::difference(&found.pairs).map(|difference| difference * self.width),
            interval: pairs::interval(&found.pairs, found.ln_capital).scaled(self.width),
        })
    }

    /// [`Self::change`] without point and interval, for rules that only alert.
    pub fn decide_change(&self, earlier: usize, follow: usize) -> Option<Decision> {
        change::search(&self.buckets, earlier, follow).map(|found| found.decision)
    }
}

/// Puts neighbours together, so that `count` buckets remain.
pub(super) fn spread(buckets: &[Bucket], count: usize) -> Vec<Bucket> {
    let edge = |place: usize| place * buckets.len() / count;
    (0..count)
        .map(|place| Bucket::sum(buckets.get(edge(place)..edge(place + 1)).unwrap_or_default()))
        .collect()
}
