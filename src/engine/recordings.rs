//! Recovers at start the recordings that a crash left unfinished.

use std::path::Path;

use chrono::{DateTime, Utc};

use aftercall_base::{RecordingEndReason, RecordingResult};
use aftercall_media::recording::{SpeechCriteria, recover};
use aftercall_storage::{Store, StoreError, WriterHandle};
use aftercall_survey::record::{RecordingBegun, RecordingEnd};

/// Recovers the recordings of `node` that a crash cut off. To be called when this process is the node, before its first
/// call. Returns how many there were.
///
/// # Errors
/// The database is away. What is wrong with a file is stored with its row.
pub async fn recover_unfinished(
    store: &impl Store,
    writer: &WriterHandle,
    node: &str,
    directory: &Path,
    speech: SpeechCriteria,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let begun = store.open_recordings(node).await?;
    let count = begun.len();
    for recording in begun {
        let kept = recover_one(directory, &recording, speech).await;
        writer
            .recording_ended(RecordingEnd {
                alerts: Vec::new(),
                recording,
                kept,
                ended_by: RecordingEndReason::Restart,
                ended_at: now,
            })
            .await?;
    }
    if count > 0 {
        tracing::info!(recordings = count, "recovered unfinished recordings");
    }
    Ok(count)
}

async fn recover_one(
    directory: &Path,
    recording: &RecordingBegun,
    speech: SpeechCriteria,
) -> RecordingResult {
    let (directory, path) = (directory.to_owned(), recording.path.clone());
    let recovered = tokio::task::spawn_blocking(move || recover(&directory, &path, speech)).await;
    match recovered {
        Ok(Ok(audio)) => RecordingResult::Audio(audio),
        Ok(Err(error)) => {
            tracing::warn!(call = %recording.call, %error, "cannot recover an unfinished recording");
            RecordingResult::Lost
        }
        Err(_) => RecordingResult::Lost,
    }
}
