//! Scores of calls that were sampled with different chances: raw beside weighted.
//!
//! Where a queue surveys one call in N and N differs between queues, or has changed during the period, the raw score
//! shows the queues that are asked most. Each answer therefore counts N times, with the N in force when its call was
//! sampled.
//!
//! The weighted score is a ratio of two weighted sums. Its variance comes by linearisation (Woodruff 1971; Särndal,
//! Swensson and Wretman 1992, section 5.5): sum of w^2 (x - score)^2 over (sum of w)^2. That treats answers as drawn
//! one by one, which holds here: within a stratum the calls that come and the callers that answer are themselves
//! random. From the variance follows the effective n, the number of equally weighted answers that would be as
//! precise; the intervals are those of unweighted scores with the effective n. With equal weights everything equals
//! the raw figure. [`Weighted::kish_n`] is the part that the weights alone explain.

mod moments;

use super::distribution::student;
use super::estimate::float;
use super::share::wilson;
use super::{ConfidenceInterval, Estimate, Mean, NpsCounts, mean, nps, share};
use moments::Moments;

/// A raw figure and the weighted one of the same answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighted<R> {
    /// The figure as if every call had had the same chance.
    pub raw: R,
    /// The weighted figure, in the unit of the raw one.
    pub point: f64,
    /// Its standard error by linearisation, in the same unit; 0 where all answers are equal.
    pub standard_error: f64,
    /// Its 95 % interval, from the effective n.
    pub interval: ConfidenceInterval,
    /// Equally weighted answers that would be as precise; at most n.
    pub effective_n: f64,
    /// Kish's effective n, (sum of w)^2 / sum of w^2: as precise if the score did not depend on the weight.
    pub kish_n: f64,
}

/// The share of hits over strata given as (weight, hits, n), 0 to 1. The weight is N of "one call in N".
///
/// `None` without answers, with more hits than answers, or with a weight that is not positive and finite.
pub fn weighted_share(strata: &[(f64, u64, u64)]) -> Option<Weighted<Estimate>> {
    let (hits, n) = totals(strata.iter().map(|&(_, hits, n)| (hits, n)))?;
    let raw = share(hits, n)?;
    let moments = Moments::of(
        strata
            .iter()
            .flat_map(|&(weight, hits, n)| [(weight, 1.0, Some(hits)), (weight, 0.0, n.checked_sub(hits))]),
    )?;
    let effective_n = moments.effective_n();
    Some(moments.figure(raw, 1.0, wilson(moments.mean(), effective_n)))
}

/// The Net Promoter Score over strata given as (weight, counts), -100 to 100; `None` as for [`weighted_share`].
pub fn weighted_nps(strata: &[(f64, NpsCounts)]) -> Option<Weighted<Estimate>> {
    let raw = strata
        .iter()
        .try_fold(NpsCounts::default(), |sum, (_, counts)| sum.checked_add(*counts))?
        .score()?;
    let kinds = |counts: &NpsCounts| {
        [
            (1.0, counts.promoters),
            (0.0, counts.passives),
            (-1.0, counts.detractors),
        ]
    };
    let answers = || {
        strata
            .iter()
            .flat_map(move |(weight, counts)| kinds(counts).map(|(x, count)| (*weight, x, count)))
    };
    let moments = Moments::of(answers().map(|(weight, x, count)| (weight, x, Some(count))))?;
    let weight_of = |kind: f64| {
        let of_kind = answers().filter(|(_, x, _)| *x == kind);
        of_kind
            .map(|(weight, _, count)| weight * float(count))
            .sum::<f64>()
            / moments.weight()
    };
    let interval = nps::adjusted_wald(weight_of(1.0), weight_of(-1.0), moments.effective_n());
    Some(moments.figure(raw, 100.0, interval))
}

/// The mean over strata given as (weight, values with their counts); `None` as for [`weighted_share`].
///
/// Of a single answer, or where the effective n is 1 or less, the interval is infinite.
pub fn weighted_mean(strata: &[(f64, &[(i64, u64)])]) -> Option<Weighted<Mean>> {
    let all: Vec<(i64, u64)> = strata
        .iter()
        .flat_map(|(_, values)| values.iter().copied())
        .collect();
    let raw = mean(&all)?;
    let moments = Moments::of(strata.iter().flat_map(|(weight, values)| {
        values
            .iter()
            .map(|(value, count)| (*weight, *value as f64, Some(*count)))
    }))?;
    let degrees = (moments.effective_n() - 1.0).max(0.0);
    // The variance has the divisor n; the sample's has n - 1, here in terms of the effective n.
    let error = if degrees > 0.0 {
        moments.standard_error() * (moments.effective_n() / degrees).sqrt()
    } else {
        f64::INFINITY
    };
    let half = match student::quantile(0.975, degrees) * error {
        half if half.is_nan() => f64::INFINITY,
        half => half,
    };
    let interval = ConfidenceInterval {
        low: moments.mean() - half,
        high: moments.mean() + half,
    };
    let mut figure = moments.figure(raw, 1.0, interval);
    if error.is_finite() {
        figure.standard_error = error;
    }
    Some(figure)
}

/// Sums of both, unless one overflows.
fn totals(mut counts: impl Iterator<Item = (u64, u64)>) -> Option<(u64, u64)> {
    counts.try_fold((0_u64, 0_u64), |(hits, n), (more_hits, more)| {
        Some((hits.checked_add(more_hits)?, n.checked_add(more)?))
    })
}

#[cfg(test)]
mod tests;
