//! The days of a report.
//!
//! A day is a local day: of the route's time zone for the calls, of the operator's for what "today" is. So a period of days has 23 or
//! 25 hours in it where clocks change, and a call belongs to the day on which its contact centre took it.

mod named;
mod shifted;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

pub use self::named::{PeriodName, PeriodUnit};
use aftercall_base::iso8601::{self, ParsedTime};
use aftercall_storage::selection::PeriodFilter;

/// The calendar by which periods are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Calendar {
    /// The operator's time zone.
    pub zone: Tz,
    /// The first day of a week.
    pub first_weekday: Weekday,
    /// The moment at which a report is made.
    pub now: DateTime<Utc>,
}

impl Calendar {
    /// Weeks from Monday.
    pub const fn new(zone: Tz, now: DateTime<Utc>) -> Self {
        Self {
            zone,
            first_weekday: Weekday::Mon,
            now,
        }
    }

    /// The local day.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    /// The first moment of a local day. Where clocks skip midnight, the first moment after it.
    pub fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        let minutes = (0..24 * 60).map(chrono::TimeDelta::minutes);
        let mut existing =
            minutes.filter_map(|later| self.zone.from_local_datetime(&(midnight + later)).earliest());
        existing
            .next()
            .map_or_else(|| midnight.and_utc(), |first| first.to_utc())
    }
}

/// A span of arrival times; an open end reaches as far as there are calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    span: Span,
    /// By what name it was asked for.
    pub name: Option<PeriodName>,
    calendar: Calendar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Span {
    /// From the first day on, and before the second.
    Days(Option<NaiveDate>, Option<NaiveDate>),
    /// From the first moment on, and before the second.
    Moments(Option<DateTime<Utc>>, Option<DateTime<Utc>>),
}

/// A date that a person wrote and that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParsePeriodError {
    /// Neither a day nor a moment.
    #[error(
        "`{text}` is not a day; write for example 2026-11-22, or a moment with its offset, 2026-11-22T08:00:00Z"
    )]
    NotADate {
        /// The text that is no day or moment.
        text: String,
    },
    /// No name of a period.
    #[error("`{0}` is not a period: write for example `today`, `last-week`, `this-month` or `last-28-days`")]
    NotAPeriod(String),
    /// The end is not after the beginning.
    #[error("the period ends before it begins")]
    Reversed,
}

impl Period {
    /// Every call there is.
    pub const fn all(calendar: Calendar) -> Self {
        Self {
            span: Span::Days(None, None),
            name: None,
            calendar,
        }
    }

    /// From one local day on, and before another.
    pub const fn of_days(from: Option<NaiveDate>, until: Option<NaiveDate>, calendar: Calendar) -> Self {
        Self {
            span: Span::Days(from, until),
            name: None,
            calendar,
        }
    }

    /// Reads `--from` and `--to`. A day is a local day, and `to` includes all of it; a moment with its offset is exact, and
    /// `to` excludes it.
    ///
    /// # Errors
    /// A text is not a date of the years 1970 to 9998, or the period is empty.
    pub fn parse(from: Option<&str>, to: Option<&str>, calendar: Calendar) -> Result<Self, ParsePeriodError> {
        let from = from.map(written).transpose()?;
        let to = to.map(written).transpose()?;
        let day = |written: Option<Written>| match written {
            Some(Written::Day(day)) => Some(Some(day)),
            Some(Written::Moment(_)) => None,
            None => Some(None),
        };
        let after = |day: NaiveDate| day.checked_add_days(Days::new(1)).unwrap_or(day);
        let span = match (day(from), day(to)) {
            (Some(from), Some(to)) => Span::Days(from, to.map(after)),
            _ => {
                let start = |written| match written {
                    Written::Day(day) => calendar.start_of(day),
                    Written::Moment(moment) => moment,
                };
                let end = |written| match written {
                    Written::Day(day) => calendar.start_of(after(day)),
                    Written::Moment(moment) => moment,
                };
                Span::Moments(from.map(start), to.map(end))
            }
        };
        let is_reversed = match span {
            Span::Days(from, until) => from.zip(until).is_some_and(|(from, until)| until <= from),
            Span::Moments(from, until) => from.zip(until).is_some_and(|(from, until)| until <= from),
        };
        if is_reversed {
            return Err(ParsePeriodError::Reversed);
        }
        Ok(Self {
            span,
            name: None,
            calendar,
        })
    }

    /// Its first local day and the day before which it ends, if it is one of days; `None`: open.
    pub const fn days(&self) -> Option<(Option<NaiveDate>, Option<NaiveDate>)> {
        match self.span {
            Span::Days(from, until) => Some((from, until)),
            Span::Moments(..) => None,
        }
    }

    /// The first moment, and the one before which it ends, by the operator's clocks.
    pub fn moments(&self) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        match self.span {
            Span::Days(from, until) => {
                let start = |day| self.calendar.start_of(day);
                (from.map(start), until.map(start))
            }
            Span::Moments(from, until) => (from, until),
        }
    }

    /// The calendar by which it was read.
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Whether it has begun and not ended.
    pub fn is_running(&self) -> bool {
        let (from, until) = self.moments();
        let now = self.calendar.now;
        from.is_some_and(|from| from <= now) && until.is_some_and(|until| now < until)
    }

    /// What storage selects by.
    pub(crate) fn filter(&self) -> PeriodFilter {
        let (from, until) = self.moments();
        let (from_day, until_day) = self.days().unwrap_or_default();
        PeriodFilter {
            from_day,
            until_day,
            from,
            until,
            is_exact: self.days().is_none(),
        }
    }

    /// The period in words, for example `2026-11-01 to 2026-11-30 (UTC)`.
    pub fn in_words(&self) -> String {
        let zone = self.calendar.zone.name();
        let (from, last) = match self.span {
            Span::Days(from, until) => {
                let last = until.map(|until| until.checked_sub_days(Days::new(1)).unwrap_or(until));
                (from.map(|day| day.to_string()), last.map(|day| day.to_string()))
            }
            Span::Moments(from, until) => {
                let text = |at: DateTime<Utc>| {
                    let local = at.with_timezone(&self.calendar.zone);
                    local.to_rfc3339_opts(SecondsFormat::AutoSi, true)
                };
                (from.map(text), until.map(text))
            }
        };
        match (from, last) {
            (None, None) => "all calls".to_owned(),
            (Some(from), None) => format!("since {from} ({zone})"),
            (None, Some(last)) => format!("until {last} ({zone})"),
            (Some(from), Some(last)) if from == last => format!("{from} ({zone})"),
            (Some(from), Some(last)) => format!("{from} to {last} ({zone})"),
        }
    }
}

/// A day or a moment.
#[derive(Debug, Clone, Copy)]
enum Written {
    Day(NaiveDate),
    Moment(DateTime<Utc>),
}

fn written(text: &str) -> Result<Written, ParsePeriodError> {
    let refuse = || ParsePeriodError::NotADate {
        text: text.chars().take(60).collect(),
    };
    // Which clock a moment without an offset is of, the report could not show.
    let (written, day) = match iso8601::parse(text) {
        Some(ParsedTime::Day(day)) => (Written::Day(day), day),
        Some(ParsedTime::Exact(moment)) => (Written::Moment(moment), moment.date_naive()),
        Some(ParsedTime::Local(_)) | None => return Err(refuse()),
    };
    let (first, last) = (
        NaiveDate::from_ymd_opt(1970, 1, 1),
        NaiveDate::from_ymd_opt(9998, 12, 31),
    );
    if Some(day) >= first && Some(day) <= last {
        Ok(written)
    } else {
        Err(refuse())
    }
}

#[cfg(test)]
mod tests;
