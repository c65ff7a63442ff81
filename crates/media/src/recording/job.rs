//! What passes between a call and the thread that writes its recording.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::space::Trouble;
use crate::RecorderSink;
use aftercall_base::RecordingResult;

/// A recording that is wanted.
#[derive(Debug)]
pub struct Order {
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
    Failed(Trouble),
}

/// What is to be left of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// The file.
    Audio,
    /// Nothing.
    Nothing,
}

/// A recording whose file is there. Dropping it without [`finish`](Self::finish) keeps what was recorded, for the next
/// start to find, or removes the file when nothing was.
#[derive(Debug)]
pub struct OpenRecording {
    sink: Option<RecorderSink>,
    control: Control,
}

impl OpenRecording {
    pub(super) const fn new(sink: RecorderSink, control: Control) -> Self {
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
    pub async fn finish(mut self, keep: Keep) -> RecordingResult {
        drop(self.sink.take());
        let (reply, kept) = oneshot::channel();
        self.control.end(End {
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
            Some(_) => Keep::Nothing,
            None => Keep::Audio,
        };
        self.control.end(End { keep, reply: None });
    }
}

/// How a recording is to end.
#[derive(Debug)]
pub(super) struct End {
    pub(super) keep: Keep,
    pub(super) reply: Option<oneshot::Sender<RecordingResult>>,
}

/// Carries the end from the call to the writer. The first one counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Control(Arc<Mutex<Ending>>);

#[derive(Debug, Default)]
enum Ending {
    #[default]
    Open,
    Asked(End),
    Taken,
}

impl Control {
    fn end(&self, end: End) {
        let mut ending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*ending, Ending::Open) {
            *ending = Ending::Asked(end);
        }
    }

    /// Whether the end was asked for.
    pub(super) fn is_ended(&self) -> bool {
        let ending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        matches!(*ending, Ending::Asked(_))
    }

    /// The end asked for; what was recorded is kept when none was.
    pub(super) fn take(&self) -> End {
        let mut ending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *ending, Ending::Taken) {
            Ending::Asked(end) => end,
            Ending::Open | Ending::Taken => End {
                keep: Keep::Audio,
                reply: None,
            },
        }
    }
}
