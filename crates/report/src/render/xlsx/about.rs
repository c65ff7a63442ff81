//! The sheet that says what the others hold.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::sheet::shortened;
use super::style::Style;
use crate::render::document::{Block, Document, SectionKind};
use crate::report::Report;

/// Title, period, zone, filters, notes, method, units, versions.
pub(super) fn write(
    worksheet: &mut Worksheet,
    report: &Report,
    document: &Document,
    style: &Style,
) -> Result<(), XlsxError> {
    let messages = document.locale.messages();
    worksheet.set_name(super::sheet_name(&messages.text("sheet-about")))?;
    worksheet.set_column_width(0, 28)?;
    worksheet.set_column_width(1, 100)?;
    worksheet.write_string_with_format(0, 0, &document.title, &style.title)?;
    let mut rows: Vec<(String, String)> = document
        .facts
        .iter()
        .map(|fact| (fact.label.clone(), fact.value.text.clone()))
        .collect();
    rows.extend(
        document
            .notes
            .iter()
            .map(|note| (messages.text("about-note"), note.clone())),
    );
    let method = document
        .sections
        .iter()
        .filter(|section| section.kind == SectionKind::Method);
    let sentences = method
        .flat_map(|section| &section.blocks)
        .filter_map(|block| match block {
            Block::Sentence(phrase) => Some(phrase.text.clone()),
            Block::Table(_) | Block::Chart(_) => None,
        });
    rows.extend(sentences.map(|sentence| (messages.text("heading-method"), sentence)));
    rows.push((messages.text("about-units-label"), messages.text("about-units")));
    let version = format!(
        "aftercall {}, format {}",
        env!("CARGO_PKG_VERSION"),
        report.format
    );
    rows.push((messages.text("about-made-with"), version));
    let mut last_label = String::new();
    for (row, (label, text)) in (2_u32..).zip(rows) {
        if label != last_label {
            worksheet.write_string_with_format(row, 0, &label, &style.label)?;
            last_label = label;
        }
        worksheet.write_string_with_format(row, 1, shortened(&text), &style.paragraph)?;
        worksheet.set_row_height(row, LINE * lines(&text) as f64)?;
    }
    worksheet
        .set_landscape()
        .set_paper_size(A4)
        .set_print_fit_to_pages(1, 0);
    Ok(())
}

/// Lines that a text takes in the second column.
fn lines(text: &str) -> usize {
    text.chars().count().div_ceil(95).clamp(1, 20)
}

/// The height of a line in points.
pub(super) const LINE: f64 = 15.0;

/// The number of the paper in workbooks.
pub(super) const A4: u8 = 9;
