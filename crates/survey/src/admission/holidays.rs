//! Days on which a route is closed, whatever its hours say.
//!
//! A holiday is a day of the calendar in the route's time zone. As hours belong to the day on which they begin, it closes
//! those that begin on it, also where they go on over midnight.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};

/// What a holiday is called of which no name is known.
const NAMELESS: &str = "holiday";

/// Holidays by their dates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays(BTreeMap<NaiveDate, String>);

impl Holidays {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Each day with its name, the earliest first.
    pub fn iter(&self) -> impl Iterator<Item = (NaiveDate, &str)> {
        self.0.iter().map(|(day, name)| (*day, name.as_str()))
    }

    /// The name of the holiday on this day.
    pub fn on(&self, day: NaiveDate) -> Option<&str> {
        self.0.get(&day).map(String::as_str)
    }

    /// The last of them.
    pub fn last(&self) -> Option<NaiveDate> {
        self.0.last_key_value().map(|(day, _)| *day)
    }

    /// Adds one; `false` when that day is one already.
    pub fn add(&mut self, holiday: Holiday) -> bool {
        let Holiday { day, name } = holiday;
        let is_new = !self.0.contains_key(&day);
        if is_new {
            self.0.insert(day, name);
        }
        is_new
    }
}

/// A holiday as it is written: its date and, behind it, its name, as in `2026-12-06 Independence Day`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// The day.
    pub day: NaiveDate,
    /// Its name, or a word for any.
    pub name: String,
}

/// A text that is no holiday.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date; write for example \"2026-12-06\"")]
pub struct HolidayError(String);

impl FromStr for Holiday {
    type Err = HolidayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let ends = |symbol: char| symbol.is_whitespace() || matches!(symbol, ',' | ';');
        let (date, name) = text.split_once(ends).unwrap_or((text, ""));
        let refuse = || HolidayError(date.chars().take(40).collect());
        let is_written_out =
            date.len() == 10 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let day: NaiveDate = date.parse().map_err(|_| refuse())?;
        if !is_written_out || !(1900..=2999).contains(&day.year()) {
            return Err(refuse());
        }
        let name: String = name
            .trim_matches(ends)
            .chars()
            .filter(|symbol| !symbol.is_control())
            .take(60)
            .collect();
        let name = if name.is_empty() {
            NAMELESS.to_owned()
        } else {
            name
        };
        Ok(Self { day, name })
    }
}

impl fmt::Display for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.day, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::{Holiday, Holidays};

    #[test]
    fn date_is_followed_by_a_name_or_not() {
        let read = |text: &str| text.parse::<Holiday>().map(|holiday| holiday.to_string());
        assert_eq!(read("2026-12-06").unwrap(), "2026-12-06 holiday");
        for text in [
            "2026-12-06 Independence Day",
            " 2026-12-06\tIndependence Day ",
            "2026-12-06; Independence Day",
        ] {
            assert_eq!(read(text).unwrap(), "2026-12-06 Independence Day");
        }
        for text in [
            "",
            "6.12.2026",
            "2026-02-30",
            "2026-12-6",
            "12-06",
            "2026-12-06T00:00",
            "99999-01-01",
            "0026-12-06",
        ] {
            assert!(
                read(text).unwrap_err().to_string().contains("2026-12-06"),
                "{text}"
            );
        }
    }

    #[test]
    fn day_is_a_holiday_once_and_keeps_its_first_name() {
        let mut days = Holidays::default();
        assert!(days.add("2026-12-06 Independence Day".parse().unwrap()));
        assert!(!days.add("2026-12-06".parse().unwrap()));
        assert_eq!(
            (days.len(), days.last().unwrap().to_string().as_str()),
            (1, "2026-12-06")
        );
        assert_eq!(days.on(days.last().unwrap()), Some("Independence Day"));
    }
}
