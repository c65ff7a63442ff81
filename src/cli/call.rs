//! `aftercall call`: place a test call, listen to the prompts, press keys, report what happened.

mod stored;
mod words;

use std::io::Write;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args as ClapArgs, ValueEnum};
use nix::unistd::{AccessFlags, eaccess};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde_json::json;
use tokio::sync::mpsc;

use self::stored::Stored;
use crate::cli::start::{runtime, say};
use aftercall_audio::prompts::{self, Prompt};
use aftercall_base::count::counted;
use aftercall_base::parse_duration;
use aftercall_rtp::sdp::{AddressFamilies, Capabilities, Codec, Ptime, SrtpPolicy};
use aftercall_rtp::srtp::Suite;
use aftercall_runtime::lifecycle::{self, Shutdown};
use aftercall_sip::event::Transport;
use aftercall_test_phone::{
    CallPlan, CallRecord, DtmfMethod, Failure, KeySequence, KeyTiming, OfferMode, Phone, PhoneConfig, Target,
    TimedStep, advice, synthetic_speech,
};

/// Steps that may wait for the terminal.
const STEPS: usize = 256;

/// Options of `call`.
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Whom to call: sip:user@host, with :port and ;transport=tcp where needed
    #[arg(value_name = "URI")]
    target: Target,
    /// Keys to press, one group for each prompt: 9,5,4 answers three questions, 10 presses 1 and 0, - presses nothing,
    /// say speaks and say# presses # behind it
    #[arg(
        long,
        default_value = "",
        hide_default_value = true,
        allow_hyphen_values = true
    )]
    keys: KeySequence,
    /// Press into the prompts instead of after them
    #[arg(long)]
    barge_in: bool,
    /// How keys travel; in-band also offers no telephone-event
    #[arg(long, value_enum, default_value = "rfc4733")]
    dtmf: DtmfWord,
    /// A header of the INVITE, for example 'X-Queue: sales'; may be repeated
    #[arg(long = "header", value_name = "HEADER", value_parser = words::header)]
    headers: Vec<(String, String)>,
    /// The caller: +358401234567, tel:+358401234567 or sip:+358401234567@example.org
    #[arg(long, value_name = "NUMBER|URI", value_parser = words::caller, allow_hyphen_values = true)]
    from: Option<String>,
    /// Hang up this long after the answer: 5s, 700ms
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    hangup_after: Option<Duration>,
    /// Write what is heard to a WAV file
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    #[command(flatten)]
    say: SayArgs,
    /// Let the other side make the offer
    #[arg(long)]
    delayed_offer: bool,
    #[command(flatten)]
    line: LineArgs,
    /// One JSON object instead of lines
    #[arg(long)]
    json: bool,
}

impl Args {
    /// Whether the call could be placed with these options.
    ///
    /// # Errors
    /// What is wrong with them.
    #[cfg(test)]
    pub(super) fn check(&self) -> anyhow::Result<()> {
        order(self).map(drop)
    }
}

/// What `call` and `load` say where the keys have `say`.
#[derive(Debug, ClapArgs)]
pub(super) struct SayArgs {
    /// What is said where the keys have say: a sound file
    #[arg(long, value_name = "FILE")]
    say: Option<PathBuf>,
    /// Play N seconds of speech-like noise instead of a file
    #[arg(long, value_name = "N", conflicts_with = "say")]
    say_seconds: Option<u16>,
}

impl SayArgs {
    /// What is said; `None` when neither option is there, which is an error where the keys `speak`.
    pub(super) fn speech(&self, speak: bool, seed: u64) -> anyhow::Result<Option<Arc<Prompt>>> {
        let prompt = match (&self.say, self.say_seconds) {
            (Some(file), _) => {
                prompts::load(file).map_err(|reason| anyhow::anyhow!("--say {}: {reason}", file.display()))?
            }
            (None, Some(seconds)) => {
                let duration = Duration::from_secs(u64::from(seconds));
                let sound = synthetic_speech(duration, &mut SmallRng::seed_from_u64(seed));
                Prompt::new(PathBuf::from("--say-seconds"), &sound)?
            }
            (None, None) if speak => return Err(Failure::NothingToSay.into()),
            (None, None) => return Ok(None),
        };
        Ok(Some(Arc::new(prompt)))
    }
}

/// What `call` and `load` say about the line.
#[derive(Debug, ClapArgs)]
pub(super) struct LineArgs {
    /// Transport of SIP
    #[arg(long, value_enum)]
    transport: Option<TransportWord>,
    /// Offer only this codec: PCMU, PCMA, G722 or opus
    #[arg(long, value_parser = words::codec)]
    codec: Option<Codec>,
    /// Milliseconds of audio wanted in a packet: 10, 20, 30, 40 or 60
    #[arg(long, value_name = "MS", value_parser = words::ptime, default_value = "20")]
    ptime: Ptime,
    /// Protect the audio by SRTP: by this suite only, or by the first of all four that the other side takes
    #[arg(long, value_name = "SUITE", num_args = 0..=1, require_equals = true)]
    srtp: Option<Option<Suite>>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum TransportWord {
    Udp,
    Tcp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DtmfWord {
    /// Telephone-events in RTP
    Rfc4733,
    /// Tones in the audio
    InBand,
    /// SIP INFO
    Info,
}

impl LineArgs {
    /// A telephone that calls `target`, with this many media threads.
    pub(super) fn phone(&self, target: &Target, threads: usize, seed: u64) -> PhoneConfig {
        PhoneConfig {
            target: target.clone(),
            transport: self.transport.map(|word| match word {
                TransportWord::Udp => Transport::Udp,
                TransportWord::Tcp => Transport::Tcp,
            }),
            capabilities: Capabilities {
                codecs: self
                    .codec
                    .map_or_else(|| vec![Codec::Pcmu, Codec::Pcma], |codec| vec![codec]),
                telephone_event: Some(101),
                ptime: self.ptime,
                rtcp_mux: true,
                families: AddressFamilies::Both,
                loopback: true,
                srtp: match self.srtp {
                    None => SrtpPolicy::Off,
                    Some(_) => SrtpPolicy::Required,
                },
                suites: self
                    .srtp
                    .flatten()
                    .map_or_else(|| Suite::ALL.to_vec(), |one| vec![one]),
            },
            threads,
            seed,
        }
    }
}

/// Places the call; status 1 when it failed, or when the service has stored something else than was pressed.
pub(super) fn run(file: &Path, args: &Args) -> anyhow::Result<ExitCode> {
    let runtime = runtime()?;
    let placed = runtime.block_on(place(args))?;
    let Placed {
        mut record,
        target,
        local,
    } = placed;
    let (stored, not_compared) = match stored::find(&runtime, file, &record, target, local) {
        Some(Ok(stored)) => (Some(stored), None),
        Some(Err(reason)) => (None, Some(reason.to_string())),
        None => (None, None),
    };
    if let Some(difference) = stored.as_ref().and_then(|stored| stored.difference(&record)) {
        record.failure.get_or_insert(difference);
    }
    let advice = record.failure.as_ref().and_then(|failure| advice(failure, local));
    if args.json {
        print_json(
            &record,
            stored.as_ref(),
            not_compared.as_deref(),
            advice.as_deref(),
        )?;
    } else {
        print_end(&record, stored.as_ref(), advice.as_deref())?;
    }
    if let Some(reason) = not_compared {
        say(&format!("not compared: {reason}"));
    }
    Ok(if record.failure.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A call that is over, and between whom it was.
struct Placed {
    record: CallRecord,
    /// Where it went, and how.
    target: (SocketAddr, Transport),
    /// Our own address, which the service sees.
    local: IpAddr,
}

async fn place(args: &Args) -> anyhow::Result<Placed> {
    // What is wrong with the command line is told before anything is sent.
    let order = order(args)?;
    let mut config = args.line.phone(&args.target, 1, seed());
    if args.dtmf == DtmfWord::InBand {
        config.capabilities.telephone_event = None;
    }
    let phone = Phone::open(config).await?;
    let stop = stop_on_interrupt();
    let (watcher, steps) = mpsc::channel(STEPS);
    let call = async { phone.call(&order, Some(watcher), stop).await };
    let (record, told) = tokio::join!(call, print_steps(steps, args.json));
    told?;
    let (target, local) = (phone.destination(), phone.local());
    phone.close().await;
    Ok(Placed {
        record,
        target,
        local,
    })
}

fn order(args: &Args) -> anyhow::Result<CallPlan> {
    if let Some(file) = &args.record {
        may_record(file).map_err(|reason| anyhow::anyhow!("--record {}: {reason}", file.display()))?;
    }
    Ok(CallPlan {
        say: args.say.speech(args.keys.speak(), seed())?,
        from: args.from.clone(),
        headers: args.headers.clone(),
        keys: args.keys.clone(),
        key_timing: if args.barge_in {
            KeyTiming::BargeIn
        } else {
            KeyTiming::AfterPrompt
        },
        dtmf_method: match args.dtmf {
            DtmfWord::Rfc4733 => DtmfMethod::TelephoneEvent,
            DtmfWord::InBand => DtmfMethod::InBand,
            DtmfWord::Info => DtmfMethod::Info,
        },
        offer: if args.delayed_offer {
            OfferMode::Delayed
        } else {
            OfferMode::InInvite
        },
        hang_up_after: args.hangup_after,
        record: args.record.clone(),
    })
}

/// Whether what is heard could be written to this file: after the call it would be lost.
fn may_record(file: &Path) -> Result<(), String> {
    let directory = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    if file.is_dir() {
        return Err("is a directory; name a file in it".to_owned());
    }
    if !directory.is_dir() {
        return Err(format!("there is no directory {}", directory.display()));
    }
    let (written, rights) = match file.exists() {
        true => (file, AccessFlags::W_OK),
        false => (directory, AccessFlags::W_OK | AccessFlags::X_OK),
    };
    eaccess(written, rights).map_err(|_| format!("this user may not write {}", written.display()))
}

/// A signal that Ctrl-C or a SIGTERM gives.
pub(super) fn stop_on_interrupt() -> Shutdown {
    let (trigger, stop) = lifecycle::shutdown();
    lifecycle::spawn("interrupt", async move {
        // Without a signal handler there is nothing to wait for, and nothing to stop.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        trigger.trigger();
    });
    stop
}

/// Randomness for one run of the test caller.
#[expect(
    clippy::disallowed_methods,
    reason = "the test caller has its composition root here"
)]
pub(super) fn seed() -> u64 {
    rand::random()
}

async fn print_steps(mut steps: mpsc::Receiver<TimedStep>, quiet: bool) -> std::io::Result<()> {
    while let Some(timed) = steps.recv().await {
        if !quiet {
            print_step(&timed)?;
        }
    }
    Ok(())
}

fn print_step(timed: &TimedStep) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:>9.3} s  {}", timed.at.as_secs_f64(), timed.step)?;
    out.flush()
}

#[expect(clippy::print_stderr, reason = "the command line talks to the terminal")]
fn print_end(record: &CallRecord, stored: Option<&Stored>, advice: Option<&str>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if record.set_up.is_some() {
        let media = &record.media;
        let jitter_ms = media.jitter.as_secs_f64() * 1_000.0;
        writeln!(
            out,
            "RTP: {} sent, {} received, {} lost, jitter {jitter_ms:.1} ms; {} heard in {:.1} s",
            counted(media.packets_sent, "packet"),
            media.packets_received,
            media.packets_lost,
            counted(record.prompts, "prompt"),
            record.talked.as_secs_f64(),
        )?;
    }
    if let Some(stored) = stored {
        writeln!(out, "stored: {stored}")?;
    }
    out.flush()?;
    match &record.failure {
        Some(failure) => {
            eprintln!("aftercall: {failure}");
            if let Some(advice) = advice {
                eprintln!("{advice}");
            }
        }
        None => writeln!(out, "done")?,
    }
    Ok(())
}

fn print_json(
    record: &CallRecord,
    stored: Option<&Stored>,
    not_compared: Option<&str>,
    advice: Option<&str>,
) -> std::io::Result<()> {
    let steps: Vec<_> = record
        .steps
        .iter()
        .map(|timed| json!({ "at_s": timed.at.as_secs_f64(), "what": timed.step.to_string() }))
        .collect();
    let media = &record.media;
    let value = json!({
        "ok": record.failure.is_none(),
        "failure": record.failure.as_ref().map(ToString::to_string),
        "advice": advice,
        "steps": steps,
        "set_up_s": record.set_up.map(|set_up| set_up.as_secs_f64()),
        "talked_s": record.talked.as_secs_f64(),
        "prompts_heard": record.prompts,
        "presses": record.presses,
        "pressed": record.pressed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "stored": stored.map(Stored::as_json),
        "not_compared": not_compared,
        "key_to_next_prompt_s": record.turns.iter().map(Duration::as_secs_f64).collect::<Vec<_>>(),
        "rtp": {
            "packets_sent": media.packets_sent,
            "packets_received": media.packets_received,
            "packets_lost": media.packets_lost,
            "jitter_s": media.jitter.as_secs_f64(),
            "remote_loss": media.remote_loss,
        },
    });
    writeln!(std::io::stdout().lock(), "{value:#}")
}
