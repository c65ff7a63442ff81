//! How probable a count is, given the counts of earlier weeks: the posterior predictive of a negative binomial model.

use crate::statistics::distribution::gamma::ln_gamma;
use crate::statistics::distribution::negative_binomial;
use crate::statistics::estimate::float;

/// Variances of the weekly mean in units of its square, with their prior probabilities: weeks that do not differ,
/// that differ by 7, 14, 22, 32, 45, 71 and 100 % (standard deviation). Ten to twenty per cent are usual.
const DIFFERENCES: [(f64, f64); 8] = [
    (0.0, 0.15),
    (0.005, 0.15),
    (0.02, 0.22),
    (0.05, 0.22),
    (0.1, 0.16),
    (0.2, 0.075),
    (0.5, 0.02),
    (1.0, 0.005),
];

/// Means that are averaged over for each difference, and how many standard deviations they reach.
const MEANS: u32 = 17;
const REACH: f64 = 4.0;

/// An earlier week.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Week {
    pub(super) came: u64,
    /// In units of the present exposure.
    pub(super) exposure: f64,
}

/// What is expected now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Prediction {
    /// The mean.
    pub(super) expected: f64,
    /// The probability of so few or fewer.
    pub(super) probability: f64,
}

/// One possibility for the mean, with the logarithm of its weight.
#[derive(Clone, Copy)]
struct Possibility {
    mean: f64,
    ln_weight: f64,
}

/// The probability that `came` or fewer come now, given at least one earlier week. `others` are other hours of the
/// same queue: they do not tell the mean, but how much weeks differ.
pub(super) fn of(weeks: &[Week], others: &[Vec<Week>], came: u64) -> Prediction {
    let differing = DIFFERENCES.map(|(difference, prior)| {
        let others: f64 = others.iter().map(|weeks| ln_sum(&means(weeks, difference))).sum();
        (difference, prior.ln() + others, means(weeks, difference))
    });
    let ln_all = differing
        .iter()
        .map(|(_, prior, means)| prior + ln_sum(means))
        .fold(f64::NEG_INFINITY, f64::max);
    let (mut all, mut expected, mut probability) = (0.0, 0.0, 0.0);
    for (difference, prior, means) in differing {
        for Possibility { mean, ln_weight } in means {
            let weight = (prior + ln_weight - ln_all).exp();
            all += weight;
            expected += weight * mean;
            probability += weight * negative_binomial::cdf(came, mean, difference.recip());
        }
    }
    Prediction {
        expected: expected / all,
        probability: probability / all,
    }
}

fn ln_sum(possibilities: &[Possibility]) -> f64 {
    let largest = possibilities
        .iter()
        .map(|one| one.ln_weight)
        .fold(f64::NEG_INFINITY, f64::max);
    largest
        + possibilities
            .iter()
            .map(|one| (one.ln_weight - largest).exp())
            .sum::<f64>()
            .ln()
}

/// Means around the average of the weeks, equally far apart in their logarithm.
fn means(weeks: &[Week], difference: f64) -> Vec<Possibility> {
    let came: f64 = weeks.iter().map(|week| float(week.came)).sum::<f64>() + 0.5;
    let exposure: f64 = weeks.iter().map(|week| week.exposure).sum();
    let deviation = (came.recip() + difference / weeks.len() as f64).sqrt();
    let shape = difference.recip();
    // What of the likelihood does not depend on the mean; what does not depend on the difference either is left out.
    let constant: f64 = weeks.iter().map(|week| ln_rising(shape, float(week.came))).sum();
    (0..MEANS)
        .map(|step| {
            let z = REACH * (2.0 * f64::from(step) / f64::from(MEANS - 1) - 1.0);
            let mean = came / exposure * (z * deviation).exp();
            let ln_likelihood: f64 = weeks
                .iter()
                .map(|week| ln_mean_part(float(week.came), mean * week.exposure, difference))
                .sum();
            Possibility {
                mean,
                // Jeffreys' prior of a Poisson mean, times the length of the step.
                ln_weight: constant + ln_likelihood + 0.5 * mean.ln() + deviation.ln(),
            }
        })
        .collect()
}

/// ln of Γ(shape + count) / Γ(shape) shape^(-count), which is 0 for an infinite shape.
fn ln_rising(shape: f64, count: f64) -> f64 {
    if shape.is_infinite() {
        return 0.0;
    }
    ln_gamma(shape + count) - ln_gamma(shape) - count * shape.ln()
}

/// The part of the logarithm of a negative binomial probability that depends on the mean: with d, the difference,
/// count ln(mean) - (count + 1 / d) ln(1 + d mean), and with d = 0 count ln(mean) - mean.
fn ln_mean_part(count: f64, mean: f64, difference: f64) -> f64 {
    let exponent = if difference == 0.0 {
        mean
    } else {
        (count + difference.recip()) * (difference * mean).ln_1p()
    };
    count * mean.ln() - exponent
}
