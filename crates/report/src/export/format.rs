//! The formats of files.

use std::io::{self, Write};

use super::about::About;
use super::cell::{Cell, Column};
use super::{csv, json_lines, xlsx};

/// A format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// Comma-separated values (RFC 4180), in UTF-8.
    Csv,
    /// The same as Excel opens it by a double click, in the way of a language.
    CsvExcel(ExcelLanguage),
    /// A workbook of Excel.
    Xlsx,
    /// A JSON object a line.
    JsonLines,
    /// Apache Parquet; only in a program that was built with it.
    Parquet,
}

/// How Excel of a language reads comma-separated values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExcelLanguage {
    /// Commas between values, points in numbers.
    Comma,
    /// Semicolons between values, commas in numbers.
    Semicolon,
}

impl ExcelLanguage {
    /// That of a language tag: semicolons in Finnish, Polish, Czech and Greek.
    pub fn of(tag: &str) -> Self {
        let language = tag.split(['-', '_']).next().unwrap_or_default();
        match language.to_ascii_lowercase().as_str() {
            "fi" | "pl" | "cs" | "el" => Self::Semicolon,
            _ => Self::Comma,
        }
    }
}

impl ExportFormat {
    /// The ending of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            // One of the two kinds must not take the place of the other in a directory.
            Self::CsvExcel(_) => "excel.csv",
            Self::Xlsx => "xlsx",
            Self::JsonLines => "jsonl",
            Self::Parquet => "parquet",
        }
    }

    /// The format of a file with this ending.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_ascii_lowercase().as_str() {
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// Whether a terminal cannot show it.
    pub const fn is_binary(self) -> bool {
        match self {
            Self::Xlsx | Self::Parquet => true,
            Self::Csv | Self::CsvExcel(_) | Self::JsonLines => false,
        }
    }

    /// Whether this program was built with it.
    pub const fn is_built(self) -> bool {
        match self {
            Self::Parquet => cfg!(feature = "parquet"),
            Self::Csv | Self::CsvExcel(_) | Self::Xlsx | Self::JsonLines => true,
        }
    }
}

/// Writes the rows of one file.
pub(super) trait RowWriter: Send {
    /// Writes a row, with a cell for each column.
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()>;

    /// Writes what comes after the rows, and flushes.
    fn finish(self: Box<Self>, about: &About) -> io::Result<()>;
}

/// Begins a file.
pub(super) fn begin<'w>(
    format: ExportFormat,
    sheet: &'static str,
    columns: &[Column],
    scratch: Option<&std::path::Path>,
    out: impl Write + Send + 'w,
) -> io::Result<Box<dyn RowWriter + 'w>> {
    Ok(match format {
        ExportFormat::Csv => Box::new(csv::CsvWriter::begin(csv::Dialect::RFC_4180, columns, out)?),
        ExportFormat::CsvExcel(language) => Box::new(csv::CsvWriter::begin(
            csv::Dialect::excel(language),
            columns,
            out,
        )?),
        ExportFormat::Xlsx => Box::new(xlsx::XlsxWriter::begin(sheet, columns, scratch, out)?),
        ExportFormat::JsonLines => Box::new(json_lines::JsonWriter::begin(columns, out)),
        #[cfg(feature = "parquet")]
        ExportFormat::Parquet => Box::new(super::parquet::ParquetWriter::begin(columns, out)?),
        #[cfg(not(feature = "parquet"))]
        ExportFormat::Parquet => {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "this program was built without Parquet; build it with `--features parquet`",
            ));
        }
    })
}
