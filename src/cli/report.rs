//! `aftercall report`: figures of the calls of a period.

mod query;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

pub(super) use self::query::Args;
use crate::cli::start::{runtime, say, settings};
use crate::control;
use aftercall_report::render::{ReportFormat, write_json, write_table};
use aftercall_report::{Report, ReportQuery};
use aftercall_storage::{Access, Store, StoreError};

/// Reads the database of the configuration and prints the report.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let (directory, faults) = loaded.directory();
    // The figures are the same without names.
    faults.iter().for_each(|fault| say(&fault.to_string()));
    let context = loaded.settings.report_context(directory);
    let query = args.request().query(&context, chrono::Utc::now())?;
    let format = if args.json {
        ReportFormat::Json
    } else {
        ReportFormat::Table
    };
    let socket = &loaded.settings.control.socket;
    if !socket.as_os_str().is_empty() {
        control::ask_to_settle(socket);
    }
    let path = &loaded.settings.storage.path;
    runtime()?.block_on(async {
        let store = aftercall_storage::open(path, Access::Read)
            .await
            .context("storage.path")?;
        print(&store, &query, format, &mut std::io::stdout().lock()).await?;
        store.close().await;
        Ok(ExitCode::SUCCESS)
    })
}

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
pub async fn print(
    store: &impl Store,
    query: &ReportQuery,
    format: ReportFormat,
    out: &mut impl Write,
) -> Result<(), ReportError> {
    let report = Report::read(store, query).await?;
    match format {
        ReportFormat::Table => write_table(&report, out)?,
        ReportFormat::Json => write_json(&report, out)?,
    }
    out.flush()?;
    Ok(())
}
