//! Removes recordings after their retention time.
//!
//! The file goes first and the row follows: a crash in between removes a file twice, and never forgets one.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::job::{JobError, Work};
use crate::config::Settings;
use aftercall_media::recording;
use aftercall_runtime::clock::Clock;
use aftercall_storage::{Database, Store, StoreError, WriterHandle};
use aftercall_survey::record::RecordingBegun;

/// Rows asked for at once.
const BATCH: u32 = 100;

/// Which recordings are removed.
#[derive(Debug, Clone)]
pub(in crate::engine) struct Rule {
    /// Whose recordings.
    pub(in crate::engine) node: String,
    /// Where they are.
    pub(in crate::engine) directory: PathBuf,
    /// For how many days they are kept; 0 for ever.
    pub(in crate::engine) keep_days: u32,
}

impl Rule {
    pub(in crate::engine) fn of(settings: &Settings) -> Self {
        Self {
            node: settings.calls.node.clone(),
            directory: settings.recordings.directory.clone(),
            keep_days: settings.recordings.keep_days,
        }
    }
}

pub(super) struct Retention {
    pub(super) store: Database,
    pub(super) writer: WriterHandle,
    pub(super) rule: Rule,
    pub(super) clock: Arc<dyn Clock>,
}

impl Work for Retention {
    async fn run(&mut self) -> Result<(), JobError> {
        let removed = remove_expired(&self.store, &self.writer, &self.rule, self.clock.utc())
            .await
            .map_err(JobError::because("cannot remove expired recordings"))?;
        if removed > 0 {
            tracing::info!(recordings = removed, "removed expired recordings");
        }
        Ok(())
    }
}

/// Why old recordings could not be removed.
#[derive(Debug, thiserror::Error)]
enum RetentionError {
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

/// Removes what is too old at `now`; returns how many. Stops at the first recording that cannot be removed.
async fn remove_expired(
    store: &impl Store,
    writer: &WriterHandle,
    rule: &Rule,
    now: DateTime<Utc>,
) -> Result<u64, RetentionError> {
    let age = TimeDelta::days(i64::from(rule.keep_days));
    let Some(before) = now.checked_sub_signed(age).filter(|_| rule.keep_days > 0) else {
        return Ok(0);
    };
    let mut removed = 0;
    loop {
        let old = store.recordings_before(&rule.node, before, BATCH).await?;
        if old.is_empty() {
            return Ok(removed);
        }
        for recording in old {
            remove(rule, &recording).await?;
            writer
                .recording_expired(recording.call, recording.question, now)
                .await?;
            removed += 1;
        }
    }
}

async fn remove(rule: &Rule, recording: &RecordingBegun) -> Result<(), RetentionError> {
    let (directory, path) = (rule.directory.clone(), recording.path.clone());
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
