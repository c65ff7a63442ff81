//! How much of a recording is speech, and where the last of it ends.
//!
//! Frames of 20 ms are loud or not by their energy, as in [`SpeechDetector`](super::SpeechDetector); a frame that is
//! not yet full is not judged. What a click or a breath makes loud is a few frames and shows as very little speech.

use std::time::Duration;

/// Frames a second.
const FRAMES: u32 = 50;

/// Measures speech in samples as they come.
#[derive(Debug, Clone)]
pub struct Activity {
    rate: u32,
    /// Sum of squares from which a frame is loud.
    threshold: f64,
    frame: usize,
    in_frame: usize,
    sum: f64,
    /// Whole frames so far.
    frames: u64,
    loud: u64,
    /// Frames up to the end of the last loud one.
    loud_until: u64,
}

impl Activity {
    /// Nothing heard yet of a sound of `rate` samples a second; frames of `threshold_dbov` and more are loud.
    pub fn new(rate: u32, threshold_dbov: f32) -> Self {
        let frame = (rate / FRAMES).max(1);
        let mean_square = 10f64.powf(f64::from(threshold_dbov) / 10.0) * 32_768.0 * 32_768.0;
        Self {
            rate: rate.max(1),
            threshold: mean_square * f64::from(frame),
            frame: frame as usize,
            in_frame: 0,
            sum: 0.0,
            frames: 0,
            loud: 0,
            loud_until: 0,
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
        if self.sum >= self.threshold {
            self.loud += 1;
            self.loud_until = self.frames;
        }
        (self.in_frame, self.sum) = (0, 0.0);
    }

    /// How long it was loud, all loud frames together.
    pub fn speech(&self) -> Duration {
        self.time(self.loud)
    }

    /// From the first sample to the end of the last loud frame.
    pub fn last_speech(&self) -> Duration {
        self.time(self.loud_until)
    }

    fn time(&self, frames: u64) -> Duration {
        let samples = frames * self.frame as u64;
        Duration::from_secs_f64(samples as f64 / f64::from(self.rate))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::Activity;

    #[test]
    fn speech_is_the_sum_of_loud_frames_and_ends_with_the_last() {
        for rate in [8_000_u32, 16_000] {
            let mut activity = Activity::new(rate, -45.0);
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
        let mut activity = Activity::new(8_000, -45.0);
        activity.handle(&[i16::MIN; 320]);
        assert_eq!(activity.speech(), Duration::from_millis(40));
    }

    proptest! {
        #[test]
        fn the_cut_into_blocks_does_not_matter(
            samples in prop::collection::vec(prop::sample::select(vec![0i16, 150, 300, 9_000]), 0..2_000),
            cuts in prop::collection::vec(0usize..2_000, 0..6),
        ) {
            let mut whole = Activity::new(8_000, -45.0);
            whole.handle(&samples);
            let mut cut = Activity::new(8_000, -45.0);
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
}
