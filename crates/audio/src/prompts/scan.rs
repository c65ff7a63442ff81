//! Which file is which prompt: one directory of one language, before anything is decoded.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::fault::{PromptFault, PromptFaultReason};

/// Extensions that are decoded.
const READ: [&str; 5] = ["wav", "mp3", "flac", "ogg", "oga"];
/// Extensions of sounds that are not: silence about them would leave their owner wondering.
const NOT_READ: [&str; 16] = [
    "aac", "aif", "aiff", "alaw", "amr", "au", "g722", "g729", "gsm", "m4a", "opus", "pcm", "raw", "sln",
    "ulaw", "wma",
];

/// The file of each prompt in one directory, by name; faults go to `faults`.
pub(super) fn directory(folder: &Path, faults: &mut Vec<PromptFault>) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for file in sorted_files(folder, faults) {
        match prompt_name(&file) {
            Ok(None) => {}
            Ok(Some(name)) => claim(&mut found, name, file, faults),
            Err(reason) => faults.push(PromptFault { file, reason }),
        }
    }
    found
}

fn claim(found: &mut BTreeMap<String, PathBuf>, name: String, file: PathBuf, faults: &mut Vec<PromptFault>) {
    match found.get(&name).and_then(|other| other.file_name()) {
        None => {
            found.insert(name, file);
        }
        Some(other) => {
            let other = other.to_string_lossy().into_owned();
            faults.push(PromptFault {
                file,
                reason: PromptFaultReason::Twice { name, other },
            });
        }
    }
}

/// The sounds of one directory, by their extensions, also of kinds that are not read: what they hold is for the reader to say.
pub(super) fn sounds(folder: &Path, faults: &mut Vec<PromptFault>) -> Vec<PathBuf> {
    let mut files = sorted_files(folder, faults);
    files.retain(|file| is_sound(file) && !is_hidden(file));
    files
}

/// A prompt name made of a file's: `NPS Kysely (3).WAV` is `nps_kysely_3`. `None` where nothing is left, or letters are lost
/// that nobody could guess.
pub(super) fn derived_name(file: &Path) -> Option<String> {
    let stem = file.file_stem()?.to_str()?;
    let mut name = String::new();
    for letter in stem.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => name.push(letter),
            '-' if !name.ends_with(['_', '-']) => name.push('-'),
            // Marks that stand by themselves behind their letter.
            '\u{300}'..='\u{36f}' => {}
            _ => match LETTERS.iter().find(|(letters, _)| letters.contains(letter)) {
                Some((_, plain)) => name.push_str(plain),
                None if letter.is_alphanumeric() => return None,
                None if name.ends_with(['_', '-']) => {}
                None => name.push('_'),
            },
        }
    }
    let name = name.trim_matches(['_', '-']);
    aftercall_base::PromptName::new(name).ok()?;
    Some(name.to_owned())
}

/// Letters with marks, and what is written where they cannot be.
const LETTERS: [(&str, &str); 25] = [
    ("àáâãäåāăą", "a"),
    ("æ", "ae"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįı", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņň", "n"),
    ("òóôõöøōŏő", "o"),
    ("œ", "oe"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ß", "ss"),
    ("ţťŧț", "t"),
    ("þ", "th"),
    ("ùúûüũūŭůűų", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("²", "2"),
    ("³", "3"),
];

fn is_hidden(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with('.')
}

fn is_sound(file: &Path) -> bool {
    let extension = file
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    READ.contains(&extension.as_str()) || NOT_READ.contains(&extension.as_str())
}

/// Whether a folder holds a file whose extension is a sound's.
pub(super) fn holds_sound(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|file| is_sound(&file))
}

fn sorted_files(directory: &Path, faults: &mut Vec<PromptFault>) -> Vec<PathBuf> {
    let listed: Result<Vec<PathBuf>, _> = fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
    match listed {
        Ok(mut files) => {
            files.retain(|file| file.is_file());
            files.sort();
            files
        }
        Err(error) => {
            faults.push(PromptFault {
                file: directory.to_owned(),
                reason: PromptFaultReason::Directory(error),
            });
            Vec::new()
        }
    }
}

/// The prompt that a file is, or `None` for a file that is no sound.
pub(super) fn prompt_name(file: &Path) -> Result<Option<String>, PromptFaultReason> {
    let text = |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let (Some(stem), Some(extension)) = (text(file.file_stem()), text(file.extension())) else {
        return Ok(None);
    };
    let extension = extension.to_ascii_lowercase();
    if stem.starts_with('.') {
        return Ok(None);
    }
    if NOT_READ.contains(&extension.as_str()) {
        return Err(PromptFaultReason::Format { extension });
    }
    if !READ.contains(&extension.as_str()) {
        return Ok(None);
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if stem.is_empty() || !stem.chars().all(allowed) {
        return Err(PromptFaultReason::Name);
    }
    Ok(Some(stem))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::derived_name;

    #[test]
    fn file_name_becomes_a_prompt_name_where_anybody_could_guess_it() {
        for (file, name) in [
            ("nps.wav", "nps"),
            ("NPS.WAV", "nps"),
            ("Nps Retry.wav", "nps_retry"),
            ("NPS Kysely (3).WAV", "nps_kysely_3"),
            ("Näppäily - väärä.mp3", "nappaily_vaara"),
            ("Na\u{308}ppa\u{308}ily.wav", "nappaily"),
            ("Größe.wav", "grosse"),
            ("Zażółć gęślą.flac", "zazolc_gesla"),
            ("Příliš žluťoučký.ogg", "prilis_zlutoucky"),
            ("_take_2_.wav", "take_2"),
        ] {
            assert_eq!(derived_name(Path::new(file)).as_deref(), Some(name), "{file}");
        }
        for file in ["Καλώς ήρθατε.wav", "привет.wav", "!!!.wav", "  .wav"] {
            assert_eq!(derived_name(Path::new(file)), None, "{file}");
        }
    }
}
