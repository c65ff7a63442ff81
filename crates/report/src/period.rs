//! The days of a report.

use chrono::{DateTime, Datelike, Days, NaiveTime, SecondsFormat, Utc};

use aftercall_base::iso8601::{self, ParsedTime};

/// A span of arrival times; an open end reaches as far as there are calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Period {
    /// The first moment that belongs to it; `None`: from the first call on.
    pub from: Option<DateTime<Utc>>,
    /// The moment before which the period ends.
    pub until: Option<DateTime<Utc>>,
}

/// A date that a person wrote and that cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParsePeriodError {
    /// Neither a day nor a moment.
    #[error(
        "`--{option} {text}`: write a UTC day such as 2026-11-22, or a moment such as 2026-11-22T08:00:00Z"
    )]
    NotADate {
        /// `from` or `to`.
        option: &'static str,
        /// The text that is no day or moment.
        text: String,
    },
    /// The end is not after the beginning.
    #[error("`--to` lies before `--from`")]
    Reversed,
}

impl Period {
    /// Reads `--from` and `--to`. A day is a UTC day and `to` includes all of it; a moment with its offset is exact, and
    /// `to` excludes it.
    ///
    /// # Errors
    /// A text is not a date of the years 1970 to 9998, or the period is empty.
    pub fn parse(from: Option<&str>, to: Option<&str>) -> Result<Self, ParsePeriodError> {
        let from = from.map(|text| first_moment("from", text)).transpose()?;
        let until = to.map(|text| end_moment("to", text)).transpose()?;
        if let (Some(from), Some(until)) = (from, until)
            && until <= from
        {
            return Err(ParsePeriodError::Reversed);
        }
        Ok(Self { from, until })
    }

    /// The period in words, for example `2026-11-01 to 2026-11-30 (UTC)`.
    pub fn in_words(&self) -> String {
        let from = self.from.map(|from| {
            if is_midnight(from) {
                day(from)
            } else {
                moment(from)
            }
        });
        let until = self
            .until
            .map(|until| match until.checked_sub_days(Days::new(1)) {
                Some(last) if is_midnight(until) => day(last),
                _ => moment(until),
            });
        match (from, until) {
            (None, None) => "all calls".to_owned(),
            (Some(from), None) => format!("since {from} (UTC)"),
            (None, Some(until)) => format!("until {until} (UTC)"),
            (Some(from), Some(until)) if from == until => format!("{from} (UTC)"),
            (Some(from), Some(until)) => format!("{from} to {until} (UTC)"),
        }
    }
}

fn first_moment(option: &'static str, text: &str) -> Result<DateTime<Utc>, ParsePeriodError> {
    written(option, text).map(|(moment, _)| moment)
}

/// The first moment of what was written, and whether that is a day.
fn written(option: &'static str, text: &str) -> Result<(DateTime<Utc>, bool), ParsePeriodError> {
    let refuse = || ParsePeriodError::NotADate {
        option,
        text: text.chars().take(60).collect(),
    };
    // Which clock a moment without an offset is of, the report could not show.
    let (parsed, is_day) = match iso8601::parse(text) {
        Some(ParsedTime::Day(day)) => (day.and_time(NaiveTime::MIN).and_utc(), true),
        Some(ParsedTime::Exact(moment)) => (moment, false),
        Some(ParsedTime::Local(_)) | None => return Err(refuse()),
    };
    if (1970..=9998).contains(&parsed.year()) {
        Ok((parsed, is_day))
    } else {
        Err(refuse())
    }
}

fn end_moment(option: &'static str, text: &str) -> Result<DateTime<Utc>, ParsePeriodError> {
    let (moment, is_day) = written(option, text)?;
    Ok(if is_day { moment + Days::new(1) } else { moment })
}

fn is_midnight(at: DateTime<Utc>) -> bool {
    at.time() == NaiveTime::MIN
}

fn day(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d").to_string()
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ParsePeriodError, Period};

    #[test]
    fn last_day_is_included_and_exact_moment_is_not() {
        let days = Period::parse(Some("2026-11-01"), Some("2026-11-30")).unwrap();
        assert_eq!(days.until.unwrap().to_rfc3339(), "2026-12-01T00:00:00+00:00");
        assert_eq!(days.in_words(), "2026-11-01 to 2026-11-30 (UTC)");
        let moments = Period::parse(Some("2026-11-01T10:00:00+02:00"), Some("2026-11-01T12:30:00Z")).unwrap();
        assert_eq!(moments.from.unwrap().to_rfc3339(), "2026-11-01T08:00:00+00:00");
        let without_seconds = Period::parse(Some("2026-11-01T10:00+02:00"), Some("2026-11-01 12:30Z"));
        assert_eq!(without_seconds.unwrap(), moments);
        assert_eq!(
            moments.in_words(),
            "2026-11-01T08:00:00Z to 2026-11-01T12:30:00Z (UTC)"
        );
    }

    #[test]
    fn one_day_and_open_ends_read_naturally() {
        let words = |from, to| Period::parse(from, to).unwrap().in_words();
        assert_eq!(words(Some("2026-11-22"), Some("2026-11-22")), "2026-11-22 (UTC)");
        assert_eq!(words(Some("2026-11-22"), None), "since 2026-11-22 (UTC)");
        assert_eq!(words(None, Some("2026-11-22")), "until 2026-11-22 (UTC)");
        assert_eq!(words(None, None), "all calls");
    }

    #[test]
    fn wrong_dates_are_refused_with_the_option_and_an_example() {
        let error = Period::parse(Some("yesterday"), None).unwrap_err().to_string();
        assert!(
            error.contains("--from yesterday") && error.contains("2026-11-22"),
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
            assert!(Period::parse(None, Some(text)).is_err(), "{text}");
        }
        let reversed = Period::parse(Some("2026-11-22"), Some("2026-11-21"));
        assert_eq!(reversed, Err(ParsePeriodError::Reversed));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}|[0-9TZ:+-]{8,26}") {
            if let Ok(period) = Period::parse(Some(&text), None) {
                prop_assert!(!period.in_words().is_empty());
            }
        }
    }
}
