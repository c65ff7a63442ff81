//! Something to say for a caller without a recording: noise with the rhythm of syllables. Pure.

use std::f32::consts::TAU;
use std::time::Duration;

use rand::{Rng, RngExt};

use aftercall_audio::{Sound, TELEPHONE_RATE};

/// Syllables a second.
const SYLLABLES_HZ: f32 = 4.0;
/// Loudest sample of a syllable.
const PEAK: f32 = 0.35;
/// Share of the sample before in each one: takes the hiss off the noise.
const SMOOTHING: f32 = 0.7;

/// Sound of this length that a listener takes for speech, another one for each state of `rng`.
pub fn synthetic_speech(duration: Duration, rng: &mut impl Rng) -> Sound {
    let rate = TELEPHONE_RATE as f32;
    let count = (duration.as_secs_f32() * rate) as usize;
    let mut before = 0.0;
    let samples = (0..count)
        .map(|n| {
            let syllable = (1.0 - (TAU * SYLLABLES_HZ * n as f32 / rate).cos()) / 2.0;
            let noise: f32 = rng.random_range(-1.0..1.0);
            before = SMOOTHING * before + (1.0 - SMOOTHING) * noise;
            (before * 2.0 * PEAK * syllable).clamp(-PEAK, PEAK)
        })
        .collect();
    Sound::new(TELEPHONE_RATE, samples).expect("the rate of telephone speech is not zero")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    use super::synthetic_speech;
    use aftercall_audio::SpeechActivity;

    #[test]
    fn synthetic_speech_is_loud_like_speech_and_follows_from_its_seed() {
        let speech = |seed| synthetic_speech(Duration::from_secs(3), &mut SmallRng::seed_from_u64(seed));
        let sound = speech(1);
        assert_eq!(sound.duration(), Duration::from_secs(3));
        let mut activity = SpeechActivity::new(sound.rate(), -45.0);
        activity.handle(&sound.to_pcm());
        assert!(
            activity.speech() > Duration::from_secs(2),
            "{:?}",
            activity.speech()
        );
        assert_eq!(sound, speech(1));
        assert_ne!(sound, speech(2));
    }
}
