//! docs/glossary.md: its types, columns and settings exist.

use std::fs;
use std::path::{Path, PathBuf};

use super::{quoted, rust_files, tables};

const DOCUMENT: &str = include_str!("../../docs/glossary.md");
const SCHEMA: &str = include_str!("../../docs/schema.md");
const SETTINGS: &str = include_str!("../../docs/configuration.md");

/// Every file of the module at `path`: of a crate, where it begins with the name of one, or of the application.
fn files_of_module(path: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let first = path.first().copied().unwrap_or_default().replace('_', "-");
    let of_crate = root.join("crates").join(first).join("src");
    let place = if of_crate.exists() {
        path.iter().skip(1).fold(of_crate, |place, part| place.join(part))
    } else {
        path.iter().fold(root.join("src"), |place, part| place.join(part))
    };
    let mut files = rust_files(&place);
    files.extend(Some(place.with_extension("rs")).filter(|file| file.exists()));
    files
}

/// Whether `name` is a module of the source, or a type that is defined or exported in its module.
pub(super) fn is_item(name: &str) -> bool {
    let parts: Vec<&str> = name.split("::").collect();
    let (last, module) = parts.split_last().expect("split gives one part at least");
    if last.starts_with(char::is_lowercase) {
        return !files_of_module(&parts).is_empty();
    }
    files_of_module(module).iter().any(|file| {
        let text = fs::read_to_string(file).expect("source is text");
        ["struct", "enum", "trait"].iter().any(|kind| {
            text.split(&format!("{kind} {last}"))
                .skip(1)
                .any(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
        })
    })
}

fn is_column(table: &str, column: &str) -> bool {
    SCHEMA
        .split("\n## ")
        .filter(|section| section.starts_with(&format!("`{table}`")))
        .any(|section| section.contains(&format!("`{column}`")))
}

fn is_setting(section: &str, key: &str) -> bool {
    tables(SETTINGS, "\n## ")
        .iter()
        .filter(|(title, _)| *title == section)
        .any(|(_, rows)| rows.iter().any(|row| row[0] == format!("`{key}`")))
}

#[test]
fn every_type_column_and_setting_of_the_glossary_exists() {
    let terms: Vec<Vec<String>> = DOCUMENT
        .split("| --- | --- | --- |\n")
        .skip(1)
        .flat_map(|table| table.lines().take_while(|line| line.starts_with('|')))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect();
    assert!(terms.len() > 50, "the glossary was read: {terms:?}");
    for term in terms {
        assert_eq!(term.len(), 3, "{term:?}");
        for name in quoted(&term[2]) {
            let exists = match name.split_once('.') {
                None => is_item(name),
                Some((place, key)) => is_column(place, key) || is_setting(place, key),
            };
            assert!(exists, "{}: `{name}` does not exist", term[0]);
        }
    }
}

#[test]
fn glossary_is_in_alphabetical_order() {
    for section in DOCUMENT.split("\n## ").skip(1) {
        let terms: Vec<String> = section
            .lines()
            .filter(|line| {
                line.starts_with("| ") && !line.starts_with("| term") && !line.starts_with("| ---")
            })
            .map(|line| line.split('|').nth(1).unwrap_or_default().trim().to_lowercase())
            .collect();
        assert!(terms.is_sorted(), "{terms:?}");
    }
}
