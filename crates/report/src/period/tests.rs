use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{Calendar, ParsePeriodError, Period, PeriodName, PeriodUnit};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn utc() -> Calendar {
    Calendar::new(Tz::UTC, at("2026-11-25T12:00:00Z"))
}

fn parse(from: Option<&str>, to: Option<&str>) -> Result<Period, ParsePeriodError> {
    Period::parse(from, to, utc())
}

#[test]
fn last_day_is_included_and_exact_moment_is_not() {
    let days = parse(Some("2026-11-01"), Some("2026-11-30")).unwrap();
    assert_eq!(
        days.moments().1.unwrap().to_rfc3339(),
        "2026-12-01T00:00:00+00:00"
    );
    assert_eq!(days.in_words(), "2026-11-01 to 2026-11-30 (UTC)");
    let moments = parse(Some("2026-11-01T10:00:00+02:00"), Some("2026-11-01T12:30:00Z")).unwrap();
    assert_eq!(
        moments.moments().0.unwrap().to_rfc3339(),
        "2026-11-01T08:00:00+00:00"
    );
    assert!(moments.filter().is_exact && !days.filter().is_exact);
    let without_seconds = parse(Some("2026-11-01T10:00+02:00"), Some("2026-11-01 12:30Z"));
    assert_eq!(without_seconds.unwrap(), moments);
    assert_eq!(
        moments.in_words(),
        "2026-11-01T08:00:00Z to 2026-11-01T12:30:00Z (UTC)"
    );
}

#[test]
fn one_day_and_open_ends_read_naturally() {
    let words = |from, to| parse(from, to).unwrap().in_words();
    assert_eq!(words(Some("2026-11-22"), Some("2026-11-22")), "2026-11-22 (UTC)");
    assert_eq!(words(Some("2026-11-22"), None), "since 2026-11-22 (UTC)");
    assert_eq!(words(None, Some("2026-11-22")), "until 2026-11-22 (UTC)");
    assert_eq!(words(None, None), "all calls");
}

#[test]
fn wrong_dates_are_refused_with_the_option_and_an_example() {
    let error = parse(Some("yesterday"), None).unwrap_err().to_string();
    assert!(
        error.contains("`yesterday`") && error.contains("2026-11-22"),
        "{error}"
    );
    for text in [
        "2026-02-30",
        "22.11.2026",
        "",
        "99999-01-01",
        "1969-12-31",
        "2026-11-22'; DROP TABLE call",
    ] {
        assert!(parse(None, Some(text)).is_err(), "{text}");
    }
    assert_eq!(
        parse(Some("2026-11-22"), Some("2026-11-21")),
        Err(ParsePeriodError::Reversed)
    );
}

/// First day and last day of a named period.
fn named(name: &str, calendar: Calendar) -> (String, String) {
    let period = PeriodName::parse(name).unwrap().period(calendar);
    ends(&period)
}

fn ends(period: &Period) -> (String, String) {
    let (from, until) = period.days().unwrap();
    (
        from.unwrap().to_string(),
        until.unwrap().pred_opt().unwrap().to_string(),
    )
}

#[test]
fn names_are_what_people_mean_by_them() {
    // A Wednesday.
    for (name, first, last) in [
        ("today", "2026-11-25", "2026-11-25"),
        ("yesterday", "2026-11-24", "2026-11-24"),
        ("this-week", "2026-11-23", "2026-11-29"),
        ("last week", "2026-11-16", "2026-11-22"),
        ("this_month", "2026-11-01", "2026-11-30"),
        ("Last-Month", "2026-10-01", "2026-10-31"),
        ("this-quarter", "2026-10-01", "2026-12-31"),
        ("last-quarter", "2026-07-01", "2026-09-30"),
        ("last-year", "2025-01-01", "2025-12-31"),
        ("last-28-days", "2026-10-28", "2026-11-24"),
        ("7d", "2026-11-18", "2026-11-24"),
    ] {
        assert_eq!(named(name, utc()), (first.to_owned(), last.to_owned()), "{name}");
    }
    let from_sunday = Calendar {
        first_weekday: Weekday::Sun,
        ..utc()
    };
    assert_eq!(
        named("this-week", from_sunday),
        ("2026-11-22".to_owned(), "2026-11-28".to_owned())
    );
    for wrong in [
        "",
        "week",
        "last-",
        "last-0-days",
        "last-99999-days",
        "next-week",
        "-1d",
    ] {
        assert!(PeriodName::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn day_is_the_operators_and_has_the_hours_of_the_clocks() {
    let helsinki = |now: &str| Calendar::new(Tz::Europe__Helsinki, at(now));
    assert_eq!(named("today", helsinki("2026-11-25T22:30:00Z")).0, "2026-11-26");
    for (day, hours) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-25", 24)] {
        let period = Period::parse(Some(day), Some(day), helsinki("2026-11-25T12:00:00Z")).unwrap();
        let (from, until) = period.moments();
        assert_eq!((until.unwrap() - from.unwrap()).num_hours(), hours, "{day}");
    }
    // Clocks went from 0:00 to 1:00 on that day.
    let beirut = Calendar::new(Tz::Asia__Beirut, at("2026-11-25T12:00:00Z"));
    let skipped = Period::parse(Some("2026-03-29"), Some("2026-03-29"), beirut).unwrap();
    assert_eq!(skipped.moments().0, Some(at("2026-03-28T22:00:00Z")));
}

#[test]
fn running_period_is_compared_with_the_same_part_of_the_one_before() {
    let previous = |name: &str| ends(&PeriodName::parse(name).unwrap().period(utc()).previous().unwrap());
    let own = |first: &str, last: &str| (first.to_owned(), last.to_owned());
    assert_eq!(previous("this-week"), own("2026-11-16", "2026-11-18"));
    assert_eq!(previous("last-week"), own("2026-11-09", "2026-11-15"));
    assert_eq!(previous("this-month"), own("2026-10-01", "2026-10-25"));
    assert_eq!(previous("last-month"), own("2026-09-01", "2026-09-30"));
    assert_eq!(previous("last-28-days"), own("2026-09-30", "2026-10-27"));
    let march = Calendar::new(Tz::UTC, at("2026-03-31T12:00:00Z"));
    let this_month = PeriodName::This(PeriodUnit::Month).period(march);
    assert_eq!(
        ends(&this_month.previous().unwrap()),
        own("2026-02-01", "2026-02-28")
    );
    let february = parse(Some("2026-02-01"), Some("2026-02-28")).unwrap();
    assert_eq!(
        ends(&february.previous().unwrap()),
        own("2026-01-01", "2026-01-31")
    );
    assert_eq!(
        ends(&february.a_year_before().unwrap()),
        own("2025-02-01", "2025-02-28")
    );
    let week = PeriodName::parse("last-week").unwrap().period(utc());
    assert_eq!(
        ends(&week.a_year_before().unwrap()),
        own("2025-11-17", "2025-11-23")
    );
    assert_eq!(Period::all(utc()).previous(), None);
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,30}|[0-9TZ:+-]{8,26}") {
        if let Ok(period) = parse(Some(&text), None) {
            prop_assert!(!period.in_words().is_empty());
        }
        if let Ok(name) = PeriodName::parse(&text) {
            prop_assert_eq!(PeriodName::parse(&name.to_string()), Ok(name));
        }
    }

    /// Named periods follow one another without a gap, and today is in each that is called `this`.
    #[test]
    fn periods_of_a_kind_follow_one_another(days in 0_i32..20_000, unit in 0_usize..5, sunday in any::<bool>()) {
        let today = NaiveDate::from_num_days_from_ce_opt(730_000 + days).unwrap();
        let now = today.and_hms_opt(12, 0, 0).unwrap().and_utc();
        let first_weekday = if sunday { Weekday::Sun } else { Weekday::Mon };
        let calendar = Calendar { first_weekday, ..Calendar::new(Tz::UTC, now) };
        let unit = [PeriodUnit::Day, PeriodUnit::Week, PeriodUnit::Month, PeriodUnit::Quarter, PeriodUnit::Year][unit];
        let this = PeriodName::This(unit).period(calendar).days().unwrap();
        let last = PeriodName::Last(unit).period(calendar).days().unwrap();
        prop_assert!(this.0.unwrap() <= today && today < this.1.unwrap());
        prop_assert_eq!(last.1, this.0);
    }
}
