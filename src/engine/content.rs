//! What is read from disk, at start and at each reload: prompts, surveys, the routes that name them, and what deliveries need.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::prompt_requirements::GOODBYE_PROMPT;
use super::survey_directory::SurveyDirectory;
use super::{deliveries, prompt_requirements, results};
use crate::autopilot;
use crate::config::Loaded;
use crate::delivery::Setup;
use aftercall_audio::prompts::{self, Catalog, Folders};
use aftercall_base::suggest::closest;
use aftercall_base::{Fault, Language, Severity};
use aftercall_report::Directory;
use aftercall_survey::Survey;
use aftercall_survey::route::{NotSurveyed, Route};

/// What is read from the files that the settings name: prompts and surveys, and the routes that lead to them.
#[derive(Debug, Clone)]
pub struct LoadedContent {
    /// The prompts, decoded and encoded.
    pub prompts: Arc<Catalog>,
    /// The surveys by name.
    pub surveys: BTreeMap<String, Arc<Survey>>,
    /// The routes, in the order of the file.
    pub routes: Arc<[Route]>,
    /// What queues, teams and agents are called.
    pub directory: Directory,
    /// What deliveries go by, with the secrets that were read.
    pub deliveries: Setup,
}

impl LoadedContent {
    /// Reads prompts and surveys, and checks that the routes fit them. What is sound is in the content; every fault of the rest is
    /// beside it. Blocks on files.
    pub fn load(loaded: &Loaded) -> (Self, Vec<Fault>) {
        Self::load_after(&Catalog::default(), loaded)
    }

    /// The same after an earlier one, whose prompts are kept where their files have not changed.
    pub fn load_after(earlier: &Catalog, loaded: &Loaded) -> (Self, Vec<Fault>) {
        let mut faults = loaded.warnings.clone();
        if loaded.is_unread() {
            // Where anything lies is not known, and what lies at the defaults is not what was meant.
            return (Self::nothing(), faults);
        }
        let prompts = load_prompts(earlier, loaded, &mut faults);
        let surveys = SurveyDirectory::load(loaded, prompts.as_ref(), &mut faults);
        if let Some(surveys) = &surveys {
            for (index, route) in loaded.settings.routes().enumerate() {
                check_route(loaded, index, route, surveys, prompts.as_ref(), &mut faults);
                faults.extend(without_question(loaded, index, route, surveys));
            }
            // A question may be in a survey that is faulty itself.
            if surveys.faulty.is_empty() {
                results::check(loaded, surveys.sound.values().map(AsRef::as_ref), &mut faults);
            }
        }
        if let Some(surveys) = &surveys {
            faults.extend(unasked_fallback(loaded, surveys));
            faults.extend(unknown_limits(loaded, surveys));
        }
        faults.extend(loaded.no_route());
        let (directory, of_directory) = loaded.directory();
        faults.extend(of_directory);
        let (deliveries, found) = deliveries::setup(loaded);
        faults.extend(found);
        let content = Self {
            prompts: Arc::new(prompts.unwrap_or_default()),
            surveys: surveys.unwrap_or_default().sound,
            routes: loaded.settings.routes().cloned().collect(),
            directory,
            deliveries,
        };
        (content, faults)
    }

    fn nothing() -> Self {
        Self {
            prompts: Arc::default(),
            surveys: BTreeMap::new(),
            routes: Arc::new([]),
            directory: Directory::default(),
            deliveries: Setup::default(),
        }
    }
}

/// An autopilot without a question to go by.
fn without_question(
    loaded: &Loaded,
    index: usize,
    route: &Route,
    surveys: &SurveyDirectory,
) -> Option<Fault> {
    let autopilot = route.rules.autopilot.as_ref()?;
    let survey = surveys.sound.get(&route.survey)?.record();
    let found = autopilot::question(autopilot, &survey).err()?;
    let scored = autopilot::scored_questions(&survey);
    let wanted = autopilot.question.as_deref().unwrap_or_default();
    let fix = match (scored.as_slice(), closest(wanted, scored.iter().copied())) {
        ([], _) => "ask for NPS, CES, CSAT or yes and no in the survey, or remove `autopilot`".to_owned(),
        (_, Some(near)) => format!("did you mean question = \"{near}\"?"),
        (scored, None) => format!("choose from {}", scored.join(", ")),
    };
    Some(loaded.fault_in_route(index, "autopilot", format!("autopilot: {found}"), &fix))
}

/// A fallback in which nothing is asked helps nobody; a survey that is not sound may have been the one that asked in it.
fn unasked_fallback(loaded: &Loaded, surveys: &SurveyDirectory) -> Option<Fault> {
    let asked = |language: &Language| {
        surveys
            .sound
            .values()
            .any(|survey| survey.language_of(language.as_str()).is_some())
    };
    let mut fallback = loaded.settings.languages.fallback.iter();
    let language = fallback.find(|language| !asked(language) && surveys.faulty.is_empty())?;
    let reason = format!("no survey is asked in `{language}`");
    let fix = "take it out, or add it to the `languages` of a survey";
    let fault = loaded.fault_in_setting("languages", "fallback", reason, fix);
    Some(Fault {
        severity: Severity::Warning,
        ..fault
    })
}

/// Limits of surveys that do not exist.
fn unknown_limits(loaded: &Loaded, surveys: &SurveyDirectory) -> Vec<Fault> {
    let settings = &loaded.settings.surveys;
    let limits = [
        ("max_per_day", &settings.max_per_day),
        ("max_in_all", &settings.max_in_all),
    ];
    let named = limits
        .into_iter()
        .flat_map(|(key, limits)| limits.keys().map(move |survey| (key, survey)));
    let unknown =
        named.filter(|(_, survey)| !surveys.sound.contains_key(*survey) && !surveys.faulty.contains(*survey));
    let fault = |(key, survey): (&str, &String)| {
        let known: Vec<&str> = surveys.sound.keys().map(String::as_str).collect();
        let fix = format!("choose from {}", known.join(", "));
        loaded.fault_at(
            "surveys",
            &[key, survey],
            format!("there is no survey `{survey}`"),
            &fix,
        )
    };
    unknown.map(fault).collect()
}

/// The prompts that the surveys play; `None` when they are faulty, which is told once and not again by each survey.
fn load_prompts(earlier: &Catalog, loaded: &Loaded, faults: &mut Vec<Fault>) -> Option<Catalog> {
    if !(loaded.is_sound("prompts", "directory") && loaded.is_sound("prompts", "own")) {
        return None;
    }
    let folders = folders(loaded);
    let languages = match folders.languages() {
        Ok(languages) => languages,
        Err(error) => {
            let fix = "name the directory that holds en/, fi/, ...";
            faults.push(loaded.fault_in_setting("prompts", "directory", error.to_string(), fix));
            return None;
        }
    };
    let wanted = prompt_requirements::names(loaded, &folders, &languages);
    let is_wanted = |language: &str, name: &str| {
        let of_survey =
            |wanted: &BTreeSet<(String, String)>| wanted.contains(&(language.into(), name.into()));
        name == GOODBYE_PROMPT || wanted.as_ref().is_none_or(of_survey)
    };
    let loaded = Catalog::load_after(earlier, &folders, &languages, &is_wanted).map_err(|found| {
        let in_words = |fault: &prompts::PromptFault| {
            Fault::of_file(
                fault.file.display().to_string(),
                fault.reason.to_string(),
                fault.reason.fix(),
            )
        };
        faults.extend(found.iter().map(in_words));
    });
    let catalog = loaded.ok()?;
    let warning = |(file, remark): (&Path, aftercall_audio::Remark)| Fault {
        severity: Severity::Warning,
        ..Fault::of_file(
            file.display().to_string(),
            remark.to_string(),
            "import it again with `aftercall prompts import`, or save it as 16-bit mono WAV",
        )
    };
    faults.extend(catalog.remarks().map(warning));
    Some(catalog)
}

/// Where recordings lie.
pub fn folders(loaded: &Loaded) -> Folders {
    let settings = &loaded.settings.prompts;
    Folders {
        shipped: settings.directory.clone(),
        own: settings.own.clone(),
    }
}

fn check_route(
    loaded: &Loaded,
    index: usize,
    route: &Route,
    surveys: &SurveyDirectory,
    prompts: Option<&Catalog>,
    faults: &mut Vec<Fault>,
) {
    let Some(survey) = surveys.sound.get(&route.survey) else {
        if !surveys.faulty.contains(&route.survey) {
            let known: Vec<&str> = surveys.sound.keys().map(String::as_str).collect();
            let reason = format!("there is no survey `{}`", route.survey);
            let fix = match (known.as_slice(), closest(&route.survey, known.iter().copied())) {
                (_, Some(near)) => format!("did you mean \"{near}\"?"),
                ([], None) => format!(
                    "write {}.toml",
                    loaded.settings.surveys.directory.join(&route.survey).display()
                ),
                (known, None) => format!("choose from {}", known.join(", ")),
            };
            faults.push(loaded.fault_in_route(index, "survey", reason, &fix));
        }
        return;
    };
    let asked = |wanted: &Language| survey.language_of(wanted.as_str()).is_some();
    if !route.languages.is_empty() && !route.languages.iter().any(asked) {
        let wanted: Vec<&str> = route.languages.iter().map(Language::as_str).collect();
        let reason = format!(
            "survey `{}` is not asked in `{}`",
            route.survey,
            wanted.join("`, `")
        );
        faults.push(loaded.fault_in_route(index, "language", reason, "choose one of the survey's languages"));
    }
    for language in survey.languages() {
        if route.not_surveyed == NotSurveyed::Thanks
            && prompts.is_some_and(|prompts| prompts.get(language.as_str(), GOODBYE_PROMPT).is_none())
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
