//! The tables for operators say what the program does.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

mod glossary;
mod metrics;
mod operations;
mod readme;
mod settings;
mod surveys;

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
