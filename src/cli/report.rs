//! `aftercall report`: what the calls of a period told.

use std::io::Write;

use crate::report::render::{Format, write_json, write_table};
use crate::report::{Report, ReportQuery};
use crate::storage::{Store, StoreError};

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The report could not be written out.
    #[error("the report could not be written: {0}")]
    Write(#[from] std::io::Error),
}

/// Reads a report and writes it to `out`.
///
/// # Errors
/// The store cannot be read, or `out` not be written.
pub async fn run(
    store: &impl Store,
    query: &ReportQuery,
    format: Format,
    out: &mut impl Write,
) -> Result<(), ReportError> {
    let report = Report::read(store, query).await?;
    match format {
        Format::Table => write_table(&report, out)?,
        Format::Json => write_json(&report, out)?,
    }
    out.flush()?;
    Ok(())
}
