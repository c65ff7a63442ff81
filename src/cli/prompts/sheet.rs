//! `aftercall prompts sheet`: what the voice actor reads from.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Args as ClapArgs, ValueEnum};

use super::PromptToolContext;
use crate::engine::prompt_requirements::RequiredPrompt;
use aftercall_audio::prompts::PromptOrigin;
use aftercall_audio::prompts::sheet::{SheetFormat, SheetLine, notes, render};
use aftercall_base::Language;

/// Options of `prompts sheet`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// The language; may be repeated, and be one that no survey is asked in yet. All in use unless given
    #[arg(long, value_name = "TAG")]
    language: Vec<Language>,
    /// The shape
    #[arg(long, value_enum, default_value = "markdown")]
    format: Shape,
    /// Only prompts without a recording of your own
    #[arg(long)]
    missing: bool,
    /// The language whose words stand in where a language has none yet
    #[arg(long, value_name = "TAG", default_value = "en")]
    model: Language,
    /// Write to a file instead of the terminal
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shape {
    Markdown,
    Csv,
    Html,
    Text,
}

/// Prints the sheet.
pub(super) fn run(tool: &PromptToolContext, args: &Args) -> anyhow::Result<ExitCode> {
    let languages = if args.language.is_empty() {
        tool.requirements.languages().into_iter().collect()
    } else {
        args.language.clone()
    };
    let lines: Vec<SheetLine> = languages
        .iter()
        .flat_map(|language| required_in(tool, language))
        .filter(|required| !args.missing || !is_own(tool, required))
        .map(|required| line(tool, &args.model, required))
        .collect();
    let sheet = render(
        &lines,
        match args.format {
            Shape::Markdown => SheetFormat::Markdown,
            Shape::Csv => SheetFormat::Csv,
            Shape::Html => SheetFormat::Html,
            Shape::Text => SheetFormat::Text,
        },
    );
    match &args.output {
        Some(file) => std::fs::write(file, sheet).with_context(|| file.display().to_string())?,
        None => std::io::stdout().lock().write_all(sheet.as_bytes())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn required_in(tool: &PromptToolContext, language: &Language) -> Vec<RequiredPrompt> {
    if tool.requirements.languages().contains(language) {
        let here = tool
            .requirements
            .prompts()
            .filter(|required| required.language == *language);
        here.cloned().collect()
    } else {
        tool.requirements.in_new_language(language)
    }
}

fn is_own(tool: &PromptToolContext, required: &RequiredPrompt) -> bool {
    let recording = tool.recording(&required.language, &required.name);
    recording.is_some_and(|recording| recording.origin == PromptOrigin::Own)
}

fn line(tool: &PromptToolContext, model: &Language, required: RequiredPrompt) -> SheetLine {
    let words = |language: &Language| tool.manifest.entry(language.as_str(), &required.name);
    let entry = words(&required.language);
    let asks = tool.requirements.asks(&required.name);
    SheetLine {
        text: entry
            .map(|entry| entry.text.clone())
            .or(required.question.clone()),
        model: words(model).map(|entry| entry.text.clone()),
        notes: entry
            .and_then(|entry| entry.notes.clone())
            .unwrap_or_else(|| notes(&required.name, asks).to_owned()),
        language: required.language,
        name: required.name,
    }
}
