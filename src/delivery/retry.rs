//! When a failed delivery is tried again. Pure.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::Consequence;

/// Waiting times after the first attempts; behind the last of them it repeats.
const WAITS: [Duration; 5] = [
    Duration::from_secs(60),
    Duration::from_secs(5 * 60),
    Duration::from_secs(15 * 60),
    Duration::from_secs(3_600),
    Duration::from_secs(4 * 3_600),
];

/// The longest wait that a receiver is believed.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3_600);

/// A wait is longer by up to this part of itself, so that what failed together is not tried again together.
const JITTER: f64 = 0.2;

/// The state of a delivery whose attempt has failed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tries {
    /// Attempts so far, 1 after the first.
    pub(super) attempts: u32,
    /// Since when they count.
    pub(super) since: DateTime<Utc>,
    /// After which time it is given up.
    pub(super) give_up: Duration,
}

/// The time of the next attempt after one that failed at `now`; `None`: it is given up. `draw` is from 0 to below 1.
///
/// A clock that was set back does not prolong the tries for ever: then the number of attempts ends them.
pub(super) fn next(
    tries: Tries,
    consequence: Consequence,
    now: DateTime<Utc>,
    draw: f64,
) -> Option<DateTime<Utc>> {
    let asked = match consequence {
        Consequence::GiveUp => return None,
        Consequence::Retry => Duration::ZERO,
        Consequence::RetryAfter(wait) => wait.min(LONGEST_WAIT),
    };
    let give_up = TimeDelta::from_std(tries.give_up).unwrap_or(TimeDelta::MAX);
    let is_over = now - tries.since >= give_up || tries.attempts >= most_attempts(tries.give_up);
    if is_over {
        return None;
    }
    let place = usize::try_from(tries.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let wait = WAITS.get(place).or(WAITS.last()).copied().unwrap_or_default();
    let wait = wait.mul_f64(1.0 + JITTER * draw.clamp(0.0, 1.0)).max(asked);
    now.checked_add_signed(TimeDelta::from_std(wait).ok()?)
}

/// As many attempts as there is time for, without any jitter, and some more.
fn most_attempts(give_up: Duration) -> u32 {
    let hours = give_up.as_secs().div_ceil(4 * 3_600);
    u32::try_from(hours).unwrap_or(u32::MAX).saturating_add(10)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;

    use super::{Tries, next};
    use crate::delivery::Consequence;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_334_400 + seconds, 0).unwrap()
    }

    fn tries(attempts: u32) -> Tries {
        Tries {
            attempts,
            since: at(0),
            give_up: Duration::from_secs(3 * 86_400),
        }
    }

    #[test]
    fn waits_grow_from_a_minute_to_four_hours() {
        let waits: Vec<i64> = (1..8)
            .map(|attempts| {
                let next = next(tries(attempts), Consequence::Retry, at(0), 0.0);
                (next.unwrap() - at(0)).num_minutes()
            })
            .collect();
        assert_eq!(waits, [1, 5, 15, 60, 240, 240, 240]);
    }

    #[test]
    fn receiver_that_asks_for_a_longer_wait_gets_it_for_a_day_at_most() {
        let wait = |seconds| {
            let asked = Consequence::RetryAfter(Duration::from_secs(seconds));
            (next(tries(1), asked, at(0), 0.0).unwrap() - at(0)).num_seconds()
        };
        assert_eq!([wait(1), wait(120), wait(1_000_000)], [60, 120, 86_400]);
    }

    #[test]
    fn refused_or_tried_for_too_long_is_given_up() {
        assert_eq!(next(tries(1), Consequence::GiveUp, at(0), 0.0), None);
        assert_eq!(next(tries(3), Consequence::Retry, at(3 * 86_400), 0.0), None);
        assert!(next(tries(3), Consequence::Retry, at(3 * 86_400 - 1), 0.0).is_some());
        assert_eq!(
            next(tries(1_000), Consequence::Retry, at(-5), 0.0),
            None,
            "a clock set back"
        );
    }

    proptest! {
        /// A receiver that is away all the time is tried about twenty times in three days, and then no more.
        #[test]
        fn tries_come_to_an_end(draws in prop::collection::vec(0.0_f64..1.0, 40), hours in 1_u64..200) {
            let give_up = Duration::from_secs(hours * 3_600);
            let (mut now, mut attempts) = (at(0), 1);
            for draw in draws.iter().cycle() {
                let Some(later) = next(Tries { attempts, since: at(0), give_up }, Consequence::Retry, now, *draw) else { break };
                prop_assert!(later > now);
                now = later;
                attempts += 1;
            }
            prop_assert!(u64::from(attempts) <= 10 + hours.div_ceil(4));
            prop_assert!(now - at(0) <= TimeDelta::hours(i64::try_from(hours).unwrap() + 5));
        }
    }
}
