//! Every prompt of every language, found by name.
//!
//! `<language>/<name>.wav` (or `.flac`, `.mp3`, `.ogg`) is a prompt; an operator's own recording wins over the shipped
//! one of the same name, see [`Folders`]. A catalog is loaded whole or not at all: a reload with a broken file leaves
//! the old one in use. Prompts are in G.711 from the start; the other codecs are made
//! when the first call of a language [asks](Catalog::ask) for them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::examine::DIGIT_BLOCKS;
use super::fault::{PromptFault, PromptFaultReason};
use super::{Folders, Prompt};
use crate::{Decoded, Remark, Sound, decode};
use aftercall_rtp::Codec;

/// Longer recordings are refused: no caller listens that long.
const LIMIT: Duration = Duration::from_secs(120);
/// 120 s of stereo at 48 kHz and 24 bits, and room for what else is in a file.
const LIMIT_BYTES: u64 = 40 << 20;

/// All prompts, immutable; share it in an [`Arc`].
#[derive(Debug, Default)]
pub struct Catalog {
    languages: BTreeMap<String, LanguagePrompts>,
}

#[derive(Debug, Default)]
struct LanguagePrompts {
    prompts: BTreeMap<String, Arc<Prompt>>,
    /// What the files of its prompts were when they were read.
    stamps: BTreeMap<String, Stamp>,
    /// The names of recordings that nobody wanted.
    passed_over: BTreeSet<String>,
    /// The codecs that its prompts have been asked for in.
    asked: RequestedCodecs,
}

/// Which codecs were asked for before.
#[derive(Debug, Default)]
struct RequestedCodecs {
    g722: AtomicBool,
    opus: AtomicBool,
}

/// What tells that a file is the one that was read: whatever is written to it, or put in its place, changes one of
/// these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    size: u64,
    changed_s: i64,
    changed_ns: i64,
}

impl Stamp {
    /// `None` when the file cannot be looked at; reading it will tell why.
    fn of(file: &Path) -> Option<Self> {
        let metadata = fs::metadata(file).ok()?;
        Some(Self {
            inode: metadata.ino(),
            size: metadata.len(),
            changed_s: metadata.ctime(),
            changed_ns: metadata.ctime_nsec(),
        })
    }
}

/// Whether a call is the first to ask for a language in a codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EncodingRequest {
    /// The first one: it has to call [`Catalog::prepare`].
    First,
    /// The prompts are encoded, or being encoded.
    Repeated,
}

impl Catalog {
    /// Reads all prompts of `languages`. Blocks for as long as decoding takes (about a
    /// millisecond for each second of sound that has to be resampled).
    ///
    /// # Errors
    /// Every fault of every file, in the order of languages and names.
    pub fn load<L: AsRef<str>>(folders: &Folders, languages: &[L]) -> Result<Self, Vec<PromptFault>> {
        Self::load_wanted(folders, languages, &|_, _| true)
    }

    /// Reads those prompts of `languages` that are wanted, by language and name: a second of sound takes 48 KB for as long as the
    /// service runs. Blocks likewise.
    ///
    /// # Errors
    /// Every fault of every file that is wanted, and of every file that can be no prompt, in the order of languages and names.
    pub fn load_wanted<L: AsRef<str>>(
        folders: &Folders,
        languages: &[L],
        wanted: &dyn Fn(&str, &str) -> bool,
    ) -> Result<Self, Vec<PromptFault>> {
        Self::load_after(&Self::default(), folders, languages, wanted)
    }

    /// The same after an earlier catalog: files that have not changed are not decoded again, and keep what was encoded
    /// of them.
    ///
    /// # Errors
    /// As for [`Self::load_wanted`].
    pub fn load_after<L: AsRef<str>>(
        earlier: &Self,
        folders: &Folders,
        languages: &[L],
        wanted: &dyn Fn(&str, &str) -> bool,
    ) -> Result<Self, Vec<PromptFault>> {
        let mut catalog = Self::default();
        let mut faults = Vec::new();
        for language in languages.iter().map(AsRef::as_ref) {
            let mut loaded = LanguagePrompts::default();
            for (name, recording) in folders.recordings(language, &mut faults) {
                let file = recording.file;
                if !wanted(language, &name) {
                    loaded.passed_over.insert(name);
                    continue;
                }
                // Before it is read: a change that comes later is seen the next time.
                let stamp = Stamp::of(&file);
                let known = stamp.and_then(|stamp| earlier.unchanged(language, &name, &file, stamp));
                match known.map_or_else(|| load_clean(&file).map(Arc::new), |known| Ok(Arc::clone(known))) {
                    Ok(prompt) => {
                        loaded.stamps.extend(stamp.map(|stamp| (name.clone(), stamp)));
                        loaded.prompts.insert(name, prompt);
                    }
                    Err(reason) => faults.push(PromptFault { file, reason }),
                }
            }
            catalog.languages.insert(language.to_owned(), loaded);
        }
        if faults.is_empty() {
            Ok(catalog)
        } else {
            Err(faults)
        }
    }

    /// The prompt of that name, when it came from this file as it still is.
    fn unchanged(&self, language: &str, name: &str, file: &Path, stamp: Stamp) -> Option<&Arc<Prompt>> {
        let known = self.languages.get(language)?.stamps.get(name)?;
        let prompt = self.get(language, name)?;
        (*known == stamp && prompt.source() == file).then_some(prompt)
    }

    /// Adds or replaces one prompt.
    pub fn insert(&mut self, language: &str, name: &str, prompt: Arc<Prompt>) {
        let language = self.languages.entry(language.to_owned()).or_default();
        language.stamps.remove(name);
        language.prompts.insert(name.to_owned(), prompt);
    }

    /// The prompt of that name in that language.
    pub fn get(&self, language: &str, name: &str) -> Option<&Arc<Prompt>> {
        self.languages.get(language)?.prompts.get(name)
    }

    /// Whether there is such a prompt.
    pub fn contains(&self, language: &str, name: &str) -> bool {
        self.get(language, name).is_some()
    }

    /// The languages loaded, in order.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The names of a language's prompts, in order; none for an unknown language.
    pub fn names(&self, language: &str) -> impl Iterator<Item = &str> {
        self.prompts(language).map(|(name, _)| name)
    }

    /// The names of all recordings of a language, also of those that were not wanted.
    pub fn recorded(&self, language: &str) -> impl Iterator<Item = &str> {
        let passed_over = self.languages.get(language).into_iter();
        let passed_over = passed_over.flat_map(|language| &language.passed_over);
        self.names(language).chain(passed_over.map(String::as_str))
    }

    /// A language's prompts by name, in order; none for an unknown language.
    pub fn prompts(&self, language: &str) -> impl Iterator<Item = (&str, &Arc<Prompt>)> {
        let language = self.languages.get(language).into_iter();
        language
            .flat_map(|language| &language.prompts)
            .map(|(name, prompt)| (name.as_str(), prompt))
    }

    /// What is to be said of the files of its prompts, in order.
    pub fn remarks(&self) -> impl Iterator<Item = (&Path, Remark)> {
        let languages = self.languages.values();
        let prompts = languages.flat_map(|language| language.prompts.values());
        prompts.flat_map(|prompt| {
            prompt
                .remarks()
                .iter()
                .map(move |remark| (prompt.source(), *remark))
        })
    }

    /// Notes that a call needs the prompts of a language in a codec, and tells whether it is the first.
    pub fn ask(&self, language: &str, codec: Codec) -> EncodingRequest {
        let asked = self.languages.get(language).map(|language| &language.asked);
        let flag = match codec {
            Codec::Pcmu | Codec::Pcma => None,
            Codec::G722 => asked.map(|asked| &asked.g722),
            Codec::Opus => asked.map(|asked| &asked.opus),
        };
        match flag {
            Some(flag) if !flag.swap(true, Ordering::Relaxed) => EncodingRequest::First,
            Some(_) | None => EncodingRequest::Repeated,
        }
    }

    /// Encodes all prompts of a language. Blocks: Opus takes about 20 ms for each second of sound.
    pub fn prepare(&self, language: &str, codec: Codec) {
        for (_, prompt) in self.prompts(language) {
            prompt.prepare(codec);
        }
    }
}

/// Reads one sound file as a prompt. Blocks.
///
/// # Errors
/// When it cannot be read, decoded or resampled, or is longer than two minutes.
pub fn load(file: &Path) -> Result<Prompt, PromptFaultReason> {
    let Decoded { sound, remarks } = read_whole(file)?;
    Ok(Prompt::new(file.to_owned(), &sound)?.with_remarks(remarks))
}

/// The same for what callers will hear, which no receiver may take for a key.
fn load_clean(file: &Path) -> Result<Prompt, PromptFaultReason> {
    let prompt = load(file)?;
    match prompt.digit_blocks() {
        blocks if blocks > DIGIT_BLOCKS => Err(PromptFaultReason::Digit { blocks }),
        _ => Ok(prompt),
    }
}

/// Reads one sound file at the rate that it has, its channels brought down to one. Blocks.
///
/// # Errors
/// When it cannot be read or decoded, or is longer than two minutes.
pub fn read(file: &Path) -> Result<Sound, PromptFaultReason> {
    Ok(read_whole(file)?.sound)
}

/// The same, with what is to be said of the file.
///
/// # Errors
/// As for [`read`].
pub fn read_whole(file: &Path) -> Result<Decoded, PromptFaultReason> {
    let size = fs::metadata(file).map_err(PromptFaultReason::Unreadable)?.len();
    if size > LIMIT_BYTES {
        return Err(PromptFaultReason::TooLarge {
            megabytes: size >> 20,
            limit_megabytes: LIMIT_BYTES >> 20,
        });
    }
    let bytes = fs::read(file).map_err(PromptFaultReason::Unreadable)?;
    let extension = file.extension().unwrap_or_default().to_string_lossy();
    Ok(decode(bytes, &extension, LIMIT)?)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::time::Duration;

    use super::{Catalog, EncodingRequest, PromptFaultReason};
    use crate::g711::Companding;
    use crate::prompts::Folders;
    use aftercall_rtp::Codec;

    /// `shipped` and `own` in a directory.
    fn folders(home: &Path) -> Folders {
        Folders {
            shipped: home.join("shipped"),
            own: home.join("own"),
        }
    }

    fn write_wav(path: &Path, rate: u32, value: i16, milliseconds: u32) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: rate,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut writer = hound::WavWriter::create(path, spec).unwrap();
        for _ in 0..rate * milliseconds / 1_000 {
            writer.write_sample(value).unwrap();
        }
        writer.finalize().unwrap();
    }

    #[test]
    fn prompts_are_found_by_language_and_name() {
        let home = tempfile::tempdir().unwrap();
        write_wav(&home.path().join("shipped/en/nps.wav"), 8_000, 100, 250);
        write_wav(&home.path().join("shipped/fi/nps.wav"), 16_000, 100, 500);
        fs::write(home.path().join("shipped/en/README.md"), "about the voices").unwrap();
        let catalog = Catalog::load(&folders(home.path()), &["en", "fi"]).unwrap();
        assert_eq!(
            catalog.get("en", "nps").unwrap().duration(),
            Duration::from_millis(250)
        );
        assert_eq!(
            catalog.get("fi", "nps").unwrap().duration(),
            Duration::from_millis(500)
        );
        assert!(
            catalog.contains("en", "nps") && !catalog.contains("en", "ces") && !catalog.contains("sv", "nps")
        );
        assert_eq!(catalog.names("en").collect::<Vec<_>>(), ["nps"]);
        assert_eq!(catalog.languages().collect::<Vec<_>>(), ["en", "fi"]);
    }

    #[test]
    fn file_that_has_not_changed_is_not_read_again_and_a_changed_one_is() {
        let home = tempfile::tempdir().unwrap();
        for name in ["nps", "ces", "csat"] {
            write_wav(
                &home.path().join(format!("shipped/en/{name}.wav")),
                8_000,
                100,
                250,
            );
        }
        let folders = folders(home.path());
        let first = Catalog::load(&folders, &["en"]).unwrap();
        write_wav(&home.path().join("shipped/en/ces.wav"), 8_000, 101, 250);
        write_wav(&home.path().join("own/en/csat.wav"), 8_000, 100, 250);
        let second = Catalog::load_after(&first, &folders, &["en"], &|_, _| true).unwrap();
        let same = |name| {
            let prompt = |catalog: &Catalog| catalog.get("en", name).cloned().unwrap();
            std::sync::Arc::ptr_eq(&prompt(&first), &prompt(&second))
        };
        assert_eq!(["nps", "ces", "csat"].map(same), [true, false, false]);
        assert_eq!(
            second.get("en", "csat").unwrap().source(),
            home.path().join("own/en/csat.wav")
        );
        fs::write(home.path().join("shipped/en/nps.wav"), "not a sound").unwrap();
        assert!(Catalog::load_after(&second, &folders, &["en"], &|_, _| true).is_err());
    }

    #[test]
    fn own_recording_wins_over_the_shipped_one() {
        let home = tempfile::tempdir().unwrap();
        write_wav(&home.path().join("shipped/en/nps.wav"), 8_000, 100, 20);
        write_wav(&home.path().join("own/en/nps.wav"), 8_000, 8_000, 20);
        write_wav(&home.path().join("own/sv/nps.wav"), 8_000, 1, 20);
        fs::create_dir(home.path().join("own/Raw takes")).unwrap();
        fs::create_dir(home.path().join("own/bin")).unwrap();
        let folders = folders(home.path());
        assert_eq!(folders.languages().unwrap(), ["en", "sv"]);
        let catalog = Catalog::load(&folders, &["en", "sv"]).unwrap();
        assert!(
            catalog.contains("sv", "nps"),
            "a language may be the operator's alone"
        );
        let prompt = catalog.get("en", "nps").unwrap();
        assert_eq!(prompt.source(), home.path().join("own/en/nps.wav"));
        assert_eq!(prompt.g711(Companding::A)[0], Companding::A.encode(8_000));
        assert_eq!(prompt.g711(Companding::Mu).len(), 160);
    }

    #[test]
    fn prompts_that_nobody_wants_are_known_by_name_and_take_no_room() {
        let home = tempfile::tempdir().unwrap();
        write_wav(&home.path().join("shipped/en/nps.wav"), 8_000, 100, 250);
        fs::write(home.path().join("shipped/en/value.wav"), "not a sound").unwrap();
        let wanted = |language: &str, name: &str| (language, name) == ("en", "nps");
        let catalog = Catalog::load_wanted(&folders(home.path()), &["en"], &wanted).unwrap();
        assert!(catalog.contains("en", "nps") && !catalog.contains("en", "value"));
        assert_eq!(catalog.names("en").collect::<Vec<_>>(), ["nps"]);
        assert_eq!(catalog.recorded("en").collect::<Vec<_>>(), ["nps", "value"]);
    }

    #[test]
    fn only_the_first_call_of_a_codec_is_told_that_prompts_have_to_be_encoded() {
        let home = tempfile::tempdir().unwrap();
        write_wav(&home.path().join("shipped/en/nps.wav"), 16_000, 100, 500);
        let catalog = Catalog::load(&folders(home.path()), &["en"]).unwrap();
        assert_eq!(catalog.ask("en", Codec::Pcmu), EncodingRequest::Repeated);
        assert_eq!(catalog.ask("en", Codec::Opus), EncodingRequest::First);
        assert_eq!(catalog.ask("en", Codec::Opus), EncodingRequest::Repeated);
        assert_eq!(catalog.ask("en", Codec::G722), EncodingRequest::First);
        assert_eq!(catalog.ask("sv", Codec::G722), EncodingRequest::Repeated);
        let prompt = catalog.get("en", "nps").unwrap();
        assert!(prompt.is_ready(Codec::Pcma) && !prompt.is_ready(Codec::Opus));
        catalog.prepare("en", Codec::Opus);
        assert!(prompt.is_ready(Codec::Opus) && !prompt.is_ready(Codec::G722));
    }

    #[test]
    fn all_faults_are_told_at_once_each_with_its_file() {
        let home = tempfile::tempdir().unwrap();
        let en = home.path().join("shipped/en");
        write_wav(&en.join("good.wav"), 8_000, 1, 100);
        write_wav(&en.join("Bad Name.wav"), 8_000, 1, 100);
        write_wav(&en.join("twice.mp3"), 8_000, 1, 100);
        write_wav(&en.join("twice.wav"), 8_000, 1, 100);
        fs::write(en.join("text.wav"), "not a sound").unwrap();
        fs::write(en.join("phone.m4a"), "whatever").unwrap();
        let faults = Catalog::load(&folders(home.path()), &["en", "sv"]).unwrap_err();
        let told: Vec<String> = faults
            .iter()
            .map(|fault| fault.file.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(told, ["Bad Name.wav", "phone.m4a", "twice.wav", "text.wav", "sv"]);
        assert!(matches!(faults[2].reason, PromptFaultReason::Twice { .. }));
        assert!(faults.iter().all(|fault| !fault.reason.fix().is_empty()));
    }
}
