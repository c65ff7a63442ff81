//! Folds the histograms of the metrics, which bounds their memory also when nobody reads `/metrics`.

use super::job::{JobError, Work};
use crate::telemetry::Metrics;

pub(super) struct MetricsUpkeep(pub(super) Metrics);

impl Work for MetricsUpkeep {
    async fn run(&mut self) -> Result<(), JobError> {
        self.0.run_upkeep();
        Ok(())
    }
}
