//! How much of a recording is speech, and where the last of it ends.
//!
//! Frames of 20 ms are loud or not by their energy, as in [`SpeechDetector`](super::SpeechDetector); a frame that is
//! not yet full is not judged. What a click or a breath makes loud is a few frames and shows as very little speech.
//!
//! How loud speech has to be depends on the background, which is known only at the end: so frames are counted by their
//! level, in steps of a decibel, and judged when asked.

use std::time::Duration;

use super::speech_detector::{NOTHING, speech_from};

/// Frames a second.
const FRAMES: u32 = 50;
/// Steps of a decibel from [`QUIETEST_DBOV`] up to full scale.
const LEVELS: usize = 80;
/// Everything quieter counts as this loud.
const QUIETEST_DBOV: f64 = -79.0;
/// One frame in so many is at most as loud as the background.
const BACKGROUND_SHARE: u64 = 10;

/// Measures speech in samples as they come.
#[derive(Debug, Clone)]
pub struct SpeechActivity {
    rate: u32,
    /// Mean square from which a frame is loud on a quiet line.
    threshold: f32,
    frame: usize,
    in_frame: usize,
    sum: f64,
    /// Whole frames so far.
    frames: u64,
    levels: [Level; LEVELS],
}

/// The frames of one level.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    frames: u64,
    /// Frames up to the end of the last of them.
    until: u64,
}

impl SpeechActivity {
    /// Nothing heard yet of a sound of `rate` samples a second; frames of `threshold_dbov` and more are loud, where the
    /// background is not near that.
    pub fn new(rate: u32, threshold_dbov: f32) -> Self {
        Self {
            rate: rate.max(1),
            threshold: 10f32.powf(threshold_dbov / 10.0),
            frame: (rate / FRAMES).max(1) as usize,
            in_frame: 0,
            sum: 0.0,
            frames: 0,
            levels: [Level::default(); LEVELS],
        }
    }

    /// Takes the samples that follow.
    pub fn handle(&mut self, samples: &[i16]) {
        for sample in samples {
            self.sum += f64::from(i32::from(*sample) * i32::from(*sample));
            self.in_frame += 1;
            if self.in_frame == self.frame {
                self.end_frame();
            }
        }
    }

    fn end_frame(&mut self) {
        self.frames += 1;
        let mean_square = self.sum / self.frame as f64 / (32_768.0 * 32_768.0);
        if let Some(level) = self.levels.get_mut(place(mean_square)) {
            level.frames += 1;
            level.until = self.frames;
        }
        (self.in_frame, self.sum) = (0, 0.0);
    }

    /// How long it was loud, all loud frames together.
    pub fn speech(&self) -> Duration {
        self.time(self.loud().map(|level| level.frames).sum())
    }

    /// From the first sample to the end of the last loud frame.
    pub fn last_speech(&self) -> Duration {
        self.time(self.loud().map(|level| level.until).max().unwrap_or(0))
    }

    fn loud(&self) -> impl Iterator<Item = &Level> {
        let from = speech_from(self.threshold, self.background());
        self.levels.iter().skip(place(f64::from(from)))
    }

    /// The power that a tenth of the frames do not exceed, of those that hold any sound.
    fn background(&self) -> f32 {
        let nothing = place(f64::from(NOTHING));
        let sounding = self.levels.get(nothing..).unwrap_or_default();
        let all: u64 = sounding.iter().map(|level| level.frames).sum();
        let mut quieter = 0;
        let level = sounding.iter().position(|level| {
            quieter += level.frames;
            quieter * BACKGROUND_SHARE > all
        });
        level.map_or(0.0, |level| {
            10f32.powf((QUIETEST_DBOV as f32 + (nothing + level) as f32) / 10.0)
        })
    }

    fn time(&self, frames: u64) -> Duration {
        let samples = frames * self.frame as u64;
        Duration::from_secs_f64(samples as f64 / f64::from(self.rate))
    }
}

/// The place of a power among [`LEVELS`].
fn place(mean_square: f64) -> usize {
    let above = 10.0 * mean_square.log10() - QUIETEST_DBOV;
    // Rounded towards zero; what is below the range, and the logarithm of zero, become zero.
    (above as usize).min(LEVELS - 1)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::SpeechActivity;

    #[test]
    fn speech_is_the_sum_of_loud_frames_and_ends_with_the_last() {
        for rate in [8_000_u32, 16_000] {
            let mut activity = SpeechActivity::new(rate, -45.0);
            let second = rate as usize;
            activity.handle(&vec![0; second]);
            assert_eq!(activity.speech(), Duration::ZERO);
            activity.handle(&vec![4_000; second]);
            activity.handle(&vec![20; second]);
            activity.handle(&vec![-4_000; second / 2]);
            activity.handle(&vec![0; second]);
            assert_eq!(activity.speech(), Duration::from_millis(1_500), "{rate}");
            assert_eq!(activity.last_speech(), Duration::from_millis(3_500), "{rate}");
        }
    }

    #[test]
    fn loudest_samples_do_not_overflow() {
        let mut activity = SpeechActivity::new(8_000, -45.0);
        activity.handle(&[i16::MIN; 320]);
        assert_eq!(activity.speech(), Duration::from_millis(40));
    }

    proptest! {
        #[test]
        fn the_cut_into_blocks_does_not_matter(
            samples in prop::collection::vec(prop::sample::select(vec![0i16, 150, 300, 9_000]), 0..2_000),
            cuts in prop::collection::vec(0usize..2_000, 0..6),
        ) {
            let mut whole = SpeechActivity::new(8_000, -45.0);
            whole.handle(&samples);
            let mut cut = SpeechActivity::new(8_000, -45.0);
            let mut rest = &samples[..];
            for at in cuts {
                let (now, later) = rest.split_at(at.min(rest.len()));
                cut.handle(now);
                rest = later;
            }
            cut.handle(rest);
            prop_assert_eq!((whole.speech(), whole.last_speech()), (cut.speech(), cut.last_speech()));
        }
    }

    #[test]
    fn speech_in_a_street_is_told_from_the_street() {
        let mut activity = SpeechActivity::new(8_000, -45.0);
        activity.handle(&vec![520; 8_000]);
        activity.handle(&vec![3_277; 16_000]);
        activity.handle(&vec![520; 32_000]);
        assert_eq!(activity.speech(), Duration::from_secs(2));
        assert_eq!(activity.last_speech(), Duration::from_secs(3));
    }
}
