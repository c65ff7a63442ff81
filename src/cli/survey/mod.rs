//! `aftercall survey`: what the surveys are, before anybody is asked.

mod diff;
mod graph;
mod list;
pub(super) mod lookup;
mod show;
pub(super) mod simulate;

use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

use self::lookup::SurveyLookup;
use crate::cli::start::settings;

/// What to do with surveys.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Name every survey with its version, languages and routes.
    List(list::Args),
    /// Show a survey as text: questions, scales, keys, branches, draws, timing, what is stored.
    Show(show::Args),
    /// Draw the flow of a survey as SVG.
    Graph(graph::Args),
    /// Report what changed: between a file and the version in use, two versions, or two files.
    Diff(diff::Args),
    /// Walk through a survey on the terminal, without a network.
    Simulate(simulate::Args),
}

const NAMING: &str = "\
A survey is named in one of four ways:
  nps-comment                the definition in the directory of surveys, else the template of that name
  drafts/nps-comment.toml    a definition in a file
  nps-comment@stored         the version that the service loaded last, from the database
  nps-comment@1f00c0ffee12   any version that was ever in use, from the database";

/// Does it.
pub(super) fn run(file: &Path, command: &Command) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let lookup = SurveyLookup::open(&loaded)?;
    match command {
        Command::List(args) => list::run(&lookup, args),
        Command::Show(args) => show::run(&lookup, args),
        Command::Graph(args) => graph::run(&lookup, args),
        Command::Diff(args) => diff::run(&lookup, args),
        Command::Simulate(args) => simulate::run(&lookup, args),
    }
}
