//! The 5 ms grid that all media threads share. Pure.
//!
//! Deadlines are absolute: tick n is due at epoch + 5 ms n, however late its thread woke up. Calls are spread over
//! the phases of a 20 ms packet, so that a thread has the same little work in every tick.

use std::time::{Duration, Instant};

/// The length of a tick.
pub(super) const TICK: Duration = Duration::from_millis(5);
/// Ticks of the packet time that nearly all calls use.
pub(super) const PHASES: u64 = 4;
/// Sockets are read every 20 ms, whatever the ptime of the call.
pub(super) const POLL_TICKS: u64 = 4;
/// RTCP, time-outs and published statistics are due once a second.
pub(super) const MAINTENANCE_TICKS: u64 = 200;

/// Converts between instants and tick numbers.
#[derive(Debug, Clone, Copy)]
pub(super) struct TickGrid {
    epoch: Instant,
}

impl TickGrid {
    pub(super) fn new(epoch: Instant) -> Self {
        Self { epoch }
    }

    /// The last tick that is due at `now`.
    pub(super) fn tick_at(self, now: Instant) -> u64 {
        let elapsed = now.saturating_duration_since(self.epoch);
        (elapsed.as_micros() / TICK.as_micros()) as u64
    }

    /// When a tick is due.
    pub(super) fn deadline(self, tick: u64) -> Instant {
        self.epoch + Duration::from_micros(tick * TICK.as_micros() as u64)
    }
}

/// A recurring deadline on the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TickSchedule {
    next: u64,
    period: u64,
}

impl TickSchedule {
    /// First due at tick `first`, then every `period` ticks.
    pub(super) fn new(first: u64, period: u64) -> Self {
        Self {
            next: first,
            period: period.max(1),
        }
    }

    pub(super) fn next(self) -> u64 {
        self.next
    }

    pub(super) fn period(self) -> u64 {
        self.period
    }

    /// Takes the deadline due at `tick`; `None` when none is. Returns how many deadlines before it were missed: they are
    /// skipped, never made up for in a burst, and the next one stays on the schedule.
    pub(super) fn take_due(&mut self, tick: u64) -> Option<u64> {
        let late = tick.checked_sub(self.next)?;
        let missed = late / self.period;
        self.next += (missed + 1) * self.period;
        Some(missed)
    }

    /// Changes the period; the next deadline stays where it is.
    pub(super) fn set_period(&mut self, period: u64) {
        self.period = period.max(1);
    }
}

/// When a session's socket is read: every 20 ms, moved towards the moment at which its packets arrive.
///
/// A peer that sends every 20 ms has a phase of its own. Polled at another phase, its packets wait for up to 20 ms, and a
/// key with them; polled at the tick after they arrive, at most 5 ms, for the same number of system calls. So a poll that
/// finds its newest packet older than a tick moves the next poll one tick forward, until packets are found fresh.
#[derive(Debug, Clone, Copy)]
pub(super) struct PollSchedule {
    schedule: TickSchedule,
    /// Polls until the phase may change again.
    patience: u8,
}

/// Polls between two changes of phase: a jittery stream costs at most one read in 33 more.
const PATIENCE: u8 = 8;

impl PollSchedule {
    /// First due at tick `first`.
    pub(super) fn new(first: u64) -> Self {
        Self {
            schedule: TickSchedule::new(first, POLL_TICKS),
            patience: PATIENCE,
        }
    }

    /// A poll that is never due.
    pub(super) fn never() -> Self {
        Self {
            schedule: TickSchedule::new(u64::MAX, 1),
            patience: PATIENCE,
        }
    }

    pub(super) fn next(self) -> u64 {
        self.schedule.next()
    }

    /// Takes the poll due at `tick`; false when none is.
    pub(super) fn take_due(&mut self, tick: u64) -> bool {
        let due = self.schedule.take_due(tick).is_some();
        self.patience = self.patience.saturating_sub(u8::from(due));
        due
    }

    /// Moves the next poll by how long the newest packet had waited when this poll was due; zero for one that arrived later.
    pub(super) fn adjust(&mut self, waited: Duration) {
        if self.patience == 0 && waited > TICK {
            self.schedule.next = self.schedule.next.saturating_sub(1);
            self.patience = PATIENCE;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{PollSchedule, TICK, TickGrid, TickSchedule};
    use aftercall_runtime::clock::monotonic;

    #[test]
    fn deadlines_do_not_drift() {
        let epoch = monotonic();
        let grid = TickGrid::new(epoch);
        assert_eq!(grid.deadline(1_000_003), epoch + Duration::from_millis(5_000_015));
        assert_eq!(grid.tick_at(epoch + Duration::from_micros(14_999)), 2);
        assert_eq!(grid.tick_at(grid.deadline(77)), 77);
    }

    #[test]
    fn missed_beats_are_skipped_and_the_schedule_stays() {
        let mut schedule = TickSchedule::new(3, 4);
        assert_eq!(schedule.take_due(2), None);
        assert_eq!(schedule.take_due(3), Some(0));
        assert_eq!(schedule.take_due(10), Some(0));
        assert_eq!(schedule.take_due(10), None);
        assert_eq!(schedule.take_due(24), Some(3));
        assert_eq!(schedule.next(), 27);
    }

    /// Reads ten seconds of a stream of 20 ms packets that come at `phase_us` in each 20 ms, and `wobble_us` later every
    /// other time: how often, and how long the newest packet had waited at each beat of the second half.
    fn read(phase_us: u64, wobble_us: u64) -> (usize, Vec<Duration>) {
        let epoch = monotonic();
        let grid = TickGrid::new(epoch);
        let mut poll = PollSchedule::new(0);
        let (mut beats, mut heard) = (0, 0);
        let mut waits = Vec::new();
        for tick in 0..2_000 {
            let due = grid.deadline(tick);
            if !poll.take_due(tick) {
                continue;
            }
            beats += 1;
            let arrival = |packet: u64| {
                epoch + Duration::from_micros(packet * 20_000 + phase_us + packet % 2 * wobble_us)
            };
            let before = heard;
            while arrival(heard) <= due {
                heard += 1;
            }
            if heard > before {
                let waited = due - arrival(heard - 1);
                poll.adjust(waited);
                if tick > 1_000 {
                    waits.push(waited);
                }
            }
        }
        (beats, waits)
    }

    #[test]
    fn sweep_settles_at_the_tick_after_packets_come_whatever_their_phase() {
        for phase_us in (0..20_000).step_by(700) {
            let (_, waits) = read(phase_us, 0);
            let worst = waits.into_iter().max().unwrap();
            assert!(worst <= TICK, "phase {phase_us} us: {worst:?}");
        }
    }

    #[test]
    fn sweep_of_a_jittery_stream_still_reads_once_a_packet_or_nearly() {
        for phase_us in (0..20_000).step_by(900) {
            let (beats, _) = read(phase_us, 9_000);
            assert!((500..=517).contains(&beats), "500 packets in {beats} reads");
        }
    }
}
