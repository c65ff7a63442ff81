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
mod file;
mod finish;
mod job;
mod service;
mod space;
mod to_file;
mod wav;
mod writer;

pub use alarm::Alarm;
pub use file::remove;
pub use finish::{Speech, recover};
pub use job::{Keep, OpenRecording, Order, RecorderEvent};
pub use service::{Recorder, RecorderOptions};
pub use space::{Limits, Trouble, check};
pub use to_file::{FileRecording, to_file};
pub use wav::WavFile;
