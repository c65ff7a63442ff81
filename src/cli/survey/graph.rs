//! `aftercall survey graph`: the flow of a survey as a picture.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args as ClapArgs;

use super::lookup::{SurveyLookup, language_of};
use aftercall_survey::graph;

/// Options of `survey graph`.
#[derive(Debug, ClapArgs)]
#[command(after_help = super::NAMING)]
pub(in crate::cli) struct Args {
    /// The survey.
    survey: String,
    /// Show the questions in this language instead of the survey's first.
    #[arg(long)]
    language: Option<String>,
    /// Write the SVG to this file instead of the terminal.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Draws it.
pub(super) fn run(lookup: &SurveyLookup<'_>, args: &Args) -> anyhow::Result<ExitCode> {
    let survey = lookup.find(&args.survey)?;
    let picture = graph(&survey, &language_of(&survey, args.language.as_deref()));
    match &args.output {
        Some(file) => std::fs::write(file, picture).with_context(|| file.display().to_string())?,
        None => std::io::stdout().lock().write_all(picture.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}
