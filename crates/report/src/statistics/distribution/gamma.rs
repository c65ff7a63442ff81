//! The gamma function and its incomplete integrals (DLMF chapters 5 and 8).

use super::deviance::{poisson_term, stirling_series};
use super::{MOST_STEPS, SETTLED};

/// ln Γ(x) for x > 0.
///
/// Stirling's series from 16 on; below, Γ(x) = Γ(x + k) / (x (x + 1) ... (x + k - 1)).
pub fn ln_gamma(x: f64) -> f64 {
    const FAR: f64 = 16.0;
    if x.is_nan() || x <= 0.0 {
        return f64::NAN;
    }
    if x < FAR {
        let (mut product, mut shifted) = (1.0, x);
        while shifted < FAR {
            product *= shifted;
            shifted += 1.0;
        }
        return stirling(shifted) - product.ln();
    }
    stirling(x)
}

/// ln Γ(x) by Stirling's series, for x where the series has settled.
fn stirling(x: f64) -> f64 {
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + stirling_series(x)
}

/// P(a, x), the regularised lower incomplete gamma function: the probability that a gamma variable of shape `a` and
/// scale 1 is at most `x`.
pub fn lower(a: f64, x: f64) -> f64 {
    if !is_in_domain(a, x) {
        f64::NAN
    } else if x == 0.0 {
        0.0
    } else if x.is_infinite() {
        1.0
    } else if x < a + 1.0 {
        series(a, x)
    } else {
        1.0 - fraction(a, x)
    }
}

/// Q(a, x) = 1 - P(a, x), the upper tail, exact where it is tiny.
pub fn upper(a: f64, x: f64) -> f64 {
    if !is_in_domain(a, x) {
        f64::NAN
    } else if x == 0.0 {
        1.0
    } else if x.is_infinite() {
        0.0
    } else if x < a + 1.0 {
        1.0 - series(a, x)
    } else {
        fraction(a, x)
    }
}

fn is_in_domain(a: f64, x: f64) -> bool {
    a > 0.0 && a.is_finite() && x >= 0.0
}

/// P by its power series (DLMF 8.7.1): x^a e^(-x) / Γ(a + 1) (1 + x / (a + 1) + x^2 / ((a + 1)(a + 2)) + ...).
fn series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for step in 1..MOST_STEPS {
        term *= x / (a + f64::from(step));
        sum += term;
        if term < sum * SETTLED {
            break;
        }
    }
    (poisson_term(a, x) * sum).min(1.0)
}

/// Q by its continued fraction (DLMF 8.9.2), evaluated forwards (Lentz 1976).
fn fraction(a: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let mut b = x + 1.0 - a;
    let mut c = 1.0 / TINY;
    let mut d = 1.0 / b;
    let mut value = d;
    for step in 1..MOST_STEPS {
        let step = f64::from(step);
        let numerator = -step * (step - a);
        b += 2.0;
        d = 1.0 / nonzero(numerator * d + b);
        c = nonzero(b + numerator / c);
        value *= d * c;
        if (d * c - 1.0).abs() < SETTLED {
            break;
        }
    }
    // x^a e^(-x) / Γ(a) = a times the term with a factorial.
    (poisson_term(a, x) * a * value).clamp(0.0, 1.0)
}

/// A denominator of a continued fraction that must not vanish.
pub(super) fn nonzero(value: f64) -> f64 {
    const TINY: f64 = 1e-300;
    if value.abs() < TINY { TINY } else { value }
}
