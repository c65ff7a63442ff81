//! Refusals in the log: a line when they begin, and one in ten seconds with their number while they last.

use std::time::Instant;

use crate::base::gathered::Gathered;
use crate::clock::now;

/// The reason of a call whose row could not be written.
pub(super) const STORAGE: &str = "storage";
/// The reason of a call whose number no route takes.
pub(super) const NO_ROUTE: &str = "no_route";

/// Counts refused calls by reason.
#[derive(Debug, Default)]
pub struct Refusals(Gathered<&'static str>);

impl Refusals {
    /// A call was refused.
    pub(super) fn note(&self, reason: &'static str) {
        self.add(reason, 1);
    }

    /// Calls were refused.
    pub fn add(&self, reason: &'static str, calls: u64) {
        if let Some(calls) = self.0.note(&reason, calls, now()) {
            say(reason, calls);
        }
    }

    /// Tells what was held back; to be called once a second.
    pub fn tell(&self, now: Instant) {
        for (reason, calls) in self.0.due(now) {
            say(reason, calls);
        }
    }
}

fn say(reason: &'static str, calls: u64) {
    match reason {
        NO_ROUTE => tracing::info!(calls, "no route for the dialled number: refused with 404"),
        STORAGE => tracing::error!(calls, "cannot store calls: refused with 503"),
        _ => tracing::warn!(reason, calls, "no capacity: calls refused with 503"),
    }
}
