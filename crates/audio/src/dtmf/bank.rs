//! The arithmetic of the in-band detector: eight correlations over a sliding window.
//!
//! What Goertzel's recursion gives for a window, the sum of its samples times a turning phasor, is built here from three
//! blocks of a third of the window: each sample is multiplied once, not three times, eight frequencies side by side.

use std::f64::consts::TAU;
use std::sync::LazyLock;

use crate::TELEPHONE_RATE;

/// Samples by which the window moves.
pub(super) const HOP: usize = 34;
/// Samples of a window.
pub(super) const WINDOW: usize = 3 * HOP;
/// The frequencies of ITU-T Q.23 in Hz: the low group, then the high one.
pub(super) const FREQUENCIES: [f64; 8] = [697.0, 770.0, 852.0, 941.0, 1209.0, 1336.0, 1477.0, 1633.0];
/// The event code (RFC 4733) of each pair: rows by low, columns by high frequency.
pub(super) const KEYPAD: [[u8; 4]; 4] = [[1, 2, 3, 12], [4, 5, 6, 13], [7, 8, 9, 14], [10, 0, 11, 15]];
/// How far a tone may be off its frequency: 1.5 % must be heard, 3.5 % must not (ITU-T Q.24); voices make it narrow.
const TOLERANCE: f64 = 0.018;

/// A complex number.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Complex {
    pub(super) re: f32,
    pub(super) im: f32,
}

impl Complex {
    fn turned(angle: f64) -> Self {
        Self {
            re: angle.cos() as f32,
            im: angle.sin() as f32,
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            re: self.re + other.re,
            im: self.im + other.im,
        }
    }

    pub(super) fn times(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }

    pub(super) fn conjugate(self) -> Self {
        Self { im: -self.im, ..self }
    }

    pub(super) fn power(self) -> f32 {
        self.re * self.re + self.im * self.im
    }

    fn scaled(self, by: f32) -> Self {
        Self {
            re: self.re * by,
            im: self.im * by,
        }
    }
}

/// A third of a window: eight sums of samples times cosine, eight of samples times minus sine, and the energy.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SampleBlock {
    sums: [f32; 16],
    pub(super) energy: f32,
}

impl SampleBlock {
    /// Adds samples that stand from `place` on in the block; what reaches beyond it is not added.
    pub(super) fn add(&mut self, bank: &Bank, place: usize, samples: &[i16]) {
        let rows = bank.rows.get(place..).unwrap_or_default();
        for (row, sample) in rows.iter().zip(samples) {
            let sample = f32::from(*sample);
            self.energy += sample * sample;
            for (sum, factor) in self.sums.iter_mut().zip(row) {
                *sum += sample * factor;
            }
        }
    }

    fn phasors(&self) -> [Complex; 8] {
        let [a, b, c, d, e, f, g, h, im @ ..] = self.sums;
        let re = [a, b, c, d, e, f, g, h];
        let mut phasors = [Complex::default(); 8];
        for ((phasor, re), im) in phasors.iter_mut().zip(re).zip(im) {
            *phasor = Complex { re, im };
        }
        phasors
    }
}

/// What all detectors share: tables of the eight frequencies.
#[derive(Debug)]
pub(super) struct Bank {
    rows: [[f32; 16]; HOP],
    tones: [BankTone; 8],
    /// How much of the high tone is heard at the low one's frequency, by low and high.
    leaks: [[Complex; 4]; 4],
}

#[derive(Debug, Clone, Copy, Default)]
struct BankTone {
    /// Turns the second and the third block of a window to its first sample.
    blocks: [Complex; 2],
    /// Takes the nominal turn of a hop away.
    hop: Complex,
    /// The largest angle by which it may turn beyond that.
    limit: f32,
}

/// The tables; computed at the first use.
pub(super) fn bank() -> &'static Bank {
    static BANK: LazyLock<Bank> = LazyLock::new(Bank::new);
    &BANK
}

impl Bank {
    fn new() -> Self {
        let mut rows = [[0.0; 16]; HOP];
        for (place, row) in rows.iter_mut().enumerate() {
            let (cosines, sines) = row.split_at_mut(8);
            for ((cosine, sine), frequency) in cosines.iter_mut().zip(sines).zip(FREQUENCIES) {
                let angle = step(frequency) * place as f64;
                *cosine = angle.cos() as f32;
                *sine = -angle.sin() as f32;
            }
        }
        let (low, high) = FREQUENCIES.split_at(4);
        let mut leaks = [[Complex::default(); 4]; 4];
        for (row, low) in leaks.iter_mut().zip(low) {
            for (leak, high) in row.iter_mut().zip(high) {
                *leak = sum_of_phasors(step(*high) - step(*low));
            }
        }
        Self {
            rows,
            tones: FREQUENCIES.map(BankTone::new),
            leaks,
        }
    }

    /// The eight correlations of a window.
    pub(super) fn window(&self, [first, second, third]: &[SampleBlock; 3]) -> [Complex; 8] {
        let mut sums = first.phasors();
        let later = second.phasors().into_iter().zip(third.phasors());
        for ((sum, (second, third)), tone) in sums.iter_mut().zip(later).zip(&self.tones) {
            let [turn_second, turn_third] = tone.blocks;
            *sum = sum.plus(second.times(turn_second)).plus(third.times(turn_third));
        }
        sums
    }

    /// The two tones by themselves, without what each adds to the other's correlation, as half amplitudes; and the
    /// energy that they explain (least squares).
    pub(super) fn separate(&self, sums: &[Complex; 8], low: usize, high: usize) -> ([Complex; 2], f32) {
        let at = |place: usize| sums.get(place).copied().unwrap_or_default();
        let (low_sum, high_sum) = (at(low), at(4 + high));
        let leak = self
            .leaks
            .get(low)
            .and_then(|row| row.get(high))
            .copied()
            .unwrap_or_default();
        let window = WINDOW as f32;
        let scale = 1.0 / (window * window - leak.power());
        let without = |own: Complex, other: Complex, leak: Complex| {
            own.scaled(window)
                .plus(leak.times(other).scaled(-1.0))
                .scaled(scale)
        };
        let low_tone = without(low_sum, high_sum, leak);
        let high_tone = without(high_sum, low_sum, leak.conjugate());
        let explained = low_tone.conjugate().times(low_sum).re + high_tone.conjugate().times(high_sum).re;
        ([low_tone, high_tone], 2.0 * explained)
    }

    /// The share of a tone's energy that its correlation gives, when from hop to hop it turns as `turn` does; `None` when
    /// it is too far off its frequency.
    pub(super) fn share_heard(&self, tone: usize, turn: Complex) -> Option<f32> {
        let tone = self.tones.get(tone)?;
        let beyond = turn.times(tone.hop);
        let angle = beyond.im.atan2(beyond.re).abs();
        // Half of what it turns in a window; a rectangular window hears a tone beside its frequency by sin(x)/x.
        let half = angle * (WINDOW / HOP) as f32 / 2.0;
        let share = if half < 0.01 {
            1.0
        } else {
            (half.sin() / half).powi(2)
        };
        (angle <= tone.limit).then_some(share)
    }
}

/// The energy in a window of a tone whose half amplitude has this power.
pub(super) fn energy_of(power: f32) -> f32 {
    2.0 * WINDOW as f32 * power
}

impl BankTone {
    fn new(frequency: f64) -> Self {
        let hop = step(frequency) * HOP as f64;
        Self {
            blocks: [Complex::turned(-hop), Complex::turned(-2.0 * hop)],
            hop: Complex::turned(-hop),
            limit: (hop * TOLERANCE) as f32,
        }
    }
}

/// Radians from sample to sample.
fn step(frequency: f64) -> f64 {
    TAU * frequency / f64::from(TELEPHONE_RATE)
}

/// The sum of a window of unit phasors that turn by `step`.
fn sum_of_phasors(step: f64) -> Complex {
    let (re, im) = (0..WINDOW).fold((0.0, 0.0), |(re, im), place| {
        let angle = step * place as f64;
        (re + angle.cos(), im + angle.sin())
    });
    Complex {
        re: re as f32,
        im: im as f32,
    }
}
