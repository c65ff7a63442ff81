//! How much of a sound lies outside a band.
//!
//! Frames of 512 samples under a Hann window, half overlapping, are transformed (radix 2) and their powers summed.
//! At 8 kHz that resolves 16 Hz, and a strong tone leaks less than -60 dB four lines away.

use std::f64::consts::PI;
use std::ops::RangeInclusive;

use super::Sound;

const FRAME: usize = 512;

/// The power outside a band, in dB of the whole; -120 where there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutOfBandPower {
    /// Below the band.
    pub below_db: f64,
    /// Above the band.
    pub above_db: f64,
}

/// The power of `sound` below and above `band_hz`. A sound shorter than a frame is filled up with silence.
pub fn out_of_band_power(sound: &Sound, band_hz: &RangeInclusive<f64>) -> OutOfBandPower {
    let (mut below, mut above, mut whole) = (0.0, 0.0, 1e-30);
    let line_hz = f64::from(sound.rate()) / FRAME as f64;
    let mut start = 0;
    loop {
        let frame = sound.samples().get(start..).unwrap_or_default();
        for (line, power) in powers(frame).into_iter().enumerate() {
            let frequency = line as f64 * line_hz;
            whole += power;
            if frequency < *band_hz.start() {
                below += power;
            } else if frequency > *band_hz.end() {
                above += power;
            }
        }
        start += FRAME / 2;
        if start + FRAME > sound.samples().len() {
            break;
        }
    }
    let share = |power: f64| 10.0 * (power / whole).max(1e-12).log10();
    OutOfBandPower {
        below_db: share(below),
        above_db: share(above),
    }
}

/// The power at each line from 0 Hz to half the rate.
fn powers(samples: &[f32]) -> Vec<f64> {
    let mut lines: Vec<(f64, f64)> = (0..FRAME)
        .map(|n| {
            let window = 0.5 - 0.5 * (2.0 * PI * n as f64 / FRAME as f64).cos();
            (
                samples.get(n).map_or(0.0, |sample| f64::from(*sample) * window),
                0.0,
            )
        })
        .collect();
    transform(&mut lines);
    lines.truncate(FRAME / 2 + 1);
    lines.into_iter().map(|(re, im)| re * re + im * im).collect()
}

/// The discrete Fourier transform, in place, of a power of two of complex values.
fn transform(values: &mut [(f64, f64)]) {
    let half = values.len() / 2;
    if half == 0 {
        return;
    }
    let mut even: Vec<_> = values.iter().step_by(2).copied().collect();
    let mut odd: Vec<_> = values.iter().skip(1).step_by(2).copied().collect();
    transform(&mut even);
    transform(&mut odd);
    let (first, second) = values.split_at_mut(half);
    let outputs = first.iter_mut().zip(second);
    for (k, ((low, high), (even, odd))) in outputs.zip(even.iter().zip(&odd)).enumerate() {
        let (sin, cos) = (-PI * k as f64 / half as f64).sin_cos();
        let turned = (odd.0 * cos - odd.1 * sin, odd.0 * sin + odd.1 * cos);
        *low = (even.0 + turned.0, even.1 + turned.1);
        *high = (even.0 - turned.0, even.1 - turned.1);
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::out_of_band_power;
    use crate::Sound;

    /// Tones of (hertz, amplitude) together, half a second at 8 kHz.
    fn tones(parts: &[(f64, f64)]) -> Sound {
        let at = |n: usize| -> f64 {
            let time = n as f64 / 8_000.0;
            parts
                .iter()
                .map(|(hertz, size)| size * (TAU * hertz * time).sin())
                .sum()
        };
        Sound::new(8_000, (0..4_000).map(|n| at(n) as f32).collect()).unwrap()
    }

    #[test]
    fn each_side_of_the_band_is_told_in_decibels_of_the_whole() {
        let found = out_of_band_power(
            &tones(&[(1_000.0, 0.5), (100.0, 0.05), (3_800.0, 0.005)]),
            &(250.0..=3_450.0),
        );
        assert!((found.below_db + 20.0).abs() < 0.2, "{found:?}");
        assert!((found.above_db + 40.0).abs() < 0.2, "{found:?}");
    }

    #[test]
    fn what_lies_within_is_not_outside() {
        let found = out_of_band_power(&tones(&[(350.0, 0.3), (3_300.0, 0.3)]), &(250.0..=3_450.0));
        assert!(found.below_db < -60.0 && found.above_db < -60.0, "{found:?}");
        let silence = out_of_band_power(&Sound::new(8_000, vec![0.0; 20]).unwrap(), &(250.0..=3_450.0));
        assert_eq!((silence.below_db, silence.above_db), (-120.0, -120.0));
    }
}
