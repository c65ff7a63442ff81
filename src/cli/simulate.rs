//! `aftercall simulate`: which survey, in which language, with which words.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args as ClapArgs;

use super::walk::{self, Asked, PromptTexts};
use super::{say, settings};
use crate::engine::Library;
use crate::engine::library::folders;
use crate::prompts::Manifest;
use crate::survey::{Language, PromptName};

/// Options of `simulate`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The survey: its file in config/surveys without .toml.
    survey: String,
    /// The language; without it the survey's menu of languages is walked too, or its first language is spoken
    #[arg(long)]
    language: Option<String>,
}

/// Walks through the survey until it ends, the input ends, or `h` hangs up.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let (library, faults) = Library::load(&loaded);
    let Some(survey) = library.surveys.get(&args.survey) else {
        for fault in &faults {
            say(&fault.to_string());
        }
        let known: Vec<&str> = library.surveys.keys().map(String::as_str).collect();
        bail!(
            "there is no sound survey `{}`; choose from {}",
            args.survey,
            known.join(", ")
        );
    };
    let language = survey.choose_language(args.language.as_deref(), []).language;
    let asked = match args.language.as_deref() {
        Some(wanted) => {
            if survey.language_of(wanted).is_none() {
                say(&format!(
                    "the survey is not asked in `{wanted}`; it is walked in `{language}`"
                ));
            }
            Asked::In(language)
        }
        None => Asked::UnlessChosen(language),
    };
    let texts = Manifest::read(folders(&loaded).manifests())?;
    walk::run(
        std::sync::Arc::clone(survey),
        asked,
        &texts,
        std::io::stdin().lock(),
        std::io::stdout(),
    )?;
    Ok(ExitCode::SUCCESS)
}

impl PromptTexts for Manifest {
    fn words(&self, language: &Language, name: &PromptName) -> Option<String> {
        let entry = self.entry(language.as_str(), name.as_str())?;
        Some(entry.text.clone())
    }
}
