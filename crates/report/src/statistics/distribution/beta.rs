//! The beta distribution: the regularised incomplete beta function (DLMF 8.17) and its inverse.

use super::deviance::binomial_term;
use super::gamma::nonzero;
use super::{MOST_STEPS, SETTLED, root};

/// I_x(a, b), the probability that a beta variable with parameters `a`, `b` > 0 is at most `x`.
pub fn cdf(x: f64, a: f64, b: f64) -> f64 {
    cdf_of(x, 1.0 - x, a, b)
}

/// I_x(a, b) where `y` = 1 - x is known with more digits than the subtraction would leave.
pub(super) fn cdf_of(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let is_valid =
        a > 0.0 && b > 0.0 && (a + b).is_finite() && (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y);
    if !is_valid {
        f64::NAN
    } else if x == 0.0 {
        0.0
    } else if y == 0.0 {
        1.0
    } else if x * (a + b + 2.0) < a + 1.0 {
        fraction(x, y, a, b)
    } else {
        1.0 - fraction(y, x, b, a)
    }
}

/// The value that a beta variable stays below with the given probability. By bisection: 60 steps or fewer.
pub fn quantile(probability: f64, a: f64, b: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) || !cdf(0.5, a, b).is_finite() {
        return f64::NAN;
    }
    root::of_increasing(|x| cdf(x, a, b) - probability, 0.0, 1.0)
}

/// I_x(a, b) by the continued fraction of DiDonato and Morris (1992), equation 9, which settles fast for x below the
/// mean. Unlike DLMF 8.17.22, whose even part it is, it has `a` - (`a` + `b`) x as a term of its own and loses
/// nothing where that is small.
fn fraction(x: f64, y: f64, a: f64, b: f64) -> f64 {
    let above_mean = a * y - b * x + 1.0;
    let mut value = nonzero(a * above_mean / (a + 1.0));
    let (mut c, mut d) = (value, 0.0);
    for step in 1..MOST_STEPS {
        let m = f64::from(step);
        let share = m * (b - m) * x / (a + 2.0 * m - 1.0);
        let numerator = share * (a + m - 1.0) * (a + b + m - 1.0) * x / (a + 2.0 * m - 1.0);
        let denominator = m + share + (a + m) * (above_mean + m * (1.0 + y)) / (a + 2.0 * m + 1.0);
        d = 1.0 / nonzero(denominator + numerator * d);
        c = nonzero(denominator + numerator / c);
        value *= c * d;
        if (c * d - 1.0).abs() < SETTLED {
            break;
        }
    }
    // x^a y^b / B(a, b) = binomial term times a b / (a + b).
    (binomial_term(a, b, x, y) * a * b / (a + b) / value).clamp(0.0, 1.0)
}
