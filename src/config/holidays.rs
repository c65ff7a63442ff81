//! `holidays` of `[sampling]` and of a `[[route]]`: dates, and files of dates.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use super::path_text::sound_file;
use super::value::list;
use aftercall_survey::admission::holidays::{Holiday, HolidayError, Holidays};

/// Dates in one setting, with those of its files: those of some hundred years.
pub(super) const MOST: usize = 10_000;

/// Holidays as they are written; complete when their files have been read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenHolidays {
    /// All of them.
    pub days: Holidays,
    /// Where more of them stand.
    pub files: Vec<PathBuf>,
    /// Dates that were written twice.
    pub(super) twice: Vec<Holiday>,
}

impl<'de> Deserialize<'de> for WrittenHolidays {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut written = Self::default();
        for entry in list(deserializer, entry)? {
            match entry {
                Entry::Day(day) => written.add(day),
                Entry::File(file) => written.files.push(file),
            }
        }
        Ok(written)
    }
}

/// What one text of the list is.
enum Entry {
    Day(Holiday),
    File(PathBuf),
}

fn entry(text: &str) -> Result<Entry, String> {
    let text = text.trim();
    if text.starts_with(|first: char| first.is_ascii_digit()) || text.is_empty() {
        return text
            .parse()
            .map(Entry::Day)
            .map_err(|error: HolidayError| error.to_string());
    }
    sound_file(text)?;
    Ok(Entry::File(text.into()))
}

impl WrittenHolidays {
    pub(super) fn add(&mut self, holiday: Holiday) {
        if !self.days.add(holiday.clone()) && self.twice.len() < MOST {
            self.twice.push(holiday);
        }
    }
}
