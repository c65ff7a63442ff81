//! The tables for operators say what the program does.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod fields;
mod glossary;
mod metrics;
mod named_tests;
mod operations;
mod readme;
mod settings;
mod surveys;

use std::fs;
use std::path::{Path, PathBuf};

/// The directories of all packages of the product: the application's, and each crate's.
fn product_directories() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let crates = fs::read_dir(root.join("crates")).expect("the crates are there");
    let mut all = vec![root.to_owned()];
    all.extend(crates.flatten().map(|entry| entry.path()));
    all
}

/// Every Rust file below a directory; none where there is no such directory.
fn rust_files(directory: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut directories = vec![directory.to_owned()];
    while let Some(directory) = directories.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files
}

/// The rows of every table below a heading that starts so, each as its cells without back-quotes.
fn tables<'d>(document: &'d str, heading: &str) -> Vec<(&'d str, Vec<Vec<String>>)> {
    document
        .split(heading)
        .skip(1)
        .map(|section| {
            let (title, rest) = section.split_once('\n').unwrap_or((section, ""));
            (title.trim_matches(['[', ']', ' ']), rows(rest))
        })
        .collect()
}

fn rows(section: &str) -> Vec<Vec<String>> {
    section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

/// What stands in back-quotes.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}
