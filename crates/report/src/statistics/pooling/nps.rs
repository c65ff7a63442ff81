//! Net Promoter Scores: the normal model. The true scores of the groups are drawn from a normal distribution; its
//! mean is integrated out, its spread averaged over (Gelman and others, "Bayesian Data Analysis", section 5.4).

use super::{FEWEST_GROUPS, Pooled, ln_prior, mixed, shrinkages, weights};
use crate::statistics::estimate::float;
use crate::statistics::{ConfidenceInterval, NpsCounts, Z};

/// The variance within a group is estimated as if so many answers with the average variance had been added, because
/// few answers say little about their variance.
const ADDED: f64 = 10.0;

/// A group's mean with the variance of that mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) mean: f64,
    pub(super) variance: f64,
}

/// The posterior of a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Posterior {
    pub(super) mean: f64,
    pub(super) variance: f64,
    pub(super) shrinkage: f64,
}

/// Pools scores, -100 to 100, in the order given; a group without answers has no score. `None` for fewer than
/// [`FEWEST_GROUPS`] groups with answers.
pub fn pooled_nps(groups: &[NpsCounts]) -> Option<Vec<Option<Pooled>>> {
    let present: Vec<NpsCounts> = groups.iter().copied().filter(|counts| counts.n() > 0).collect();
    if present.len() < FEWEST_GROUPS {
        return None;
    }
    let answers: f64 = present.iter().map(|counts| float(counts.n())).sum();
    let within = present
        .iter()
        .map(|counts| float(counts.n()) * counts.variance_for_tests())
        .sum::<f64>()
        / answers;
    let measured: Vec<Measured> = present
        .iter()
        .map(|counts| {
            let n = float(counts.n());
            let variance = (n * counts.variance_for_tests() + ADDED * within) / (n + ADDED);
            Measured {
                mean: counts.net_share(),
                variance: variance / n,
            }
        })
        .collect();
    let mut posteriors = posteriors(&measured).into_iter();
    let pooled = |counts: &NpsCounts| {
        let posterior = (counts.n() > 0).then(|| posteriors.next()).flatten()?;
        Some(figure(*counts, posterior))
    };
    Some(groups.iter().map(pooled).collect())
}

/// The posteriors of normal groups.
pub(super) fn posteriors(groups: &[Measured]) -> Vec<Posterior> {
    let typical = groups.len() as f64 / groups.iter().map(|group| group.variance.recip()).sum::<f64>();
    let spread = |shrinkage: f64| Spread::new(groups, typical * (1.0 - shrinkage) / shrinkage);
    let spreads: Vec<Spread> = shrinkages().map(spread).collect();
    let ln_weight = |(shrinkage, spread): (f64, &Spread)| ln_prior(shrinkage) + spread.ln_likelihood;
    let logarithms: Vec<f64> = shrinkages().zip(&spreads).map(ln_weight).collect();
    let weights = weights(&logarithms);
    let weighted = || weights.iter().copied().zip(&spreads);
    groups
        .iter()
        .map(|group| {
            let (mean, variance) = mixed(weighted().map(|(weight, spread)| {
                let (mean, variance) = spread.posterior(*group);
                (weight, mean, variance)
            }));
            let shrinkage = weighted()
                .map(|(weight, spread)| weight * spread.shrinkage(*group))
                .sum();
            Posterior {
                mean,
                variance,
                shrinkage,
            }
        })
        .collect()
}

/// One possibility for the variance between groups, with what follows from it.
struct Spread {
    between: f64,
    /// The average of all groups and its variance.
    average: f64,
    uncertainty: f64,
    ln_likelihood: f64,
}

impl Spread {
    fn new(groups: &[Measured], between: f64) -> Self {
        let precision: f64 = groups
            .iter()
            .map(|group| (group.variance + between).recip())
            .sum();
        let average = groups
            .iter()
            .map(|group| group.mean / (group.variance + between))
            .sum::<f64>()
            / precision;
        let ln_density = |group: &Measured| {
            let variance = group.variance + between;
            -0.5 * (variance.ln() + (group.mean - average).powi(2) / variance)
        };
        Self {
            between,
            average,
            uncertainty: precision.recip(),
            ln_likelihood: groups.iter().map(ln_density).sum::<f64>() - 0.5 * precision.ln(),
        }
    }

    fn shrinkage(&self, group: Measured) -> f64 {
        group.variance / (group.variance + self.between)
    }

    fn posterior(&self, group: Measured) -> (f64, f64) {
        let shrinkage = self.shrinkage(group);
        let mean = shrinkage * self.average + (1.0 - shrinkage) * group.mean;
        (
            mean,
            group.variance * (1.0 - shrinkage) + shrinkage * shrinkage * self.uncertainty,
        )
    }
}

fn figure(counts: NpsCounts, posterior: Posterior) -> Pooled {
    let half = Z * posterior.variance.sqrt();
    Pooled {
        n: counts.n(),
        raw: 100.0 * counts.net_share(),
        point: 100.0 * posterior.mean,
        interval: ConfidenceInterval {
            low: (100.0 * (posterior.mean - half)).max(-100.0),
            high: (100.0 * (posterior.mean + half)).min(100.0),
        },
        shrinkage: posterior.shrinkage,
    }
}
