//! What documents point to exists: the tests that `docs/sip.md` and `docs/dtmf.md` promise for each row, every path and module of the
//! source, and the programs of `cargo test` and `cargo run`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::glossary::is_item;
use super::{product_directories, quoted, rust_files};

fn tests_that_exist() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    // A transcript is named in words.
    let transcripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/survey/tests/transcripts");
    for entry in fs::read_dir(transcripts).expect("transcripts are there") {
        let file = entry.expect("a directory can be listed").path();
        let text = fs::read_to_string(file).expect("transcripts are text");
        let titles = text.lines().filter_map(|line| line.strip_prefix("call: "));
        names.extend(titles.map(|title| title.replace(' ', "_")));
    }
    let directories = product_directories()
        .into_iter()
        .flat_map(|directory| [directory.join("src"), directory.join("tests")]);
    for file in directories.flat_map(|directory| rust_files(&directory)) {
        let text = fs::read_to_string(&file).expect("sources are text");
        let after_fn = text.split("fn ").skip(1);
        names.extend(after_fn.filter_map(|rest| rest.split_once('(').map(|(name, _)| name.to_owned())));
        // Rows of a table bear their names as texts.
        let cases = text.split("\"case_").skip(1);
        names.extend(cases.filter_map(|rest| rest.split_once('"').map(|(name, _)| format!("case_{name}"))));
    }
    names
}

#[test]
fn every_test_that_the_document_names_exists() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sip.md");
    let document = fs::read_to_string(document).expect("the document is there");
    let existing = tests_that_exist();
    // A test's name is a sentence: several words in code marks. Settings and counters have fewer.
    let named: Vec<_> = document
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|name| name.matches('_').count() >= 3 && !name.contains(['.', ':', ' ', '/']))
        .filter(|name| !name.starts_with("aftercall_"))
        .collect();
    assert!(named.len() > 60, "the tables are there: {}", named.len());
    let missing: Vec<_> = named
        .into_iter()
        .filter(|name| !existing.contains(*name))
        .collect();
    assert!(missing.is_empty(), "named but not there: {missing:?}");
}

#[test]
fn each_case_of_dtmf_has_a_test_that_exists() {
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/dtmf.md");
    let document = fs::read_to_string(document).expect("the document is there");
    let existing = tests_that_exist();
    for case in 1..=25 {
        let row = document
            .lines()
            .find(|line| line.starts_with(&format!("| {case} |")))
            .unwrap_or_else(|| panic!("no row for case {case}"));
        let prefix = format!("case_{case:02}_");
        let named: Vec<_> = row
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|name| name.starts_with("case_"))
            .collect();
        assert!(!named.is_empty(), "case {case} names no test");
        for name in named {
            assert!(
                name.starts_with(&prefix) && existing.contains(name),
                "case {case}: {name}"
            );
        }
    }
}

#[test]
fn every_path_of_the_source_that_a_document_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pages = fs::read_dir(root.join("docs")).expect("the documents are there");
    let mut documents: Vec<_> = pages.flatten().map(|entry| entry.path()).collect();
    documents.extend(["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].map(|name| root.join(name)));
    let mut named = 0;
    for document in documents
        .iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "md"))
    {
        let text = fs::read_to_string(document).expect("a document is text");
        for path in text.split(['`', ' ', '(', ')', ',', '\n', ':']) {
            let begins = [
                "src/",
                "crates/",
                "tests/",
                "benches/",
                "fuzz/",
                "scripts/",
                "migrations/",
            ];
            let is_pattern =
                path.contains(['*', '{', '$', '<']) || path.contains("NNNN") || path.contains("CRATE");
            if begins.iter().any(|begin| path.starts_with(begin)) && !is_pattern {
                named += 1;
                let place = root.join(path.trim_end_matches(['.', ';']));
                assert!(place.exists(), "{}: {path} does not exist", document.display());
            }
        }
    }
    assert!(named > 40, "the documents were read: {named}");
}

/// Modules with a rule of their own about what they may use, by the crate that they are in: documents name them by
/// themselves.
const COMPONENTS: [(&str, &str); 8] = [
    ("admission", "survey::admission"),
    ("context", "survey::context"),
    ("record", "survey::record"),
    ("route", "survey::route"),
    ("sdp", "rtp::sdp"),
    ("dtmf", "rtp::dtmf"),
    ("prompts", "audio::prompts"),
    ("recording", "media::recording"),
];

#[test]
fn every_module_and_type_that_a_developers_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut named, mut missing) = (0, Vec::new());
    for page in ["ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root.join(page)).expect("the page is there");
        for name in text.lines().flat_map(quoted) {
            let is_path = |symbol: char| symbol.is_alphanumeric() || symbol == '_' || symbol == ':';
            let begins = name.split("::").next().unwrap_or_default();
            if !name.contains("::") || !name.chars().all(is_path) || !begins.starts_with(char::is_lowercase) {
                continue;
            }
            let name = name.trim_start_matches("aftercall_");
            let component = COMPONENTS.iter().find(|(component, _)| *component == begins);
            let whole = component.map_or_else(
                || name.to_owned(),
                |(component, within)| name.replacen(component, within, 1),
            );
            named += 1;
            if !is_item(&whole) && !is_planned(&text, name) {
                missing.push(format!("{page}: {name}"));
            }
        }
    }
    assert!(named > 80, "the pages were read: {named}");
    assert!(missing.is_empty(), "named but not there: {missing:#?}");
}

/// Whether the page says in the same line that there is no such module yet.
fn is_planned(page: &str, name: &str) -> bool {
    page.lines()
        .filter(|line| line.contains(name))
        .all(|line| line.contains("not yet there") || line.contains("next to"))
}

/// Without `-p` and `--workspace` Cargo sees the application alone, and a filter that finds nothing is no failure.
#[test]
fn every_test_program_and_example_of_a_command_is_in_the_package_that_it_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages: Vec<_> = fs::read_dir(root.join("docs"))
        .expect("the documents are there")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    pages.extend(["README.md", "CONTRIBUTING.md", "examples/README.md"].map(|name| root.join(name)));
    let mut named = 0;
    for page in pages
        .iter()
        .filter(|path| path.extension().is_some_and(|kind| kind == "md"))
    {
        let text = fs::read_to_string(page).expect("a document is text");
        for command in text
            .lines()
            .flat_map(|line| line.split('`'))
            .filter(|text| text.contains("cargo "))
        {
            let words: Vec<&str> = command.split_whitespace().collect();
            let after = |option: &str| {
                let place = words.iter().position(|word| *word == option)?;
                words.get(place + 1).copied()
            };
            let package = match after("-p") {
                Some(package) => root.join("crates").join(package.trim_start_matches("aftercall-")),
                None => root.to_owned(),
            };
            for (option, directory) in [
                ("--test", "tests"),
                ("--example", "examples"),
                ("--bench", "benches"),
            ] {
                let Some(name) = after(option)
                    .filter(|name| name.chars().all(|symbol| symbol.is_lowercase() || symbol == '_'))
                else {
                    continue;
                };
                named += 1;
                let place = package.join(directory).join(name);
                let exists = place.join("main.rs").exists() || place.with_extension("rs").exists();
                assert!(
                    exists,
                    "{}: `{command}`: {} is not there",
                    page.display(),
                    place.display()
                );
            }
        }
    }
    assert!(named > 10, "the documents were read: {named}");
}
