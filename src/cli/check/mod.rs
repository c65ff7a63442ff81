//! `aftercall check`: every fault of configuration, surveys, prompts and database at once.

mod places;
mod ports;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde_json::json;

use super::prompts::{self, PromptToolContext};
use super::templates;
use crate::config::{self, Loaded};
use crate::control::{self, About};
use crate::engine::{LoadedContent, calendar};
use aftercall_base::Fault;
use aftercall_base::count::counted;
use aftercall_runtime::clock::{Clock, SystemClock};

/// Options of `check`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// Reports every fault; status 0 when nothing stands in the way of serving, else 2.
///
/// Nothing is made or written: who checks may be another user than the one that serves, or the service may be running.
pub(in crate::cli) fn run(file: &Path, args: &Args) -> ExitCode {
    let loaded = config::load(file);
    let mut faults = loaded.faults.clone();
    let (content, found) = LoadedContent::load(&loaded);
    faults.extend(found);
    let mut number_of_templates = 0;
    // Of a file that cannot be read nothing more can be told than that.
    if !loaded.is_unread() {
        faults.extend(loaded.no_number_plan());
        faults.extend(calendar::warnings(&loaded, SystemClock.utc()));
        let about = service(&loaded);
        faults.extend(ports::faults(&loaded, about.as_ref()));
        faults.extend(places::faults(&loaded, &content, about.as_ref()));
        let tool = PromptToolContext::open(&loaded).ok();
        faults.extend(placeholders(tool.as_ref()));
        if loaded.is_sound("surveys", "templates") {
            let (number, found) = templates::check(&loaded, &content, tool.as_ref());
            number_of_templates = number;
            faults.extend(found);
        }
    }
    let faults = loaded.in_order(faults);
    let sound = !faults.iter().any(Fault::is_error);
    let printed = if args.json {
        print_json(&content, &faults)
    } else {
        print_lines(&content, number_of_templates, &faults)
    };
    if sound && printed.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    }
}

/// The service that runs with this control socket.
fn service(loaded: &Loaded) -> Option<About> {
    let socket = &loaded.settings.control.socket;
    if socket.as_os_str().is_empty() || !loaded.is_sound("control", "socket") {
        return None;
    }
    control::ask_about(socket).ok()
}

/// Languages that are served by robotic voices. What hinders looking is told elsewhere.
fn placeholders(tool: Option<&PromptToolContext>) -> Vec<Fault> {
    let served = tool.into_iter().flat_map(prompts::placeholders);
    served.map(|(_, fault)| fault).collect()
}

fn print_lines(content: &LoadedContent, templates: usize, faults: &[Fault]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for fault in faults {
        writeln!(out, "{fault}")?;
    }
    let errors = faults.iter().filter(|fault| fault.is_error()).count();
    let languages: Vec<&str> = content.prompts.languages().collect();
    let prompts = match languages.is_empty() {
        true => "no prompts".to_owned(),
        false => format!("prompts in {}", languages.join(", ")),
    };
    writeln!(
        out,
        "{}, {}, {}, {prompts}",
        counted(content.routes.len(), "route"),
        counted(content.surveys.len(), "survey"),
        counted(templates, "template")
    )?;
    writeln!(
        out,
        "{}, {}",
        counted(errors, "error"),
        counted(faults.len() - errors, "warning")
    )
}

fn print_json(content: &LoadedContent, faults: &[Fault]) -> std::io::Result<()> {
    let faults: Vec<_> = faults
        .iter()
        .map(|fault| {
            json!({
                "file": fault.file,
                "line": fault.position.map(|position| position.line),
                "severity": if fault.is_error() { "error" } else { "warning" },
                "reason": fault.reason,
                "mend": fault.fix,
            })
        })
        .collect();
    let surveys: Vec<&String> = content.surveys.keys().collect();
    writeln!(
        std::io::stdout().lock(),
        "{:#}",
        json!({ "faults": faults, "surveys": surveys })
    )
}
