//! `aftercall sampling`: who is asked, and why.

mod call;
mod explain;

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

/// Subcommands of `sampling`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// What every rule would say to a call, or what decided on one that has come. Changes nothing.
    Explain(explain::Args),
}

/// Does what the command says.
pub(in crate::cli) fn run(file: &Path, command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Explain(args) => explain::run(file, args),
    }
}
