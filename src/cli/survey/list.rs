//! `aftercall survey list`: every survey of the directory in a line.

use std::io::Write;
use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde_json::json;

use super::lookup::SurveyLookup;
use crate::cli::start::say;
use aftercall_base::Language;
use aftercall_survey::Survey;

/// Options of `survey list`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Lists them; status 2 when one of them has faults.
pub(super) fn run(lookup: &SurveyLookup<'_>, args: &Args) -> anyhow::Result<ExitCode> {
    let mut status = ExitCode::SUCCESS;
    let mut sound = Vec::new();
    for (name, survey) in lookup.all()? {
        match survey {
            Ok(survey) => sound.push(survey),
            Err(faults) => {
                let count = faults.iter().filter(|fault| fault.is_error()).count();
                say(&format!(
                    "`{name}` is faulty ({count}); `aftercall check` reports why"
                ));
                status = ExitCode::from(2);
            }
        }
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        let all: Vec<_> = sound.iter().map(|survey| in_json(lookup, survey)).collect();
        writeln!(out, "{:#}", json!(all))?;
        return Ok(status);
    }
    let rows: Vec<[String; 6]> = sound.iter().map(|survey| row(lookup, survey)).collect();
    let head = ["SURVEY", "VERSION", "QUESTIONS", "LANGUAGES", "ROUTES", "TITLE"].map(str::to_owned);
    let widths: [usize; 6] = std::array::from_fn(|column| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    });
    for row in [&head].into_iter().chain(&rows) {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(status)
}

fn row(lookup: &SurveyLookup<'_>, survey: &Survey) -> [String; 6] {
    let version = survey.version();
    let routes = routes(lookup, survey);
    [
        version.name.clone(),
        version.version.clone(),
        questions(survey),
        languages(survey).join(" "),
        if routes.is_empty() {
            "-".to_owned()
        } else {
            routes.join(" ")
        },
        survey.title().to_owned(),
    ]
}

/// `2`, or `2 of 9` where each call is asked a part.
fn questions(survey: &Survey) -> String {
    let all = survey.questions().len();
    let (least, most) = survey.asked();
    match (least, most) {
        (least, most) if least == most && most == all as u64 => all.to_string(),
        (least, most) if least == most => format!("{most} of {all}"),
        (least, most) => format!("{least}-{most} of {all}"),
    }
}

fn languages(survey: &Survey) -> Vec<&str> {
    survey.languages().iter().map(Language::as_str).collect()
}

/// The routes that lead to it.
fn routes<'s>(lookup: &'s SurveyLookup<'_>, survey: &Survey) -> Vec<&'s str> {
    let routes = lookup.loaded().settings.routes();
    let leading = routes.filter(|route| route.survey == survey.version().name);
    leading.map(|route| route.name()).collect()
}

fn in_json(lookup: &SurveyLookup<'_>, survey: &Survey) -> serde_json::Value {
    let (least, most) = survey.asked();
    json!({
        "survey": survey.version().name,
        "version": survey.version().version,
        "title": survey.title(),
        "goal": survey.goal(),
        "languages": languages(survey),
        "questions": survey.questions().iter().map(|question| question.id().as_str()).collect::<Vec<_>>(),
        "asked_at_least": least,
        "asked_at_most": most,
        "routes": routes(lookup, survey),
    })
}
