//! Where speech starts and ends in a received stream, by its energy.
//!
//! For the test caller, which presses a key when the prompt it hears has ended. Not a voice activity detector for
//! people: the other side is a prompt over silence.

use std::time::{Duration, Instant};

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
    /// Mean square from which a packet is loud.
    threshold: f32,
    hangover: Duration,
    last_loud: Option<Instant>,
}

impl SpeechDetector {
    /// A detector: packets of `threshold_dbov` and more are loud, and speech ends when none came for `hangover`.
    pub fn new(threshold_dbov: f32, hangover: Duration) -> Self {
        Self {
            threshold: 10f32.powf(threshold_dbov / 10.0),
            hangover,
            last_loud: None,
        }
    }

    /// Takes the audio of one received packet.
    pub fn handle(&mut self, samples: &[i16], now: Instant) -> Option<SpeechEdge> {
        if mean_square(samples) < self.threshold {
            return self.poll(now);
        }
        match self.last_loud.replace(now) {
            None => Some(SpeechEdge::Started(now)),
            Some(_) => None,
        }
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
}
