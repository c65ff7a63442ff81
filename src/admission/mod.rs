//! Who is surveyed: policy, then every-Nth sampling, then capacity. Pure.
//!
//! The order matters. Policy first, so that a call that may not be asked is no one's turn. Sampling second, counted by
//! storage in the transaction that writes the call. Capacity last and under a reason of its own, so that overload shows
//! as non-response and does not bend the sample.

pub mod capacity;
pub mod policy;
pub mod sampler;
