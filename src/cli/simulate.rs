//! `aftercall simulate`: which survey, in which language, with which words.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use clap::Args as ClapArgs;
use serde::Deserialize;

use super::walk::{self, PromptTexts};
use super::{say, settings};
use crate::engine::Library;
use crate::survey::{Language, PromptName};

/// Options of `simulate`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// The survey: its file in config/surveys without .toml.
    survey: String,
    /// The language; the survey's own unless given.
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
    let language = survey.language_for(args.language.as_deref());
    if let Some(wanted) = args
        .language
        .as_deref()
        .filter(|wanted| *wanted != language.as_str())
    {
        say(&format!(
            "the survey is not asked in `{wanted}`; it is walked in `{language}`"
        ));
    }
    let texts = ManifestTexts::read(&loaded.settings.prompts.directory.join("manifest.toml"));
    walk::run(
        std::sync::Arc::clone(survey),
        language,
        &texts,
        std::io::stdin().lock(),
        std::io::stdout(),
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The words of the prompts, from the manifest beside them.
#[derive(Debug, Default)]
struct ManifestTexts(BTreeMap<(String, String), String>);

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    prompt: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    language: String,
    name: String,
    text: String,
}

impl ManifestTexts {
    /// Reads the manifest; without one, or with one that cannot be read, no words are known.
    fn read(file: &Path) -> Self {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let manifest: Manifest = toml::from_str(&text).unwrap_or(Manifest { prompt: Vec::new() });
        Self(
            manifest
                .prompt
                .into_iter()
                .map(|entry| ((entry.language, entry.name), entry.text))
                .collect(),
        )
    }
}

impl PromptTexts for ManifestTexts {
    fn words(&self, language: &Language, name: &PromptName) -> Option<String> {
        self.0
            .get(&(language.as_str().to_owned(), name.as_str().to_owned()))
            .cloned()
    }
}
