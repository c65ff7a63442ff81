//! The formats of a report.

use std::fmt;
use std::io::Write;
use std::str::FromStr;

use super::language::ReportLanguage;
use super::{csv, html, text, write_json, xlsx};
use crate::report::Report;

/// How a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReportFormat {
    /// A text for people.
    #[default]
    Text,
    /// JSON; `docs/schema.md` names its fields.
    Json,
    /// CSV by RFC 4180.
    Csv,
    /// CSV that Excel opens with a double click.
    CsvExcel,
    /// A workbook.
    Xlsx,
    /// A page.
    Html,
}

/// A word that names no format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a format of reports: choose from text, json, csv, csv-excel, xlsx, html")]
pub struct UnknownFormat(String);

/// What the reader wants, beyond the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RenderOptions {
    /// The language of pages, mails and workbooks, and the decimal mark of `csv-excel`. The text is English.
    pub language: ReportLanguage,
    /// Whether the text has rates, quality of the answers, non-response and method as well; the other formats always have.
    pub has_details: bool,
}

/// Why a report could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// It could not be written out.
    #[error("the report could not be written: {0}")]
    Write(#[from] std::io::Error),
    /// A workbook cannot hold it.
    #[error("the workbook could not be made: {0}")]
    Workbook(String),
}

impl ReportFormat {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Json,
        Self::Csv,
        Self::CsvExcel,
        Self::Xlsx,
        Self::Html,
    ];

    /// Its word on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Csv => "csv",
            Self::CsvExcel => "csv-excel",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
        }
    }

    /// How the names of its files end.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Json => "json",
            Self::Csv => "csv",
            // One of the two kinds must not take the place of the other in a directory.
            Self::CsvExcel => "excel.csv",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
        }
    }

    /// The format of a file by the end of its name.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        if let Some(start) = name.strip_suffix(".htm") {
            return Self::of_name(&format!("{start}.html"));
        }
        let ends_so = |format: &Self| name.ends_with(&format!(".{}", format.extension()));
        // What ends with `.excel.csv` ends with `.csv` as well.
        Self::ALL
            .into_iter()
            .filter(ends_so)
            .max_by_key(|format| format.extension().len())
    }

    /// Whether it is no text, so that a terminal cannot show it.
    pub const fn is_binary(self) -> bool {
        match self {
            Self::Text | Self::Json | Self::Csv | Self::CsvExcel | Self::Html => false,
            Self::Xlsx => true,
        }
    }

    /// Writes a report.
    ///
    /// # Errors
    /// `out` did not take it.
    pub fn write(
        self,
        report: &Report,
        options: &RenderOptions,
        out: &mut impl Write,
    ) -> Result<(), RenderError> {
        match self {
            Self::Text => text::write_text(report, options.has_details, out)?,
            Self::Json => write_json(report, out)?,
            Self::Csv => csv::write_csv(report, out)?,
            Self::CsvExcel => csv::write_csv_for_excel(report, options.language, out)?,
            Self::Xlsx => xlsx::write_xlsx(report, options.language, out)?,
            Self::Html => html::write_html(report, options.language, out)?,
        }
        Ok(())
    }
}

impl fmt::Display for ReportFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ReportFormat {
    type Err = UnknownFormat;

    fn from_str(word: &str) -> Result<Self, UnknownFormat> {
        let mut all = Self::ALL.into_iter();
        all.find(|format| format.as_str() == word)
            .ok_or_else(|| UnknownFormat(word.chars().take(20).collect()))
    }
}
