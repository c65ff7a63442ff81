//! The Poisson distribution: counts of events that come independently at a known mean.

use super::deviance::poisson_term;
use super::gamma;

/// P(X = count) for a mean >= 0.
pub fn pmf(count: u64, mean: f64) -> f64 {
    match mean {
        mean if mean > 0.0 && mean.is_finite() => poisson_term(count as f64, mean),
        0.0 => f64::from(u8::from(count == 0)),
        _ => f64::NAN,
    }
}

/// P(X <= count).
pub fn cdf(count: u64, mean: f64) -> f64 {
    gamma::upper(count as f64 + 1.0, mean)
}

/// P(X >= count), exact where it is tiny.
pub fn at_least(count: u64, mean: f64) -> f64 {
    if count == 0 {
        return 1.0;
    }
    gamma::lower(count as f64, mean)
}
