//! The fields of the context in `docs/context.md`, against the table of fields.

use std::collections::BTreeMap;

use super::{quoted, rows};
use aftercall_survey::context::Field;

const DOCUMENT: &str = include_str!("../../docs/context.md");

/// The table of fields: each with its default headers.
fn documented() -> BTreeMap<String, Vec<String>> {
    let table = DOCUMENT
        .split("\n\n")
        .find(|part| part.starts_with("| field | default headers |"))
        .unwrap_or_else(|| panic!("docs/context.md has a table of fields"));
    let mut fields = BTreeMap::new();
    for row in rows(table) {
        let names = quoted(&row[0]);
        // Of several fields in one row, the headers of each are set apart by a semicolon.
        let headers: Vec<&str> = row[1].split(';').collect();
        assert_eq!(headers.len(), names.len(), "{row:?}");
        for (name, headers) in names.into_iter().zip(headers) {
            let headers = headers.split(',').map(|header| header.trim().to_owned());
            fields.insert(
                name.to_owned(),
                headers.filter(|header| !header.is_empty()).collect(),
            );
        }
    }
    fields
}

#[test]
fn every_field_and_its_default_headers_are_in_the_table() {
    let program: BTreeMap<String, Vec<String>> = Field::ALL
        .into_iter()
        .map(|field| {
            let headers = field.description().headers;
            let headers = headers.iter().map(|header| (*header).to_owned());
            (field.as_str().to_owned(), headers.collect())
        })
        .collect();
    assert_eq!(documented(), program);
}
