//! From an operator's TOML to a [`Survey`], or to every fault of the file at once.
//!
//! A definition is one file; its name without `.toml` is the survey's name. Only `[[question]]` with its `metric`
//! must be written, all else has a default. A field that is not known is refused, so that later fields can be
//! added without changing what an old file means.

mod branch;
mod comment;
mod condition;
mod correction;
mod flow;
mod flow_graph;
mod group;
mod keys;
mod length;
mod menu;
mod question;
mod scale;
mod settings;
mod table;
mod version;
mod wording;

#[cfg(test)]
mod tests;

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use super::definition::{ClosingPrompts, Survey};
use super::metric::Metric;
use super::prompt::PromptNames;
use super::question::{Question, QuestionGroup};
use crate::SurveyVersion;
use aftercall_base::{Fault, Faults, Language, PromptName};
use table::{DefinitionTable, wrong_type};
use wording::PromptReader;

/// A survey and what is worth a look in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The survey.
    pub survey: Survey,
    /// Warnings, in the order of the file.
    pub warnings: Vec<Fault>,
}

/// What a definition may name.
#[derive(Clone, Copy)]
pub struct ParseContext<'a> {
    /// The prompts that there are.
    pub prompts: &'a dyn PromptNames,
    /// Whether an attribute of this name is configured; conditions may use it beside the fields of the context.
    pub is_attribute: &'a dyn Fn(&str) -> bool,
}

impl std::fmt::Debug for ParseContext<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings")
    }
}

/// Reads a definition whose conditions may name any attribute: see [`parse_in`].
///
/// # Errors
/// As [`parse_in`].
pub fn parse(text: &str, file: &str, prompts: &dyn PromptNames) -> Result<Parsed, Vec<Fault>> {
    let is_attribute = &crate::context::condition::can_be_attribute;
    parse_in(
        text,
        file,
        &ParseContext {
            prompts,
            is_attribute,
        },
    )
}

/// Reads a definition. `file` is its path as the operator knows it.
///
/// # Errors
/// Every error of the file together with the warnings, in the order of the file. Faults of the TOML itself hide
/// those of the meaning.
pub fn parse_in(text: &str, file: &str, parse_context: &ParseContext<'_>) -> Result<Parsed, Vec<Fault>> {
    let mut faults = Faults::new(file, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        syntax_fault(error, &mut faults);
    }
    let survey = if faults.has_error() {
        None
    } else {
        read(text, file, &document, parse_context, &mut faults)
    };
    match survey.filter(|_| !faults.has_error()) {
        Some(survey) => Ok(Parsed {
            survey,
            warnings: faults.into_sorted(),
        }),
        None => Err(faults.into_sorted()),
    }
}

fn syntax_fault(error: &Error, faults: &mut Faults<'_>) {
    let span = error.span().unwrap_or_default();
    let (reason, fix) = if error.message().contains("duplicate key") {
        ("the same field is written twice", "keep one of the two")
    } else {
        (
            error.message(),
            "write it as TOML: `field = value`, texts in quotes, tables in brackets",
        )
    };
    faults.error(span, reason, fix);
}

/// The survey; `None` where a part without a default is missing or wrong, which is then among the faults.
fn read(
    text: &str,
    file: &str,
    document: &Spanned<DeTable<'_>>,
    parse_context: &ParseContext<'_>,
    faults: &mut Faults<'_>,
) -> Option<Survey> {
    let mut table = DefinitionTable::new(document.get_ref(), 0..0);
    let name = survey_name(file, faults);
    let title = table
        .string("title", faults)
        .map_or(name.clone(), |title| title.get_ref().to_string());
    let goal = table
        .string("goal", faults)
        .map_or(String::new(), |goal| goal.get_ref().to_string());
    let languages = languages(&mut table, faults);
    let mut prompt_reader = PromptReader::new(parse_context.prompts, &languages);
    let language_menu = menu::read(&mut table, &languages, parse_context.prompts, faults);
    let (welcome, closing) = announcements(&mut table, &mut prompt_reader, faults);
    let timing = settings::timing(&mut table, faults);
    let rules = settings::rules(&mut table, faults);
    let commands = settings::commands(&mut table, faults);
    let flow = questions(&mut table, &prompt_reader, parse_context.is_attribute, faults);
    table.finish("a survey", faults);
    let (questions, groups) = flow?;
    let survey = Survey {
        version: SurveyVersion {
            name,
            version: version::of(document.get_ref()),
        },
        title,
        goal,
        language_menu,
        welcome,
        closing,
        timing,
        rules,
        commands,
        questions,
        groups,
        languages,
        source: text.to_owned(),
    };
    length::warn(&survey, parse_context.prompts, faults);
    Some(survey)
}

/// The file's name without `.toml`, in the letters of other names, since reports and addresses carry it.
fn survey_name(file: &str, faults: &mut Faults<'_>) -> String {
    let name = Path::new(file)
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    if let Err(error) = PromptName::new(name) {
        let reason = format!("the file's name is the survey's, and `{name}` cannot be one");
        let fix = error.to_string();
        let rule = fix.split_once(": ").map_or(fix.as_str(), |(_, rule)| rule);
        faults.error(0..0, reason, format!("rename the file: {rule}"));
    }
    name.to_owned()
}

/// The languages, default first; never empty.
fn languages(table: &mut DefinitionTable<'_>, faults: &mut Faults<'_>) -> Vec<Language> {
    let mut languages = Vec::new();
    if let Some(default) = table.string("language", faults) {
        languages.extend(language(&default, faults));
    }
    if let Some(list) = table.value("languages") {
        let Some(items) = list.get_ref().as_array() else {
            wrong_type("languages", "a list such as [\"en\", \"fi\"]", list, faults);
            return languages;
        };
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(tag) => languages.extend(language(&Spanned::new(item.span(), tag), faults)),
                None => wrong_type("languages", "a list such as [\"en\", \"fi\"]", item, faults),
            }
        }
    }
    if languages.is_empty() {
        languages.extend(Language::new("en"));
    }
    let mut known = std::collections::BTreeSet::new();
    languages.retain(|language| known.insert(language.clone()));
    languages
}

fn language(tag: &Spanned<&str>, faults: &mut Faults<'_>) -> Option<Language> {
    Language::new(tag.get_ref())
        .map_err(|error| {
            faults.error(
                tag.span(),
                error.to_string(),
                "write a tag such as \"fi\" or \"en\"",
            );
        })
        .ok()
}

/// The section `[prompts]`: what is said around the questions.
fn announcements(
    table: &mut DefinitionTable<'_>,
    prompt_reader: &mut PromptReader<'_>,
    faults: &mut Faults<'_>,
) -> (Vec<PromptName>, ClosingPrompts) {
    let empty = DeTable::new();
    let given = table.table("prompts", faults);
    let mut prompts = given.unwrap_or_else(|| DefinitionTable::new(&empty, table.span()));
    let mut sequence = |field, default| prompt_reader.announcement(&mut prompts, field, default, faults);
    let welcome = sequence("welcome", "welcome");
    let closing = ClosingPrompts {
        thanks: sequence("thanks", "thanks"),
        declined: sequence("declined", "declined"),
        apology: sequence("apology", "sorry_error"),
    };
    let no_input = sequence("no_input", "no_input");
    let no_match = sequence("no_match", "no_match");
    prompt_reader.no_input = no_input;
    prompt_reader.no_match = no_match;
    prompts.finish("`[prompts]`", faults);
    (welcome, closing)
}

/// Every question and group; `None` when one is wrong or there is no question.
fn questions<'t>(
    table: &mut DefinitionTable<'t>,
    prompt_reader: &PromptReader<'_>,
    is_attribute: &dyn Fn(&str) -> bool,
    faults: &mut Faults<'_>,
) -> Option<(Vec<Question>, Vec<QuestionGroup>)> {
    let is_wrong_type = table
        .value("question")
        .is_some_and(|value| !value.get_ref().is_array());
    let groups = group::read(table, is_attribute, faults);
    let tables = table.tables("question", faults);
    if tables.is_empty() {
        if !is_wrong_type {
            let fix = "add `[[question]]` with `metric = \"nps\"`";
            faults.error(0..0, "the survey asks nothing", fix);
        }
        return None;
    }
    let drafts: Vec<_> = tables
        .into_iter()
        .map(|table| question::read(table, prompt_reader, is_attribute, faults))
        .collect();
    let (questions, groups) = flow::connect(drafts, groups, faults)?;
    if questions
        .iter()
        .all(|question| question.metric == Metric::Comment)
    {
        let fix = "add a `[[question]]` with `metric = \"nps\"` or another that keys answer";
        faults.error(0..0, "the survey asks for nothing but a comment", fix);
    }
    Some((questions, groups))
}

/// A value as the operator would write it, for a fault.
fn written(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("\"{}\"", text.chars().take(60).collect::<String>()),
        DeValue::Integer(integer) => integer.to_string(),
        DeValue::Float(float) => float.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(date) => date.to_string(),
        DeValue::Array(_) => "[...]".to_owned(),
        DeValue::Table(_) => "{...}".to_owned(),
    }
}
