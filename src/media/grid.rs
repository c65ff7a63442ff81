//! The 5 ms grid that all media threads share. Pure.
//!
//! Deadlines are absolute: tick n is due at epoch + 5 ms n, however late its thread woke up. Calls are spread over
//! the phases of a 20 ms packet, so that a thread has the same little work in every tick.

use std::time::{Duration, Instant};

/// The length of a tick.
pub(super) const TICK: Duration = Duration::from_millis(5);
/// Ticks of the packet time that nearly all calls use.
pub(super) const PHASES: u64 = 4;
/// Sockets are read every 20 ms, at whatever ptime the call sends.
pub(super) const SWEEP: u64 = 4;
/// Reports, time-outs and RTCP are looked after once a second.
pub(super) const CHORES: u64 = 200;

/// The instants of ticks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    epoch: Instant,
}

impl Grid {
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
pub(super) struct Cadence {
    next: u64,
    period: u64,
}

impl Cadence {
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

    /// Takes the beat due at `tick`. `None` when none is. Otherwise the beats that were missed before it: they are
    /// skipped, never made up for in a burst, and the next beat stays on the schedule.
    pub(super) fn beat(&mut self, tick: u64) -> Option<u64> {
        let late = tick.checked_sub(self.next)?;
        let missed = late / self.period;
        self.next += (missed + 1) * self.period;
        Some(missed)
    }

    /// Changes the period; the next beat stays where it is.
    pub(super) fn set_period(&mut self, period: u64) {
        self.period = period.max(1);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cadence, Grid};
    use crate::clock::monotonic;

    #[test]
    fn deadlines_do_not_drift() {
        let epoch = monotonic();
        let grid = Grid::new(epoch);
        assert_eq!(grid.deadline(1_000_003), epoch + Duration::from_millis(5_000_015));
        assert_eq!(grid.tick_at(epoch + Duration::from_micros(14_999)), 2);
        assert_eq!(grid.tick_at(grid.deadline(77)), 77);
    }

    #[test]
    fn missed_beats_are_skipped_and_the_schedule_stays() {
        let mut cadence = Cadence::new(3, 4);
        assert_eq!(cadence.beat(2), None);
        assert_eq!(cadence.beat(3), Some(0));
        assert_eq!(cadence.beat(10), Some(0));
        assert_eq!(cadence.beat(10), None);
        assert_eq!(cadence.beat(24), Some(3));
        assert_eq!(cadence.next(), 27);
    }
}
