//! The moments of local times, on the days on which clocks are changed as well.

use chrono::{
    DateTime, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

/// No clock is further from UTC, and no clock is moved further (Samoa left out the whole of 2011-12-30).
const FURTHEST: TimeDelta = TimeDelta::hours(52);

/// The moment at which the clocks of a zone show `local` for the first time. Where they leave it out (spring), the moment at
/// which they are moved.
pub(super) fn first_moment(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(moment) => moment.to_utc(),
        MappedLocalTime::Ambiguous(one, other) => one.to_utc().min(other.to_utc()),
        MappedLocalTime::None => change_over(zone, local),
    }
}

/// The first moment of a local day. A day that a zone has left out is over as soon as it begins.
pub(super) fn day_begins(zone: Tz, day: NaiveDate) -> DateTime<Utc> {
    first_moment(zone, day.and_time(NaiveTime::MIN))
}

/// The second in which the clocks are moved over `local`, which they never show.
fn change_over(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let is_past = |seconds: i64| {
        let shown = DateTime::from_timestamp(seconds, 0).map(|at| zone.from_utc_datetime(&at.naive_utc()));
        shown.is_none_or(|shown| shown.naive_local() > local)
    };
    let around = local.and_utc();
    // Clocks show an earlier time at `before`, and a later one at `after`.
    let mut before = (around - FURTHEST).timestamp();
    let mut after = (around + FURTHEST).timestamp();
    while after - before > 1 {
        let between = before + (after - before) / 2;
        match is_past(between) {
            true => after = between,
            false => before = between,
        }
    }
    DateTime::from_timestamp(after, 0).unwrap_or(around)
}

/// The day that was `days` earlier; there is none before the first that chrono knows.
pub(super) fn day_before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(NaiveDate::MIN)
}

/// The day that comes `days` later; there is none after the last that chrono knows.
pub(super) fn day_after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::{day_begins, first_moment};

    fn moment(zone: Tz, local: &str) -> String {
        first_moment(zone, local.parse().unwrap()).to_rfc3339()
    }

    #[test]
    fn time_that_is_left_out_in_spring_is_the_moment_of_the_change() {
        let helsinki = Tz::Europe__Helsinki;
        for local in [
            "2026-03-29T03:00:00",
            "2026-03-29T03:30:00",
            "2026-03-29T03:59:59",
        ] {
            assert_eq!(moment(helsinki, local), "2026-03-29T01:00:00+00:00", "{local}");
        }
        assert_eq!(
            moment(helsinki, "2026-03-29T04:00:00"),
            "2026-03-29T01:00:00+00:00"
        );
        assert_eq!(
            moment(helsinki, "2026-03-29T02:59:59"),
            "2026-03-29T00:59:59+00:00"
        );
    }

    #[test]
    fn time_that_comes_twice_in_autumn_is_the_first_of_both() {
        assert_eq!(
            moment(Tz::Europe__Helsinki, "2026-10-25T03:30:00"),
            "2026-10-25T00:30:00+00:00"
        );
    }

    #[test]
    fn day_begins_where_its_midnight_does_not_exist_or_comes_twice() {
        let begins = |zone, day: &str| day_begins(zone, day.parse().unwrap()).to_rfc3339();
        // Clocks went from 24:00 to 01:00, and from 01:00 back to 00:00.
        assert_eq!(
            begins(Tz::America__Sao_Paulo, "2018-11-04"),
            "2018-11-04T03:00:00+00:00"
        );
        assert_eq!(
            begins(Tz::America__Havana, "2026-11-01"),
            "2026-11-01T04:00:00+00:00"
        );
        // A day that was left out.
        assert_eq!(
            begins(Tz::Pacific__Apia, "2011-12-30"),
            begins(Tz::Pacific__Apia, "2011-12-31")
        );
    }
}
