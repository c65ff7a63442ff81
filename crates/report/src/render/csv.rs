//! A report as CSV: one figure a row, unrounded as in JSON.
//!
//! RFC 4180: a head, lines that end with CR LF, quotes where they are needed, no lines above the head. Every row is one line, because no text
//! keeps a line break. 0 is `0`; a figure that is not given is empty. A text that a spreadsheet would take for a formula is prefixed by an
//! apostrophe; numbers never are.

mod figures;
mod write;

use std::io::{Result, Write};

use self::figures::Figure;
use self::write::{Dialect, Field};
use super::language::ReportLanguage;
use crate::report::Report;

/// The columns. New ones are added at the end.
const COLUMNS: [&str; 18] = [
    "part", "group_by", "group", "start", "with", "survey", "question", "versions", "figure", "answer",
    "label", "unit", "value", "n", "low", "high", "p", "verdict",
];

/// Writes a report as CSV in UTF-8.
///
/// # Errors
/// `out` did not take it.
pub fn write_csv(report: &Report, out: &mut impl Write) -> Result<()> {
    write_all(report, Dialect::PLAIN, out)
}

/// Writes a report as CSV that Excel opens with a double click: with a byte order mark, and, in languages with a decimal comma, with
/// semicolons between the fields and commas in the numbers.
///
/// # Errors
/// `out` did not take it.
pub fn write_csv_for_excel(report: &Report, language: ReportLanguage, out: &mut impl Write) -> Result<()> {
    write_all(report, Dialect::for_excel(language), out)
}

fn write_all(report: &Report, dialect: Dialect, out: &mut impl Write) -> Result<()> {
    dialect.begin(out)?;
    dialect.row(&COLUMNS.map(Field::Text), out)?;
    for figure in figures::of(report) {
        dialect.row(&fields(&figure), out)?;
    }
    Ok(())
}

fn fields<'f>(figure: &'f Figure<'_>) -> [Field<'f>; 18] {
    let number = |number: Option<f64>| number.map_or(Field::Empty, Field::Number);
    [
        Field::Text(figure.part),
        Field::Text(figure.scope.group_by),
        Field::Text(figure.scope.group),
        Field::Text(figure.scope.start),
        Field::Text(figure.scope.with),
        Field::Text(figure.survey),
        Field::Text(figure.question),
        Field::Text(&figure.versions),
        Field::Text(figure.figure),
        figure.answer.map_or(Field::Empty, Field::Integer),
        Field::Text(figure.label),
        Field::Text(figure.unit),
        match figure.value {
            figures::Value::None => Field::Empty,
            figures::Value::Count(count) => Field::Count(count),
            figures::Value::Number(value) => Field::Number(value),
        },
        figure.n.map_or(Field::Empty, Field::Count),
        number(figure.low),
        number(figure.high),
        number(figure.p),
        Field::Text(figure.verdict),
    ]
}
