//! What decides which thread takes a new session: how many sessions a thread has, and how far it is behind. Pure.
//!
//! A thread that cannot do a tick's work in the time of a tick falls behind for good, and every call on it is heard in
//! pieces. The average over about a second distinguishes that from a short pause of a shared machine, and is what new
//! calls are refused by: what a machine can carry is measured, not configured.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Ticks that the average looks back on: 256 of 5 ms are 1.3 s.
const WINDOW: f64 = 256.0;

/// The moving average of one thread's lateness.
#[derive(Debug, Default)]
pub(super) struct Lateness {
    average_us: f64,
    shared: SharedLateness,
}

/// The average as other threads read it. Clones read the same value.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedLateness(Arc<AtomicU64>);

impl Lateness {
    /// A moving average that starts at zero and is published through `shared`.
    pub(super) fn new(shared: SharedLateness) -> Self {
        Self {
            average_us: 0.0,
            shared,
        }
    }

    /// Notes how long after its deadline a tick was done; ticks that were skipped count by the one that came after.
    pub(super) fn record(&mut self, late: Duration) {
        self.average_us += (late.as_secs_f64() * 1e6 - self.average_us) / WINDOW;
        self.shared.0.store(self.average_us as u64, Ordering::Relaxed);
    }

    /// Starts again from zero: while no session is open, a thread cannot be late.
    pub(super) fn reset(&mut self) {
        *self = Self::new(self.shared.clone());
        self.shared.0.store(0, Ordering::Relaxed);
    }
}

impl SharedLateness {
    /// The moving average, as of the last tick.
    pub(super) fn average(&self) -> Duration {
        Duration::from_micros(self.0.load(Ordering::Relaxed))
    }
}

/// Counts one session in the load of its thread until it is dropped.
#[derive(Debug)]
pub(super) struct SessionSlot(Arc<AtomicUsize>);

impl SessionSlot {
    pub(super) fn take(load: &Arc<AtomicUsize>) -> Self {
        load.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(load))
    }
}

impl Drop for SessionSlot {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Lateness, SharedLateness};

    const TICK: Duration = Duration::from_millis(5);

    #[test]
    fn lone_hiccup_of_a_tenth_of_a_second_is_no_lateness_and_two_seconds_behind_are() {
        let shared = SharedLateness::default();
        let mut lateness = Lateness::new(shared.clone());
        lateness.record(Duration::from_millis(100));
        assert!(
            shared.average() < Duration::from_millis(1),
            "{:?}",
            shared.average()
        );
        for _ in 0..400 {
            lateness.record(TICK * 2);
        }
        assert!(shared.average() > TICK, "{:?}", shared.average());
        lateness.reset();
        assert_eq!(shared.average(), Duration::ZERO);
    }
}
