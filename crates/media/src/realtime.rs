//! Real-time scheduling of media threads.
//!
//! A media thread works for a moment every 5 ms. On a machine that is busy with other things, the normal scheduler
//! lets it wait for tens of milliseconds, and every call is heard in pieces; under `SCHED_FIFO` (`man 7 sched`) it runs
//! when it is due. That takes a privilege, so that it is asked for and not insisted on.

use std::io;

use thread_priority::{
    Error, RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

/// Low among the real-time priorities (1-99): above all normal work, below what the kernel itself does.
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
