//! Whether the database can write, as the writer has last seen it.
//!
//! A readiness probe asks every few seconds and from several places. Would each ask cost a write, an idle service would keep
//! its disk busy, and anybody who reaches the port could. So what the last commit showed holds for a while.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::error::StoreError;

/// For how long a write that worked says that the next one will. A failure holds until something is written again: the writer
/// itself asks an absent database.
const FRESH: Duration = Duration::from_secs(5);

/// What was seen last.
#[derive(Debug, Default)]
pub(super) struct Health {
    last: Mutex<Last>,
    probing: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
enum Last {
    #[default]
    Unknown,
    Wrote(Instant),
    Failed(StoreError),
}

impl Health {
    /// Something was written.
    pub(super) fn wrote(&self, now: Instant) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Last::Wrote(now);
    }

    /// Something could not be written.
    pub(super) fn failed(&self, error: &StoreError) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Last::Failed(error.clone());
    }

    /// What is known without asking the database; `None` when that is too long ago.
    pub(super) fn seen(&self, now: Instant) -> Option<Result<(), StoreError>> {
        match &*self.last.lock().unwrap_or_else(PoisonError::into_inner) {
            Last::Wrote(at) => (now.saturating_duration_since(*at) < FRESH).then_some(Ok(())),
            Last::Failed(error) => Some(Err(error.clone())),
            Last::Unknown => None,
        }
    }

    /// Lets one ask the database at a time.
    pub(super) async fn probing(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.probing.lock().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{FRESH, Health};
    use crate::error::StoreError;

    #[test]
    fn what_was_written_holds_for_a_while_and_a_failure_until_something_is_written() {
        let start = aftercall_runtime::clock::monotonic();
        let health = Health::default();
        assert!(health.seen(start).is_none());
        health.wrote(start);
        assert!(matches!(health.seen(start + FRESH / 2), Some(Ok(()))));
        assert!(health.seen(start + FRESH).is_none(), "then it is asked again");
        health.failed(&StoreError::QueueFull);
        let later = start + Duration::from_secs(3_600);
        assert!(matches!(health.seen(later), Some(Err(_))));
        health.wrote(later);
        assert!(matches!(health.seen(later), Some(Ok(()))));
    }
}
