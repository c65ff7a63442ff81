//! What the recordings say, in whose voice and under which licence: `manifest.toml` beside them.
//!
//! The shipped one is written by hand and by `scripts/prompts/build`. An operator may lay one beside their own
//! recordings, with `name`, `language` and `text` for each; its words win in sheets and in `aftercall survey simulate`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest, Sha256};

/// The entries of one manifest or of two, by language and name.
#[derive(Debug, Clone, Default)]
pub struct Manifest {
    entries: BTreeMap<(String, String), ManifestEntry>,
}

/// One prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestEntry {
    /// Its words.
    pub text: String,
    /// A word to the speaker.
    pub notes: Option<String>,
    /// Who speaks it; `None` when not told.
    pub voice: Option<ManifestVoice>,
    /// The sum of the file, in hexadecimal; `None` when not told.
    sha256: Option<String>,
}

/// A speaker.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ManifestVoice {
    /// The engine, such as `espeak`.
    #[serde(default)]
    pub engine: String,
    /// The engine's name for it.
    #[serde(default)]
    pub name: String,
    /// Whether it is understood and no more, and to be replaced.
    #[serde(default)]
    pub placeholder: bool,
}

/// A manifest could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    /// It is there and cannot be read.
    #[error("{}: {error}", file.display())]
    Unreadable {
        /// The manifest.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// It is no TOML, or an entry lacks `name`, `language` or `text`.
    #[error("{}: {error}", file.display())]
    Malformed {
        /// The manifest.
        file: PathBuf,
        /// Where and why.
        error: toml::de::Error,
    },
}

#[derive(Deserialize)]
struct ManifestDocument {
    #[serde(default)]
    voice: BTreeMap<String, ManifestVoice>,
    #[serde(default)]
    prompt: Vec<ManifestRow>,
}

#[derive(Deserialize)]
struct ManifestRow {
    language: String,
    name: String,
    text: String,
    notes: Option<String>,
    voice: Option<String>,
    sha256: Option<String>,
}

impl Manifest {
    /// Reads the manifests, later ones over earlier ones; one that does not exist says nothing.
    ///
    /// # Errors
    /// The first that cannot be read or understood.
    pub fn read<P: AsRef<Path>>(files: impl IntoIterator<Item = P>) -> Result<Self, ManifestError> {
        let mut manifest = Self::default();
        for file in files {
            manifest.add(file.as_ref())?;
        }
        Ok(manifest)
    }

    fn add(&mut self, file: &Path) -> Result<(), ManifestError> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => {
                let file = file.to_owned();
                return Err(ManifestError::Unreadable { file, error });
            }
        };
        let document: ManifestDocument = toml::from_str(&text).map_err(|error| ManifestError::Malformed {
            file: file.to_owned(),
            error,
        })?;
        for row in document.prompt {
            let voice = row.voice.and_then(|key| document.voice.get(&key).cloned());
            let entry = ManifestEntry {
                text: row.text,
                notes: row.notes,
                voice,
                sha256: row.sha256,
            };
            self.entries.insert((row.language, row.name), entry);
        }
        Ok(())
    }

    /// What is known of a prompt.
    pub fn entry(&self, language: &str, name: &str) -> Option<&ManifestEntry> {
        self.entries.get(&(language.to_owned(), name.to_owned()))
    }

    /// The names of the prompts of a language, sorted.
    pub fn names(&self, language: &str) -> impl Iterator<Item = &str> {
        let here = self.entries.keys().filter(move |(known, _)| known == language);
        here.map(|(_, name)| name.as_str())
    }

    /// The placeholder voice that speaks `file`, when it is still the file that the manifest tells of. Reads the file.
    pub fn placeholder(&self, language: &str, name: &str, file: &Path) -> Option<&ManifestVoice> {
        let entry = self.entry(language, name)?;
        let voice = entry.voice.as_ref().filter(|voice| voice.placeholder)?;
        let bytes = std::fs::read(file).ok()?;
        (entry.sha256.as_deref() == Some(hexadecimal(&bytes).as_str())).then_some(voice)
    }
}

/// The SHA-256 of bytes, in hexadecimal.
fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Manifest;

    const SHIPPED: &str = "[voice.robot]\nengine = \"espeak\"\nname = \"pl\"\nplaceholder = true\n\
        [[prompt]]\nname = \"nps\"\nlanguage = \"pl\"\nvoice = \"robot\"\ntext = \"Jak?\"\n\
        sha256 = \"2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683\"\n";

    #[test]
    fn placeholder_is_known_by_its_sum_so_a_replaced_file_is_none() {
        let home = tempfile::tempdir().unwrap();
        let (manifest, file) = (home.path().join("manifest.toml"), home.path().join("nps.wav"));
        fs::write(&manifest, SHIPPED).unwrap();
        fs::write(&file, "key").unwrap();
        let manifest = Manifest::read([manifest]).unwrap();
        assert_eq!(manifest.placeholder("pl", "nps", &file).unwrap().engine, "espeak");
        fs::write(&file, "a person's voice").unwrap();
        assert_eq!(manifest.placeholder("pl", "nps", &file), None);
    }

    #[test]
    fn own_words_win_and_a_missing_manifest_says_nothing() {
        let home = tempfile::tempdir().unwrap();
        let [shipped, own, none] =
            ["shipped.toml", "own.toml", "none.toml"].map(|name| home.path().join(name));
        fs::write(&shipped, SHIPPED).unwrap();
        fs::write(
            &own,
            "[[prompt]]\nname = \"nps\"\nlanguage = \"pl\"\ntext = \"Nasze?\"\n",
        )
        .unwrap();
        let manifest = Manifest::read([shipped, none, own]).unwrap();
        assert_eq!(manifest.entry("pl", "nps").unwrap().text, "Nasze?");
        assert_eq!(manifest.names("pl").collect::<Vec<_>>(), ["nps"]);
        assert_eq!(manifest.names("fi").count(), 0);
    }

    #[test]
    fn malformed_manifest_is_told_with_its_name() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join("manifest.toml");
        fs::write(&file, "[[prompt]]\nname = \"nps\"\n").unwrap();
        let told = Manifest::read([&file]).unwrap_err().to_string();
        assert!(
            told.contains("manifest.toml") && told.contains("language"),
            "{told}"
        );
    }
}
