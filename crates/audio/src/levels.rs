//! The levels of a recording: active speech level, peak, and the silence around it.
//!
//! Active speech level is method B of ITU-T P.56 (12/2011): the envelope is the magnitude smoothed twice with a
//! time constant of 30 ms; for each of fifteen thresholds, 6.02 dB apart, the time above it (with 200 ms hangover)
//! is counted; the level is where the active level lies 15.9 dB above the threshold that defines activity. All
//! levels refer to the overload point: 0 dBov is a full-scale square wave, a full-scale sine is at -3.01 dBov.

use std::time::Duration;

use super::Sound;

const TIME_CONSTANT_S: f64 = 0.03;
const HANGOVER_S: f64 = 0.2;
const MARGIN_DB: f64 = 15.9;
const THRESHOLDS: usize = 15;
/// A stretch of 10 ms is silent below this level.
const SILENCE_DBOV: f64 = -50.0;

/// What a recording measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Active speech level in dBov (ITU-T P.56); `None` when nothing is active.
    pub active_dbov: Option<f64>,
    /// The share of time that is active, 0.0..=1.0.
    pub activity: f64,
    /// The largest magnitude, in dB relative to full scale; negative infinity for digital silence.
    pub peak_dbfs: f64,
    /// Silence before the first sound.
    pub leading_silence: Duration,
    /// Silence after the last sound.
    pub trailing_silence: Duration,
}

/// Measures a recording. Silence is resolved to 10 ms; a recording without sound is all leading silence.
pub fn measure(sound: &Sound) -> Levels {
    let peak = sound
        .samples()
        .iter()
        .fold(0.0f64, |peak, sample| peak.max(f64::from(sample.abs())));
    let (leading_silence, trailing_silence) = silence_around(sound);
    let (active_dbov, activity) = active_level(sound).map_or((None, 0.0), |(l, a)| (Some(l), a));
    Levels {
        active_dbov,
        activity,
        peak_dbfs: 20.0 * peak.log10(),
        leading_silence,
        trailing_silence,
    }
}

/// One threshold of P.56: the count of samples at which the envelope was at or above it, or had been within the
/// hangover.
#[derive(Debug, Clone, Copy, Default)]
struct Threshold {
    level: f64,
    active: u64,
    hangover: u64,
}

impl Threshold {
    fn count(&mut self, envelope: f64, hangover: u64) {
        if envelope >= self.level {
            self.active += 1;
            self.hangover = 0;
        } else if self.hangover < hangover {
            self.active += 1;
            self.hangover += 1;
        }
    }
}

/// The active level in dBov and the activity factor.
fn active_level(sound: &Sound) -> Option<(f64, f64)> {
    let rate = f64::from(sound.rate());
    let smoothing = (-1.0 / (rate * TIME_CONSTANT_S)).exp();
    let hangover = (HANGOVER_S * rate).ceil() as u64;
    let mut thresholds = [Threshold::default(); THRESHOLDS];
    for (threshold, exponent) in thresholds.iter_mut().zip(1i32..) {
        threshold.level = 2f64.powi(exponent - THRESHOLDS as i32 - 1);
        // Nothing was active before the first sample.
        threshold.hangover = hangover;
    }
    let (mut first, mut second, mut energy) = (0.0, 0.0, 0.0);
    for sample in sound.samples().iter().map(|sample| f64::from(*sample)) {
        energy += sample * sample;
        first = smoothing * first + (1.0 - smoothing) * sample.abs();
        second = smoothing * second + (1.0 - smoothing) * first;
        for threshold in &mut thresholds {
            threshold.count(second, hangover);
        }
    }
    let level = crossing(&thresholds, energy)?;
    let long_term = 10.0 * (energy / sound.samples().len() as f64).log10();
    Some((level, 10f64.powf((long_term - level) / 10.0).min(1.0)))
}

/// The active level at which it exceeds its own threshold by the margin, interpolated between two thresholds.
fn crossing(thresholds: &[Threshold], energy: f64) -> Option<f64> {
    let mut below: Option<(f64, f64)> = None;
    for threshold in thresholds.iter().take_while(|threshold| threshold.active > 0) {
        let active = 10.0 * (energy / threshold.active as f64).log10();
        let excess = active - 20.0 * threshold.level.log10() - MARGIN_DB;
        if excess <= 0.0 {
            return Some(match below {
                None => active,
                Some((level, before)) => level + (active - level) * before / (before - excess),
            });
        }
        below = Some((active, excess));
    }
    below.map(|(level, _)| level)
}

/// For each stretch of 10 ms, the last one perhaps shorter: does it sound?
pub(super) fn sounding_stretches(sound: &Sound) -> Vec<bool> {
    let floor = 10f64.powf(SILENCE_DBOV / 10.0);
    let sounding = |samples: &[f32]| {
        let sum: f64 = samples.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
        sum / samples.len() as f64 >= floor
    };
    sound.samples().chunks(stretch(sound)).map(sounding).collect()
}

fn stretch(sound: &Sound) -> usize {
    (sound.rate() / 100).max(1) as usize
}

fn lasting(stretches: usize, sound: &Sound) -> Duration {
    let samples = (stretches * stretch(sound)).min(sound.samples().len());
    Duration::from_secs_f64(samples as f64 / f64::from(sound.rate()))
}

fn silence_around(sound: &Sound) -> (Duration, Duration) {
    let stretches = sounding_stretches(sound);
    match stretches.iter().position(|sounding| *sounding) {
        None => (sound.duration(), Duration::ZERO),
        Some(first) => {
            let trailing = stretches.iter().rev().position(|sounding| *sounding);
            (
                lasting(first, sound),
                lasting(trailing.unwrap_or_default(), sound),
            )
        }
    }
}

/// The longest silence between two sounds, to 10 ms.
pub fn longest_pause(sound: &Sound) -> Duration {
    let (mut longest, mut run) = (0, None);
    for sounding in sounding_stretches(sound) {
        run = match (sounding, run) {
            (true, before) => {
                longest = longest.max(before.unwrap_or(0));
                Some(0)
            }
            (false, before) => before.map(|silent| silent + 1),
        };
    }
    lasting(longest, sound)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;
    use std::time::Duration;

    use super::{longest_pause, measure};
    use crate::Sound;

    /// Parts of (amplitude, milliseconds) of a 440 Hz tone at 8 kHz.
    fn tones(parts: &[(f64, usize)]) -> Sound {
        let mut samples = Vec::new();
        for (amplitude, ms) in parts {
            samples
                .extend((0..ms * 8).map(|n| (amplitude * (TAU * 440.0 * n as f64 / 8_000.0).sin()) as f32));
        }
        Sound::new(8_000, samples).unwrap()
    }

    #[test]
    fn level_of_a_steady_tone_is_its_rms() {
        let levels = measure(&tones(&[(0.1, 5_000)]));
        assert!((levels.active_dbov.unwrap() + 23.01).abs() < 0.1, "{levels:?}");
        assert!((levels.peak_dbfs + 20.0).abs() < 0.05, "{levels:?}");
        assert!(levels.activity > 0.98);
    }

    #[test]
    fn pauses_do_not_lower_the_active_level() {
        let levels = measure(&tones(&[
            (0.0, 2_000),
            (0.1, 4_000),
            (0.0, 6_000),
            (0.1, 4_000),
            (0.0, 2_000),
        ]));
        let active = levels.active_dbov.unwrap();
        assert!((active + 23.01).abs() < 0.6, "{levels:?}");
        assert!((levels.activity - 8.0 / 18.0).abs() < 0.05, "{levels:?}");
    }

    #[test]
    fn silence_before_and_after_is_told() {
        let levels = measure(&tones(&[(0.0, 100), (0.3, 1_000), (0.0, 200)]));
        assert_eq!(levels.leading_silence, Duration::from_millis(100));
        assert_eq!(levels.trailing_silence, Duration::from_millis(200));
    }

    #[test]
    fn longest_pause_is_one_between_sounds() {
        let spoken = tones(&[
            (0.0, 900),
            (0.3, 200),
            (0.0, 150),
            (0.3, 200),
            (0.0, 480),
            (0.3, 50),
            (0.0, 700),
        ]);
        assert_eq!(longest_pause(&spoken), Duration::from_millis(480));
        assert_eq!(longest_pause(&tones(&[(0.0, 500)])), Duration::ZERO);
    }

    #[test]
    fn digital_silence_has_no_active_level() {
        let levels = measure(&tones(&[(0.0, 500)]));
        assert_eq!(levels.active_dbov, None);
        assert_eq!(levels.peak_dbfs, f64::NEG_INFINITY);
        assert_eq!(levels.leading_silence, Duration::from_millis(500));
    }
}
