use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use chrono_tz::{TZ_VARIANTS, Tz};
use proptest::prelude::*;

use super::{Cadence, Due, MOST_PERIODS, Period, Schedule};

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn period(from: &str, until: &str) -> Period {
    Period {
        from: day(from),
        until: day(until),
    }
}

fn schedule(cadence: Cadence, at: &str, zone: Tz) -> Schedule {
    Schedule {
        cadence,
        at: at.parse().unwrap(),
        zone,
    }
}

/// On Mondays, about weeks from Monday.
const MONDAYS: Cadence = Cadence::Weekly {
    on: Weekday::Mon,
    begins: Weekday::Mon,
};

fn told(due: Due) -> String {
    format!("{} at {}", due.period, due.at.format("%Y-%m-%dT%H:%MZ"))
}

#[test]
fn each_cadence_is_due_after_the_end_of_its_period() {
    let campaigns = vec![
        period("2026-11-02", "2026-11-17"),
        period("2026-11-01", "2026-12-01"),
    ];
    let weekly = |on, begins| Cadence::Weekly { on, begins };
    for (cadence, expected) in [
        (Cadence::Daily, "2026-11-17_2026-11-17 at 2026-11-18T05:00Z"),
        (MONDAYS, "2026-11-09_2026-11-15 at 2026-11-16T05:00Z"),
        (
            weekly(Weekday::Tue, Weekday::Mon),
            "2026-11-09_2026-11-15 at 2026-11-17T05:00Z",
        ),
        (
            weekly(Weekday::Mon, Weekday::Sun),
            "2026-11-08_2026-11-14 at 2026-11-16T05:00Z",
        ),
        (
            weekly(Weekday::Sun, Weekday::Mon),
            "2026-11-02_2026-11-08 at 2026-11-15T05:00Z",
        ),
        (Cadence::Monthly, "2026-10-01_2026-10-31 at 2026-11-01T05:00Z"),
        (Cadence::Quarterly, "2026-07-01_2026-09-30 at 2026-10-01T04:00Z"),
        (
            Cadence::CampaignEnd(campaigns),
            "2026-11-02_2026-11-16 at 2026-11-17T05:00Z",
        ),
    ] {
        let schedule = schedule(cadence, "07:00:00", Tz::Europe__Helsinki);
        let latest = schedule.latest(utc("2026-11-18T06:00:00Z")).unwrap();
        assert_eq!(told(latest), expected, "{schedule:?}");
    }
}

#[test]
fn week_has_the_hours_that_its_clocks_had() {
    let hours = |from: &str, until: &str| {
        let moments = period(from, until).moments(Tz::Europe__Helsinki);
        (moments.end - moments.start).num_hours()
    };
    assert_eq!(hours("2026-11-16", "2026-11-23"), 168);
    assert_eq!(hours("2026-03-23", "2026-03-30"), 167, "spring");
    assert_eq!(hours("2026-10-19", "2026-10-26"), 169, "autumn");
}

#[test]
fn due_time_that_clocks_leave_out_or_show_twice_is_due_once() {
    let daily = schedule(Cadence::Daily, "03:30:00", Tz::Europe__Helsinki);
    let told: Vec<String> = daily
        .due(utc("2026-03-28T00:00:00Z"), utc("2026-03-30T12:00:00Z"))
        .into_iter()
        .map(told)
        .collect();
    assert_eq!(
        told,
        [
            "2026-03-27_2026-03-27 at 2026-03-28T01:30Z",
            "2026-03-28_2026-03-28 at 2026-03-29T01:00Z",
            "2026-03-29_2026-03-29 at 2026-03-30T00:30Z",
        ],
        "03:30 is left out on the 29th"
    );
    let autumn = daily.due(utc("2026-10-25T00:00:00Z"), utc("2026-10-25T12:00:00Z"));
    assert_eq!(autumn.len(), 1, "03:30 comes twice on the 25th: {autumn:?}");
    assert_eq!(autumn[0].at, utc("2026-10-25T00:30:00Z"));
}

#[test]
fn day_that_a_zone_left_out_is_no_period() {
    let daily = schedule(Cadence::Daily, "00:00:00", Tz::Pacific__Apia);
    let periods: Vec<String> = daily
        .due(utc("2011-12-29T11:00:00Z"), utc("2012-01-01T12:00:00Z"))
        .into_iter()
        .map(|due| due.period.to_string())
        .collect();
    assert_eq!(
        periods,
        [
            "2011-12-29_2011-12-29",
            "2011-12-31_2011-12-31",
            "2012-01-01_2012-01-01"
        ]
    );
}

#[test]
fn after_years_only_the_latest_periods_are_looked_for() {
    let daily = schedule(Cadence::Daily, "07:00:00", Tz::UTC);
    let now = utc("2026-11-18T08:00:00Z");
    let due = daily.due(DateTime::UNIX_EPOCH, now);
    assert_eq!(due.len(), MOST_PERIODS);
    assert_eq!(due.last().copied(), daily.latest(now));
}

#[test]
fn period_is_found_by_any_of_its_days_and_the_next_one_is_known() {
    let weekly = schedule(MONDAYS, "07:00:00", Tz::Europe__Helsinki);
    for within in ["2026-11-16", "2026-11-19", "2026-11-22"] {
        let due = weekly.holding(day(within)).unwrap();
        assert_eq!(
            told(due),
            "2026-11-16_2026-11-22 at 2026-11-23T05:00Z",
            "{within}"
        );
    }
    let next = weekly.next(utc("2026-11-16T05:00:00Z")).unwrap();
    assert_eq!(told(next), "2026-11-16_2026-11-22 at 2026-11-23T05:00Z");
    let over = schedule(
        Cadence::CampaignEnd(vec![period("2026-11-01", "2026-11-17")]),
        "07:00:00",
        Tz::UTC,
    );
    assert_eq!(over.next(utc("2026-11-18T00:00:00Z")), None);
    assert_eq!(over.holding(day("2026-11-17")), None);
}

#[test]
fn complete_period_need_not_be_due_yet() {
    let weekly = schedule(MONDAYS, "07:00:00", Tz::Europe__Helsinki);
    for (now, expected) in [
        ("2026-11-22T21:59:59Z", "2026-11-09_2026-11-15"),
        ("2026-11-22T22:00:00Z", "2026-11-16_2026-11-22"),
        ("2026-11-25T12:00:00Z", "2026-11-16_2026-11-22"),
    ] {
        let complete = weekly.complete(utc(now)).unwrap();
        assert_eq!(complete.period.to_string(), expected, "{now}");
    }
}

fn cadences() -> impl Strategy<Value = Cadence> {
    let weekday = (0_u8..7).prop_map(|day| Weekday::try_from(day).unwrap());
    prop_oneof![
        Just(Cadence::Daily),
        (weekday, prop::bool::ANY).prop_map(|(on, sunday)| Cadence::Weekly {
            on,
            begins: if sunday { Weekday::Sun } else { Weekday::Mon },
        }),
        Just(Cadence::Monthly),
        Just(Cadence::Quarterly),
    ]
}

fn schedules() -> impl Strategy<Value = Schedule> {
    (cadences(), 0_u32..1_440, 0..TZ_VARIANTS.len()).prop_map(|(cadence, minute, zone)| Schedule {
        cadence,
        at: NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).unwrap(),
        zone: TZ_VARIANTS[zone],
    })
}

/// From 1971 to 2037.
fn moments() -> impl Strategy<Value = DateTime<Utc>> {
    (31_536_000_i64..2_145_916_800).prop_map(|seconds| DateTime::from_timestamp(seconds, 0).unwrap())
}

proptest! {
    /// Whenever somebody asks, and however long nobody did: all that was due in between comes once.
    #[test]
    fn each_period_is_due_exactly_once_whenever_it_is_asked_for(
        schedule in schedules(),
        start in moments(),
        waits in prop::collection::vec(1_i64..800_000, 1..40),
    ) {
        let mut seen: BTreeMap<Period, u32> = BTreeMap::new();
        let (mut since, mut now) = (start, start);
        for wait in waits {
            now += TimeDelta::seconds(wait);
            for due in schedule.due(since, now) {
                prop_assert!(since < due.at && due.at <= now);
                prop_assert!(due.period.moments(schedule.zone).end <= due.at, "a period that is not over: {due:?}");
                *seen.entry(due.period).or_default() += 1;
                // What is remembered is the last due moment, not when somebody asked.
                since = due.at;
            }
        }
        let at_once: Vec<Period> = schedule.due(start, now).into_iter().map(|due| due.period).collect();
        let one_by_one: Vec<Period> = seen.keys().copied().collect();
        prop_assert_eq!(one_by_one, at_once);
        prop_assert!(seen.values().all(|times| *times == 1));
    }

    /// No moment is in two periods, and none between two.
    #[test]
    fn periods_follow_one_another_without_a_gap(schedule in schedules(), start in moments()) {
        let due = schedule.due(start, start + TimeDelta::days(500));
        for pair in due.windows(2) {
            let (one, next) = (pair[0].period.moments(schedule.zone), pair[1].period.moments(schedule.zone));
            prop_assert_eq!(one.end, next.start, "{:?}", pair);
            prop_assert!(pair[0].at < pair[1].at || pair[1].period.moments(schedule.zone).is_empty());
        }
        let many = match schedule.cadence {
            Cadence::Daily => 365..=366,
            Cadence::Weekly { .. } => 70..=72,
            Cadence::Monthly => 15..=17,
            Cadence::Quarterly => 4..=6,
            Cadence::CampaignEnd(_) => 0..=0,
        };
        prop_assert!(many.contains(&due.len()), "{} in 500 days", due.len());
    }
}
