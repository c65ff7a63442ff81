//! Sampled sound in one channel.

use std::time::Duration;

/// Mono samples in -1.0..=1.0 at a rate.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    /// Samples a second, in Hz; never zero.
    rate: u32,
    samples: Vec<f32>,
}

impl Sound {
    /// A sound of these samples; `None` at a rate of zero.
    pub fn new(rate: u32, samples: Vec<f32>) -> Option<Self> {
        (rate > 0).then_some(Self { rate, samples })
    }

    /// A sound of 16-bit samples; `None` at a rate of zero.
    pub fn from_pcm(rate: u32, samples: &[i16]) -> Option<Self> {
        Self::new(
            rate,
            samples
                .iter()
                .map(|sample| f32::from(*sample) / 32_768.0)
                .collect(),
        )
    }

    /// Samples a second, in Hz.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// The samples, -1.0..=1.0 where the source was not overdriven.
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// How long it sounds.
    pub fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.samples.len() as f64 / f64::from(self.rate))
    }

    /// The samples rounded to 16 bits; what is beyond full scale is clipped.
    pub fn to_pcm(&self) -> Vec<i16> {
        self.samples
            .iter()
            .map(|sample| (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Sound;

    #[test]
    fn sixteen_bit_samples_survive_the_way_through_floating_point() {
        let pcm: Vec<i16> = (i16::MIN..=i16::MAX).collect();
        let sound = Sound::from_pcm(8_000, &pcm).unwrap();
        assert_eq!(sound.to_pcm(), pcm);
        assert_eq!(sound.duration(), Duration::from_millis(8_192));
    }

    #[test]
    fn overdriven_samples_are_clipped_and_a_rate_of_zero_is_refused() {
        let sound = Sound::new(8_000, vec![2.0, -2.0]).unwrap();
        assert_eq!(sound.to_pcm(), [i16::MAX, i16::MIN]);
        assert_eq!(Sound::new(0, Vec::new()), None);
    }
}
