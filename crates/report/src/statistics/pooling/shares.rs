//! Shares: the beta-binomial model. The true shares of the groups are drawn from a beta distribution with mean mu and
//! strength M, a number of answers; a group with n answers is moved by M / (M + n).

use super::{FEWEST_GROUPS, Pooled, ln_prior, mixed, shrinkages, weights};
use crate::statistics::ConfidenceInterval;
use crate::statistics::distribution::{beta, gamma::ln_gamma};
use crate::statistics::estimate::float;

/// Values of the average share that are averaged over for each strength, and how many standard deviations they reach.
const AVERAGES: u32 = 15;
const REACH: f64 = 3.5;

/// One possibility for the population of groups: mean, strength, and its weight.
#[derive(Clone, Copy)]
struct Population {
    mean: f64,
    strength: f64,
    weight: f64,
}

/// Pools shares given as (hits, n), in the order given; a group without answers has no score. `None` for fewer than
/// [`FEWEST_GROUPS`] groups with answers, or more hits than answers.
pub fn pooled_shares(groups: &[(u64, u64)]) -> Option<Vec<Option<Pooled>>> {
    let present: Vec<(f64, f64)> = groups
        .iter()
        .filter(|(_, n)| *n > 0)
        .map(|(hits, n)| (hits <= n).then(|| (float(*hits), float(*n))))
        .collect::<Option<_>>()?;
    if present.len() < FEWEST_GROUPS {
        return None;
    }
    let populations = populations(&present);
    Some(
        groups
            .iter()
            .map(|(hits, n)| (*n > 0).then(|| pooled(*hits, *n, &populations)))
            .collect(),
    )
}

fn populations(groups: &[(f64, f64)]) -> Vec<Population> {
    let typical = groups.len() as f64 / groups.iter().map(|(_, n)| n.recip()).sum::<f64>();
    let mut found: Vec<(Population, f64)> = Vec::new();
    for shrinkage in shrinkages() {
        let strength = typical * shrinkage / (1.0 - shrinkage);
        let (centre, deviation) = average(groups, strength);
        for step in 0..AVERAGES {
            let z = REACH * (2.0 * f64::from(step) / f64::from(AVERAGES - 1) - 1.0);
            let mean = ((centre + z * deviation).exp().recip() + 1.0).recip();
            let population = Population {
                mean,
                strength,
                weight: 0.0,
            };
            // The steps are equal on the logistic scale; the prior is uniform in the mean.
            let ln_step = (deviation * mean * (1.0 - mean)).ln();
            let logarithm = ln_likelihood(groups, population) + ln_prior(shrinkage) + ln_step;
            found.push((population, logarithm));
        }
    }
    let logarithms: Vec<f64> = found.iter().map(|(_, logarithm)| *logarithm).collect();
    let weighted = found.into_iter().zip(weights(&logarithms));
    weighted
        .map(|((population, _), weight)| Population { weight, ..population })
        .collect()
}

/// The average share for a given strength, and its standard deviation, both on the logistic scale. Half a hit and
/// half a miss are added, so that both exist.
fn average(groups: &[(f64, f64)], strength: f64) -> (f64, f64) {
    let (mut hits, mut all) = (0.5, 1.0);
    for (of_group, n) in groups {
        // A group is one draw from the population: it is never worth more than strength + 1 independent answers.
        let worth = n * (strength + 1.0) / (n + strength);
        hits += of_group / n * worth;
        all += worth;
    }
    let mean: f64 = hits / all;
    let spread = mean * (1.0 - mean);
    ((mean / (1.0 - mean)).ln(), (all * spread).sqrt().recip())
}

/// Logarithm of the beta-binomial likelihood, without the binomial coefficients.
fn ln_likelihood(groups: &[(f64, f64)], population: Population) -> f64 {
    let (a, b) = (
        population.mean * population.strength,
        (1.0 - population.mean) * population.strength,
    );
    let of_population = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    let of_group = |(hits, n): &(f64, f64)| ln_gamma(a + hits) + ln_gamma(b + n - hits) - ln_gamma(a + b + n);
    groups.iter().map(|group| of_population + of_group(group)).sum()
}

/// The posterior of one group: a mixture of beta distributions, given as the one with the same mean and variance.
fn pooled(hits: u64, n: u64, populations: &[Population]) -> Pooled {
    let (hits, size) = (float(hits), float(n));
    let (mean, variance) = mixed(populations.iter().map(|population| {
        let all = population.strength + size;
        let mean = (population.mean * population.strength + hits) / all;
        (population.weight, mean, mean * (1.0 - mean) / (all + 1.0))
    }));
    let strength = mean * (1.0 - mean) / variance - 1.0;
    let quantile = |probability| beta::quantile(probability, mean * strength, (1.0 - mean) * strength);
    Pooled {
        n,
        raw: hits / size,
        point: mean,
        interval: ConfidenceInterval {
            low: quantile(0.025),
            high: quantile(0.975),
        },
        shrinkage: populations
            .iter()
            .map(|one| one.weight * one.strength / (one.strength + size))
            .sum(),
    }
}
