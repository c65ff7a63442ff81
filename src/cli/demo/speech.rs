//! What callers of the demo say in comments: sentences spoken beforehand by the voice of the prompts, as parts of the program.
//!
//! `demo/comments/manifest.toml` has their words, their voice and its licence, and `scripts/prompts/build` makes the files.

use std::time::Duration;

use sha2::{Digest, Sha256};

use aftercall_storage::demo::{DemoSentence, DemoTone};

/// A sentence: a WAV file at the rate at which callers are recorded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Speech {
    /// Its name in the manifest.
    pub(super) name: &'static str,
    pub(super) tone: DemoTone,
    queue: Option<&'static str>,
    pub(super) wav: &'static [u8],
}

/// What stands before the samples.
const HEADER: usize = 44;
/// Octets of a second: 8,000 samples of 16 bits.
const OCTETS_A_SECOND: f64 = 16_000.0;

macro_rules! speech {
    ($tone:ident, $queue:expr, $name:literal) => {
        Speech {
            name: $name,
            tone: DemoTone::$tone,
            queue: $queue,
            wav: include_bytes!(concat!("../../../demo/comments/en/", $name, ".wav")),
        }
    };
}

/// Callers of this queue ask about invoices.
const INVOICES: Option<&str> = Some("billing");
/// And of this one about deliveries.
const DELIVERIES: Option<&str> = Some("orders");

/// All of them.
pub(super) const SPEECH: [Speech; 24] = [
    speech!(Bad, INVOICES, "bad_invoice_twice"),
    speech!(Bad, INVOICES, "bad_invoice_again"),
    speech!(Bad, INVOICES, "bad_invoice_reminder"),
    speech!(Bad, INVOICES, "bad_invoice_passed"),
    speech!(Bad, None, "bad_waiting_long"),
    speech!(Bad, None, "bad_agent_unaware"),
    speech!(Bad, None, "bad_agent_callback"),
    speech!(Bad, DELIVERIES, "bad_delivery_lost"),
    speech!(Mixed, None, "mixed_waiting_help"),
    speech!(Mixed, None, "mixed_waiting_music"),
    speech!(Mixed, None, "mixed_agent_hurry"),
    speech!(Mixed, None, "mixed_agent_half"),
    speech!(Mixed, INVOICES, "mixed_invoice_unclear"),
    speech!(Mixed, INVOICES, "mixed_invoice_late"),
    speech!(Mixed, DELIVERIES, "mixed_delivery_day"),
    speech!(Mixed, DELIVERIES, "mixed_delivery_box"),
    speech!(Good, None, "good_agent_patient"),
    speech!(Good, None, "good_agent_knew"),
    speech!(Good, None, "good_agent_kind"),
    speech!(Good, None, "good_waiting_short"),
    speech!(Good, INVOICES, "good_invoice_fixed"),
    speech!(Good, INVOICES, "good_invoice_clear"),
    speech!(Good, DELIVERIES, "good_delivery_found"),
    speech!(Good, DELIVERIES, "good_delivery_changed"),
];

impl Speech {
    /// The SHA-256 of its file, in hexadecimal digits.
    pub(super) fn sha256(&self) -> String {
        let sum = Sha256::digest(self.wav);
        sum.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// How long it is.
    fn length(&self) -> Duration {
        let samples = self.wav.len().saturating_sub(HEADER);
        #[expect(clippy::cast_precision_loss, reason = "a file of a few seconds")]
        Duration::from_secs_f64(samples as f64 / OCTETS_A_SECOND)
    }
}

/// All of them, as made-up calls have them.
pub(super) fn sentences() -> Vec<DemoSentence> {
    let sentence = |speech: &Speech| DemoSentence {
        tone: speech.tone,
        queue: speech.queue,
        length: speech.length(),
        sha256: speech.sha256(),
    };
    SPEECH.iter().map(sentence).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{DemoTone, SPEECH, sentences};
    use aftercall_audio::prompts::Manifest;

    #[test]
    fn sentences_are_the_files_of_the_manifest_as_callers_are_recorded() {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/comments/manifest.toml");
        let written = std::fs::read_to_string(&manifest).unwrap();
        let manifest = Manifest::read([manifest]).unwrap();
        let mut names: Vec<&str> = SPEECH.iter().map(|speech| speech.name).collect();
        names.sort_unstable();
        assert_eq!(manifest.names("en").collect::<Vec<_>>(), names);
        let mut octets = 0;
        for (speech, sentence) in SPEECH.iter().zip(sentences()) {
            let tone = match speech.tone {
                DemoTone::Bad => "bad_",
                DemoTone::Mixed => "mixed_",
                DemoTone::Good => "good_",
            };
            assert!(speech.name.starts_with(tone), "{}", speech.name);
            assert!(written.contains(&sentence.sha256), "{}", speech.name);
            let reader = hound::WavReader::new(speech.wav).unwrap();
            assert_eq!(reader.spec().sample_rate, 8_000, "{}", speech.name);
            let milliseconds = u128::from(reader.duration()) * 1_000 / 8_000;
            assert_eq!(sentence.length.as_millis(), milliseconds, "{}", speech.name);
            octets += speech.wav.len();
        }
        assert!(octets < 2_000_000, "the program grows by {octets} octets");
    }

    #[test]
    fn every_tone_has_a_sentence_for_every_queue() {
        for tone in [DemoTone::Bad, DemoTone::Mixed, DemoTone::Good] {
            let mut of_tone = SPEECH.iter().filter(|speech| speech.tone == tone);
            assert!(of_tone.any(|speech| speech.queue.is_none()), "{tone:?}");
        }
    }
}
