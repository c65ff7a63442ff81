//! The built program seen from outside, as a PBX, a phone and an operator see it: over SIP, RTP, HTTP, signals and
//! the rows that a call leaves in the database.
//!
//! One test target, so that its tests run beside each other: they spend their time waiting. Nothing here asserts how
//! long something took; what the product says about time is tested where time is simulated.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![expect(clippy::expect_used, reason = "a test may stop at the first surprise")]
#![expect(clippy::panic, reason = "the harness fails a test by panicking")]
#![expect(clippy::indexing_slicing, reason = "a test may stop at the first surprise")]
#![expect(clippy::print_stdout, reason = "skipped tests and seeds are told")]

mod api;
mod asterisk;
mod baresip;
mod caller;
mod check;
mod comment;
mod crash;
mod examples;
mod flood;
mod jobs;
mod kamailio;
mod languages;
mod metrics;
mod prompts;
mod reload;
mod serve;
mod sipp;
mod srtp;
mod stalled;
mod support;
mod templates;
