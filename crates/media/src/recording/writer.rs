//! One thread that writes recordings: it looks at all of its own ten times a second.
//!
//! It may be slow, for disks are; what that costs is counted at the sinks. A file that cannot be written any more is
//! told to its call once, and what is in it until then stays.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{io, thread};

use metrics::{counter, gauge};
use tokio::sync::mpsc;

use super::alarm::Alarm;
use super::file;
use super::finish::finish;
use super::job::{Control, Keep, OpenRecording, Order, RecorderEvent};
use super::space::{Limits, Trouble, check, probe};
use super::wav::WavFile;
use crate::{Heard, Part, RecorderSource, USUAL_ROOM, recorder};
use aftercall_audio::Activity;
use aftercall_base::RecordingResult;
use aftercall_runtime::clock::monotonic;

/// How often what has come is written.
const DRAIN: Duration = Duration::from_millis(100);
/// How often the header is brought up to date: what a crash loses of the sizes, never of the samples.
const STATE: Duration = Duration::from_secs(1);
/// How often the disk is looked at while something is recorded.
const CHECK: Duration = Duration::from_secs(1);
/// How often the first thread looks at it otherwise.
const WATCH: Duration = Duration::from_secs(5);
/// How long a media thread may take to let go of its sink.
const LETS_GO: Duration = Duration::from_secs(1);
/// How long calls may still record when the recorder is gone.
const SEES_OFF: Duration = Duration::from_secs(5);
/// Silence is measured in pieces of this many samples.
const SILENCE: [i16; 800] = [0; 800];

/// What all writers know.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) directory: PathBuf,
    pub(super) limits: Limits,
    pub(super) threshold_dbov: f32,
    pub(super) alarm: Alarm,
}

/// A recording in progress.
struct Take {
    path: PathBuf,
    wav: WavFile,
    source: RecorderSource,
    activity: Activity,
    least_speech: Duration,
    events: mpsc::Sender<RecorderEvent>,
    control: Control,
    failed: bool,
    stated_at: Instant,
    /// When the wait for the sink is over; `None` before the end was asked for.
    let_go_by: Option<Instant>,
}

/// A writer and its recordings.
pub(super) struct Writer {
    place: Place,
    orders: Receiver<Order>,
    /// Whether this one watches the disk while nothing is recorded.
    watches: bool,
    takes: Vec<Take>,
    scratch: Heard,
    drain_at: Instant,
    check_at: Instant,
}

impl Writer {
    pub(super) fn new(place: Place, orders: Receiver<Order>, watches: bool) -> Self {
        let now = monotonic();
        Self {
            place,
            orders,
            watches,
            takes: Vec::new(),
            scratch: Heard::with_room(USUAL_ROOM),
            drain_at: now,
            check_at: now,
        }
    }

    /// Writes until the recorder is gone, and then finishes what is open.
    pub(super) fn run(mut self) {
        loop {
            let wait = if self.takes.is_empty() { WATCH } else { DRAIN };
            match self.orders.recv_timeout(wait) {
                Ok(order) => self.open(order),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            let now = monotonic();
            if now >= self.drain_at {
                self.drain_at = now + DRAIN;
                self.drain(now);
            }
            if now >= self.check_at {
                self.check_at = now + if self.takes.is_empty() { WATCH } else { CHECK };
                self.check();
            }
        }
        self.see_off();
    }

    /// The recorder is gone: waits for the calls that still record, for a while.
    fn see_off(&mut self) {
        let until = monotonic() + SEES_OFF;
        while !self.takes.is_empty() && monotonic() < until {
            thread::park_timeout(DRAIN);
            self.drain(monotonic());
        }
        for mut take in self.takes.drain(..) {
            take.write(&mut self.scratch, &self.place.alarm);
            take.end(&self.place.alarm);
        }
    }

    fn open(&mut self, order: Order) {
        let events = order.events.clone();
        let event = match self.make(order) {
            Ok((take, recording)) => {
                self.takes.push(take);
                gauge!("aftercall_recordings_open").increment(1.0);
                RecorderEvent::Opened(recording)
            }
            Err(trouble) => {
                self.place.alarm.raise(trouble.clone());
                RecorderEvent::Failed(trouble)
            }
        };
        // A call that is over meanwhile drops the recording, which ends it.
        let _told = events.try_send(event).is_ok();
    }

    fn make(&self, order: Order) -> Result<(Take, OpenRecording), Trouble> {
        let directory = &self.place.directory;
        let told = |path: &Path| {
            let path = path.to_owned();
            move |error: io::Error| Trouble::of(&path, &error)
        };
        file::make_directory(directory).map_err(told(directory))?;
        check(directory, self.place.limits)?;
        let path = file::within(directory, &order.path).map_err(told(directory))?;
        let wav = file::make_parent(&path)
            .and_then(|()| WavFile::create(&path, order.rate))
            .map_err(told(&path))?;
        let (sink, source) = recorder(order.rate, USUAL_ROOM);
        let control = Control::default();
        let take = Take {
            path,
            wav,
            source,
            activity: Activity::new(order.rate, self.place.threshold_dbov),
            least_speech: order.least_speech,
            events: order.events,
            control: control.clone(),
            failed: false,
            stated_at: monotonic(),
            let_go_by: None,
        };
        Ok((take, OpenRecording::new(sink, control)))
    }

    fn drain(&mut self, now: Instant) {
        let (scratch, alarm) = (&mut self.scratch, &self.place.alarm);
        let mut ended = Vec::new();
        for (index, take) in self.takes.iter_mut().enumerate() {
            if take.is_over(now) {
                ended.push(index);
            }
            take.write(scratch, alarm);
            take.state(now, alarm);
        }
        for index in ended.into_iter().rev() {
            self.takes.swap_remove(index).end(alarm);
        }
    }

    /// Looks at the disk; while there is trouble, by writing.
    fn check(&mut self) {
        let Place {
            directory,
            limits,
            alarm,
            ..
        } = &self.place;
        let in_trouble = alarm.trouble().is_some();
        if self.takes.is_empty() && !self.watches {
            return;
        }
        let found = if in_trouble && self.watches {
            probe(directory, *limits)
        } else {
            check(directory, *limits)
        };
        match found {
            Ok(free_bytes) => {
                gauge!("aftercall_recordings_disk_free_bytes").set(free_bytes as f64);
                if self.watches {
                    alarm.withdraw();
                }
            }
            Err(trouble) => {
                alarm.raise(trouble.clone());
                self.takes.iter_mut().for_each(|take| take.fail(&trouble));
            }
        }
    }
}

impl Take {
    /// Whether the end was asked for and nothing more can come. To be asked before the last of it is written.
    fn is_over(&mut self, now: Instant) -> bool {
        if !self.control.is_ended() {
            return false;
        }
        let let_go_by = *self.let_go_by.get_or_insert(now + LETS_GO);
        self.source.is_closed() || now >= let_go_by
    }

    /// Writes what has come.
    fn write(&mut self, scratch: &mut Heard, alarm: &Alarm) {
        self.source.take(scratch);
        if !self.failed
            && let Err(error) = self.append(scratch)
        {
            self.trouble(&error, alarm);
        }
        scratch.clear();
    }

    fn append(&mut self, heard: &Heard) -> io::Result<()> {
        for part in heard.parts() {
            match part {
                Part::Samples(samples) => {
                    self.wav.append(samples)?;
                    self.activity.handle(samples);
                }
                Part::Silence(length) => {
                    self.wav.append_silence(length)?;
                    measure_silence(&mut self.activity, length);
                }
            }
        }
        Ok(())
    }

    fn state(&mut self, now: Instant, alarm: &Alarm) {
        if now.saturating_duration_since(self.stated_at) < STATE {
            return;
        }
        self.stated_at = now;
        if let Err(error) = self.wav.state_length() {
            self.trouble(&error, alarm);
        }
    }

    fn trouble(&mut self, error: &io::Error, alarm: &Alarm) {
        let trouble = Trouble::of(&self.path, error);
        alarm.raise(trouble.clone());
        self.fail(&trouble);
    }

    /// Tells the call, once.
    fn fail(&mut self, trouble: &Trouble) {
        if !std::mem::replace(&mut self.failed, true) {
            let _told = self
                .events
                .try_send(RecorderEvent::Failed(trouble.clone()))
                .is_ok();
        }
    }

    fn end(mut self, alarm: &Alarm) {
        let end = self.control.take();
        let kept = match end.keep {
            Keep::Nothing => self.remove(RecordingResult::Nothing),
            Keep::Audio => self.keep(alarm),
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
            // A call that no longer waits has written its end already; the next start finds the file.
            let _told = reply.send(kept).is_ok();
        }
    }

    fn keep(&mut self, alarm: &Alarm) -> RecordingResult {
        match finish(&mut self.wav, &self.path, &self.activity, self.least_speech) {
            Ok(audio) if self.failed && audio.speech.is_zero() => self.remove(RecordingResult::Lost),
            Ok(audio) => RecordingResult::Audio(audio),
            Err(error) => {
                self.trouble(&error, alarm);
                self.remove(RecordingResult::Lost)
            }
        }
    }

    fn remove(&self, kept: RecordingResult) -> RecordingResult {
        if let Err(error) = file::remove_file(&self.path) {
            tracing::error!(path = %self.path.display(), %error, "cannot remove a discarded recording");
        }
        kept
    }
}

fn measure_silence(activity: &mut Activity, mut samples: u64) {
    while samples > 0 {
        let piece = SILENCE.len().min(usize::try_from(samples).unwrap_or(usize::MAX));
        activity.handle(SILENCE.get(..piece).unwrap_or_default());
        samples -= piece as u64;
    }
}
