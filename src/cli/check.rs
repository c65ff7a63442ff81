//! `aftercall check`: every fault of configuration, surveys, prompts and database at once.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde_json::json;

use super::runtime;
use crate::config::{self, Loaded};
use crate::engine::Library;
use crate::storage::{Access, SqliteOptions, SqliteStore};
use crate::survey::Fault;

/// Options of `check`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// Tells every fault; status 0 when nothing stands in the way of serving, else 2.
pub(super) fn run(file: &Path, args: &Args) -> ExitCode {
    let mut loaded = config::load(file);
    let mut faults = std::mem::take(&mut loaded.faults);
    let (library, found) = Library::load(&loaded);
    faults.extend(found);
    faults.extend(database(&loaded));
    let sound = !faults.iter().any(Fault::is_error);
    let printed = if args.json {
        print_json(&library, &faults)
    } else {
        print_lines(&library, &faults)
    };
    if sound && printed.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    }
}

/// Opens the database as `serve` would, which makes and migrates it.
fn database(loaded: &Loaded) -> Option<Fault> {
    let storage = &loaded.settings.storage;
    let opened = runtime().map(|runtime| {
        runtime.block_on(SqliteStore::open(&SqliteOptions::new(
            &storage.path,
            Access::Serve,
        )))
    });
    let reason = match opened {
        Ok(Ok(_)) => return None,
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Some(loaded.fault_in_setting(
        "storage",
        "path",
        reason,
        "name a file in a directory that this user can write",
    ))
}

fn print_lines(library: &Library, faults: &[Fault]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for fault in faults {
        writeln!(out, "{fault}")?;
    }
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    let languages: Vec<&str> = library.prompts.languages().collect();
    let (routes, surveys) = (library.routes.len(), library.surveys.len());
    writeln!(
        out,
        "{routes} routes, {surveys} surveys, prompts in {}",
        languages.join(", ")
    )?;
    writeln!(out, "{errors} errors, {} warnings", faults.len() - errors)
}

fn print_json(library: &Library, faults: &[Fault]) -> std::io::Result<()> {
    let faults: Vec<_> = faults
        .iter()
        .map(|fault| {
            json!({
                "file": fault.file,
                "line": fault.position.map(|position| position.line),
                "severity": if fault.is_error() { "error" } else { "warning" },
                "reason": fault.reason,
                "mend": fault.mend,
            })
        })
        .collect();
    let surveys: Vec<&String> = library.surveys.keys().collect();
    writeln!(
        std::io::stdout().lock(),
        "{:#}",
        json!({ "faults": faults, "surveys": surveys })
    )
}
