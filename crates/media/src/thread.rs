//! The thread around a worker: it sleeps to each tick's absolute deadline, and altogether while no call is open.

use std::sync::mpsc::sync_channel;
use std::time::Instant;
use std::{io, thread};

use super::realtime::{NotPermitted, Scheduling, schedule_this_thread};
use super::worker::{Demand, Worker};
use aftercall_runtime::clock::monotonic;

/// Starts a media thread, and tells whether it is scheduled as it should be. It ends by itself when the plane and all
/// its sessions are gone.
pub(super) fn start(
    number: usize,
    worker: Worker,
    scheduling: Scheduling,
) -> io::Result<Result<(), NotPermitted>> {
    let (tell, told) = sync_channel(1);
    let _detached = thread::Builder::new()
        .name(format!("media-{number}"))
        .spawn(move || {
            let scheduled = schedule_this_thread(scheduling);
            let _heard = tell.send(scheduled).is_ok();
            run(worker);
        })?;
    told.recv().map_err(io::Error::other)
}

fn run(mut worker: Worker) {
    loop {
        let now = monotonic();
        match worker.tick(now) {
            Demand::Busy => sleep_until(worker.next_tick(now)),
            Demand::Idle if worker.wait(monotonic) => {}
            Demand::Idle | Demand::Over => return,
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
