//! Showing a report: to people as a table, to programs as JSON.

mod chart;
mod table;

use std::io::Write;

pub use self::table::write_table;
use super::report::Report;

/// How a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReportFormat {
    /// A text for people.
    #[default]
    Table,
    /// JSON; `docs/schema.md` names its fields.
    Json,
}

/// Writes a report as JSON with figures unrounded.
///
/// # Errors
/// `out` did not take it.
pub fn write_json(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}
