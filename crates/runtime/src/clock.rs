//! Time as a dependency.
//!
//! Pure code is handed `now: Instant`; IO code on tokio asks [`now`], so that tests can pause time. Media threads,
//! which live outside tokio, read [`monotonic`]. Wall time, needed only for what people read (rows, logs, reports),
//! comes through [`Clock`].

use std::fmt::Debug;
use std::time::Instant;

use chrono::{DateTime, Utc};

/// A source of wall time.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present moment in UTC.
    fn utc(&self) -> DateTime<Utc>;
}

/// The machine's clock; the one place that reads it.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where wall time enters")]
    fn utc(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that always shows the same moment, for tests.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(pub DateTime<Utc>);

impl Clock for FixedClock {
    fn utc(&self) -> DateTime<Utc> {
        self.0
    }
}

/// The monotonic clock, for threads outside tokio.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place where a plain thread reads the monotonic clock"
)]
pub fn monotonic() -> Instant {
    Instant::now()
}

/// The present moment on tokio's clock, so that tests can pause it.
pub fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Sleeps to the deadline on tokio's clock, or for ever without one. Cancel safe.
pub async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}
