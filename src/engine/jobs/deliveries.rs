//! Finds the reports that are due, and delivers them.

use super::job::{JobError, Work};
use crate::delivery::worker::{Planner, Sender};

pub(super) struct DuePeriods(pub(super) Planner);

impl Work for DuePeriods {
    async fn run(&mut self) -> Result<(), JobError> {
        let planned = self.0.run().await;
        planned.map_err(JobError::because("cannot plan deliveries of reports"))
    }
}

pub(super) struct Deliveries(pub(super) Sender);

impl Work for Deliveries {
    async fn run(&mut self) -> Result<(), JobError> {
        let delivered = self.0.run().await;
        delivered.map_err(JobError::because("cannot take or end deliveries of reports"))
    }
}
