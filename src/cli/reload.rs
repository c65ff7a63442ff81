//! `aftercall reload`: reload the configuration of the running service, and report the result.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args as ClapArgs;

use crate::cli::start::say;
use crate::config::control::default_socket;
use crate::config::{self, Loaded};
use crate::control::{self, AskError, Report};

/// Options of `reload`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The control socket of the service, when it is not the one of the configuration.
    #[arg(long, value_name = "FILE")]
    socket: Option<PathBuf>,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// Asks the service; status 0 when the configuration was applied, 2 when it was refused, or where the file does not tell whom to
/// ask, 1 when nobody could be asked.
///
/// The service reads the file that it was started with. To ask it by the name of another one is a mistake that would
/// otherwise be told as success; a file that was not named does not count where the socket was.
pub(super) fn run(file: &Path, is_named: bool, args: &Args) -> ExitCode {
    // Faults are the service's to tell: it may have been started with another file.
    let loaded = config::load(file);
    let socket = args.socket.as_ref().unwrap_or(&loaded.settings.control.socket);
    if socket.as_os_str().is_empty() {
        say("control.socket is empty: the service can only be reloaded by SIGHUP");
        return ExitCode::FAILURE;
    }
    if (is_named || args.socket.is_none())
        && let Ok(about) = control::ask_about(socket)
        && !is_same(file, Path::new(&about.configuration))
    {
        say(&format!(
            "the service at {} (process {}) reads {} and not {}; nothing was reloaded. Fix: name that file with --config, or the socket of another service with --socket.",
            socket.display(),
            about.process,
            about.configuration,
            file.display()
        ));
        return ExitCode::from(2);
    }
    let report = match control::ask_to_reload(socket) {
        Ok(report) => report,
        Err(error) => return tell_nobody(file, args, &loaded, &error),
    };
    let printed = if args.json {
        print_json(&report)
    } else {
        print_lines(&report)
    };
    match (report.applied, printed) {
        (true, Ok(())) => ExitCode::SUCCESS,
        (true, Err(_)) => ExitCode::FAILURE,
        (false, _) => ExitCode::from(2),
    }
}

/// Whether both names lead to one file, be it there or not.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        (_, _) => absolute(one) == absolute(other),
    }
}

/// Nobody could be asked: why, and what may be behind it. A file that cannot be read may be why the wrong socket was asked.
fn tell_nobody(file: &Path, args: &Args, loaded: &Loaded, error: &AskError) -> ExitCode {
    let is_guess = args.socket.is_none() && !loaded.knows_control_socket();
    match error {
        AskError::NoService(socket) if is_guess => say(&format!(
            "{} cannot be read, so it is not known where its control socket is; no service answers at the default, {}. Fix: correct the file, or name the socket with --socket.",
            file.display(),
            socket.display()
        )),
        AskError::NoService(socket) if args.socket.is_none() => {
            say(&error.to_string());
            say(&where_else(file, socket));
        }
        _ => say(&error.to_string()),
    }
    for fault in &loaded.faults {
        say(&fault.to_string());
    }
    if is_guess {
        ExitCode::from(2)
    } else {
        ExitCode::FAILURE
    }
}

/// Where a service that was started before `control.socket` was changed still answers.
fn where_else(file: &Path, socket: &Path) -> String {
    let default = default_socket(file);
    let about = (default != socket)
        .then(|| control::ask_about(&default).ok())
        .flatten();
    match about.filter(|about| is_same(file, Path::new(&about.configuration))) {
        Some(about) => format!(
            "the service that reads this file (process {}) still answers at {}. Fix: name that with --socket.",
            about.process,
            default.display()
        ),
        None => {
            "if control.socket was changed since the service was started, it answers at the old one. Fix: name that with --socket."
                .to_owned()
        }
    }
}

fn print_lines(report: &Report) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", report.summary())?;
    for fault in &report.faults {
        writeln!(out, "  {fault}")?;
    }
    for change in &report.changes {
        writeln!(out, "  {change}")?;
    }
    for setting in &report.needs_restart {
        writeln!(out, "  needs a restart, not applied: {setting}")?;
    }
    for warning in &report.warnings {
        writeln!(out, "  {warning}")?;
    }
    Ok(())
}

fn print_json(report: &Report) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(report).map_err(std::io::Error::other)?;
    writeln!(std::io::stdout().lock(), "{text}")
}
