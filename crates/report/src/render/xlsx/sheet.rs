//! The tables of a sheet below each other, with the union of their columns.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::about::{A4, LINE};
use super::date_time;
use super::style::Style;
use crate::render::cell;
use crate::render::document::{Cell, Column, ColumnKind, Row, Table, Unit};
use crate::render::locale::Locale;

/// Characters that a cell can hold, and some to spare.
const LONGEST_TEXT: usize = 32_000;
/// Columns are at most so wide, in characters.
const WIDEST: usize = 80;
/// Columns that say the same in many rows are at most so wide.
const WIDEST_KEY: usize = 28;

/// Which part of a column of the document a column of the sheet has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnPart {
    Whole,
    Low,
    High,
    Unit,
}

/// A column of a sheet.
#[derive(Debug, Clone, PartialEq)]
struct SheetColumn {
    id: &'static str,
    part: ColumnPart,
    head: String,
    is_numeric: bool,
    is_key: bool,
}

/// Rows of one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowRange {
    pub(super) first: u32,
    pub(super) last: u32,
}

/// A sheet before it is written.
#[derive(Debug)]
pub(super) struct SheetModel<'t> {
    columns: Vec<SheetColumn>,
    tables: Vec<&'t Table>,
    /// Whether the first column names the table.
    has_captions: bool,
    locale: Locale,
}

impl<'t> SheetModel<'t> {
    pub(super) fn of(tables: &[&'t Table], locale: Locale) -> Self {
        let mut columns: Vec<SheetColumn> = Vec::new();
        for table in tables {
            let mut has_unit = false;
            let keys = table.keys.iter().map(|(column, _)| (column, true));
            for (column, is_key) in keys.chain(table.columns.iter().map(|column| (column, false))) {
                for mut new in parts(column, &mut has_unit, locale) {
                    new.is_key = is_key;
                    let known = columns
                        .iter_mut()
                        .find(|known| known.id == new.id && known.part == new.part);
                    match known {
                        Some(known) if known.head != new.head => {
                            known.head = column.shared_head.clone().unwrap_or_else(|| known.head.clone());
                        }
                        Some(_) => {}
                        None => columns.push(new),
                    }
                }
            }
        }
        let first = tables.first().map(|table| table.id);
        Self {
            columns,
            tables: tables.to_vec(),
            has_captions: tables.iter().any(|table| Some(table.id) != first),
            locale,
        }
    }

    /// Each table with its rows in the sheet.
    pub(super) fn ranges(&self) -> impl Iterator<Item = (&'t Table, RowRange)> {
        let mut next = 1;
        self.tables.iter().filter_map(move |table| {
            let rows = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
            let first = next;
            next += rows;
            (rows > 0).then(|| {
                let last = next - 1;
                (*table, RowRange { first, last })
            })
        })
    }

    /// The place of a column in the sheet.
    pub(super) fn column(&self, id: &str, part: ColumnPart) -> Option<u16> {
        let mut columns = self.columns.iter();
        let place = columns.position(|column| column.id == id && column.part == part)?;
        u16::try_from(place + usize::from(self.has_captions)).ok()
    }

    /// The number of columns.
    pub(super) fn width(&self) -> u16 {
        u16::try_from(self.columns.len() + usize::from(self.has_captions)).unwrap_or(u16::MAX)
    }

    /// Head, rows, filter, widths.
    pub(super) fn write(&self, worksheet: &mut Worksheet, style: &Style) -> Result<(), XlsxError> {
        let caption = self.has_captions.then(|| SheetColumn {
            id: "",
            part: ColumnPart::Whole,
            head: self.locale.messages().text("column-part-of-sheet"),
            is_numeric: false,
            is_key: true,
        });
        let columns: Vec<&SheetColumn> = caption.iter().chain(&self.columns).collect();
        for (place, column) in (0_u16..).zip(&columns) {
            let format = if column.is_numeric {
                &style.number_head
            } else {
                &style.head
            };
            worksheet.write_string_with_format(0, place, &column.head, format)?;
        }
        let mut widths: Vec<usize> = columns.iter().map(|column| head_width(&column.head)).collect();
        let mut place = 1;
        for table in &self.tables {
            for row in &table.rows {
                self.write_row(worksheet, place, table, row, style, &mut widths)?;
                place += 1;
            }
        }
        let mut head_lines = 1;
        for ((place, column), width) in (0_u16..).zip(&columns).zip(&widths) {
            let widest = if column.is_key { WIDEST_KEY } else { WIDEST };
            let width = (*width).clamp(5, widest);
            worksheet.set_column_width(place, width as f64 + 3.0)?;
            head_lines = head_lines.max(lines(&column.head, width));
        }
        worksheet.set_row_height(0, LINE * head_lines as f64)?;
        worksheet.set_freeze_panes(1, 0)?;
        worksheet.autofilter(0, 0, place - 1, self.width().saturating_sub(1))?;
        worksheet.set_repeat_rows(0, 0)?;
        worksheet
            .set_landscape()
            .set_paper_size(A4)
            .set_print_fit_to_pages(1, 0);
        Ok(())
    }

    fn write_row(
        &self,
        worksheet: &mut Worksheet,
        place: u32,
        table: &Table,
        row: &Row,
        style: &Style,
        widths: &mut [usize],
    ) -> Result<(), XlsxError> {
        if self.has_captions {
            worksheet.write_string_with_format(place, 0, &table.caption.text, &style.text)?;
            widen(widths, 0, &table.caption.text);
        }
        let keys = table.keys.iter().map(|(column, cell)| (column.id, cell));
        let own = table.columns.iter().map(|column| column.id).zip(&row.cells);
        for (id, cell) in keys.chain(own) {
            for (part, cell) in cell_parts(cell, self.locale) {
                let Some(column) = self.column(id, part) else {
                    continue;
                };
                write_cell(worksheet, place, column, &cell, style)?;
                widen(widths, column, &cell::text(&cell, self.locale));
            }
        }
        Ok(())
    }
}

/// A head may stand in two lines.
fn head_width(head: &str) -> usize {
    let longest_word = head
        .split(' ')
        .map(|word| word.chars().count())
        .max()
        .unwrap_or(0);
    longest_word.max(head.chars().count() / 2 + 2)
}

/// Lines that a head takes in a column.
fn lines(head: &str, width: usize) -> usize {
    let mut lines = 1;
    let mut used = 0;
    for word in head.split(' ').map(|word| word.chars().count()) {
        if used > 0 && used + 1 + word > width {
            lines += 1;
            used = 0;
        }
        used += word + usize::from(used > 0);
    }
    lines
}

fn widen(widths: &mut [usize], column: u16, text: &str) {
    if let Some(width) = widths.get_mut(usize::from(column)) {
        *width = (*width).max(text.chars().count());
    }
}

/// The columns that a column of the document takes in a sheet.
fn parts(column: &Column, has_unit: &mut bool, locale: Locale) -> Vec<SheetColumn> {
    let messages = locale.messages();
    let one = |part, head: String| SheetColumn {
        id: column.id,
        part,
        head,
        is_numeric: column.is_numeric() && part != ColumnPart::Unit,
        is_key: false,
    };
    match column.kind {
        ColumnKind::Text | ColumnKind::Number | ColumnKind::Figures(Unit::Points | Unit::Scale) => {
            vec![one(ColumnPart::Whole, column.head.clone())]
        }
        ColumnKind::Figures(Unit::Minutes) => vec![one(ColumnPart::Whole, column.head.clone())],
        ColumnKind::Figures(Unit::Percent | Unit::PercentagePoints) => {
            let head = match column.id {
                "percent" => column.head.clone(),
                _ => format!("{} (%)", column.head),
            };
            vec![one(ColumnPart::Whole, head)]
        }
        ColumnKind::MixedFigures if *has_unit => vec![one(ColumnPart::Whole, column.head.clone())],
        ColumnKind::MixedFigures => {
            *has_unit = true;
            vec![
                one(ColumnPart::Whole, column.head.clone()),
                one(ColumnPart::Unit, messages.text("column-unit")),
            ]
        }
        ColumnKind::Intervals => vec![
            one(
                ColumnPart::Low,
                format!("{}: {}", column.head, messages.text("column-low")),
            ),
            one(
                ColumnPart::High,
                format!("{}: {}", column.head, messages.text("column-high")),
            ),
        ],
    }
}

/// What of a cell stands in which column of the sheet.
fn cell_parts(cell: &Cell, locale: Locale) -> Vec<(ColumnPart, Cell)> {
    match cell {
        Cell::Interval { low, high, unit } => {
            let end = |value: f64| Cell::Figure { value, unit: *unit };
            vec![(ColumnPart::Low, end(*low)), (ColumnPart::High, end(*high))]
        }
        Cell::Figure { unit, .. } => {
            let id = match unit {
                Unit::Percent => "unit-percent",
                Unit::PercentagePoints => "unit-percentage-points",
                Unit::Points => "unit-points",
                Unit::Scale => "unit-scale",
                Unit::Minutes => "unit-minutes",
            };
            let unit = Cell::own(locale.messages().text(id));
            vec![(ColumnPart::Whole, cell.clone()), (ColumnPart::Unit, unit)]
        }
        other => vec![(ColumnPart::Whole, other.clone())],
    }
}

fn write_cell(
    worksheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    style: &Style,
) -> Result<(), XlsxError> {
    let (number, format) = match cell {
        Cell::Empty | Cell::TooFew | Cell::Interval { .. } => return Ok(()),
        Cell::Text(phrase) => {
            worksheet.write_string_with_format(row, column, shortened(&phrase.text), &style.text)?;
            return Ok(());
        }
        Cell::Verdict(verdict) => {
            worksheet.write_string_with_format(row, column, &verdict.words, &style.text)?;
            return Ok(());
        }
        Cell::Step(step) => {
            worksheet.write_datetime_with_format(row, column, &date_time(step.at)?, style.step(step.kind))?;
            return Ok(());
        }
        Cell::Count(count) => (*count as f64, &style.count),
        Cell::Value(value) => (*value as f64, &style.count),
        // One call in 5, not in 5.0.
        Cell::OneIn(value) if value.fract().abs() < f64::EPSILON => (*value, &style.count),
        Cell::Figure { value, .. } | Cell::Difference { value, .. } | Cell::OneIn(value) => {
            (*value, &style.figure)
        }
        Cell::P(p) => (*p, &style.p),
        Cell::Effect(effect) => (*effect, &style.effect),
    };
    // A workbook has no number that is none.
    if number.is_finite() {
        worksheet.write_number_with_format(row, column, number, format)?;
    }
    Ok(())
}

/// A text that a cell can hold.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_TEXT).collect()
}
