//! One `[[question]]`.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use toml::Spanned;
use toml::de::DeValue;

use super::comment;
use super::keys::answers;
use super::scale::{labels, metric, target, threshold};
use super::table::{At, Table, as_integer, wrong_type};
use super::wording::Speaker;
use crate::survey::definition::{Goto, Question};
use crate::survey::fault::Faults;
use crate::survey::metric::Metric;
use crate::survey::name::{Language, QuestionId};

/// A question whose place in the flow is not known yet.
#[derive(Debug)]
pub(super) struct Draft<'t> {
    /// Its id as written, or the metric's word.
    pub(super) id: At<&'t str>,
    /// `None` when something of it is wrong.
    pub(super) question: Option<Question>,
    pub(super) next: Option<At<&'t str>>,
    pub(super) branches: Vec<DraftBranch<'t>>,
}

/// A branch that names its target.
#[derive(Debug)]
pub(super) struct DraftBranch<'t> {
    pub(super) when: At<Vec<RangeInclusive<i64>>>,
    pub(super) goto: At<&'t str>,
}

pub(super) fn read<'t>(mut table: Table<'t>, speaker: &Speaker<'_>, faults: &mut Faults<'_>) -> Draft<'t> {
    let metric = metric(&mut table, faults).map(Spanned::into_inner);
    let default_id = Spanned::new(table.span(), metric.map_or("", Metric::as_str));
    let id = table.string("id", faults).unwrap_or(default_id);
    let name = question_id(&id, faults);
    let texts = texts(&mut table, speaker.languages(), &id, faults);
    let comment = comment::read(&mut table, metric, faults);
    let wording = speaker.wording(&mut table, &id, metric, faults);
    let next = table.string("next", faults);
    let branch_tables = table.tables("branch", faults);
    let mut branches = Vec::new();
    let mut question = None;
    if let Some(metric) = metric
        && let Some(answers) = answers(&mut table, metric, faults)
    {
        let scale = answers.scale;
        let labels = labels(&mut table, metric, scale, answers.labels, faults);
        branches = branch_tables
            .into_iter()
            .filter(|_| comment.is_none())
            .filter_map(|branch| read_branch(branch, (scale.min, scale.max), &labels, faults))
            .collect();
        let threshold = threshold(&mut table, metric, scale, faults);
        let target = target(&mut table, metric, faults);
        question = name.map(|id| Question {
            id,
            metric,
            texts,
            scale,
            threshold,
            target,
            labels,
            keys: answers.keys,
            comment,
            wording,
            branches: Vec::new(),
            next: Goto::End,
            scored: false,
            leads_to_scored: false,
        });
    }
    table.pass_over(&["scale", "keys", "labels", "threshold", "top_box", "target"]);
    table.finish("a question", faults);
    Draft {
        id,
        question,
        next,
        branches,
    }
}

fn question_id(id: &At<&str>, faults: &mut Faults<'_>) -> Option<QuestionId> {
    if id.get_ref().is_empty() {
        return None;
    }
    QuestionId::new(id.get_ref())
        .map_err(|error| faults.error(id.span(), error.to_string(), "choose another id"))
        .ok()
}

/// The question in words: one text in the default language, or a text for each language.
fn texts(
    table: &mut Table<'_>,
    languages: &[Language],
    id: &At<&str>,
    faults: &mut Faults<'_>,
) -> BTreeMap<Language, String> {
    let mut texts = BTreeMap::new();
    let Some(value) = table.value("text") else {
        let reason = "a question has no `text`: reports show its id instead";
        faults.warning(
            id.span(),
            reason,
            "write `text = \"...\"`, or `text.en`, `text.fi` and so on",
        );
        return texts;
    };
    match value.get_ref() {
        DeValue::String(text) => {
            texts.extend(languages.first().map(|first| (first.clone(), text.to_string())));
        }
        DeValue::Table(entries) => {
            for (tag, text) in Table::new(entries, value.span()).entries() {
                let language = languages.iter().find(|known| known.as_str() == *tag.get_ref());
                match (language, text.get_ref().as_str()) {
                    (Some(language), Some(text)) => {
                        texts.insert(language.clone(), text.to_owned());
                    }
                    (None, _) => {
                        let reason = format!("a text in `{}`, which is not a language here", tag.get_ref());
                        faults.error(tag.span(), reason, "add it to `languages`, or remove the text");
                    }
                    (_, None) => wrong_type("text", "a text in quotes", text, faults),
                }
            }
        }
        DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_)
        | DeValue::Array(_) => wrong_type("text", "a text in quotes or one for each language", value, faults),
    }
    texts
}

fn read_branch<'t>(
    mut table: Table<'t>,
    scale: (i64, i64),
    labels: &BTreeMap<i64, String>,
    faults: &mut Faults<'_>,
) -> Option<DraftBranch<'t>> {
    let when = table.value("when");
    let goto = table.string("goto", faults);
    let span = table.span();
    table.finish("`[[question.branch]]`", faults);
    let (Some(when), Some(goto)) = (when, goto) else {
        let mend = "write `when = \"0-6\"` and `goto = \"...\"`";
        faults.error(span, "a branch needs both `when` and `goto`", mend);
        return None;
    };
    let values = values(when.get_ref(), labels).filter(|values| {
        let on_scale = |range: &RangeInclusive<i64>| *range.start() >= scale.0 && *range.end() <= scale.1;
        !values.is_empty() && values.iter().all(|range| !range.is_empty() && on_scale(range))
    });
    if values.is_none() {
        let reason = format!(
            "`when = {}` is no answer to the question",
            super::written(when.get_ref())
        );
        let mend = format!("write values of {}-{}, such as \"{}\"", scale.0, scale.1, scale.0);
        faults.error(when.span(), reason, mend);
    }
    Some(DraftBranch {
        when: Spanned::new(when.span(), values?),
        goto,
    })
}

/// `3`, `"0-6"`, `"1,4-5"`, or a label such as `"no"`.
fn values(value: &DeValue<'_>, labels: &BTreeMap<i64, String>) -> Option<Vec<RangeInclusive<i64>>> {
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
    let number = |text: &str| text.trim().parse::<u8>().ok().map(i64::from);
    match text.split_once('-') {
        Some((low, high)) => Some(number(low)?..=number(high)?),
        None => number(text).map(|number| number..=number),
    }
}
