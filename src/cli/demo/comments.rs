//! The audio of the demo's comments: the rows are made up, and each says which sentence is spoken.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::speech::SPEECH;
use crate::config::Settings;
use aftercall_runtime::private;
use aftercall_storage::demo::{DemoTone, UnspokenComment, speak};

/// Comments that get a file, the newest ones: months of a demo of the usual size.
const MOST: u32 = 2_000;

/// Files of the sentences, and whether their speakers complain.
pub(super) type SpeechFiles = Vec<(DemoTone, PathBuf)>;

/// Writes the sentences into `directory`, and the files of comments that are not there yet.
///
/// # Errors
/// The database cannot be read, or a file not be written.
pub(super) async fn write(settings: &Settings, directory: &Path) -> anyhow::Result<SpeechFiles> {
    private::create_directory(directory).with_context(|| directory.display().to_string())?;
    let mut files = SpeechFiles::new();
    let mut by_sum = BTreeMap::new();
    for speech in &SPEECH {
        let file = directory.join(speech.name).with_extension("wav");
        std::fs::write(&file, speech.wav).with_context(|| file.display().to_string())?;
        by_sum.insert(speech.sha256(), (file.clone(), speech.wav.len() as u64));
        files.push((speech.tone, file));
    }
    speak(&settings.storage.path, MOST, |comment| {
        let Some((sentence, size)) = by_sum.get(&comment.sha256) else {
            return anyhow::Ok(None);
        };
        place(&settings.recordings.directory, comment, sentence)?;
        Ok(Some(*size))
    })
    .await?;
    Ok(files)
}

/// Puts the file of a comment where its row says. Comments with the same sentence share one file on the disk, where the file system can.
fn place(directory: &Path, comment: &UnspokenComment, sentence: &Path) -> anyhow::Result<()> {
    let file = directory.join(&comment.path);
    let named = || file.display().to_string();
    if let Some(directory) = file.parent() {
        private::create_directory(directory).with_context(named)?;
    }
    match std::fs::hard_link(sentence, &file) {
        Ok(()) => Ok(()),
        // Of a run that was broken off before the row was changed.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(_) => std::fs::copy(sentence, &file).map(drop).with_context(named),
    }
}
