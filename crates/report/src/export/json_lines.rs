//! A JSON object a line, with a member for each column: `null` where a cell is empty, texts as they are stored.

use std::io::{self, Write};

use chrono::SecondsFormat;

use super::about::About;
use super::cell::{Cell, Column};
use super::format::RowWriter;

/// Writes JSON lines.
pub(super) struct JsonWriter<W> {
    /// Each name as it stands before its value, `{"call_uid":`, `,"node":`.
    names: Vec<Vec<u8>>,
    line: Vec<u8>,
    out: W,
}

impl<W: Write> JsonWriter<W> {
    pub(super) fn begin(columns: &[Column], out: W) -> Self {
        let names = columns.iter().enumerate().map(|(index, column)| {
            let before = if index == 0 { '{' } else { ',' };
            format!("{before}{}:", serde_json::Value::from(column.name.as_str())).into_bytes()
        });
        Self {
            names: names.collect(),
            line: Vec::new(),
            out,
        }
    }
}

impl<W: Write + Send> RowWriter for JsonWriter<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.line.clear();
        for (name, cell) in self.names.iter().zip(cells) {
            self.line.extend_from_slice(name);
            push(&mut self.line, cell)?;
        }
        self.line.extend_from_slice(b"}\n");
        self.out.write_all(&self.line)
    }

    fn finish(mut self: Box<Self>, _about: &About) -> io::Result<()> {
        self.out.flush()
    }
}

fn push(line: &mut Vec<u8>, cell: &Cell<'_>) -> io::Result<()> {
    match cell {
        Cell::Empty => line.extend_from_slice(b"null"),
        Cell::Text(text) => serde_json::to_writer(line, text.as_ref())?,
        Cell::Integer(number) => serde_json::to_writer(line, number)?,
        Cell::Decimal(number) => serde_json::to_writer(line, number)?,
        Cell::Flag(flag) => serde_json::to_writer(line, flag)?,
        Cell::Moment(at) => {
            serde_json::to_writer(line, &at.to_rfc3339_opts(SecondsFormat::Millis, false))?;
        }
        Cell::Day(day) => serde_json::to_writer(line, &day.to_string())?,
    }
    Ok(())
}
