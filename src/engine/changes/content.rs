//! What changed in surveys and prompts. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::written::MOST_NAMED;
use aftercall_audio::g711::Companding;
use aftercall_audio::prompts::Catalog;
use aftercall_survey::Survey;

/// What changed in the surveys.
pub(in crate::engine) fn surveys(
    old: &BTreeMap<String, Arc<Survey>>,
    new: &BTreeMap<String, Arc<Survey>>,
) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, survey) in new {
        let version = &survey.version().version;
        match old.get(name) {
            None => lines.push(format!("survey {name}: new, version {version}")),
            Some(earlier) if earlier.version() == survey.version() => {}
            Some(earlier) => {
                let what = said(earlier, survey);
                lines.push(format!("survey {name}: new version {version}: {what}"));
            }
        }
    }
    let removed = old.keys().filter(|name| !new.contains_key(*name));
    lines.extend(removed.map(|name| format!("survey {name}: removed")));
    lines
}

/// What changed in a survey, as `aftercall survey diff` says it.
fn said(old: &Survey, new: &Survey) -> String {
    let changes = aftercall_survey::changes(old, new);
    let named: Vec<String> = changes.iter().take(MOST_NAMED).map(ToString::to_string).collect();
    match changes.len().saturating_sub(MOST_NAMED) {
        0 => named.join("; "),
        more => format!("{}; and {more} more", named.join("; ")),
    }
}

/// What changed in the prompts.
pub(in crate::engine) fn prompts(old: &Catalog, new: &Catalog) -> Vec<String> {
    let names = |catalog: &Catalog| -> BTreeSet<(String, String)> {
        let of_language = |language: &str| -> Vec<(String, String)> {
            let named = catalog.names(language);
            named.map(|name| (language.to_owned(), name.to_owned())).collect()
        };
        catalog.languages().flat_map(of_language).collect()
    };
    let (before, after) = (names(old), names(new));
    let sounds_otherwise =
        |(language, name): &&(String, String)| match (old.get(language, name), new.get(language, name)) {
            (Some(old), Some(new)) => {
                !Arc::ptr_eq(old, new) && old.g711(Companding::A) != new.g711(Companding::A)
            }
            (_, _) => false,
        };
    let changed: Vec<_> = before.intersection(&after).filter(sounds_otherwise).collect();
    [
        ("changed", changed),
        ("new", after.difference(&before).collect()),
        ("removed", before.difference(&after).collect()),
    ]
    .into_iter()
    .filter(|(_, prompts)| !prompts.is_empty())
    .map(|(what, prompts)| {
        let named = prompts
            .iter()
            .take(MOST_NAMED)
            .map(|(language, name)| format!("{language}/{name}"));
        let named = named.collect::<Vec<_>>().join(", ");
        match prompts.len().saturating_sub(MOST_NAMED) {
            0 => format!("prompts: {named} {what}"),
            more => format!("prompts: {named} and {more} more {what}"),
        }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use super::surveys;
    use aftercall_survey::AnyPrompt;

    #[test]
    fn edited_survey_is_told_as_the_difference_of_its_definitions() {
        let content = |text: &str| {
            let survey = aftercall_survey::parse(text, "a.toml", &AnyPrompt)
                .unwrap()
                .survey;
            BTreeMap::from([("a".to_owned(), Arc::new(survey))])
        };
        let old = content("[[question]]\nmetric = \"ces\"\ntop_box = 4\n");
        assert_eq!(surveys(&old, &old), [""; 0]);
        let new = "[timing]\nno_input = \"5s\"\n[[question]]\nmetric = \"ces\"\ntop_box = 5\n";
        let told = surveys(&old, &content(new)).concat();
        assert!(told.starts_with("survey a: new version "), "{told}");
        assert!(
            told.ends_with(": timing: no_input 7 s -> 5 s; timing: no_input_last 14 s -> 10 s; question ces: top box 4 -> 5"),
            "{told}"
        );
        let many: String = [
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        ]
        .iter()
        .map(|id| format!("[[question]]\nid = \"{id}\"\nmetric = \"csat\"\n"))
        .collect();
        let told = surveys(&old, &content(&many)).concat();
        assert!(
            told.contains("question eight added") && told.ends_with(" more"),
            "{told}"
        );
        assert!(!told.contains("question nine added"), "{told}");
    }
}
