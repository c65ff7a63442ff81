//! `aftercall call`: place a test call, hear the prompts, press keys, tell what happened.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args as ClapArgs, ValueEnum};
use rand::SeedableRng;
use rand::rngs::SmallRng;
use serde_json::json;
use tokio::sync::mpsc;

use super::runtime;
use crate::caller::{
    CallRecord, Failure, KeyPath, Keys, Noted, OfferIn, Order, Phone, PhoneConfig, Style, Target, advice,
    synthetic_speech,
};
use crate::lifecycle::{self, Shutdown};
use crate::prompts::{self, Prompt};
use crate::rtp::srtp::Suite;
use crate::sdp::{AddressFamilies, Capabilities, Codec, Ptime, SrtpPolicy};
use crate::sip::event::Transport;
use crate::survey::parse_duration;

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
    keys: Keys,
    /// Press into the prompts instead of after them
    #[arg(long)]
    barge_in: bool,
    /// How keys travel; in-band also offers no telephone-event
    #[arg(long, value_enum, default_value = "rfc4733")]
    dtmf: DtmfWord,
    /// A header of the INVITE, for example 'X-Queue: sales'; may be repeated
    #[arg(long = "header", value_name = "HEADER", value_parser = header)]
    headers: Vec<(String, String)>,
    /// The caller: sip:+358401234567@example.org
    #[arg(long, value_name = "URI", value_parser = sip_uri)]
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

/// What `call` and `load` say where the keys have `say`.
#[derive(Debug, ClapArgs)]
pub(super) struct SayArgs {
    /// What is said where the keys have say: a sound file
    #[arg(long, value_name = "FILE")]
    say: Option<PathBuf>,
    /// Say noise with the rhythm of speech for so many seconds instead
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
    #[arg(long, value_parser = codec)]
    codec: Option<Codec>,
    /// Milliseconds of audio wanted in a packet: 10, 20, 30, 40 or 60
    #[arg(long, value_name = "MS", value_parser = ptime, default_value = "20")]
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

/// Places the call; status 1 when it failed.
pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    runtime()?.block_on(async {
        let mut config = args.line.phone(&args.target, 1, seed());
        if args.dtmf == DtmfWord::InBand {
            config.capabilities.telephone_event = None;
        }
        let phone = Phone::open(config).await?;
        let stop = stop_on_interrupt();
        let (watcher, steps) = mpsc::channel(STEPS);
        let order = order(args)?;
        let call = async { phone.call(&order, Some(watcher), stop).await };
        let (record, told) = tokio::join!(call, tell(steps, args.json));
        told?;
        let local = phone.local();
        phone.close().await;
        let advice = record.failure.as_ref().and_then(|failure| advice(failure, local));
        if args.json {
            print_json(&record, advice.as_deref())?;
        } else {
            print_end(&record, advice.as_deref())?;
        }
        Ok(if record.failure.is_none() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    })
}

fn order(args: &Args) -> anyhow::Result<Order> {
    Ok(Order {
        say: args.say.speech(args.keys.speak(), seed())?,
        from: args.from.clone(),
        headers: args.headers.clone(),
        keys: args.keys.clone(),
        style: if args.barge_in {
            Style::BargeIn
        } else {
            Style::AfterPrompt
        },
        key_path: match args.dtmf {
            DtmfWord::Rfc4733 => KeyPath::TelephoneEvent,
            DtmfWord::InBand => KeyPath::InBand,
            DtmfWord::Info => KeyPath::Info,
        },
        offer: if args.delayed_offer {
            OfferIn::Answer
        } else {
            OfferIn::Invite
        },
        hang_up_after: args.hangup_after,
        record: args.record.clone(),
    })
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

async fn tell(mut steps: mpsc::Receiver<Noted>, quiet: bool) -> std::io::Result<()> {
    while let Some(noted) = steps.recv().await {
        if !quiet {
            print_step(&noted)?;
        }
    }
    Ok(())
}

fn print_step(noted: &Noted) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:>9.3} s  {}", noted.at.as_secs_f64(), noted.step)?;
    out.flush()
}

#[expect(clippy::print_stderr, reason = "the command line talks to the terminal")]
fn print_end(record: &CallRecord, advice: Option<&str>) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if record.set_up.is_some() {
        let media = &record.media;
        let jitter_ms = media.jitter.as_secs_f64() * 1_000.0;
        writeln!(
            out,
            "RTP: {} packets sent, {} received, {} lost, jitter {jitter_ms:.1} ms; {} prompts heard in {:.1} s",
            media.packets_sent,
            media.packets_received,
            media.packets_lost,
            record.prompts,
            record.talked.as_secs_f64(),
        )?;
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

fn print_json(record: &CallRecord, advice: Option<&str>) -> std::io::Result<()> {
    let steps: Vec<_> = record
        .steps
        .iter()
        .map(|noted| json!({ "at_s": noted.at.as_secs_f64(), "what": noted.step.to_string() }))
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

/// `Name: value`, without line breaks, which would end the header.
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("a header is written as 'Name: value'")?;
    let name = name.trim();
    let sound = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte));
    if !sound || value.chars().any(char::is_control) {
        return Err("a header is written as 'Name: value', in one line".to_owned());
    }
    Ok((name.to_owned(), value.trim().to_owned()))
}

fn sip_uri(text: &str) -> Result<String, String> {
    let known = ["sip:", "sips:", "tel:"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    match known
        && !text
            .contains(|symbol: char| symbol.is_whitespace() || symbol.is_control() || "<>\"".contains(symbol))
    {
        true => Ok(text.to_owned()),
        false => Err("write a URI, for example sip:+358401234567@example.org".to_owned()),
    }
}

fn ptime(text: &str) -> Result<Ptime, String> {
    let wanted: Option<u32> = text.parse().ok();
    Ptime::ALL
        .into_iter()
        .find(|ptime| Some(ptime.millis()) == wanted)
        .ok_or_else(|| "choose 10, 20, 30, 40 or 60".to_owned())
}

fn codec(text: &str) -> Result<Codec, String> {
    Codec::named(text).ok_or_else(|| "choose PCMU, PCMA, G722 or opus".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{header, ptime, sip_uri};

    #[test]
    fn header_is_name_and_value_in_one_line() {
        assert_eq!(
            header("X-Queue: sales"),
            Ok(("X-Queue".to_owned(), "sales".to_owned()))
        );
        assert_eq!(
            header("X-Note:a: b"),
            Ok(("X-Note".to_owned(), "a: b".to_owned()))
        );
        for text in ["X-Queue", ": sales", "X Queue: a", "X-Queue: a\r\nX-Agent: b"] {
            assert!(header(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn caller_is_a_uri_without_spaces() {
        assert!(sip_uri("sip:+358401234567@example.org").is_ok() && sip_uri("tel:+358401234567").is_ok());
        assert!(sip_uri("anna").is_err() && sip_uri("sip:a b@c").is_err() && sip_uri("sip:a>@c").is_err());
    }

    #[test]
    fn ptime_is_one_that_the_media_plane_keeps() {
        assert_eq!(ptime("30").map(|ptime| ptime.millis()), Ok(30));
        assert!(ptime("25").is_err() && ptime("x").is_err());
    }
}
