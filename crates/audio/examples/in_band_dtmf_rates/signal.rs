//! Test signals: tone pairs with every defect that a line can give them, and noise, as 16-bit samples at 8 kHz that
//! went through mu-law, as they do on the wire.

use std::f32::consts::TAU;

use rand::RngExt;
use rand::rngs::StdRng;

use aftercall_audio::g711::Companding;

/// Samples in a millisecond.
const PER_MS: f32 = 8.0;
/// The amplitude of a sine of 0 dBm0, when a full-scale one has 3.17 dBm0 (ITU-T G.711).
const AMPLITUDE_0DBM0: f32 = 22_301.0;
const LOW: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const HIGH: [f32; 4] = [1_209.0, 1_336.0, 1_477.0, 1_633.0];
/// The keys in the order of their rows.
pub(crate) const KEYS: [char; 16] = [
    '1', '2', '3', 'A', '4', '5', '6', 'B', '7', '8', '9', 'C', '*', '0', '#', 'D',
];

/// One key as a phone and a line make it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tone {
    pub(crate) key: char,
    pub(crate) ms: f32,
    /// The level of each tone, in dBm0, before twist.
    pub(crate) level_dbm0: f32,
    /// How much stronger the high tone is than the low one: the weaker one is lowered.
    pub(crate) twist_db: f32,
    /// How far each tone is off its frequency, in percent.
    pub(crate) low_off_percent: f32,
    pub(crate) high_off_percent: f32,
}

impl Tone {
    /// A tone as it should be.
    pub(crate) const fn nominal(key: char, ms: f32) -> Self {
        Self {
            key,
            ms,
            level_dbm0: -10.0,
            twist_db: 0.0,
            low_off_percent: 0.0,
            high_off_percent: 0.0,
        }
    }

    /// Adds the tone, from random phases on, to `sound` at a place in milliseconds.
    pub(crate) fn add_to(&self, sound: &mut [f32], at_ms: f32, rng: &mut StdRng) {
        let place = KEYS.iter().position(|key| *key == self.key).unwrap_or_default();
        let (low, high) = (LOW[place / 4], HIGH[place % 4]);
        let (low_db, high_db) = (self.twist_db.max(0.0), (-self.twist_db).max(0.0));
        let off = |frequency: f32, percent: f32| frequency * (1.0 + percent / 100.0);
        let partials = [
            (off(low, self.low_off_percent), self.level_dbm0 - low_db),
            (off(high, self.high_off_percent), self.level_dbm0 - high_db),
        ];
        let (begin, length) = (samples(at_ms), samples(self.ms));
        for (frequency, level) in partials {
            let (phase, amplitude) = (rng.random::<f32>() * TAU, amplitude(level));
            for (n, sample) in sound.iter_mut().skip(begin).take(length).enumerate() {
                *sample += amplitude * (TAU * frequency / 8_000.0 * n as f32 + phase).sin();
            }
        }
    }
}

/// Silence.
pub(crate) fn silence(ms: f32) -> Vec<f32> {
    vec![0.0; samples(ms)]
}

/// One tone with silence before, of random length, and behind.
pub(crate) fn alone(tone: Tone, rng: &mut StdRng) -> Vec<f32> {
    let lead = 60.0 + rng.random::<f32>() * 20.0;
    let mut sound = silence(lead + tone.ms + 60.0);
    tone.add_to(&mut sound, lead, rng);
    sound
}

/// Adds white Gaussian noise of this power (root mean square).
pub(crate) fn add_noise(sound: &mut [f32], rms: f32, rng: &mut StdRng) {
    for sample in sound {
        let (one, other): (f32, f32) = (rng.random::<f32>().max(f32::MIN_POSITIVE), rng.random());
        *sample += rms * (-2.0 * one.ln()).sqrt() * (TAU * other).cos();
    }
}

/// The root mean square of noise that lies this far below a pair of tones of `level_dbm0` each.
pub(crate) fn noise_below(level_dbm0: f32, db: f32) -> f32 {
    // Two sines of amplitude A have a mean square of A * A.
    amplitude(level_dbm0) * decibels(-db)
}

/// As it arrives: through mu-law and back.
pub(crate) fn on_the_wire(sound: &[f32]) -> Vec<i16> {
    let law = Companding::Mu;
    sound
        .iter()
        .map(|sample| law.decode(law.encode(sample.round() as i16)))
        .collect()
}

/// The amplitude of a sine.
pub(crate) fn amplitude(dbm0: f32) -> f32 {
    AMPLITUDE_0DBM0 * decibels(dbm0)
}

/// A ratio of amplitudes.
pub(crate) fn decibels(db: f32) -> f32 {
    10.0_f32.powf(db / 20.0)
}

fn samples(ms: f32) -> usize {
    (ms * PER_MS).round() as usize
}
