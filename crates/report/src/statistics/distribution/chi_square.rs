//! The chi-square distribution.

use super::gamma;

/// P(X > x) with `degrees` > 0 degrees of freedom: the p value of a chi-square test, exact where it is tiny.
pub fn upper_tail(x: f64, degrees: f64) -> f64 {
    gamma::upper(0.5 * degrees, 0.5 * x)
}

/// P(X <= x).
pub fn cdf(x: f64, degrees: f64) -> f64 {
    gamma::lower(0.5 * degrees, 0.5 * x)
}
