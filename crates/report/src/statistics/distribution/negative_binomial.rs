//! The negative binomial distribution: counts whose mean itself varies by a gamma distribution.
//!
//! Given by its mean and its shape; the variance is mean + mean^2 / shape. With a growing shape it becomes Poisson's.

use super::beta;
use super::deviance::binomial_term;
use super::poisson;

/// From this shape on the extra variance of any count below 10^9 is under 10^-3 of its Poisson variance.
const AS_GOOD_AS_POISSON: f64 = 1e12;

/// P(X = count) for mean >= 0 and shape > 0.
pub fn pmf(count: u64, mean: f64, shape: f64) -> f64 {
    if shape >= AS_GOOD_AS_POISSON || mean <= 0.0 {
        return poisson::pmf(count, mean);
    }
    let x = count as f64;
    // Of count + shape "trials" the chance of one of the count is mean / (mean + shape).
    let (p, q) = (mean / (mean + shape), shape / (mean + shape));
    binomial_term(x, shape, p, q) * shape / (shape + x)
}

/// P(X <= count): I_q(shape, count + 1) with q = shape / (mean + shape) (Abramowitz and Stegun 26.5.26).
pub fn cdf(count: u64, mean: f64, shape: f64) -> f64 {
    if shape >= AS_GOOD_AS_POISSON || mean <= 0.0 {
        return poisson::cdf(count, mean);
    }
    let (p, q) = (mean / (mean + shape), shape / (mean + shape));
    beta::cdf_of(q, p, shape, count as f64 + 1.0)
}
