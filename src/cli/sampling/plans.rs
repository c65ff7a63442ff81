//! `aftercall sampling plans`: what the autopilot changed, when and why.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::SecondsFormat;
use chrono_tz::Tz;
use clap::Args as ClapArgs;
use serde_json::{Value, json};

use crate::cli::start::{runtime, settings};
use crate::config::Settings;
use crate::explain::words;
use aftercall_storage::{Access, OpenFault, Store, StoreError};
use aftercall_survey::admission::{SamplingPlan, Stratum};

/// Options of `sampling plans`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// Only the changes of this route, by its name.
    #[arg(long, value_name = "NAME")]
    route: Option<String>,
    /// One JSON array instead of lines.
    #[arg(long)]
    json: bool,
}

/// Prints the history, the oldest change first.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let settings = &loaded.settings;
    let mut plans = runtime()?.block_on(history(settings))?;
    if let Some(route) = &args.route {
        let is_known = settings.routes().any(|known| known.name() == route);
        plans.retain(|plan| plan.stratum.route == *route);
        if plans.is_empty() && !is_known {
            let known: Vec<&str> = settings.routes().map(|route| route.name()).collect();
            bail!("there is no route `{route}`; choose from {}", known.join(", "));
        }
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        let plans: Vec<Value> = plans.iter().map(in_json).collect();
        writeln!(out, "{:#}", Value::from(plans))?;
    } else {
        print(&plans, settings, &mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn history(settings: &Settings) -> anyhow::Result<Vec<SamplingPlan>> {
    let store = match aftercall_storage::open(&settings.storage.path, Access::Read).await {
        Err(StoreError::Open {
            fault: OpenFault::Missing,
            ..
        }) => return Ok(Vec::new()),
        opened => opened.context("storage.path")?,
    };
    let plans = store.sampling_plans(None, None).await;
    store.close().await;
    Ok(plans?)
}

fn print(plans: &[SamplingPlan], settings: &Settings, out: &mut impl Write) -> std::io::Result<()> {
    if plans.is_empty() {
        return writeln!(out, "the autopilot has planned nothing yet");
    }
    for plan in plans {
        let mut routes = settings.routes();
        let route = routes.find(|route| route.name() == plan.stratum.route);
        let zone = route.map_or(Tz::UTC, |route| route.rules.time_zone);
        let at = plan.planned_at.with_timezone(&zone);
        writeln!(
            out,
            "{} {zone}  route {}, {}: {} -> {}  {}",
            at.format("%a %Y-%m-%d %H:%M"),
            plan.stratum.route,
            counted(&plan.stratum),
            plan.former_every,
            plan.every,
            words::plan(plan)
        )?;
    }
    Ok(())
}

fn counted(stratum: &Stratum) -> String {
    match stratum.counted_as.as_str() {
        "" if stratum.kind == aftercall_survey::admission::StratumKind::Route => "all calls".to_owned(),
        "" => format!("no {}", stratum.kind.as_str()),
        name => format!("{} \"{name}\"", stratum.kind.as_str()),
    }
}

/// A plan as JSON.
pub(super) fn in_json(plan: &SamplingPlan) -> Value {
    json!({
        "planned_at": plan.planned_at.to_rfc3339_opts(SecondsFormat::Secs, true),
        "route": plan.stratum.route,
        "counted_per": plan.stratum.kind.as_str(),
        "counted_as": plan.stratum.counted_as,
        "former_every": plan.former_every,
        "every": plan.every,
        "reason": plan.reason.as_str(),
        "half_width": plan.half_width,
        "answers": plan.answers,
        "until": plan.until.to_rfc3339_opts(SecondsFormat::Secs, true),
    })
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::{counted, in_json, print};
    use crate::config::load::from_text;
    use aftercall_survey::admission::{PlanReason, SamplingPlan, Stratum, StratumKind};

    fn plan(half_width: Option<f64>) -> SamplingPlan {
        SamplingPlan {
            stratum: Stratum {
                route: "nps".to_owned(),
                kind: StratumKind::Queue,
                counted_as: "sales".to_owned(),
            },
            every: 7.try_into().unwrap(),
            former_every: 10.try_into().unwrap(),
            planned_at: DateTime::from_timestamp(1_795_000_000, 0).unwrap(),
            reason: PlanReason::Goal,
            answers: 412.4,
            half_width,
            until: DateTime::from_timestamp(1_795_200_000, 0).unwrap(),
        }
    }

    #[test]
    fn history_says_when_what_and_why_by_the_clock_of_the_route() {
        let text = "[[route]]\nnumber = \"nps\"\nsurvey = \"a\"\ntime_zone = \"Europe/Helsinki\"\n";
        let loaded = from_text(text, "a.toml", Some([].into()));
        let mut out = Vec::new();
        print(&[plan(Some(7.84)), plan(None)], &loaded.settings, &mut out).unwrap();
        let expected = "Wed 2026-11-18 13:06 Europe/Helsinki  route nps, queue \"sales\": 10 -> 7  \
            the largest N that reaches the goal";
        assert_eq!(
            String::from_utf8(out).unwrap(),
            format!("{expected}; +-7.8 points expected, 412 more answers\n{expected}\n")
        );
        let json = in_json(&plan(None));
        assert_eq!(json["planned_at"], "2026-11-18T11:06:40Z");
        assert_eq!(
            (&json["every"], &json["half_width"]),
            (&7.into(), &serde_json::Value::Null)
        );
    }

    #[test]
    fn stratum_without_a_name_says_what_is_not_known() {
        let of = |kind| Stratum {
            kind,
            counted_as: String::new(),
            ..plan(None).stratum
        };
        for (kind, words) in [
            (StratumKind::Queue, "no queue"),
            (StratumKind::Agent, "no agent"),
            (StratumKind::Route, "all calls"),
        ] {
            assert_eq!(counted(&of(kind)), words);
        }
    }
}
