//! `aftercall demo`: a contact centre to look at without a PBX. A database of made-up calls, the service on it, and callers who keep coming.

mod callers;
mod comments;
mod fill;
mod former;
mod names;
mod settings;
mod show;
mod speech;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use chrono::{NaiveDate, TimeDelta};
use clap::Args as ClapArgs;
use clap::builder::RangedU64ValueParser;
use serde_json::json;

use self::fill::{Filled, fill};
use super::start::{runtime, say, settings};
use super::survey::lookup::SurveyLookup;
use crate::config::Loaded;
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::demo::{self, DemoOptions};
use aftercall_survey::{Metric, SurveyRecord};

const AFTER_HELP: &str = "\
Examples:
  aftercall demo                                            50,000 calls of 120 days in var/demo/demo.db, and the page about them
  aftercall demo --fill-only                                the database alone
  aftercall --config var/demo/aftercall.toml report --last week --by queue
                                                            a report on them
  aftercall demo --calls 10000000 --days 400 --agents 500 --database /srv/demo/big.db

The directory of the database gets `aftercall.toml`, settings that name it, and `directory.toml`, names of queues, teams and agents.
Nothing there is overwritten that this command has not written.";

/// Options of `demo`.
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP)]
pub(super) struct Args {
    /// Calls that arrive.
    #[arg(long, value_name = "N", default_value_t = 50_000, value_parser = up_to(100_000_000))]
    calls: u64,
    /// The database file, which must not exist. Default: demo/demo.db in the directory of `storage.path`.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Days on which calls arrive.
    #[arg(long, value_name = "N", default_value_t = 120, value_parser = up_to(3_660))]
    days: u64,
    /// The last of these days. Default: yesterday.
    #[arg(long, value_name = "DATE")]
    until: Option<NaiveDate>,
    /// Queues. One call in 5, 10 or 20 of each is surveyed.
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = up_to(1_000))]
    queues: u64,
    /// Teams.
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = up_to(1_000))]
    teams: u64,
    /// Agents, at least one for each queue.
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = up_to(10_000))]
    agents: u64,
    /// The same seed and the same other options, --until included, make the same calls.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Make the database and end.
    #[arg(long)]
    fill_only: bool,
    /// Do not open a browser.
    #[arg(long)]
    no_open: bool,
    /// Make the database, print what was written as JSON, and end.
    #[arg(long)]
    json: bool,
}

fn up_to(most: u64) -> RangedU64ValueParser {
    RangedU64ValueParser::new().range(1..=most)
}

/// Makes the database.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let options = options(&loaded, args)?;
    let database = match &args.database {
        Some(database) => database.clone(),
        None => default_database(&loaded),
    };
    let is_shown = !args.fill_only && !args.json;
    if is_shown && fill::is_there(&database) {
        say(&format!(
            "{} is there already and is shown; remove it to make another",
            database.display()
        ));
        return show(&fill::config_of(&database), options, args);
    }
    let Some(filled) = runtime()?.block_on(fill(&loaded, &database, options.clone()))? else {
        say("interrupted; there is no database");
        return Ok(ExitCode::FAILURE);
    };
    print(&filled, args.json)?;
    match is_shown {
        true => show(&filled.config, options, args),
        false => Ok(ExitCode::SUCCESS),
    }
}

fn show(config: &Path, options: DemoOptions, args: &Args) -> anyhow::Result<ExitCode> {
    let organisation = demo::organisation(&options);
    show::run(config, organisation, options.surveys, !args.no_open)
}

fn default_database(loaded: &Loaded) -> PathBuf {
    let state = loaded.settings.storage.path.parent().unwrap_or(Path::new(""));
    state.join("demo").join("demo.db")
}

fn options(loaded: &Loaded, args: &Args) -> anyhow::Result<DemoOptions> {
    let zone = loaded.settings.sampling.time_zone.0;
    let today = SystemClock.utc().with_timezone(&zone).date_naive();
    let until = match args.until {
        // Calls of centuries without a known time zone, or that are too far away to be counted in days, are no use.
        Some(last) if last < EARLIEST || last > today => bail!("--until: a day from {EARLIEST} to {today}"),
        Some(last) => last + TimeDelta::days(1),
        None => today,
    };
    let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(DemoOptions {
        calls: args.calls,
        until,
        days: few(args.days),
        zone,
        queues: few(args.queues),
        teams: few(args.teams),
        agents: few(args.agents),
        seed: args.seed,
        surveys: surveys(loaded)?,
        sentences: speech::sentences(),
    })
}

/// The first day on which a call may be made up to have arrived last.
const EARLIEST: NaiveDate = match NaiveDate::from_ymd_opt(2000, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// The surveys of the configuration's directory: the one that is asked most comes first, then the others by name. Of the first there is an earlier
/// version as well.
fn surveys(loaded: &Loaded) -> anyhow::Result<Vec<SurveyRecord>> {
    let lookup = SurveyLookup::open(loaded)?;
    let mut records = Vec::new();
    for (name, survey) in lookup.all()? {
        match survey {
            Ok(survey) => records.push(survey.record()),
            Err(_) => say(&format!(
                "`{name}` is faulty and left out; `aftercall check` reports why"
            )),
        }
    }
    if records.is_empty() {
        bail!(
            "there is no survey in {}",
            loaded.settings.surveys.directory.display()
        );
    }
    // A comment beside a score is what there is most to see of.
    records.sort_by_key(|record| !has_scored_comment(record));
    if let Some(former) = records.first().and_then(former::version) {
        records.insert(0, former);
    }
    Ok(records)
}

/// Whether a survey has a recommendation or a satisfaction, and the reason in the caller's words.
fn has_scored_comment(survey: &SurveyRecord) -> bool {
    let asks = |metrics: &[Metric]| {
        survey
            .questions
            .iter()
            .any(|question| metrics.contains(&question.metric))
    };
    asks(&[Metric::Comment]) && asks(&[Metric::Nps, Metric::Csat, Metric::Ces])
}

fn print(filled: &Filled, is_json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    let summary = filled.summary;
    if is_json {
        let object = json!({
            "database": filled.database,
            "config": filled.config,
            "calls": summary.calls,
            "eligible": summary.eligible,
            "answers": summary.answers,
        });
        return Ok(writeln!(out, "{object:#}")?);
    }
    let database = filled.database.display();
    writeln!(
        out,
        "{} calls with {} answers in {database}",
        summary.calls, summary.answers
    )?;
    let config = filled.config.display();
    Ok(writeln!(
        out,
        "aftercall --config {config} report --last week --by queue"
    )?)
}
