//! `aftercall report`: figures of the calls of a period.

mod output;
mod query;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args as ClapArgs;

use self::output::Output;
use crate::cli::start::{runtime, say, settings};
use crate::control;
use aftercall_report::render::{RenderError, RenderOptions, ReportFormat};
use aftercall_report::{Report, ReportQuery};
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::{Access, Store, StoreError};

const AFTER_HELP: &str = "\
Examples:
  aftercall report --last week                             the week before this one
  aftercall report --this month --queue 'sales*' --by agent
                                                           agents of some queues side by side, in the order of their names
  aftercall report --last 28d --trend --compare            the course by day, and all figures beside the 28 days before
  aftercall report --last month --details                  with rates, quality of the answers, non-response and method
  aftercall report --last week --by queue -o week.html --lang fi
                                                           a page in Finnish, to be read, printed or sent
  aftercall report --last week --by queue --trend -o week.xlsx
                                                           a workbook with a sheet for each part
  aftercall report --last month --format xlsx -o reports/  the same under a name with period and filters
  aftercall report --last month --format csv-excel --lang pl -o month.csv
                                                           one figure a row, with commas and semicolons as in Poland
  aftercall report --last week --json | jq .calls.rates    figures unrounded, for programs

A score needs 10 answers, a rate 10 calls; below that only counts are shown. docs/reports.md explains every part.";

/// Options of `report`.
#[derive(Debug, ClapArgs)]
#[group(skip)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    #[command(flatten)]
    query: query::Args,
    #[command(flatten)]
    output: output::Args,
}

/// Reads the database of the configuration and writes the report.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let output = match Output::of(&args.output, args.query.json) {
        Ok(output) => output,
        Err(fault) => {
            say(&format!("{fault:#}"));
            return Ok(ExitCode::from(2));
        }
    };
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let (directory, faults) = loaded.directory();
    // The figures are the same without names.
    faults.iter().for_each(|fault| say(&fault.to_string()));
    let context = loaded.settings.report_context(directory);
    let query = args.query.request().query(&context, SystemClock.utc())?;
    let socket = &loaded.settings.control.socket;
    if !socket.as_os_str().is_empty() {
        control::ask_to_settle(socket);
    }
    let path = &loaded.settings.storage.path;
    runtime()?.block_on(async {
        let store = aftercall_storage::open(path, Access::Read)
            .await
            .context("storage.path")?;
        let report = Report::read(&store, &query).await?;
        store.close().await;
        output.write(&report)?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Why there is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The database could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The report could not be shown.
    #[error(transparent)]
    Render(#[from] RenderError),
}

/// Reads a report and writes it to `out`.
///
/// # Errors
/// The store cannot be read, or `out` not be written.
pub async fn print(
    store: &impl Store,
    query: &ReportQuery,
    format: ReportFormat,
    options: &RenderOptions,
    out: &mut impl Write,
) -> Result<(), ReportError> {
    let report = Report::read(store, query).await?;
    format.write(&report, options, out)?;
    out.flush().map_err(RenderError::Write)?;
    Ok(())
}
