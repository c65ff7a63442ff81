//! Where speech starts and ends in a received stream, by its energy above the background of the line.

use std::time::{Duration, Instant};

use super::TELEPHONE_RATE;
use super::noise::{NoiseFloor, speech_from};

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
    pub fn in_noise(threshold_dbov: f32, hangover: Duration) -> Self {
        Self {
            noise: Some(NoiseFloor::default()),
            ..Self::new(threshold_dbov, hangover)
        }
    }

    /// Waits for speech anew, and keeps what is known of the background.
    pub fn begin_anew(&mut self, threshold_dbov: f32, hangover: Duration) {
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
        let mut detector = SpeechDetector::in_noise(-45.0, Duration::from_millis(300));
        let mut edges = Vec::new();
        let mut heard = |detector: &mut SpeechDetector, packets: std::ops::Range<u64>, sound: &[i16]| {
            for packet in packets {
                let at = origin + Duration::from_millis(20 * packet);
                edges.extend(detector.handle(sound, at).map(|edge| (packet, edge)));
            }
        };
        heard(&mut detector, 0..50, &street);
        detector.begin_anew(-45.0, Duration::from_millis(300));
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
