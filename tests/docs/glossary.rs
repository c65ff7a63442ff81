//! docs/glossary.md: its types, columns and settings exist.

use std::fs;
use std::path::{Path, PathBuf};

use super::{quoted, tables};

const DOCUMENT: &str = include_str!("../../docs/glossary.md");
const SCHEMA: &str = include_str!("../../docs/schema.md");
const SETTINGS: &str = include_str!("../../docs/configuration.md");

/// Every file of the module at `path`, which has its own file, its own directory, or both.
fn files_of_module(path: &[&str]) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let place = path.iter().fold(root, |place, part| place.join(part));
    let mut files = vec![place.with_extension("rs")];
    let mut directories = vec![place];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            let to = if path.is_dir() {
                &mut directories
            } else {
                &mut files
            };
            to.push(path);
        }
    }
    files.into_iter().filter(|file| file.exists()).collect()
}

/// Whether `name` is a module of the source, or a type that is defined or exported in its module.
fn is_item(name: &str) -> bool {
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
