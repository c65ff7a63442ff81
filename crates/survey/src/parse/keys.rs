//! Which keys answer a question, and with what value.
//!
//! A scale is answered by its numbers. `[question.keys]` says otherwise: `1 = "yes"`, `2 = "no"` for yes/no and
//! CSAT, `1 = "Invoices"` for a choice, whose values are the keys themselves.

use std::collections::BTreeMap;

use toml::Spanned;

use super::scale::{NO_SCALE, YES_NO, scale};
use super::table::{DefinitionTable, wrong_type};
use crate::collect::AnswerKeys;
use crate::metric::Metric;
use crate::question::{Scale, ScaleDirection};
use aftercall_base::Faults;

/// How a question is answered.
#[derive(Debug)]
pub(super) struct AnswerDefinition {
    pub(super) keys: AnswerKeys,
    pub(super) scale: Scale,
    pub(super) labels: BTreeMap<i64, String>,
}

pub(super) fn answers(
    table: &mut DefinitionTable<'_>,
    metric: Metric,
    faults: &mut Faults<'_>,
) -> Option<AnswerDefinition> {
    let given = table.table("keys", faults);
    match (metric, given) {
        (Metric::Comment, _) => Some(AnswerDefinition {
            keys: AnswerKeys::none(),
            scale: NO_SCALE,
            labels: BTreeMap::new(),
        }),
        (Metric::Choice, Some(given)) => {
            if table.value("scale").is_some() {
                scale(table, metric, faults)?;
            }
            choice(&given, faults)
        }
        (Metric::Choice, None) => {
            table.value("scale");
            let fix = "add `[question.keys]` with `1 = \"Invoices\"` and so on";
            faults.error(table.span(), "a choice has no keys", fix);
            None
        }
        (Metric::YesNo, None) => yes_no(scale(table, metric, faults)?, &[("1", 1), ("2", 0)]),
        (Metric::YesNo, Some(given)) => {
            let scale = scale(table, metric, faults)?;
            yes_no(scale, &yes_no_keys(&given, faults)?)
        }
        (Metric::Csat, Some(given)) => {
            if let Some(value) = table.value("scale") {
                faults.error(
                    value.span(),
                    "`scale` and `keys` exclude each other",
                    "remove one of the two",
                );
            }
            yes_no(YES_NO, &yes_no_keys(&given, faults)?)
        }
        (Metric::Nps | Metric::Ces | Metric::Number, Some(given)) => {
            table.value("scale");
            let reason = format!("the keys of `{}` are the numbers of its scale", metric.as_str());
            faults.error(given.span(), reason, "remove `keys`");
            None
        }
        (Metric::Nps | Metric::Ces | Metric::Csat | Metric::Number, None) => {
            numbers(scale(table, metric, faults)?)
        }
    }
}

fn numbers(scale: Scale) -> Option<AnswerDefinition> {
    let keys = AnswerKeys::new((scale.min..=scale.max).map(|value| (value.to_string(), value)))?;
    Some(AnswerDefinition {
        keys,
        scale,
        labels: BTreeMap::new(),
    })
}

fn yes_no(scale: Scale, keys: &[(&str, i64)]) -> Option<AnswerDefinition> {
    let keys = AnswerKeys::new(keys.iter().map(|(keys, value)| ((*keys).to_owned(), *value)))?;
    let labels = BTreeMap::from([(0, "no".to_owned()), (1, "yes".to_owned())]);
    Some(AnswerDefinition { keys, scale, labels })
}

fn yes_no_keys<'t>(given: &DefinitionTable<'t>, faults: &mut Faults<'_>) -> Option<Vec<(&'t str, i64)>> {
    let mut keys = Vec::new();
    for (key, value) in given.entries() {
        let means = match value.get_ref().as_str() {
            Some("yes") => Some(1),
            Some("no") => Some(0),
            _ => {
                wrong_type(key.get_ref(), "\"yes\" or \"no\"", value, faults);
                None
            }
        };
        if is_key(&key, faults) {
            keys.extend(means.map(|means| (*key.get_ref(), means)));
        }
    }
    for (word, value) in [("yes", 1), ("no", 0)] {
        match keys.iter().filter(|(_, means)| *means == value).count() {
            0 => faults.error(
                given.span(),
                format!("no key means {word}"),
                "give it one, such as 1 or 2",
            ),
            1 => {}
            _ => faults.error(
                given.span(),
                format!("overlapping keys: two mean {word}"),
                "keep one of them",
            ),
        }
    }
    (keys.len() == 2).then_some(keys)
}

fn choice(given: &DefinitionTable<'_>, faults: &mut Faults<'_>) -> Option<AnswerDefinition> {
    let mut keys: BTreeMap<String, i64> = BTreeMap::new();
    let mut labels = BTreeMap::new();
    for (key, label) in given.entries() {
        let Some(text) = label.get_ref().as_str() else {
            wrong_type(key.get_ref(), "its label, a text in quotes", label, faults);
            continue;
        };
        let Some(value) = is_key(&key, faults).then(|| key.get_ref().parse().ok()).flatten() else {
            continue;
        };
        if labels.insert(value, text.to_owned()).is_some() {
            let reason = format!(
                "overlapping keys: `{}` is the value {value} a second time",
                key.get_ref()
            );
            faults.error(key.span(), reason, "choose another key");
        }
        keys.insert((*key.get_ref()).to_owned(), value);
    }
    let (min, max) = (*labels.keys().next()?, *labels.keys().next_back()?);
    let scale = Scale {
        min,
        max,
        direction: ScaleDirection::HighIsGood,
    };
    Some(AnswerDefinition {
        keys: AnswerKeys::new(keys)?,
        scale,
        labels,
    })
}

/// Whether the caller can give an answer by these keys.
fn is_key(key: &Spanned<&str>, faults: &mut Faults<'_>) -> bool {
    let keys = *key.get_ref();
    let is_sequence = (1..=2).contains(&keys.len()) && keys.bytes().all(|key| key.is_ascii_digit());
    if keys.contains(['*', '#']) {
        let reason =
            format!("overlapping keys: `{keys}` holds a key that repeats, opts out or ends the input");
        faults.error(key.span(), reason, "answer with 0-9 only");
    } else if !is_sequence {
        let reason = format!("`{keys}` cannot be pressed as an answer");
        faults.error(key.span(), reason, "write one or two of 0-9");
    }
    is_sequence
}
