//! `aftercall sampling explain --call`: what decided on a call that has come.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::SecondsFormat;
use serde_json::json;

use crate::cli::start::runtime;
use crate::config::Settings;
use crate::explain::words;
use aftercall_base::CallUid;
use aftercall_storage::{Access, Store};
use aftercall_survey::admission::explain::place;
use aftercall_survey::context::{ContextSource, SourceNote};
use aftercall_survey::record::StoredDecision;

/// Reads the row of the call and prints it.
pub(super) fn run(settings: &Settings, uid: CallUid, as_json: bool) -> anyhow::Result<ExitCode> {
    let decided = runtime()?.block_on(async {
        let store = aftercall_storage::open(&settings.storage.path, Access::Read)
            .await
            .context("storage.path")?;
        let decided = store.decided(uid).await;
        store.close().await;
        anyhow::Ok(decided?)
    })?;
    let Some(decided) = decided else {
        bail!("no call {uid} in {}", settings.storage.path.display());
    };
    let mut out = std::io::stdout().lock();
    if as_json {
        writeln!(out, "{:#}", in_json(uid, &decided))?;
    } else {
        print(uid, &decided, &mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print(uid: CallUid, decided: &StoredDecision, out: &mut impl Write) -> std::io::Result<()> {
    let told = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    writeln!(
        out,
        "call {uid} of {}, route {}, survey {}",
        decided.arrived_at.format("%Y-%m-%d %H:%M:%S UTC"),
        told(&decided.route),
        told(&decided.survey)
    )?;
    let rule = told(&decided.rule);
    let what = words::decision(decided.decision, decided.reason.as_ref(), &rule);
    writeln!(out, "  {what}")?;
    if let Some(reason) = &decided.reason {
        writeln!(out, "  {reason}")?;
    }
    if let Some((stratum, position)) = &decided.counted {
        writeln!(out, "  {}", place(stratum, *position))?;
    }
    for source in decided.sources.iter().filter(|source| source.note.is_some()) {
        writeln!(out, "  {}", note_in_words(source))?;
    }
    match decided.disposition {
        Some(disposition) => writeln!(out, "  it ended as {disposition}"),
        None => writeln!(out, "  it is in progress"),
    }
}

/// A field that was not taken as it came, in words.
fn note_in_words(told: &ContextSource) -> String {
    let ContextSource { name, source, .. } = told;
    let text = told
        .text
        .as_ref()
        .map_or_else(String::new, |text| format!(" \"{text}\""));
    match told.note {
        Some(SourceNote::Unset) => format!("{name} is not known: {source} has{text}, a placeholder"),
        Some(SourceNote::Unclear) => {
            format!("{name} is not known: {source} has{text}, which is not a valid value")
        }
        Some(SourceNote::Nobody) => format!("{name} is not known: {source} has no telephone number"),
        Some(SourceNote::Unknown) => format!("{name} of {source} does not exist and was ignored"),
        Some(SourceNote::Hashed) | None => {
            format!("{name} of {source} is stored as a hash: it may be a person's number")
        }
    }
}

fn in_json(uid: CallUid, decided: &StoredDecision) -> serde_json::Value {
    let counted = decided.counted.as_ref().map(|(stratum, position)| {
        json!({
            "per": stratum.kind.as_str(),
            "counted_as": stratum.counted_as,
            "position": position,
            "every": decided.every,
        })
    });
    json!({
        "call_uid": uid.to_string(),
        "arrived_at": decided.arrived_at.to_rfc3339_opts(SecondsFormat::Millis, true),
        "route": decided.route,
        "survey": decided.survey,
        "decision": decided.decision.as_str(),
        "rule": decided.rule,
        "why": decided.reason.as_ref().map(ToString::to_string),
        "counted": counted,
        "notes": decided.sources.iter().filter(|source| source.note.is_some()).map(note_in_words).collect::<Vec<_>>(),
        "disposition": decided.disposition.map(|disposition| disposition.as_str()),
    })
}
