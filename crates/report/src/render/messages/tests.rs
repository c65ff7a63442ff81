use std::collections::BTreeSet;

use super::faults::{message_faults, written};
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

fn files() -> impl Iterator<Item = (ReportLanguage, &'static str)> {
    ReportLanguage::ALL.into_iter().zip(FILES)
}

#[test]
fn every_language_says_everything() {
    assert_eq!(message_faults(FILES, &SAME), Vec::<String>::new());
}

#[test]
fn counted_nouns_have_the_form_of_their_number() {
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
    let ids = written(FILES[0]).into_keys();
    ids.filter(|id| id.starts_with("sheet-")).collect()
}
