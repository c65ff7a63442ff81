//! Lines that would fill the log when they come by the thousand: the first is said at once, the others are counted.
//!
//! Whoever logs asks [`LogThrottle::record`] whether to say it now, and somebody asks [`LogThrottle::due`] once a second for what was
//! held back, so that a burst is counted in full in the log also when nothing follows it.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// From one line to the next of the same kind.
const QUIET: Duration = Duration::from_secs(10);
/// Kinds that are counted; what is beyond waits until one of them is quiet.
const MOST_KINDS: usize = 256;

/// Counts what happens by kind, and says when to log it.
#[derive(Debug)]
pub struct LogThrottle<K>(Mutex<BTreeMap<K, Withheld>>);

#[derive(Debug)]
struct Withheld {
    quiet_until: Instant,
    unsaid: u64,
}

impl<K: Ord + Clone> LogThrottle<K> {
    /// Nothing has happened yet.
    pub const fn new() -> Self {
        Self(Mutex::new(BTreeMap::new()))
    }

    /// So many of a kind happened: how many to log now; `None` when they are counted for later.
    pub fn record(&self, kind: &K, times: u64, now: Instant) -> Option<u64> {
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(withheld) = kinds.get_mut(kind) {
            withheld.unsaid += times;
            return None;
        }
        if kinds.len() >= MOST_KINDS {
            // Without a place it can neither be counted nor logged each time.
            return None;
        }
        let withheld = Withheld {
            quiet_until: now + QUIET,
            unsaid: 0,
        };
        kinds.insert(kind.clone(), withheld);
        Some(times)
    }

    /// What was withheld and is to be logged now.
    pub fn due(&self, now: Instant) -> Vec<(K, u64)> {
        let mut due = Vec::new();
        let mut kinds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kinds.retain(|kind, withheld| {
            if now < withheld.quiet_until {
                return true;
            }
            let unsaid = std::mem::take(&mut withheld.unsaid);
            withheld.quiet_until = now + QUIET;
            if unsaid > 0 {
                due.push((kind.clone(), unsaid));
            }
            unsaid > 0
        });
        due
    }
}

impl<K: Ord + Clone> Default for LogThrottle<K> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::LogThrottle;

    #[test]
    fn first_is_told_at_once_and_the_others_once_in_ten_seconds_with_their_count() {
        let start = aftercall_runtime::clock::monotonic();
        let at = |millis| start + Duration::from_millis(millis);
        let gathered = LogThrottle::new();
        let (mut lines, mut told) = (0, 0);
        for call in 0..15_000_u64 {
            let now = at(call * 2);
            let said = gathered.record(&"full", 1, now).into_iter();
            for count in said.chain(gathered.due(now).into_iter().map(|(_, count)| count)) {
                lines += 1;
                told += count;
            }
        }
        assert_eq!(lines, 3, "at the beginning, and after ten and twenty seconds");
        for (_, count) in gathered.due(at(60_000)) {
            lines += 1;
            told += count;
        }
        assert_eq!(
            (lines, told),
            (4, 15_000),
            "the rest is counted and logged when the burst is over"
        );
        assert!(gathered.due(at(120_000)).is_empty());
        assert_eq!(
            gathered.record(&"full", 1, at(120_001)),
            Some(1),
            "then it is new again"
        );
    }

    #[test]
    fn kinds_are_told_apart_and_many_of_them_take_no_more_room() {
        let now = aftercall_runtime::clock::monotonic();
        let gathered = LogThrottle::new();
        assert_eq!(gathered.record(&0, 1, now), Some(1));
        assert_eq!(gathered.record(&1, 2, now), Some(2));
        assert_eq!(gathered.record(&0, 1, now), None);
        let said = (2..10_000)
            .filter(|kind| gathered.record(kind, 1, now).is_some())
            .count();
        assert!(said < 256, "{said}");
    }
}
