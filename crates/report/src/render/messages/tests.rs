use std::collections::{BTreeMap, BTreeSet};

use super::{FILES, Messages, ReportLanguage};

/// Each message of a file with its text.
fn messages(file: &str) -> BTreeMap<&str, String> {
    let mut messages: BTreeMap<&str, String> = BTreeMap::new();
    let mut last = None;
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(" = ") {
            Some((id, text)) if !line.starts_with(' ') => {
                assert!(
                    messages.insert(id, text.to_owned()).is_none(),
                    "{id} is there twice"
                );
                last = Some(id);
            }
            _ => {
                if let Some(text) = last.and_then(|id| messages.get_mut(id)) {
                    text.push('\n');
                    text.push_str(line);
                }
            }
        }
    }
    messages
}

#[test]
fn every_language_has_the_same_messages() {
    let english: BTreeSet<&str> = messages(FILES[0]).into_keys().collect();
    for (language, file) in ReportLanguage::ALL.into_iter().zip(FILES) {
        let own: BTreeSet<&str> = messages(file).into_keys().collect();
        let differing: Vec<_> = own.symmetric_difference(&english).collect();
        assert!(differing.is_empty(), "{language}: {differing:?}");
    }
    assert_eq!(
        Messages::of(ReportLanguage::English).text("title"),
        "Survey report"
    );
}
