//! What passes between a call and the thread that writes its recording.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::alarm::RecorderError;
use crate::RecorderSink;
use aftercall_base::RecordingResult;

/// A recording that is wanted.
#[derive(Debug)]
pub struct RecordingRequest {
    /// The file, below the directory of recordings.
    pub path: String,
    /// Samples a second.
    pub rate: u32,
    /// Less speech than this makes an empty comment.
    pub least_speech: Duration,
    /// Where to tell what becomes of it. Never waited for: it needs room for two.
    pub events: mpsc::Sender<RecorderEvent>,
}

/// What becomes of an order.
#[derive(Debug)]
pub enum RecorderEvent {
    /// The file is there.
    Opened(OpenRecording),
    /// The file cannot be made, or written any more; what is in it can still be kept.
    Failed(RecorderError),
}

/// What is to be left of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RetentionDecision {
    /// The file stays.
    Keep,
    /// The file is removed.
    Discard,
}

/// A recording whose file is there. Dropping it without [`finish`](Self::finish) keeps what was recorded, for the next
/// start to find, or removes the file when nothing was.
#[derive(Debug)]
pub struct OpenRecording {
    sink: Option<RecorderSink>,
    control: EndSignal,
}

impl OpenRecording {
    pub(super) const fn new(sink: RecorderSink, control: EndSignal) -> Self {
        Self {
            sink: Some(sink),
            control,
        }
    }

    /// The end for the media session, once.
    pub fn sink(&mut self) -> Option<RecorderSink> {
        self.sink.take()
    }

    /// Ends the recording; resolves when it is durable or removed. The media session must have been told to let go of
    /// its sink. Not cancel safe: what becomes of the file is then not told.
    pub async fn finish(mut self, keep: RetentionDecision) -> RecordingResult {
        drop(self.sink.take());
        let (reply, kept) = oneshot::channel();
        self.control.end(EndRequest {
            keep,
            reply: Some(reply),
        });
        // The writer's thread ends by itself only when it has finished everything.
        kept.await.unwrap_or(RecordingResult::Lost)
    }
}

impl Drop for OpenRecording {
    fn drop(&mut self) {
        let keep = match self.sink {
            Some(_) => RetentionDecision::Discard,
            None => RetentionDecision::Keep,
        };
        self.control.end(EndRequest { keep, reply: None });
    }
}

/// How a recording is to end.
#[derive(Debug)]
pub(super) struct EndRequest {
    pub(super) keep: RetentionDecision,
    pub(super) reply: Option<oneshot::Sender<RecordingResult>>,
}

/// Carries the end from the call to the writer. The first one counts.
#[derive(Debug, Clone, Default)]
pub(super) struct EndSignal(Arc<Mutex<EndState>>);

#[derive(Debug, Default)]
enum EndState {
    #[default]
    Open,
    Asked(EndRequest),
    Taken,
}

impl EndSignal {
    fn end(&self, end: EndRequest) {
        let mut ending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*ending, EndState::Open) {
            *ending = EndState::Asked(end);
        }
    }

    /// Whether the end was asked for.
    pub(super) fn is_ended(&self) -> bool {
        let ending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(*ending, EndState::Asked(_))
    }

    /// The end asked for; what was recorded is kept when none was.
    pub(super) fn take(&self) -> EndRequest {
        let mut ending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *ending, EndState::Taken) {
            EndState::Asked(end) => end,
            EndState::Open | EndState::Taken => EndRequest {
                keep: RetentionDecision::Keep,
                reply: None,
            },
        }
    }
}
