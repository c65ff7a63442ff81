//! `[reports]`: how periods are named, and what ids are called.

use std::path::PathBuf;

use chrono::Weekday;
use serde::Deserialize;

use super::value::file;
use aftercall_report::Directory;

/// `[reports]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReportSettings {
    /// The file with the names of queues, teams and agents. It need not exist unless it is named.
    #[serde(deserialize_with = "file")]
    pub directory: PathBuf,
    /// The first day of a week.
    pub week_starts: WeekStart,
    /// What that file says; read with the settings.
    #[serde(skip)]
    pub names: Directory,
}

impl Default for ReportSettings {
    fn default() -> Self {
        Self {
            directory: PathBuf::from("directory.toml"),
            week_starts: WeekStart::default(),
            names: Directory::default(),
        }
    }
}

/// The first day of a week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WeekStart {
    /// ISO 8601.
    #[default]
    Monday,
    /// As in North America.
    Sunday,
}

impl WeekStart {
    /// As a weekday.
    pub const fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Mon,
            Self::Sunday => Weekday::Sun,
        }
    }
}
