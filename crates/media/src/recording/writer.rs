//! One thread that writes recordings: it looks at all of its own ten times a second.
//!
//! It may be slow, because disks are; packets that this costs are counted at the sinks. When a file cannot be written any
//! more, its call is informed once, and what is in the file stays.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{io, thread};

use metrics::{counter, gauge};
use tokio::sync::mpsc;

use super::alarm::{DiskLimits, RecorderAlarm, RecorderError, check, probe};
use super::finish::finish;
use super::path;
use super::request::{EndSignal, OpenRecording, RecorderEvent, RecordingRequest, RetentionDecision};
use super::wav::WavFile;
use crate::{AudioSegment, DEFAULT_CAPACITY, ReceivedAudio, RecorderSource, recorder};
use aftercall_audio::SpeechActivity;
use aftercall_base::RecordingResult;
use aftercall_runtime::clock::monotonic;

/// How often what has come is written.
const DRAIN: Duration = Duration::from_millis(100);
/// How often the header gets the current length. After a crash it is this much behind; the samples are not.
const STATE: Duration = Duration::from_secs(1);
/// How often the disk is looked at while something is recorded.
const CHECK: Duration = Duration::from_secs(1);
/// How often the first thread looks at it otherwise.
const WATCH: Duration = Duration::from_secs(5);
/// How long a media thread may take to let go of its sink.
const SINK_RELEASE_LIMIT: Duration = Duration::from_secs(1);
/// How long calls may still record after the recorder was dropped.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(5);
/// Silence is measured in pieces of this many samples.
const SILENCE: [i16; 800] = [0; 800];

/// What all writers share.
#[derive(Debug, Clone)]
pub(super) struct WriterContext {
    pub(super) directory: PathBuf,
    pub(super) limits: DiskLimits,
    pub(super) threshold_dbov: f32,
    pub(super) alarm: RecorderAlarm,
}

/// A recording in progress.
struct ActiveRecording {
    path: PathBuf,
    wav: WavFile,
    source: RecorderSource,
    activity: SpeechActivity,
    least_speech: Duration,
    events: mpsc::Sender<RecorderEvent>,
    control: EndSignal,
    failed: bool,
    stated_at: Instant,
    /// When the wait for the sink is over; `None` before the end was requested.
    sink_deadline: Option<Instant>,
}

/// A writer and its recordings.
pub(super) struct Writer {
    context: WriterContext,
    requests: Receiver<RecordingRequest>,
    /// Whether this one watches the disk while nothing is recorded.
    watches_disk: bool,
    recordings: Vec<ActiveRecording>,
    scratch: ReceivedAudio,
    drain_at: Instant,
    check_at: Instant,
}

impl Writer {
    pub(super) fn new(
        context: WriterContext,
        requests: Receiver<RecordingRequest>,
        watches_disk: bool,
    ) -> Self {
        let now = monotonic();
        Self {
            context,
            requests,
            watches_disk,
            recordings: Vec::new(),
            scratch: ReceivedAudio::with_capacity(DEFAULT_CAPACITY),
            drain_at: now,
            check_at: now,
        }
    }

    /// Writes until the recorder is gone, and then finishes what is open.
    pub(super) fn run(mut self) {
        loop {
            let wait = if self.recordings.is_empty() { WATCH } else { DRAIN };
            match self.requests.recv_timeout(wait) {
                Ok(request) => self.open(request),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let now = monotonic();
            if now >= self.drain_at {
                self.drain_at = now + DRAIN;
                self.drain(now);
            }
            if now >= self.check_at {
                self.check_at = now + if self.recordings.is_empty() { WATCH } else { CHECK };
                self.check();
            }
        }
        self.finish_all();
    }

    /// The recorder was dropped: waits for the calls that still record, up to [`SHUTDOWN_LIMIT`].
    fn finish_all(&mut self) {
        let until = monotonic() + SHUTDOWN_LIMIT;
        while !self.recordings.is_empty() && monotonic() < until {
            thread::park_timeout(DRAIN);
            self.drain(monotonic());
        }
        for mut active in self.recordings.drain(..) {
            active.write(&mut self.scratch, &self.context.alarm);
            active.end(&self.context.alarm);
        }
    }

    fn open(&mut self, request: RecordingRequest) {
        let events = request.events.clone();
        let event = match self.make(request) {
            Ok((active, recording)) => {
                self.recordings.push(active);
                gauge!("aftercall_recordings_open").increment(1.0);
                RecorderEvent::Opened(recording)
            }
            Err(error) => {
                self.context.alarm.raise(error.clone());
                RecorderEvent::Failed(error)
            }
        };
        // If the call is over meanwhile, the event is dropped, and with it the recording, which ends it.
        let _told = events.try_send(event).is_ok();
    }

    fn make(&self, request: RecordingRequest) -> Result<(ActiveRecording, OpenRecording), RecorderError> {
        let directory = &self.context.directory;
        let named = |path: &Path| {
            let path = path.to_owned();
            move |error: io::Error| RecorderError::of(&path, &error)
        };
        path::make_directory(directory).map_err(named(directory))?;
        check(directory, self.context.limits)?;
        let path = path::file_of(directory, &request.path).map_err(named(directory))?;
        let wav = path::make_parent(&path)
            .and_then(|()| WavFile::create(&path, request.rate))
            .map_err(named(&path))?;
        let (sink, source) = recorder(request.rate, DEFAULT_CAPACITY);
        let control = EndSignal::default();
        let active = ActiveRecording {
            path,
            wav,
            source,
            activity: SpeechActivity::new(request.rate, self.context.threshold_dbov),
            least_speech: request.least_speech,
            events: request.events,
            control: control.clone(),
            failed: false,
            stated_at: monotonic(),
            sink_deadline: None,
        };
        Ok((active, OpenRecording::new(sink, control)))
    }

    fn drain(&mut self, now: Instant) {
        let (scratch, alarm) = (&mut self.scratch, &self.context.alarm);
        let mut ended = Vec::new();
        for (index, active) in self.recordings.iter_mut().enumerate() {
            if active.is_over(now) {
                ended.push(index);
            }
            active.write(scratch, alarm);
            active.state(now, alarm);
        }
        // From the last to the first: `swap_remove` moves only elements behind the index.
        for index in ended.into_iter().rev() {
            self.recordings.swap_remove(index).end(alarm);
        }
    }

    /// Looks at the disk; while the alarm is raised, by writing.
    fn check(&mut self) {
        let WriterContext {
            directory,
            limits,
            alarm,
            ..
        } = &self.context;
        let has_failed = alarm.error().is_some();
        if self.recordings.is_empty() && !self.watches_disk {
            return;
        }
        let found = if has_failed && self.watches_disk {
            probe(directory, *limits)
        } else {
            check(directory, *limits)
        };
        match found {
            Ok(free_bytes) => {
                gauge!("aftercall_recordings_disk_free_bytes").set(free_bytes as f64);
                if self.watches_disk {
                    alarm.withdraw();
                }
            }
            Err(error) => {
                alarm.raise(error.clone());
                self.recordings.iter_mut().for_each(|active| active.fail(&error));
            }
        }
    }
}

impl ActiveRecording {
    /// Whether the end was requested and nothing more can come. Call it before the last write: what arrives between the two
    /// calls is then written at the next one.
    fn is_over(&mut self, now: Instant) -> bool {
        if !self.control.is_ended() {
            return false;
        }
        let sink_deadline = *self.sink_deadline.get_or_insert(now + SINK_RELEASE_LIMIT);
        self.source.is_closed() || now >= sink_deadline
    }

    /// Writes what has come.
    fn write(&mut self, scratch: &mut ReceivedAudio, alarm: &RecorderAlarm) {
        self.source.take(scratch);
        if !self.failed
            && let Err(error) = self.append(scratch)
        {
            self.fail_writing(&error, alarm);
        }
        scratch.clear();
    }

    fn append(&mut self, heard: &ReceivedAudio) -> io::Result<()> {
        for part in heard.parts() {
            match part {
                AudioSegment::Samples(samples) => {
                    self.wav.append(samples)?;
                    self.activity.handle(samples);
                }
                AudioSegment::Silence(length) => {
                    self.wav.append_silence(length)?;
                    measure_silence(&mut self.activity, length);
                }
            }
        }
        Ok(())
    }

    fn state(&mut self, now: Instant, alarm: &RecorderAlarm) {
        if now.saturating_duration_since(self.stated_at) < STATE {
            return;
        }
        self.stated_at = now;
        if let Err(error) = self.wav.write_length() {
            self.fail_writing(&error, alarm);
        }
    }

    fn fail_writing(&mut self, error: &io::Error, alarm: &RecorderAlarm) {
        let error = RecorderError::of(&self.path, error);
        alarm.raise(error.clone());
        self.fail(&error);
    }

    /// Informs the call, once.
    fn fail(&mut self, error: &RecorderError) {
        if !std::mem::replace(&mut self.failed, true) {
            let _told = self.events.try_send(RecorderEvent::Failed(error.clone())).is_ok();
        }
    }

    fn end(mut self, alarm: &RecorderAlarm) {
        let end = self.control.take();
        let kept = match end.keep {
            RetentionDecision::Discard => self.remove(RecordingResult::Nothing),
            RetentionDecision::Keep => self.keep(alarm),
        };
        let word = match &kept {
            RecordingResult::Audio(audio) if audio.empty.is_some() => "empty",
            RecordingResult::Audio(_) => "comment",
            RecordingResult::Nothing => "nothing",
            RecordingResult::Lost => "lost",
        };
        counter!("aftercall_recordings_total", "kept" => word).increment(1);
        counter!("aftercall_recordings_packets_dropped_total").increment(self.source.dropped());
        gauge!("aftercall_recordings_open").decrement(1.0);
        if let Some(reply) = end.reply {
            // A call that does not wait any more has stored its end already; the next start finds the file and its row.
            let _told = reply.send(kept).is_ok();
        }
    }

    fn keep(&mut self, alarm: &RecorderAlarm) -> RecordingResult {
        match finish(&mut self.wav, &self.path, &self.activity, self.least_speech) {
            Ok(audio) if self.failed && audio.speech.is_zero() => self.remove(RecordingResult::Lost),
            Ok(audio) => RecordingResult::Audio(audio),
            Err(error) => {
                self.fail_writing(&error, alarm);
                self.remove(RecordingResult::Lost)
            }
        }
    }

    fn remove(&self, kept: RecordingResult) -> RecordingResult {
        if let Err(error) = path::remove_file(&self.path) {
            tracing::error!(path = %self.path.display(), %error, "cannot remove a discarded recording");
        }
        kept
    }
}

fn measure_silence(activity: &mut SpeechActivity, mut samples: u64) {
    while samples > 0 {
        let piece = SILENCE.len().min(usize::try_from(samples).unwrap_or(usize::MAX));
        activity.handle(SILENCE.get(..piece).unwrap_or_default());
        samples -= piece as u64;
    }
}
