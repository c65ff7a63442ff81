//! Whether a recording can be played to a caller: the rules for prompts, measured.
//!
//! A caller on G.711 hears the file at 8 kHz, so level, band and DTMF are measured on that view of it. The rules:
//! active speech level (ITU-T P.56) -22 dBov +-1.5, peak at most -2 dBFS and not clipped, about 100 ms of silence before
//! and 200 ms after, no pause that could pass for the end, less than 15 s, nothing that resembles a DTMF digit.

use std::time::Duration;

use super::fault::{DIGIT_MEND, PromptFaultReason};
use crate::dtmf::longest_talk_off;
use crate::{
    Levels, OutOfBandPower, Sound, TELEPHONE_RATE, longest_pause, measure, out_of_band_power, resample,
};
use aftercall_base::Severity;

/// The active speech level, in dBov.
pub const LEVEL_DBOV: f64 = -22.0;
/// How far from it a prompt may lie, in dB.
pub const TOLERANCE_DB: f64 = 1.5;
/// The highest peak, in dBFS.
pub const PEAK_DBFS: f64 = -2.0;
/// The silence before the first word.
pub const LEAD: Duration = Duration::from_millis(100);
/// The silence after the last word.
pub const TAIL: Duration = Duration::from_millis(200);
/// The longest prompt that callers bear.
pub const LONGEST: Duration = Duration::from_secs(15);

/// The band of telephone speech, in Hz.
pub(super) const BAND_HZ: std::ops::RangeInclusive<f64> = 250.0..=3_450.0;
/// Softly spoken beginnings and ends count as silence, so these are wider than the rule.
const LEAD_ACCEPTED: std::ops::RangeInclusive<u128> = 50..=300;
const TAIL_ACCEPTED: std::ops::RangeInclusive<u128> = 100..=400;
/// The rule is 400 ms, with soft ends and beginnings of words on both sides of it.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// More rumble than this, in dB of the whole, muffles the speech beside it.
const BELOW_BAND_DB: f64 = -20.0;
/// More hiss than this is a bad recording; speech itself has some.
const ABOVE_BAND_DB: f64 = -8.0;
/// Blocks in a row that may resemble one digit; a receiver needs five.
pub(super) const DIGIT_BLOCKS: u32 = 2;
/// As many equal samples in a row at the top are a flat one.
const FLAT_TOP: usize = 4;

/// What a recording measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Examination {
    /// Samples a second of the file, in Hz.
    pub rate: u32,
    /// How long it sounds.
    pub duration: Duration,
    /// Level, peak and silence around it, as heard at 8 kHz.
    pub levels: Levels,
    /// The highest peak of the file and of what is heard of it, in dBFS.
    pub peak_dbfs: f64,
    /// Places where its tops are cut off.
    pub clipped: usize,
    /// The longest silence between two words.
    pub pause: Duration,
    /// What lies outside the telephone band.
    pub outside: OutOfBandPower,
    /// Blocks of 12.75 ms in a row that resemble one DTMF digit.
    pub digit_blocks: u32,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// One word for machines.
    pub kind: &'static str,
    /// Whether callers would suffer.
    pub severity: Severity,
    /// What is wrong.
    pub reason: String,
    /// What to do about it.
    pub fix: &'static str,
}

const IMPORT: &str = "let `aftercall prompts import` bring it to measure";
const SOFTER: &str = "record it again, softer: what was cut off is lost";

/// Measures a recording.
///
/// # Errors
/// When its rate cannot be brought to that of a telephone.
pub fn examine(sound: &Sound) -> Result<Examination, PromptFaultReason> {
    let heard = resample(sound, TELEPHONE_RATE)?;
    let levels = measure(&heard);
    Ok(Examination {
        rate: sound.rate(),
        duration: sound.duration(),
        peak_dbfs: levels.peak_dbfs.max(peak_dbfs(sound)),
        levels,
        clipped: flat_tops(sound),
        pause: longest_pause(&heard),
        outside: out_of_band_power(&heard, &BAND_HZ),
        digit_blocks: longest_talk_off(&heard).unwrap_or(0),
    })
}

fn peak_dbfs(sound: &Sound) -> f64 {
    let peak = sound
        .samples()
        .iter()
        .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    20.0 * f64::from(peak).log10()
}

/// Places where several samples in a row stay at the largest magnitude of the recording, at whatever level: a recording
/// that was cut off and then made softer has them too.
fn flat_tops(sound: &Sound) -> usize {
    let pcm = sound.to_pcm();
    let top = pcm.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
    if top < 2_000 {
        return 0;
    }
    let near = |sample: &i16| sample.unsigned_abs() >= top - 1;
    pcm.chunk_by(|a, b| near(a) && near(b) && (a.signum() == b.signum()))
        .filter(|run| run.len() >= FLAT_TOP && run.iter().all(near))
        .count()
}

impl Examination {
    /// Everything that departs from the rules.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let mut note = |found: bool, severity, kind, reason: String, fix| {
            if found {
                findings.push(Finding {
                    kind,
                    severity,
                    reason,
                    fix,
                });
            }
        };
        let Some(level) = self.levels.active_dbov else {
            note(
                true,
                Severity::Error,
                "silence",
                "nothing but silence".to_owned(),
                "record it",
            );
            return findings;
        };
        let off = (level - LEVEL_DBOV).abs() > TOLERANCE_DB;
        let reason = format!("active speech level {level:.1} dBov, {LEVEL_DBOV} +-{TOLERANCE_DB} is wanted");
        note(off, Severity::Error, "level", reason, IMPORT);
        let reason = format!("peak {:.1} dBFS, at most {PEAK_DBFS} is wanted", self.peak_dbfs);
        note(
            self.peak_dbfs > PEAK_DBFS,
            Severity::Error,
            "peak",
            reason,
            IMPORT,
        );
        let reason = format!("clipped in {} places", self.clipped);
        note(self.clipped > 0, Severity::Error, "clipping", reason, SOFTER);
        let reason = format!("{} blocks in a row resemble one DTMF digit", self.digit_blocks);
        let holds_digit = self.digit_blocks > DIGIT_BLOCKS;
        note(holds_digit, Severity::Error, "dtmf", reason, DIGIT_MEND);
        self.note_shape(&mut note);
        findings
    }

    /// What callers notice and bear.
    fn note_shape(&self, note: &mut impl FnMut(bool, Severity, &'static str, String, &'static str)) {
        let (lead, tail) = (
            self.levels.leading_silence.as_millis(),
            self.levels.trailing_silence.as_millis(),
        );
        let mut warn = |found, kind, reason, fix| note(found, Severity::Warning, kind, reason, fix);
        let reason = format!("{lead} ms of silence before, {} is wanted", LEAD.as_millis());
        warn(!LEAD_ACCEPTED.contains(&lead), "lead", reason, IMPORT);
        let reason = format!("{tail} ms of silence after, {} is wanted", TAIL.as_millis());
        warn(!TAIL_ACCEPTED.contains(&tail), "tail", reason, IMPORT);
        let reason = format!(
            "a pause of {} ms, which sounds like the end",
            self.pause.as_millis()
        );
        let fix = "leave at most 400 ms between two words";
        warn(self.pause > LONGEST_PAUSE, "pause", reason, fix);
        let reason = format!("{:.1} s long", self.duration.as_secs_f64());
        warn(self.duration > LONGEST, "length", reason, "say it in 15 s");
        let reason = format!("{:.0} dB of its power lie below 250 Hz", self.outside.below_db);
        warn(self.outside.below_db > BELOW_BAND_DB, "rumble", reason, IMPORT);
        let reason = format!("{:.0} dB of its power lie above 3450 Hz", self.outside.above_db);
        warn(
            self.outside.above_db > ABOVE_BAND_DB,
            "hiss",
            reason,
            "record it again with less hiss",
        );
        let reason = format!("sampled at {} Hz", self.rate);
        warn(
            self.rate < TELEPHONE_RATE,
            "rate",
            reason,
            "record it at 16 kHz or more",
        );
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::{Examination, examine};
    use crate::Sound;

    /// Syllables of 500 Hz, five a second, between silences of so many ms.
    fn spoken(amplitude: f64, lead_ms: usize, ms: usize, tail_ms: usize) -> Vec<f64> {
        let syllable = |n: usize| {
            let time = n as f64 / 16_000.0;
            amplitude * (0.55 + 0.45 * (TAU * 5.0 * time).sin()) * (TAU * 500.0 * time).sin()
        };
        let silence = |ms: usize| std::iter::repeat_n(0.0, ms * 16);
        silence(lead_ms)
            .chain((0..ms * 16).map(syllable))
            .chain(silence(tail_ms))
            .collect()
    }

    fn examined(samples: &[f64]) -> Examination {
        let samples = samples.iter().map(|sample| *sample as f32).collect();
        examine(&Sound::new(16_000, samples).unwrap()).unwrap()
    }

    fn kinds(samples: &[f64]) -> Vec<&'static str> {
        examined(samples)
            .findings()
            .iter()
            .map(|finding| finding.kind)
            .collect()
    }

    #[test]
    fn recording_by_the_rules_has_no_finding() {
        let fine = spoken(0.18, 100, 2_000, 200);
        assert_eq!(kinds(&fine), [""; 0], "{:?}", examined(&fine));
    }

    #[test]
    fn each_rule_has_its_finding() {
        assert_eq!(kinds(&[0.0; 4_000]), ["silence"]);
        assert_eq!(kinds(&spoken(0.08, 100, 2_000, 200)), ["level"]);
        assert_eq!(kinds(&spoken(0.18, 0, 2_000, 900)), ["lead", "tail"]);
        assert_eq!(kinds(&spoken(0.18, 100, 15_000, 200)), ["length"]);
        let pause = [spoken(0.18, 100, 1_000, 600), spoken(0.18, 0, 1_000, 200)].concat();
        assert_eq!(kinds(&pause), ["pause"]);
    }

    #[test]
    fn clipping_is_found_also_when_it_was_made_softer_afterwards() {
        let clipped: Vec<f64> = spoken(0.6, 100, 2_000, 200)
            .iter()
            .map(|s| s.clamp(-0.2, 0.2))
            .collect();
        assert!(kinds(&clipped).contains(&"clipping"), "{:?}", examined(&clipped));
        let loud = spoken(0.9, 100, 2_000, 200);
        assert_eq!(
            kinds(&loud),
            ["level", "peak"],
            "loud is not clipped: {:?}",
            examined(&loud)
        );
    }

    #[test]
    fn digit_tones_rumble_and_hiss_are_found() {
        let with = |parts: &[(f64, f64)]| {
            let mut samples = spoken(0.18, 100, 2_000, 200);
            for (n, sample) in samples.iter_mut().enumerate().skip(1_600).take(32_000) {
                let time = n as f64 / 16_000.0;
                *sample += parts
                    .iter()
                    .map(|(hertz, size)| size * (TAU * hertz * time).sin())
                    .sum::<f64>();
            }
            kinds(&samples)
        };
        assert!(with(&[(120.0, 0.1)]).contains(&"rumble"));
        assert!(with(&[(3_700.0, 0.2)]).contains(&"hiss"));
        let mut digit = spoken(0.18, 100, 2_000, 200);
        for (n, sample) in digit.iter_mut().enumerate().skip(8_000).take(800) {
            let time = n as f64 / 16_000.0;
            *sample = 0.15 * ((TAU * 770.0 * time).sin() + (TAU * 1_336.0 * time).sin());
        }
        assert_eq!(kinds(&digit), ["dtmf"]);
    }
}
