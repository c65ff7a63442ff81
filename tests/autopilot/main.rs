//! The sampling autopilot over a real database: what calls of a week are decided with, and what comes of it.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

#[path = "../../crates/storage/tests/storage/support.rs"]
#[expect(dead_code, reason = "the tests of storage need more")]
mod support;
mod week;
