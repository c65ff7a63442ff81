//! Refusals in the log: a line when they begin, and one in ten seconds with their number while they last.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aftercall_base::log_throttle::LogThrottle;
use aftercall_runtime::clock::now;

/// The reason of a call whose row could not be written.
pub(super) const STORAGE: &str = "storage";
/// The reason of a call whose number no route takes.
pub(super) const NO_ROUTE: &str = "no_route";

/// Counts refused calls by reason.
#[derive(Debug, Default)]
pub struct Refusals {
    calls: LogThrottle<&'static str>,
    /// What the system last said, by reason: one line tells it for all.
    errors: Mutex<BTreeMap<&'static str, String>>,
}

impl Refusals {
    /// A call was refused.
    pub(super) fn note(&self, reason: &'static str) {
        self.add(reason, 1);
    }

    /// A call was refused for this error.
    pub(super) fn note_error(&self, reason: &'static str, error: &dyn Display) {
        self.errors().insert(reason, error.to_string());
        self.note(reason);
    }

    /// Calls were refused.
    pub fn add(&self, reason: &'static str, calls: u64) {
        if let Some(calls) = self.calls.record(&reason, calls, now()) {
            self.say(reason, calls);
        }
    }

    /// Tells what was held back; to be called once a second.
    pub fn tell(&self, now: Instant) {
        for (reason, calls) in self.calls.due(now) {
            self.say(reason, calls);
        }
    }

    fn errors(&self) -> MutexGuard<'_, BTreeMap<&'static str, String>> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, reason: &'static str, calls: u64) {
        let error = self.errors().remove(reason);
        match (reason, error) {
            (NO_ROUTE, _) => tracing::info!(calls, "no route for the dialled number: refused with 404"),
            (STORAGE, _) => tracing::error!(calls, "cannot store calls: refused with 503"),
            (_, Some(error)) => {
                tracing::warn!(reason, calls, error, "calls refused with 503");
            }
            (_, None) => tracing::warn!(reason, calls, "no capacity: calls refused with 503"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use super::Refusals;
    use aftercall_runtime::clock::now;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_the_system_said_is_told_once_in_each_period() {
        let kept = Kept::default();
        let writer = kept.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .finish();
        let refusals = Refusals::default();
        tracing::subscriber::with_default(subscriber, || {
            for call in 0..100 {
                refusals.note_error("media", &format!("cannot open a media socket: fault {call}"));
            }
            refusals.tell(now() + Duration::from_secs(11));
            refusals.note("max_concurrent_surveys");
        });
        let log = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<&str> = log.lines().collect();
        assert_eq!(lines.len(), 3, "{log}");
        assert!(
            lines[0].contains("fault 0") && lines[1].contains("fault 99"),
            "{log}"
        );
        assert!(
            lines[2].contains("no capacity") && !lines[2].contains("fault"),
            "{log}"
        );
    }
}
