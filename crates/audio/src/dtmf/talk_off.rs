//! Whether speech or music could pass for a DTMF digit (talk-off).
//!
//! A prompt that holds a DTMF pair answers its own question where its echo returns. Blocks of 102 samples at 8 kHz
//! (12.75 ms), hopped by 34, are compared with the eight tones (Goertzel); a block resembles a digit when one row and
//! one column hold all but a quarter of its energy and lie within 9 dB of each other. That is more tolerant than a
//! receiver after ITU-T Q.24, which wants five such blocks in a row for one digit.

use std::f64::consts::TAU;

use crate::{Sound, TELEPHONE_RATE};

const BLOCK: usize = 102;
const HOP: usize = 34;
const ROWS_HZ: [f64; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS_HZ: [f64; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
/// Quieter blocks are no digit.
const AUDIBLE_DBOV: f64 = -45.0;
/// The share of the energy that the two tones hold.
const PURE_DB: f64 = -1.2;
const TWIST_DB: f64 = 9.0;

/// The most blocks in a row that resemble one and the same digit; `None` at another rate than [`TELEPHONE_RATE`].
pub fn longest_talk_off(sound: &Sound) -> Option<u32> {
    if sound.rate() != TELEPHONE_RATE {
        return None;
    }
    let (mut longest, mut run) = (0, 0);
    let mut before = None;
    for block in sound.samples().windows(BLOCK).step_by(HOP) {
        let digit = resembled(block);
        run = match digit {
            None => 0,
            Some(_) if digit == before => run + 1,
            Some(_) => 1,
        };
        before = digit;
        longest = longest.max(run);
    }
    Some(longest)
}

/// Row and column of the digit that a block resembles.
fn resembled(block: &[f32]) -> Option<(usize, usize)> {
    let energy: f64 = block.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    if energy / BLOCK as f64 <= power(AUDIBLE_DBOV) {
        return None;
    }
    let (row, row_energy) = strongest(block, ROWS_HZ);
    let (column, column_energy) = strongest(block, COLUMNS_HZ);
    let pure = row_energy + column_energy > energy * power(PURE_DB);
    let twist = power(TWIST_DB);
    let level = row_energy < column_energy * twist && column_energy < row_energy * twist;
    (pure && level).then_some((row, column))
}

/// The tone that explains most of a block's energy, and how much.
fn strongest(block: &[f32], tones_hz: [f64; 4]) -> (usize, f64) {
    let energies = tones_hz.map(|hertz| tone_energy(block, hertz));
    let mut strongest = (0, 0.0);
    for (index, energy) in energies.into_iter().enumerate() {
        if energy > strongest.1 {
            strongest = (index, energy);
        }
    }
    strongest
}

/// The energy that a sine of `hertz` explains.
fn tone_energy(block: &[f32], hertz: f64) -> f64 {
    let coefficient = 2.0 * (TAU * hertz / f64::from(TELEPHONE_RATE)).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for sample in block {
        (last, before) = (f64::from(*sample) + coefficient * last - before, last);
    }
    (last * last + before * before - coefficient * last * before) * 2.0 / BLOCK as f64
}

fn power(decibel: f64) -> f64 {
    10f64.powf(decibel / 10.0)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use rand::{RngExt, SeedableRng};

    use super::longest_talk_off;
    use crate::Sound;

    fn tones(hertz: &[f64], samples: usize) -> Sound {
        let at = |n: usize| -> f64 {
            hertz
                .iter()
                .map(|f| 0.1 * (TAU * f * n as f64 / 8_000.0).sin())
                .sum()
        };
        Sound::new(8_000, (0..samples).map(|n| at(n) as f32).collect()).unwrap()
    }

    #[test]
    fn every_dtmf_pair_is_found_as_long_as_it_lasts() {
        for row in super::ROWS_HZ {
            for column in super::COLUMNS_HZ {
                let run = longest_talk_off(&tones(&[row, column], 800)).unwrap();
                assert!(run > 15, "{row} + {column}: {run}");
            }
        }
    }

    #[test]
    fn one_tone_other_pairs_noise_and_silence_resemble_no_digit() {
        let mut rng = rand::rngs::StdRng::seed_from_u64(4);
        let noise = (0..8_000).map(|_| rng.random_range(-0.2f32..0.2)).collect();
        let noise = Sound::new(8_000, noise).unwrap();
        for sound in [
            tones(&[1_000.0], 800),
            tones(&[440.0, 480.0], 800),
            noise,
            tones(&[], 800),
            tones(&[], 5),
        ] {
            assert!(longest_talk_off(&sound).unwrap() <= 1);
        }
    }

    #[test]
    fn other_rates_are_not_looked_at() {
        assert_eq!(
            longest_talk_off(&Sound::new(16_000, vec![0.0; 500]).unwrap()),
            None
        );
    }
}
