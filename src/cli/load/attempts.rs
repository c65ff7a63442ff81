//! `aftercall load --attempts`: calls at their shortest, thousands a second; every row looked up afterwards.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{Args, figures, open, seed_of_run, server, settled, show};
use crate::cli::call::{seed, stop_on_interrupt};
use crate::cli::stored_answers::Comparison;
use aftercall_test_phone::attempts::{self, Attempts, AttemptsReport};
use aftercall_test_phone::load::LoadProgress;
use aftercall_test_phone::{Phone, Usage};

/// What the server used, from before the first attempt to the last row.
struct Cost {
    cpu: Duration,
    cpu_ms_per_attempt: f64,
    before: Usage,
    resident_peak: u64,
}

/// Places the attempts; status 1 when one failed or its row is not there.
pub(super) async fn run(file: &Path, args: &Args, count: usize) -> anyhow::Result<ExitCode> {
    let store = if args.no_check {
        None
    } else {
        Some(open(file, args).await?)
    };
    let seed = args.seed.unwrap_or_else(seed);
    let run = format!("load-{:08x}", seed_of_run());
    let phone = Arc::new(Phone::open(args.line.phone(&args.target, args.threads, seed)).await?);
    let (watch, progress) = mpsc::channel(4);
    let server = server(args)?;
    let before = server.and_then(|server| server.usage().ok());
    let attempts = Attempts {
        count,
        rate: args.rate,
        most: args.concurrent,
        run: run.clone(),
    };
    let driven = attempts::run(phone, attempts, server, watch, stop_on_interrupt());
    let (report, ()) = tokio::join!(driven, show(progress, count));
    let report = report?;
    let comparison = match &store {
        Some(store) => Some(settled(store, &run, &report.placed).await?),
        None => None,
    };
    let after = server.and_then(|server| server.usage().ok());
    let cost = before
        .zip(after)
        .map(|(before, after)| cost(before, after, &report));
    if args.json {
        let object = as_json(&report, comparison.as_ref(), cost.as_ref());
        writeln!(std::io::stdout().lock(), "{object:#}")?;
    } else {
        print(&report, comparison.as_ref(), cost.as_ref())?;
    }
    let good = report.progress.completed == count && comparison.as_ref().is_none_or(Comparison::all_right);
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn cost(before: Usage, after: Usage, report: &AttemptsReport) -> Cost {
    let cpu = after.cpu.saturating_sub(before.cpu);
    Cost {
        cpu,
        cpu_ms_per_attempt: cpu.as_secs_f64() * 1_000.0 / report.progress.started.max(1) as f64,
        before,
        resident_peak: report.resident_peak.max(after.resident_bytes),
    }
}

fn print(
    report: &AttemptsReport,
    comparison: Option<&Comparison>,
    cost: Option<&Cost>,
) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let LoadProgress {
        started,
        completed,
        failed,
        ..
    } = report.progress;
    writeln!(
        out,
        "attempts        {started} placed, {completed} thanked, {failed} failed, {} on at the peak",
        report.peak
    )?;
    for (kind, count) in &report.failures {
        writeln!(out, "                {count} x {kind}")?;
    }
    for advice in &report.advice {
        writeln!(out, "                {advice}")?;
    }
    writeln!(
        out,
        "reached         {:.0} a second over {:.1} s",
        report.per_second(),
        report.wall.as_secs_f64()
    )?;
    print_rows(&mut out, comparison)?;
    writeln!(out, "set-up          {}", report.set_up)?;
    writeln!(out, "thank-you       {} (after the 200)", report.thanks)?;
    let megabytes = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    match cost {
        Some(cost) => {
            writeln!(
                out,
                "server          {:.3} ms of CPU per attempt ({:.2} s in all), {:.1} MB before, {:.1} MB at the peak",
                cost.cpu_ms_per_attempt,
                cost.cpu.as_secs_f64(),
                megabytes(cost.before.resident_bytes),
                megabytes(cost.resident_peak)
            )?;
        }
        None => writeln!(out, "server          not measured (--server-pid)")?,
    }
    let own = report.own_cpu.as_secs_f64() * 1_000.0 / started.max(1) as f64;
    writeln!(out, "caller          {own:.3} ms of CPU per attempt")
}

fn print_rows(out: &mut impl Write, comparison: Option<&Comparison>) -> std::io::Result<()> {
    let Some(found) = comparison else {
        return writeln!(out, "rows            not checked");
    };
    let words = |counts: &std::collections::BTreeMap<&'static str, usize>| {
        let words: Vec<String> = counts
            .iter()
            .map(|(word, count)| format!("{count} {word}"))
            .collect();
        words.join(", ")
    };
    writeln!(
        out,
        "rows            {} of {} stored once; decisions: {}; ends: {}",
        found.calls - found.deviating,
        found.calls,
        words(&found.decisions),
        words(&found.dispositions)
    )?;
    for deviation in &found.deviations {
        writeln!(out, "                {deviation}")?;
    }
    Ok(())
}

fn as_json(report: &AttemptsReport, comparison: Option<&Comparison>, cost: Option<&Cost>) -> Value {
    let LoadProgress {
        started,
        completed,
        failed,
        ..
    } = report.progress;
    json!({
        "placed": started,
        "thanked": completed,
        "failed": failed,
        "failures": report.failures,
        "advice": report.advice,
        "peak_concurrent": report.peak,
        "per_second": report.per_second(),
        "rows": comparison.map(|found| json!({
            "stored_once": found.calls - found.deviating,
            "deviations": found.deviations,
            "stored_decisions": found.decisions,
            "stored_ends": found.dispositions,
        })),
        "set_up": figures(report.set_up),
        "thank_you": figures(report.thanks),
        "server": cost.map(|cost| json!({
            "cpu_s": cost.cpu.as_secs_f64(),
            "cpu_ms_per_attempt": cost.cpu_ms_per_attempt,
            "resident_before_bytes": cost.before.resident_bytes,
            "resident_peak_bytes": cost.resident_peak,
        })),
        "caller_cpu_s": report.own_cpu.as_secs_f64(),
        "wall_s": report.wall.as_secs_f64(),
    })
}
