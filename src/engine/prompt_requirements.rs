//! Which prompts the surveys and routes play, in which languages, whether or not they are there.
//!
//! A survey with a missing prompt is refused as a whole, and then tells nothing; so the definitions are read here as if
//! every prompt existed. The more directed form of a question (`nps_retry`) is a choice of whoever records: it is required
//! in every language when it exists in one.

use std::collections::{BTreeMap, BTreeSet};

use super::survey_directory::definitions;
use crate::config::Loaded;
use aftercall_audio::prompts::Folders;
use aftercall_base::{Fault, Language};
use aftercall_survey::route::{NotSurveyed, Route};
use aftercall_survey::{PromptNames, Survey};

/// The prompt for calls that are not surveyed, in every language.
pub const GOODBYE_PROMPT: &str = "goodbye_not_surveyed";

/// One prompt that a survey or a route plays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredPrompt {
    /// The language.
    pub language: Language,
    /// The prompt's name.
    pub name: String,
    /// The surveys that play it, sorted; none when only routes do.
    pub surveys: BTreeSet<String>,
    /// The words of the question that it asks, where it asks one and the survey has them.
    pub question: Option<String>,
}

/// Every prompt that is required.
#[derive(Debug, Default)]
pub struct PromptRequirements {
    prompts: BTreeMap<(Language, String), RequiredPrompt>,
}

impl PromptRequirements {
    /// What the definitions and routes play; the surveys that cannot be read are among the faults. `recorded` tells
    /// whether there is a prompt of that name in any language.
    ///
    /// # Errors
    /// Every error of the definitions.
    pub fn read(loaded: &Loaded, recorded: &dyn Fn(&str) -> bool) -> Result<Self, Vec<Fault>> {
        let directory = &loaded.settings.surveys.directory;
        let files = definitions(directory).map_err(|error| {
            let reason = format!("{}: {error}", directory.display());
            let fix = "name the directory that holds the survey definitions";
            vec![loaded.fault_in_setting("surveys", "directory", reason, fix)]
        })?;
        let (mut requirements, mut faults) = (Self::default(), Vec::new());
        for (file, text) in files {
            let parsed = text
                .map_err(|unreadable| vec![unreadable.fault(file.clone())])
                .and_then(|text| aftercall_survey::parse(&text, &file, &AsIfThere(recorded)));
            match parsed {
                Ok(parsed) => requirements.add_survey(loaded, &parsed.survey),
                Err(found) => faults.extend(found.into_iter().filter(Fault::is_error)),
            }
        }
        if faults.is_empty() {
            Ok(requirements)
        } else {
            Err(faults)
        }
    }

    fn add_survey(&mut self, loaded: &Loaded, survey: &Survey) {
        let name = &survey.version().name;
        let thanks = |route: &Route| route.survey == *name && route.not_surveyed == NotSurveyed::Thanks;
        let is_thanked = loaded.settings.routes().any(thanks);
        for language in survey.languages() {
            for prompt in survey.prompts() {
                self.add(language, prompt.as_str(), Some(name));
            }
            if is_thanked {
                self.add(language, GOODBYE_PROMPT, None);
            }
            for question in survey.questions() {
                let asking = question.wording().question.last();
                let text = question.text(language);
                if let (Some(prompt), Some(text)) = (asking, text) {
                    self.add(language, prompt.as_str(), Some(name))
                        .question
                        .get_or_insert(text.to_owned());
                }
            }
        }
        for choice in survey.language_menu().into_iter().flat_map(|menu| menu.choices()) {
            self.add(&choice.language, choice.prompt.as_str(), Some(name));
        }
    }

    fn add(&mut self, language: &Language, name: &str, survey: Option<&String>) -> &mut RequiredPrompt {
        let key = (language.clone(), name.to_owned());
        let required = self.prompts.entry(key).or_insert_with(|| RequiredPrompt {
            language: language.clone(),
            name: name.to_owned(),
            surveys: BTreeSet::new(),
            question: None,
        });
        required.surveys.extend(survey.cloned());
        required
    }

    /// Every prompt required, by language and name.
    pub fn prompts(&self) -> impl Iterator<Item = &RequiredPrompt> {
        self.prompts.values()
    }

    /// The languages that something is required in.
    pub fn languages(&self) -> BTreeSet<Language> {
        self.prompts
            .keys()
            .map(|(language, _)| language.clone())
            .collect()
    }

    /// What a language would have to have, in which no survey is asked yet: whatever another one has, but for the
    /// choices of menus, which are each language's own.
    pub fn in_new_language(&self, language: &Language) -> Vec<RequiredPrompt> {
        let mut required = Self::default();
        for prompt in self.prompts() {
            if self
                .languages()
                .iter()
                .all(|other| self.prompts.contains_key(&(other.clone(), prompt.name.clone())))
            {
                let new = required.add(language, &prompt.name, None);
                new.surveys.extend(prompt.surveys.iter().cloned());
            }
        }
        required.prompts.into_values().collect()
    }

    /// Whether it asks a question in any language.
    pub fn asks(&self, name: &str) -> bool {
        self.prompts()
            .any(|required| required.name == name && required.question.is_some())
    }
}

/// Language and name of every prompt that the definitions play; `None` where they cannot be read, which is told elsewhere.
pub(super) fn names(
    loaded: &Loaded,
    folders: &Folders,
    languages: &[String],
) -> Option<BTreeSet<(String, String)>> {
    let recorded: BTreeSet<String> = languages
        .iter()
        .flat_map(|language| folders.recordings(language, &mut Vec::new()).into_keys())
        .collect();
    let requirements = PromptRequirements::read(loaded, &|name| recorded.contains(name)).ok()?;
    let name = |required: &RequiredPrompt| (required.language.as_str().to_owned(), required.name.clone());
    Some(requirements.prompts().map(name).collect())
}

/// Has every prompt, but a directed form only where it is recorded.
struct AsIfThere<'r>(&'r dyn Fn(&str) -> bool);

impl PromptNames for AsIfThere<'_> {
    fn length(&self, _language: &str, name: &str) -> Option<std::time::Duration> {
        let there = !name.ends_with("_retry") || (self.0)(name);
        there.then_some(std::time::Duration::from_secs(3))
    }

    fn names(&self, _language: &str) -> Vec<&str> {
        Vec::new()
    }
}
