//! Showing a report: to people as a text, a page, a mail or a workbook, to programs as JSON and CSV.
//!
//! All formats for people show the same [`document`]; a figure is rounded only where it is shown.

mod cell;
mod chart;
mod csv;
mod document;
mod file_name;
mod format;
mod html;
mod language;
mod locale;
mod mail;
mod messages;
mod table;
mod text;
mod xlsx;

use std::io::Write;

pub use self::csv::{write_csv, write_csv_for_excel};
pub use self::document::{Finding, FindingKind, Parameters, SectionKind, Unit, findings};
pub use self::file_name::file_name;
pub use self::format::{RenderError, RenderOptions, ReportFormat, UnknownFormat};
pub use self::html::{
    Headline, LinkTarget, Links, ReportMarkup, STYLE, SectionMarkup, report_markup, write_html,
};
pub use self::language::{ReportLanguage, UnknownLanguage};
pub use self::locale::Locale;
pub use self::mail::{MailParts, mail};
pub use self::messages::{Catalog, Messages, Value, message_faults};
pub use self::text::write_text;
pub use self::xlsx::write_xlsx;
use super::report::Report;
use crate::names::UnknownName;
use crate::period::Period;

/// A period as reports name it, in a language.
pub fn period_in_words(period: &Period, language: ReportLanguage) -> String {
    document::period(&crate::read::view(period), Locale::page(language))
}

/// A name that no call ever had, with those that there are, in a language.
pub fn unknown_name_in_words(name: &UnknownName, language: ReportLanguage) -> String {
    document::unknown(name, Locale::page(language).messages())
}

/// Writes a report as JSON with figures unrounded.
///
/// # Errors
/// `out` did not take it.
pub fn write_json(report: &Report, out: &mut impl Write) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, report)?;
    writeln!(out)
}
