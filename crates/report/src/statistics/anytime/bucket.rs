//! Answers of one bucket of time.

use crate::statistics::estimate::float;

/// Answers scaled to 0..1, each value that occurs with its count.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Bucket {
    answers: Vec<(f64, u64)>,
}

impl Bucket {
    pub(super) fn new(answers: impl IntoIterator<Item = (f64, u64)>) -> Self {
        let mut bucket = Self::default();
        for (x, count) in answers {
            bucket.put(x, count);
        }
        bucket
    }

    /// Several buckets as one.
    pub(super) fn sum<'b>(buckets: impl IntoIterator<Item = &'b Self>) -> Self {
        let mut sum = Self::default();
        for bucket in buckets {
            sum.add(bucket);
        }
        sum
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (x, count) in other.answers() {
            self.put(x, count);
        }
    }

    /// Few values occur on any scale: a list is searched faster than a map.
    fn put(&mut self, x: f64, count: u64) {
        if count == 0 {
            return;
        }
        match self.answers.iter_mut().find(|(known, _)| *known == x) {
            Some((_, sum)) => *sum += count,
            None => self.answers.push((x, count)),
        }
    }

    pub(super) fn answers(&self) -> impl Iterator<Item = (f64, u64)> {
        self.answers.iter().copied()
    }

    pub(super) fn n(&self) -> u64 {
        self.answers.iter().map(|(_, count)| count).sum()
    }

    /// The sum of all answers.
    pub(super) fn total(&self) -> f64 {
        self.answers.iter().map(|(x, count)| x * float(*count)).sum()
    }

    /// The mean; `None` without an answer.
    pub(super) fn mean(&self) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| self.total() / float(n))
    }

    /// Seen from the other end of the scale.
    pub(super) fn mirrored(&self) -> Self {
        Self {
            answers: self.answers().map(|(x, count)| (1.0 - x, count)).collect(),
        }
    }
}
