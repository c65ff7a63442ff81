//! The audio of the demo's comments: the rows are made up, so what they point to is spoken by the voices of the prompts.

use std::path::Path;

use anyhow::Context;

use crate::config::Settings;
use aftercall_runtime::private;
use aftercall_storage::comment::{CommentFilter, CommentRow};
use aftercall_storage::tally::RecordingOutcome;
use aftercall_storage::{CallLists, Database, Selection, Store};

/// Comments that get a file, the newest ones: a list is looked at from its beginning.
const MOST: usize = 200;
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
pub(super) async fn write(settings: &Settings, store: &Database) -> anyhow::Result<()> {
    let filter = CommentFilter {
        outcome: Some(RecordingOutcome::Comment),
        ..CommentFilter::default()
    };
    let mut snapshot = store.snapshot().await?;
    let page = snapshot
        .comments(&Selection::default(), &filter, None, MOST, true)
        .await?;
    let voice = voice(&settings.prompts.directory.join("en"))?;
    for (index, comment) in page.comments.iter().enumerate() {
        write_one(&settings.recordings.directory, comment, &voice, index)?;
    }
    Ok(())
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

fn write_one(directory: &Path, comment: &CommentRow, voice: &[Vec<i16>], index: usize) -> anyhow::Result<()> {
    let (Some(audio), Some(duration)) = (&comment.audio, comment.duration_ms) else {
        return Ok(());
    };
    let file = directory.join(&audio.path);
    if file.exists() {
        return Ok(());
    }
    if let Some(directory) = file.parent() {
        private::create_directory(directory).with_context(|| directory.display().to_string())?;
    }
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let samples = usize::try_from(duration.unsigned_abs() * u64::from(RATE) / 1_000)?;
    let mut writer = hound::WavWriter::create(&file, spec).with_context(|| file.display().to_string())?;
    let spoken = voice.iter().cycle().skip(index % voice.len().max(1)).flatten();
    for sample in spoken.take(samples) {
        writer.write_sample(*sample)?;
    }
    Ok(writer.finalize()?)
}
