//! The directory of survey definitions: its files, and the surveys in them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::config::Loaded;
use crate::text_file::{self, Unreadable};
use aftercall_audio::prompts::Catalog;
use aftercall_base::{Fault, Severity};
use aftercall_survey::context::condition::can_be_attribute;
use aftercall_survey::{AnyPrompt, ParseContext, PromptNames, Survey};

/// The surveys that are sound, and the names of those that are not.
#[derive(Default)]
pub(super) struct SurveyDirectory {
    pub(super) sound: BTreeMap<String, Arc<Survey>>,
    pub(super) faulty: Vec<String>,
}

impl SurveyDirectory {
    /// The surveys; `None` when there are none, which is one fault and not one of each route.
    pub(super) fn load(loaded: &Loaded, prompts: Option<&Catalog>, faults: &mut Vec<Fault>) -> Option<Self> {
        if !loaded.is_sound("surveys", "directory") {
            return None;
        }
        let directory = &loaded.settings.surveys.directory;
        let files = match definitions(directory) {
            Ok(files) if !files.is_empty() => files,
            nothing => {
                let why = nothing
                    .err()
                    .map_or_else(|| "no *.toml in it".to_owned(), |error| in_words(&error));
                let reason = format!("{}: {why}", directory.display());
                let fix = "name the directory that holds the survey definitions";
                faults.push(loaded.fault_in_setting("surveys", "directory", reason, fix));
                return None;
            }
        };
        faults.extend(unread_definitions(directory));
        let recorded = prompts.map(CatalogPrompts);
        let prompts: &dyn PromptNames = match &recorded {
            Some(recorded) => recorded,
            None => &AnyPrompt,
        };
        let around = ParseContext {
            prompts,
            is_attribute: &|word| match loaded.is_sound("context", "attributes") {
                true => loaded.settings.context.mapping.attributes.contains_key(word),
                false => can_be_attribute(word),
            },
        };
        let mut surveys = Self::default();
        for (file, text) in files {
            let parsed = text
                .map_err(|unreadable| vec![unreadable.fault(file.clone())])
                .and_then(|text| aftercall_survey::parse_in(&text, &file, &around));
            match parsed {
                Ok(parsed) => {
                    faults.extend(parsed.warnings);
                    surveys
                        .sound
                        .insert(parsed.survey.version().name.clone(), Arc::new(parsed.survey));
                }
                Err(found) => {
                    faults.extend(found);
                    let stem = Path::new(&file).file_stem();
                    surveys
                        .faulty
                        .extend(stem.map(|stem| stem.to_string_lossy().into_owned()));
                }
            }
        }
        Some(surveys)
    }
}

/// A survey definition: its file and its text, or why there is none.
pub(crate) type Definition = (String, Result<String, Unreadable>);

/// The survey definitions of a directory, sorted by name. Blocks on files.
///
/// # Errors
/// When the directory cannot be read.
pub(crate) fn definitions(directory: &Path) -> io::Result<Vec<Definition>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push((path.display().to_string(), text_file::read(&path)));
        }
    }
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(files)
}

/// Files that were surely meant as definitions and are none, since their names end in `.TOML`.
fn unread_definitions(directory: &Path) -> Vec<Fault> {
    let Ok(entries) = std::fs::read_dir(directory) else {
        return Vec::new();
    };
    let is_meant = |path: &Path| {
        path.extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("toml") && extension != "toml")
    };
    let mut meant: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    meant.retain(|path| is_meant(path));
    meant.sort();
    let warning = |path: &std::path::PathBuf| {
        let fix = format!("call it {}", path.with_extension("toml").display());
        let reason = "is not read: the name of a survey definition ends in `.toml`, in small letters";
        Fault {
            severity: Severity::Warning,
            ..Fault::of_file(path.display().to_string(), reason, fix)
        }
    };
    meant.iter().map(warning).collect()
}

/// Why a directory cannot be read.
fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such directory".to_owned(),
        io::ErrorKind::NotADirectory => "is a file, and a directory is wanted".to_owned(),
        io::ErrorKind::PermissionDenied => "this user may not read it".to_owned(),
        _ => error.to_string(),
    }
}

/// The catalog, as surveys ask for prompts.
struct CatalogPrompts<'a>(&'a Catalog);

impl PromptNames for CatalogPrompts<'_> {
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        self.0.get(language, name).map(|prompt| prompt.duration())
    }

    fn names(&self, language: &str) -> Vec<&str> {
        self.0.recorded(language).collect()
    }
}
