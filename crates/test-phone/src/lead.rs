//! The silence at the beginning of prompts, as a caller hears it. Pure.
//!
//! A load run measures to the first *loud* packet of a prompt, since only that is told apart from the silence before it.
//! Prompts begin with silence by rule; without it, the figure is the time to the first packet of the prompt.

use std::time::Duration;

use aftercall_audio::g711::Law;
use aftercall_audio::mean_square;
use aftercall_audio::prompts::Catalog;
use aftercall_media::SpeechDetection;

/// Samples of a packet of 20 ms.
const PACKET: usize = 160;
const PTIME: Duration = Duration::from_millis(20);

/// The shortest silence, in whole packets, before the first loud packet of any prompt of `language`; `None` when there is
/// no prompt that is loud anywhere.
pub fn shortest_lead(prompts: &Catalog, language: &str) -> Option<Duration> {
    let threshold = 10f32.powf(SpeechDetection::default().threshold_dbov / 10.0);
    let silent = |bytes: &[u8]| {
        bytes
            .chunks(PACKET)
            .map(|packet| {
                packet
                    .iter()
                    .map(|byte| Law::Mu.decode(*byte))
                    .collect::<Vec<_>>()
            })
            .position(|samples| mean_square(&samples) >= threshold)
    };
    let packets = prompts
        .prompts(language)
        .filter_map(|(_, prompt)| silent(prompt.g711(Law::Mu)))
        .min()?;
    Some(PTIME * u32::try_from(packets).ok()?)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;
    use std::time::Duration;

    use super::shortest_lead;
    use aftercall_audio::Sound;
    use aftercall_audio::prompts::{Catalog, Prompt};

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
        assert_eq!(shortest_lead(&prompts, "en"), Some(Duration::from_millis(100)));
        assert_eq!(shortest_lead(&prompts, "fi"), Some(Duration::ZERO));
        assert_eq!(shortest_lead(&prompts, "sv"), None);
    }
}
