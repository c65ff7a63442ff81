//! `aftercall sampling`: who is asked, and why.

mod call;
mod explain;
mod plans;

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

use aftercall_survey::admission::{AdmissionReason, Decision};

/// Subcommands of `sampling`.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Command {
    /// Evaluate each sampling rule for a hypothetical call, or explain a past decision. Changes nothing.
    Explain(Box<explain::Args>),
    /// List the changes of the sampling autopilot: when, N before and after, why, and the interval expected.
    Plans(plans::Args),
}

/// A decision in words, with `rule`, which made it as the database keeps it.
fn decision_in_words(decision: Decision, reason: Option<&AdmissionReason>, rule: &str) -> String {
    match (decision, reason) {
        (Decision::Sampled, _) => format!("surveyed ({rule})"),
        (Decision::NotSampled, Some(AdmissionReason::Every { every })) => {
            format!("not surveyed: not the Nth call ({rule} = {every})")
        }
        (Decision::NotSampled, _) => format!("not surveyed: not selected by sampling ({rule})"),
        (Decision::Suppressed, _) => format!("not surveyed, and not counted ({rule})"),
    }
}

/// Does what the command says.
pub(in crate::cli) fn run(file: &Path, command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Explain(args) => explain::run(file, args),
        Command::Plans(args) => plans::run(file, args),
    }
}
