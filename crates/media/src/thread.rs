//! The thread around a worker: it sleeps to each tick's absolute deadline, and altogether while no call is open.
//!
//! A media thread works for a moment every 5 ms. On a machine that is busy with other things, the normal scheduler
//! lets it wait for tens of milliseconds, and every call is heard in pieces; under `SCHED_FIFO` (`man 7 sched`) it runs
//! when it is due. That takes a privilege, so the thread asks for it and works without.

use std::sync::mpsc::sync_channel;
use std::time::Instant;
use std::{io, thread};

use thread_priority::{
    Error, RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

use super::worker::{Worker, WorkerState};
use aftercall_runtime::clock::monotonic;

/// Starts a media thread; the inner result says whether it got the scheduling asked for. The thread ends when the plane and
/// all its sessions are dropped.
pub(super) fn start(
    number: usize,
    worker: Worker,
    scheduling: Scheduling,
) -> io::Result<Result<(), NotPermitted>> {
    let (sender, result) = sync_channel(1);
    let _detached = thread::Builder::new()
        .name(format!("media-{number}"))
        .spawn(move || {
            let scheduled = schedule_this_thread(scheduling);
            let _sent = sender.send(scheduled).is_ok();
            run(worker);
        })?;
    // Waits for the new thread: the scheduling is a property of the thread, which only it can set.
    result.recv().map_err(io::Error::other)
}

fn run(mut worker: Worker) {
    loop {
        let now = monotonic();
        match worker.tick(now) {
            WorkerState::Busy => sleep_until(worker.next_tick(now)),
            WorkerState::Idle if worker.wait(monotonic) => {}
            WorkerState::Idle | WorkerState::Over => return,
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a media thread sleeps to its absolute deadline"
)]
fn sleep_until(deadline: Instant) {
    thread::sleep(deadline.saturating_duration_since(monotonic()));
}

/// Low among the real-time priorities (1-99): above all normal processes, below the threads of the kernel.
const PRIORITY: u8 = 10;

/// How media threads are scheduled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheduling {
    /// `SCHED_FIFO` where the system permits it, else as everything else.
    Realtime,
    /// As everything else.
    Normal,
}

/// The system did not permit real-time scheduling.
#[derive(Debug, thiserror::Error)]
#[error(
    "media threads run without real-time scheduling ({0}): on a busy machine calls may be heard in pieces. Permit it \
     (CAP_SYS_NICE, or LimitRTPRIO={PRIORITY} in the systemd unit), or set media.realtime = false"
)]
pub(super) struct NotPermitted(io::Error);

/// Schedules the calling thread.
pub(super) fn schedule_this_thread(scheduling: Scheduling) -> Result<(), NotPermitted> {
    match scheduling {
        Scheduling::Normal => Ok(()),
        Scheduling::Realtime => take_realtime().map_err(|error| NotPermitted(reason(&error))),
    }
}

fn take_realtime() -> Result<(), Error> {
    let value = ThreadPriorityValue::try_from(PRIORITY).map_err(|_| Error::PriorityNotInRange(1..=99))?;
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Crossplatform(value), policy)
}

fn reason(error: &Error) -> io::Error {
    match error {
        Error::OS(code) => io::Error::from_raw_os_error(*code),
        other => io::Error::other(other.to_string()),
    }
}
