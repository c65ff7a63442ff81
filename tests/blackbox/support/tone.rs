//! Prompts that a test can tell apart by ear: square waves, each of its own pitch.
//!
//! A square wave through G.711 keeps its sign, so the number of sign changes in a packet names the prompt, whatever
//! the law. Written at 8 kHz, so that nothing is resampled.

use std::path::Path;

const RATE: u32 = 8_000;
const AMPLITUDE: i16 = 8_000;

/// A prompt of the test surveys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Nps,
    Ces,
    Csat,
    /// Before a comment.
    Notice,
    Thanks,
    Goodbye,
    /// Re-prompts and apologies: heard only when something went wrong.
    Trouble,
}

impl Tone {
    const ALL: [Self; 7] = [
        Self::Nps,
        Self::Ces,
        Self::Csat,
        Self::Notice,
        Self::Thanks,
        Self::Goodbye,
        Self::Trouble,
    ];

    /// Samples from one sign change to the next.
    const fn half_period(self) -> usize {
        match self {
            Self::Trouble => 1,
            Self::Goodbye => 2,
            Self::Nps => 4,
            Self::Ces => 8,
            Self::Csat => 16,
            Self::Notice => 26,
            Self::Thanks => 40,
        }
    }

    /// The files that sound like this.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Nps => &["nps"],
            Self::Ces => &["ces"],
            Self::Csat => &["csat"],
            Self::Notice => &["comment"],
            Self::Thanks => &["thanks"],
            Self::Goodbye => &["goodbye_not_surveyed"],
            Self::Trouble => &[
                "nps_retry",
                "ces_retry",
                "csat_retry",
                "no_input",
                "no_match",
                "declined",
                "sorry_error",
                "welcome",
                "welcome_one",
                "welcome_two",
                "welcome_three",
                "welcome_one_and_comment",
                "yes_no_retry",
            ],
        }
    }

    /// What a packet of G.711 sounds like; `None` for silence and for the edge of a tone.
    pub(crate) fn of_packet(payload: &[u8]) -> Option<Self> {
        let changes = payload
            .windows(2)
            .filter(|pair| matches!(pair, [a, b] if (a ^ b) & 0x80 != 0))
            .count();
        let is_this = |tone: &Self| {
            let expected = payload.len() / tone.half_period();
            payload.len() > tone.half_period() * 2 && changes.abs_diff(expected) <= 1
        };
        Self::ALL.into_iter().find(is_this)
    }
}

/// Writes every prompt of one language, each `milliseconds` long.
pub(crate) fn write_prompts(directory: &Path, milliseconds: u32) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    std::fs::create_dir_all(directory).unwrap();
    for tone in Tone::ALL {
        for name in tone.names() {
            let mut writer = hound::WavWriter::create(directory.join(format!("{name}.wav")), spec).unwrap();
            for index in 0..(RATE * milliseconds / 1_000) as usize {
                let is_high = (index / tone.half_period()).is_multiple_of(2);
                writer
                    .write_sample(if is_high { AMPLITUDE } else { -AMPLITUDE })
                    .unwrap();
            }
            writer.finalize().unwrap();
        }
    }
}
