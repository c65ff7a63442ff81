//! Where recordings lie: the operator's own directory first, then the shipped one.
//!
//! Both hold one folder for each language, and in it one file for each prompt. A file of the operator's wins over the
//! shipped one of the same name, whatever its format; so an update of aftercall never touches, and never undoes, what
//! an operator recorded.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::fault::{PromptFault, PromptFaultReason};
use super::scan;
use aftercall_base::Language;

/// The two directories.
#[derive(Debug, Clone)]
pub struct Folders {
    /// Shipped with aftercall.
    pub shipped: PathBuf,
    /// The operator's; it need not exist.
    pub own: PathBuf,
}

/// A recording, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromptFile {
    /// The file.
    pub file: PathBuf,
    /// Whose.
    pub origin: PromptOrigin,
}

/// Whose a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptOrigin {
    /// The operator's own.
    Own,
    /// Shipped with aftercall.
    Shipped,
}

impl PromptOrigin {
    /// The word for people and for JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Shipped => "shipped",
        }
    }
}

impl Folders {
    /// The languages that either directory has a folder with a sound in it for, sorted. Other folders are passed over.
    ///
    /// # Errors
    /// When the shipped directory cannot be listed, or the operator's, though it exists.
    pub fn languages(&self) -> io::Result<Vec<String>> {
        let mut languages = BTreeSet::new();
        list(&self.shipped, &mut languages)?;
        if self.own.exists() {
            list(&self.own, &mut languages)?;
        }
        Ok(languages.into_iter().collect())
    }

    /// The recording of each prompt of a language, by name; faults go to `faults`, among them that neither directory
    /// has the language.
    pub fn recordings(&self, language: &str, faults: &mut Vec<PromptFault>) -> BTreeMap<String, PromptFile> {
        let mut recordings = BTreeMap::new();
        let mut known = false;
        for (directory, origin) in [
            (&self.shipped, PromptOrigin::Shipped),
            (&self.own, PromptOrigin::Own),
        ] {
            let directory = directory.join(language);
            if directory.is_dir() {
                known = true;
                let files = scan::directory(&directory, faults).into_iter();
                recordings.extend(files.map(|(name, file)| (name, PromptFile { file, origin })));
            }
        }
        if !known {
            let missing = io::Error::new(io::ErrorKind::NotFound, "there is no such directory");
            faults.push(PromptFault {
                file: self.shipped.join(language),
                reason: PromptFaultReason::Directory(missing),
            });
        }
        recordings
    }

    /// The manifests' files: the shipped one, then the operator's, whose words win.
    pub fn manifests(&self) -> [PathBuf; 2] {
        [&self.shipped, &self.own].map(|directory| directory.join("manifest.toml"))
    }
}

fn list(directory: &Path, languages: &mut BTreeSet<String>) -> io::Result<()> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", directory.display()));
    for entry in std::fs::read_dir(directory).map_err(named)? {
        let entry = entry.map_err(named)?;
        if entry.path().is_dir() {
            let name = entry.file_name().into_string().ok();
            let is_language = |name: &String| Language::new(name).is_ok() && scan::holds_sound(&entry.path());
            languages.extend(name.filter(is_language));
        }
    }
    Ok(())
}
