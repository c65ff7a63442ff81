//! Fields and lines.

use std::io::{Result, Write};

use crate::render::chart::plain;
use crate::render::language::ReportLanguage;
use crate::render::locale::Locale;

/// A field of a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Field<'f> {
    Empty,
    Text(&'f str),
    Count(u64),
    Integer(i64),
    Number(f64),
}

/// What separates fields, and what decimals.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    separator: char,
    decimal_mark: char,
    has_mark: bool,
}

impl Dialect {
    /// RFC 4180.
    pub(super) const PLAIN: Self = Self {
        separator: ',',
        decimal_mark: '.',
        has_mark: false,
    };

    /// What Excel expects where the language is the one of the system.
    pub(super) const fn for_excel(language: ReportLanguage) -> Self {
        let decimal_mark = Locale::page(language).decimal_mark();
        Self {
            separator: if decimal_mark == ',' { ';' } else { ',' },
            decimal_mark,
            has_mark: true,
        }
    }

    /// What stands at the beginning of a file.
    pub(super) fn begin(self, out: &mut impl Write) -> Result<()> {
        match self.has_mark {
            true => out.write_all("\u{feff}".as_bytes()),
            false => Ok(()),
        }
    }

    /// A row in one line.
    pub(super) fn row(self, fields: &[Field<'_>], out: &mut impl Write) -> Result<()> {
        let fields: Vec<String> = fields.iter().map(|field| self.field(*field)).collect();
        write!(out, "{}\r\n", fields.join(&self.separator.to_string()))
    }

    fn field(self, field: Field<'_>) -> String {
        match field {
            Field::Empty => String::new(),
            Field::Text(text) => self.quoted(&harmless(text)),
            Field::Count(count) => count.to_string(),
            Field::Integer(value) => value.to_string(),
            Field::Number(number) => match serde_json::Number::from_f64(number) {
                Some(number) => self.quoted(&number.to_string().replace('.', &self.decimal_mark.to_string())),
                None => String::new(),
            },
        }
    }

    fn quoted(self, text: &str) -> String {
        let needs_quotes =
            text.contains([self.separator, '"']) || text.starts_with(' ') || text.ends_with(' ');
        match needs_quotes {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.to_owned(),
        }
    }
}

/// A text on one line that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let apostrophe = if is_formula { "'" } else { "" };
    format!("{apostrophe}{}", plain(text))
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Field, ReportLanguage};

    fn line(dialect: Dialect, fields: &[Field<'_>]) -> String {
        let mut out = Vec::new();
        dialect.row(fields, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn texts_are_quoted_and_never_formulas_and_numbers_are_left_alone() {
        let fields = [
            Field::Text("=1+1"),
            Field::Text("a,\"b\"\n"),
            Field::Number(-0.5),
            Field::Integer(-3),
            Field::Count(0),
            Field::Empty,
            Field::Number(f64::NAN),
        ];
        assert_eq!(
            line(Dialect::PLAIN, &fields),
            "'=1+1,\"a,\"\"b\"\"\u{fffd}\",-0.5,-3,0,,\r\n"
        );
        let finnish = Dialect::for_excel(ReportLanguage::Finnish);
        assert_eq!(
            line(finnish, &fields),
            "'=1+1;\"a,\"\"b\"\"\u{fffd}\";-0,5;-3;0;;\r\n"
        );
        let english = Dialect::for_excel(ReportLanguage::English);
        assert_eq!(
            line(english, &[Field::Number(0.5), Field::Text("a;b")]),
            "0.5,a;b\r\n"
        );
    }
}
