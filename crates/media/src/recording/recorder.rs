//! The recorder: a few threads for the recordings of all calls.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::{io, thread};

use super::alarm::{DiskLimits, RecorderAlarm, RecorderError, probe};
use super::request::{RecorderEvent, RecordingRequest};
use super::writer::{Writer, WriterContext};

/// Requests that may wait for one thread; beyond it a call goes on without its comment.
const REQUESTS: usize = 256;

/// How recordings are made.
#[derive(Debug, Clone)]
pub struct RecorderOptions {
    /// Where; made when missing.
    pub directory: PathBuf,
    /// How many threads write, at least one.
    pub threads: usize,
    /// When the disk counts as full.
    pub limits: DiskLimits,
    /// What is louder counts as speech, in dBov.
    pub threshold_dbov: f32,
}

/// The threads. They end when it is dropped, after finishing what is open.
#[derive(Debug)]
pub struct Recorder {
    writers: Vec<SyncSender<RecordingRequest>>,
    next: AtomicUsize,
    alarm: RecorderAlarm,
}

impl Recorder {
    /// Starts the threads. A directory that cannot be written raises the alarm and no more. Blocks on the disk.
    ///
    /// # Errors
    /// The system refused a thread.
    pub fn start(options: &RecorderOptions) -> io::Result<Self> {
        let alarm = RecorderAlarm::default();
        match probe(&options.directory, options.limits) {
            Ok(_free) => alarm.withdraw(),
            Err(error) => alarm.raise(error),
        }
        let context = WriterContext {
            directory: options.directory.clone(),
            limits: options.limits,
            threshold_dbov: options.threshold_dbov,
            alarm: alarm.clone(),
        };
        let mut writers = Vec::new();
        for number in 0..options.threads.max(1) {
            let (sender, requests) = sync_channel(REQUESTS);
            let writer = Writer::new(context.clone(), requests, number == 0);
            let _detached = thread::Builder::new()
                .name(format!("recorder-{number}"))
                .spawn(move || writer.run())?;
            writers.push(sender);
        }
        Ok(Self {
            writers,
            next: AtomicUsize::new(0),
            alarm,
        })
    }

    /// Begins a recording; the request's channel is told when the file is there, or that it cannot be. Does not block.
    pub fn open(&self, request: RecordingRequest) {
        let events = request.events.clone();
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.writers.len().max(1);
        let taken = self
            .writers
            .get(turn)
            .is_some_and(|writer| writer.try_send(request).is_ok());
        if !taken {
            self.alarm.raise(RecorderError::Overloaded);
            let _told = events
                .try_send(RecorderEvent::Failed(RecorderError::Overloaded))
                .is_ok();
        }
    }

    /// The alarm of the disk.
    pub const fn alarm(&self) -> &RecorderAlarm {
        &self.alarm
    }
}
