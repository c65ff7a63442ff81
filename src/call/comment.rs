//! A call's comments: between the session that wants speech recorded, the recorder, the media and storage.
//!
//! The row goes first, then the file: so a crash leaves no file that nobody knows of. What ends a recording is done
//! beside the call, which goes on meanwhile and waits for it only at its own end.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::call_media::CallMedia;
use super::snapshot::CallEnvironment;
use aftercall_base::{CallUid, QuestionId, RecordingEndReason, RecordingResult};
use aftercall_media::recording::{
    OpenRecording, Recorder, RecorderError, RecorderEvent, RecordingRequest, RetentionDecision,
};
use aftercall_media::{BackgroundSound, SpeechDetection};
use aftercall_runtime::lifecycle::spawn;
use aftercall_storage::WriterHandle;
use aftercall_survey::record::{RecordingBegun, RecordingEnd};
use aftercall_survey::{Input, Survey};

/// What the recorder may have to tell of one recording: that it is open, and that it failed.
const EVENTS: usize = 2;
/// Bridges the gaps inside words; the silence that ends a comment is the session's to measure.
const LISTENING: SpeechDetection = SpeechDetection {
    threshold_dbov: SpeechDetection::THRESHOLD_DBOV,
    hangover: Duration::from_millis(300),
    background: BackgroundSound::Noise,
};
/// How long the end of a call waits for its recordings; the next start finds what takes longer.
const FINISHED_WITHIN: Duration = Duration::from_secs(10);

/// The comments of one call.
pub(super) struct Comments {
    call: CallUid,
    current: Option<Current>,
    finishing: Vec<JoinHandle<()>>,
}

/// The comment that is asked for at present.
struct Current {
    question: QuestionId,
    begun: RecordingBegun,
    events: mpsc::Receiver<RecorderEvent>,
    open: Option<OpenRecording>,
    is_recorded: bool,
}

impl Comments {
    pub(super) const fn new(call: CallUid) -> Self {
        Self {
            call,
            current: None,
            finishing: Vec::new(),
        }
    }

    /// Makes ready to record; what comes of it is told by [`Self::next`].
    pub(super) fn open(
        &mut self,
        env: &CallEnvironment,
        survey: &Survey,
        media: &CallMedia,
        question: QuestionId,
    ) {
        let now = env.services.utc();
        let (sender, events) = mpsc::channel(EVENTS);
        let begun = RecordingBegun {
            call: self.call,
            question: question.to_string(),
            path: format!("{}/{}-{question}.wav", now.format("%Y-%m-%d"), self.call),
            begun_at: now,
        };
        let asked = survey.questions().iter().find(|asked| *asked.id() == question);
        let comment = asked.and_then(|asked| asked.comment()).unwrap_or_default();
        let order = RecordingRequest {
            path: begun.path.clone(),
            rate: media.recording_rate(),
            least_speech: comment.min_speech,
            events: sender,
        };
        spawn(
            "comment",
            begin(
                env.services.writer.clone(),
                env.config.recorder.clone(),
                begun.clone(),
                order,
            ),
        );
        self.current = Some(Current {
            question,
            begun,
            events,
            open: None,
            is_recorded: false,
        });
        // The background is learnt while the notice plays.
        media.listen(Some(LISTENING));
    }

    /// The next thing that the session has to know; never, while there is none. Cancel safe.
    pub(super) async fn next(&mut self) -> Input {
        let Some(current) = &mut self.current else {
            return std::future::pending().await;
        };
        match current.events.recv().await {
            Some(RecorderEvent::Opened(open)) => {
                current.open = Some(open);
                Input::RecorderReady(current.question.clone())
            }
            Some(RecorderEvent::Failed(trouble)) => {
                tracing::warn!(%trouble, "cannot record the comment");
                Input::RecorderFailed(current.question.clone())
            }
            // The recorder's thread is gone; told once.
            None => {
                let (_, closed) = mpsc::channel(1);
                let gone = std::mem::replace(&mut current.events, closed);
                drop(gone);
                std::future::pending().await
            }
        }
    }

    /// Records from now on.
    pub(super) fn record(&mut self, media: &CallMedia) {
        let Some(current) = &mut self.current else { return };
        if let Some(sink) = current.open.as_mut().and_then(OpenRecording::sink) {
            current.is_recorded = true;
            media.record(Some(sink));
            media.listen(Some(LISTENING));
        }
    }

    /// Ends the recording and stores what came of it, beside the call.
    pub(super) fn stop(&mut self, env: &CallEnvironment, media: &CallMedia, ended_by: RecordingEndReason) {
        let Some(current) = self.current.take() else {
            return;
        };
        if current.is_recorded {
            media.record(None);
        }
        media.listen(None);
        self.finishing
            .push(spawn("comment", finish(env.clone(), current, ended_by)));
    }

    /// Waits until every comment is stored, or for as long as that may take.
    pub(super) async fn finished(self) {
        let all = async {
            for finishing in self.finishing {
                // A panic is reported where tasks start.
                let _ended = finishing.await.is_ok();
            }
        };
        if tokio::time::timeout(FINISHED_WITHIN, all).await.is_err() {
            tracing::error!("recording not finished in time; the call ends without it");
        }
    }
}

/// Stores that there is a recording, then has its file made.
async fn begin(
    writer: WriterHandle,
    recorder: Option<Arc<Recorder>>,
    begun: RecordingBegun,
    order: RecordingRequest,
) {
    let events = order.events.clone();
    let failed = match (writer.recording_begun(begun).await, recorder) {
        (Ok(()), Some(recorder)) => return recorder.open(order),
        (Ok(()), None) => RecorderError::Unwritable("no recorder was started".to_owned()),
        (Err(error), _) => RecorderError::Unwritable(error.to_string()),
    };
    // A call that is over no longer wants to know.
    let _told = events.try_send(RecorderEvent::Failed(failed)).is_ok();
}

async fn finish(env: CallEnvironment, current: Current, ended_by: RecordingEndReason) {
    let keep = if current.is_recorded && ended_by != RecordingEndReason::OptedOut {
        RetentionDecision::Keep
    } else {
        RetentionDecision::Discard
    };
    let kept = match current.open {
        Some(open) => open.finish(keep).await,
        None if ended_by == RecordingEndReason::Disk => RecordingResult::Lost,
        None => RecordingResult::Nothing,
    };
    log(&kept, ended_by);
    let end = RecordingEnd {
        alerts: Vec::new(),
        recording: current.begun,
        kept,
        ended_by,
        ended_at: env.services.utc(),
    };
    if let Err(error) = env.services.writer.recording_ended(end).await {
        tracing::error!(%error, "cannot store the end of a recording");
    }
}

fn log(kept: &RecordingResult, ended_by: RecordingEndReason) {
    match kept {
        RecordingResult::Audio(audio) => {
            let duration_ms = u64::try_from(audio.duration.as_millis()).unwrap_or(u64::MAX);
            let empty = audio.empty.map(|empty| empty.as_str());
            tracing::info!(%ended_by, duration_ms, empty, "comment");
        }
        RecordingResult::Nothing => tracing::info!(%ended_by, "comment discarded"),
        RecordingResult::Lost => tracing::warn!(%ended_by, "comment lost"),
    }
}
