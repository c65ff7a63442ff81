//! The same rows in every format, each read by other code.

use std::io::{Cursor, Write};
use std::process::Command;

use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, FixedOffset};
use serde_json::Value;

use super::data::fill;
use super::read_back::{Row, csv, file, query};
use crate::support::patient;
use aftercall_report::export::{ExcelLanguage, ExportFormat, ExportQuery, Shape};
use aftercall_report::{Calendar, Period, ReportQuery};
use aftercall_storage::SqliteStore;
use aftercall_storage::selection::Dimension;

/// Set by `scripts/test` when there is no Python.
const SKIP: &str = "AFTERCALL_SKIP_PYTHON";

/// A row as a list of texts.
type Record = Vec<String>;

async fn filled(directory: &tempfile::TempDir) -> SqliteStore {
    let store = patient(&directory.path().join("aftercall.db")).await;
    fill(&store, 7, 150).await;
    store
}

async fn json(store: &SqliteStore, query: &ExportQuery) -> Vec<Row> {
    let (bytes, _) = file(store, query, ExportFormat::JsonLines).await;
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// What a value is in comma-separated values.
fn as_text(value: &Value, decimal: char) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(flag) => u8::from(*flag).to_string(),
        // Whole numbers and decimals alike, as shortly as can be.
        Value::Number(number) => number
            .as_f64()
            .unwrap()
            .to_string()
            .replace('.', &decimal.to_string()),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => panic!("{value}"),
    }
}

fn by_heading(records: &[Record]) -> Vec<Vec<(&str, &str)>> {
    let (headings, rows) = records.split_first().unwrap();
    rows.iter()
        .map(|row| {
            assert_eq!(row.len(), headings.len(), "{row:?}");
            headings
                .iter()
                .map(String::as_str)
                .zip(row.iter().map(String::as_str))
                .collect()
        })
        .collect()
}

fn assert_same(records: &[Record], rows: &[Row], decimal: char) {
    let read = by_heading(records);
    assert_eq!(read.len(), rows.len());
    for (read, row) in read.iter().zip(rows) {
        for (heading, text) in read {
            assert_eq!(*text, as_text(&row[*heading], decimal), "{heading}");
        }
    }
}

#[tokio::test]
async fn comma_separated_values_are_read_back_by_the_grammar_of_rfc_4180() {
    let directory = tempfile::tempdir().unwrap();
    let store = filled(&directory).await;
    for shape in [Shape::Calls, Shape::Answers] {
        let query = query(ReportQuery::everything(), shape);
        let rows = json(&store, &query).await;
        let (bytes, _) = file(&store, &query, ExportFormat::Csv).await;
        assert_same(&csv(&String::from_utf8(bytes).unwrap(), ','), &rows, '.');
        let excel = ExportFormat::CsvExcel(ExcelLanguage::of("fi"));
        let (bytes, _) = file(&store, &query, excel).await;
        let text = String::from_utf8(bytes).unwrap();
        assert_same(&csv(text.strip_prefix('\u{feff}').unwrap(), ';'), &rows, ',');
    }
}

fn python(script: &str, path: &std::path::Path, delimiter: &str) -> Option<Value> {
    if std::env::var_os(SKIP).is_some() {
        println!("SKIPPED: {SKIP} is set");
        return None;
    }
    let done = Command::new("python3")
        .args(["-X", "utf8", "-c", script])
        .arg(path)
        .arg(delimiter)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Some(serde_json::from_slice(&done.stdout).unwrap())
}

/// The records as Python's csv module reads them.
pub(crate) fn by_python(bytes: &[u8], delimiter: &str) -> Option<Vec<Record>> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let script = "import csv, json, sys\n\
        rows = csv.reader(open(sys.argv[1], encoding='utf-8-sig', newline=''), delimiter=sys.argv[2], strict=True)\n\
        print(json.dumps(list(rows)))";
    let read = python(script, file.path(), delimiter)?;
    Some(serde_json::from_value(read).unwrap())
}

#[tokio::test]
async fn python_reads_what_was_written() {
    let directory = tempfile::tempdir().unwrap();
    let store = filled(&directory).await;
    let query = query(ReportQuery::everything(), Shape::Calls);
    let rows = json(&store, &query).await;
    let (bytes, _) = file(&store, &query, ExportFormat::Csv).await;
    if let Some(records) = by_python(&bytes, ",") {
        assert_same(&records, &rows, '.');
    }
}

/// The sheet of a workbook, and its rows by heading.
pub(crate) fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<Data>> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let range = workbook.worksheet_range(name).unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

#[tokio::test]
async fn workbook_has_numbers_as_numbers_dates_as_dates_and_identities_as_texts() {
    let directory = tempfile::tempdir().unwrap();
    let store = filled(&directory).await;
    for shape in [Shape::Calls, Shape::Answers] {
        let query = query(ReportQuery::everything(), shape);
        let rows = json(&store, &query).await;
        let (bytes, _) = file(&store, &query, ExportFormat::Xlsx).await;
        let read = sheet(&bytes, shape.as_str());
        let (headings, read) = read.split_first().unwrap();
        assert_eq!(read.len(), rows.len());
        for (cells, row) in read.iter().zip(&rows) {
            for (heading, cell) in headings.iter().zip(cells) {
                let heading = heading.to_string();
                assert_cell(&heading, cell, &row[&heading]);
            }
        }
    }
}

fn assert_cell(heading: &str, cell: &Data, value: &Value) {
    match (cell, value) {
        (Data::Empty, Value::Null) => {}
        (Data::Float(found), Value::Number(number)) => assert_eq!(Some(*found), number.as_f64(), "{heading}"),
        (Data::Float(found), Value::Bool(flag)) => {
            assert_eq!(*found, f64::from(u8::from(*flag)), "{heading}");
        }
        (Data::String(found), Value::String(text)) => assert_eq!(found, text, "{heading}"),
        (Data::DateTime(found), Value::String(text)) => {
            let serial = found.as_f64();
            let millis = match text.parse::<DateTime<FixedOffset>>() {
                Ok(at) => at.naive_local().and_utc().timestamp_millis(),
                Err(_) => text
                    .parse::<chrono::NaiveDate>()
                    .unwrap()
                    .and_hms_opt(0, 0, 0)
                    .unwrap()
                    .and_utc()
                    .timestamp_millis(),
            };
            let expected = 25_569.0 + millis as f64 / 86_400_000.0;
            assert!((serial - expected).abs() < 1e-8, "{heading}: {serial} {text}");
        }
        other => panic!("{heading}: {other:?}"),
    }
}

#[tokio::test]
async fn workbook_says_what_it_is_about_and_its_headings_stay_in_sight() {
    let directory = tempfile::tempdir().unwrap();
    let store = filled(&directory).await;
    let calendar = Calendar::new(chrono_tz::Europe::Helsinki, DateTime::UNIX_EPOCH);
    let period = Period::parse(Some("2026-10-25"), Some("2026-10-31"), calendar).unwrap();
    let calls = ReportQuery::of(period).only(Dimension::Queue, &["sales*"]);
    let (bytes, done) = file(&store, &query(calls, Shape::Calls), ExportFormat::Xlsx).await;
    let about: Vec<Vec<String>> = sheet(&bytes, "About")
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    let fact = |name: &str| {
        about
            .iter()
            .find(|row| row[0] == name)
            .map(|row| row[1].clone())
            .unwrap()
    };
    assert_eq!(fact("period"), "2026-10-25 to 2026-10-31 (Europe/Helsinki)");
    assert_eq!(fact("time zone"), "Europe/Helsinki");
    assert_eq!(fact("filters"), "queue: sales*");
    assert_eq!(
        (fact("calls"), fact("rows")),
        (done.calls.to_string(), done.rows.to_string())
    );
    // Every column is explained, and every question of the selected surveys has its words.
    for heading in &sheet(&bytes, "calls")[0] {
        assert!(!fact(&heading.to_string()).is_empty(), "{heading}");
    }
    let words = |row: &&Vec<String>| row[0] == "nps" && row[2] == "nps" && row[1] == "How was it (nps)?";
    assert_eq!(about.iter().filter(words).count(), 2, "two versions");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&bytes).unwrap();
    let script = "import json, re, sys, zipfile\n\
        xml = zipfile.ZipFile(sys.argv[1]).read('xl/worksheets/sheet1.xml').decode()\n\
        print(json.dumps([re.search('<pane [^>]*>', xml)[0], re.search('<autoFilter [^>]*>', xml)[0]]))";
    if let Some(read) = python(script, file.path(), "") {
        let (pane, filter) = (read[0].as_str().unwrap(), read[1].as_str().unwrap());
        assert!(
            pane.contains("ySplit=\"1\"") && pane.contains("state=\"frozen\""),
            "{pane}"
        );
        let last = format!("{}\"", done.rows + 1);
        assert!(filter.contains("ref=\"A1:") && filter.contains(&last), "{filter}");
    }
}

/// The rows of a Parquet file, as JSON has them; moments as milliseconds, days as days since 1970.
#[cfg(feature = "parquet")]
pub(crate) fn parquet_rows(bytes: &[u8]) -> Vec<Row> {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use serde_json::json;

    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let file = SerializedFileReader::new(file).unwrap();
    let value = |field: &Field| match field {
        Field::Null => Value::Null,
        Field::Bool(flag) => json!(flag),
        Field::Long(number) | Field::TimestampMillis(number) => json!(number),
        Field::Double(number) => json!(number),
        Field::Str(text) => json!(text),
        Field::Date(days) => json!(days),
        other => panic!("{other:?}"),
    };
    let rows = file.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        row.get_column_iter()
            .map(|(name, field)| (name.clone(), value(field)))
            .collect()
    });
    rows.collect()
}

#[cfg(feature = "parquet")]
#[tokio::test]
async fn parquet_has_typed_columns_with_the_same_values() {
    let directory = tempfile::tempdir().unwrap();
    let store = filled(&directory).await;
    for shape in [Shape::Calls, Shape::Answers] {
        let query = query(ReportQuery::everything(), shape);
        let rows = json(&store, &query).await;
        let (bytes, _) = file(&store, &query, ExportFormat::Parquet).await;
        let read = parquet_rows(&bytes);
        assert_eq!(read.len(), rows.len());
        for (read, row) in read.iter().zip(&rows) {
            assert_eq!(read.len(), row.len());
            for (heading, value) in read {
                let expected = match &row[heading] {
                    Value::String(text) if heading.ends_with("_at") => {
                        Value::from(text.parse::<DateTime<FixedOffset>>().unwrap().timestamp_millis())
                    }
                    Value::String(text) if heading == "local_day" => {
                        let day: chrono::NaiveDate = text.parse().unwrap();
                        Value::from((day - chrono::NaiveDate::default()).num_days())
                    }
                    other => other.clone(),
                };
                assert_eq!(*value, expected, "{heading}");
            }
        }
    }
}
