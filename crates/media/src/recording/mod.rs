//! Recordings: what callers say, from the media threads to WAV files.
//!
//! ```text
//!   media thread --RecorderSink--> queue --RecorderSource--> writer thread --> 2026-11-24/<call>-<question>.wav
//!   call task    --Recorder::open, OpenRecording::finish-->        |
//!                <--RecorderEvent: opened, failed, finished--------/
//! ```
//! A [`Recorder`] has a few threads for all recordings. Each looks at its recordings ten times a second, writes what
//! has come, and states the length in the header once a second, so that the file opens with any player whenever the
//! process dies. A finished recording is cut off behind the last word, synced and hashed before anyone is told that it
//! is there. A disk that is full, or cannot be written, raises one alarm and never more than the recordings.
//!
//! [`recover`] repairs what a crash left, [`remove`] removes a file. Nothing here knows callers, numbers or the database:
//! files are named by the call's identity.

mod alarm;
mod finish;
mod path;
mod record_to_file;
mod recorder;
mod request;
mod wav;
mod writer;

pub use alarm::{DiskLimits, RecorderAlarm, RecorderError, check};
pub use finish::{SpeechCriteria, recover};
pub use path::{file_of, remove};
pub use record_to_file::{FileRecording, record_to_file};
pub use recorder::{Recorder, RecorderOptions};
pub use request::{OpenRecording, RecorderEvent, RecordingRequest, RetentionDecision};
pub use wav::WavFile;
