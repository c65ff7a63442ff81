//! An operator's recordings, in whatever format and at whatever level, made to conform to the rules for prompts and written
//! where they win over the shipped prompts.
//!
//! What is done, in this order: channels brought down to one, rate changed, rumble below the telephone band removed, active
//! speech level set as heard at 8 kHz, peaks turned down, silence around it cut or added. Nothing is done about what
//! only another recording can correct: clipping, hiss, length, words.

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::examine::{DIGIT_BLOCKS, Examination, LEAD, LEVEL_DBOV, TAIL, examine};
use super::fault::{PromptFault, PromptFaultReason};
use super::{catalog, scan};
use crate::shape::{Trimmed, amplify, high_pass, limit_peaks, set_silence};
use crate::{Decoded, Remark, Sound, TELEPHONE_RATE, WIDEBAND_RATE, measure, resample};
use aftercall_base::Language;

/// Below the telephone band; the filter is steep enough to leave the band itself alone.
const RUMBLE_HZ: f64 = 230.0;
/// Peaks are turned down to this; the rule allows more, and resampling adds a little.
const PEAK_AIM_DBFS: f64 = -5.0;
/// A gain above this, in dB, makes the noise of the room heard.
const MUCH_GAIN_DB: f64 = 20.0;

/// A recording to import, as which prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSource {
    /// The recording.
    pub file: PathBuf,
    /// The language spoken in it.
    pub language: Language,
    /// The prompt it is to be.
    pub name: String,
}

/// The recordings in `paths`, each a file or a directory of files or of folders called like languages. `language`
/// holds for all; without it the folder tells, when its name is in `known`. A prompt is called like its file, brought to the
/// letters of prompts, unless a `name` is given. Every fault is beside them.
pub fn sources(
    paths: &[PathBuf],
    language: Option<&Language>,
    name: Option<&str>,
    known: &[Language],
) -> (Vec<ImportSource>, Vec<PromptFault>) {
    let mut search = SourceSearch {
        language,
        name,
        known,
        found: Vec::new(),
        faults: Vec::new(),
    };
    for path in paths {
        search.path(path);
    }
    (search.found, search.faults)
}

struct SourceSearch<'a> {
    language: Option<&'a Language>,
    name: Option<&'a str>,
    known: &'a [Language],
    found: Vec<ImportSource>,
    faults: Vec<PromptFault>,
}

impl SourceSearch<'_> {
    fn path(&mut self, path: &Path) {
        if path.is_dir() {
            self.directory(path);
            return;
        }
        if !path.exists() {
            return self.fault(path, PromptFaultReason::Absent);
        }
        // Named by its owner: what it holds tells whether it is a sound.
        self.take(path);
    }

    fn take(&mut self, file: &Path) {
        match self.name.map(str::to_owned).or_else(|| scan::derived_name(file)) {
            Some(name) => self.add(name, file.to_owned()),
            None => self.fault(file, PromptFaultReason::Nameless),
        }
    }

    fn directory(&mut self, directory: &Path) {
        for file in scan::sounds(directory, &mut self.faults) {
            self.take(&file);
        }
        let known: Vec<PathBuf> = self
            .known
            .iter()
            .map(|tag| directory.join(tag.as_str()))
            .collect();
        for folder in known.iter().filter(|folder| folder.is_dir()) {
            for file in scan::sounds(folder, &mut self.faults) {
                self.take(&file);
            }
        }
    }

    fn add(&mut self, name: String, file: PathBuf) {
        let Some(language) = self.language.or_else(|| self.folder_tells(&file)).cloned() else {
            return self.fault(&file, PromptFaultReason::Language);
        };
        let same = |other: &&ImportSource| other.name == name && other.language == language;
        if let Some(other) = self.found.iter().find(same) {
            let other = other.file.display().to_string();
            return self.fault(&file, PromptFaultReason::Twice { name, other });
        }
        self.found.push(ImportSource { file, language, name });
    }

    fn folder_tells(&self, file: &Path) -> Option<&Language> {
        let folder = fs::canonicalize(file).ok()?;
        let name = folder.parent()?.file_name()?.to_str()?;
        self.known.iter().find(|known| known.as_str() == name)
    }

    fn fault(&mut self, file: &Path, reason: PromptFaultReason) {
        let file = file.to_owned();
        self.faults.push(PromptFault { file, reason });
    }
}

/// What was done to a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Changes {
    /// Its rate before, in Hz.
    pub rate_before: u32,
    /// Its rate now, in Hz.
    pub rate: u32,
    /// Its active speech level before, in dBov.
    pub level_before_dbov: f64,
    /// What it was made louder by, in dB.
    pub gain_db: f64,
    /// What its highest peak was turned down by, in dB.
    pub limited_db: f64,
    /// What was cut from its ends.
    pub trimmed: Trimmed,
    /// Places where its tops are cut off.
    pub clipped: usize,
}

impl Changes {
    /// What only another recording can fix.
    pub fn unfixable(&self) -> Vec<String> {
        let mut unfixable = Vec::new();
        if self.clipped > 0 {
            unfixable.push(format!(
                "clipped in {} places: record it again, softer",
                self.clipped
            ));
        }
        if self.gain_db > MUCH_GAIN_DB {
            let gain = self.gain_db;
            unfixable.push(format!(
                "{gain:.0} dB too soft: the room's noise rose with it, record it closer"
            ));
        }
        unfixable
    }
}

/// The rate to write a recording of `rate` at: what it holds, up to wideband.
pub const fn natural_rate(rate: u32) -> u32 {
    if rate > TELEPHONE_RATE {
        WIDEBAND_RATE
    } else {
        TELEPHONE_RATE
    }
}

/// Brings a recording to the rules of the house, at `rate`.
///
/// # Errors
/// When it is silent, or its rate cannot be changed.
pub fn conform(recorded: &Sound, rate: u32) -> Result<(Sound, Changes), PromptFaultReason> {
    let before = examine(recorded)?;
    let filtered = high_pass(&resample(recorded, rate)?, RUMBLE_HZ);
    let gain_db = LEVEL_DBOV - level_heard(&filtered)?;
    let levelled = amplify(&filtered, gain_db);
    let limited = limit_peaks(&levelled, PEAK_AIM_DBFS);
    let limited_db = (measure(&levelled).peak_dbfs - measure(&limited).peak_dbfs).max(0.0);
    let (cut, trimmed) = set_silence(&limited, LEAD, TAIL).ok_or(PromptFaultReason::Silence)?;
    let rest_db = LEVEL_DBOV - level_heard(&cut)?;
    let changes = Changes {
        rate_before: recorded.rate(),
        rate,
        level_before_dbov: before.levels.active_dbov.ok_or(PromptFaultReason::Silence)?,
        gain_db: gain_db + rest_db,
        limited_db,
        trimmed,
        clipped: before.clipped,
    };
    Ok((amplify(&cut, rest_db), changes))
}

fn level_heard(sound: &Sound) -> Result<f64, PromptFaultReason> {
    measure(&resample(sound, TELEPHONE_RATE)?)
        .active_dbov
        .ok_or(PromptFaultReason::Silence)
}

/// Whether an existing prompt may be overwritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// It is left as it is.
    Never,
    /// It is replaced.
    Forced,
}

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportAction {
    /// Everything but the writing is done.
    Rehearse,
    /// The prompt is written.
    Write,
}

/// A recording that is a prompt now, or would be.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// The prompt's file.
    pub target: PathBuf,
    /// What was done.
    pub changes: Changes,
    /// What it measures now.
    pub examination: Examination,
    /// What is to be said of the file that it came from.
    pub remarks: Vec<Remark>,
}

/// Imports one recording into `own`, at `rate` or at that which suits it. Blocks.
///
/// # Errors
/// When it cannot be read, is silent, holds a DTMF digit, or the prompt is there already and not to be overwritten, or cannot be written;
/// then nothing has changed on disk.
pub fn import(
    source: &ImportSource,
    own: &Path,
    rate: Option<u32>,
    overwrite: Overwrite,
    deed: ImportAction,
) -> Result<Imported, PromptFaultReason> {
    let folder = own.join(source.language.as_str());
    let target = folder.join(format!("{}.wav", source.name));
    refuse_rivals(&folder, &source.name, &target, overwrite)?;
    let Decoded {
        sound: recorded,
        remarks,
    } = catalog::read_whole(&source.file)?;
    let rate = rate.unwrap_or(natural_rate(recorded.rate()));
    let (sound, changes) = conform(&recorded, rate)?;
    let examination = examine(&sound)?;
    if examination.digit_blocks > DIGIT_BLOCKS {
        let blocks = examination.digit_blocks;
        return Err(PromptFaultReason::Digit { blocks });
    }
    if deed == ImportAction::Write {
        write(&sound, &folder, &target).map_err(|error| PromptFaultReason::Unwritable(error.to_string()))?;
    }
    Ok(Imported {
        target,
        changes,
        examination,
        remarks,
    })
}

/// A prompt in the same place, and one of the same name in another format.
fn refuse_rivals(
    folder: &Path,
    name: &str,
    target: &Path,
    overwrite: Overwrite,
) -> Result<(), PromptFaultReason> {
    if folder.is_dir() {
        let there = scan::directory(folder, &mut Vec::new());
        if let Some(rival) = there.get(name).filter(|file| *file != target) {
            return Err(PromptFaultReason::Rival(rival.clone()));
        }
    }
    if target.exists() && overwrite == Overwrite::Never {
        return Err(PromptFaultReason::Exists(target.to_owned()));
    }
    Ok(())
}

/// Writes 16-bit mono WAV, whole or not at all.
fn write(sound: &Sound, folder: &Path, target: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let part = folder.join(format!(".{name}.part"));
    let written = write_wav(sound, &part).and_then(|()| fs::rename(&part, target));
    if written.is_err() {
        // It may never have come to be.
        let _ = fs::remove_file(&part);
    }
    written
}

fn write_wav(sound: &Sound, file: &Path) -> io::Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: sound.rate(),
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(file, spec).map_err(io::Error::other)?;
    for sample in sound.to_pcm() {
        writer.write_sample(sample).map_err(io::Error::other)?;
    }
    writer.finalize().map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;
    use std::fs;
    use std::path::Path;

    use super::{ImportAction, Overwrite, conform, import, sources, write_wav};
    use crate::Sound;
    use crate::prompts::examine::examine;
    use crate::prompts::fault::PromptFaultReason;
    use aftercall_base::Language;

    /// A soft voice over a hum, at 44.1 kHz, with a click, between half seconds of near silence.
    fn recorded() -> Sound {
        let rate = 44_100usize;
        let at = |n: usize| {
            let time = n as f64 / rate as f64;
            let spoken = (rate / 2..rate * 5 / 2).contains(&n);
            let voice = (0.55 + 0.45 * (TAU * 5.0 * time).sin()) * (TAU * 600.0 * time).sin();
            let click = if (rate..rate + 60).contains(&n) { 0.4 } else { 0.0 };
            0.0005 * (TAU * 50.0 * time).sin() + if spoken { 0.03 * voice + click } else { 0.0 }
        };
        Sound::new(44_100, (0..rate * 3).map(|n| at(n) as f32).collect()).unwrap()
    }

    fn languages(tags: &[&str]) -> Vec<Language> {
        tags.iter().map(|tag| Language::new(tag).unwrap()).collect()
    }

    fn save(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_wav(&recorded(), path).unwrap();
    }

    #[test]
    fn what_comes_out_keeps_the_rules_at_either_rate() {
        for rate in [8_000, 16_000] {
            let (sound, changes) = conform(&recorded(), rate).unwrap();
            let found = examine(&sound).unwrap();
            assert_eq!(found.findings(), [], "{found:?}");
            assert_eq!((sound.rate(), changes.rate_before), (rate, 44_100));
            assert!((14.0..20.0).contains(&changes.gain_db), "{changes:?}");
            assert!(changes.limited_db > 1.0, "the click is turned down: {changes:?}");
            assert!(
                (400..=520).contains(&changes.trimmed.before.as_millis()),
                "{changes:?}"
            );
            assert!(changes.unfixable().is_empty(), "{:?}", changes.unfixable());
        }
    }

    #[test]
    fn what_only_another_recording_mends_is_told() {
        let softer = Sound::new(44_100, recorded().samples().iter().map(|s| s * 0.1).collect()).unwrap();
        let unfixable = conform(&softer, 16_000).unwrap().1.unfixable();
        assert!(unfixable[0].contains("too soft"), "{unfixable:?}");
        let clipped = recorded()
            .samples()
            .iter()
            .map(|s| (s * 30.0).clamp(-0.9, 0.9))
            .collect();
        let unfixable = conform(&Sound::new(44_100, clipped).unwrap(), 16_000)
            .unwrap()
            .1
            .unfixable();
        assert!(unfixable[0].contains("clipped"), "{unfixable:?}");
        let silence = Sound::new(8_000, vec![0.0; 8_000]).unwrap();
        assert!(matches!(
            conform(&silence, 8_000),
            Err(PromptFaultReason::Silence)
        ));
    }

    #[test]
    fn nothing_is_written_in_a_rehearsal_nor_over_a_prompt_that_is_there() {
        let home = tempfile::tempdir().unwrap();
        let (take, own) = (home.path().join("takes/fi/nps.wav"), home.path().join("own"));
        save(&take);
        let (found, faults) = sources(
            &[home.path().join("takes")],
            None,
            None,
            &languages(&["en", "fi"]),
        );
        assert!(faults.is_empty() && found.len() == 1, "{faults:?}");
        let imported = import(&found[0], &own, None, Overwrite::Never, ImportAction::Rehearse).unwrap();
        assert!(!own.exists());
        assert_eq!(imported.target, own.join("fi/nps.wav"));
        import(&found[0], &own, None, Overwrite::Never, ImportAction::Write).unwrap();
        let first = fs::read(own.join("fi/nps.wav")).unwrap();
        let again = import(
            &found[0],
            &own,
            Some(8_000),
            Overwrite::Never,
            ImportAction::Write,
        );
        assert!(matches!(again, Err(PromptFaultReason::Exists(_))));
        assert_eq!(fs::read(own.join("fi/nps.wav")).unwrap(), first);
        import(
            &found[0],
            &own,
            Some(8_000),
            Overwrite::Forced,
            ImportAction::Write,
        )
        .unwrap();
        assert!(fs::read(own.join("fi/nps.wav")).unwrap().len() < first.len() * 2 / 3);
        fs::rename(own.join("fi/nps.wav"), own.join("fi/nps.flac")).unwrap();
        let rival = import(&found[0], &own, None, Overwrite::Forced, ImportAction::Write);
        assert!(matches!(rival, Err(PromptFaultReason::Rival(_))));
        assert_eq!(
            fs::read_dir(own.join("fi")).unwrap().count(),
            1,
            "no half-written file stays"
        );
    }

    #[test]
    fn language_comes_from_the_option_or_from_a_folder_that_is_known() {
        let home = tempfile::tempdir().unwrap();
        let new = home.path().join("new");
        save(&new.join("nps.wav"));
        save(&new.join("fi/ces.wav"));
        fs::write(new.join("notes.txt"), "takes").unwrap();
        fs::write(new.join("csat.m4a"), "a telephone's").unwrap();
        let (found, faults) = sources(std::slice::from_ref(&new), None, None, &languages(&["fi"]));
        assert_eq!(
            found.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
            ["ces"]
        );
        assert_eq!(faults.len(), 2, "{faults:?}");
        let swedish = Language::new("sv").unwrap();
        let (found, faults) = sources(
            &[new.join("nps.wav"), new.join("notes.txt"), new.join("gone.wav")],
            Some(&swedish),
            None,
            &[],
        );
        assert_eq!((found.len(), found[0].language.as_str()), (2, "sv"));
        assert!(
            matches!(faults[0].reason, PromptFaultReason::Absent),
            "{faults:?}"
        );
        let own = home.path().join("own");
        let refused = import(&found[1], &own, None, Overwrite::Never, ImportAction::Write).unwrap_err();
        assert_eq!(refused.to_string(), "a text file is not read");
        fs::rename(new.join("nps.wav"), new.join("Hyvää päivää (2).WAV")).unwrap();
        let take = [new.join("Hyvää päivää (2).WAV")];
        for (name, expected) in [(None, "hyvaa_paivaa_2"), (Some("nps"), "nps")] {
            let (found, faults) = sources(&take, Some(&swedish), name, &[]);
            assert_eq!((found[0].name.as_str(), faults.len()), (expected, 0));
        }
    }
}
