//! How many answers are needed: to see a change, or for an interval of a given width; and how long that takes.
//!
//! [`autopilot`] turns the answer into N of "one call in N".

pub mod autopilot;

use super::distribution::{normal, student};
use super::estimate::float;
use super::{NpsCounts, Z, nps};

/// No plan asks for more answers than this.
const MOST: u64 = 1_000_000_000_000;

/// What a comparison of two groups shall achieve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Power {
    /// How often equal groups may be called different (two-sided), 0 to 1.
    pub alpha: f64,
    /// How often groups that differ as planned are called different, 0 to 1.
    pub power: f64,
}

impl Default for Power {
    /// 5 % and 80 %.
    fn default() -> Self {
        Self {
            alpha: 0.05,
            power: 0.8,
        }
    }
}

impl Power {
    /// The normal quantiles of both errors; `None` unless 0 < alpha < power < 1.
    fn quantiles(self) -> Option<(f64, f64)> {
        let is_sound = 0.0 < self.alpha && self.alpha < self.power && self.power < 1.0;
        is_sound.then(|| (-normal::quantile(0.5 * self.alpha), normal::quantile(self.power)))
    }
}

/// Answers in each of two periods or groups, so that a change of `points` of NPS is seen: 2 Var (z + z)^2 / change^2.
///
/// The variance is that of the observed answers, with 3/4 promoter, 3/4 detractor and 3/2 passives added, so that few
/// answers do not promise too much; without any it is 1/2. `None` for points that are not above 0 and at most 200,
/// and for an impossible power.
pub fn nps_change(observed: NpsCounts, points: f64, power: Power) -> Option<u64> {
    let (z_alpha, z_beta) = power.quantiles()?;
    let change = (0.0 < points && points <= 200.0).then_some(points / 100.0)?;
    rounded_up(2.0 * planning_variance(observed) * (z_alpha + z_beta).powi(2) / (change * change))
}

/// Answers in each of two groups, so that a share that goes `from` one value `to` another, 0 to 1, is seen: J. L.
/// Fleiss, B. Levin and M. C. Paik, "Statistical Methods for Rates and Proportions" (2003), equation 4.14, for the
/// test without continuity correction.
///
/// `None` for equal values, values outside 0 to 1, and for an impossible power.
pub fn share_change(from: f64, to: f64, power: Power) -> Option<u64> {
    let (z_alpha, z_beta) = power.quantiles()?;
    let is_sound = [from, to].iter().all(|share| (0.0..=1.0).contains(share)) && from != to;
    let pooled = is_sound.then(|| f64::midpoint(from, to))?;
    let under_null = z_alpha * (2.0 * pooled * (1.0 - pooled)).sqrt();
    let under_change = z_beta * (from * (1.0 - from) + to * (1.0 - to)).sqrt();
    rounded_up(((under_null + under_change) / (from - to)).powi(2))
}

/// Answers in each of two groups, so that a `change` of the mean is seen in answers with the given standard
/// deviation, both in units of the scale: 2 s^2 (z + z)^2 / change^2 (J. M. Lachin, "Introduction to sample size
/// determination and power analysis for clinical trials", Controlled Clinical Trials 2 (1981)).
///
/// `None` unless both are above 0, and for an impossible power.
pub fn mean_change(deviation: f64, change: f64, power: Power) -> Option<u64> {
    let (z_alpha, z_beta) = power.quantiles()?;
    let ratio = (deviation > 0.0 && change > 0.0).then(|| deviation / change)?;
    rounded_up(2.0 * ratio * ratio * (z_alpha + z_beta).powi(2))
}

/// Answers for an NPS "plus or minus `points`": the fewest whose adjusted Wald interval has that half-width, for
/// answers like those observed. `None` for points that are not above 0.
pub fn nps_half_width(observed: NpsCounts, points: f64) -> Option<u64> {
    let (p, d) = observed.adjusted_shares();
    fewest(points, |n| nps::adjusted_wald_half(p, d, n))
}

/// Answers for a share "plus or minus `half_width`", both 0 to 1: the fewest whose Wilson interval has that
/// half-width at the expected share. `None` for a share outside 0 to 1 or a half-width that is not above 0.
pub fn share_half_width(expected: f64, half_width: f64) -> Option<u64> {
    if !(0.0..=1.0).contains(&expected) {
        return None;
    }
    fewest(half_width, |n| {
        Z * (expected * (1.0 - expected) / n + Z * Z / (4.0 * n * n)).sqrt() / (1.0 + Z * Z / n)
    })
}

/// Answers for a mean "plus or minus `half_width`" in units of the scale: the fewest whose t interval has that
/// half-width at the given standard deviation. `None` unless both are above 0.
pub fn mean_half_width(deviation: f64, half_width: f64) -> Option<u64> {
    if deviation.is_nan() || deviation <= 0.0 {
        return None;
    }
    fewest(half_width, |n| {
        student::quantile(0.975, n - 1.0) * deviation / n.sqrt()
    })
}

/// Weeks until `n` answers are there, at so many a day; `None` if none come.
pub fn weeks_at(n: u64, answers_a_day: f64) -> Option<f64> {
    (answers_a_day > 0.0).then(|| float(n) / (7.0 * answers_a_day))
}

/// The variance of an answer that counts -1, 0 or +1, for planning: of the observed answers with 3/4 promoter, 3/4
/// detractor and 3/2 passives added.
pub fn planning_variance(observed: NpsCounts) -> f64 {
    let (p, d) = observed.adjusted_shares();
    nps::variance(p, d)
}

/// The fewest answers at which a falling half-width is at most the wanted one.
fn fewest(wanted: f64, half_width: impl Fn(f64) -> f64) -> Option<u64> {
    if wanted.is_nan() || wanted <= 0.0 || half_width(float(MOST)) > wanted {
        return None;
    }
    let (mut too_few, mut enough) = (0, MOST);
    while enough - too_few > 1 {
        let middle = u64::midpoint(too_few, enough);
        if half_width(float(middle)) <= wanted {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    Some(enough)
}

fn rounded_up(n: f64) -> Option<u64> {
    // A hair above a whole number is that number.
    let n = (n * (1.0 - 1e-12)).ceil();
    (n <= float(MOST)).then_some(n.max(1.0) as u64)
}

#[cfg(test)]
mod tests;
