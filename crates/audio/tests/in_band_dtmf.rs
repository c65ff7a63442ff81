//! The in-band detector by the procedure of the Mitel CM7291 tape, in short: the counts of
//! `examples/in_band_dtmf_rates` that must hold, over fewer signals of the same making.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test may stop at the first surprise"
)]

#[expect(dead_code, reason = "spandsp is for the comparison only")]
#[path = "../examples/in_band_dtmf_rates/detector.rs"]
mod detector;
#[path = "../examples/in_band_dtmf_rates/prompts.rs"]
mod prompts;
#[path = "../examples/in_band_dtmf_rates/signal.rs"]
mod signal;
#[path = "../examples/in_band_dtmf_rates/speech.rs"]
mod speech;
#[path = "../examples/in_band_dtmf_rates/tape.rs"]
mod tape;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use detector::Ours;
use signal::Tone;
use speech::Talker;
use tape::{Detector, Panel, Recording, Tally, play, pulse, pulse_in_noise, random};

const SEED: u64 = 20_733;
const PULSES: u32 = 300;

fn panel() -> Panel {
    let ours = Ours;
    println!("seed {SEED}, {}", ours.name());
    vec![Box::new(ours)]
}

fn tally(count: u32, make: impl Fn(u32, &mut StdRng) -> Recording) -> Tally {
    play(&mut panel(), (SEED, count), make).unwrap()[0]
}

fn off_frequency(low: f32, high: f32) -> Tally {
    tally(PULSES, |number, rng| {
        let sign = if number % 2 == 0 { 1.0 } else { -1.0 };
        let tone = Tone {
            low_off_percent: sign * low,
            high_off_percent: sign * high,
            ..random(50.0, rng)
        };
        pulse(tone, rng)
    })
}

fn twisted(twist_db: f32) -> Tally {
    tally(PULSES, |_, rng| {
        let tone = Tone {
            twist_db,
            ..random(50.0, rng)
        };
        pulse(tone, rng)
    })
}

#[test]
fn every_key_of_the_tape_is_decoded() {
    assert_eq!(tape::decode(&mut panel(), SEED).unwrap()[0].right, 160);
}

#[test]
fn tones_of_40_ms_are_all_heard_and_of_23_ms_at_most_3_in_1000() {
    let long = tally(1_000, |_, rng| pulse(random(40.0, rng), rng));
    assert_eq!(long.right, 1_000);
    let short = tally(1_000, |_, rng| pulse(random(23.0, rng), rng));
    assert!(short.heard <= 3, "{short:?}");
}

#[test]
fn a_high_tone_8_db_weaker_or_4_db_stronger_is_heard() {
    assert_eq!(twisted(-8.0).right, PULSES);
    assert_eq!(twisted(4.0).right, PULSES);
    assert_eq!(twisted(-11.0).heard, 0, "beyond the limits it is no key");
    assert_eq!(twisted(7.0).heard, 0, "beyond the limits it is no key");
}

#[test]
fn tones_1_5_percent_off_are_heard_and_3_5_percent_off_are_not() {
    for (low, high) in [(1.5, 1.5), (1.5, -1.5), (1.5, 0.0), (0.0, 1.5)] {
        assert_eq!(off_frequency(low, high).right, PULSES, "{low} and {high} %");
    }
    for (low, high) in [(3.5, 3.5), (3.5, -3.5), (3.5, 0.0), (0.0, 3.5)] {
        assert_eq!(off_frequency(low, high).heard, 0, "{low} and {high} %");
    }
}

#[test]
fn the_sweeps_of_the_tape_end_where_they_should() {
    let [narrowest, widest] = tape::bandwidth(&mut panel(), SEED).unwrap()[0];
    assert!(narrowest.below >= 1.5 && narrowest.above >= 1.5, "{narrowest:?}");
    assert!(widest.below < 3.5 && widest.above < 3.5, "{widest:?}");
    assert!(tape::twist(&mut panel(), SEED, -1.0).unwrap()[0] >= 8.0);
    assert!(tape::twist(&mut panel(), SEED, 1.0).unwrap()[0] >= 4.0);
    assert!(tape::dynamic_range(&mut panel(), SEED).unwrap()[0] >= 25);
    let guard_ms = tape::guard_time(&mut panel(), SEED).unwrap()[0];
    assert!((23.0..40.0).contains(&guard_ms), "{guard_ms} ms");
}

#[test]
fn noise_15_db_below_the_tones_loses_none() {
    let noisy = tally(PULSES, |_, rng| pulse_in_noise(random(40.0, rng), 15.0, rng));
    assert_eq!(noisy.right, PULSES);
    assert_eq!(tape::noise(&mut panel(), SEED, 12.0).unwrap()[0].right, 1_000);
}

#[test]
fn keys_over_the_echo_of_a_prompt_15_db_below_are_heard() {
    let prompts: Vec<Vec<f32>> = prompts::load()
        .unwrap()
        .iter()
        .map(|prompt| prompts::at_8_khz(prompt, 1.0))
        .collect();
    let echoed = tally(PULSES, |_, rng| tape::over_echo(&prompts, 15.0, rng));
    assert_eq!(echoed.right, PULSES);
}

#[test]
fn lost_packets_never_double_a_key() {
    for loss in [0.02, 0.05, 0.2] {
        let lossy = tally(100, |_, rng| tape::lossy(loss, rng));
        assert!(lossy.keys <= 1_200, "at {loss}: {lossy:?}");
        assert!(loss > 0.05 || lossy.keys >= 1_190, "at {loss}: {lossy:?}");
    }
}

#[test]
fn nobody_presses_a_key_by_talking() {
    let talking = tally(8, |_, rng| {
        let mut talker = Talker::new(StdRng::from_rng(rng));
        let mut sound = Vec::new();
        while sound.len() < 60 * 8_000 {
            sound.extend(talker.phrase());
        }
        (signal::on_the_wire(&sound), String::new())
    });
    assert_eq!(talking.keys, 0, "in eight minutes of synthetic speech");
    let prompts = prompts::load().unwrap();
    let asked = tally(prompts.len() as u32, |number, rng| {
        let prompt = &prompts[number as usize];
        let speed = rng.random_range(0.75..1.35);
        (
            signal::on_the_wire(&prompts::at_8_khz(prompt, speed)),
            String::new(),
        )
    });
    assert_eq!(asked.keys, 0, "in our own prompts");
}
