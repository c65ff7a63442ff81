//! Whether the templates of `[results]` can ever be filled: each word is one, each question is asked somewhere.

use std::collections::BTreeSet;

use crate::config::Loaded;
use crate::results::{HeaderTemplates, Placeholder, Word};
use aftercall_base::Fault;
use aftercall_survey::{Metric, Survey};

/// Faults of the headers that the operator wrote, at their lines.
pub(super) fn check<'s>(loaded: &Loaded, surveys: impl Iterator<Item = &'s Survey>, faults: &mut Vec<Fault>) {
    let questions: BTreeSet<String> = surveys
        .flat_map(|survey| survey.record().questions)
        // A comment has no value that a header could carry.
        .filter(|question| question.metric != Metric::Comment)
        .map(|question| question.id)
        .collect();
    let results = &loaded.settings.results;
    let mut check_headers = |key: &str, headers: &HeaderTemplates, is_of_the_end: bool| {
        for (name, template) in headers.iter() {
            for place in template.places() {
                if let Some((reason, fix)) = fault(place, &questions, is_of_the_end) {
                    faults.push(loaded.fault_at("results", &[key, name], reason, &fix));
                }
            }
        }
    };
    check_headers("bye_headers", &results.bye_headers, true);
    check_headers("answer_headers", &results.answer_headers, false);
}

/// What is wrong with a place, and the fix.
fn fault(place: &Placeholder, questions: &BTreeSet<String>, is_of_the_end: bool) -> Option<(String, String)> {
    let known_early = |word: &Word| is_of_the_end || !word.is_of_the_end();
    let words = Word::ALL
        .iter()
        .filter(|word| known_early(word))
        .map(|word| word.as_str());
    let asked = questions.iter().map(String::as_str).filter(|_| is_of_the_end);
    let fix = || {
        let choices: Vec<&str> = words.clone().chain(asked.clone()).collect();
        format!("choose from {}", choices.join(", "))
    };
    match place {
        Placeholder::Word(word) if known_early(word) => None,
        Placeholder::Answer(question) if is_of_the_end && questions.contains(question) => None,
        Placeholder::Answer(question) if is_of_the_end || !questions.contains(question) => Some((
            format!("`{{{question}}}` is not a known placeholder, and no survey asks a question of that id"),
            fix(),
        )),
        Placeholder::Word(_) | Placeholder::Answer(_) => Some((
            format!("`{{{place}}}` is not known before the survey is asked"),
            fix(),
        )),
    }
}
