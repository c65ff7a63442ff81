//! Finds the reports that are due, delivers them, and forgets old deliveries.

use std::sync::Arc;

use chrono::TimeDelta;

use super::job::{JobError, Work};
use crate::delivery::worker::{Planner, Sender};
use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_storage::Database;
use aftercall_storage::delivery::Deliveries as _;

/// Deliveries that have ended are kept for so long: a year, and the month after it in which somebody asks about it.
const KEPT: TimeDelta = TimeDelta::days(400);

/// Deliveries that are removed at once: the write lock, which calls need, is held meanwhile.
const BATCH: u32 = 1_000;

pub(super) struct DuePeriods(pub(super) Planner);

impl Work for DuePeriods {
    async fn run(&mut self) -> Result<(), JobError> {
        let planned = self.0.run().await;
        planned.map_err(JobError::because("cannot plan deliveries of reports"))
    }
}

pub(super) struct Deliveries {
    pub(super) sender: Sender,
    pub(super) stop: Shutdown,
}

impl Work for Deliveries {
    async fn run(&mut self) -> Result<(), JobError> {
        let delivered = self.sender.run(&self.stop).await;
        delivered.map_err(JobError::because("cannot take or end deliveries of reports"))
    }
}

pub(super) struct OldDeliveries {
    pub(super) store: Database,
    pub(super) clock: Arc<dyn Clock>,
}

impl Work for OldDeliveries {
    async fn run(&mut self) -> Result<(), JobError> {
        let before = self.clock.utc() - KEPT;
        loop {
            let removed = self.store.remove_deliveries(before, BATCH).await;
            let removed = removed.map_err(JobError::because("cannot remove old deliveries of reports"))?;
            if removed > 0 {
                tracing::info!(deliveries = removed, "removed old deliveries of reports");
            }
            if removed < u64::from(BATCH) {
                return Ok(());
            }
        }
    }
}
