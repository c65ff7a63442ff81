//! Texts that would break a file, or would be run by whoever opens it.

use super::data::apply;
use super::formats::{by_python, sheet};
use super::read_back::{Row, csv, file, query, rows};
use crate::support::{answer, answered, call, end, patient, survey};
use aftercall_base::Disposition;
use aftercall_report::ReportQuery;
use aftercall_report::export::{ExcelLanguage, ExportFormat, Shape};
use aftercall_storage::SqliteStore;
use aftercall_storage::store::Fact;
use aftercall_survey::context::{ContextSource, Name};

fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "=1+1",
        "=cmd|' /C calc'!A0",
        "+358401234567",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "=HYPERLINK(\"http://example.invalid\",\"a\")",
        "a,b",
        "a;b",
        "\"",
        "\"quoted\", and more \"\"",
        "line\nline",
        "line\r\nline\r",
        "nul\0nul",
        "\0",
        "\u{1}\u{b}\u{1f}\u{7f}",
        "\u{202e}gpj.exe",
        "\u{5e9}\u{5dc}\u{5d5}\u{5dd} 123",
        "\u{1f600} \u{e4}\u{f6}\u{16f9}",
        "\u{feff}mark",
        "_x0041_ _x000D_",
        "<b>&amp;</b>]]>",
        " blank before and behind ",
        "'apostrophe",
        "{\"json\": null}",
        "\\N",
        "NULL",
        "0441",
        "1e5",
        "2026-11-22",
        "TRUE",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("x".repeat(10_000));
    texts.push("\"\r\n,;".repeat(2_000));
    texts
}

/// A call with each text as its dialled number and attribute, and as the label of its answer.
async fn store_of(directory: &tempfile::TempDir, texts: &[String]) -> SqliteStore {
    let store = patient(&directory.path().join("aftercall.db")).await;
    let mut asked = survey("000000000001");
    asked.questions[2].scale = (0, 99);
    asked.questions[2].labels = (0..).zip(texts.iter().cloned()).collect();
    let mut facts = vec![Fact::Surveys(vec![asked])];
    for (number, text) in (0..).zip(texts) {
        let mut new = call(number, None, 1);
        new.dialled.clone_from(text);
        new.context
            .values
            .set(Name::Attribute("segment".to_owned()), text.clone());
        new.context.sources = vec![ContextSource {
            name: "segment".to_owned(),
            source: "X-Segment".to_owned(),
            value: Some(text.clone()),
            note: None,
            text: None,
        }];
        facts.extend([
            Fact::Admit(Box::new(new)),
            answered(number),
            answer(number, "topic", Some(i64::try_from(number).unwrap())),
            end(number, Disposition::Completed),
        ]);
    }
    apply(&store, &facts).await;
    store
}

const COLUMNS: [&str; 3] = ["dialled", "attribute.segment", "nps.topic.label"];

/// Each text in each of its columns, in the order of the calls.
fn assert_texts(read: &[Vec<String>], texts: &[String], expected: fn(&str) -> String) {
    let (headings, rows) = read.split_first().unwrap();
    assert_eq!(rows.len(), texts.len());
    let place = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let value = place("nps.topic");
    for row in rows {
        assert_eq!(row.len(), headings.len());
        let text = &texts[row[value].parse::<usize>().unwrap()];
        for column in COLUMNS {
            assert_eq!(row[place(column)], expected(text), "{column} of {text:?}");
        }
    }
}

fn in_csv(text: &str) -> String {
    let text = text.replace('\0', "\u{fffd}");
    match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text,
    }
}

#[tokio::test]
async fn hostile_texts_are_only_texts_in_comma_separated_values() {
    let directory = tempfile::tempdir().unwrap();
    let texts = hostile();
    let store = store_of(&directory, &texts).await;
    let query = query(ReportQuery::everything(), Shape::Calls);
    for (format, delimiter) in [
        (ExportFormat::Csv, ','),
        (ExportFormat::CsvExcel(ExcelLanguage::Comma), ','),
        (ExportFormat::CsvExcel(ExcelLanguage::Semicolon), ';'),
    ] {
        let (bytes, _) = file(&store, &query, format).await;
        let text = String::from_utf8(bytes.clone()).unwrap();
        let read = csv(text.strip_prefix('\u{feff}').unwrap_or(&text), delimiter);
        assert_texts(&read, &texts, in_csv);
        for field in read
            .iter()
            .flatten()
            .filter(|field| field.parse::<f64>().is_err())
        {
            assert!(
                !field.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{field:?} would be a formula"
            );
        }
        if let Some(read) = by_python(&bytes, &delimiter.to_string()) {
            assert_texts(&read, &texts, in_csv);
        }
    }
}

#[tokio::test]
async fn hostile_texts_are_only_texts_in_a_workbook() {
    let directory = tempfile::tempdir().unwrap();
    let texts = hostile();
    let store = store_of(&directory, &texts).await;
    let query = query(ReportQuery::everything(), Shape::Calls);
    let (bytes, _) = file(&store, &query, ExportFormat::Xlsx).await;
    let cells = sheet(&bytes, "calls");
    let read: Vec<Vec<String>> = cells
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    assert_texts(&read, &texts, |text| text.replace('\0', "\u{fffd}"));
}

#[tokio::test]
async fn hostile_texts_are_as_they_are_stored_in_json() {
    let directory = tempfile::tempdir().unwrap();
    let texts = hostile();
    let store = store_of(&directory, &texts).await;
    assert_as_stored(
        &rows(&store, &ReportQuery::everything(), Shape::Calls).await,
        &texts,
    );
}

#[cfg(feature = "parquet")]
#[tokio::test]
async fn hostile_texts_are_as_they_are_stored_in_parquet() {
    let directory = tempfile::tempdir().unwrap();
    let texts = hostile();
    let store = store_of(&directory, &texts).await;
    let query = query(ReportQuery::everything(), Shape::Calls);
    let (bytes, _) = file(&store, &query, ExportFormat::Parquet).await;
    assert_as_stored(&super::formats::parquet_rows(&bytes), &texts);
}

fn assert_as_stored(rows: &[Row], texts: &[String]) {
    assert_eq!(rows.len(), texts.len());
    for row in rows {
        let text = &texts[usize::try_from(row["nps.topic"].as_u64().unwrap()).unwrap()];
        for column in COLUMNS {
            assert_eq!(row[column].as_str(), Some(text.as_str()), "{column}");
        }
    }
}
