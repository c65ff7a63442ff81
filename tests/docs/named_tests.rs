//! What documents point to exists: the tests that `docs/sip.md` and `docs/dtmf.md` promise for each row, and every path of the source.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{product_directories, rust_files};

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
