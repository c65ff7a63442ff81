//! Recovers unfinished recordings at start, and removes recordings after their retention time.
//!
//! The file goes first and the row follows: a crash in between removes a file twice, and never forgets one.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use aftercall_base::{EndedBy, RecordingResult};
use aftercall_media::recording::{self, SpeechCriteria, recover};
use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::{Shutdown, Ticks};
use aftercall_storage::{Store, StoreError, WriterHandle};
use aftercall_survey::record::{RecordingBegun, RecordingEnd};

/// How often old recordings are looked for.
const PERIOD: Duration = Duration::from_secs(3_600);
/// Rows asked for at once.
const BATCH: u32 = 100;

/// Mends the recordings of `node` that a crash cut off. To be called when this process is the node, before its first
/// call. Returns how many there were.
///
/// # Errors
/// The database is away. What is wrong with a file is stored with its row.
pub async fn catch_up(
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
        let kept = mend(directory, &recording, speech).await;
        writer
            .recording_ended(RecordingEnd {
                recording,
                kept,
                ended_by: EndedBy::Restart,
                ended_at: now,
            })
            .await?;
    }
    if count > 0 {
        tracing::info!(recordings = count, "recovered unfinished recordings");
    }
    Ok(count)
}

async fn mend(directory: &Path, recording: &RecordingBegun, speech: SpeechCriteria) -> RecordingResult {
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

/// What is removed when.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Whose recordings.
    pub node: String,
    /// Where they are.
    pub directory: PathBuf,
    /// For how many days they are kept; 0 for ever.
    pub keep_days: u32,
}

/// Removes what is too old, now and every hour, until shutdown.
pub async fn keep_tidy(
    store: impl Store,
    writer: WriterHandle,
    retention: Retention,
    clock: Arc<dyn Clock>,
    shutdown: Shutdown,
) {
    let mut ticks = Ticks::new(PERIOD, shutdown);
    while ticks.next().await {
        match sweep(&store, &writer, &retention, clock.utc()).await {
            Ok(0) => {}
            Ok(removed) => tracing::info!(recordings = removed, "removed expired recordings"),
            Err(error) => tracing::error!(%error, "cannot remove expired recordings"),
        }
    }
}

/// Why old recordings could not be removed.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The database is away.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be removed.
    #[error("{path}: {error}")]
    File {
        /// The file, below the directory of recordings.
        path: String,
        /// What the system said.
        error: std::io::Error,
    },
}

/// Removes what is too old at `now`; returns how many.
///
/// # Errors
/// The first that could not be removed; those before it are.
pub async fn sweep(
    store: &impl Store,
    writer: &WriterHandle,
    retention: &Retention,
    now: DateTime<Utc>,
) -> Result<u64, RetentionError> {
    let age = TimeDelta::days(i64::from(retention.keep_days));
    let Some(before) = now.checked_sub_signed(age).filter(|_| retention.keep_days > 0) else {
        return Ok(0);
    };
    let mut removed = 0;
    loop {
        let old = store.recordings_before(&retention.node, before, BATCH).await?;
        if old.is_empty() {
            return Ok(removed);
        }
        for recording in old {
            remove(retention, &recording).await?;
            writer
                .recording_expired(recording.call, recording.question, now)
                .await?;
            removed += 1;
        }
    }
}

async fn remove(retention: &Retention, recording: &RecordingBegun) -> Result<(), RetentionError> {
    let (directory, path) = (retention.directory.clone(), recording.path.clone());
    let removed = tokio::task::spawn_blocking(move || recording::remove(&directory, &path)).await;
    let failed = |error| RetentionError::File {
        path: recording.path.clone(),
        error,
    };
    match removed {
        Ok(removed) => removed.map_err(failed),
        Err(_) => Err(failed(std::io::Error::other("the removal stopped unexpectedly"))),
    }
}
