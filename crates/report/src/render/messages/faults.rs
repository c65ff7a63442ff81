//! What can be wrong with message files, for the tests of every crate that has some.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

use super::ReportLanguage;

/// Plural forms of whole numbers, in the order of [`ReportLanguage::ALL`]: Polish and Czech have a form for 2 to 4, Polish another one for 5
/// and more.
const FORMS: [&[&str]; 5] = [
    &["[one]", "*[other]"],
    &["[one]", "*[other]"],
    &["[one]", "[few]", "[many]", "*[other]"],
    &["[one]", "[few]", "[many]", "*[other]"],
    &["[one]", "*[other]"],
];

/// Each message of a file with its text as it is written; a message that is there twice has both texts.
pub(super) fn written(file: &str) -> BTreeMap<&str, String> {
    let mut messages: BTreeMap<&str, String> = BTreeMap::new();
    let mut last = None;
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(" = ") {
            Some((id, text)) if !line.starts_with(' ') => {
                let message = messages.entry(id).or_default();
                if !message.is_empty() {
                    message.push_str("\ntwice: ");
                }
                message.push_str(text);
                last = Some(id);
            }
            _ => {
                if let Some(message) = last.and_then(|id| messages.get_mut(id)) {
                    message.push('\n');
                    message.push_str(line);
                }
            }
        }
    }
    messages
}

/// The values that a text takes, such as `shown`.
fn values(text: &str) -> BTreeSet<&str> {
    let parts = text.split('$').skip(1);
    parts
        .filter_map(|part| {
            part.split(|sign: char| !sign.is_alphanumeric() && sign != '_')
                .next()
        })
        .collect()
}

/// One sentence for everything that is wrong with message files in the order of [`ReportLanguage::ALL`]: what cannot be read, is there twice,
/// is missing in a language, takes other values, lacks a plural form, or was left in English. `same` are texts that may be the same in several
/// languages, because they are names, signs, or happen to be the same word.
pub fn message_faults(files: [&str; 5], same: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    let english = written(files[0]);
    for ((language, file), forms) in ReportLanguage::ALL.into_iter().zip(files).zip(FORMS) {
        if let Err((_, errors)) = FluentResource::try_new(file.to_owned()) {
            faults.push(format!("{language}: cannot be read: {errors:?}"));
        }
        let own = written(file);
        let missing = english.keys().filter(|id| !own.contains_key(*id));
        faults.extend(missing.map(|id| format!("{language}: {id} is missing")));
        for (id, text) in &own {
            let fault = |what: &str| format!("{language}: {id} {what}");
            let Some(in_english) = english.get(id) else {
                faults.push(fault("is not in the English file"));
                continue;
            };
            if text.contains("\ntwice: ") {
                faults.push(fault("is there twice"));
            }
            if values(text) != values(in_english) {
                faults.push(fault("takes other values than in English"));
            }
            if language != ReportLanguage::English && text == in_english && !same.contains(&text.as_str()) {
                faults.push(fault("is not translated"));
            }
            if text.contains("->") {
                let lacking = forms.iter().filter(|form| !text.contains(**form));
                faults.extend(lacking.map(|form| fault(&format!("has no form {form}"))));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::message_faults;

    #[test]
    fn each_kind_of_fault_is_found() {
        let english = "a = One { $x }\nb = Two\nc = { $count ->\n    [one] x\n   *[other] y\n}\n";
        let right = "a = Yksi { $x }\nb = Kaksi\nc = { $count ->\n    [one] z\n    [few] w\n    [many] w\n   *[other] v\n}\n";
        let faults = |polish: &str| message_faults([english, right, polish, right, right], &[]);
        assert_eq!(faults(right), Vec::<String>::new());
        for (replaced, by, fault) in [
            ("a = Yksi { $x }", "a = Yksi", "pl: a takes other values"),
            ("b = Kaksi", "b = Two", "pl: b is not translated"),
            ("b = Kaksi", "", "pl: b is missing"),
            ("b = Kaksi", "b = Kaksi\nb = Kaksi", "pl: b is there twice"),
            (
                "b = Kaksi",
                "b = Kaksi\nd = Neljä",
                "pl: d is not in the English file",
            ),
            ("    [many] w\n", "", "pl: c has no form [many]"),
            ("b = Kaksi", "b = { Kaksi", "pl: cannot be read"),
        ] {
            let found = faults(&right.replace(replaced, by));
            assert!(
                found.iter().any(|found| found.starts_with(fault)),
                "{fault}: {found:?}"
            );
        }
    }
}
