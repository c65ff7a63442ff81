//! `aftercall survey diff`: what changed, in the operator's words.

use std::io::Write;
use std::process::ExitCode;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::lookup::SurveyLookup;
use aftercall_report::series::begun_anew;
use aftercall_survey::{Survey, SurveyChange, changes};

/// Options of `survey diff`.
#[derive(Debug, ClapArgs)]
#[command(after_help = super::NAMING)]
pub(in crate::cli) struct Args {
    /// The old survey; alone, the survey as it is written now, which is compared with the version loaded last.
    old: String,
    /// The new survey.
    new: Option<String>,
    /// JSON instead of lines.
    #[arg(long)]
    json: bool,
}

/// Reports what changed; status 0 when something did or nothing did, as with any answer.
pub(super) fn run(lookup: &SurveyLookup<'_>, args: &Args) -> anyhow::Result<ExitCode> {
    let (old, new) = match &args.new {
        Some(new) => (lookup.find(&args.old)?, lookup.find(new)?),
        None => {
            let new = lookup.find(&args.old)?;
            (lookup.stored(&new.version().name, None)?, new)
        }
    };
    let changes = changes(&old, &new);
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", in_json(&old, &new, &changes))?;
        return Ok(ExitCode::SUCCESS);
    }
    let named = |survey: &Survey| format!("{}@{}", survey.version().name, survey.version().version);
    if changes.is_empty() {
        writeln!(out, "{} and {} say the same.", named(&old), named(&new))?;
        return Ok(ExitCode::SUCCESS);
    }
    writeln!(out, "{} -> {}", named(&old), named(&new))?;
    for change in &changes {
        writeln!(out, "  {change}")?;
    }
    let (before, after) = (old.record(), new.record());
    let apart = begun_anew(&before, &after);
    if !apart.is_empty() {
        writeln!(
            out,
            "Reports begin another series for {}: its answers cannot be compared with those before.",
            apart.join(", ")
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn in_json(old: &Survey, new: &Survey, changes: &[SurveyChange]) -> Value {
    let version = |survey: &Survey| {
        let version = survey.version();
        json!({ "survey": version.name, "version": version.version })
    };
    let changes: Vec<Value> = changes
        .iter()
        .map(|change| match change {
            SurveyChange::Added { subject, what } => {
                json!({ "change": "added", "of": subject, "what": what })
            }
            SurveyChange::Removed { subject, what } => {
                json!({ "change": "removed", "of": subject, "what": what })
            }
            SurveyChange::Changed {
                subject,
                name,
                from,
                to,
            } => {
                json!({ "change": "changed", "of": subject, "name": name, "from": from, "to": to })
            }
        })
        .collect();
    json!({
        "old": version(old),
        "new": version(new),
        "changes": changes,
        "new_series": begun_anew(&old.record(), &new.record()),
    })
}
