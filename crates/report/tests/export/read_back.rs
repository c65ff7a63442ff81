//! Files as other programs read them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::data::ROUTES;
use aftercall_report::ReportQuery;
use aftercall_report::export::{ExportFormat, ExportQuery, Exported, Labels, RouteZones, Shape, export};
use aftercall_storage::SqliteStore;

/// A row by the names of its columns.
pub(crate) type Row = BTreeMap<String, Value>;

pub(crate) fn query(calls: ReportQuery, shape: Shape) -> ExportQuery {
    ExportQuery {
        part: aftercall_storage::part::Part::default(),
        calls,
        shape,
        zones: RouteZones {
            by_route: ROUTES
                .iter()
                .map(|(route, zone)| ((*route).to_owned(), *zone))
                .collect(),
            otherwise: chrono_tz::UTC,
        },
        attributes: vec!["customer".to_owned(), "segment".to_owned()],
        labels: Labels::default(),
    }
}

pub(crate) async fn file(
    store: &SqliteStore,
    query: &ExportQuery,
    format: ExportFormat,
) -> (Vec<u8>, Exported) {
    let mut bytes = Vec::new();
    let done = export(store, query, format, None, &mut bytes, |_| ())
        .await
        .unwrap();
    (bytes, done)
}

pub(crate) async fn rows(store: &SqliteStore, calls: &ReportQuery, shape: Shape) -> Vec<Row> {
    let (bytes, done) = file(store, &query(calls.clone(), shape), ExportFormat::JsonLines).await;
    let rows: Vec<Row> = bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect();
    assert_eq!(rows.len() as u64, done.rows);
    rows
}

/// Comma-separated values by the grammar of RFC 4180, section 2.
pub(crate) fn csv(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut symbols = text.chars().peekable();
    while let Some(symbol) = symbols.next() {
        match symbol {
            '"' if field.is_empty() => loop {
                match symbols.next() {
                    Some('"') if symbols.peek() == Some(&'"') => field.extend(symbols.next()),
                    Some('"') => break,
                    Some(inner) => field.push(inner),
                    None => panic!("a quote is open at the end"),
                }
            },
            '\r' => {
                assert_eq!(symbols.next(), Some('\n'), "a line ends with CR LF");
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            symbol if symbol == delimiter => record.push(std::mem::take(&mut field)),
            '"' | '\n' => panic!("{symbol:?} outside of quotes"),
            symbol => field.push(symbol),
        }
    }
    assert!(field.is_empty() && record.is_empty(), "the last line has an end");
    records
}
