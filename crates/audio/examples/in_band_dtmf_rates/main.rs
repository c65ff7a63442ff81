//! How well keys are heard in the audio: the procedure of the Mitel CM7291 test tape and the rates of our own media
//! notes, for our detector and, where it is installed, Debian's libspandsp, over the same seeded signals.
//!
//! `cargo run --release -p aftercall-audio --example in_band_dtmf_rates -- [MINUTES [SEED]]` prints a table; `MINUTES` (300) is how long
//! synthetic speech is listened to for keys that nobody pressed.
#![expect(
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "an example that prints a measurement, of signals that it made itself"
)]

mod detector;
mod prompts;
mod signal;
mod speech;
mod tape;

use std::error::Error;
use std::fmt::Display;
use std::io;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use aftercall_audio::dtmf::InBandDetector;
use detector::{Ours, Spandsp, now};
use signal::Tone;
use speech::Talker;
use tape::{Panel, Recording, Tally, play, pulse, pulse_in_noise, random};

/// Pulses of each rate.
const PULSES: u32 = 2_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let minutes: u32 = arguments.next().map_or(Ok(300), |text| text.parse())?;
    let seed: u64 = arguments.next().map_or(Ok(7_291), |text| text.parse())?;
    let mut panel: Panel = vec![Box::new(Ours)];
    match Spandsp::start() {
        Some(spandsp) => panel.push(Box::new(spandsp)),
        None => println!("libspandsp or python3 is missing: one column only\n"),
    }
    println!("Seed {seed}\n");
    let names: Vec<&str> = panel.iter().map(|detector| detector.name()).collect();
    row("", "to be reached", &names);
    row("---", "---", &vec!["---"; names.len()]);
    follow_the_tape(&mut panel, seed)?;
    rates(&mut panel, seed)?;
    talk_off(&mut panel, seed, minutes)?;
    cost(seed);
    Ok(())
}

fn row(what: &str, wanted: &str, found: &[impl Display]) {
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    println!("| {what} | {wanted} | {} |", found.join(" | "));
}

fn follow_the_tape(panel: &mut Panel, seed: u64) -> io::Result<()> {
    let counts = |tallies: Vec<Tally>| {
        let count = |tally: &Tally| format!("{} of {}", tally.right, tally.recordings);
        tallies.iter().map(count).collect::<Vec<_>>()
    };
    row("tape: decode check", "all", &counts(tape::decode(panel, seed)?));
    let bandwidths = tape::bandwidth(panel, seed)?;
    let range = |at: usize| {
        let shown =
            |range: &[tape::Bandwidth; 2]| format!("-{:.1} / +{:.1} %", range[at].below, range[at].above);
        bandwidths.iter().map(shown).collect::<Vec<_>>()
    };
    row("tape: bandwidth, narrowest tone", "at least 1.5 %", &range(0));
    row("tape: bandwidth, widest tone", "below 3.5 %", &range(1));
    let ratio = |found: Vec<f32>| found.iter().map(|db| format!("{db:.1} dB")).collect::<Vec<_>>();
    row(
        "tape: twist, high tone weaker",
        "at least 8 dB",
        &ratio(tape::twist(panel, seed, -1.0)?),
    );
    row(
        "tape: twist, low tone weaker",
        "at least 4 dB",
        &ratio(tape::twist(panel, seed, 1.0)?),
    );
    let range = tape::dynamic_range(panel, seed)?;
    let range: Vec<_> = range.iter().map(|db| format!("{db} dB")).collect();
    row("tape: dynamic range below -3 dBm0", "at least 25 dB", &range);
    let guard = tape::guard_time(panel, seed)?;
    let guard: Vec<_> = guard.iter().map(|ms| format!("{ms:.1} ms")).collect();
    row("tape: guard time", "23 to 40 ms", &guard);
    for below in [24.0, 18.0, 12.0] {
        let found = counts(tape::noise(panel, seed, below)?);
        row(&format!("tape: noise {below} dB below"), "all", &found);
    }
    Ok(())
}

fn rates(panel: &mut Panel, seed: u64) -> Result<(), Box<dyn Error>> {
    type Make = Box<dyn Fn(&mut StdRng) -> Recording>;
    let prompts: Vec<Vec<f32>> = prompts::load()?
        .iter()
        .map(|prompt| prompts::at_8_khz(prompt, 1.0))
        .collect();
    let twisted = |twist_db: f32| -> Make {
        Box::new(move |rng| {
            pulse(
                Tone {
                    twist_db,
                    ..random(50.0, rng)
                },
                rng,
            )
        })
    };
    let off = |low: f32, high: f32| -> Make {
        Box::new(move |rng| {
            let sign = if rng.random_bool(0.5) { 1.0 } else { -1.0 };
            let tone = Tone {
                low_off_percent: sign * low,
                high_off_percent: sign * high,
                ..random(50.0, rng)
            };
            pulse(tone, rng)
        })
    };
    let echoed = prompts.clone();
    let cases: Vec<(&str, &str, Make)> = vec![
        ("40 ms", "100 %", Box::new(|rng| pulse(random(40.0, rng), rng))),
        (
            "23 ms",
            "at most 0.3 %",
            Box::new(|rng| pulse(random(23.0, rng), rng)),
        ),
        ("high tone 8 dB weaker", "at least 93 %", twisted(-8.0)),
        ("high tone 4 dB stronger", "100 %", twisted(4.0)),
        ("1.5 % off, both tones", "100 %", off(1.5, 1.5)),
        ("1.5 % off, apart", "100 %", off(1.5, -1.5)),
        ("1.5 % off, low tone", "100 %", off(1.5, 0.0)),
        ("1.5 % off, high tone", "100 %", off(0.0, 1.5)),
        ("3.5 % off, both tones", "none", off(3.5, 3.5)),
        ("3.5 % off, low tone", "none", off(3.5, 0.0)),
        ("3.5 % off, high tone", "none", off(0.0, 3.5)),
        (
            "noise 15 dB below, 40 ms",
            "100 %",
            Box::new(|rng| pulse_in_noise(random(40.0, rng), 15.0, rng)),
        ),
        (
            "noise 12 dB below, 40 ms",
            "",
            Box::new(|rng| pulse_in_noise(random(40.0, rng), 12.0, rng)),
        ),
        (
            "prompt's echo 15 dB below",
            "100 %",
            Box::new(move |rng| tape::over_echo(&prompts, 15.0, rng)),
        ),
        (
            "prompt's echo 10 dB below",
            "",
            Box::new(move |rng| tape::over_echo(&echoed, 10.0, rng)),
        ),
        (
            "12 keys, 2 % of packets lost",
            "",
            Box::new(|rng| tape::lossy(0.02, rng)),
        ),
        (
            "12 keys, 5 % of packets lost",
            "",
            Box::new(|rng| tape::lossy(0.05, rng)),
        ),
    ];
    for (what, wanted, make) in cases {
        let tallies = play(panel, (seed, PULSES), |_, rng| make(rng))?;
        let percent = |tally: &Tally| {
            format!(
                "{:.2} %",
                100.0 * f64::from(tally.right) / f64::from(tally.recordings)
            )
        };
        row(what, wanted, &tallies.iter().map(percent).collect::<Vec<_>>());
    }
    Ok(())
}

/// Listens to speech in which nobody presses a key.
fn talk_off(panel: &mut Panel, seed: u64, minutes: u32) -> Result<(), Box<dyn Error>> {
    let spoken = play(panel, (seed, minutes), |_, rng| (a_minute(rng), String::new()))?;
    let counts = |tallies: &[Tally]| {
        tallies
            .iter()
            .map(|tally| tally.keys.to_string())
            .collect::<Vec<_>>()
    };
    row(
        &format!("keys in {minutes} min of synthetic speech"),
        "none",
        &counts(&spoken),
    );
    let prompts = prompts::load()?;
    let once: usize = prompts.iter().map(|prompt| prompt.len() / 16_000).sum();
    let rounds = minutes * 60 / u32::try_from(once)?;
    let recordings = rounds * u32::try_from(prompts.len())?;
    let found = play(panel, (seed, recordings), |number, _| {
        let prompt = &prompts[number as usize % prompts.len()];
        let round = number / prompts.len() as u32;
        let speed = 0.75 + 0.6 * round as f32 / rounds as f32;
        (
            signal::on_the_wire(&prompts::at_8_khz(prompt, speed)),
            String::new(),
        )
    })?;
    let what = format!("keys in {minutes} min of prompts, at speeds 0.75 to 1.35");
    row(&what, "none", &counts(&found));
    Ok(())
}

/// A minute of one voice.
fn a_minute(rng: &mut StdRng) -> Vec<i16> {
    let mut talker = Talker::new(StdRng::from_rng(rng));
    let mut sound = Vec::new();
    while sound.len() < 60 * 8_000 {
        sound.extend(talker.phrase());
    }
    sound.truncate(60 * 8_000);
    signal::on_the_wire(&sound)
}

/// The time that our detector takes for a second of speech: the best of 20 passes, as others use the machine too.
fn cost(seed: u64) {
    let speech = a_minute(&mut StdRng::seed_from_u64(seed));
    let pass = || {
        let (mut detector, before) = (InBandDetector::default(), now());
        for packet in speech.chunks(160) {
            detector.handle(packet, before, |_| {});
        }
        before.elapsed().as_secs_f64() * 1e6 / 60.0
    };
    let best = (0..20).map(|_| pass()).fold(f64::MAX, f64::min);
    row(
        "CPU per second of audio",
        "at most 58 us",
        &[format!("{best:.0} us")],
    );
}
