//! Comma-separated values: RFC 4180, and as Excel reads them.
//!
//! A text that a spreadsheet would take for a formula gets an apostrophe before it (`=`, `+`, `-`, `@`, tab, carriage return; OWASP,
//! "CSV Injection"); a number never does. NUL, which many readers end a text at or refuse, becomes U+FFFD.

use std::borrow::Cow;
use std::io::{self, Write};

use chrono::SecondsFormat;

use super::about::About;
use super::cell::{Cell, Column};
use super::format::{ExcelLanguage, RowWriter};

/// What readers of different kinds expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    delimiter: char,
    decimal: char,
    has_byte_order_mark: bool,
}

impl Dialect {
    pub(super) const RFC_4180: Self = Self {
        delimiter: ',',
        decimal: '.',
        has_byte_order_mark: false,
    };

    pub(super) const fn excel(language: ExcelLanguage) -> Self {
        let (delimiter, decimal) = match language {
            ExcelLanguage::Comma => (',', '.'),
            ExcelLanguage::Semicolon => (';', ','),
        };
        Self {
            delimiter,
            decimal,
            has_byte_order_mark: true,
        }
    }
}

/// Writes comma-separated values.
pub(super) struct CsvWriter<W> {
    dialect: Dialect,
    /// The line that is being written; its memory is used again.
    line: String,
    out: W,
}

impl<W: Write> CsvWriter<W> {
    pub(super) fn begin(dialect: Dialect, columns: &[Column], mut out: W) -> io::Result<Self> {
        if dialect.has_byte_order_mark {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut writer = Self {
            dialect,
            line: String::new(),
            out,
        };
        let headings: Vec<Cell<'_>> = columns.iter().map(|column| Cell::text(&column.name)).collect();
        writer.write(&headings)?;
        Ok(writer)
    }

    fn write(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.line.clear();
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.line.push(self.dialect.delimiter);
            }
            push(&mut self.line, self.dialect, cell);
        }
        self.line.push_str("\r\n");
        self.out.write_all(self.line.as_bytes())
    }
}

impl<W: Write + Send> RowWriter for CsvWriter<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        self.write(cells)
    }

    fn finish(mut self: Box<Self>, _about: &About) -> io::Result<()> {
        self.out.flush()
    }
}

fn push(line: &mut String, dialect: Dialect, cell: &Cell<'_>) {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => push_text(line, dialect, text),
        Cell::Integer(number) => line.push_str(&number.to_string()),
        Cell::Decimal(number) => {
            let number = number.to_string();
            match dialect.decimal {
                '.' => line.push_str(&number),
                // A decimal comma never needs quotes: it is not the delimiter then.
                decimal => line.extend(
                    number
                        .chars()
                        .map(|digit| if digit == '.' { decimal } else { digit }),
                ),
            }
        }
        Cell::Flag(flag) => line.push(if *flag { '1' } else { '0' }),
        Cell::Moment(at) => line.push_str(&at.to_rfc3339_opts(SecondsFormat::Millis, false)),
        Cell::Day(day) => line.push_str(&day.to_string()),
    }
}

fn push_text(line: &mut String, dialect: Dialect, text: &str) {
    let text = match text.contains('\0') {
        true => Cow::Owned(text.replace('\0', "\u{fffd}")),
        false => Cow::Borrowed(text),
    };
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let needs_quotes = text.contains(['"', '\r', '\n', dialect.delimiter]);
    if needs_quotes {
        line.push('"');
    }
    if is_formula {
        line.push('\'');
    }
    match needs_quotes {
        true => line.push_str(&text.replace('"', "\"\"")),
        false => line.push_str(&text),
    }
    if needs_quotes {
        line.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, push};
    use crate::export::cell::Cell;
    use crate::export::format::ExcelLanguage;

    fn written(dialect: Dialect, cell: &Cell<'_>) -> String {
        let mut line = String::new();
        push(&mut line, dialect, cell);
        line
    }

    #[test]
    fn text_that_would_be_a_formula_is_a_text_and_a_number_stays_one() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+358401234", "'+358401234"),
            ("-x", "'-x"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("\r=x", "\"'\r=x\""),
            ("=\"a\"", "\"'=\"\"a\"\"\""),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(
                written(Dialect::RFC_4180, &Cell::text(text)),
                expected,
                "{text:?}"
            );
        }
        assert_eq!(written(Dialect::RFC_4180, &Cell::Integer(-5)), "-5");
        assert_eq!(written(Dialect::RFC_4180, &Cell::Integer(0)), "0");
        assert_eq!(written(Dialect::RFC_4180, &Cell::Decimal(-0.5)), "-0.5");
    }

    #[test]
    fn only_what_would_end_a_value_is_quoted() {
        let excel = Dialect::excel(ExcelLanguage::Semicolon);
        for (text, plain, semicolons) in [
            ("a,b", "\"a,b\"", "a,b"),
            ("a;b", "a;b", "\"a;b\""),
            ("a\nb", "\"a\nb\"", "\"a\nb\""),
            ("a\"b", "\"a\"\"b\"", "\"a\"\"b\""),
            ("a\0b", "a\u{fffd}b", "a\u{fffd}b"),
        ] {
            assert_eq!(written(Dialect::RFC_4180, &Cell::text(text)), plain, "{text:?}");
            assert_eq!(written(excel, &Cell::text(text)), semicolons, "{text:?}");
        }
    }

    #[test]
    fn language_decides_on_the_decimal_sign() {
        let written = |tag: &str| written(Dialect::excel(ExcelLanguage::of(tag)), &Cell::Decimal(12.5));
        for tag in ["fi", "pl-PL", "cs_CZ", "EL"] {
            assert_eq!(written(tag), "12,5", "{tag}");
        }
        for tag in ["en", "sv-FI", ""] {
            assert_eq!(written(tag), "12.5", "{tag}");
        }
    }
}
