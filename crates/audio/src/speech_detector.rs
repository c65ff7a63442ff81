//! Where speech starts and ends in a received stream, by its energy above the background of the line.
//!
//! On a quiet line a fixed level is enough. In a street, a car or a hall the background alone is above it, and speech
//! would never end. The background is what is left in the pauses between words, so it is estimated as the smallest short-time
//! power of the last seconds (minimum statistics: R. Martin, "Noise Power Spectral Density Estimation Based on Optimal
//! Smoothing and Minimum Statistics", IEEE Trans. Speech Audio Process. 9(5), 2001; here over the whole band).

use std::time::{Duration, Instant};

use super::TELEPHONE_RATE;

/// The mean square of samples, 1.0 being the square of full scale; zero for no samples.
pub fn mean_square(samples: &[i16]) -> f32 {
    if samples.is_empty() {
        return 0.0;
    }
    let sum: u64 = samples
        .iter()
        .map(|sample| u64::from(sample.unsigned_abs()).pow(2))
        .sum();
    (sum as f64 / samples.len() as f64 / (32_768.0 * 32_768.0)) as f32
}

/// A change between speech and silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeechEdge {
    /// The first loud packet came at this moment.
    Started(Instant),
    /// The last loud packet came at this moment; the hangover has passed since.
    Ended(Instant),
}

/// Tells speech from silence with a threshold and a hangover that bridges the gaps between words.
#[derive(Debug, Clone)]
pub struct SpeechDetector {
    /// Mean square from which a packet is loud on a quiet line.
    threshold: f32,
    /// The background, where it is followed.
    noise: Option<NoiseFloor>,
    hangover: Duration,
    last_loud: Option<Instant>,
}

impl SpeechDetector {
    /// A detector: packets of `threshold_dbov` and more are loud, and speech ends when none came for `hangover`.
    pub fn new(threshold_dbov: f32, hangover: Duration) -> Self {
        Self {
            threshold: power(threshold_dbov),
            noise: None,
            hangover,
            last_loud: None,
        }
    }

    /// The same, on a line with a background: what is near that is not loud.
    pub fn with_noise(threshold_dbov: f32, hangover: Duration) -> Self {
        Self {
            noise: Some(NoiseFloor::default()),
            ..Self::new(threshold_dbov, hangover)
        }
    }

    /// Waits for speech anew, and keeps what is known of the background.
    pub fn reset(&mut self, threshold_dbov: f32, hangover: Duration) {
        self.threshold = power(threshold_dbov);
        self.hangover = hangover;
        self.last_loud = None;
    }

    /// Takes the audio of one received packet, at 8 kHz.
    pub fn handle(&mut self, samples: &[i16], now: Instant) -> Option<SpeechEdge> {
        let heard = mean_square(samples);
        if heard < self.follow(heard, samples.len()) {
            return self.poll(now);
        }
        match self.last_loud.replace(now) {
            None => Some(SpeechEdge::Started(now)),
            Some(_) => None,
        }
    }

    /// Takes the power of the samples that were heard; from which power on they are speech.
    fn follow(&mut self, heard: f32, samples: usize) -> f32 {
        let Some(noise) = &mut self.noise else {
            return self.threshold;
        };
        let count = u32::try_from(samples).unwrap_or(u32::MAX);
        noise.handle(heard, Duration::from_secs(1) * count / TELEPHONE_RATE);
        speech_from(self.threshold, noise.power())
    }

    /// Ends speech whose hangover has passed; to be called also when no packet comes.
    pub fn poll(&mut self, now: Instant) -> Option<SpeechEdge> {
        let last = self
            .last_loud
            .filter(|last| now.saturating_duration_since(*last) >= self.hangover)?;
        self.last_loud = None;
        Some(SpeechEdge::Ended(last))
    }
}

fn power(dbov: f32) -> f32 {
    10f32.powf(dbov / 10.0)
}

/// Speech is this much louder than the background, as a ratio of powers: 8 dB.
const ABOVE: f32 = 6.31;
/// No background makes louder sounds than this count as silence: -28 dBov, for the active level of speech is about -22.
const LOUDEST: f32 = 1.585e-3;
/// Less than this is no background but a pause of the sender, or a lost packet: -70 dBov; silence in A-law is -72.
pub(super) const NOTHING: f32 = 1e-7;
/// The time constant that power is smoothed with.
const SMOOTHED_OVER: Duration = Duration::from_millis(100);
/// Smallest powers are kept for each of so many pieces of this length: 4 seconds, which no one talks through without
/// a pause.
const PIECE: Duration = Duration::from_millis(500);
const PIECES: usize = 8;
/// Nothing is said of the background before so much has been heard.
const LEARNT_AFTER: Duration = Duration::from_millis(300);

/// From which power on a sound is speech above a background of power `noise`, never less than `least`. Powers are mean squares,
/// 1.0 being the square of full scale.
pub(super) fn speech_from(least: f32, noise: f32) -> f32 {
    least.max((noise * ABOVE).min(LOUDEST))
}

/// Follows the background of a stream.
#[derive(Debug, Clone)]
pub(super) struct NoiseFloor {
    smoothed: f32,
    heard: Duration,
    /// The smallest smoothed power of each piece; the piece that goes on is at `piece`.
    smallest: [f32; PIECES],
    piece: usize,
    in_piece: Duration,
}

impl Default for NoiseFloor {
    fn default() -> Self {
        Self {
            smoothed: 0.0,
            heard: Duration::ZERO,
            smallest: [f32::INFINITY; PIECES],
            piece: 0,
            in_piece: Duration::ZERO,
        }
    }
}

impl NoiseFloor {
    /// Takes the power of the sound that follows, `length` of it.
    pub(super) fn handle(&mut self, power: f32, length: Duration) {
        if power < NOTHING {
            return;
        }
        let weight = (length.as_secs_f32() / SMOOTHED_OVER.as_secs_f32()).min(1.0);
        if self.heard.is_zero() {
            self.smoothed = power;
        }
        self.smoothed += (power - self.smoothed) * weight;
        self.heard = self.heard.saturating_add(length);
        self.in_piece = self.in_piece.saturating_add(length);
        if self.in_piece >= PIECE {
            self.in_piece = Duration::ZERO;
            self.piece = (self.piece + 1) % PIECES;
            self.keep(f32::INFINITY);
        }
        self.keep(self.smallest().min(self.smoothed));
    }

    /// The power of the background, 1.0 being the square of full scale; zero while it is not known.
    pub(super) fn power(&self) -> f32 {
        if self.heard < LEARNT_AFTER {
            return 0.0;
        }
        self.smallest.iter().copied().fold(f32::INFINITY, f32::min)
    }

    fn smallest(&self) -> f32 {
        self.smallest.get(self.piece).copied().unwrap_or(f32::INFINITY)
    }

    fn keep(&mut self, power: f32) {
        if let Some(place) = self.smallest.get_mut(self.piece) {
            *place = power;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{SpeechDetector, SpeechEdge, mean_square};

    #[test]
    fn mean_square_is_relative_to_full_scale() {
        let level = 10.0 * mean_square(&[16_384, -16_384]).log10();
        assert!((level + 6.0).abs() < 0.1, "{level} dBov");
        assert_eq!(mean_square(&[i16::MIN]), 1.0);
        assert_eq!(mean_square(&[0; 160]), 0.0);
        assert_eq!(mean_square(&[]), 0.0);
    }

    #[test]
    fn speech_ends_after_the_hangover_at_its_last_loud_packet() {
        #[expect(clippy::disallowed_methods, reason = "an arbitrary origin for simulated time")]
        let origin = Instant::now();
        let at = |ms| origin + Duration::from_millis(ms);
        let loud = [4_000; 160];
        let quiet = [0; 160];
        let mut detector = SpeechDetector::new(-45.0, Duration::from_millis(800));
        assert_eq!(detector.handle(&quiet, at(0)), None);
        assert_eq!(detector.handle(&loud, at(20)), Some(SpeechEdge::Started(at(20))));
        assert_eq!(detector.handle(&quiet, at(40)), None);
        assert_eq!(detector.handle(&loud, at(600)), None);
        assert_eq!(detector.handle(&quiet, at(1_399)), None);
        assert_eq!(detector.poll(at(1_400)), Some(SpeechEdge::Ended(at(600))));
        assert_eq!(detector.poll(at(3_000)), None);
    }

    #[test]
    fn speech_in_a_street_starts_and_ends_though_the_street_is_loud() {
        #[expect(clippy::disallowed_methods, reason = "an arbitrary origin for simulated time")]
        let origin = Instant::now();
        // -36 dBov and -20 dBov.
        let (street, speech) = ([520; 160], [3_277; 160]);
        let mut detector = SpeechDetector::with_noise(-45.0, Duration::from_millis(300));
        let mut edges = Vec::new();
        let mut heard = |detector: &mut SpeechDetector, packets: std::ops::Range<u64>, sound: &[i16]| {
            for packet in packets {
                let at = origin + Duration::from_millis(20 * packet);
                edges.extend(detector.handle(sound, at).map(|edge| (packet, edge)));
            }
        };
        heard(&mut detector, 0..50, &street);
        detector.reset(-45.0, Duration::from_millis(300));
        heard(&mut detector, 50..100, &street);
        heard(&mut detector, 100..200, &speech);
        heard(&mut detector, 200..500, &street);
        let at = |packet: u64| origin + Duration::from_millis(20 * packet);
        let last = &edges[edges.len() - 2..];
        assert_eq!(
            last,
            [
                (100, SpeechEdge::Started(at(100))),
                (214, SpeechEdge::Ended(at(199)))
            ],
            "{edges:?}"
        );
        assert!(edges[..edges.len() - 2].iter().all(|(packet, _)| *packet < 50));
    }
}

#[cfg(test)]
mod noise_tests {
    use std::time::Duration;

    use super::{NoiseFloor, speech_from};

    const PACKET: Duration = Duration::from_millis(20);

    fn after(floor: &mut NoiseFloor, power: f32, packets: u32) -> f32 {
        for _ in 0..packets {
            floor.handle(power, PACKET);
        }
        floor.power()
    }

    #[test]
    fn background_is_what_is_left_between_the_words() {
        let mut floor = NoiseFloor::default();
        for _ in 0..20 {
            after(&mut floor, 6e-3, 20);
            after(&mut floor, 1e-4, 15);
        }
        let power = floor.power();
        assert!((1e-4..4e-4).contains(&power), "{power}");
    }

    #[test]
    fn background_that_grows_is_followed_within_its_seconds_and_one_that_falls_at_once() {
        let mut floor = NoiseFloor::default();
        after(&mut floor, 1e-6, 100);
        assert!(
            after(&mut floor, 1e-4, 150) < 2e-6,
            "three seconds may be one word"
        );
        assert!(after(&mut floor, 1e-4, 100) > 9e-5);
        assert!(after(&mut floor, 1e-6, 40) < 2e-6);
    }

    #[test]
    fn nothing_is_said_before_something_was_heard() {
        let mut floor = NoiseFloor::default();
        assert_eq!(floor.power(), 0.0);
        assert_eq!(after(&mut floor, 1e-2, 10), 0.0);
        assert!(after(&mut floor, 1e-2, 10) > 9e-3);
    }

    #[test]
    fn pauses_of_the_sender_are_no_background() {
        let mut floor = NoiseFloor::default();
        after(&mut floor, 1e-4, 50);
        assert!(after(&mut floor, 0.0, 50) > 9e-5);
    }

    #[test]
    fn loud_background_never_silences_speech() {
        let least = 3.16e-5;
        assert_eq!(speech_from(least, 0.0), least);
        assert!(speech_from(least, 1e-4) > 6e-4);
        assert!(speech_from(least, 1.0) < 2e-3, "-28 dBov");
        assert!(speech_from(0.1, 1.0) >= 0.1, "the configured level is the least");
    }
}
