//! The procedure of the Mitel CM7291 test tape, re-implemented: every signal is synthesised from a seed, every detector
//! of a panel hears the same signals, and what it heard is counted.
//!
//! The tape's parts are sweeps whose count of responses *is* the figure: 200 pulses in steps of 0.1 dB, of which 87 are
//! answered, are 8.7 dB of twist. The others are rates: the share of random pulses of one kind that are heard
//! exactly once. `docs/performance.md` says what each line means.

use std::io;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::signal::{self, KEYS, Tone};

/// Something that hears keys.
pub(crate) trait Detector {
    /// What the table calls it.
    fn name(&self) -> &str;

    /// Hears one recording from its beginning, with no memory of others; returns the keys.
    ///
    /// # Errors
    /// Of a detector in another process.
    fn hear(&mut self, samples: &[i16]) -> io::Result<String>;
}

/// All detectors under test.
pub(crate) type Panel = Vec<Box<dyn Detector>>;

/// A recording and the keys that are in it.
pub(crate) type Recording = (Vec<i16>, String);

/// What one detector made of many recordings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) recordings: u32,
    /// Heard as they are, nothing missing, doubled or wrong.
    pub(crate) right: u32,
    /// In which anything was heard.
    pub(crate) heard: u32,
    /// Keys heard in all of them.
    pub(crate) keys: u32,
}

/// Plays `count` recordings to each detector.
pub(crate) fn play(
    panel: &mut Panel,
    (seed, count): (u64, u32),
    make: impl Fn(u32, &mut StdRng) -> Recording,
) -> io::Result<Vec<Tally>> {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut tallies = vec![Tally::default(); panel.len()];
    for number in 0..count {
        let (samples, keys) = make(number, &mut rng);
        for (detector, tally) in panel.iter_mut().zip(&mut tallies) {
            let heard = detector.hear(&samples)?;
            tally.recordings += 1;
            tally.right += u32::from(heard == keys);
            tally.heard += u32::from(!heard.is_empty());
            tally.keys += heard.chars().count() as u32;
        }
    }
    Ok(tallies)
}

/// One tone on the wire, by itself.
pub(crate) fn pulse(tone: Tone, rng: &mut StdRng) -> Recording {
    let sound = signal::alone(tone, rng);
    (signal::on_the_wire(&sound), tone.key.to_string())
}

/// One tone in white noise this far below it.
pub(crate) fn pulse_in_noise(tone: Tone, below_db: f32, rng: &mut StdRng) -> Recording {
    let mut sound = signal::alone(tone, rng);
    signal::add_noise(&mut sound, signal::noise_below(tone.level_dbm0, below_db), rng);
    (signal::on_the_wire(&sound), tone.key.to_string())
}

/// A random key at a level that phones have.
pub(crate) fn random(ms: f32, rng: &mut StdRng) -> Tone {
    Tone {
        level_dbm0: rng.random_range(-22.0..-4.0),
        ..Tone::nominal(KEYS[rng.random_range(0..16)], ms)
    }
}

/// The diagonal of the keypad, which has every frequency once.
const DIAGONAL: [char; 4] = ['1', '5', '9', 'D'];

/// Tape, decode check: ten pulses of 50 ms of each key.
pub(crate) fn decode(panel: &mut Panel, seed: u64) -> io::Result<Vec<Tally>> {
    play(panel, (seed, 160), |number, rng| {
        pulse(Tone::nominal(KEYS[number as usize % 16], 50.0), rng)
    })
}

/// The range of frequencies in which a tone is answered, in percent of its own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bandwidth {
    pub(crate) below: f32,
    pub(crate) above: f32,
}

/// Tape, recognition bandwidth: each frequency swept by itself in steps of 0.1 %; the narrowest and the widest of the
/// eight.
pub(crate) fn bandwidth(panel: &mut Panel, seed: u64) -> io::Result<Vec<[Bandwidth; 2]>> {
    let none = Bandwidth {
        below: f32::MAX,
        above: f32::MAX,
    };
    let mut found = vec![
        [
            none,
            Bandwidth {
                below: 0.0,
                above: 0.0
            }
        ];
        panel.len()
    ];
    for (key, is_low) in DIAGONAL.iter().flat_map(|key| [(*key, true), (*key, false)]) {
        let mut sweep = |sign: f32| {
            play(panel, (seed, 60), |number, rng| {
                let off = sign * (number + 1) as f32 / 10.0;
                let (low_off_percent, high_off_percent) = if is_low { (off, 0.0) } else { (0.0, off) };
                let tone = Tone {
                    low_off_percent,
                    high_off_percent,
                    ..Tone::nominal(key, 50.0)
                };
                pulse(tone, rng)
            })
        };
        let (below, above) = (sweep(-1.0)?, sweep(1.0)?);
        for ((range, below), above) in found.iter_mut().zip(below).zip(above) {
            let this = Bandwidth {
                below: below.right as f32 / 10.0,
                above: above.right as f32 / 10.0,
            };
            let [narrowest, widest] = range;
            narrowest.below = narrowest.below.min(this.below);
            narrowest.above = narrowest.above.min(this.above);
            widest.below = widest.below.max(this.below);
            widest.above = widest.above.max(this.above);
        }
    }
    Ok(found)
}

/// Tape, acceptable amplitude ratio: 200 pulses of the diagonal, one tone weaker by a further 0.1 dB in each; in dB, the
/// smallest of the four keys. `sign` is -1 for a weaker high tone (standard twist), 1 for a weaker low one.
pub(crate) fn twist(panel: &mut Panel, seed: u64, sign: f32) -> io::Result<Vec<f32>> {
    let mut smallest = vec![f32::MAX; panel.len()];
    for key in DIAGONAL {
        let tallies = play(panel, (seed, 200), |number, rng| {
            let tone = Tone {
                twist_db: sign * number as f32 / 10.0,
                ..Tone::nominal(key, 50.0)
            };
            pulse(tone, rng)
        })?;
        for (smallest, tally) in smallest.iter_mut().zip(tallies) {
            *smallest = smallest.min(tally.right as f32 / 10.0);
        }
    }
    Ok(smallest)
}

/// Tape, dynamic range: pulses of `1`, from -3 dBm0 a tone down by 1 dB each; in dB.
pub(crate) fn dynamic_range(panel: &mut Panel, seed: u64) -> io::Result<Vec<u32>> {
    let tallies = play(panel, (seed, 60), |number, rng| {
        let tone = Tone {
            level_dbm0: -3.0 - number as f32,
            ..Tone::nominal('1', 50.0)
        };
        pulse(tone, rng)
    })?;
    Ok(tallies.iter().map(|tally| tally.right).collect())
}

/// Tape, guard time: 500 pulses of `1`, from 50 ms down by 0.1 ms each; the length at which answers end, in ms.
pub(crate) fn guard_time(panel: &mut Panel, seed: u64) -> io::Result<Vec<f32>> {
    let tallies = play(panel, (seed, 500), |number, rng| {
        pulse(Tone::nominal('1', 50.0 - number as f32 / 10.0), rng)
    })?;
    Ok(tallies
        .iter()
        .map(|tally| (500 - tally.right) as f32 / 10.0)
        .collect())
}

/// Tape, signal to noise: 1000 pulses of `1` of 50 ms in white noise.
pub(crate) fn noise(panel: &mut Panel, seed: u64, below_db: f32) -> io::Result<Vec<Tally>> {
    play(panel, (seed, 1_000), |_, rng| {
        pulse_in_noise(Tone::nominal('1', 50.0), below_db, rng)
    })
}

/// Twelve keys of 100 ms with 100 ms between; packets of 20 ms are lost and left out.
pub(crate) fn lossy(loss: f64, rng: &mut StdRng) -> Recording {
    let keys: Vec<Tone> = (0..12).map(|_| random(100.0, rng)).collect();
    let mut sound = signal::silence(200.0 * 13.0);
    for (number, tone) in keys.iter().enumerate() {
        let jitter = rng.random::<f32>() * 20.0;
        tone.add_to(&mut sound, 100.0 + 200.0 * number as f32 + jitter, rng);
    }
    let arrived = signal::on_the_wire(&sound)
        .chunks(160)
        .filter(|_| !rng.random_bool(loss))
        .flatten()
        .copied()
        .collect();
    (arrived, keys.iter().map(|tone| tone.key).collect())
}

/// A tone over the echo of a prompt whose active level lies this far below the pair of tones.
pub(crate) fn over_echo(prompts: &[Vec<f32>], below_db: f32, rng: &mut StdRng) -> Recording {
    let tone = random(60.0, rng);
    let mut sound = signal::alone(tone, rng);
    let prompt = &prompts[rng.random_range(0..prompts.len())];
    let from = rng.random_range(0..prompt.len() - sound.len());
    let echo = signal::noise_below(tone.level_dbm0, below_db) / active_rms(prompt);
    for (sample, spoken) in sound.iter_mut().zip(prompt.iter().skip(from)) {
        *sample += spoken * echo;
    }
    (signal::on_the_wire(&sound), tone.key.to_string())
}

/// The root mean square of the packets that are not silent.
fn active_rms(sound: &[f32]) -> f32 {
    let square =
        |packet: &[f32]| packet.iter().map(|sample| sample * sample).sum::<f32>() / packet.len() as f32;
    let squares: Vec<f32> = sound.chunks(160).map(square).collect();
    let mean = squares.iter().sum::<f32>() / squares.len() as f32;
    let active: Vec<f32> = squares
        .into_iter()
        .filter(|square| *square > mean / 10.0)
        .collect();
    (active.iter().sum::<f32>() / active.len() as f32).sqrt()
}
