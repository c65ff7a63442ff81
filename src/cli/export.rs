//! `aftercall export`: calls or answers as rows, in a file that other programs read.

mod output;
mod progress;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args as ClapArgs, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

use self::output::{Output, Target};
use self::progress::Progress;
use crate::cli::selection::SelectionArgs;
use crate::cli::start::{runtime, say, settings};
use crate::config::Settings;
use crate::control;
use aftercall_report::ReportQuery;
use aftercall_report::export::{
    self, ExcelLanguage, ExportError, ExportFormat, ExportQuery, Exported, Labels, Shape,
};
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_runtime::lifecycle;
use aftercall_storage::part::Part;
use aftercall_storage::{Access, Database, Store};

/// Options of `export`.
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// What a row is.
    #[arg(value_enum)]
    rows: Rows,
    /// The file, which appears when it is whole. A directory gets a file under a name such as
    /// aftercall-calls-2026-11-16_2026-11-22-sales.xlsx, which is printed. Default: standard output (-).
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The format. Default: by the ending of the file (.csv, .xlsx, .jsonl, .parquet), else csv.
    #[arg(short, long, value_enum)]
    format: Option<Format>,
    /// The language of the Excel that opens a csv-excel: all but en get semicolons and decimal commas.
    #[arg(long, value_name = "LANGUAGE", default_value = "en", value_parser = LANGUAGES)]
    lang: String,
    /// Show how far it is on standard error, also where that is no terminal.
    #[arg(long)]
    progress: bool,
    #[command(flatten)]
    selection: SelectionArgs,
}

const LANGUAGES: [&str; 5] = ["en", "fi", "pl", "cs", "el"];

const AFTER_HELP: &str = "\
Examples:
  aftercall export calls --last week -o .                        a CSV file of last week, named by its content
  aftercall export calls --last month --queue sales -o sales.xlsx
  aftercall export answers --survey nps --from 2026-11-01 -f jsonl | jq .value
  aftercall export calls --last 28d -f csv-excel --lang fi -o /srv/share/

The options that choose calls are those of `aftercall report`: the same options select the same calls, and the sum of a column is the
figure of the report. Callers' numbers and the keys that they pressed are not exported. docs/exports.md explains every column.";

/// What a row is.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Rows {
    /// A call, surveyed or not, with its answers side by side.
    Calls,
    /// An answer, or a question that was skipped.
    Answers,
}

impl Rows {
    const fn shape(self) -> Shape {
        match self {
            Self::Calls => Shape::Calls,
            Self::Answers => Shape::Answers,
        }
    }
}

/// The format of a file.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// Comma-separated values (RFC 4180), UTF-8.
    Csv,
    /// The same with a byte order mark, as Excel of --lang opens it.
    CsvExcel,
    /// A workbook of Excel, with a sheet "About".
    Xlsx,
    /// A JSON object a line, texts exactly as they are stored.
    Jsonl,
    /// Apache Parquet, if the program was built with it.
    Parquet,
}

impl Format {
    /// That of a file which is called as files for Excel are: `.csv` alone would be the plain kind.
    fn of_name(file: &Path) -> Option<Self> {
        let name = file.file_name()?.to_string_lossy().to_lowercase();
        name.ends_with(".excel.csv").then_some(Self::CsvExcel)
    }

    fn format(self, language: &str) -> ExportFormat {
        match self {
            Self::Csv => ExportFormat::Csv,
            Self::CsvExcel => ExportFormat::CsvExcel(ExcelLanguage::of(language)),
            Self::Xlsx => ExportFormat::Xlsx,
            Self::Jsonl => ExportFormat::JsonLines,
            Self::Parquet => ExportFormat::Parquet,
        }
    }
}

/// Reads the database of the configuration and writes the rows.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let settings = &loaded.settings;
    let (directory, faults) = loaded.directory();
    // The rows are the same without names.
    faults.iter().for_each(|fault| say(&fault.to_string()));
    let context = settings.report_context(directory);
    let calls = match args.selection.request().query(&context, SystemClock.utc()) {
        Ok(calls) => calls,
        Err(fault) => return Ok(refused(&fault.to_string())),
    };
    let query = export_query(calls, args.rows.shape(), settings);
    let named = || args.output.as_deref().and_then(Format::of_name);
    let format = args.format.or_else(named).map(|format| format.format(&args.lang));
    let target = match Target::find(args.output.as_deref(), format, &query) {
        Ok(target) => target,
        Err(reason) => return Ok(refused(&reason)),
    };
    let socket = &settings.control.socket;
    if !socket.as_os_str().is_empty() {
        control::ask_to_settle(socket);
    }
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let store = aftercall_storage::open(&settings.storage.path, Access::Read)
            .await
            .context("storage.path")?;
        let progress = Progress::new(args.progress);
        write(store, query, target, progress).await
    });
    // A file that is being compressed when a signal comes is not waited for.
    runtime.shutdown_background();
    done
}

/// A command line that cannot be carried out.
fn refused(reason: &str) -> ExitCode {
    say(reason);
    ExitCode::from(2)
}

fn export_query(calls: ReportQuery, shape: Shape, settings: &Settings) -> ExportQuery {
    ExportQuery {
        part: Part::default(),
        shape,
        zones: settings.route_zones(),
        attributes: settings.context.mapping.attributes.keys().cloned().collect(),
        labels: Labels::of(&calls.directory),
        calls,
    }
}

/// Writes the rows, unless a signal ends it: then nothing is left of the file.
async fn write(
    store: Database,
    query: ExportQuery,
    target: Target,
    mut progress: Progress,
) -> anyhow::Result<ExitCode> {
    let mut output = Output::open(&target)?;
    let (sink, scratch, format) = (
        output.sink()?,
        output.scratch().map(Path::to_owned),
        target.format,
    );
    let (tell, told) = oneshot::channel();
    lifecycle::spawn("export", async move {
        let step = |at| progress.show(at);
        let done = export::export(&store, &query, format, scratch.as_deref(), sink, step).await;
        store.close().await;
        // Nobody listens any more when a signal came first.
        let _unheard = tell.send(done);
    });
    let (mut terminate, mut hang_up) = (signal(SignalKind::terminate())?, signal(SignalKind::hangup())?);
    tokio::select! {
        done = told => finish(done.context("the export ended too early")?, output, target.is_named_by_us),
        _ = tokio::signal::ctrl_c() => Ok(interrupted(output)),
        _ = terminate.recv() => Ok(interrupted(output)),
        _ = hang_up.recv() => Ok(interrupted(output)),
    }
}

fn finish(
    done: Result<Exported, ExportError>,
    output: Output,
    is_named_by_us: bool,
) -> anyhow::Result<ExitCode> {
    let exported = done?;
    let file = output.keep()?;
    for note in &exported.notes {
        say(note);
    }
    if let Some(file) = file {
        if is_named_by_us {
            let mut out = std::io::stdout().lock();
            writeln!(out, "{}", file.display())?;
        }
        let (rows, calls) = (exported.rows, exported.calls);
        say(&format!("{rows} rows of {calls} calls in {}", file.display()));
    }
    if exported.moments > 1 {
        say(
            "the service stored much meanwhile: the rows are not all of one moment; later calls are left out",
        );
    }
    Ok(ExitCode::SUCCESS)
}

fn interrupted(output: Output) -> ExitCode {
    drop(output);
    say("interrupted; there is no file");
    ExitCode::FAILURE
}
