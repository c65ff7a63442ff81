//! `aftercall sampling explain`: a call that has not come, before the rules and counters of this moment.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, LocalResult, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use clap::Args as ClapArgs;
use serde_json::json;

use crate::call::caller_hash::CallerHasher;
use crate::call::context::{ContextReader, Fact, Reading, clean};
use crate::cli::start::{runtime, say, settings};
use crate::config::Settings;
use aftercall_base::count::counted;
use aftercall_base::iso8601::{self, ParsedTime};
use aftercall_base::{CallUid, Redacted};
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::{Access, Database, OpenFault, Store, StoreError};
use aftercall_survey::SurveyVersion;
use aftercall_survey::admission::explain::{DryRun, RuleExplanation, RuleResult};
use aftercall_survey::admission::sampler::{Draw, Share};
use aftercall_survey::admission::{
    Admission, AdmissionReason, AdmissionState, Decision, Eligibility, NewCall, RouteRules, SamplingPlan,
    SamplingTerms, Stratum,
};
use aftercall_survey::context::number::NumberOrigin;
use aftercall_survey::context::{CallContext, Field, Name};
use aftercall_survey::route::{self, Route};

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
    let question = Question::of(settings, args)?;
    let answer = runtime()?.block_on(question.answer(settings))?;
    if let Some(note) = &question.note {
        say(note);
    }
    let mut out = std::io::stdout().lock();
    if args.json {
        writeln!(out, "{:#}", answer.json(&question))?;
    } else {
        answer.print(&question, &mut out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A call that has not come.
struct Question<'s> {
    number: String,
    /// `None` when no route takes the number.
    route: Option<&'s Route>,
    survey: String,
    context: CallContext,
    at: DateTime<Utc>,
    /// What is to be said of that moment.
    note: Option<String>,
    drawn: Option<Draw>,
}

/// What would become of it.
struct Answer {
    lines: Vec<RuleExplanation>,
    /// The plan of the autopilot for its stratum.
    plan: Option<SamplingPlan>,
    /// `None` when it depends on the draw.
    admission: Option<Admission>,
}

impl<'s> Question<'s> {
    fn of(settings: &'s Settings, args: &Args) -> anyhow::Result<Self> {
        let number = args.number.clone().unwrap_or_default();
        let route = route::find(settings.routes(), &number);
        let context = reader(settings)?.of_reading(facts(settings, args)?);
        let survey = match (context.values.text(Field::Survey), route) {
            (Some(wanted), _) if exists(settings, wanted) => wanted.to_owned(),
            (_, route) => route.map(|route| route.survey.clone()).unwrap_or_default(),
        };
        let (at, note) = moment(args.at.as_deref(), route)?;
        Ok(Self {
            number,
            route,
            survey,
            context,
            at,
            note,
            drawn: args.draw.as_deref().map(draw).transpose()?,
        })
    }

    async fn answer(&self, settings: &Settings) -> anyhow::Result<Answer> {
        let Some(route) = self.route else {
            return Ok(Answer {
                lines: Vec::new(),
                plan: None,
                admission: Some(Admission::Suppressed {
                    reason: AdmissionReason::NoRoute,
                }),
            });
        };
        let store = opened(settings).await?;
        let rules = in_force(store.as_ref(), &route.rules).await?;
        let dry_run = DryRun {
            rules: &rules.rules,
            survey_limits: settings.surveys.limits(&self.survey),
            at: self.at,
            drawn: self.drawn,
        };
        let terms = dry_run.terms(&self.context);
        let open = self.call(route, Eligibility::Eligible(terms.clone()));
        let call = self.call(route, dry_run.eligibility(&self.context));
        let state = known(store.as_ref(), &open, &terms).await?;
        if let Some(store) = store {
            store.close().await;
        }
        let mut lines = dry_run.lines(&open, &terms, &state);
        let plan = rules.of(&terms.stratum);
        lines.extend(autopilot_line(&rules.rules, plan.as_ref()));
        lines.push(capacity(settings));
        Ok(Answer {
            lines,
            plan,
            admission: dry_run.outcome(&call, &state),
        })
    }

    fn call(&self, route: &Route, eligibility: Eligibility) -> NewCall {
        NewCall {
            uid: CallUid::NONE,
            node: String::new(),
            arrived_at: self.at,
            time_zone: route.rules.time_zone,
            sip_call_id: String::new(),
            dialled: self.number.clone(),
            context: self.context.clone(),
            route: Some(route.name().to_owned()),
            survey: Some(SurveyVersion {
                name: self.survey.clone(),
                version: String::new(),
            }),
            eligibility,
        }
    }
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

/// The rules of a route with the N that its autopilot planned.
struct RulesInForce {
    rules: RouteRules,
    plans: Vec<SamplingPlan>,
}

impl RulesInForce {
    fn of(&self, stratum: &Stratum) -> Option<SamplingPlan> {
        let mut plans = self.plans.iter();
        plans.find(|plan| plan.stratum == *stratum).cloned()
    }
}

async fn in_force(store: Option<&Database>, rules: &RouteRules) -> anyhow::Result<RulesInForce> {
    let mut rules = rules.clone();
    let mut plans = match store {
        Some(store) if rules.autopilot.is_some() => store.latest_sampling_plans().await?,
        Some(_) | None => Vec::new(),
    };
    plans.retain(|plan| plan.stratum.route == rules.name && plan.stratum.kind == rules.stratum_kind);
    let planned = plans
        .iter()
        .map(|plan| (plan.stratum.counted_as.clone(), plan.every));
    rules.planned = planned.collect();
    Ok(RulesInForce { rules, plans })
}

/// Where N comes from, for a route with an autopilot.
fn autopilot_line(rules: &RouteRules, plan: Option<&SamplingPlan>) -> Option<RuleExplanation> {
    let autopilot = rules.autopilot.as_ref()?;
    let why = match plan {
        None => format!(
            "not planned yet: the configured N, within {} to {}",
            autopilot.min, autopilot.max
        ),
        Some(plan) => format!(
            "one call in {} since {}, before one in {}: {}",
            autopilot.bounded(plan.every),
            plan.planned_at
                .with_timezone(&rules.time_zone)
                .format("%a %Y-%m-%d %H:%M"),
            plan.former_every,
            super::plans::why(plan)
        ),
    };
    Some(RuleExplanation {
        rule: "autopilot".to_owned(),
        says: RuleResult::Yes,
        why,
    })
}

/// What the database knows; nothing while there is none.
async fn known<'c>(
    store: Option<&Database>,
    call: &'c NewCall,
    terms: &'c SamplingTerms,
) -> anyhow::Result<AdmissionState<'c>> {
    let Some(store) = store else {
        let mut nothing = AdmissionState::default();
        nothing.note_counted(&terms.stratum, 0);
        return Ok(nothing);
    };
    Ok(store.admission_state(call).await?)
}

/// The last of all rules: whether there is a place.
fn capacity(settings: &Settings) -> RuleExplanation {
    let why = match settings.calls.max_concurrent {
        0 => "checked last, when the call arrives: as many as the media threads can handle".to_owned(),
        most => format!(
            "checked last, when the call arrives: {} at once",
            counted(most, "survey")
        ),
    };
    RuleExplanation {
        rule: "max_concurrent".to_owned(),
        says: RuleResult::Depends,
        why,
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

fn facts(settings: &Settings, args: &Args) -> anyhow::Result<Reading> {
    let own = [
        (Field::Queue, &args.queue),
        (Field::Agent, &args.agent),
        (Field::Caller, &args.caller),
        (Field::TalkTime, &args.talk_time),
    ];
    let mut told: Vec<(Name, &str)> = own
        .into_iter()
        .filter_map(|(field, value)| Some((Name::Field(field), value.as_deref()?)))
        .collect();
    for pair in &args.set {
        let (word, value) = pair
            .split_once('=')
            .ok_or_else(|| anyhow!("--set {pair}: write FIELD=VALUE"))?;
        let name = Name::of(word);
        if let Name::Attribute(attribute) = &name
            && !settings.context.mapping.attributes.contains_key(attribute)
        {
            bail!("--set {pair}: `{word}` is not a field, and context.attributes has none of that name");
        }
        told.push((name, value));
    }
    let fact = |(name, text): (Name, &str)| {
        if name == Name::Field(Field::Caller) {
            return caller(settings, text);
        }
        let value = clean(text).and_then(|text| name.value(text));
        let value = value.ok_or_else(|| anyhow!("`{text}` is not a valid value of {}", name.as_str()))?;
        Ok(Fact {
            name,
            value: Redacted::new(value),
            source: "command line".to_owned(),
            is_personal: false,
            number: None,
        })
    };
    Ok(Reading {
        facts: told.into_iter().map(fact).collect::<anyhow::Result<_>>()?,
        ..Reading::default()
    })
}

/// The caller by number, which is in no error.
fn caller(settings: &Settings, text: &str) -> anyhow::Result<Fact> {
    let number = settings.numbers.plan.number(text, NumberOrigin::Configured);
    let number = number.map_err(|fault| anyhow!("--caller is not a telephone number: it {fault}"))?;
    Ok(Fact {
        name: Name::Field(Field::Caller),
        value: Redacted::new(number.as_str().to_owned()),
        source: "command line".to_owned(),
        is_personal: true,
        number: Some(number),
    })
}

/// Whether there is a definition of that name; a name of a PBX is no path.
fn exists(settings: &Settings, survey: &str) -> bool {
    let is_name = !survey.contains(['/', '\\', '.']);
    is_name
        && settings
            .surveys
            .directory
            .join(format!("{survey}.toml"))
            .is_file()
}

/// The moment that is meant, and what is to be said of it: in the hour that the clocks repeat in autumn a time without an offset is
/// two moments.
fn moment(text: Option<&str>, route: Option<&Route>) -> anyhow::Result<(DateTime<Utc>, Option<String>)> {
    let Some(text) = text else {
        return Ok((SystemClock.utc(), None));
    };
    let local = match iso8601::parse(text) {
        Some(ParsedTime::Exact(moment)) => return Ok((moment, None)),
        Some(ParsedTime::Local(local)) => local,
        Some(ParsedTime::Day(day)) => day.and_time(NaiveTime::MIN),
        None => bail!(
            "--at {text}: write for example 2026-11-25T08:00 in the time zone of the route, or 2026-11-25T08:00+02:00"
        ),
    };
    let zone = route.map_or(chrono_tz::UTC, |route| route.rules.time_zone);
    match zone.from_local_datetime(&local) {
        LocalResult::Single(moment) => Ok((moment.to_utc(), None)),
        LocalResult::Ambiguous(first, second) => {
            let written = |moment: &DateTime<Tz>| moment.format("%Y-%m-%dT%H:%M%:z").to_string();
            let note = format!(
                "--at {text} comes twice in {zone}, where the clocks are put back: {} is taken; write {} for the other",
                written(&first),
                written(&second)
            );
            Ok((first.to_utc(), Some(note)))
        }
        LocalResult::None => bail!(
            "--at {text}: there is no such time in {zone}, where the clocks are put forward over it; write a time before it or after it"
        ),
    }
}

fn draw(text: &str) -> anyhow::Result<Draw> {
    if matches!(text.trim_end_matches('%'), "0" | "0.0") {
        return Ok(Draw::LOWEST);
    }
    let share = Share::parse(text).ok().and_then(Share::as_draw);
    share.ok_or_else(|| anyhow!("--draw {text}: write for example 12.5%, from 0% on and less than 100%"))
}

impl Answer {
    fn print(&self, question: &Question<'_>, out: &mut impl Write) -> std::io::Result<()> {
        let Some(route) = question.route else {
            return writeln!(
                out,
                "no route takes {}: the call gets 404 (no_route)",
                question.number
            );
        };
        let zone = route.rules.time_zone;
        let local = question.at.with_timezone(&zone).format("%a %Y-%m-%d %H:%M");
        writeln!(
            out,
            "route {}, survey {}, {local} {zone}",
            route.name(),
            question.survey
        )?;
        let width = self.lines.iter().map(|line| line.rule.len()).max().unwrap_or(0);
        for RuleExplanation { rule, says, why } in &self.lines {
            writeln!(out, "  {:<4}  {rule:<width$}  {why}", mark(*says))?;
        }
        writeln!(out, "{}", self.verdict())
    }

    fn verdict(&self) -> String {
        match &self.admission {
            None => "depends on the random draw of the call".to_owned(),
            Some(admission) => {
                let reason = admission.reason();
                super::decision_in_words(Decision::from(admission), Some(reason), reason.as_str())
            }
        }
    }

    fn json(&self, question: &Question<'_>) -> serde_json::Value {
        let decision = self.admission.as_ref().map(|admission| {
            json!({
                "decision": Decision::from(admission).as_str(),
                "rule": admission.reason().as_str(),
                "position": admission.position(),
            })
        });
        json!({
            "route": question.route.map(Route::name),
            "survey": question.route.map(|_| question.survey.as_str()),
            "at": question.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            "note": question.note,
            "time_zone": question.route.map(|route| route.rules.time_zone.name()),
            "rules": self.lines,
            "plan": self.plan.as_ref().map(super::plans::in_json),
            "outcome": decision,
        })
    }
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
