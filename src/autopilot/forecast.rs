//! Eligible calls until the deadline: those of the same hours of earlier weeks. Pure.

use chrono::{Days, NaiveDateTime};
use chrono_tz::Tz;

use super::week::{self, LocalHours};

/// Weeks that are compared.
const WEEKS: u64 = 4;

/// The deviation of a forecast from a single week, as a part of it: one week does not tell how much weeks differ.
const OF_ONE_WEEK: f64 = 0.3;

/// How many calls are expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Forecast {
    /// The mean over the weeks.
    pub(super) calls: f64,
    /// The standard deviation of what will come.
    pub(super) deviation: f64,
}

/// The forecast for what is left of the week, by the eligible calls of each local hour before. A week counts if it was there from
/// the first of these hours on; `None` without any.
pub(super) fn forecast(remaining: &LocalHours, counted: &LocalHours, zone: Tz) -> Option<Forecast> {
    let begin = remaining.keys().next()?.date();
    let since = counted.keys().next()?.date();
    let was_there = |weeks: &u64| {
        begin
            .checked_sub_days(Days::new(7 * weeks))
            .is_some_and(|begin| begin >= since)
    };
    let totals: Vec<f64> = (1..=WEEKS)
        .filter(was_there)
        .map(|weeks| total(remaining, counted, zone, weeks))
        .collect();
    of_weeks(&totals)
}

/// The calls of the same hours so many weeks ago.
fn total(remaining: &LocalHours, counted: &LocalHours, zone: Tz, weeks: u64) -> f64 {
    let of_hour = |(hour, hours): (&NaiveDateTime, &f64)| {
        let then = hour.checked_sub_days(Days::new(7 * weeks))?;
        let calls = counted.get(&then)?;
        let length = week::length(then, zone);
        // Calls in an hour that the clocks were put forward over would be a fault of the counts.
        (length > 0.0).then(|| calls * hours / length)
    };
    remaining.iter().filter_map(of_hour).sum()
}

#[expect(clippy::cast_precision_loss, reason = "there are four weeks")]
fn of_weeks(totals: &[f64]) -> Option<Forecast> {
    let n = totals.len() as f64;
    let mean = (n > 0.0).then(|| totals.iter().sum::<f64>() / n)?;
    let of_calls = if totals.len() < 2 {
        OF_ONE_WEEK * mean
    } else {
        let squares: f64 = totals.iter().map(|total| (total - mean).powi(2)).sum();
        // Of a new value around a mean of n values.
        (squares / (n - 1.0) * (1.0 + 1.0 / n)).sqrt()
    };
    Some(Forecast {
        calls: mean,
        // Calls that come independently of each other deviate by as much (Poisson), however alike some weeks were.
        deviation: of_calls.max(mean.sqrt()),
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
    use chrono_tz::Tz;

    use super::{LocalHours, forecast};
    use crate::autopilot::week::Week;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hour(day: &str, hour: u32) -> NaiveDateTime {
        day.parse::<NaiveDate>().unwrap().and_hms_opt(hour, 0, 0).unwrap()
    }

    /// So many calls in each hour from 8 to 16 of each day.
    fn office(first: &str, days: i64, calls: impl Fn(i64) -> f64) -> LocalHours {
        let of_day = |day: i64| {
            let calls = calls(day);
            (8..16).map(move |clock| (hour(first, clock) + TimeDelta::days(day), calls))
        };
        (0..days).flat_map(of_day).collect()
    }

    #[test]
    fn calls_are_those_of_the_same_hours_of_earlier_weeks() {
        // Wednesday noon, local time; the week ends with Friday: 4 + 8 + 8 hours.
        let (now, zone) = (at("2026-11-25T10:00:00Z"), Tz::Europe__Helsinki);
        let remaining = Week::of(now, Weekday::Fri, zone).remaining(now);
        // 10 calls an hour in the first two weeks, 20 in the last two.
        let counted = office("2026-10-28", 28, |day| if day < 14 { 10.0 } else { 20.0 });
        let found = forecast(&remaining, &counted, zone).unwrap();
        assert!((found.calls - 300.0).abs() < 1e-6, "{found:?}");
        // Totals 200, 200, 400, 400: variance 4 * 100^2 / 3, times 1 + 1/4.
        let deviation = (4.0 * 100.0_f64.powi(2) / 3.0 * 1.25).sqrt();
        assert!((found.deviation - deviation).abs() < 1e-6, "{found:?}");
    }

    #[test]
    fn week_before_the_first_call_is_no_week_without_calls() {
        let (now, zone) = (at("2026-11-25T10:00:00Z"), Tz::Europe__Helsinki);
        let remaining = Week::of(now, Weekday::Fri, zone).remaining(now);
        let counted = office("2026-11-18", 7, |_| 10.0);
        let found = forecast(&remaining, &counted, zone).unwrap();
        assert!((found.calls - 200.0).abs() < 1e-6, "{found:?}");
        assert!((found.deviation - 60.0).abs() < 1e-6, "{found:?}");
        let too_new = office("2026-11-19", 6, |_| 10.0);
        assert_eq!(forecast(&remaining, &too_new, zone), None);
        assert_eq!(forecast(&remaining, &LocalHours::new(), zone), None);
    }

    #[test]
    fn repeated_hour_of_last_week_counts_as_two_hours() {
        // The night on which Helsinki goes back to winter time had 3:00 twice, and so twice the calls.
        let (now, zone) = (at("2026-10-31T22:00:00Z"), Tz::Europe__Helsinki);
        let remaining = Week::of(now, Weekday::Sun, zone).remaining(now);
        let counted = [(hour("2026-10-25", 3), 40.0), (hour("2026-10-25", 5), 7.0)].into();
        let found = forecast(&remaining, &counted, zone).unwrap();
        assert!((found.calls - 27.0).abs() < 1e-6, "{found:?}");
    }
}
