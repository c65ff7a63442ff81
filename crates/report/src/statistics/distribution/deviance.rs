//! Powers over factorials without cancellation, after C. Loader, "Fast and Accurate Computation of Binomial
//! Probabilities" (2000): Stirling's formula with its error as a series, and what remains as a deviance.

use super::gamma::ln_gamma;

const TWO_PI: f64 = std::f64::consts::TAU;

/// From this argument on the series of [`stirling_error`] has all digits of an `f64`.
const LARGE: f64 = 16.0;

/// ln(x!) - ln(sqrt(2 pi x) (x / e)^x) for real x > 0: by how much Stirling's formula is too small.
pub(super) fn stirling_error(x: f64) -> f64 {
    if x < LARGE {
        return ln_gamma(x + 1.0) - (x + 0.5) * x.ln() + x - 0.5 * TWO_PI.ln();
    }
    stirling_series(x)
}

/// The asymptotic series of [`stirling_error`], B(2k) / (2k (2k - 1) x^(2k - 1)) with Bernoulli numbers B (DLMF
/// 5.11.1).
pub(super) fn stirling_series(x: f64) -> f64 {
    const TERMS: [f64; 7] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
    ];
    let square = x * x;
    TERMS.iter().rev().fold(0.0, |sum, term| term + sum / square) / x
}

/// x ln(x / mean) + mean - x, half the deviance of a count x from its mean; exact where x and mean are close.
/// `difference` is x - mean, given apart because the subtraction may lose its digits.
fn half_deviance(x: f64, mean: f64, difference: f64) -> f64 {
    if difference.abs() > 0.1 * (x + mean) {
        let logarithm = if x > 0.0 { x * (x / mean).ln() } else { 0.0 };
        return logarithm - difference;
    }
    // With v = (x - mean) / (x + mean), ln(x / mean) = 2 (v + v^3/3 + v^5/5 + ...); the first terms cancel by hand.
    let v = difference / (x + mean);
    let mut power = 2.0 * x * v;
    let mut sum = difference * v;
    for odd in 1..50_u32 {
        power *= v * v;
        let before = sum;
        sum += power / f64::from(2 * odd + 1);
        if sum == before {
            break;
        }
    }
    sum
}

/// mean^x e^(-mean) / x! for real x >= 0 and mean > 0: the Poisson probability, and the leading factor of the
/// incomplete gamma function.
pub(super) fn poisson_term(x: f64, mean: f64) -> f64 {
    if x == 0.0 {
        return (-mean).exp();
    }
    (-stirling_error(x) - half_deviance(x, mean, x - mean)).exp() / (TWO_PI * x).sqrt()
}

/// n! / (x! (n - x)!) p^x q^(n - x) for real 0 <= x <= n: the binomial probability, and the leading factor of the
/// incomplete beta function. `rest` is n - x and `q` is 1 - p, given apart because the difference may have lost its
/// digits.
pub(super) fn binomial_term(x: f64, rest: f64, p: f64, q: f64) -> f64 {
    let n = x + rest;
    if x == 0.0 {
        return (n * ln_of(q, p)).exp();
    }
    if rest == 0.0 {
        return (n * ln_of(p, q)).exp();
    }
    let errors = stirling_error(n) - stirling_error(x) - stirling_error(rest);
    // x - n p, without the cancellation of a mean close to n.
    let difference = x * q - rest * p;
    let deviances = half_deviance(x, n * p, difference) + half_deviance(rest, n * q, -difference);
    (errors - deviances).exp() * (n / (TWO_PI * x * rest)).sqrt()
}

/// ln(part) where part + other = 1, from whichever of the two has the digits.
fn ln_of(part: f64, other: f64) -> f64 {
    if other < 0.5 { (-other).ln_1p() } else { part.ln() }
}
