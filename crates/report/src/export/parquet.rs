//! Apache Parquet: typed columns in groups of rows, compressed by Snappy.
//!
//! A group is in memory until it is written, column by column; texts of a column share one buffer. What grows with the rows is the
//! directory of groups at the end of the file, some kilobytes a group.

use std::io::{self, Write};
use std::sync::Arc;

use chrono::NaiveDate;
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::about::About;
use super::cell::{Cell, Column, Kind};
use super::format::RowWriter;

/// Rows of a group.
const GROUP: usize = 50_000;

/// Writes a Parquet file.
pub(super) struct ParquetWriter<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Buffer>,
    rows: usize,
}

impl<W: Write + Send> ParquetWriter<W> {
    pub(super) fn begin(columns: &[Column], out: W) -> io::Result<Self> {
        let fields: Result<Vec<TypePtr>, ParquetError> = columns.iter().map(field).collect();
        let schema = Type::group_type_builder("row")
            .with_fields(fields.map_err(refused)?)
            .build()
            .map_err(refused)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("aftercall {}", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self {
            file: SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties)).map_err(refused)?,
            columns: columns.iter().map(|column| Buffer::new(column.kind)).collect(),
            rows: 0,
        })
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        for buffer in &mut self.columns {
            if let Some(column) = group.next_column()? {
                buffer.write(column)?;
            }
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }
}

impl<W: Write + Send> RowWriter for ParquetWriter<W> {
    fn row(&mut self, cells: &[Cell<'_>]) -> io::Result<()> {
        for (buffer, cell) in self.columns.iter_mut().zip(cells) {
            buffer.push(cell);
        }
        self.rows += 1;
        if self.rows == GROUP {
            self.write_group().map_err(refused)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, about: &About) -> io::Result<()> {
        self.write_group().map_err(refused)?;
        for (fact, text) in &about.facts {
            let entry = KeyValue::new(format!("aftercall.{}", fact.replace(' ', "_")), text.clone());
            self.file.append_key_value_metadata(entry);
        }
        self.file.finish().map_err(refused)?;
        self.file.inner_mut().flush()
    }
}

fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (PhysicalType::INT64, None),
        Kind::Decimal => (PhysicalType::DOUBLE, None),
        Kind::Flag => (PhysicalType::BOOLEAN, None),
        Kind::Moment => (
            PhysicalType::INT64,
            Some(LogicalType::timestamp(true, TimeUnit::MILLIS)),
        ),
        Kind::Day => (PhysicalType::INT32, Some(LogicalType::Date)),
    };
    let field = Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()?;
    Ok(Arc::new(field))
}

/// The values of a column in a group of rows, and for each row 1 where it has one.
struct Buffer {
    values: Values,
    levels: Vec<i16>,
}

enum Values {
    /// The texts one behind the other, and where each ends.
    Text(Vec<u8>, Vec<usize>),
    Integer(Vec<i64>),
    Decimal(Vec<f64>),
    Flag(Vec<bool>),
    /// Milliseconds since 1970 in UTC.
    Moment(Vec<i64>),
    /// Days since 1970.
    Day(Vec<i32>),
}

impl Buffer {
    const fn new(kind: Kind) -> Self {
        Self {
            values: match kind {
                Kind::Text => Values::Text(Vec::new(), Vec::new()),
                Kind::Integer => Values::Integer(Vec::new()),
                Kind::Decimal => Values::Decimal(Vec::new()),
                Kind::Flag => Values::Flag(Vec::new()),
                Kind::Moment => Values::Moment(Vec::new()),
                Kind::Day => Values::Day(Vec::new()),
            },
            levels: Vec::new(),
        }
    }

    /// A cell of another kind than its column's is empty; there is none.
    fn push(&mut self, cell: &Cell<'_>) {
        let has_value = match (&mut self.values, cell) {
            (Values::Text(texts, ends), Cell::Text(text)) => {
                texts.extend_from_slice(text.as_bytes());
                ends.push(texts.len());
                true
            }
            (Values::Integer(values), Cell::Integer(number)) => push(values, *number),
            (Values::Decimal(values), Cell::Decimal(number)) => push(values, *number),
            (Values::Flag(values), Cell::Flag(flag)) => push(values, *flag),
            (Values::Moment(values), Cell::Moment(at)) => push(values, at.timestamp_millis()),
            (Values::Day(values), Cell::Day(day)) => push(values, days(*day)),
            _ => false,
        };
        self.levels.push(i16::from(has_value));
    }

    /// Writes the column, and empties it.
    fn write(&mut self, mut column: SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = Some(self.levels.as_slice());
        match &mut self.values {
            Values::Text(texts, ends) => {
                let all = ByteArray::from(std::mem::take(texts));
                let mut begin = 0;
                let slices: Vec<ByteArray> = ends
                    .drain(..)
                    .map(|end| {
                        let text = all.slice(begin, end - begin);
                        begin = end;
                        text
                    })
                    .collect();
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&slices, levels, None)?;
            }
            Values::Integer(values) | Values::Moment(values) => {
                column.typed::<Int64Type>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Decimal(values) => {
                column.typed::<DoubleType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Flag(values) => {
                column.typed::<BoolType>().write_batch(values, levels, None)?;
                values.clear();
            }
            Values::Day(values) => {
                column.typed::<Int32Type>().write_batch(values, levels, None)?;
                values.clear();
            }
        }
        self.levels.clear();
        column.close()
    }
}

fn push<T>(values: &mut Vec<T>, value: T) -> bool {
    values.push(value);
    true
}

fn days(day: NaiveDate) -> i32 {
    let days = (day - NaiveDate::default()).num_days();
    i32::try_from(days).unwrap_or_default()
}

fn refused(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        error => io::Error::other(error),
    }
}
