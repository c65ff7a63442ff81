//! What the statistics promise, measured: simulations with printed seeds, and worked examples from publications.
//!
//! `cargo test -p aftercall-report --test statistics -- --nocapture` prints the figures that the documentation quotes.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![expect(
    clippy::indexing_slicing,
    reason = "a simulation may stop at its first mistake"
)]
#![expect(
    clippy::print_stdout,
    reason = "the figures are for whoever runs the simulation"
)]

mod anytime;
mod autopilot;
mod pooling;
mod power;
mod published;
mod random;
mod watch;
