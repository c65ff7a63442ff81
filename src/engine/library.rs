//! What is read from disk at start and then never changes: prompts, surveys, and the routes that name them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::config::Loaded;
use crate::config::route::{NotSurveyed, Route};
use crate::prompts::{self, Catalog};
use crate::survey::{self, Fault, PromptNames, Survey};

/// The prompt for calls that are not surveyed, in every language.
pub const GOODBYE_PROMPT: &str = "goodbye_not_surveyed";

/// Everything that a call can be asked, and who is asked it.
#[derive(Debug, Clone)]
pub struct Library {
    /// The prompts, decoded and encoded.
    pub prompts: Arc<Catalog>,
    /// The surveys by name.
    pub surveys: BTreeMap<String, Arc<Survey>>,
    /// The routes, in the order of the file.
    pub routes: Arc<[Route]>,
}

impl Library {
    /// Reads prompts and surveys, and checks that the routes fit them. What is sound is in the library; every fault of the rest is
    /// beside it. Blocks on files.
    pub fn load(loaded: &Loaded) -> (Self, Vec<Fault>) {
        let mut faults = Vec::new();
        let prompts = load_prompts(loaded, &mut faults);
        let surveys = load_surveys(loaded, prompts.as_ref(), &mut faults);
        for (index, route) in loaded.settings.routes.iter().enumerate() {
            check_route(loaded, index, route, &surveys, prompts.as_ref(), &mut faults);
        }
        let sound = surveys
            .into_iter()
            .filter_map(|(name, survey)| Some((name, survey?)));
        let routes = loaded.settings.routes.clone().into();
        (
            Self {
                prompts: Arc::new(prompts.unwrap_or_default()),
                surveys: sound.collect(),
                routes,
            },
            faults,
        )
    }
}

/// The catalog; `None` when a fault of it is told.
fn load_prompts(loaded: &Loaded, faults: &mut Vec<Fault>) -> Option<Catalog> {
    let directory = &loaded.settings.prompts.directory;
    let languages = match folders(directory) {
        Ok(languages) => languages,
        Err(error) => {
            let reason = format!("{}: {error}", directory.display());
            faults.push(loaded.fault_in_setting(
                "prompts",
                "directory",
                reason,
                "name the directory with a folder for each language, such as en/",
            ));
            return None;
        }
    };
    let found = match Catalog::load(directory, &languages) {
        Ok(catalog) => return Some(catalog),
        Err(found) => found,
    };
    let in_words = |fault: &prompts::Fault| {
        let file = fault.file.display().to_string();
        Fault::of_file(file, fault.reason.to_string(), fault.reason.mend())
    };
    faults.extend(found.iter().map(in_words));
    None
}

/// The names of the folders in a directory, sorted.
fn folders(directory: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(
                entry
                    .file_name()
                    .into_string()
                    .ok()
                    .filter(|name| !name.starts_with('.')),
            );
        }
    }
    names.sort();
    Ok(names)
}

/// Every survey by name, `None` for one whose faults are told. Without a catalog its prompts are taken on trust.
fn load_surveys(loaded: &Loaded, prompts: Option<&Catalog>, faults: &mut Vec<Fault>) -> Surveys {
    let directory = &loaded.settings.surveys.directory;
    let files = match definitions(directory) {
        Ok(files) if !files.is_empty() => files,
        nothing => {
            let why = nothing
                .err()
                .map_or("no *.toml in it".to_owned(), |error| error.to_string());
            let reason = format!("{}: {why}", directory.display());
            let mend = "name the directory that holds the survey definitions";
            faults.push(loaded.fault_in_setting("surveys", "directory", reason, mend));
            return BTreeMap::new();
        }
    };
    let mut surveys = BTreeMap::new();
    for (file, text) in files {
        let name = Path::new(&file)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let survey = match survey::parse(&text, &file, &Recorded(prompts)) {
            Ok(parsed) => {
                faults.extend(parsed.warnings);
                Some(Arc::new(parsed.survey))
            }
            Err(found) => {
                faults.extend(found);
                None
            }
        };
        surveys.insert(name, survey);
    }
    surveys
}

/// The survey definitions of a directory with their text, sorted by name.
fn definitions(directory: &Path) -> io::Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push((path.display().to_string(), std::fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}

fn check_route(
    loaded: &Loaded,
    index: usize,
    route: &Route,
    surveys: &Surveys,
    prompts: Option<&Catalog>,
    faults: &mut Vec<Fault>,
) {
    let Some(survey) = surveys.get(&route.survey) else {
        // Without any survey the directory is at fault, which is told.
        if !surveys.is_empty() {
            let known: Vec<&str> = surveys.keys().map(String::as_str).collect();
            let reason = format!("there is no survey `{}`", route.survey);
            let mend = format!("choose from {}", known.join(", "));
            faults.push(loaded.fault_in_route(index, "survey", reason, &mend));
        }
        return;
    };
    let Some(survey) = survey else { return };
    let unknown = route.language.as_ref().filter(|wanted| {
        survey
            .languages()
            .iter()
            .all(|known| known.as_str() != wanted.as_str())
    });
    if let Some(language) = unknown {
        let reason = format!("survey `{}` is not asked in `{language}`", route.survey);
        faults.push(loaded.fault_in_route(index, "language", reason, "choose one of the survey's languages"));
    }
    for language in survey.languages() {
        if route.not_surveyed == NotSurveyed::Thanks
            && prompts.is_some_and(|prompts| !prompts.contains(language.as_str(), GOODBYE_PROMPT))
        {
            let reason = format!("prompt `{GOODBYE_PROMPT}` is missing in `{language}`");
            faults.push(loaded.fault_in_route(
                index,
                "not_surveyed",
                reason,
                "record it, or choose another `not_surveyed`",
            ));
        }
    }
}

/// Surveys by name as far as they are sound.
type Surveys = BTreeMap<String, Option<Arc<Survey>>>;

/// The catalog, as surveys ask for prompts; without one every prompt is there.
struct Recorded<'a>(Option<&'a Catalog>);

impl PromptNames for Recorded<'_> {
    fn length(&self, language: &str, name: &str) -> Option<Duration> {
        self.0.map_or(Some(Duration::ZERO), |catalog| {
            catalog.get(language, name).map(|prompt| prompt.duration())
        })
    }

    fn names(&self, language: &str) -> Vec<&str> {
        self.0
            .map_or_else(Vec::new, |catalog| catalog.names(language).collect())
    }
}
