//! `aftercall deliver`: what is delivered by schedule, seen and corrected by hand.
//!
//! Nothing is sent by this command: it makes rows, and the running service delivers them.

mod list;
mod order;
mod preview;

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use clap::{ArgGroup, Args as ClapArgs};

use crate::cli::start::{runtime, settings};
use crate::config::Loaded;
use crate::config::delivery::DeliverySettings;
use crate::delivery::schedule::{Due, Schedule};
use aftercall_base::suggest::closest;
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::{Access, Database, Store};

/// Options of `deliver`.
#[derive(Debug, ClapArgs)]
#[command(after_help = AFTER_HELP, group(ArgGroup::new("what").required(true)))]
pub(in crate::cli) struct Args {
    /// List what is due next, what is pending, dead letters, and what was sent or skipped last.
    #[arg(long, group = "what")]
    list: bool,
    /// Make the reports of the latest complete period, say what would be sent to whom, and send nothing.
    #[arg(long, group = "what")]
    dry_run: bool,
    /// With --dry-run: print the mail, or the request, as it would be sent; of one delivery, or of all.
    #[arg(long, value_name = "NAME", num_args = 0..=1, requires = "dry_run")]
    #[expect(
        clippy::option_option,
        reason = "clap's form of an option whose value may be left out"
    )]
    show: Option<Option<String>>,
    /// Deliver a report again, to all recipients of this delivery, under a new id.
    #[arg(long, value_name = "NAME", group = "what")]
    now: Option<String>,
    /// With --now or --dry-run: the period that holds this day (2026-11-16), instead of the latest complete one.
    #[arg(long, value_name = "DAY")]
    period: Option<String>,
    /// Try a dead letter, or one that waits or was skipped, again at once, under its own id; --list shows ids.
    #[arg(long, value_name = "ID", group = "what")]
    retry: Option<u64>,
    /// Give up a delivery that is pending or dead, for good.
    #[arg(long, value_name = "ID", group = "what")]
    drop: Option<u64>,
    /// JSON instead of lines, for --list; docs/delivery.md names its fields.
    #[arg(long, requires = "list")]
    json: bool,
}

const AFTER_HELP: &str = "\
Examples:
  aftercall deliver --list                           what is due next, pending, dead, sent
  aftercall deliver --dry-run --show weekly-sales    the mail of the latest week, on the terminal
  aftercall deliver --now weekly-sales --period 2026-11-16
                                                     the report of the week of that day, once more
  aftercall deliver --retry 17                       try number 17 again, now
  aftercall mail test team@example.com               what the mail server answers

The running service delivers: --now and --retry wait up to a minute for it, and say what came of it. Exit status: 0 done,
1 not delivered (yet), 2 the configuration or the command line is wrong.";

/// Does what is asked for.
pub(in crate::cli) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let loaded = match settings(file) {
        Ok(loaded) => loaded,
        Err(status) => return Ok(status),
    };
    let now = SystemClock.utc();
    runtime()?.block_on(async {
        if args.list {
            return list::run(&loaded, args.json, now).await;
        }
        if args.dry_run {
            let shown = args.show.as_ref().map(Option::as_deref);
            return preview::run(&loaded, shown, args.period.as_deref(), now).await;
        }
        if let Some(name) = &args.now {
            return order::again(&loaded, name, args.period.as_deref(), now).await;
        }
        match (args.retry, args.drop) {
            (Some(id), _) => order::retry(&loaded, id, now).await,
            (None, Some(id)) => order::give_up(&loaded, id, now).await,
            (None, None) => bail!("nothing is asked for"),
        }
    })
}

/// The rule of a name.
fn rule<'l>(loaded: &'l Loaded, name: &str) -> anyhow::Result<&'l DeliverySettings> {
    let rules = &loaded.settings.delivery;
    if let Some(rule) = rules.iter().find(|rule| rule.name.as_str() == name) {
        return Ok(rule);
    }
    let names: Vec<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
    match (names.as_slice(), closest(name, names.iter().copied())) {
        ([], _) => bail!("the configuration has no [[delivery]]"),
        (_, Some(near)) => bail!("there is no [[delivery]] `{name}`; did you mean `{near}`?"),
        (names, None) => bail!(
            "there is no [[delivery]] `{name}`; choose from {}",
            names.join(", ")
        ),
    }
}

/// The period that holds a day, or the latest one that is over.
fn period(schedule: &Schedule, day: Option<&str>, now: DateTime<Utc>) -> anyhow::Result<Due> {
    let Some(day) = day else {
        return schedule.complete(now).context("no period is over yet");
    };
    let day = day
        .parse()
        .with_context(|| format!("--period {day}: write a day, such as 2026-11-16"))?;
    let due = schedule
        .holding(day)
        .with_context(|| format!("no period of this [[delivery]] holds {day}"))?;
    if due.period.moments(schedule.zone).end > now {
        bail!(
            "the period from {} to {} is not over yet",
            due.period.from,
            due.period.last_day()
        );
    }
    Ok(due)
}

async fn open(loaded: &Loaded, access: Access) -> anyhow::Result<Database> {
    let path = &loaded.settings.storage.path;
    aftercall_storage::open(path, access)
        .await
        .context("storage.path")
}

async fn close(store: &Database) {
    store.close().await;
}
