//! One `[[question]]`.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::DeValue;

use super::branch::{self, BranchDraft};
use super::correction::{self, CorrectedQuestion};
use super::keys::answers;
use super::scale::{labels, metric, target, threshold};
use super::table::{DefinitionTable, wrong_type};
use super::wording::PromptReader;
use super::{comment, condition};
use crate::direction::{ScaleWording, direction_doubt};
use crate::metric::Metric;
use crate::question::{Goto, Question, Scale, ScaleDirection};
use aftercall_base::{Faults, Language, QuestionId};

/// A question whose place in the flow is not known yet.
#[derive(Debug)]
pub(super) struct QuestionDraft<'t> {
    /// Its id as written, or the metric's word.
    pub(super) id: Spanned<&'t str>,
    /// `None` when something of it is wrong.
    pub(super) question: Option<Question>,
    /// The id of its group.
    pub(super) group: Option<Spanned<&'t str>>,
    pub(super) next: Option<Spanned<&'t str>>,
    pub(super) branches: Vec<BranchDraft<'t>>,
    pub(super) is_comment: bool,
}

/// Reads a question. `is_attribute` says which names beside the fields conditions may use.
pub(super) fn read<'t>(
    mut table: DefinitionTable<'t>,
    prompt_reader: &PromptReader<'_>,
    is_attribute: &dyn Fn(&str) -> bool,
    faults: &mut Faults<'_>,
) -> QuestionDraft<'t> {
    let metric = metric(&mut table, faults).map(Spanned::into_inner);
    let default_id = Spanned::new(table.span(), metric.map_or("", Metric::as_str));
    let id = table.string("id", faults).unwrap_or(default_id);
    let name = question_id(&id, faults);
    let texts = texts(&mut table, prompt_reader.languages(), &id, faults);
    let comment = comment::read(&mut table, metric, faults);
    let wording = prompt_reader.wording(&mut table, &id, metric, faults);
    let next = table.string("next", faults);
    let group = table.string("group", faults);
    let only_when = condition::read(&mut table, is_attribute, faults);
    let branch_tables = table.tables("branch", faults);
    let mut branches = Vec::new();
    let mut question = None;
    if let Some(metric) = metric
        && let Some(answers) = answers(&mut table, metric, faults)
    {
        let scale = answers.scale;
        let labels = labels(&mut table, metric, scale, answers.labels, faults);
        doubt_direction(metric, scale, (&texts, &labels), &id, faults);
        branches = branch_tables
            .into_iter()
            .filter(|_| comment.is_none())
            .filter_map(|table| branch::read(table, (scale.min, scale.max), &labels, is_attribute, faults))
            .collect();
        let corrected = CorrectedQuestion {
            id: &id,
            metric,
            scale,
            labels: &labels,
        };
        let correction = correction::read(&mut table, &corrected, prompt_reader, faults);
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
            only_when,
            group: None,
            correction,
            branches: Vec::new(),
            next: Goto::End,
            scored: false,
        });
    }
    table.pass_over(&[
        "scale",
        "keys",
        "labels",
        "threshold",
        "top_box",
        "target",
        "correction",
    ]);
    table.finish("a question", faults);
    QuestionDraft {
        id,
        question,
        group,
        next,
        branches,
        is_comment: metric == Some(Metric::Comment),
    }
}

/// Warns where the words say the opposite of the direction.
fn doubt_direction(
    metric: Metric,
    scale: Scale,
    (texts, labels): (&BTreeMap<Language, String>, &BTreeMap<i64, String>),
    id: &Spanned<&str>,
    faults: &mut Faults<'_>,
) {
    let label = |value| labels.get(&value).map(String::as_str);
    let mut doubts = texts.values().filter_map(|text| {
        direction_doubt(ScaleWording {
            metric,
            scale: (scale.min, scale.max),
            high_is_good: scale.direction == ScaleDirection::HighIsGood,
            text,
            lowest: label(scale.min),
            highest: label(scale.max),
        })
    });
    if let Some(why) = doubts.next() {
        faults.warning(
            id.span(),
            format!("the direction of the scale may be wrong: {why}"),
            "write `scale = { ..., direction = \"low_is_good\" }` or `\"high_is_good\"`; a changed direction begins a new series",
        );
    }
}

/// The id of a question or a group; `None` when it cannot be one.
pub(super) fn question_id(id: &Spanned<&str>, faults: &mut Faults<'_>) -> Option<QuestionId> {
    if id.get_ref().is_empty() {
        return None;
    }
    QuestionId::new(id.get_ref())
        .map_err(|error| faults.error(id.span(), error.to_string(), "choose another id"))
        .ok()
}

/// The question in words: one text in the default language, or a text for each language.
fn texts(
    table: &mut DefinitionTable<'_>,
    languages: &[Language],
    id: &Spanned<&str>,
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
            for (tag, text) in DefinitionTable::new(entries, value.span()).entries() {
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
