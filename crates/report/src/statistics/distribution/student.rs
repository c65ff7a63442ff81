//! Student's t distribution for real degrees of freedom, as Welch's test needs them.

use super::{beta, normal, root};

/// P(T <= t) with `degrees` > 0 degrees of freedom.
pub fn cdf(t: f64, degrees: f64) -> f64 {
    let tail = upper_tail(t.abs(), degrees);
    if t > 0.0 { 1.0 - tail } else { tail }
}

/// P(|T| >= |t|), the p value of a two-sided test, exact where it is tiny.
pub fn two_sided(t: f64, degrees: f64) -> f64 {
    2.0 * upper_tail(t.abs(), degrees)
}

/// P(T > t) for t >= 0: half of I_x(degrees / 2, 1/2) with x = degrees / (degrees + t^2) (Abramowitz and Stegun
/// 26.7.1).
fn upper_tail(t: f64, degrees: f64) -> f64 {
    if t.is_nan() || degrees.is_nan() || degrees <= 0.0 {
        return f64::NAN;
    }
    if degrees.is_infinite() {
        return normal::upper_tail(t);
    }
    if t.is_infinite() {
        return 0.0;
    }
    // Of t^2 / degrees both x and 1 - x are had without a subtraction.
    let ratio = t * t / degrees;
    0.5 * beta::cdf_of(1.0 / (1.0 + ratio), ratio / (1.0 + ratio), 0.5 * degrees, 0.5)
}

/// The value that T stays below with the given probability; infinite for 0 degrees of freedom, where no interval
/// exists.
pub fn quantile(probability: f64, degrees: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) || degrees.is_nan() || degrees < 0.0 {
        return f64::NAN;
    }
    let tail = probability.min(1.0 - probability);
    if tail == 0.5 {
        return 0.0;
    }
    let magnitude = if degrees == 0.0 || tail == 0.0 {
        f64::INFINITY
    } else {
        upper_quantile(tail, degrees)
    };
    magnitude.copysign(probability - 0.5)
}

/// The t > 0 with P(T > t) = tail < 1/2. The normal quantile is a lower bound; doubled until it is an upper one.
fn upper_quantile(tail: f64, degrees: f64) -> f64 {
    let low = -normal::quantile(tail);
    let mut high = low.max(1.0);
    while upper_tail(high, degrees) > tail && high < f64::MAX / 4.0 {
        high *= 2.0;
    }
    root::of_increasing(|t| tail - upper_tail(t, degrees), low, high)
}
