//! What is done to a recording to make a prompt of it: rumble removed, level set, peaks turned down, silence around
//! it brought to measure.

use std::f64::consts::{PI, TAU};
use std::time::Duration;

use super::Sound;
use super::levels::sounding_stretches;

/// Kept on each side of what sounds: a word may begin more softly than [`super::levels`] calls sound.
const MARGIN: Duration = Duration::from_millis(20);
/// The cut ends are faded over this.
const FADE: Duration = Duration::from_millis(5);
/// A peak's gain reaches this far on each side.
const REACH: Duration = Duration::from_millis(5);
/// Quality factors of a Butterworth high pass of the fourth order.
const BUTTERWORTH: [f64; 2] = [0.541_196, 1.306_563];

/// The sound with what lies below `cut_hz` removed (6 dB down there, 30 dB at two thirds of it), without delay: the
/// filter runs forwards and backwards.
pub fn high_pass(sound: &Sound, cut_hz: f64) -> Sound {
    let mut samples: Vec<f64> = sound.samples().iter().map(|sample| f64::from(*sample)).collect();
    for _ in 0..2 {
        for quality in BUTTERWORTH {
            Biquad::high_pass(cut_hz / f64::from(sound.rate()), quality).run(&mut samples);
        }
        samples.reverse();
    }
    with_samples(sound, samples.into_iter().map(|sample| sample as f32).collect())
}

/// The sound made louder by `gain_db`; nothing is clipped.
pub fn amplify(sound: &Sound, gain_db: f64) -> Sound {
    let factor = 10f64.powf(gain_db / 20.0) as f32;
    with_samples(
        sound,
        sound.samples().iter().map(|sample| sample * factor).collect(),
    )
}

/// The sound with the gain turned down for 5 ms around each peak above `ceiling_dbfs`. What is far from a peak stays as
/// it is.
pub fn limit_peaks(sound: &Sound, ceiling_dbfs: f64) -> Sound {
    let ceiling = 10f64.powf(ceiling_dbfs / 20.0) as f32;
    let reach = samples_in(REACH, sound.rate());
    let mut least = vec![1.0f32; sound.samples().len()];
    for (index, sample) in sound.samples().iter().enumerate() {
        let wanted = ceiling / sample.abs().max(ceiling);
        if wanted < 1.0 {
            let end = (index + reach + 1).min(least.len());
            let near = least
                .get_mut(index.saturating_sub(reach)..end)
                .unwrap_or_default();
            near.iter_mut().for_each(|gain| *gain = gain.min(wanted));
        }
    }
    let gains = smoothed(&least, reach);
    with_samples(
        sound,
        sound
            .samples()
            .iter()
            .zip(gains)
            .map(|(sample, gain)| sample * gain)
            .collect(),
    )
}

/// The gains averaged over their neighbours with a raised cosine; each stays at or below the least near it.
fn smoothed(least: &[f32], reach: usize) -> Vec<f32> {
    let weights: Vec<f32> = (0..=2 * reach)
        .map(|n| (0.5 - 0.5 * (TAU * (n + 1) as f64 / (2 * reach + 2) as f64).cos()) as f32)
        .collect();
    let whole: f32 = weights.iter().sum();
    let at = |index: usize| {
        let near = |offset: usize| {
            (index + offset)
                .checked_sub(reach)
                .and_then(|place| least.get(place))
        };
        if least
            .get(index.saturating_sub(reach)..=(index + reach).min(least.len() - 1))
            .is_none_or(|near| near.iter().all(|gain| *gain >= 1.0))
        {
            return 1.0;
        }
        let sum: f32 = weights
            .iter()
            .enumerate()
            .map(|(n, weight)| weight * near(n).copied().unwrap_or(1.0))
            .sum();
        sum / whole
    };
    (0..least.len()).map(at).collect()
}

/// What was cut from the ends of a sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trimmed {
    /// From its beginning.
    pub before: Duration,
    /// From its end.
    pub after: Duration,
}

/// The sound between its silences, with exactly `lead` of digital silence before and `tail` after it; `None` when
/// nothing sounds. The ends are faded over 5 ms.
pub fn set_silence(sound: &Sound, lead: Duration, tail: Duration) -> Option<(Sound, Trimmed)> {
    let stretches = sounding_stretches(sound);
    let stretch = (sound.rate() / 100).max(1) as usize;
    let margin = samples_in(MARGIN, sound.rate());
    let first = stretches.iter().position(|sounding| *sounding)?;
    let last = stretches.iter().rposition(|sounding| *sounding)?;
    let start = (first * stretch).saturating_sub(margin);
    let end = ((last + 1) * stretch + margin).min(sound.samples().len());
    let mut kept = sound.samples().get(start..end)?.to_vec();
    fade(&mut kept, samples_in(FADE, sound.rate()));
    let silence = |duration| std::iter::repeat_n(0.0, samples_in(duration, sound.rate()));
    let samples = silence(lead).chain(kept).chain(silence(tail)).collect();
    let lasting = |samples: usize| Duration::from_secs_f64(samples as f64 / f64::from(sound.rate()));
    let trimmed = Trimmed {
        before: lasting(start),
        after: lasting(sound.samples().len() - end),
    };
    Some((with_samples(sound, samples), trimmed))
}

fn fade(samples: &mut [f32], steps: usize) {
    let gain = |step: usize| (0.5 - 0.5 * (PI * (step as f64 + 0.5) / steps as f64).cos()) as f32;
    for (step, sample) in samples.iter_mut().take(steps).enumerate() {
        *sample *= gain(step);
    }
    for (step, sample) in samples.iter_mut().rev().take(steps).enumerate() {
        *sample *= gain(step);
    }
}

fn samples_in(duration: Duration, rate: u32) -> usize {
    (duration.as_secs_f64() * f64::from(rate)).round() as usize
}

fn with_samples(sound: &Sound, samples: Vec<f32>) -> Sound {
    Sound::new(sound.rate(), samples).expect("the rate of a sound is not zero")
}

/// A second-order section, as in the Audio EQ Cookbook.
struct Biquad {
    feed_forward: [f64; 3],
    feed_back: [f64; 2],
}

impl Biquad {
    /// `cut` is a share of the rate.
    fn high_pass(cut: f64, quality: f64) -> Self {
        let (sin, cos) = (TAU * cut).sin_cos();
        let alpha = sin / (2.0 * quality);
        let scale = 1.0 / (1.0 + alpha);
        let side = 0.5 * (1.0 + cos) * scale;
        Self {
            feed_forward: [side, -2.0 * side, side],
            feed_back: [-2.0 * cos * scale, (1.0 - alpha) * scale],
        }
    }

    fn run(&self, samples: &mut [f64]) {
        let [b0, b1, b2] = self.feed_forward;
        let [a1, a2] = self.feed_back;
        let (mut first, mut second) = (0.0, 0.0);
        for sample in samples {
            let input = *sample;
            *sample = b0 * input + first;
            first = b1 * input - a1 * *sample + second;
            second = b2 * input - a2 * *sample;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;
    use std::time::Duration;

    use super::{amplify, high_pass, limit_peaks, set_silence};
    use crate::{Sound, measure};

    const RATE: u32 = 16_000;

    fn tone(hertz: f64, amplitude: f64, milliseconds: usize) -> Vec<f32> {
        (0..milliseconds * 16)
            .map(|n| (amplitude * (TAU * hertz * n as f64 / f64::from(RATE)).sin()) as f32)
            .collect()
    }

    fn sound(parts: &[Vec<f32>]) -> Sound {
        Sound::new(RATE, parts.concat()).unwrap()
    }

    fn middle_db(sound: &Sound) -> f64 {
        let quarter = sound.samples().len() / 4;
        let middle = &sound.samples()[quarter..3 * quarter];
        10.0 * (middle.iter().map(|s| 2.0 * f64::from(s * s)).sum::<f64>() / middle.len() as f64).log10()
    }

    #[test]
    fn rumble_goes_and_the_voice_stays() {
        for (hertz, least, most) in [
            (50.0, -200.0, -60.0),
            (150.0, -200.0, -25.0),
            (400.0, -0.6, 0.1),
            (3_000.0, -0.1, 0.1),
        ] {
            let left = middle_db(&high_pass(&sound(&[tone(hertz, 1.0, 1_000)]), 230.0));
            assert!((least..=most).contains(&left), "{hertz} Hz: {left} dB");
        }
    }

    #[test]
    fn a_click_is_turned_down_and_the_speech_beside_it_stays() {
        let mut samples = tone(500.0, 0.1, 1_000);
        samples[8_000] = 0.95;
        let before = sound(&[samples]);
        let after = limit_peaks(&before, -5.0);
        assert!(measure(&after).peak_dbfs <= -4.999, "{:?}", measure(&after));
        assert_eq!(after.samples()[..7_800], before.samples()[..7_800]);
        assert_eq!(after.samples()[8_200..], before.samples()[8_200..]);
        let soft = sound(&[tone(500.0, 0.1, 100)]);
        assert_eq!(limit_peaks(&soft, -5.0), soft, "without a peak nothing changes");
    }

    #[test]
    fn silence_around_comes_to_measure_and_what_was_cut_is_told() {
        let spoken = sound(&[
            vec![0.0; 16 * 700],
            tone(500.0, 0.1, 400),
            vec![0.0; 16 * 300],
            tone(500.0, 0.1, 400),
            vec![0.0; 16 * 50],
        ]);
        let (shaped, trimmed) =
            set_silence(&spoken, Duration::from_millis(100), Duration::from_millis(200)).unwrap();
        assert!(shaped.samples()[..1_600].iter().all(|sample| *sample == 0.0));
        assert!(
            shaped.samples()[shaped.samples().len() - 3_200..]
                .iter()
                .all(|sample| *sample == 0.0)
        );
        assert_eq!(trimmed.before, Duration::from_millis(680));
        assert_eq!(trimmed.after, Duration::from_millis(30));
        assert_eq!(
            shaped.duration(),
            Duration::from_millis(100 + 20 + 1_100 + 20 + 200)
        );
        let nothing = sound(&[vec![0.0; 1_600]]);
        assert!(set_silence(&nothing, Duration::ZERO, Duration::ZERO).is_none());
    }

    #[test]
    fn gain_is_in_decibels() {
        let louder = amplify(&sound(&[tone(500.0, 0.1, 500)]), 6.0);
        assert!((middle_db(&louder) + 14.0).abs() < 0.05);
    }
}
