use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

use super::{FILES, Messages, ReportLanguage};

/// What is the same in several languages, because it is a name, a sign, or happens to be the same word.
const SAME: [&str; 16] = [
    "AAPOR",
    "AAPOR COOP1",
    "AAPOR RR1",
    "AAPOR RR2",
    "AAPOR RR5",
    "AAPOR RR6",
    "NPS",
    "n",
    "n = { $n }",
    "p",
    "min",
    "{ $title }: { $period }",
    "{ $low } – { $high }",
    "{ $first }–{ $last }",
    "{ $from } – { $until }",
    "Interval, { $min } až { $max }",
];

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

/// The values that a text takes, such as `$shown`.
fn placeholders(text: &str) -> BTreeSet<&str> {
    let parts = text.split('$').skip(1);
    parts
        .filter_map(|part| {
            part.split(|sign: char| !sign.is_alphanumeric() && sign != '_')
                .next()
        })
        .collect()
}

fn files() -> impl Iterator<Item = (ReportLanguage, &'static str)> {
    ReportLanguage::ALL.into_iter().zip(FILES)
}

#[test]
fn every_file_can_be_read_and_has_the_same_messages() {
    let english: BTreeSet<&str> = messages(FILES[0]).into_keys().collect();
    for (language, file) in files() {
        let read = FluentResource::try_new(file.to_owned());
        assert!(
            read.is_ok(),
            "{language}: {:?}",
            read.err().map(|(_, errors)| errors)
        );
        let own: BTreeSet<&str> = messages(file).into_keys().collect();
        let differing: Vec<_> = own.symmetric_difference(&english).collect();
        assert!(differing.is_empty(), "{language}: {differing:?}");
        for id in own {
            assert!(Messages::of(language).found(id, []).is_some(), "{language}: {id}");
        }
    }
}

#[test]
fn every_message_takes_the_same_values_in_every_language() {
    let english = messages(FILES[0]);
    for (language, file) in files() {
        for (id, text) in messages(file) {
            assert_eq!(
                placeholders(&text),
                placeholders(&english[id]),
                "{language}: {id}"
            );
        }
    }
}

#[test]
fn every_sentence_is_translated() {
    let english = messages(FILES[0]);
    for (language, file) in files().skip(1) {
        let untranslated: Vec<&str> = messages(file)
            .into_iter()
            .filter(|(id, text)| *text == english[id] && !SAME.contains(&text.as_str()))
            .map(|(id, _)| id)
            .collect();
        assert!(untranslated.is_empty(), "{language}: {untranslated:?}");
    }
}

#[test]
fn every_plural_form_of_the_language_is_there() {
    // Of whole numbers: Polish and Czech have a form for 2 to 4, Polish another one for 5 and more.
    let forms: [&[&str]; 5] = [
        &["[one]", "*[other]"],
        &["[one]", "*[other]"],
        &["[one]", "[few]", "[many]", "*[other]"],
        &["[one]", "[few]", "[many]", "*[other]"],
        &["[one]", "*[other]"],
    ];
    for ((language, file), forms) in files().zip(forms) {
        for (id, text) in messages(file) {
            if text.contains("->") {
                for form in forms {
                    assert!(text.contains(form), "{language}: {id} has no {form}");
                }
            }
        }
    }
    let polish = Messages::of(ReportLanguage::Polish);
    let answers = |count: u64| {
        let shown = count.to_string();
        polish.with("n-offered", [("count", count.into()), ("shown", shown.into())])
    };
    assert_eq!(answers(1), "1 zaproponowana ankieta");
    assert_eq!(answers(3), "3 zaproponowane ankiety");
    assert_eq!(answers(12), "12 zaproponowanych ankiet");
    assert_eq!(answers(22), "22 zaproponowane ankiety");
}

#[test]
fn english_formulas_are_those_of_the_statistics() {
    let english = Messages::of(ReportLanguage::English);
    for rate in crate::statistics::Rate::ALL {
        let name = rate.name();
        assert!(
            english.found(&format!("rate-{name}"), []).is_some(),
            "{name} has no name"
        );
        if let Some(formula) = english.found(&format!("formula-{name}"), []) {
            // The report calls answered what the statistics call started.
            assert_eq!(formula, rate.formula().replace("started", "answered"), "{name}");
        }
    }
}

#[test]
fn names_of_sheets_are_short_and_differ() {
    for (language, _) in files() {
        let messages = Messages::of(language);
        let ids = messages_of_sheets();
        let names: BTreeSet<String> = ids.iter().map(|id| messages.text(id)).collect();
        assert_eq!(names.len(), ids.len(), "{language}");
        for name in names {
            assert!(name.chars().count() <= 31, "{language}: {name}");
            assert!(
                !name.contains(['[', ']', ':', '*', '?', '/', '\\', '\'']),
                "{language}: {name}"
            );
        }
    }
}

fn messages_of_sheets() -> Vec<&'static str> {
    let ids = messages(FILES[0]).into_keys();
    ids.filter(|id| id.starts_with("sheet-")).collect()
}
