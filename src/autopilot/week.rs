//! The week of collecting: from the day after the last deadline to the next one, by the clock of the route. Pure.

use std::collections::BTreeMap;

use chrono::{
    DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike, Utc,
    Weekday,
};
use chrono_tz::Tz;

/// Something for each local hour, by its first moment. The hour that a clock change repeats is one.
pub(super) type LocalHours = BTreeMap<NaiveDateTime, f64>;

/// Local hours are measured in these steps: every offset of the IANA database since 1972 is a multiple of it.
const STEP: TimeDelta = TimeDelta::minutes(15);

/// Seven local days, the last of which ends with the deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Week {
    /// Its first day.
    pub(super) first_day: NaiveDate,
    /// The day after its last.
    pub(super) next_first_day: NaiveDate,
    zone: Tz,
}

impl Week {
    /// The week that `now` is in, where `until` is the last day of each.
    pub(super) fn of(now: DateTime<Utc>, until: Weekday, zone: Tz) -> Self {
        let today = now.with_timezone(&zone).date_naive();
        let past = today.weekday().days_since(until.succ());
        let first_day = today.checked_sub_days(Days::new(past.into())).unwrap_or(today);
        Self {
            first_day,
            next_first_day: first_day.checked_add_days(Days::new(7)).unwrap_or(first_day),
            zone,
        }
    }

    /// The first moment after it.
    pub(super) fn deadline(self) -> DateTime<Utc> {
        let midnight = self.next_first_day.and_time(NaiveTime::MIN);
        // Where the clocks are put forward at midnight, the day begins later.
        let mut moments = (0..=12).map(|quarters| midnight + STEP * quarters);
        let first = moments.find_map(|local| self.zone.from_local_datetime(&local).earliest());
        first.map_or_else(|| midnight.and_utc(), |first| first.to_utc())
    }

    /// What is left of it at `now`: hours of time in each local hour, 1 for most, 2 for one that a clock change repeats.
    pub(super) fn remaining(self, now: DateTime<Utc>) -> LocalHours {
        hours_between(now, self.deadline(), self.zone)
    }
}

/// Hours of time that each local hour has between two moments.
fn hours_between(from: DateTime<Utc>, until: DateTime<Utc>, zone: Tz) -> LocalHours {
    let mut hours = LocalHours::new();
    let mut at = from;
    while at < until {
        let step = STEP.num_seconds();
        let into = at.timestamp().rem_euclid(step);
        let next = (at + TimeDelta::seconds(step - into)).min(until);
        *hours.entry(local_hour(at, zone)).or_default() += seconds(next - at) / 3_600.0;
        at = next;
    }
    hours
}

/// Hours of time that a local hour has: 0 where the clocks are put forward over it, 2 where they repeat it.
pub(super) fn length(hour: NaiveDateTime, zone: Tz) -> f64 {
    let quarters = (0..4).map(
        |quarter| match zone.from_local_datetime(&(hour + STEP * quarter)) {
            chrono::LocalResult::None => 0.0,
            chrono::LocalResult::Single(_) => 0.25,
            chrono::LocalResult::Ambiguous(_, _) => 0.5,
        },
    );
    quarters.sum()
}

fn local_hour(at: DateTime<Utc>, zone: Tz) -> NaiveDateTime {
    let local = at.with_timezone(&zone).naive_local();
    let hour = NaiveTime::from_hms_opt(local.hour(), 0, 0).unwrap_or(NaiveTime::MIN);
    local.date().and_time(hour)
}

/// Whole milliseconds are enough.
#[expect(
    clippy::cast_precision_loss,
    reason = "a week has fewer than 2^52 milliseconds"
)]
const fn seconds(delta: TimeDelta) -> f64 {
    delta.num_milliseconds() as f64 / 1_000.0
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDateTime, Utc, Weekday};
    use chrono_tz::Tz;

    use super::{Week, length};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hour(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(&format!("{text}:00"), "%Y-%m-%dT%H:%M").unwrap()
    }

    #[test]
    fn week_begins_the_day_after_the_last_deadline_and_ends_with_its_day() {
        for (now, first_day) in [
            ("2026-11-27T21:59:59Z", "2026-11-21"),
            ("2026-11-27T22:00:00Z", "2026-11-28"),
            ("2026-11-30T12:00:00Z", "2026-11-28"),
        ] {
            let week = Week::of(at(now), Weekday::Fri, Tz::Europe__Helsinki);
            assert_eq!(week.first_day.to_string(), first_day, "{now}");
        }
        let week = Week::of(at("2026-11-30T12:00:00Z"), Weekday::Fri, Tz::Europe__Helsinki);
        assert_eq!(
            week.deadline(),
            at("2026-12-04T22:00:00Z"),
            "midnight after Friday in Helsinki"
        );
    }

    #[test]
    fn remaining_hours_are_those_of_the_clock_of_the_route() {
        let week = Week::of(at("2026-11-27T20:20:00Z"), Weekday::Fri, Tz::Europe__Helsinki);
        let left = week.remaining(at("2026-11-27T20:20:00Z"));
        let expected = [(hour("2026-11-27T22"), 2.0 / 3.0), (hour("2026-11-27T23"), 1.0)];
        assert_eq!(left.len(), 2);
        for ((found, length), (hour, hours)) in left.into_iter().zip(expected) {
            assert!(found == hour && (length - hours).abs() < 1e-9, "{found} {length}");
        }
    }

    /// Helsinki goes to summer time on 2026-03-29 at 03:00 and back on 2026-10-25 at 04:00.
    #[test]
    fn hour_that_is_left_out_has_no_time_and_one_that_is_repeated_has_twice_as_much() {
        let zone = Tz::Europe__Helsinki;
        for (local, expected) in [
            ("2026-03-29T02", 1.0),
            ("2026-03-29T03", 0.0),
            ("2026-10-25T03", 2.0),
            ("2026-10-25T04", 1.0),
        ] {
            assert!((length(hour(local), zone) - expected).abs() < 1e-9, "{local}");
        }
        for (now, hours) in [("2026-03-28T22:00:00Z", 23.0), ("2026-10-24T21:00:00Z", 25.0)] {
            let week = Week::of(at(now), Weekday::Sun, zone);
            let left = week.remaining(at(now));
            assert!(
                (left.values().sum::<f64>() - hours).abs() < 1e-9,
                "{now}: {left:?}"
            );
        }
        // Lord Howe Island: half an hour.
        assert!((length(hour("2026-10-04T02"), Tz::Australia__Lord_Howe) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn deadline_is_the_first_moment_of_a_day_without_midnight() {
        // Beirut puts the clocks forward at midnight of 2026-03-29, a Sunday.
        let week = Week::of(at("2026-03-27T12:00:00Z"), Weekday::Sat, Tz::Asia__Beirut);
        assert_eq!(week.deadline(), at("2026-03-28T22:00:00Z"));
    }
}
