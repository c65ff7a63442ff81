//! A report as a workbook: a sheet for each part, numbers as numbers, dates as dates, charts of the program that opens it.
//!
//! Figures are not rounded; their cells show one decimal. Percentages are numbers from 0 to 100, as in JSON and CSV. A figure that is not given is
//! an empty cell. Texts are written as texts: none can be a formula, whatever it begins with.

mod about;
mod charts;
mod sheet;
mod style;

use std::io::Write;

use chrono::{DateTime, Datelike, Timelike};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use self::sheet::SheetModel;
use self::style::Style;
use super::document::{Document, Sheet, Table};
use super::format::RenderError;
use super::language::ReportLanguage;
use super::locale::Locale;
use crate::report::Report;

/// Writes a report as a workbook.
///
/// # Errors
/// It cannot be made (a sheet with more rows than a workbook holds), or `out` did not take it.
pub fn write_xlsx(
    report: &Report,
    language: ReportLanguage,
    out: &mut impl Write,
) -> Result<(), RenderError> {
    let document = Document::of(report, Locale::mail(language));
    let bytes = workbook(report, &document).map_err(|error| RenderError::Workbook(error.to_string()))?;
    out.write_all(&bytes)?;
    Ok(())
}

fn workbook(report: &Report, document: &Document) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let style = Style::new(document.locale.language());
    let messages = document.locale.messages();
    workbook.set_properties(&properties(report, document)?);
    about::write(workbook.add_worksheet(), report, document, &style)?;
    for sheet in Sheet::ALL {
        let tables: Vec<&Table> = document.tables().filter(|table| table.sheet == sheet).collect();
        if tables.is_empty() {
            continue;
        }
        let name = sheet_name(&messages.text(sheet.message()));
        let worksheet = workbook.add_worksheet();
        worksheet.set_name(&name)?;
        let model = SheetModel::of(&tables, document.locale);
        model.write(worksheet, &style)?;
        charts::insert(worksheet, &name, sheet, &model, document, &style)?;
    }
    workbook.save_to_buffer()
}

/// Title and moment; the same report makes the same file.
fn properties(report: &Report, document: &Document) -> Result<DocProperties, XlsxError> {
    let title = format!("{}: {}", document.title, document.period);
    let properties = DocProperties::new().set_title(title).set_author("aftercall");
    let Ok(at) = DateTime::parse_from_rfc3339(&report.as_of) else {
        return Ok(properties);
    };
    let at = at.naive_utc();
    Ok(properties.set_creation_datetime(&date_time(at)?))
}

/// A moment as workbooks know it.
fn date_time(at: chrono::NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: u32| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(at.year()).unwrap_or_default();
    let hour = u16::try_from(at.hour()).unwrap_or_default();
    let day = ExcelDateTime::from_ymd(year, part(at.month()), part(at.day()))?;
    day.and_hms(hour, part(at.minute()), at.second())
}

/// At most 31 characters, none of those that mean something in a reference.
fn sheet_name(text: &str) -> String {
    let is_allowed = |sign: &char| !"[]:*?/\\'".contains(*sign);
    text.chars().filter(is_allowed).take(31).collect()
}
