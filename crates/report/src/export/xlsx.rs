//! A workbook: the rows, on as many sheets as they need, and a sheet "About".
//!
//! A row leaves the memory when the next one is begun; until the end its XML is in a temporary file, as long as it is before it is
//! compressed. A sheet holds 1,048,576 rows: those beyond go on in another sheet, with the same headings.

use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveDate, Timelike};
use rust_xlsxwriter::{Format, IgnoreError, Workbook, Worksheet, XlsxError};

use super::about::About;
use super::cell::{Cell, Column, Kind};
use super::format::RowWriter;

/// Rows of a sheet, the headings among them.
const ROWS: u32 = 1_048_576;

/// UTF-16 code units in a cell.
const LONGEST_TEXT: usize = 32_767;

/// Larger whole numbers are not exact in a cell, which is a double.
const LARGEST_INTEGER: u64 = 1 << 53;

/// Writes a workbook.
pub(super) struct XlsxWriter<W> {
    workbook: Workbook,
    sheet: &'static str,
    columns: Vec<Column>,
    styles: Styles,
    sheets: usize,
    /// Rows of the sheet, the headings among them.
    rows: u32,
    most_rows: u32,
    out: W,
}

struct Styles {
    heading: Format,
    moment: Format,
    day: Format,
    wrapped: Format,
}

impl<W: Write> XlsxWriter<W> {
    pub(super) fn begin(
        sheet: &'static str,
        columns: &[Column],
        scratch: Option<&Path>,
        out: W,
    ) -> io::Result<Self> {
        let mut workbook = Workbook::new();
        if let Some(directory) = scratch {
            workbook.set_tempdir(directory).map_err(refused)?;
        }
        let mut writer = Self {
            workbook,
            sheet,
            columns: columns.to_vec(),
            styles: Styles {
                heading: Format::new().set_bold(),
                moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
                day: Format::new().set_num_format("yyyy-mm-dd"),
                wrapped: Format::new().set_text_wrap(),
            },
            sheets: 0,
            rows: 0,
            most_rows: ROWS,
            out,
        };
        writer.guarded(Self::add_sheet)?;
        Ok(writer)
    }

    /// What the library does with its temporary file, which it panics over when the disk is full.
    fn guarded<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, XlsxError>) -> io::Result<T> {
        match catch_unwind(AssertUnwindSafe(|| work(self))) {
            Ok(done) => done.map_err(refused),
            Err(_) => Err(io::Error::new(
                io::ErrorKind::StorageFull,
                "the temporary file of a sheet cannot be written; is the disk full?",
            )),
        }
    }

    fn add_sheet(&mut self) -> Result<(), XlsxError> {
        self.end_sheet()?;
        let name = match self.sheets {
            0 => self.sheet.to_owned(),
            more => format!("{} {}", self.sheet, more + 1),
        };
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (index, column) in (0_u16..).zip(&self.columns) {
            sheet.set_column_width(index, width(column))?;
            sheet.write_string_with_format(0, index, &column.name, &self.styles.heading)?;
        }
        self.sheets += 1;
        self.rows = 1;
        Ok(())
    }

    /// The filter, and no warnings of texts that are digits: identities are texts.
    fn end_sheet(&mut self) -> Result<(), XlsxError> {
        let last = u16::try_from(self.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
        let rows = self.rows;
        let Some(current) = self.sheets.checked_sub(1) else {
            return Ok(());
        };
        let sheet = self.workbook.worksheet_from_index(current)?;
        sheet.autofilter(0, 0, rows.saturating_sub(1), last)?;
        if rows > 1 {
            sheet.ignore_error_range(1, 0, rows - 1, last, IgnoreError::NumberStoredAsText)?;
        }
        Ok(())
    }

    fn write(&mut self, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        if self.rows == self.most_rows {
            self.add_sheet()?;
        }
        let sheet = self
            .workbook
            .worksheet_from_index(self.sheets.saturating_sub(1))?;
        for (index, cell) in (0_u16..).zip(cells) {
            write_cell(sheet, &self.styles, (self.rows, index), cell)?;
        }
        self.rows += 1;
        Ok(())
    }

    fn write_about(&mut self, about: &About) -> Result<(), XlsxError> {
        let styles = &self.styles;
        let sheet = self.workbook.add_worksheet();
        sheet.set_name("About")?;
        for (column, width) in [(0, 26), (1, 60), (2, 22), (3, 10), (4, 26), (5, 80)] {
            sheet.set_column_width(column, width)?;
        }
        let mut row = 0;
        for (fact, text) in &about.facts {
            sheet.write_string_with_format(row, 0, *fact, &styles.heading)?;
            sheet.write_string_with_format(row, 1, shortened(text), &styles.wrapped)?;
            row += 1;
        }
        let column = |column: &Column| {
            let meaning = column.meaning.to_string();
            vec![column.name.clone(), meaning, column.kind.as_str().to_owned()]
        };
        let columns = about.columns.iter().map(column);
        row = write_table(sheet, styles, row + 1, &["column", "meaning", "kind"], columns)?;
        let question = |fact: &super::about::QuestionFact| {
            vec![
                fact.survey.clone(),
                fact.text.clone(),
                fact.question.clone(),
                fact.metric.to_owned(),
                fact.scale.clone(),
                fact.version.clone(),
            ]
        };
        let headings = [
            "survey",
            "question in words",
            "question",
            "metric",
            "scale",
            "version",
        ];
        let questions = about.questions.iter().map(question);
        write_table(sheet, styles, row + 1, &headings, questions)?;
        Ok(())
    }
}

impl<W: Write + Send> RowWriter for XlsxWriter<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.guarded(|writer| writer.write(cells))
    }

    fn finish(mut self: Box<Self>, about: &About) -> io::Result<()> {
        self.guarded(|writer| {
            writer.end_sheet()?;
            writer.write_about(about)?;
            writer.workbook.worksheet_from_index(0)?.set_active(true);
            Ok(())
        })?;
        let Self { workbook, out, .. } = &mut *self;
        let saved = catch_unwind(AssertUnwindSafe(|| workbook.save_to_writer(&mut *out)));
        match saved {
            Ok(saved) => saved.map_err(refused)?,
            Err(_) => {
                return Err(io::Error::other(
                    "the workbook cannot be written; is the disk full?",
                ));
            }
        }
        self.out.flush()
    }
}

fn write_table(
    sheet: &mut Worksheet,
    styles: &Styles,
    begin: u32,
    headings: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<u32, XlsxError> {
    for (column, heading) in (0_u16..).zip(headings) {
        sheet.write_string_with_format(begin, column, *heading, &styles.heading)?;
    }
    let mut row = begin + 1;
    for texts in rows {
        for (column, text) in (0_u16..).zip(&texts) {
            sheet.write_string_with_format(row, column, shortened(text), &styles.wrapped)?;
        }
        row += 1;
    }
    Ok(row)
}

fn write_cell(
    sheet: &mut Worksheet,
    styles: &Styles,
    (row, column): (u32, u16),
    cell: &Cell<'_>,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, shortened(text))?;
        }
        Cell::Integer(number) if number.unsigned_abs() > LARGEST_INTEGER => {
            sheet.write_string(row, column, number.to_string())?;
        }
        Cell::Integer(number) => {
            sheet.write_number(row, column, *number as f64)?;
        }
        Cell::Decimal(number) => {
            sheet.write_number(row, column, *number)?;
        }
        Cell::Flag(flag) => {
            sheet.write_number(row, column, u8::from(*flag))?;
        }
        Cell::Moment(at) => {
            sheet.write_number_with_format(row, column, serial(at), &styles.moment)?;
        }
        Cell::Day(day) => {
            sheet.write_number_with_format(row, column, serial_day(*day), &styles.day)?;
        }
    }
    Ok(())
}

/// Days since 1899-12-30, the day 0 of spreadsheets for all days from March 1900 on.
fn serial_day(day: NaiveDate) -> f64 {
    let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default();
    (day - epoch).num_days() as f64
}

/// The local time as a day with its fraction, exact to the millisecond.
fn serial(at: &DateTime<FixedOffset>) -> f64 {
    let local = at.naive_local();
    let millis =
        u64::from(local.num_seconds_from_midnight()) * 1_000 + u64::from(local.nanosecond() / 1_000_000);
    serial_day(local.date()) + millis as f64 / 86_400_000.0
}

/// A text as a cell can have it: without NUL, which XML has no place for, and no longer than Excel reads.
fn shortened(text: &str) -> String {
    let mut units = 0;
    let fits = text.chars().take_while(|symbol| {
        units += symbol.len_utf16();
        units <= LONGEST_TEXT
    });
    fits.map(|symbol| if symbol == '\0' { '\u{fffd}' } else { symbol })
        .collect()
}

fn width(column: &Column) -> f64 {
    let least = match column.kind {
        Kind::Moment => 19.0,
        Kind::Text => 14.0,
        Kind::Integer | Kind::Decimal | Kind::Flag | Kind::Day => 11.0,
    };
    // The button of the filter stands beside the heading.
    (column.name.chars().count() as f64 + 3.0).clamp(least, 40.0)
}

fn refused(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Reader, Xlsx};

    use super::XlsxWriter;
    use crate::export::about::About;
    use crate::export::cell::{Cell, Column, Kind};
    use crate::export::format::RowWriter;

    #[test]
    fn rows_beyond_a_sheet_go_on_in_another_with_the_same_headings() {
        let columns = [Column {
            name: "number".to_owned(),
            kind: Kind::Integer,
            meaning: "A number.".into(),
        }];
        let mut bytes = Vec::new();
        let mut writer = XlsxWriter::begin("calls", &columns, None, &mut bytes).unwrap();
        writer.most_rows = 4;
        for number in 0..7 {
            writer.row(&[Cell::Integer(number)]).unwrap();
        }
        Box::new(writer).finish(&About::default()).unwrap();
        let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(workbook.sheet_names(), ["calls", "calls 2", "calls 3", "About"]);
        let mut numbers = Vec::new();
        for sheet in ["calls", "calls 2", "calls 3"] {
            let range = workbook.worksheet_range(sheet).unwrap();
            let mut rows = range.rows().map(|row| row[0].to_string());
            assert_eq!(rows.next().unwrap(), "number");
            numbers.extend(rows);
        }
        assert_eq!(numbers, ["0", "1", "2", "3", "4", "5", "6"]);
    }
}
