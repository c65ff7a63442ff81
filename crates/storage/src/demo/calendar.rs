//! How many calls arrive in which hour.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::DemoOptions;

/// Calls of an hour of a local day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hour {
    pub(super) day: NaiveDate,
    /// How far the day is along the whole time, from 0 to 1.
    pub(super) along: f64,
    pub(super) hour: u32,
    pub(super) is_open: bool,
    pub(super) calls: u64,
}

/// How busy a day is by weekday, from Monday.
const WEEKDAYS: [f64; 7] = [1.25, 1.1, 1.05, 1.0, 0.95, 0.35, 0.03];

/// How busy an hour of a working day is, from midnight.
const HOURS: [f64; 24] = [
    0.01, 0.01, 0.01, 0.01, 0.01, 0.02, 0.05, 0.1, 6.0, 9.0, 11.0, 10.0, 7.0, 9.0, 10.0, 9.0, 7.0, 5.0, 0.3,
    0.1, 0.1, 0.05, 0.05, 0.02,
];

/// The days of the calls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Calendar {
    first: NaiveDate,
    days: u32,
    calls: u64,
}

impl Calendar {
    pub(super) fn new(options: &DemoOptions) -> Self {
        let days = options.days.max(1);
        Self {
            first: options.until - TimeDelta::days(i64::from(days)),
            days,
            calls: options.calls,
        }
    }

    fn busy(&self, index: u32) -> impl Iterator<Item = (u32, f64)> + use<> {
        let day = self.day(index);
        let weekday = day.weekday().num_days_from_monday() as usize;
        let of_day = WEEKDAYS.get(weekday).copied().unwrap_or(1.0);
        // More at the beginning of the year than in the summer.
        let season = 1.0 + 0.12 * (f64::from(day.ordinal()) / 365.0 * std::f64::consts::TAU).cos();
        let hours = (0..).zip(HOURS);
        hours.map(move |(hour, of_hour)| {
            let of_hour = if is_open(day, hour) || of_hour < 1.0 {
                of_hour
            } else {
                0.1
            };
            (hour, of_day * season * of_hour)
        })
    }

    fn day(&self, index: u32) -> NaiveDate {
        self.first + TimeDelta::days(i64::from(index))
    }

    /// The hours in their order; the calls of all of them add up exactly.
    pub(super) fn hours(self) -> impl Iterator<Item = Hour> {
        let whole: f64 = (0..self.days)
            .flat_map(|index| self.busy(index))
            .map(|(_, busy)| busy)
            .sum();
        let mut so_far = 0.0;
        let mut given = 0;
        let days = self.days;
        (0..days).flat_map(move |index| {
            let day = self.day(index);
            let hours: Vec<(u32, f64)> = self.busy(index).collect();
            let of_hour = |(hour, busy): (u32, f64)| {
                so_far += busy;
                let is_last = index + 1 == days && hour == 23;
                let until = match is_last {
                    true => self.calls,
                    false => share_of(self.calls, so_far / whole),
                };
                let calls = until.saturating_sub(given);
                given += calls;
                Hour {
                    day,
                    along: f64::from(index) / f64::from(days),
                    hour,
                    is_open: is_open(day, hour),
                    calls,
                }
            };
            hours.into_iter().map(of_hour).collect::<Vec<_>>()
        })
    }
}

/// Open on working days from eight to six, on Saturdays from nine to two.
fn is_open(day: NaiveDate, hour: u32) -> bool {
    match day.weekday().num_days_from_monday() {
        0..5 => (8..18).contains(&hour),
        5 => (9..14).contains(&hour),
        _ => false,
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a share of fewer calls than a double counts"
)]
fn share_of(calls: u64, share: f64) -> u64 {
    (calls as f64 * share.clamp(0.0, 1.0)).round() as u64
}
