//! `aftercall survey show`: a survey as text, or as JSON for a script.

use std::io::Write;
use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::lookup::{SurveyLookup, language_of};
use aftercall_survey::{Goto, Question, Survey, outline, properties};

/// Options of `survey show`.
#[derive(Debug, ClapArgs)]
#[command(after_help = super::NAMING)]
pub(in crate::cli) struct Args {
    /// The survey.
    survey: String,
    /// Show the questions in this language instead of the survey's first.
    #[arg(long)]
    language: Option<String>,
    /// JSON instead of text.
    #[arg(long)]
    json: bool,
}

/// Shows it.
pub(super) fn run(lookup: &SurveyLookup<'_>, args: &Args) -> anyhow::Result<ExitCode> {
    let survey = lookup.find(&args.survey)?;
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", in_json(&survey))?;
    } else {
        let language = language_of(&survey, args.language.as_deref());
        write!(out, "{}", outline(&survey, &language))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn in_json(survey: &Survey) -> Value {
    let questions: Vec<Value> = survey
        .questions()
        .iter()
        .map(|question| of_question(survey, question))
        .collect();
    let groups = survey.groups().iter().map(|group| {
        json!({
            "id": group.id().as_str(),
            "ask": group.ask(),
            "order": group.order().as_str(),
            "only_when": group.only_when().map(ToString::to_string),
            "next": place(survey, group.next()),
        })
    });
    let said = properties(survey)
        .into_iter()
        .map(|property| json!({ "of": property.subject, "name": property.name, "value": property.value }));
    let (least, most) = survey.asked();
    json!({
        "survey": survey.version().name,
        "version": survey.version().version,
        "title": survey.title(),
        "goal": survey.goal(),
        "languages": survey.languages().iter().map(|language| language.as_str()).collect::<Vec<_>>(),
        "asked_at_least": least,
        "asked_at_most": most,
        "questions": questions,
        "groups": groups.collect::<Vec<_>>(),
        "properties": said.collect::<Vec<_>>(),
    })
}

fn of_question(survey: &Survey, question: &Question) -> Value {
    let scale = question.scale();
    let texts: serde_json::Map<String, Value> = survey
        .languages()
        .iter()
        .filter_map(|language| Some((language.to_string(), question.text(language)?.into())))
        .collect();
    let branches = question.branches().iter().map(|branch| {
        let values = branch.values().map(|ranges| {
            ranges
                .iter()
                .map(|range| json!([range.start(), range.end()]))
                .collect::<Vec<_>>()
        });
        json!({
            "when": values,
            "only_when": branch.only_when().map(ToString::to_string),
            "goto": place(survey, branch.goto()),
        })
    });
    let group = question.group().and_then(|group| survey.groups().get(group));
    json!({
        "id": question.id().as_str(),
        "metric": question.metric().as_str(),
        "scored": question.is_scored(),
        "texts": texts,
        "scale": { "min": scale.min, "max": scale.max, "direction": scale.direction.as_str() },
        "keys": question.keys().iter().map(|(keys, value)| (keys.to_owned(), value.into())).collect::<serde_json::Map<_, _>>(),
        "labels": question.labels().iter().map(|(value, label)| (value.to_string(), label.clone().into())).collect::<serde_json::Map<_, _>>(),
        "threshold": question.threshold(),
        "target": question.target(),
        "only_when": question.only_when().map(ToString::to_string),
        "group": group.map(|group| group.id().as_str()),
        "branches": branches.collect::<Vec<_>>(),
        "next": place(survey, question.next()),
    })
}

/// The id of a place, `end` for the thank-you.
fn place(survey: &Survey, goto: Goto) -> &str {
    let id = match goto {
        Goto::Question(index) => survey.questions().get(index).map(Question::id),
        Goto::Group(index) => survey.groups().get(index).map(|group| group.id()),
        Goto::End => None,
    };
    id.map_or("end", |id| id.as_str())
}
