//! The audio of the demo's comments: the rows are made up, so what they point to is spoken by the voices of the prompts.

use std::path::Path;

use anyhow::Context;

use sha2::{Digest, Sha256};

use crate::config::Settings;
use aftercall_runtime::private;
use aftercall_storage::demo::{UnspokenComment, speak};

/// Comments that get a file, the newest ones: a list is looked at from its beginning.
const MOST: u32 = 200;
/// What is spoken, one behind the other from a place that differs from comment to comment. All are prompts of the shipped surveys.
const SPOKEN: [&str; 7] = [
    "waiting",
    "knowledge",
    "friendliness",
    "resolved",
    "complaint",
    "responsiveness",
    "loyalty",
];
/// The rate of the prompts as they are shipped, in Hz.
const RATE: u32 = 16_000;

/// Writes the files that are not there yet.
///
/// # Errors
/// The prompts cannot be read, the database not be read, or a file not be written.
pub(super) async fn write(settings: &Settings) -> anyhow::Result<()> {
    let voice = voice(&settings.prompts.directory.join("en"))?;
    let mut index = 0;
    speak(&settings.storage.path, MOST, |comment| {
        index += 1;
        spoken(&settings.recordings.directory, comment, &voice, index)
    })
    .await
}

/// The samples of each prompt.
fn voice(directory: &Path) -> anyhow::Result<Vec<Vec<i16>>> {
    let mut voice = Vec::with_capacity(SPOKEN.len());
    for name in SPOKEN {
        let file = directory.join(name).with_extension("wav");
        let mut reader = hound::WavReader::open(&file).with_context(|| file.display().to_string())?;
        let samples: Result<Vec<i16>, _> = reader.samples().collect();
        voice.push(samples.with_context(|| file.display().to_string())?);
    }
    Ok(voice)
}

/// Writes the file of a comment, and answers its size and its sum.
fn spoken(
    directory: &Path,
    comment: &UnspokenComment,
    voice: &[Vec<i16>],
    index: usize,
) -> anyhow::Result<(u64, String)> {
    let file = directory.join(&comment.path);
    let named = || file.display().to_string();
    if let Some(directory) = file.parent() {
        private::create_directory(directory).with_context(named)?;
    }
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let samples = usize::try_from(comment.milliseconds * u64::from(RATE) / 1_000)?;
    let mut writer = hound::WavWriter::create(&file, spec).with_context(named)?;
    let spoken = voice.iter().cycle().skip(index % voice.len().max(1)).flatten();
    for sample in spoken.take(samples) {
        writer.write_sample(*sample)?;
    }
    writer.finalize()?;
    let written = std::fs::read(&file).with_context(named)?;
    let sum = Sha256::digest(&written);
    let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((written.len() as u64, sum))
}
