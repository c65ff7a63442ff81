//! Quantiles of what was measured, exact; and the silence at the beginning of prompts, which a measurement to the first
//! *loud* packet contains. Pure.

use std::fmt;
use std::time::Duration;

use aftercall_audio::g711::Companding;
use aftercall_audio::mean_square;
use aftercall_audio::prompts::Catalog;
use aftercall_media::SpeechDetection;

/// Durations measured one by one.
#[derive(Debug, Clone, Default)]
pub struct Sample(Vec<Duration>);

/// The figures of a sample that people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// How many were measured.
    pub count: u64,
    /// Half are at most this.
    pub p50: Duration,
    /// 99 of 100 are at most this.
    pub p99: Duration,
    /// All are at most this.
    pub max: Duration,
}

impl Sample {
    /// Adds one.
    pub fn add(&mut self, duration: Duration) {
        self.0.push(duration);
    }

    /// The figures of what was added.
    pub fn figures(&self) -> Figures {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let quantile = |share: f64| {
            let rank = (share * sorted.len() as f64).ceil() as usize;
            sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
        };
        Figures {
            count: sorted.len() as u64,
            p50: quantile(0.50),
            p99: quantile(0.99),
            max: quantile(1.0),
        }
    }
}

impl Figures {
    /// The figures, had each value been shorter by `part`.
    #[must_use]
    pub fn without(self, part: Duration) -> Self {
        let less = |value: Duration| value.saturating_sub(part);
        Self {
            count: self.count,
            p50: less(self.p50),
            p99: less(self.p99),
            max: less(self.max),
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count == 0 {
            return f.write_str("not measured");
        }
        let [p50, p99, max] = [self.p50, self.p99, self.max].map(|duration| duration.as_secs_f64() * 1_000.0);
        write!(f, "p50 {p50:.2} ms, p99 {p99:.2} ms, max {max:.2} ms")
    }
}

/// Samples of a packet of 20 ms.
const PACKET: usize = 160;
const PTIME: Duration = Duration::from_millis(20);

/// The shortest silence, in whole packets, before the first loud packet of any prompt of `language`; `None` when there is
/// no prompt that is loud anywhere.
pub fn shortest_initial_silence(prompts: &Catalog, language: &str) -> Option<Duration> {
    let threshold = 10f32.powf(SpeechDetection::default().threshold_dbov / 10.0);
    let silent = |bytes: &[u8]| {
        bytes
            .chunks(PACKET)
            .map(|packet| {
                packet
                    .iter()
                    .map(|byte| Companding::Mu.decode(*byte))
                    .collect::<Vec<_>>()
            })
            .position(|samples| mean_square(&samples) >= threshold)
    };
    let packets = prompts
        .prompts(language)
        .filter_map(|(_, prompt)| silent(prompt.g711(Companding::Mu)))
        .min()?;
    Some(PTIME * u32::try_from(packets).ok()?)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;

    use super::{Figures, Sample, shortest_initial_silence};
    use aftercall_audio::Sound;
    use aftercall_audio::prompts::{Catalog, Prompt};

    #[test]
    fn quantiles_are_members_of_the_sample() {
        let mut sample = Sample::default();
        for ms in (1..=200).rev() {
            sample.add(Duration::from_millis(ms));
        }
        let ms = Duration::from_millis;
        assert_eq!(
            sample.figures(),
            Figures {
                count: 200,
                p50: ms(100),
                p99: ms(198),
                max: ms(200)
            }
        );
        assert_eq!(
            sample.figures().to_string(),
            "p50 100.00 ms, p99 198.00 ms, max 200.00 ms"
        );
    }

    #[test]
    fn a_part_that_every_value_has_can_be_taken_away() {
        let mut sample = Sample::default();
        sample.add(Duration::from_millis(140));
        let less = sample.figures().without(Duration::from_millis(120));
        assert_eq!(less.to_string(), "p50 20.00 ms, p99 20.00 ms, max 20.00 ms");
    }

    #[test]
    fn one_value_is_every_quantile_and_none_is_not_measured() {
        let mut sample = Sample::default();
        assert_eq!(sample.figures().to_string(), "not measured");
        sample.add(Duration::from_micros(2_500));
        assert_eq!(
            sample.figures().to_string(),
            "p50 2.50 ms, p99 2.50 ms, max 2.50 ms"
        );
    }

    fn prompt(silent_ms: usize) -> Arc<Prompt> {
        let mut samples = vec![0; silent_ms * 8];
        samples.extend([8_000; 800]);
        let sound = Sound::from_pcm(8_000, &samples).unwrap();
        Arc::new(Prompt::new(PathBuf::new(), &sound).unwrap())
    }

    #[test]
    fn lead_is_the_shortest_silence_of_the_language_in_whole_packets() {
        let mut prompts = Catalog::default();
        prompts.insert("en", "late", prompt(300));
        prompts.insert("en", "usual", prompt(100));
        prompts.insert("fi", "early", prompt(0));
        assert_eq!(
            shortest_initial_silence(&prompts, "en"),
            Some(Duration::from_millis(100))
        );
        assert_eq!(shortest_initial_silence(&prompts, "fi"), Some(Duration::ZERO));
        assert_eq!(shortest_initial_silence(&prompts, "sv"), None);
    }
}
