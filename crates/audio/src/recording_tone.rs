//! The tone after which a caller speaks.
//!
//! 1000 Hz for 400 ms at -16 dBm0, faded in and out over 10 ms so that it does not click. It is generated, not
//! recorded, so that it is the same in every language and at every rate.

use std::f64::consts::TAU;
use std::time::Duration;

use super::Sound;

const FREQUENCY_HZ: f64 = 1_000.0;
const LEVEL_DBM0: f64 = -16.0;
const LENGTH: Duration = Duration::from_millis(400);
const RAMP: Duration = Duration::from_millis(10);
/// A sine at digital full scale is +3.17 dBm0 in mu-law and +3.14 dBm0 in A-law (ITU-T G.711 tables 5 and 6).
const FULL_SCALE_DBM0: f64 = 3.17;

/// The recording tone at `rate` samples a second; `None` at a rate of zero.
pub fn recording_tone(rate: u32) -> Option<Sound> {
    let peak = 10f64.powf((LEVEL_DBM0 - FULL_SCALE_DBM0) / 20.0);
    let count = (LENGTH.as_secs_f64() * f64::from(rate)).round();
    let ramp = RAMP.as_secs_f64() * f64::from(rate);
    let samples = (0..count as u32)
        .map(f64::from)
        .map(|n| {
            let fade = (n / ramp).min((count - n) / ramp).min(1.0);
            (peak * fade * (TAU * FREQUENCY_HZ * n / f64::from(rate)).sin()) as f32
        })
        .collect();
    Sound::new(rate, samples)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;
    use std::time::Duration;

    use super::recording_tone;

    /// The level of a sine in dBm0, by its mean square between the ramps.
    fn level_dbm0(samples: &[f32]) -> f64 {
        let steady = &samples[samples.len() / 4..samples.len() * 3 / 4];
        let mean: f64 = steady.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / steady.len() as f64;
        // A full-scale sine has a mean square of one half.
        10.0 * (2.0 * mean).log10() + 3.17
    }

    /// The share of the power that lies at `hz`, by Goertzel's algorithm.
    fn share_at(hz: f64, rate: u32, samples: &[f32]) -> f64 {
        let step = TAU * hz / f64::from(rate);
        let (mut re, mut im, mut power) = (0.0, 0.0, 0.0);
        for (n, x) in (0_u32..).zip(samples) {
            let (x, phase) = (f64::from(*x), step * f64::from(n));
            re += x * phase.cos();
            im += x * phase.sin();
            power += x * x;
        }
        2.0 * (re * re + im * im) / (samples.len() as f64 * power)
    }

    #[test]
    fn tone_has_its_frequency_level_length_and_ramps_at_every_rate() {
        for rate in [8_000, 16_000, 48_000] {
            let tone = recording_tone(rate).unwrap();
            let samples = tone.samples();
            assert_eq!(tone.duration(), Duration::from_millis(400));
            let level = level_dbm0(samples);
            assert!((-16.1..=-15.9).contains(&level), "{level} dBm0 at {rate}");
            assert!(share_at(1_000.0, rate, samples) > 0.95, "{rate}");
            let peak = samples.iter().fold(0f32, |peak, x| peak.max(x.abs()));
            let first_ms = &samples[..rate as usize / 1_000];
            let loudest = first_ms.iter().fold(0f32, |most, x| most.max(x.abs()));
            assert!(
                loudest < peak * 0.11,
                "it fades in: {loudest} of {peak} in the first ms"
            );
            assert!(samples[samples.len() - 1].abs() < peak * 0.11, "and out");
        }
        assert!(recording_tone(0).is_none());
    }
}
