//! `aftercall check`: every fault of configuration, surveys, prompts and database at once.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde_json::json;

use super::prompts::{self, Studio};
use super::{runtime, templates};
use crate::call::identity::CallerHasher;
use crate::config::{self, Loaded};
use crate::engine::{Library, comments};
use crate::recording::{self, Trouble};
use crate::storage::{Access, OpenFault, SqliteOptions, SqliteStore, StoreError};
use crate::survey::{Fault, Severity};
use crate::telemetry;

/// Options of `check`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// Tells every fault; status 0 when nothing stands in the way of serving, else 2.
pub(super) fn run(file: &Path, args: &Args) -> ExitCode {
    let loaded = config::load(file);
    let mut faults = loaded.faults.clone();
    let (library, found) = Library::load(&loaded);
    faults.extend(found);
    faults.extend(telemetry::fault(&loaded));
    faults.extend(key_file(&loaded));
    faults.extend(loaded.no_number_plan());
    faults.extend(database(&loaded));
    let studio = Studio::open(&loaded).ok();
    faults.extend(placeholders(studio.as_ref()));
    let (templates, found) = templates::check(&loaded, studio.as_ref());
    faults.extend(found);
    faults.extend(recordings(&loaded, &library));
    let sound = !faults.iter().any(Fault::is_error);
    let printed = if args.json {
        print_json(&library, &faults)
    } else {
        print_lines(&library, templates, &faults)
    };
    if sound && printed.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    }
}

/// The key of the caller hash, where there is one already; `serve` makes it otherwise.
fn key_file(loaded: &Loaded) -> Option<Fault> {
    let path = &loaded.settings.privacy.key_file;
    let error = CallerHasher::read_file(path).err()?;
    if error.kind() == std::io::ErrorKind::NotFound {
        return None;
    }
    let reason = format!("{}: {error}", path.display());
    let mend = "name a file of 32 bytes that this user can read, or none, to have one made";
    Some(loaded.fault_in_setting("privacy", "key_file", reason, mend))
}

/// Languages that are served by robotic voices. What hinders looking is told elsewhere.
fn placeholders(studio: Option<&Studio>) -> Vec<Fault> {
    let served = studio.into_iter().flat_map(prompts::placeholders);
    served.map(|(_, fault)| fault).collect()
}

/// Opens the database. A new one is made, as `serve` would; one that exists is looked at and left as it is, for an
/// older program may be serving with it.
fn database(loaded: &Loaded) -> Option<Fault> {
    const MEND: &str = "name a file in a directory that this user can write";
    let path = &loaded.settings.storage.path;
    let fault = |reason: String, mend| loaded.fault_in_setting("storage", "path", reason, mend);
    let access = if path.exists() {
        Access::Read
    } else {
        Access::Serve
    };
    let opened =
        runtime().map(|runtime| runtime.block_on(SqliteStore::open(&SqliteOptions::new(path, access))));
    match opened {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            let outdated = matches!(
                &error,
                StoreError::Open {
                    fault: OpenFault::Schema,
                    ..
                }
            );
            let mend = if outdated { "start the service once" } else { MEND };
            let severity = if outdated {
                Severity::Warning
            } else {
                Severity::Error
            };
            return Some(Fault {
                severity,
                ..fault(error.to_string(), mend)
            });
        }
        Err(error) => return Some(fault(error.to_string(), MEND)),
    }
    let error = std::fs::OpenOptions::new().append(true).open(path).err()?;
    Some(fault(
        format!("{} cannot be written: {error}", path.display()),
        MEND,
    ))
}

/// The directory of recordings, where a survey asks for comments; made as `serve` would.
fn recordings(loaded: &Loaded, library: &Library) -> Option<Fault> {
    if !comments::asks_for_comments(library) {
        return None;
    }
    let settings = &loaded.settings.recordings;
    let trouble = recording::probe(&settings.directory, comments::limits(settings)).err()?;
    let fault = |key, mend| loaded.fault_in_setting("recordings", key, trouble.to_string(), mend);
    Some(match trouble {
        Trouble::Full { .. } => Fault {
            severity: Severity::Warning,
            ..fault(
                "min_free_mb",
                "make room, or allow less; until then comments are left out",
            )
        },
        Trouble::Unwritable(_) | Trouble::Overloaded => {
            fault("directory", "name a directory that this user can make and write")
        }
    })
}

fn print_lines(library: &Library, templates: usize, faults: &[Fault]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for fault in faults {
        writeln!(out, "{fault}")?;
    }
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    let languages: Vec<&str> = library.prompts.languages().collect();
    let (routes, surveys) = (library.routes.len(), library.surveys.len());
    writeln!(
        out,
        "{routes} routes, {surveys} surveys, {templates} templates, prompts in {}",
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
