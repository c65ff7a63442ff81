//! Runs the watchdog: looks at the counts once an hour, and places test calls when they are due.

use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDateTime;
use metrics::{counter, gauge};

use super::job::{JobError, Work};
use crate::watch::{QuietQueue, TestCall, Watch};
use aftercall_runtime::clock::{Clock, now};
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_storage::{Database, Snapshot, Store, StoreError};

/// Looks for quiet queues.
pub(super) struct QuietQueues {
    pub(super) watch: Watch,
    pub(super) store: Database,
    pub(super) clock: Arc<dyn Clock>,
    /// The hour that was looked at last.
    pub(super) looked_at: Option<NaiveDateTime>,
}

impl Work for QuietQueues {
    async fn run(&mut self) -> Result<(), JobError> {
        let Some(check) = self.watch.plan().quiet.clone() else {
            self.looked_at = None;
            report(&self.watch, Vec::new());
            return Ok(());
        };
        let now = self.clock.utc();
        let hour = check.last_hour(now);
        if self.looked_at == Some(hour) {
            return Ok(());
        }
        let read = async {
            let mut snapshot = self.store.snapshot().await?;
            let Some((first_day, _)) = snapshot.days().await? else {
                return Ok(Vec::new());
            };
            let (selection, split) = check.selection(now);
            let tallies = snapshot.call_tallies(&selection, &split).await?;
            Ok::<_, StoreError>(check.quiet(&tallies, first_day, now))
        };
        let quiet = read
            .await
            .map_err(JobError::because("cannot look for quiet queues"))?;
        self.looked_at = Some(hour);
        report(&self.watch, quiet);
        Ok(())
    }
}

/// Notes the quiet queues, and logs those that are new and those that are over.
#[expect(clippy::cast_precision_loss, reason = "a gauge is a float; queues are few")]
fn report(watch: &Watch, quiet: Vec<QuietQueue>) {
    gauge!("aftercall_watch_quiet_queues").set(quiet.len() as f64);
    let before = watch.note_quiet(quiet.clone());
    let is_in = |list: &[QuietQueue], queue: &QuietQueue| list.iter().any(|known| known.queue == queue.queue);
    for found in quiet.iter().filter(|found| !is_in(&before, found)) {
        tracing::warn!(
            queue = found.queue,
            hours = found.hours,
            came = found.came,
            expected = found.expected,
            probability = found.probability,
            "fewer calls came than chance explains"
        );
    }
    for over in before.iter().filter(|over| !is_in(&quiet, over)) {
        tracing::info!(queue = over.queue, "calls come as usual again");
    }
}

/// Places test calls.
pub(super) struct TestCalls {
    pub(super) watch: Watch,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) seed: u64,
    pub(super) stop: Shutdown,
    /// When the last one was placed, and which.
    pub(super) placed: Option<std::time::Instant>,
}

impl Work for TestCalls {
    async fn run(&mut self) -> Result<(), JobError> {
        let plan = self.watch.plan();
        let Some(call) = &plan.test_call else {
            self.placed = None;
            self.watch.note_test_call(None);
            return Ok(());
        };
        if self
            .placed
            .is_some_and(|placed| now().saturating_duration_since(placed) < plan.test_call_every)
        {
            return Ok(());
        }
        self.placed = Some(now());
        self.place(call).await;
        Ok(())
    }
}

impl TestCalls {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a gauge is a float; seconds stay below 2^52"
    )]
    async fn place(&mut self, call: &TestCall) {
        self.seed = self.seed.wrapping_add(1);
        match call.place(self.seed, self.stop.clone()).await {
            Ok(set_up) => {
                counter!("aftercall_test_calls_total", "result" => "ok").increment(1);
                gauge!("aftercall_test_call_success_timestamp_seconds")
                    .set(self.clock.utc().timestamp() as f64);
                if self.watch.findings().test_call.is_some() {
                    tracing::info!("test calls succeed again");
                }
                tracing::debug!(set_up_ms = millis(set_up), "test call succeeded");
                self.watch.note_test_call(None);
            }
            // A call that the stop of the service has cut off says nothing.
            Err(_) if self.stop.is_requested() => {}
            Err(error) => {
                counter!("aftercall_test_calls_total", "result" => "failed").increment(1);
                tracing::warn!(%error, "test call failed");
                self.watch.note_test_call(Some(error.to_string()));
            }
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
