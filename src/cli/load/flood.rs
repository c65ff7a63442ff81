//! `aftercall load --flood`: more calls than anybody can take, none of them acknowledged, and what the others see of it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::ValueEnum;
use serde_json::{Value, json};

use super::{Args, figures, open, seed_of_run, server};
use aftercall_report::{Report, ReportQuery};
use aftercall_storage::Store;
use aftercall_test_phone::flood::{self, Flood, FloodKind, FloodReport};
use aftercall_test_phone::local_address;

/// How long the last counts may take to reach the database.
const SETTLES_WITHIN: Duration = Duration::from_secs(5);

/// What a flood is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FloodWord {
    /// INVITEs whose answers are not acknowledged
    Invite,
    /// INVITEs, each followed by its CANCEL
    Cancel,
    /// OPTIONS
    Options,
}

impl From<FloodWord> for FloodKind {
    fn from(word: FloodWord) -> Self {
        match word {
            FloodWord::Invite => Self::Invite,
            FloodWord::Cancel => Self::Cancel,
            FloodWord::Options => Self::Options,
        }
    }
}

/// Floods; status 1 when a request had no answer or a call is not counted.
pub(super) async fn run(file: &Path, args: &Args, count: usize) -> anyhow::Result<ExitCode> {
    let store = if args.no_check {
        None
    } else {
        Some(open(file, args).await?)
    };
    let destination = args.target.resolve().await?;
    let flood = Flood {
        kind: args.flood_of.into(),
        count,
        rate: args.rate,
        uri: args.target.uri().to_owned(),
        destination,
        local: local_address(destination).await?,
        run: format!("fl{:08x}", seed_of_run()),
        settle: args.settle,
        server: server(args)?,
    };
    let kind = flood.kind;
    let before = match &store {
        Some(store) => Some(known(store).await?),
        None => None,
    };
    let report = tokio::task::spawn_blocking(move || flood::run(&flood)).await??;
    let counted = match (&store, &before) {
        (Some(store), Some(before)) if kind != FloodKind::Options => {
            Some(counted(store, before, report.sent).await?)
        }
        _ => None,
    };
    if args.json {
        writeln!(
            std::io::stdout().lock(),
            "{:#}",
            as_json(&report, counted.as_ref())
        )?;
    } else {
        print(&report, counted.as_ref())?;
    }
    let all_counted = counted.is_none_or(|counted| counted.arrived >= report.sent);
    Ok(if report.unanswered == 0 && all_counted {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// What the report of the service says of the flood.
struct Counted {
    arrived: u64,
    ends: BTreeMap<&'static str, u64>,
}

/// Every call that the report of the service knows of.
async fn known(store: &impl Store) -> anyhow::Result<Counted> {
    let calls = Report::read(store, &ReportQuery::everything()).await?.calls;
    let ends = calls.dispositions.iter();
    Ok(Counted {
        arrived: calls.arrived,
        ends: ends.map(|end| (end.disposition, end.calls)).collect(),
    })
}

/// What was added since `before`: as soon as every call is counted, or when that takes too long.
async fn counted(store: &impl Store, before: &Counted, sent: u64) -> anyhow::Result<Counted> {
    let until = tokio::time::Instant::now() + SETTLES_WITHIN;
    loop {
        let Counted { arrived, mut ends } = known(store).await?;
        let arrived = arrived.saturating_sub(before.arrived);
        if arrived >= sent || tokio::time::Instant::now() >= until {
            store.close().await;
            for (&end, calls) in &before.ends {
                ends.entry(end)
                    .and_modify(|now| *now = now.saturating_sub(*calls));
            }
            ends.retain(|_, calls| *calls > 0);
            return Ok(Counted { arrived, ends });
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn print(report: &FloodReport, counted: Option<&Counted>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "requests        {} sent in {:.1} s",
        report.sent,
        report.sending.as_secs_f64()
    )?;
    writeln!(
        out,
        "answered        {}; {} not answered",
        words(&report.answers),
        report.unanswered
    )?;
    writeln!(
        out,
        "repeated        {}; {} requests of the service",
        words(&report.repeated),
        report.requests_heard
    )?;
    writeln!(
        out,
        "OPTIONS         {}; {} not answered, {} answered with another status than 200",
        report.options, report.options_unanswered, report.options_refused
    )?;
    match counted {
        Some(counted) => writeln!(
            out,
            "counted         {} calls: {}",
            counted.arrived,
            words(&counted.ends)
        )?,
        None => writeln!(out, "counted         not checked")?,
    }
    match report.resident {
        Some(resident) => {
            let [before, most, after] = resident.map(|bytes| bytes as f64 / f64::from(1 << 20));
            writeln!(
                out,
                "server          {before:.1} MB before, {most:.1} MB at the peak, {after:.1} MB afterwards"
            )
        }
        None => writeln!(out, "server          not measured (--server-pid)"),
    }
}

fn words<K: std::fmt::Display>(counts: &BTreeMap<K, u64>) -> String {
    if counts.is_empty() {
        return "nothing".to_owned();
    }
    let words: Vec<String> = counts
        .iter()
        .map(|(word, count)| format!("{count} x {word}"))
        .collect();
    words.join(", ")
}

fn as_json(report: &FloodReport, counted: Option<&Counted>) -> Value {
    json!({
        "sent": report.sent,
        "answers": report.answers,
        "unanswered": report.unanswered,
        "repeated": report.repeated,
        "requests_heard": report.requests_heard,
        "options": figures(report.options),
        "options_unanswered": report.options_unanswered,
        "options_refused": report.options_refused,
        "counted": counted.map(|counted| json!({ "arrived": counted.arrived, "ends": counted.ends })),
        "resident_bytes": report.resident.map(|[before, peak, after]| json!({
            "before": before, "peak": peak, "after": after,
        })),
        "sending_s": report.sending.as_secs_f64(),
    })
}
