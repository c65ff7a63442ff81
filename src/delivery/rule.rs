//! One `[[delivery]]`: which report is delivered, when, and to whom.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::mail::MailAddress;
use super::schedule::{Period, Schedule};
use super::webhook::Webhook;
use aftercall_base::Language;
use aftercall_storage::delivery::Channel;
use aftercall_survey::context::condition::{Pattern, Test};

/// Longest name of a rule.
const LONGEST_NAME: usize = 64;

/// The name of a rule: part of names of files, of subjects and of rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryName(String);

impl DeliveryName {
    /// The name, when `text` can be one.
    ///
    /// # Errors
    /// It has other characters, is empty or too long.
    pub fn new(text: &str) -> Result<Self, String> {
        let is_sound = (1..=LONGEST_NAME).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        match is_sound {
            true => Ok(Self(text.to_owned())),
            false => Err(format!(
                "not a name of a delivery: 1 to {LONGEST_NAME} letters a-z, digits, `-`, `_`, `.`, a letter or digit first"
            )),
        }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DeliveryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which calls a report is about. An empty list stands for all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReportFilter {
    /// Queues.
    pub queues: Vec<Pattern>,
    /// Teams.
    pub teams: Vec<Pattern>,
    /// Agents.
    pub agents: Vec<Pattern>,
    /// Surveys.
    pub surveys: Vec<Pattern>,
}

impl ReportFilter {
    /// Reads a text of a list: a name, or the beginning of names with a `*` behind it.
    ///
    /// # Errors
    /// It is empty, or has a `*` elsewhere.
    pub fn pattern(text: &str) -> Result<Pattern, String> {
        let (begin, is_begin) = match text.strip_suffix('*') {
            Some(begin) => (begin, true),
            None => (text, false),
        };
        if text.trim().is_empty() || begin.contains('*') || text.contains(char::is_control) {
            return Err("not a name, nor the beginning of one with a `*` behind it".to_owned());
        }
        Ok(match is_begin {
            true => Pattern::BeginsWith(begin.to_owned()),
            false => Pattern::Is(text.to_owned()),
        })
    }

    /// Whether a survey is reported on.
    pub fn has_survey(&self, name: &str) -> bool {
        self.surveys.is_empty() || Test::OneOf(self.surveys.clone()).holds(Some(name))
    }
}

/// A form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A workbook.
    Xlsx,
    /// A table, RFC 4180.
    Csv,
    /// The same, for a double click in Excel: with a byte order mark, and semicolons and decimal commas where the language has them.
    CsvExcel,
    /// All figures.
    Json,
    /// A page.
    Html,
    /// Plain text.
    Text,
}

impl Format {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::Xlsx,
        Self::Csv,
        Self::CsvExcel,
        Self::Json,
        Self::Html,
        Self::Text,
    ];

    /// The word in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
            Self::CsvExcel => "csv-excel",
            Self::Json => "json",
            Self::Html => "html",
            Self::Text => "text",
        }
    }

    /// The format of a word.
    pub fn from_str_opt(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == word)
    }

    /// How names of its files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            // Both may come with one report.
            Self::CsvExcel => "excel.csv",
            Self::Xlsx | Self::Csv | Self::Json | Self::Html => self.as_str(),
        }
    }

    /// Its media type (IANA).
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv | Self::CsvExcel => "text/csv; charset=utf-8",
            Self::Json => "application/json",
            Self::Html => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
        }
    }
}

/// What becomes of a period without calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenEmpty {
    /// The report is sent, and says that there were none.
    #[default]
    Send,
    /// Nothing is sent.
    Skip,
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryRule {
    /// Its name; no two rules have the same.
    pub name: DeliveryName,
    /// Which calls.
    pub filter: ReportFilter,
    /// What the parts side by side are parts by, as report requests name it; `None`: the whole only.
    pub by: Option<&'static str>,
    /// When.
    pub schedule: Schedule,
    /// The language of the report.
    pub language: Language,
    /// Who gets a mail; each gets one of their own.
    pub to: Vec<MailAddress>,
    /// Where files are written.
    pub folder: Option<PathBuf>,
    /// Which URL is called.
    pub webhook: Option<Webhook>,
    /// The files that come with it.
    pub formats: Vec<Format>,
    /// What becomes of a period without calls.
    pub when_empty: WhenEmpty,
    /// After which time of failed attempts it is given up.
    pub give_up: Duration,
}

impl DeliveryRule {
    /// Each recipient as rows name it: the channel, and the address of a mail.
    pub fn recipients(&self) -> Vec<(Channel, String)> {
        recipients(&self.to, self.folder.is_some(), self.webhook.is_some())
    }

    /// The name of a file of a report: `aftercall-report-2026-11-16_2026-11-22-sales.xlsx`.
    pub fn file_name(&self, period: Period, format: Format) -> String {
        format!("aftercall-report-{period}-{}.{}", self.name, format.extension())
    }
}

/// Recipients as rows name them.
pub fn recipients(to: &[MailAddress], has_folder: bool, has_webhook: bool) -> Vec<(Channel, String)> {
    let mails = to.iter().map(|to| (Channel::Mail, to.address().to_owned()));
    let folder = has_folder.then(|| (Channel::Folder, String::new()));
    let webhook = has_webhook.then(|| (Channel::Webhook, String::new()));
    mails.chain(folder).chain(webhook).collect()
}

#[cfg(test)]
mod tests {
    use super::{DeliveryName, Format, ReportFilter};
    use aftercall_survey::context::condition::Pattern;

    #[test]
    fn name_can_be_part_of_the_name_of_a_file() {
        for sound in ["weekly", "Sales-2.fi", "9"] {
            assert_eq!(DeliveryName::new(sound).unwrap().as_str(), sound);
        }
        for wrong in ["", ".x", "-x", "a/b", "a b", "\u{e4}", &"x".repeat(65)] {
            assert!(DeliveryName::new(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn filter_takes_names_and_beginnings_of_names() {
        assert_eq!(
            ReportFilter::pattern("sales"),
            Ok(Pattern::Is("sales".to_owned()))
        );
        assert_eq!(
            ReportFilter::pattern("sales*"),
            Ok(Pattern::BeginsWith("sales".to_owned()))
        );
        for wrong in ["", " ", "*sales", "sa*les", "a\nb"] {
            assert!(ReportFilter::pattern(wrong).is_err(), "{wrong:?}");
        }
        let filter = ReportFilter {
            surveys: vec![ReportFilter::pattern("nps*").unwrap()],
            ..ReportFilter::default()
        };
        assert!(filter.has_survey("nps-ces") && !filter.has_survey("ces"));
        assert!(ReportFilter::default().has_survey("ces"));
    }

    #[test]
    fn formats_are_known_by_their_words() {
        for format in Format::ALL {
            assert_eq!(Format::from_str_opt(format.as_str()), Some(format));
        }
        assert_eq!(Format::from_str_opt("pdf"), None);
    }
}
