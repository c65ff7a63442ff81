//! `[[question.branch]]`: where a question leads after some answers, or for some calls.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::DeValue;

use super::table::{DefinitionTable, as_integer};
use super::{condition, written};
use crate::context::Condition;
use aftercall_base::Faults;

/// A branch that names its target.
#[derive(Debug)]
pub(super) struct BranchDraft<'t> {
    /// `None`: after any answer, and after a skip.
    pub(super) when: Option<Vec<RangeInclusive<i64>>>,
    pub(super) only_when: Option<Condition>,
    pub(super) goto: Spanned<&'t str>,
    /// Where its faults are reported.
    pub(super) place: Spanned<()>,
}

/// Reads a branch of a question whose answers are on `scale`.
pub(super) fn read<'t>(
    mut table: DefinitionTable<'t>,
    scale: (i64, i64),
    labels: &BTreeMap<i64, String>,
    is_attribute: &dyn Fn(&str) -> bool,
    faults: &mut Faults<'_>,
) -> Option<BranchDraft<'t>> {
    let when = table.value("when");
    let only_when = table.value(condition::FIELD).map(|value| value.span());
    let condition = condition::read(&mut table, is_attribute, faults);
    let goto = table.string("goto", faults);
    let span = table.span();
    table.finish("`[[question.branch]]`", faults);
    let place = when.map(|when| when.span()).or_else(|| only_when.clone());
    let (Some(place), Some(goto)) = (place, goto) else {
        let fix = "write `when = \"0-6\"`, or `only_when = { queue = \"sales\" }`, and `goto = \"...\"`";
        faults.error(span, "a branch needs `goto`, and `when` or `only_when`", fix);
        return None;
    };
    let when = match when {
        Some(when) => Some(values(when, scale, labels, faults)?),
        None => None,
    };
    if only_when.is_some() && condition.is_none() {
        return None;
    }
    Some(BranchDraft {
        when,
        only_when: condition,
        goto,
        place: Spanned::new(place, ()),
    })
}

/// The answers that a value names, all of them on `scale`.
pub(super) fn values(
    value: &Spanned<DeValue<'_>>,
    scale: (i64, i64),
    labels: &BTreeMap<i64, String>,
    faults: &mut Faults<'_>,
) -> Option<Vec<RangeInclusive<i64>>> {
    let on_scale = |range: &RangeInclusive<i64>| *range.start() >= scale.0 && *range.end() <= scale.1;
    let found = ranges(value.get_ref(), labels).filter(|values| {
        !values.is_empty() && values.iter().all(|range| !range.is_empty() && on_scale(range))
    });
    if found.is_none() {
        let reason = format!(
            "`when = {}` is not an answer to the question",
            written(value.get_ref())
        );
        let fix = format!("write values of {}-{}, such as \"{}\"", scale.0, scale.1, scale.0);
        faults.error(value.span(), reason, fix);
    }
    found
}

/// `3`, `"0-6"`, `"1,4-5"`, or a label such as `"no"`.
fn ranges(value: &DeValue<'_>, labels: &BTreeMap<i64, String>) -> Option<Vec<RangeInclusive<i64>>> {
    if let Some(number) = as_integer(value) {
        return Some(vec![number..=number]);
    }
    let text = value.as_str()?;
    let labelled = labels.iter().find(|(_, label)| label.eq_ignore_ascii_case(text));
    if let Some((number, _)) = labelled {
        return Some(vec![*number..=*number]);
    }
    text.split(',').map(|part| range(part.trim())).collect()
}

fn range(text: &str) -> Option<RangeInclusive<i64>> {
    let number = |text: &str| text.trim().parse::<u16>().ok().map(i64::from);
    match text.split_once('-') {
        Some((low, high)) => Some(number(low)?..=number(high)?),
        None => number(text).map(|number| number..=number),
    }
}
