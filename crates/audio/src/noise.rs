//! How loud a line is while nobody speaks, and from which level on a sound is speech on it.
//!
//! On a quiet line a fixed level will do. In a street, a car or a hall the background alone is above it: then speech
//! would never end. The background is what is left in the pauses between words, so it is estimated as the smallest short-time
//! power of the last seconds (minimum statistics: R. Martin, "Noise Power Spectral Density Estimation Based on Optimal
//! Smoothing and Minimum Statistics", IEEE Trans. Speech Audio Process. 9(5), 2001; here over the whole band).

use std::time::Duration;

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
