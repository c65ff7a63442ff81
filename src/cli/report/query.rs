//! The options of `report` that say what is asked for.

use clap::Args as ClapArgs;

use crate::cli::selection::SelectionArgs;
use crate::reports::ReportRequest;

/// Options of `report`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// Figures side by side: queue, team, agent, route, survey, survey_version, language, weekday, hour.
    #[arg(long, value_name = "WHAT")]
    by: Option<String>,
    /// The course over time: hour, day, week, month, or auto.
    #[arg(long, value_name = "STEP", num_args = 0..=1, default_missing_value = "auto")]
    trend: Option<String>,
    /// Compare with: previous, last-year, or a period as for --period, or 2026-10-01..2026-10-31.
    #[arg(long, value_name = "WITH", num_args = 0..=1, default_missing_value = "previous")]
    compare: Option<String>,
    /// JSON with figures unrounded; docs/schema.md names its fields.
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    selection: SelectionArgs,
}

impl Args {
    /// What they ask for.
    pub(super) fn request(&self) -> ReportRequest {
        ReportRequest {
            by: self.by.clone(),
            trend: self.trend.clone(),
            compare: self.compare.clone(),
            ..self.selection.request()
        }
    }
}
