//! What recorded comments need: the recorder, its tone, and the sweep of what is old.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::StartError;
use super::content::LoadedContent;
use super::recordings::recover_unfinished;
use crate::config::Settings;
use crate::config::recordings::RecordingSettings;
use aftercall_audio::prompts::{Playlist, Prompt};
use aftercall_audio::{WIDEBAND_RATE, recording_tone};
use aftercall_media::SpeechDetection;
use aftercall_media::recording::{DiskLimits, Recorder, RecorderOptions, SpeechCriteria};
use aftercall_storage::{Store, WriterHandle};
use aftercall_survey::Comment;

/// Recovers the recordings that a crash left and starts the recorder, when a survey asks for comments. A disk that cannot be used is an
/// alarm, not an error: calls go on without their comments.
pub(super) async fn start(
    settings: &Settings,
    content: &LoadedContent,
    store: &impl Store,
    writer: &WriterHandle,
    now: DateTime<Utc>,
) -> Result<Option<Arc<Recorder>>, StartError> {
    let recordings = &settings.recordings;
    let threshold_dbov = SpeechDetection::default().threshold_dbov;
    let speech = SpeechCriteria {
        threshold_dbov,
        least: Comment::default().min_speech,
    };
    recover_unfinished(
        store,
        writer,
        &settings.calls.node,
        &recordings.directory,
        speech,
        now,
    )
    .await?;
    recorder(settings, content).await
}

/// Starts the recorder, when a survey asks for comments.
pub(super) async fn recorder(
    settings: &Settings,
    content: &LoadedContent,
) -> Result<Option<Arc<Recorder>>, StartError> {
    let recordings = &settings.recordings;
    if !asks_for_comments(content) {
        return Ok(None);
    }
    let options = RecorderOptions {
        directory: recordings.directory.clone(),
        threads: recordings.threads,
        limits: limits(recordings),
        threshold_dbov: SpeechDetection::default().threshold_dbov,
    };
    let started = tokio::task::spawn_blocking(move || Recorder::start(&options)).await;
    let recorder = started
        .unwrap_or_else(|panicked| Err(io::Error::other(panicked)))
        .map_err(StartError::Recorder)?;
    Ok(Some(Arc::new(recorder)))
}

/// Whether any survey asks for a comment.
pub fn asks_for_comments(content: &LoadedContent) -> bool {
    let mut questions = content.surveys.values().flat_map(|survey| survey.questions());
    questions.any(|question| question.comment().is_some())
}

/// When the disk counts as full.
pub fn limits(settings: &RecordingSettings) -> DiskLimits {
    DiskLimits {
        min_free_bytes: settings.min_free_mb.saturating_mul(1 << 20),
        max_disk_percent: settings.max_disk_percent,
    }
}

/// The tone after which a caller speaks.
pub(super) fn tone() -> Playlist {
    let sound = recording_tone(WIDEBAND_RATE).expect("the rate of wideband speech is not zero");
    let prompt = Prompt::new(PathBuf::from("recording tone"), &sound);
    let prompt = prompt.expect("wideband speech is brought to the rates of the codecs");
    Playlist::from_iter([Arc::new(prompt)])
}
