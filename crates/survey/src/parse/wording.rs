//! Prompts: what is said, and whether it can be said in every language of the survey.

use std::ops::Range;
use std::time::Duration;

use toml::Spanned;
use toml::de::DeValue;

use super::table::{DefinitionTable, listed, wrong_type};
use crate::metric::Metric;
use crate::prompt::PromptNames;
use crate::question::Wording;
use aftercall_base::suggest::closest;
use aftercall_base::{Faults, Language, PromptName};

/// Prompts longer than this are warned about.
const LENGTH_ADVISED: Duration = Duration::from_secs(15);
const EXPECTED: &str = "the name of a prompt or a list of names";

/// Knows what can be said.
pub(super) struct PromptReader<'p> {
    prompts: &'p dyn PromptNames,
    languages: &'p [Language],
    /// What precedes a question asked again after silence.
    pub(super) no_input: Vec<PromptName>,
    /// What precedes a question asked again after a wrong key.
    pub(super) no_match: Vec<PromptName>,
}

impl<'p> PromptReader<'p> {
    pub(super) fn new(prompts: &'p dyn PromptNames, languages: &'p [Language]) -> Self {
        Self {
            prompts,
            languages,
            no_input: Vec::new(),
            no_match: Vec::new(),
        }
    }

    pub(super) fn languages(&self) -> &'p [Language] {
        self.languages
    }

    /// A sequence that may be empty for silence.
    pub(super) fn announcement(
        &self,
        table: &mut DefinitionTable<'_>,
        field: &'static str,
        default: &str,
        faults: &mut Faults<'_>,
    ) -> Vec<PromptName> {
        match table.value(field) {
            Some(value) => self.sequence(field, value, faults),
            None => self
                .known(&Spanned::new(table.span(), default), faults)
                .into_iter()
                .collect(),
        }
    }

    /// How a question is asked: `prompt`, `no_input`, `no_match`. The prompt's default is the question's id. A comment
    /// is asked for once.
    pub(super) fn wording(
        &self,
        table: &mut DefinitionTable<'_>,
        id: &Spanned<&str>,
        metric: Option<Metric>,
        faults: &mut Faults<'_>,
    ) -> Wording {
        let question = match table.value("prompt") {
            // Without id and metric there is no default to complain about.
            None if id.get_ref().is_empty() => Vec::new(),
            None | Some(_) => self.announcement(table, "prompt", id.get_ref(), faults),
        };
        let is_silence =
            |value: &&Spanned<DeValue<'_>>| value.get_ref().as_array().is_some_and(|list| list.is_empty());
        if let Some(value) = table.value("prompt").filter(is_silence) {
            let reason = match metric {
                Some(Metric::Comment) => {
                    "a comment without a notice: the caller must hear that it is recorded"
                }
                _ => "a question without a prompt is silence",
            };
            faults.error(value.span(), reason, "name its prompt");
        }
        if metric == Some(Metric::Comment) {
            return Wording {
                question,
                no_input: Vec::new(),
                no_match: Vec::new(),
            };
        }
        let given = ["no_input", "no_match"].map(|field| self.retries(table, field, faults));
        let [no_input, no_match] = given;
        let directed = match (&no_input, &no_match) {
            (Some(_), Some(_)) => Vec::new(),
            _ => self.directed(&question, metric, id.span(), faults),
        };
        let default =
            |notice: &[PromptName]| vec![[notice, &question].concat(), [notice, &directed].concat()];
        Wording {
            no_input: no_input.unwrap_or_else(|| default(&self.no_input)),
            no_match: no_match.unwrap_or_else(|| default(&self.no_match)),
            question,
        }
    }

    /// The more directed form of a question: `<prompt>_retry`, else the general one of yes or no, else the
    /// question itself.
    fn directed(
        &self,
        question: &[PromptName],
        metric: Option<Metric>,
        span: Range<usize>,
        faults: &mut Faults<'_>,
    ) -> Vec<PromptName> {
        let Some(last) = question.last() else {
            return Vec::new();
        };
        let own = format!("{last}_retry");
        let general = (metric == Some(Metric::YesNo)).then_some("yes_no_retry");
        let found = [Some(own.as_str()), general]
            .into_iter()
            .flatten()
            .find(|name| self.missing_in(name).is_empty())
            .and_then(|name| PromptName::new(name).ok());
        match found {
            Some(name) => vec![name],
            None => {
                let reason = format!("there is no prompt `{own}`, so the last attempt repeats the question");
                faults.warning(
                    span,
                    reason,
                    "record it, or name what is played with `no_input` and `no_match`",
                );
                question.to_vec()
            }
        }
    }

    /// A list with one entry for each further attempt, each a name or a list of names.
    fn retries(
        &self,
        table: &mut DefinitionTable<'_>,
        field: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<Vec<Vec<PromptName>>> {
        let value = table.value(field)?;
        let Some(items) = value.get_ref().as_array() else {
            return Some(vec![self.sequence(field, value, faults)]);
        };
        if items.is_empty() {
            let fix = "name one prompt for each further attempt, or remove the field";
            faults.error(value.span(), format!("`{field}` is empty"), fix);
        }
        Some(
            items
                .iter()
                .map(|item| self.sequence(field, item, faults))
                .collect(),
        )
    }

    /// A name or a list of names.
    pub(super) fn sequence(
        &self,
        field: &str,
        value: &Spanned<DeValue<'_>>,
        faults: &mut Faults<'_>,
    ) -> Vec<PromptName> {
        let items = match value.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_)
            | DeValue::Table(_) => vec![value],
        };
        let mut names = Vec::new();
        for item in items {
            match item.get_ref().as_str() {
                Some(name) => names.extend(self.known(&Spanned::new(item.span(), name), faults)),
                None => wrong_type(field, EXPECTED, item, faults),
            }
        }
        names
    }

    /// A prompt that exists in every language of the survey.
    fn known(&self, name: &Spanned<&str>, faults: &mut Faults<'_>) -> Option<PromptName> {
        let missing = self.missing_in(name.get_ref());
        let prompt = PromptName::new(name.get_ref());
        if let Err(error) = &prompt {
            faults.error(name.span(), error.to_string(), "name a prompt");
        } else if let Some(first) = missing.first() {
            let fix = self.fix(name.get_ref(), first);
            faults.error(name.span(), self.missing_reason(name.get_ref(), &missing), fix);
        } else {
            self.warn_of_length(name, faults);
        }
        prompt.ok()
    }

    fn missing_in(&self, name: &str) -> Vec<&'p Language> {
        let is_missing = |language: &&Language| self.prompts.length(language.as_str(), name).is_none();
        self.languages.iter().filter(is_missing).collect()
    }

    fn missing_reason(&self, name: &str, missing: &[&Language]) -> String {
        if missing.len() == self.languages.len() {
            return format!("there is no prompt `{name}`");
        }
        let tags: Vec<&str> = missing.iter().map(|language| language.as_str()).collect();
        format!("the prompt `{name}` is missing in {}", listed(&tags))
    }

    fn fix(&self, name: &str, language: &Language) -> String {
        let record = format!("record prompts/{language}/{name}.wav");
        match closest(name, self.prompts.names(language.as_str())) {
            Some(near) => format!("did you mean `{near}`? Otherwise {record}"),
            None => record,
        }
    }

    fn warn_of_length(&self, name: &Spanned<&str>, faults: &mut Faults<'_>) {
        for language in self.languages {
            let length = self.prompts.length(language.as_str(), name.get_ref());
            if let Some(length) = length.filter(|length| *length > LENGTH_ADVISED) {
                let seconds = length.as_secs_f64();
                let reason = format!(
                    "the prompt `{}` takes {seconds:.1} s in `{language}`",
                    name.get_ref()
                );
                faults.warning(name.span(), reason, "say it in 15 s");
            }
        }
    }
}
