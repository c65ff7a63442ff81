//! `aftercall sampling explain`: a call that has not come, before the rules and counters of this moment.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use chrono::SecondsFormat;
use clap::Args as ClapArgs;
use serde_json::json;

use crate::call::caller_hash::CallerHasher;
use crate::call::context::ContextReader;
use crate::cli::start::{runtime, say, settings};
use crate::config::Settings;
use crate::explain::{
    ExplainError, ExplainFault, ExplainRequest, ExplainedRoute, Explanation, KnownSurveys, Rules, explain,
};
use aftercall_base::{CallUid, Redacted};
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::{Access, Database, OpenFault, Store, StoreError};
use aftercall_survey::admission::Decision;
use aftercall_survey::admission::explain::{RuleExplanation, RuleResult};
use aftercall_survey::admission::quota::SurveyLimits;
use aftercall_survey::route::Route;

/// Options of `sampling explain`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// The dialled number or user.
    #[arg(long, required_unless_present = "call")]
    number: Option<String>,
    /// The queue that the PBX would send.
    #[arg(long)]
    queue: Option<String>,
    /// The agent.
    #[arg(long)]
    agent: Option<String>,
    /// The caller's number.
    #[arg(long, value_name = "NUMBER")]
    caller: Option<String>,
    /// How long caller and agent talked: 95, 95s or 1:35.
    #[arg(long, value_name = "TIME")]
    talk_time: Option<String>,
    /// When: 2026-11-25T08:00 in the time zone of the route, or with an offset (+02:00, Z). Default: now.
    #[arg(long, value_name = "MOMENT")]
    at: Option<String>,
    /// Any other field or attribute, as in --set team=north; may be repeated.
    #[arg(long, value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// The number that the call would draw where a random share is surveyed, from 0% on; a draw below the share is surveyed.
    #[arg(long, value_name = "PERCENT")]
    draw: Option<String>,
    /// Explain the decision on a past call, by its call_uid.
    #[arg(long, value_name = "UID", conflicts_with_all = ["number", "queue", "agent", "caller", "talk_time", "at", "set", "draw"])]
    call: Option<CallUid>,
    /// One JSON object instead of lines.
    #[arg(long)]
    json: bool,
}

/// Explains; status 0 whatever the rules say.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let settings = &loaded.settings;
    if let Some(uid) = args.call {
        return super::call::run(settings, uid, args.json);
    }
    let explanation = runtime()?.block_on(explained(settings, &request(args)))?;
    if let Some(note) = &explanation.note {
        say(&format!("--at {note}"));
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", in_json(&explanation))?;
    } else {
        print(&explanation, &mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn request(args: &Args) -> ExplainRequest {
    ExplainRequest {
        number: args.number.clone().unwrap_or_default(),
        queue: args.queue.clone(),
        agent: args.agent.clone(),
        caller: args.caller.clone().map(Redacted::new),
        talk_time: args.talk_time.clone(),
        at: args.at.clone(),
        set: args.set.clone(),
        draw: args.draw.clone(),
    }
}

async fn explained(settings: &Settings, request: &ExplainRequest) -> anyhow::Result<Explanation> {
    let store = opened(settings).await?;
    let routes: Vec<Route> = settings.routes().cloned().collect();
    let rules = Rules {
        routes: &routes,
        reader: &reader(settings)?,
        surveys: &ConfiguredSurveys(settings),
        max_concurrent: Some(settings.calls.max_concurrent).filter(|most| *most > 0),
    };
    let explained = explain(rules, store.as_ref(), request, SystemClock.utc()).await;
    if let Some(store) = store {
        store.close().await;
    }
    explained.map_err(|error| match error {
        ExplainError::Request(ExplainFault { part, reason }) => anyhow!("--{part}: {reason}"),
        ExplainError::Store(error) => error.into(),
    })
}

/// The database; `None` while there is none.
async fn opened(settings: &Settings) -> anyhow::Result<Option<Database>> {
    match aftercall_storage::open(&settings.storage.path, Access::Read).await {
        Err(StoreError::Open {
            fault: OpenFault::Missing,
            ..
        }) => Ok(None),
        opened => opened.map(Some).context("storage.path"),
    }
}

fn reader(settings: &Settings) -> anyhow::Result<ContextReader> {
    let path = &settings.privacy.key_file;
    let hasher = match CallerHasher::read_file(path) {
        // Without a key no caller has ever been recognised, nor would this one be.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => CallerHasher::new(&[0; 32]),
        read => read.with_context(|| format!("privacy.key_file: {}", path.display()))?,
    };
    Ok(ContextReader::new(
        settings.context.mapping.clone(),
        settings.privacy.caller_number,
        hasher,
    ))
}

/// The surveys of the configuration, which are not read for this.
struct ConfiguredSurveys<'s>(&'s Settings);

impl KnownSurveys for ConfiguredSurveys<'_> {
    /// Whether there is a definition of that name; a name of a PBX is no path.
    fn has(&self, name: &str) -> bool {
        let is_name = !name.contains(['/', '\\', '.']);
        let directory = &self.0.surveys.directory;
        is_name && directory.join(format!("{name}.toml")).is_file()
    }

    fn limits(&self, name: &str) -> SurveyLimits {
        self.0.surveys.limits(name)
    }
}

fn print(explanation: &Explanation, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(out, "{}", explanation.headline())?;
    if explanation.route.is_none() {
        return Ok(());
    }
    let rules = &explanation.rules;
    let width = rules.iter().map(|line| line.rule.len()).max().unwrap_or(0);
    for RuleExplanation { rule, says, why } in rules {
        writeln!(out, "  {:<4}  {rule:<width$}  {why}", mark(*says))?;
    }
    writeln!(out, "{}", explanation.verdict())
}

fn in_json(explanation: &Explanation) -> serde_json::Value {
    let decision = explanation.admission.as_ref().map(|admission| {
        json!({
            "decision": Decision::from(admission).as_str(),
            "rule": admission.reason().as_str(),
            "position": admission.position(),
        })
    });
    let route = explanation.route.as_ref();
    json!({
        "route": route.map(|ExplainedRoute { name, .. }| name),
        "survey": route.map(|ExplainedRoute { survey, .. }| survey),
        "at": explanation.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "note": explanation.note,
        "time_zone": route.map(|ExplainedRoute { zone, .. }| zone.name()),
        "rules": explanation.rules,
        "plan": explanation.plan.as_ref().map(super::plans::in_json),
        "outcome": decision,
    })
}

const fn mark(says: RuleResult) -> &'static str {
    match says {
        RuleResult::Off => "-",
        RuleResult::Yes => "yes",
        RuleResult::No => "NO",
        RuleResult::Must => "MUST",
        RuleResult::Depends => "?",
    }
}
