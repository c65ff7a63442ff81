//! When something is due that may take so much working time. Pure.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Tz;

use aftercall_survey::admission::holidays::Holidays;
use aftercall_survey::admission::hours::OpeningHours;

/// Days that are looked through. Who works at no time in so many days is taken to work always: a clock that never runs is none.
const MOST_DAYS: i64 = 60;

/// When people work.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WorkingTime {
    /// By weekday; always, where nothing was said.
    pub hours: OpeningHours,
    /// Days without work.
    pub holidays: Holidays,
    /// Whose clock is meant.
    pub zone: Tz,
}

impl WorkingTime {
    /// Whether people work at this moment.
    pub fn is_at(&self, at: DateTime<Utc>) -> bool {
        let local = at.with_timezone(&self.zone).naive_local();
        self.hours.is_open_except(&self.holidays, local)
    }

    /// The moment at which so much working time has passed since `from`, to the minute; time on the wall where nobody works for long.
    pub fn after(&self, from: DateTime<Utc>, duration: Duration) -> DateTime<Utc> {
        let wall = TimeDelta::from_std(duration)
            .ok()
            .and_then(|duration| from.checked_add_signed(duration))
            .unwrap_or(from);
        if self.hours.is_always() && self.holidays == Holidays::default() {
            return wall;
        }
        let mut left = duration;
        let mut at = from;
        let minute = Duration::from_secs(60);
        while at - from < TimeDelta::days(MOST_DAYS) {
            // To the next full minute, at which hours may begin or end.
            let step = TimeDelta::seconds(60 - i64::from(at.second() % 60));
            let step_length = step.to_std().unwrap_or(minute);
            if self.is_at(at) {
                if left <= step_length {
                    return at + TimeDelta::from_std(left).unwrap_or_default();
                }
                left -= step_length;
            }
            at += step;
        }
        wall
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::{DateTime, TimeDelta, Utc};
    use proptest::prelude::*;

    use super::WorkingTime;
    use aftercall_survey::admission::holidays::Holidays;
    use aftercall_survey::admission::hours::OpeningHours;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn office() -> WorkingTime {
        let mut holidays = Holidays::default();
        assert!(holidays.add("2026-12-24".parse().unwrap()));
        let week = ("mon-fri".parse().unwrap(), vec!["08:00-16:00".parse().unwrap()]);
        WorkingTime {
            hours: OpeningHours::of(&[week]).unwrap().0,
            holidays,
            zone: chrono_tz::Europe::Helsinki,
        }
    }

    #[test]
    fn clock_runs_while_people_work() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        for (from, working, due) in [
            // A Monday, in working time.
            ("2026-11-30T08:00:00Z", minutes(15), "2026-11-30T08:15:00Z"),
            ("2026-11-30T08:00:30Z", minutes(15), "2026-11-30T08:15:30Z"),
            // Five minutes before four o'clock: ten more the next morning.
            ("2026-11-30T13:55:00Z", minutes(15), "2026-12-01T06:10:00Z"),
            // In the night, on Friday evening, before a holiday.
            ("2026-11-30T22:00:00Z", minutes(15), "2026-12-01T06:15:00Z"),
            ("2026-12-04T15:00:00Z", minutes(15), "2026-12-07T06:15:00Z"),
            ("2026-12-23T15:00:00Z", minutes(15), "2026-12-25T06:15:00Z"),
            // Twenty-four hours are three days.
            ("2026-11-30T06:00:00Z", minutes(24 * 60), "2026-12-02T14:00:00Z"),
            // Clocks go forward in the night of the 29th: Monday begins an hour earlier.
            ("2026-03-27T13:50:00Z", minutes(20), "2026-03-30T05:10:00Z"),
        ] {
            assert_eq!(office().after(at(from), working), at(due), "{from}");
        }
    }

    #[test]
    fn who_works_always_or_never_has_the_clock_on_the_wall() {
        let never = WorkingTime {
            hours: OpeningHours::of(&[("mon".parse().unwrap(), vec![])]).unwrap().0,
            ..WorkingTime::default()
        };
        assert!(never.hours.is_never());
        for working in [WorkingTime::default(), never] {
            let due = working.after(at("2026-11-28T22:00:00Z"), Duration::from_secs(900));
            assert_eq!(due, at("2026-11-28T22:15:00Z"));
        }
    }

    proptest! {
        /// The moment is not before the time on the wall, people work right before it, and a longer time is due later.
        #[test]
        fn due_moment_is_in_working_time(start in 0_i64..31_536_000, seconds in 1_u64..200_000, more in 1_u64..10_000) {
            let from = at("2026-01-01T00:00:00Z") + TimeDelta::seconds(start);
            let due = office().after(from, Duration::from_secs(seconds));
            prop_assert!(due >= from + TimeDelta::seconds(i64::try_from(seconds).unwrap()));
            prop_assert!(office().is_at(due - TimeDelta::seconds(1)), "{from} {seconds} {due}");
            prop_assert!(office().after(from, Duration::from_secs(seconds + more)) > due);
        }
    }
}
