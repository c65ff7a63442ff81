//! `aftercall load`: place many test calls, check every stored answer, measure the server and the machine.

mod attempts;
mod flood;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use clap::Args as ClapArgs;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use self::flood::FloodWord;
use super::call::{LineArgs, SayArgs, seed, stop_on_interrupt};
use crate::cli::start::say;
use crate::cli::stored_answers::{Comparison, compare};
use crate::config;
use crate::engine::LoadedContent;
use aftercall_base::parse_duration;
use aftercall_runtime::descriptors;
use aftercall_storage::{Access, Database, Store};
use aftercall_test_phone::load::{self, Load, LoadProgress, LoadReport, PlacedCall, ServerCost};
use aftercall_test_phone::socket_baseline::{self, Addressing};
use aftercall_test_phone::{CallPlan, Figures, KeyChoice, Phone, Process, Target, shortest_initial_silence};

/// How long after the last call its end may take to reach the database.
const SETTLES_WITHIN: Duration = Duration::from_secs(10);

/// Options of `load`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// How many calls
    #[arg(long, default_value_t = 500)]
    calls: usize,
    /// Instead of surveys: this many calls at their shortest, each hung up as soon as its thank-you is heard, in plain
    /// G.711; for a route that surveys one call in very many
    #[arg(long, value_name = "N", conflicts_with_all = ["calls", "keys", "bare_sockets", "codec", "srtp"])]
    attempts: Option<usize>,
    /// Instead of calls: this many requests that nobody acknowledges, to a service of your own, with OPTIONS at the same time;
    /// reports what is answered, repeated and counted
    #[arg(long, value_name = "N", conflicts_with_all = ["calls", "attempts", "keys", "bare_sockets", "codec", "srtp"])]
    flood: Option<usize>,
    /// What the flood is made of
    #[arg(
        long,
        value_enum,
        default_value = "invite",
        requires = "flood",
        hide_default_value = true
    )]
    flood_of: FloodWord,
    /// How long to listen after a flood; 40 s hold every repetition
    #[arg(long, value_name = "TIME", default_value = "40s", value_parser = parse_duration)]
    settle: Duration,
    /// Calls started a second
    #[arg(long, default_value_t = 50.0, value_parser = rate)]
    rate: f64,
    /// Maximum number of concurrent calls
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    concurrent: usize,
    /// Keys of every call as in `call`, or random, or random:0-10,1-5 with the range of each answer
    #[arg(long, default_value = "random")]
    keys: KeyChoice,
    /// Whom to call
    #[arg(long, value_name = "URI", default_value = "sip:nps@127.0.0.1")]
    target: Target,
    /// The server's process, to measure its CPU and memory
    #[arg(long, value_name = "PID")]
    server_pid: Option<u32>,
    /// The server's database; the configured one by default
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// Do not look at the stored answers
    #[arg(long, conflicts_with = "database")]
    no_check: bool,
    /// Draws the random keys; printed, so that a run can be repeated
    #[arg(long)]
    seed: Option<u64>,
    /// With --server-pid, how long to measure bare sockets after the run: what the machine asks for the same packets; 0s
    /// to leave it out
    #[arg(long, value_name = "TIME", default_value = "4s", value_parser = parse_duration)]
    bare_sockets: Duration,
    /// Media threads of the caller
    #[arg(long, default_value_t = 1)]
    threads: usize,
    #[command(flatten)]
    say: SayArgs,
    #[command(flatten)]
    line: LineArgs,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

/// Places the calls; status 1 when one failed or an answer differs.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    // Without the higher limit the sockets of many calls fail one by one, and say so themselves.
    let _raised = descriptors::raise_limit().is_ok();
    // Two threads of its own would take the processor from the server that is measured.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        if let Some(count) = args.flood {
            return flood::run(file, args, count).await;
        }
        if let Some(count) = args.attempts {
            return attempts::run(file, args, count).await;
        }
        let store = if args.no_check {
            None
        } else {
            Some(open(file, args).await?)
        };
        let seed = args.seed.unwrap_or_else(seed);
        let run = format!("load-{:08x}", seed_of_run());
        let phone = Arc::new(Phone::open(args.line.phone(&args.target, args.threads, seed)).await?);
        let (watch, progress) = mpsc::channel(4);
        let load = load(args, &run, seed)?;
        let driven = load::run(phone, load, watch, stop_on_interrupt());
        let (report, ()) = tokio::join!(driven, show(progress, args.calls));
        let comparison = match &store {
            Some(store) => Some(settled(store, &run, &report.placed).await?),
            None => None,
        };
        let machine = Machine {
            bare_sockets: bare_sockets(args, &report).await,
            lead: lead(file),
        };
        if args.json {
            let object = as_json(&report, comparison.as_ref(), &machine, seed);
            writeln!(std::io::stdout().lock(), "{object:#}")?;
        } else {
            print(&report, comparison.as_ref(), &machine, seed)?;
        }
        let good = report.progress.failed == 0
            && report.progress.completed == args.calls
            && comparison.as_ref().is_none_or(Comparison::all_right);
        Ok(if good {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    })
}

/// Names this run apart from a former one with the same seed, whose rows may still be there.
fn seed_of_run() -> u32 {
    (seed() & u64::from(u32::MAX)) as u32
}

/// What a run is compared with.
struct Machine {
    /// CPU time of a call-second of bare sockets.
    bare_sockets: Option<Duration>,
    /// The silence that prompts begin with.
    lead: Option<Duration>,
}

/// What the packets of this run cost without a service. After it: both would share the machine.
async fn bare_sockets(args: &Args, report: &LoadReport) -> Option<Duration> {
    let (calls, length) = (report.peak, args.bare_sockets);
    if report.server.is_none() || length.is_zero() || calls == 0 {
        return None;
    }
    let measured =
        tokio::task::spawn_blocking(move || socket_baseline::measure(calls, length, Addressing::default()));
    match measured.await.ok()? {
        Ok(cost) => Some(cost),
        Err(error) => {
            say(&format!("bare sockets are not measured: {error}"));
            None
        }
    }
}

/// The silence that the prompts of the same configuration begin with, in the language that `load` is asked in.
fn lead(file: &Path) -> Option<Duration> {
    let (content, _) = LoadedContent::load(&config::load(file));
    shortest_initial_silence(&content.prompts, "en")
}

/// The server's process, which must be there.
fn server(args: &Args) -> anyhow::Result<Option<Process>> {
    let Some(pid) = args.server_pid else {
        return Ok(None);
    };
    let server = Process::new(pid);
    server.usage().with_context(|| format!("--server-pid {pid}"))?;
    Ok(Some(server))
}

fn load(args: &Args, run: &str, seed: u64) -> anyhow::Result<Load> {
    Ok(Load {
        calls: args.calls,
        rate: args.rate,
        most: args.concurrent,
        keys: args.keys.clone(),
        seed,
        run: run.to_owned(),
        plan: CallPlan {
            say: args.say.speech(args.keys.speaks(), seed)?,
            ..CallPlan::default()
        },
        server: server(args)?,
    })
}

async fn open(file: &Path, args: &Args) -> anyhow::Result<Database> {
    let path = args
        .database
        .clone()
        .unwrap_or_else(|| config::load(file).settings.storage.path);
    let opened = aftercall_storage::open(&path, Access::Read).await;
    opened.context(
        "the server's database is needed to check the answers; name it with --database, or use --no-check",
    )
}

/// Compares as soon as every call's end is stored, or when that takes too long.
async fn settled(store: &Database, run: &str, placed: &[PlacedCall]) -> anyhow::Result<Comparison> {
    let until = tokio::time::Instant::now() + SETTLES_WITHIN;
    let prefix = format!("{run}-");
    loop {
        let traces = store.call_traces(&prefix).await?;
        let ended = traces.iter().filter(|trace| trace.disposition.is_some()).count();
        if ended >= placed.len() || tokio::time::Instant::now() >= until {
            store.close().await;
            return Ok(compare(placed, &traces));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[expect(clippy::print_stderr, reason = "the command line talks to the terminal")]
async fn show(mut progress: mpsc::Receiver<LoadProgress>, calls: usize) {
    let mut second = 0;
    while let Some(now) = progress.recv().await {
        let LoadProgress {
            started,
            on,
            completed,
            failed,
        } = now;
        eprintln!(
            "{second:>4} s  started {started} of {calls}, on {on}, completed {completed}, failed {failed}"
        );
        second += 1;
    }
}

fn print(
    report: &LoadReport,
    comparison: Option<&Comparison>,
    machine: &Machine,
    seed: u64,
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
        "calls           {started} placed, {completed} completed, {failed} failed, {} on at the peak",
        report.peak
    )?;
    for (kind, count) in &report.failures {
        writeln!(out, "                {count} x {kind}")?;
    }
    for advice in &report.advice {
        writeln!(out, "                {advice}")?;
    }
    print_answers(&mut out, comparison)?;
    let loss = report.loss() * 100.0;
    writeln!(
        out,
        "RTP heard       {} packets, {} lost ({loss:.4} %)",
        report.packets_received, report.packets_lost
    )?;
    let remote = report
        .worst_remote_loss
        .map_or("not reported".to_owned(), |share| {
            format!("{:.2} % at worst", share * 100.0)
        });
    writeln!(
        out,
        "RTP sent        {} packets, {} skipped here, lost as the server reports: {remote}",
        report.packets_sent, report.late_here
    )?;
    writeln!(out, "pacing error    {}", report.pacing)?;
    writeln!(out, "set-up          {}", report.set_up)?;
    writeln!(out, "key to prompt   {}", report.turn)?;
    if let Some(lead) = machine.lead.filter(|_| report.turn.count > 0) {
        let net = report.turn.without(lead);
        writeln!(
            out,
            "                {net} to its first packet: prompts begin with {} ms of silence",
            lead.as_millis()
        )?;
    }
    match &report.server {
        Some(cost) => print_server(&mut out, cost, machine.bare_sockets)?,
        None => writeln!(out, "server          not measured (--server-pid)")?,
    }
    let own = report.own_cpu.as_secs_f64() * 1_000.0 / report.call_seconds.max(1.0);
    writeln!(out, "caller          {own:.3} ms of CPU per call-second")?;
    writeln!(
        out,
        "took            {:.1} s, {:.0} call-seconds, seed {seed}",
        report.wall.as_secs_f64(),
        report.call_seconds
    )
}

fn print_answers(out: &mut impl Write, comparison: Option<&Comparison>) -> std::io::Result<()> {
    let Some(found) = comparison else {
        return writeln!(out, "answers         not checked");
    };
    let Comparison {
        calls,
        expected,
        right,
        deviating,
        ..
    } = found;
    writeln!(
        out,
        "answers         {right} of {expected} stored as pressed, {deviating} of {calls} calls deviate"
    )?;
    for deviation in &found.deviations {
        writeln!(out, "                {deviation}")?;
    }
    let ends: Vec<String> = found
        .dispositions
        .iter()
        .map(|(end, count)| format!("{count} {end}"))
        .collect();
    writeln!(out, "stored ends     {}", ends.join(", "))
}

fn print_server(
    out: &mut impl Write,
    cost: &ServerCost,
    bare_sockets: Option<Duration>,
) -> std::io::Result<()> {
    writeln!(
        out,
        "server          {:.3} ms of CPU per call-second ({:.2} s in all)",
        cost.cpu_ms_per_call_second,
        cost.cpu.as_secs_f64()
    )?;
    if let Some(bare) = bare_sockets {
        let bare_ms = bare.as_secs_f64() * 1_000.0;
        writeln!(
            out,
            "bare sockets    {bare_ms:.3} ms of CPU per call-second; the server is {:.2} times that",
            cost.cpu_ms_per_call_second / bare_ms.max(f64::MIN_POSITIVE)
        )?;
    }
    writeln!(
        out,
        "server memory   {:.1} KB per call ({:.1} MB before, {:.1} MB at the peak)",
        cost.bytes_per_call / 1_024.0,
        cost.resident_before as f64 / f64::from(1 << 20),
        cost.resident_peak as f64 / f64::from(1 << 20)
    )
}

fn as_json(report: &LoadReport, comparison: Option<&Comparison>, machine: &Machine, seed: u64) -> Value {
    let LoadProgress {
        started,
        completed,
        failed,
        ..
    } = report.progress;
    json!({
        "placed": started,
        "completed": completed,
        "failed": failed,
        "failures": report.failures,
        "advice": report.advice,
        "peak_concurrent": report.peak,
        "answers": comparison.map(|found| json!({
            "expected": found.expected,
            "right": found.right,
            "calls_deviating": found.deviating,
            "deviations": found.deviations,
            "stored_ends": found.dispositions,
        })),
        "rtp": {
            "received": report.packets_received,
            "lost": report.packets_lost,
            "loss_share": report.loss(),
            "sent": report.packets_sent,
            "skipped_here": report.late_here,
            "worst_remote_loss_share": report.worst_remote_loss,
        },
        "pacing_error": figures(report.pacing),
        "set_up": figures(report.set_up),
        "key_to_prompt": figures(report.turn),
        "prompt_lead_ms": machine.lead.map(|lead| lead.as_secs_f64() * 1_000.0),
        "bare_sockets_cpu_ms_per_call_second": machine.bare_sockets.map(|cost| cost.as_secs_f64() * 1_000.0),
        "server": report.server.map(|cost| json!({
            "cpu_s": cost.cpu.as_secs_f64(),
            "cpu_ms_per_call_second": cost.cpu_ms_per_call_second,
            "resident_before_bytes": cost.resident_before,
            "resident_peak_bytes": cost.resident_peak,
            "bytes_per_call": cost.bytes_per_call,
        })),
        "caller_cpu_s": report.own_cpu.as_secs_f64(),
        "wall_s": report.wall.as_secs_f64(),
        "call_seconds": report.call_seconds,
        "seed": seed,
    })
}

fn figures(figures: Figures) -> Value {
    let ms = |duration: Duration| duration.as_secs_f64() * 1_000.0;
    json!({ "count": figures.count, "p50_ms": ms(figures.p50), "p99_ms": ms(figures.p99), "max_ms": ms(figures.max) })
}

fn rate(text: &str) -> Result<f64, String> {
    let parsed = text
        .parse()
        .ok()
        .filter(|rate: &f64| rate.is_finite() && *rate > 0.0);
    parsed.ok_or_else(|| "write a number of calls per second above 0".to_owned())
}

#[cfg(test)]
mod tests {
    use super::rate;

    #[test]
    fn rate_is_a_positive_number() {
        assert_eq!(rate("50"), Ok(50.0));
        assert_eq!(rate("0.5"), Ok(0.5));
        for text in ["0", "-1", "inf", "NaN", "x"] {
            assert!(rate(text).is_err(), "{text}");
        }
    }
}
