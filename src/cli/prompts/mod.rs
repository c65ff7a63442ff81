//! `aftercall prompts`: for those who make the recordings.

mod check;
mod import;
mod sheet;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use clap::Subcommand;

pub(super) use check::placeholders;

use crate::cli::start::{say, settings};
use crate::config::Loaded;
use crate::engine::content::folders;
use crate::engine::prompt_requirements::PromptRequirements;
use aftercall_audio::prompts::{self, Folders, Manifest, PromptFile};
use aftercall_base::{Fault, Language};

/// What to do with prompts.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Measure every prompt of every survey and language: is it there, loud enough, clean, without key tones?
    Check(check::Args),
    /// Bring your own recordings to level, rate and silence, and put them where they win over the shipped ones.
    Import(import::Args),
    /// Print a sheet for the voice actor: file names, words, how to say them.
    Sheet(sheet::Args),
}

/// Does it.
pub(super) fn run(file: &Path, command: &Command) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let tool = match PromptToolContext::open(&loaded) {
        Ok(tool) => tool,
        Err(faults) => {
            faults.iter().for_each(|fault| say(&fault.to_string()));
            return Ok(ExitCode::from(2));
        }
    };
    match command {
        Command::Check(args) => check::run(&tool, args),
        Command::Import(args) => import::run(&tool, args),
        Command::Sheet(args) => sheet::run(&tool, args),
    }
}

/// The recordings that exist, and the prompts that are required.
pub(super) struct PromptToolContext {
    folders: Folders,
    manifest: Manifest,
    /// The recordings of each language that has a folder.
    recordings: BTreeMap<String, BTreeMap<String, PromptFile>>,
    /// Files that cannot be prompts.
    faults: Vec<Fault>,
    requirements: PromptRequirements,
}

impl PromptToolContext {
    /// Looks into both directories of prompts and all surveys.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub(super) fn open(loaded: &Loaded) -> Result<Self, Vec<Fault>> {
        let folders = folders(loaded);
        let in_setting = |reason: String| {
            let fix = "name the directory that holds en/, fi/, ...";
            vec![loaded.fault_in_setting("prompts", "directory", reason, fix)]
        };
        let languages = folders
            .languages()
            .map_err(|error| in_setting(error.to_string()))?;
        let manifest = Manifest::read(folders.manifests()).map_err(|error| {
            vec![Fault::of_file(
                "the manifest of prompts",
                error.to_string(),
                "correct or remove it",
            )]
        })?;
        let mut found = Vec::new();
        let recordings: BTreeMap<_, _> = languages
            .into_iter()
            .map(|language| {
                let recordings = folders.recordings(&language, &mut found);
                (language, recordings)
            })
            .collect();
        let recorded = |name: &str| recordings.values().any(|names| names.contains_key(name));
        let requirements = PromptRequirements::read(loaded, &recorded)?;
        Ok(Self {
            folders,
            manifest,
            faults: found.iter().map(in_words).collect(),
            recordings,
            requirements,
        })
    }

    fn recording(&self, language: &Language, name: &str) -> Option<&PromptFile> {
        self.recording_of(language.as_str(), name)
    }

    /// The recording of that name in that language.
    pub(super) fn recording_of(&self, language: &str, name: &str) -> Option<&PromptFile> {
        self.recordings.get(language)?.get(name)
    }

    /// Languages that surveys are asked in or that recordings exist in.
    fn known_languages(&self) -> Vec<Language> {
        let recorded = self.recordings.keys().filter_map(|tag| Language::new(tag).ok());
        let mut known = self.requirements.languages();
        known.extend(recorded);
        known.into_iter().collect()
    }
}

fn in_words(fault: &prompts::PromptFault) -> Fault {
    Fault::of_file(
        fault.file.display().to_string(),
        fault.reason.to_string(),
        fault.reason.fix(),
    )
}
