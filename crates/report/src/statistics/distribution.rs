//! The probability distributions behind the figures: normal, Student's t, chi-square, binomial, Poisson, negative
//! binomial, beta.
//!
//! Own code to the precision of `f64`. Everything rests on two functions, the incomplete
//! [`gamma`] and [`beta`] integrals, whose leading factors are written as deviances (Loader 2000) and therefore stay
//! exact for a billion answers, where differences of log-gammas would have lost half their digits.
//!
//! Probabilities are 0 to 1. A tail is computed as a tail, never as one minus the rest, so that a probability of
//! 1e-30 has as many true digits as one of 0.3. Arguments outside their domain give `NaN`; the modules above never
//! pass one.

pub mod beta;
pub mod binomial;
pub mod chi_square;
mod deviance;
pub mod gamma;
pub mod negative_binomial;
pub mod normal;
pub mod poisson;
pub(super) mod root;
pub mod student;

/// Iterations of a series or a continued fraction before its present value is taken as the best there is. Near the
/// mean of a distribution the number needed grows with the square root of its size: some 200,000 for a mean of 10^9.
const MOST_STEPS: u32 = 2_000_000;

/// Relative change of a sum or fraction below which it has settled.
const SETTLED: f64 = 1e-16;

#[cfg(test)]
mod tests;
