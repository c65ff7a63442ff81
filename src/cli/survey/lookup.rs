//! Surveys by the names that people give them: files of the directory, other files, versions in the database.
//!
//! Recordings are only looked for, not decoded, so everything here answers at once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::cli::start::{runtime, say};
use crate::config::Loaded;
use crate::engine::content::folders;
use crate::engine::survey_directory::{Definition, definitions};
use crate::text_file;
use aftercall_audio::prompts::Manifest;
use aftercall_base::suggest::closest;
use aftercall_base::{Fault, Language};
use aftercall_storage::{Access, Database, Snapshot, Store, StoreError};
use aftercall_survey::{AnyPrompt, ParseContext, PromptNames, Survey, SurveyVersion, parse, parse_in};

/// What stands for the version that was loaded last.
const STORED: &str = "stored";

/// Everything that surveys can be found in.
pub(in crate::cli) struct SurveyLookup<'l> {
    loaded: &'l Loaded,
    recordings: Recordings,
    manifest: Manifest,
}

impl<'l> SurveyLookup<'l> {
    /// Looks where recordings lie.
    pub(in crate::cli) fn open(loaded: &'l Loaded) -> anyhow::Result<Self> {
        let folders = folders(loaded);
        let mut faults = Vec::new();
        let languages = folders.languages().context("prompts.directory")?;
        let names = |language: &String| {
            let recordings = folders.recordings(language, &mut faults);
            (language.clone(), recordings.into_keys().collect())
        };
        Ok(Self {
            recordings: Recordings(languages.iter().map(names).collect()),
            manifest: Manifest::read(folders.manifests())?,
            loaded,
        })
    }

    /// The configuration.
    pub(super) fn loaded(&self) -> &Loaded {
        self.loaded
    }

    /// What the recordings say.
    pub(super) fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Every definition of the directory by its name, sound or with its faults.
    pub(in crate::cli) fn all(&self) -> anyhow::Result<BTreeMap<String, Result<Survey, Vec<Fault>>>> {
        let directory = &self.loaded.settings.surveys.directory;
        let files = definitions(directory).with_context(|| directory.display().to_string())?;
        let named = |(file, text): Definition| {
            let stem = Path::new(&file).file_stem();
            let name = stem.map(|stem| stem.to_string_lossy().into_owned());
            let survey = text
                .map_err(|unreadable| vec![unreadable.fault(file.clone())])
                .and_then(|text| self.read(&text, &file));
            (name.unwrap_or_default(), survey)
        };
        Ok(files.into_iter().map(named).collect())
    }

    /// A survey by any of its names.
    pub(super) fn find(&self, name: &str) -> anyhow::Result<Arc<Survey>> {
        if Path::new(name)
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            return self.sound(self.of_file(Path::new(name)));
        }
        if let Some((name, version)) = name.split_once('@') {
            return self.stored(name, Some(version).filter(|version| *version != STORED));
        }
        let mut all = self.all()?;
        let templates = &self.loaded.settings.surveys.templates;
        let template = templates.join(name).with_extension("toml");
        match all.remove(name) {
            Some(survey) => self.sound(survey),
            None if template.is_file() => self.sound(self.of_file(&template)),
            None => {
                let known: Vec<&str> = all.keys().map(String::as_str).collect();
                match closest(name, known.iter().copied()) {
                    Some(near) => bail!("there is no survey `{name}`; did you mean `{near}`?"),
                    None => bail!("there is no survey `{name}`; choose from {}", known.join(", ")),
                }
            }
        }
    }

    fn of_file(&self, file: &Path) -> Result<Survey, Vec<Fault>> {
        let name = file.display().to_string();
        let text = text_file::read(file).map_err(|unreadable| vec![unreadable.fault(name.clone())])?;
        self.read(&text, &name)
    }

    /// A version of the database; the one loaded last without a version.
    pub(super) fn stored(&self, name: &str, version: Option<&str>) -> anyhow::Result<Arc<Survey>> {
        let versions = self.versions(name)?;
        let version = match version {
            Some(wanted) => {
                let mut found = versions.iter().filter(|known| known.starts_with(wanted));
                match (found.next(), found.next()) {
                    (Some(version), None) => version,
                    (None, _) if versions.is_empty() => bail!("no version of `{name}` was ever in use"),
                    (None, _) => bail!("`{name}` has no version {wanted}; it has {}", versions.join(", ")),
                    (Some(_), Some(_)) => bail!("`{wanted}` is the beginning of more than one version"),
                }
            }
            None => match versions.first() {
                Some(version) => version,
                None => bail!("no version of `{name}` was ever in use"),
            },
        };
        let key = SurveyVersion {
            name: name.to_owned(),
            version: version.clone(),
        };
        let text = self.ask(async |store: &Database| store.definition(&key).await)?;
        let text = text.with_context(|| format!("the definition of {name}@{version} is gone"))?;
        // Read as it was: prompts and attributes may have gone since.
        let file = format!("{name}.toml");
        let survey =
            parse(&text, &file, &OnceThere(&self.recordings)).or_else(|_| parse(&text, &file, &AnyPrompt));
        self.sound(survey.map(|parsed| parsed.survey))
    }

    /// The versions of a survey in the database, the one loaded last first.
    pub(super) fn versions(&self, name: &str) -> anyhow::Result<Vec<String>> {
        let records = self.ask(async |store: &Database| store.snapshot().await?.surveys(Some(name)).await)?;
        Ok(records.into_iter().map(|record| record.survey.version).collect())
    }

    fn ask<T>(&self, question: impl AsyncFnOnce(&Database) -> Result<T, StoreError>) -> anyhow::Result<T> {
        let path = &self.loaded.settings.storage.path;
        runtime()?.block_on(async {
            let store = aftercall_storage::open(path, Access::Read)
                .await
                .context("storage.path")?;
            let told = question(&store).await;
            store.close().await;
            Ok(told?)
        })
    }

    fn read(&self, text: &str, file: &str) -> Result<Survey, Vec<Fault>> {
        let attributes = &self.loaded.settings.context.mapping.attributes;
        let around = ParseContext {
            prompts: &self.recordings,
            is_attribute: &|word| attributes.contains_key(word),
        };
        parse_in(text, file, &around).map(|parsed| parsed.survey)
    }

    fn sound(&self, survey: Result<Survey, Vec<Fault>>) -> anyhow::Result<Arc<Survey>> {
        match survey {
            Ok(survey) => Ok(Arc::new(survey)),
            Err(faults) => {
                let errors = faults.iter().filter(|fault| fault.is_error());
                let count = errors.inspect(|fault| say(&fault.to_string())).count();
                bail!("the definition is faulty ({count})")
            }
        }
    }
}

/// The language to show a survey in: the one asked for, else its own.
pub(super) fn language_of(survey: &Survey, wanted: Option<&str>) -> Language {
    let chosen = survey.choose_language(wanted, []).language;
    if let Some(wanted) = wanted.filter(|wanted| survey.language_of(wanted).is_none()) {
        say(&format!(
            "the survey is not asked in `{wanted}`; it is shown in `{chosen}`"
        ));
    }
    chosen.clone()
}

/// Had every prompt, but a directed form, which nobody need record, only where there is one now: so a version comes out as
/// the same definition does today.
struct OnceThere<'r>(&'r Recordings);

impl PromptNames for OnceThere<'_> {
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        if name.ends_with("_retry") {
            return self.0.length(language, name);
        }
        Some(Duration::ZERO)
    }

    fn names(&self, language: &str) -> Vec<&str> {
        self.0.names(language)
    }
}

/// Which prompts are recorded, by language. How long they are is not known here.
struct Recordings(BTreeMap<String, BTreeSet<String>>);

impl PromptNames for Recordings {
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        let names = self.0.get(language)?;
        names.contains(name).then_some(Duration::ZERO)
    }

    fn names(&self, language: &str) -> Vec<&str> {
        self.0
            .get(language)
            .into_iter()
            .flatten()
            .map(String::as_str)
            .collect()
    }
}
