//! The binomial distribution, exact for every n; in time that grows with the square root of n at most.

use super::beta;
use super::deviance::binomial_term;

/// P(X = hits) of `n` with chance `p` each; 0 where `hits` exceeds `n`.
pub fn pmf(hits: u64, n: u64, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if hits > n {
        return 0.0;
    }
    if p == 0.0 || p == 1.0 {
        let certain = if p == 0.0 { 0 } else { n };
        return f64::from(u8::from(hits == certain));
    }
    binomial_term(hits as f64, (n - hits) as f64, p, 1.0 - p)
}

/// P(X <= hits): I_(1-p)(n - hits, hits + 1) (DLMF 8.17.5).
pub fn cdf(hits: u64, n: u64, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if hits >= n {
        return 1.0;
    }
    beta::cdf_of(1.0 - p, p, (n - hits) as f64, hits as f64 + 1.0)
}

/// P(X >= hits), exact where it is tiny.
pub fn at_least(hits: u64, n: u64, p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if hits == 0 {
        return 1.0;
    }
    if hits > n {
        return 0.0;
    }
    beta::cdf_of(p, 1.0 - p, hits as f64, (n - hits) as f64 + 1.0)
}
