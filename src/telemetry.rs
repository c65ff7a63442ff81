//! Logging and metrics set-up.
//!
//! Log lines go to standard error, so that standard output stays for what a person or a script asked for. Caller
//! numbers never reach a line: they travel as [`Redacted`](crate::redact::Redacted).

use std::io::IsTerminal;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::log::{LogFormat, LogSettings};

/// Starts logging as configured. A second start in the same process keeps the first.
///
/// # Errors
/// The filter, when it cannot be read.
pub fn start_logging(settings: &LogSettings) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::try_new(&settings.filter)?;
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

/// Installs the process-wide recorder of metrics and returns what renders it for `/metrics`.
///
/// # Errors
/// When a recorder is installed already.
pub fn start_metrics() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new().install_recorder()
}
