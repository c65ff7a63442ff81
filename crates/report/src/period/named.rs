//! Periods by name: today, last week, this quarter, the last 28 days.

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{Calendar, ParsePeriodError, Period};

/// A unit of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodUnit {
    /// A day.
    Day,
    /// A week, from the first weekday of the calendar.
    Week,
    /// A month.
    Month,
    /// Three months from January, April, July or October.
    Quarter,
    /// A year.
    Year,
}

/// A period by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodName {
    /// The unit that today is in.
    This(PeriodUnit),
    /// The one before.
    Last(PeriodUnit),
    /// So many whole days, the last of them yesterday.
    LastDays(u16),
}

/// As many days are named at most: ten years.
const MOST_DAYS: u16 = 3_660;

impl PeriodUnit {
    const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The unit of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.as_str() == word)
    }

    /// The first day of the unit that a day is in.
    pub fn start(self, day: NaiveDate, calendar: &Calendar) -> NaiveDate {
        let of_month = |month| {
            day.with_day(1)
                .and_then(|day| day.with_month(month))
                .unwrap_or(day)
        };
        match self {
            Self::Day => day,
            Self::Week => {
                let into = day.weekday().days_since(calendar.first_weekday);
                day.checked_sub_days(Days::new(u64::from(into))).unwrap_or(day)
            }
            Self::Month => of_month(day.month()),
            Self::Quarter => of_month(day.month0() / 3 * 3 + 1),
            Self::Year => of_month(1),
        }
    }

    /// The day so many units later; of units before, where the number is negative.
    pub fn shift(self, day: NaiveDate, units: i32) -> NaiveDate {
        let by_months = |months: u32| {
            let months = Months::new(months * units.unsigned_abs());
            match units < 0 {
                true => day.checked_sub_months(months),
                false => day.checked_add_months(months),
            }
        };
        let by_days = |days: u64| {
            let days = Days::new(days * u64::from(units.unsigned_abs()));
            match units < 0 {
                true => day.checked_sub_days(days),
                false => day.checked_add_days(days),
            }
        };
        let shifted = match self {
            Self::Day => by_days(1),
            Self::Week => by_days(7),
            Self::Month => by_months(1),
            Self::Quarter => by_months(3),
            Self::Year => by_months(12),
        };
        shifted.unwrap_or(day)
    }
}

impl PeriodName {
    /// Reads a name: `today`, `yesterday`, `this-week`, `last-month`, `last-28-days`, `28d`; blanks and underscores are as good as dashes.
    ///
    /// # Errors
    /// It is not one.
    pub fn parse(text: &str) -> Result<Self, ParsePeriodError> {
        let refuse = || ParsePeriodError::NotAPeriod(text.chars().take(40).collect());
        let word = text.trim().to_lowercase().replace([' ', '_'], "-");
        let named = match word.as_str() {
            "today" => Some(Self::This(PeriodUnit::Day)),
            "yesterday" => Some(Self::Last(PeriodUnit::Day)),
            word => match (word.strip_prefix("this-"), word.strip_prefix("last-")) {
                (Some(unit), _) => PeriodUnit::of(unit).map(Self::This),
                (_, Some(unit)) => PeriodUnit::of(unit).map(Self::Last).or_else(|| Self::days(unit)),
                (None, None) => Self::days(word),
            },
        };
        named.ok_or_else(refuse)
    }

    /// `28`, `28d`, `28-days`.
    fn days(word: &str) -> Option<Self> {
        let number = ["-days", "days", "-day", "d"]
            .iter()
            .find_map(|unit| word.strip_suffix(unit))
            .unwrap_or(word);
        let days: u16 = number.parse().ok()?;
        (1..=MOST_DAYS).contains(&days).then_some(Self::LastDays(days))
    }

    /// Its days, by a calendar.
    pub fn period(self, calendar: Calendar) -> Period {
        let today = calendar.today();
        let (from, until) = match self {
            Self::This(unit) => {
                let start = unit.start(today, &calendar);
                (start, unit.shift(start, 1))
            }
            Self::Last(unit) => {
                let end = unit.start(today, &calendar);
                (unit.shift(end, -1), end)
            }
            Self::LastDays(days) => (PeriodUnit::Day.shift(today, -i32::from(days)), today),
        };
        Period {
            name: Some(self),
            ..Period::of_days(Some(from), Some(until), calendar)
        }
    }
}

/// `last-week`, as it is written.
impl fmt::Display for PeriodName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::This(PeriodUnit::Day) => f.write_str("today"),
            Self::Last(PeriodUnit::Day) => f.write_str("yesterday"),
            Self::This(unit) => write!(f, "this-{}", unit.as_str()),
            Self::Last(unit) => write!(f, "last-{}", unit.as_str()),
            Self::LastDays(days) => write!(f, "last-{days}-days"),
        }
    }
}
