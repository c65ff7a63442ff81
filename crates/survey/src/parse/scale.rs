//! The scale of a question, and what is said of its values: labels, threshold, target.

use std::collections::BTreeMap;

use toml::Spanned;

use super::table::{DefinitionTable, listed, wrong_type};
use super::written;
use crate::metric::Metric;
use crate::question::{Scale, ScaleDirection};
use aftercall_base::Faults;
use aftercall_base::suggest::closest;

/// Keys of a score have at most two digits.
const LARGEST: i64 = 99;
/// Keys of a plain number have at most four.
const LARGEST_NUMBER: i64 = 9_999;

pub(super) const YES_NO: Scale = Scale {
    min: 0,
    max: 1,
    direction: ScaleDirection::HighIsGood,
};
/// What stands for the scale of a comment.
pub(super) const NO_SCALE: Scale = Scale {
    min: 0,
    max: 0,
    direction: ScaleDirection::HighIsGood,
};
const NPS: Scale = Scale {
    min: 0,
    max: 10,
    direction: ScaleDirection::HighIsGood,
};
const FIVE: Scale = Scale {
    min: 1,
    max: 5,
    direction: ScaleDirection::HighIsGood,
};

/// The scale of a question whose answers are numbers or yes and no.
pub(super) fn scale(
    table: &mut DefinitionTable<'_>,
    metric: Metric,
    faults: &mut Faults<'_>,
) -> Option<Scale> {
    let default = match metric {
        Metric::Nps => NPS,
        Metric::Ces | Metric::Csat => FIVE,
        Metric::YesNo | Metric::Choice => YES_NO,
        Metric::Number | Metric::Comment => NO_SCALE,
    };
    let Some(mut given) = table.table("scale", faults) else {
        if metric == Metric::Number {
            let fix = "write for example `scale = { min = 0, max = 99 }`";
            faults.error(table.span(), "a number has no scale", fix);
            return None;
        }
        return Some(default);
    };
    let span = given.span();
    let min = given
        .integer("min", faults)
        .map_or(default.min, |min| *min.get_ref());
    let max = given
        .integer("max", faults)
        .map_or(default.max, |max| *max.get_ref());
    let direction = direction(&mut given, faults).unwrap_or(default.direction);
    given.finish("`scale`", faults);
    let scale = Scale { min, max, direction };
    match refusal(metric, scale) {
        Some((reason, fix)) => {
            faults.error(span, reason, fix);
            None
        }
        None => Some(scale),
    }
}

/// Why a metric cannot have a scale, with the fix.
fn refusal(metric: Metric, scale: Scale) -> Option<(String, &'static str)> {
    let Scale { min, max, .. } = scale;
    match metric {
        Metric::Nps if scale != NPS => Some((
            "an NPS question is on 0-10 with a high value good: another scale is never called NPS".to_owned(),
            "remove `scale`, or make it `metric = \"csat\"`",
        )),
        Metric::YesNo if (min, max) != (0, 1) => Some((
            "a yes/no question is stored as 1 and 0".to_owned(),
            "keep only `direction` in its scale",
        )),
        Metric::Choice => Some((
            "a choice has no scale".to_owned(),
            "remove `scale`; its values are its keys",
        )),
        Metric::Nps | Metric::Ces | Metric::Csat | Metric::YesNo | Metric::Number if min >= max => Some((
            format!("the scale {min}-{max} is empty: min must be below max"),
            "write for example `scale = { min = 1, max = 5 }`",
        )),
        Metric::Nps | Metric::Ces | Metric::Csat | Metric::YesNo if min < 0 || max > LARGEST => Some((
            format!("the scale {min}-{max} cannot be keyed"),
            "stay within 0-99",
        )),
        Metric::Number if min < 0 || max > LARGEST_NUMBER => Some((
            format!("the scale {min}-{max} cannot be keyed"),
            "stay within 0-9999",
        )),
        Metric::Nps | Metric::Ces | Metric::Csat | Metric::YesNo | Metric::Number | Metric::Comment => None,
    }
}

fn direction(table: &mut DefinitionTable<'_>, faults: &mut Faults<'_>) -> Option<ScaleDirection> {
    let word = table.string("direction", faults)?;
    let found = ScaleDirection::ALL
        .into_iter()
        .find(|known| known.as_str() == *word.get_ref());
    if found.is_none() {
        let known = ScaleDirection::ALL.map(ScaleDirection::as_str);
        let fix = match closest(word.get_ref(), known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {}", listed(&known)),
        };
        faults.error(
            word.span(),
            format!("`{}` is not a direction", word.get_ref()),
            fix,
        );
    }
    found
}

/// Labels of values, over those that the answers bring with them.
pub(super) fn labels(
    table: &mut DefinitionTable<'_>,
    metric: Metric,
    scale: Scale,
    mut labels: BTreeMap<i64, String>,
    faults: &mut Faults<'_>,
) -> BTreeMap<i64, String> {
    let Some(given) = table.table("labels", faults) else {
        return labels;
    };
    if metric == Metric::Comment {
        return labels;
    }
    if metric == Metric::Choice {
        faults.error(
            given.span(),
            "the labels of a choice are in its `keys`",
            "remove `labels`",
        );
        return labels;
    }
    for (field, value) in given.entries() {
        let number = field
            .get_ref()
            .parse()
            .ok()
            .filter(|number| (scale.min..=scale.max).contains(number));
        match (number, value.get_ref().as_str()) {
            (Some(number), Some(label)) => {
                labels.insert(number, label.to_owned());
            }
            (None, _) => {
                let reason = format!("a label for `{}`, which is not on the scale", field.get_ref());
                faults.error(field.span(), reason, format!("label {}-{}", scale.min, scale.max));
            }
            (_, None) => wrong_type(field.get_ref(), "a text in quotes", value, faults),
        }
    }
    labels
}

/// `threshold` of CSAT or `top_box` of CES; other metrics have neither.
pub(super) fn threshold(
    table: &mut DefinitionTable<'_>,
    metric: Metric,
    scale: Scale,
    faults: &mut Faults<'_>,
) -> Option<i64> {
    let written = ["threshold", "top_box"].map(|field| (field, table.integer(field, faults)));
    let field = match metric {
        Metric::Csat => Some("threshold"),
        Metric::Ces => Some("top_box"),
        Metric::Nps | Metric::YesNo | Metric::Choice | Metric::Number | Metric::Comment => None,
    };
    let mut own: Option<Spanned<i64>> = None;
    for (name, value) in written {
        match value {
            Some(value) if Some(name) == field => own = Some(value),
            Some(value) => {
                let reason = format!("`{name}` means nothing for `{}`", metric.as_str());
                let fix = field.map_or("remove it".to_owned(), |field| format!("write `{field}`"));
                faults.error(value.span(), reason, fix);
            }
            None => {}
        }
    }
    let field = field?;
    match own {
        Some(value) => within(&value, field, scale, faults),
        None => default_threshold(table, field, scale, faults),
    }
}

fn within(value: &Spanned<i64>, field: &str, scale: Scale, faults: &mut Faults<'_>) -> Option<i64> {
    let number = *value.get_ref();
    if !(scale.min..=scale.max).contains(&number) {
        let reason = format!(
            "`{field} = {number}` is outside the scale {}-{}",
            scale.min, scale.max
        );
        faults.error(value.span(), reason, "name a value of the scale");
        return None;
    }
    Some(number)
}

/// 4-5 of 5, 5-7 of 7, or yes; the mirror image where a low value is good.
fn default_threshold(
    table: &DefinitionTable<'_>,
    field: &str,
    scale: Scale,
    faults: &mut Faults<'_>,
) -> Option<i64> {
    let high = match (scale.min, scale.max) {
        (0, 1) => 1,
        (1, 5) => 4,
        (1, 7) => 5,
        _ => {
            let reason = format!("no `{field}`, and {}-{} has no usual one", scale.min, scale.max);
            faults.error(
                table.span(),
                reason,
                "say from which value on an answer counts as good",
            );
            return None;
        }
    };
    Some(match scale.direction {
        ScaleDirection::HighIsGood => high,
        ScaleDirection::LowIsGood => scale.min + scale.max - high,
    })
}

/// The target of the headline score: NPS points, or percent.
pub(super) fn target(
    table: &mut DefinitionTable<'_>,
    metric: Metric,
    faults: &mut Faults<'_>,
) -> Option<f64> {
    let target = table.number("target", faults)?;
    let (lowest, highest, unit) = match metric {
        Metric::Nps => (-100.0, 100.0, "NPS points, -100 to 100"),
        Metric::Ces | Metric::Csat | Metric::YesNo => (0.0, 100.0, "percent, 0 to 100"),
        Metric::Choice | Metric::Number | Metric::Comment => {
            let reason = format!("a {} has no score to aim at", metric.as_str());
            faults.error(target.span(), reason, "remove `target`");
            return None;
        }
    };
    if !(lowest..=highest).contains(target.get_ref()) {
        let reason = format!("`target = {}` cannot be reached", target.get_ref());
        faults.error(target.span(), reason, format!("write {unit}"));
        return None;
    }
    Some(*target.get_ref())
}

/// The metric of a question.
pub(super) fn metric(table: &mut DefinitionTable<'_>, faults: &mut Faults<'_>) -> Option<Spanned<Metric>> {
    let known = Metric::ALL.map(Metric::as_str);
    if table.value("metric").is_none() {
        let fix = format!("write `metric = ...` with one of {}", listed(&known));
        faults.error(table.span(), "a question has no metric", fix);
        return None;
    }
    let word = table.string("metric", faults)?;
    let found = Metric::from_str_opt(word.get_ref());
    if found.is_none() {
        let fix = match closest(word.get_ref(), known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write one of {}", listed(&known)),
        };
        let given = table
            .value("metric")
            .map_or(String::new(), |value| written(value.get_ref()));
        faults.error(word.span(), format!("{given} is not a metric"), fix);
    }
    found.map(|metric| Spanned::new(word.span(), metric))
}
