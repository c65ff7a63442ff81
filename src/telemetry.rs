//! Logging and metrics set-up.
//!
//! Log lines go to standard error, so that standard output stays for what a person or a script asked for. Caller
//! numbers never reach a line: they travel as [`Redacted`](aftercall_base::Redacted).

mod families;
mod family;

pub use self::families::FAMILIES;
pub use self::family::{Family, FamilyType, LabelValues};

use std::io::IsTerminal;

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

use crate::config::log::{LogFormat, LogSettings};

/// What is logged, as the settings say.
///
/// # Errors
/// The filter, when it cannot be read.
pub fn filter(settings: &LogSettings) -> Result<EnvFilter, ParseError> {
    EnvFilter::try_new(settings.filter.as_str())
}

/// Starts logging as configured. A second start in the same process keeps the first.
///
/// # Errors
/// The filter, when it cannot be read.
pub fn start_logging(settings: &LogSettings) -> Result<(), ParseError> {
    let filter = filter(settings)?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    let started = match settings.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging was already started");
    }
    Ok(())
}

/// Upper bounds of the buckets of every duration, in seconds.
const BUCKETS: [f64; 12] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0,
];

/// Upper bounds of the buckets of facts in a transaction; without them the exporter writes a summary, which cannot be added up.
const FACT_BUCKETS: [f64; 9] = [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0];

/// The metrics of a process. Clones share them.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// Starts to record the metrics of this process.
    ///
    /// # Errors
    /// They are recorded already.
    pub fn start() -> Result<Self, BuildError> {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?
            .set_buckets_for_metric(Matcher::Suffix("_facts".to_owned()), &FACT_BUCKETS)?
            .install_recorder()?;
        family::describe();
        Ok(Self(handle))
    }

    /// Metrics that nothing is recorded in: several services of one process, in tests, cannot each have their own.
    pub fn unrecorded() -> Self {
        Self(PrometheusBuilder::new().build_recorder().handle())
    }

    /// The text of `/metrics`.
    pub fn render(&self) -> String {
        self.0.render()
    }

    /// Folds the histograms, which bounds their memory. To be called every few seconds.
    pub fn run_upkeep(&self) {
        self.0.run_upkeep();
    }
}
