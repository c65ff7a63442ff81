//! How long a key is held.
//!
//! A press is reported when it starts, and whoever waits for the next key of the same input counts from where it ended. So
//! it is told in between that the key is still down, and once more when it is up. Each notice stands for itself: one that
//! is lost is made good by the next, and after the last of them time runs as if the key had been released.

use std::time::{Duration, Instant};

use super::Press;
use aftercall_base::Digit;

/// How often it is told that a key is still down; the least inter-digit time of a survey is longer.
const EVERY: Duration = Duration::from_millis(400);
/// As long as a press lasts at most. Beyond, the key is stuck, or something lies on it.
const LONGEST: Duration = Duration::from_secs(10);

/// What a path knows of the key pressed last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyDown {
    /// Its press.
    pub press: Press,
    /// The last moment at which it was known to be down.
    pub until: Instant,
    /// Whether it is taken to be down still.
    pub is_down: bool,
}

/// A key was down until then, and may still be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldKey {
    /// Which key.
    pub digit: Digit,
    /// The last moment at which it was known to be down, at most 10 s after its press.
    pub until: Instant,
}

/// Decides when to tell how long the key pressed last has been down.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeyDownMonitor {
    /// The press told of last, and until when.
    told: Option<(Press, Instant)>,
}

impl KeyDownMonitor {
    /// What there is to tell: every 400 ms while the key is down, and when it is up.
    pub fn poll(&mut self, key: KeyDown) -> Option<HeldKey> {
        let told_until = match self.told {
            Some((press, until)) if press == key.press => until,
            Some(_) | None => key.press.at,
        };
        let until = key.until.min(key.press.at + LONGEST);
        let is_due = until >= told_until + EVERY || (!key.is_down && until > told_until);
        is_due.then(|| {
            self.told = Some((key.press, until));
            HeldKey {
                digit: key.press.digit,
                until,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{KeyDown, KeyDownMonitor};
    use crate::dtmf::Press;
    use aftercall_base::Digit;
    use aftercall_runtime::clock::monotonic;

    /// Polls every 20 ms for a key that is down for `down_ms`, up to a second behind; tells the times, in ms.
    fn told(monitor: &mut KeyDownMonitor, at: Instant, down_ms: u64) -> Vec<u128> {
        let press = Press {
            digit: Digit::STAR,
            at,
        };
        let polls = (0..=down_ms + 1_000).step_by(20);
        let held = polls.filter_map(|now_ms| {
            monitor.poll(KeyDown {
                press,
                until: at + Duration::from_millis(now_ms.min(down_ms)),
                is_down: now_ms < down_ms,
            })
        });
        held.map(|held| held.until.duration_since(at).as_millis())
            .collect()
    }

    #[test]
    fn held_key_is_told_of_while_it_is_down_and_once_when_it_is_up() {
        let (mut monitor, now) = (KeyDownMonitor::default(), monotonic());
        assert_eq!(told(&mut monitor, now, 100), [100]);
        let later = now + Duration::from_secs(3);
        assert_eq!(told(&mut monitor, later, 1_000), [400, 800, 1_000]);
    }

    #[test]
    fn press_of_one_packet_has_no_length() {
        assert!(told(&mut KeyDownMonitor::default(), monotonic(), 0).is_empty());
    }

    #[test]
    fn stuck_key_is_told_of_for_ten_seconds() {
        let told = told(&mut KeyDownMonitor::default(), monotonic(), 60_000);
        assert_eq!(told.last(), Some(&10_000));
        assert_eq!(told.len(), 25);
    }
}
