//! Which file is which prompt: one directory of one language, before anything is decoded.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::fault::{Fault, Reason};

/// Extensions that are decoded.
const READ: [&str; 5] = ["wav", "mp3", "flac", "ogg", "oga"];
/// Extensions of sounds that are not: silence about them would leave their owner wondering.
const NOT_READ: [&str; 16] = [
    "aac", "aif", "aiff", "alaw", "amr", "au", "g722", "g729", "gsm", "m4a", "opus", "pcm", "raw", "sln",
    "ulaw", "wma",
];

/// The file of each prompt in one directory, by name; faults go to `faults`.
pub(super) fn directory(folder: &Path, faults: &mut Vec<Fault>) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for file in sorted_files(folder, faults) {
        match prompt_name(&file) {
            Ok(None) => {}
            Ok(Some(name)) => claim(&mut found, name, file, faults),
            Err(reason) => faults.push(Fault { file, reason }),
        }
    }
    found
}

fn claim(found: &mut BTreeMap<String, PathBuf>, name: String, file: PathBuf, faults: &mut Vec<Fault>) {
    match found.get(&name).and_then(|other| other.file_name()) {
        None => {
            found.insert(name, file);
        }
        Some(other) => {
            let other = other.to_string_lossy().into_owned();
            faults.push(Fault {
                file,
                reason: Reason::Twice { name, other },
            });
        }
    }
}

/// Whether a folder holds a file whose extension is a sound's.
pub(super) fn holds_sound(folder: &Path) -> bool {
    let is_sound = |file: &PathBuf| {
        let extension = file
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .to_ascii_lowercase();
        READ.contains(&extension.as_str()) || NOT_READ.contains(&extension.as_str())
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|file| is_sound(&file))
}

fn sorted_files(directory: &Path, faults: &mut Vec<Fault>) -> Vec<PathBuf> {
    let listed: Result<Vec<PathBuf>, _> = fs::read_dir(directory)
        .and_then(|entries| entries.map(|entry| entry.map(|entry| entry.path())).collect());
    match listed {
        Ok(mut files) => {
            files.retain(|file| file.is_file());
            files.sort();
            files
        }
        Err(error) => {
            faults.push(Fault {
                file: directory.to_owned(),
                reason: Reason::Directory(error),
            });
            Vec::new()
        }
    }
}

/// The prompt that a file is, or `None` for a file that is no sound.
pub(super) fn prompt_name(file: &Path) -> Result<Option<String>, Reason> {
    let text = |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().into_owned());
    let (Some(stem), Some(extension)) = (text(file.file_stem()), text(file.extension())) else {
        return Ok(None);
    };
    let extension = extension.to_ascii_lowercase();
    if stem.starts_with('.') {
        return Ok(None);
    }
    if NOT_READ.contains(&extension.as_str()) {
        return Err(Reason::Format { extension });
    }
    if !READ.contains(&extension.as_str()) {
        return Ok(None);
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if stem.is_empty() || !stem.chars().all(allowed) {
        return Err(Reason::Name);
    }
    Ok(Some(stem))
}
