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
    /// The last error by reason: one line has it for all calls.
    errors: Mutex<BTreeMap<&'static str, String>>,
}

impl Refusals {
    /// A call was refused.
    pub(super) fn record(&self, reason: &'static str) {
        self.record_many(reason, 1);
    }

    /// A call was refused for this error.
    pub(super) fn record_error(&self, reason: &'static str, error: &dyn Display) {
        self.errors().insert(reason, error.to_string());
        self.record(reason);
    }

    /// Calls were refused.
    pub fn record_many(&self, reason: &'static str, calls: u64) {
        if let Some(calls) = self.calls.record(&reason, calls, now()) {
            self.log(reason, calls);
        }
    }

    /// Logs what was held back; to be called once a second.
    pub fn log_due(&self, now: Instant) {
        for (reason, calls) in self.calls.due(now) {
            self.log(reason, calls);
        }
    }

    fn errors(&self) -> MutexGuard<'_, BTreeMap<&'static str, String>> {
        self.errors.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self, reason: &'static str, calls: u64) {
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
    struct CapturedLog(Arc<Mutex<Vec<u8>>>);

    impl Write for CapturedLog {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn last_error_is_logged_once_in_each_period() {
        let kept = CapturedLog::default();
        let writer = kept.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .finish();
        let refusals = Refusals::default();
        tracing::subscriber::with_default(subscriber, || {
            for call in 0..100 {
                refusals.record_error("media", &format!("cannot open a media socket: fault {call}"));
            }
            refusals.log_due(now() + Duration::from_secs(11));
            refusals.record("max_concurrent_surveys");
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
