//! From the options of `report` to what is asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::Args as ClapArgs;

use crate::config::Settings;
use aftercall_report::{Calendar, CompareWith, Grouping, Period, PeriodName, ReportQuery, TrendStep};
use aftercall_storage::selection::{Dimension, NamePattern};
use aftercall_survey::admission::campaign::Campaign;
use aftercall_survey::context::condition::{Condition, WrittenTest};

/// Options of `report`.
#[derive(Debug, ClapArgs)]
pub(in crate::cli) struct Args {
    /// A period by name: today, yesterday, this-week, last-week, this-month, last-month, this-quarter, last-quarter, this-year,
    /// last-year, last-28-days, campaign, all.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["from", "to", "last", "this"])]
    period: Option<String>,
    /// The last whole day, week, month, quarter or year, or so many days: --last week, --last 28d.
    #[arg(long, value_name = "UNIT", conflicts_with_all = ["from", "to", "this"])]
    last: Option<String>,
    /// The current day, week, month, quarter or year so far.
    #[arg(long, value_name = "UNIT", conflicts_with_all = ["from", "to"])]
    this: Option<String>,
    /// First day (2026-11-01, in sampling.time_zone) or moment (2026-11-01T08:00:00Z).
    #[arg(long, value_name = "DAY")]
    from: Option<String>,
    /// Last day, itself included, or the moment before which the period ends.
    #[arg(long, value_name = "DAY")]
    to: Option<String>,
    /// Only calls of these queues. Several: repeat it or separate by commas; 'sales*' takes all that begin so, '!test' leaves one out, -
    /// takes calls without a queue. The same holds for the other names.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    queue: Vec<String>,
    /// Only calls of these teams.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    team: Vec<String>,
    /// Only calls of these agents.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    agent: Vec<String>,
    /// Only calls of these routes.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    route: Vec<String>,
    /// Only calls of these surveys.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    survey: Vec<String>,
    /// Only calls in these languages.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    language: Vec<String>,
    /// Only calls of these dialled numbers. Reads all calls of the period.
    #[arg(long, value_delimiter = ',', allow_hyphen_values = true)]
    dialled: Vec<String>,
    /// Only calls with this context, as in `when` of a route: 'talk_time = { from = 60 }, disposition = "sold*"'. Reads all
    /// calls of the period.
    #[arg(long, value_name = "CONDITION")]
    when: Option<String>,
    /// Figures side by side: queue, team, agent, route, survey, survey_version, language, weekday, hour.
    #[arg(long, value_name = "WHAT")]
    by: Option<String>,
    /// The course over time: hour, day, week, month, or auto.
    #[arg(long, value_name = "STEP", num_args = 0..=1, default_missing_value = "auto")]
    trend: Option<String>,
    /// Compare with: previous, last-year, or a period as for --period, or 2026-10-01..2026-10-31.
    #[arg(long, value_name = "WITH", num_args = 0..=1, default_missing_value = "previous")]
    compare: Option<String>,
    /// JSON with figures unrounded; docs/schema.md names its fields.
    #[arg(long)]
    pub(super) json: bool,
}

/// What the options ask for, at a moment.
pub(super) fn query(args: &Args, settings: &Settings, now: DateTime<Utc>) -> anyhow::Result<ReportQuery> {
    let calendar = Calendar {
        first_weekday: settings.reports.week_starts.weekday(),
        ..Calendar::new(settings.sampling.time_zone.0, now)
    };
    let period = period(args, settings, calendar)?;
    let names = [
        (Dimension::Queue, &args.queue),
        (Dimension::Team, &args.team),
        (Dimension::Agent, &args.agent),
        (Dimension::Route, &args.route),
        (Dimension::Survey, &args.survey),
        (Dimension::Language, &args.language),
    ];
    let patterns = |texts: &[String]| {
        texts
            .iter()
            .map(|text| NamePattern::new(text))
            .collect::<Vec<_>>()
    };
    let names = names.into_iter().filter(|(_, texts)| !texts.is_empty());
    Ok(ReportQuery {
        names: names
            .map(|(dimension, texts)| (dimension, patterns(texts)))
            .collect(),
        dialled: patterns(&args.dialled),
        condition: args
            .when
            .as_deref()
            .map(|text| condition(text, settings))
            .transpose()?,
        by: args.by.as_deref().map(grouping).transpose()?,
        trend: args
            .trend
            .as_deref()
            .map(|step| trend(step, &period))
            .transpose()?,
        compare: args
            .compare
            .as_deref()
            .map(|with| compare(with, settings, calendar))
            .transpose()?,
        period,
        directory: Arc::new(settings.reports.names.clone()),
    })
}

fn period(args: &Args, settings: &Settings, calendar: Calendar) -> anyhow::Result<Period> {
    let named = match (&args.period, &args.last, &args.this) {
        (Some(name), ..) => Some(name.clone()),
        (None, Some(unit), _) => Some(format!("last-{unit}")),
        (None, None, Some(unit)) => Some(format!("this-{unit}")),
        (None, None, None) => None,
    };
    match named {
        Some(name) => period_named(&name, settings, calendar),
        None => Ok(Period::parse(args.from.as_deref(), args.to.as_deref(), calendar)?),
    }
}

/// A period by its name, by a campaign, or by its ends: `2026-10-01..2026-10-31`.
fn period_named(name: &str, settings: &Settings, calendar: Calendar) -> anyhow::Result<Period> {
    match name {
        "all" => Ok(Period::all(calendar)),
        "campaign" => campaign(settings, calendar),
        name => match name.split_once("..") {
            Some((from, to)) => {
                let end = |text: &str| (!text.is_empty()).then(|| text.to_owned());
                Ok(Period::parse(end(from).as_deref(), end(to).as_deref(), calendar)?)
            }
            None => Ok(PeriodName::parse(name)?.period(calendar)),
        },
    }
}

/// From the first to the last day of the campaigns of all routes; open where one of them is.
fn campaign(settings: &Settings, calendar: Calendar) -> anyhow::Result<Period> {
    let campaigns = settings.routes().map(|route| route.rules.campaign);
    let days: Vec<(Option<NaiveDate>, Option<NaiveDate>)> = campaigns
        .filter(|campaign| *campaign != Campaign::default())
        .map(|campaign| {
            let first = campaign.from.map(|from| from.date());
            // A campaign that ends at midnight has no call of that day.
            let until = campaign.to.map(|to| (to - TimeDelta::nanoseconds(1)).date());
            (first, until.and_then(|last| last.succ_opt()))
        })
        .collect();
    if days.is_empty() {
        bail!(
            "--period campaign: no route has a campaign; write for example `campaign = {{ from = \"2026-11-01\", to = \
             \"2026-11-30\" }}` in a [[route]]"
        );
    }
    let from = days.iter().map(|(from, _)| *from).min().flatten();
    let until = days
        .iter()
        .map(|(_, until)| until.unwrap_or(NaiveDate::MAX))
        .max();
    Ok(Period::of_days(
        from,
        until.filter(|until| *until != NaiveDate::MAX),
        calendar,
    ))
}

fn grouping(word: &str) -> anyhow::Result<Grouping> {
    let words = Grouping::ALL.map(Grouping::as_str).join(", ");
    Grouping::of(word).with_context(|| format!("--by {}: choose from {words}", shortened(word)))
}

fn trend(word: &str, period: &Period) -> anyhow::Result<TrendStep> {
    if word == "auto" {
        return Ok(TrendStep::of_period(period));
    }
    let words = TrendStep::ALL.map(TrendStep::as_str).join(", ");
    TrendStep::of(word).with_context(|| format!("--trend {}: choose from {words}, auto", shortened(word)))
}

fn compare(word: &str, settings: &Settings, calendar: Calendar) -> anyhow::Result<CompareWith> {
    match word.replace('_', "-").as_str() {
        "previous" => Ok(CompareWith::Previous),
        "last-year" => Ok(CompareWith::LastYear),
        word => {
            let period = period_named(word, settings, calendar);
            period
                .map(CompareWith::Period)
                .with_context(|| format!("--compare {}", shortened(word)))
        }
    }
}

/// A condition as in `when` of a route, with or without its braces.
fn condition(text: &str, settings: &Settings) -> anyhow::Result<Condition> {
    let table = text.trim().trim_start_matches('{').trim_end_matches('}');
    let table = if text.trim().starts_with('{') { table } else { text };
    let written: BTreeMap<String, BTreeMap<String, WrittenTest>> =
        toml::from_str(&format!("when = {{ {table} }}"))
            .map_err(|error| anyhow::anyhow!("--when: it cannot be read: {}", error.message()))?;
    let written = written.into_values().next().unwrap_or_default();
    let is_attribute = |name: &str| settings.context.mapping.attributes.contains_key(name);
    Condition::read(written, &is_attribute).map_err(|error| anyhow::anyhow!("--when: {error}"))
}

fn shortened(text: &str) -> String {
    text.chars()
        .filter(|letter| !letter.is_control())
        .take(60)
        .collect()
}
