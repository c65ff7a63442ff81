//! `aftercall sampling`: who is asked, and why.

mod call;
mod explain;
mod plans;

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

/// Subcommands of `sampling`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Evaluate each sampling rule for a hypothetical call, or explain a past decision. Changes nothing.
    Explain(Box<explain::Args>),
    /// List the changes of the sampling autopilot: when, N before and after, why, and the interval expected.
    Plans(plans::Args),
}

/// Does what the command says.
pub(in crate::cli) fn run(file: &Path, command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Explain(args) => explain::run(file, args),
        Command::Plans(args) => plans::run(file, args),
    }
}
