//! What a row has in a column, whatever the format of the file.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate};

/// What a column has in every row that is not empty there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A text: names, numbers that are dialled, words.
    Text,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Decimal,
    /// Yes or no; 1 or 0 where a format has no such values.
    Flag,
    /// A moment, with the offset of its clock from UTC.
    Moment,
    /// A day.
    Day,
}

impl Kind {
    /// Its word in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Flag => "flag",
            Self::Moment => "moment",
            Self::Day => "day",
        }
    }
}

/// A column of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading, which is stable between releases.
    pub name: String,
    /// What is in it.
    pub kind: Kind,
    /// What it means, in a sentence.
    pub meaning: Cow<'static, str>,
}

/// What a row has in one column.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell<'r> {
    /// Nothing: not known, not answered.
    Empty,
    /// A text.
    Text(Cow<'r, str>),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// Yes or no.
    Flag(bool),
    /// A moment.
    Moment(DateTime<FixedOffset>),
    /// A day.
    Day(NaiveDate),
}

impl<'r> Cell<'r> {
    /// A text.
    pub(super) fn text(text: &'r str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A text that may be missing.
    pub(super) fn maybe_text(text: Option<&'r String>) -> Self {
        text.map_or(Self::Empty, |text| Self::text(text))
    }

    /// A whole number that may be missing.
    pub(super) fn maybe_integer(number: Option<impl Into<i64>>) -> Self {
        number.map_or(Self::Empty, |number| Self::Integer(number.into()))
    }

    /// A count.
    pub(super) fn count(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }

    /// A moment that may be missing.
    pub(super) fn maybe_moment(at: Option<DateTime<FixedOffset>>) -> Self {
        at.map_or(Self::Empty, Self::Moment)
    }
}
