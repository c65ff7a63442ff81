//! `[question.correction]`: the offer to answer once more after certain answers.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::time::Duration;

use toml::Spanned;

use super::branch::values;
use super::menu::digit;
use super::table::DefinitionTable;
use super::wording::PromptReader;
use crate::metric::Metric;
use crate::question::{Correction, Scale, ScaleDirection};
use aftercall_base::{Digit, Faults, PromptName};

const NO_INPUT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));
const NO_INPUT_DEFAULT: Duration = Duration::from_secs(3);
/// With this behind the question's id, the prompt unless the definition names another.
const PROMPT: &str = "_correction";

/// What a correction belongs to.
pub(super) struct CorrectedQuestion<'q, 't> {
    pub(super) id: &'q Spanned<&'t str>,
    pub(super) metric: Metric,
    pub(super) scale: Scale,
    pub(super) labels: &'q BTreeMap<i64, String>,
}

/// The correction of a question, where it has one.
pub(super) fn read(
    question: &mut DefinitionTable<'_>,
    of: &CorrectedQuestion<'_, '_>,
    prompt_reader: &PromptReader<'_>,
    faults: &mut Faults<'_>,
) -> Option<Correction> {
    let mut table = question.table("correction", faults)?;
    if matches!(of.metric, Metric::Choice | Metric::Comment) {
        let reason = format!("`correction` means nothing for a {}", of.metric.as_str());
        faults.error(table.span(), reason, "remove it");
        return None;
    }
    let after = after(&mut table, of, faults);
    let key = table.string("key", faults);
    let key = key.map_or(Digit::from_event(1), |key| digit(&key, faults));
    let no_input = table.duration("no_input", NO_INPUT, faults);
    let offers = offers(&mut table, of, after?, prompt_reader, faults);
    table.finish("`[question.correction]`", faults);
    Some(Correction {
        offers,
        key: key?,
        no_input: no_input.unwrap_or(NO_INPUT_DEFAULT),
    })
}

/// The answers after which it is offered: the worst one unless the definition says which.
fn after(
    table: &mut DefinitionTable<'_>,
    of: &CorrectedQuestion<'_, '_>,
    faults: &mut Faults<'_>,
) -> Option<Vec<i64>> {
    let Scale { min, max, direction } = of.scale;
    let Some(when) = table.value("when") else {
        return Some(vec![match direction {
            ScaleDirection::HighIsGood => min,
            ScaleDirection::LowIsGood => max,
        }]);
    };
    let covers =
        |ranges: &[RangeInclusive<i64>], value: &i64| ranges.iter().any(|range| range.contains(value));
    let ranges = values(when, (min, max), of.labels, faults)?;
    Some((min..=max).filter(|value| covers(&ranges, value)).collect())
}

/// What is played after each of the answers: one prompt for all, or one for each.
fn offers(
    table: &mut DefinitionTable<'_>,
    of: &CorrectedQuestion<'_, '_>,
    after: Vec<i64>,
    prompt_reader: &PromptReader<'_>,
    faults: &mut Faults<'_>,
) -> BTreeMap<i64, Vec<PromptName>> {
    let each = match table.value("prompt") {
        Some(value) if value.get_ref().is_table() => table.table("prompt", faults),
        Some(_) | None => None,
    };
    let Some(each) = each else {
        let default = format!("{}{PROMPT}", of.id.get_ref());
        let played = prompt_reader.announcement(table, "prompt", &default, faults);
        if played.is_empty()
            && let Some(value) = table.value("prompt").filter(|_| !faults.has_error())
        {
            faults.error(
                value.span(),
                "a correction without a prompt is silence",
                "name its prompt",
            );
        }
        return after.into_iter().map(|value| (value, played.clone())).collect();
    };
    let mut offers = BTreeMap::new();
    for (value, prompt) in each.entries() {
        match value
            .get_ref()
            .parse::<i64>()
            .ok()
            .filter(|number| after.contains(number))
        {
            Some(number) => drop(offers.insert(number, prompt_reader.sequence("prompt", prompt, faults))),
            None => {
                let reason = format!(
                    "a prompt for `{}`, after which nothing is offered",
                    value.get_ref()
                );
                faults.error(value.span(), reason, "add it to `when`, or remove it");
            }
        }
    }
    if let Some(missing) = after.iter().find(|value| !offers.contains_key(value)) {
        let fix = format!("write `{missing} = \"...\"` in `prompt`, or one prompt for all");
        faults.error(each.span(), format!("nothing is said after {missing}"), fix);
    }
    offers
}
