//! Synthetic speech against false digits: a talker of vowels, fricatives and pauses, by source and filter.
//!
//! It is not meant to be understood. It has what makes a detector take speech for keys: strong harmonics that glide
//! through all frequencies, narrow formants that leave two of them standing, high voices, sustained vowels.

use std::f32::consts::{PI, TAU};

use rand::RngExt;
use rand::rngs::StdRng;

const RATE: f32 = 8_000.0;
/// The first three formants of vowels of an average man, in Hz.
const VOWELS: [[f32; 3]; 10] = [
    [270.0, 2_290.0, 3_010.0],
    [390.0, 1_990.0, 2_550.0],
    [530.0, 1_840.0, 2_480.0],
    [660.0, 1_720.0, 2_410.0],
    [730.0, 1_090.0, 2_440.0],
    [570.0, 840.0, 2_410.0],
    [440.0, 1_020.0, 2_240.0],
    [300.0, 870.0, 2_240.0],
    [640.0, 1_190.0, 2_390.0],
    [490.0, 1_350.0, 1_690.0],
];
/// The level of a phrase, as the root mean square of its samples: -22 dBov.
const RMS: f32 = 2_600.0;

/// Someone who talks on and on.
pub(crate) struct Talker {
    rng: StdRng,
    /// The pitch around which the voice moves, in Hz.
    pitch: f32,
    /// How much shorter than a man's the vocal tract is.
    tract: f32,
    /// The bandwidth of the first formant, in Hz.
    bandwidth: f32,
    formants: [f32; 3],
    resonators: [Resonator; 4],
    phase: f32,
    tilt: f32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Resonator {
    gain: f32,
    one: f32,
    two: f32,
    before: [f32; 2],
}

impl Resonator {
    fn tune(&mut self, frequency: f32, bandwidth: f32) {
        let radius = (-PI * bandwidth / RATE).exp();
        self.one = 2.0 * radius * (TAU * frequency.min(3_900.0) / RATE).cos();
        self.two = -radius * radius;
        self.gain = 1.0 - self.one - self.two;
    }

    fn pass(&mut self, input: f32) -> f32 {
        let [last, last_but_one] = self.before;
        let output = self.gain * input + self.one * last + self.two * last_but_one;
        self.before = [output, last];
        output
    }
}

impl Talker {
    /// A talker of a random voice: from a low man's to a child's.
    pub(crate) fn new(mut rng: StdRng) -> Self {
        let pitch = 80.0 * 4.0_f32.powf(rng.random());
        let tract = 0.95 + 0.35 * rng.random::<f32>();
        let bandwidth = 40.0 + 60.0 * rng.random::<f32>();
        Self {
            rng,
            pitch,
            tract,
            bandwidth,
            formants: VOWELS[0],
            resonators: [Resonator::default(); 4],
            phase: 0.0,
            tilt: 0.0,
        }
    }

    /// The next phrase and the pause behind it.
    pub(crate) fn phrase(&mut self) -> Vec<f32> {
        let mut sound = Vec::new();
        let syllables = self.rng.random_range(2..12);
        for syllable in 0..syllables {
            if self.rng.random_bool(0.5) {
                self.fricative(&mut sound);
            }
            let declination = 1.1 - 0.3 * syllable as f32 / syllables as f32;
            self.vowel(declination, &mut sound);
        }
        let square: f32 = sound.iter().map(|sample| sample * sample).sum();
        let scale = RMS / (square / sound.len() as f32).sqrt().max(1e-9);
        for sample in &mut sound {
            *sample = (*sample * scale).clamp(-32_000.0, 32_000.0);
        }
        let pause = self.rng.random_range(400..4_000);
        sound.extend(std::iter::repeat_n(0.0, pause));
        sound
    }

    fn vowel(&mut self, declination: f32, sound: &mut Vec<f32>) {
        let length = match self.rng.random_bool(0.1) {
            true => self.rng.random_range(3_000..8_000),
            false => self.rng.random_range(500..2_000),
        };
        let vowel = VOWELS[self.rng.random_range(0..VOWELS.len())];
        let from = self.formants;
        let to = vowel.map(|formant| formant * self.tract * self.rng.random_range(0.93..1.07));
        let accent = self.rng.random_range(-0.25_f32..0.35);
        let vibrato = (
            self.rng.random_range(4.0_f32..7.0),
            self.rng.random_range(0.0_f32..0.02),
        );
        let breath = 0.02 * self.rng.random::<f32>();
        for n in 0..length {
            if n % 32 == 0 {
                let way = (n as f32 / 400.0).min(1.0);
                for (at, (from, to)) in from.iter().zip(to).enumerate() {
                    self.formants[at] = from + (to - from) * way;
                }
                self.tune();
            }
            let at = n as f32 / length as f32;
            let wobble = 1.0 + vibrato.1 * (TAU * vibrato.0 * n as f32 / RATE).sin();
            let pitch = self.pitch * declination * (1.0 + accent * at) * wobble;
            let envelope = (at * 12.0).min(1.0) * ((1.0 - at) * 8.0).min(1.0);
            let source = self.glottis(pitch) + breath * (self.rng.random::<f32>() - 0.5);
            sound.push(envelope * self.tract_of(source));
        }
    }

    /// A pulse each period, with a trace of jitter, falling by 6 dB an octave (the mouth gives the other 6 back).
    fn glottis(&mut self, pitch: f32) -> f32 {
        self.phase += pitch * (1.0 + 0.01 * (self.rng.random::<f32>() - 0.5)) / RATE;
        let pulse = if self.phase >= 1.0 {
            self.phase -= 1.0;
            1.0
        } else {
            0.0
        };
        self.tilt = 0.9 * self.tilt + pulse;
        self.tilt
    }

    fn tract_of(&mut self, source: f32) -> f32 {
        self.resonators
            .iter_mut()
            .fold(source, |sound, resonator| resonator.pass(sound))
    }

    fn tune(&mut self) {
        let [first, second, third] = self.formants;
        let [one, two, three, four] = &mut self.resonators;
        one.tune(first, self.bandwidth);
        two.tune(second, self.bandwidth * 1.3);
        three.tune(third, self.bandwidth * 2.0);
        four.tune(3_500.0, 300.0);
    }

    fn fricative(&mut self, sound: &mut Vec<f32>) {
        let mut colour = Resonator::default();
        colour.tune(self.rng.random_range(1_500.0..3_800.0), 600.0);
        let (length, loudness) = (self.rng.random_range(300..1_200), self.rng.random_range(0.1..1.0));
        for n in 0..length {
            let envelope = (PI * n as f32 / length as f32).sin();
            let noise = self.rng.random::<f32>() - 0.5;
            sound.push(envelope * loudness * colour.pass(noise));
        }
    }
}
