//! From the answers of one series to its figures.

use std::collections::BTreeMap;

use super::{AnswerCount, Score, ScoreKind, ValueCount};
use crate::funnel::percent;
use crate::statistics::weighted::{weighted_mean, weighted_nps, weighted_share};
use crate::statistics::{self, ConfidenceInterval, Estimate, NpsCounts};
use aftercall_survey::{Metric, QuestionRecord, ScaleWording, direction_doubt};

/// Why the direction may be the wrong one, by the words of the definition.
pub(super) fn doubt_of(question: &QuestionRecord) -> Option<String> {
    let (min, max) = question.scale;
    let label = |value| {
        let known = question.labels.iter().find(|(known, _)| *known == value);
        known.map(|(_, label)| label.as_str())
    };
    direction_doubt(ScaleWording {
        metric: question.metric,
        scale: question.scale,
        high_is_good: question.high_is_good,
        text: &question.text,
        lowest: label(min),
        highest: label(max),
    })
}

/// Scales wider than this list only the values that were given.
const WIDEST_LISTED_SCALE: i64 = 100;

/// The threshold as defined, or the usual one of the metric; none for NPS, whose bounds are fixed, and for a plain choice or number.
pub(super) fn threshold(question: &QuestionRecord) -> Option<i64> {
    let usual = match (question.metric, question.scale, question.high_is_good) {
        (Metric::Nps | Metric::Choice | Metric::Number | Metric::Comment, _, _) => return None,
        (Metric::Csat | Metric::YesNo, (0, 1), high) => Some(i64::from(high)),
        (Metric::Csat | Metric::Ces, (1, 5), high) => Some(if high { 4 } else { 2 }),
        (Metric::Ces, (1, 7), high) => Some(if high { 5 } else { 3 }),
        (Metric::Csat | Metric::Ces | Metric::YesNo, _, _) => None,
    };
    question.threshold.or(usual)
}

/// How a question is scored.
pub(super) fn kind(question: &QuestionRecord) -> ScoreKind {
    match question.metric {
        Metric::Nps if question.scale == (0, 10) && question.high_is_good => ScoreKind::Nps,
        Metric::Nps | Metric::Choice | Metric::Comment => ScoreKind::None,
        Metric::Number => ScoreKind::Mean,
        Metric::Csat | Metric::Ces | Metric::YesNo => match threshold(question) {
            Some(_) => ScoreKind::Share,
            None if question.scale == (0, 1) => ScoreKind::None,
            None => ScoreKind::Mean,
        },
    }
}

/// Good values and all values; `None` where there is no threshold.
pub(crate) fn good(question: &QuestionRecord, values: &[(i64, u64)]) -> Option<(u64, u64)> {
    let threshold = threshold(question)?;
    let is_good = |value: i64| {
        if question.high_is_good {
            value >= threshold
        } else {
            value <= threshold
        }
    };
    let good = values
        .iter()
        .filter(|(value, _)| is_good(*value))
        .map(|(_, answers)| answers)
        .sum();
    Some((good, values.iter().map(|(_, answers)| answers).sum()))
}

/// The headline with each answer counted by its weight; `None` where all weights are the same.
pub(super) fn weighted(question: &QuestionRecord, counts: &[AnswerCount]) -> Option<Score> {
    let (min, max) = question.scale;
    let mut strata: BTreeMap<u64, Vec<(i64, u64)>> = BTreeMap::new();
    for count in counts {
        if let Some(value) = count.value.filter(|value| (min..=max).contains(value)) {
            strata
                .entry(count.weight.to_bits())
                .or_default()
                .push((value, count.answers));
        }
    }
    if strata.len() < 2 {
        return None;
    }
    let strata = strata
        .iter()
        .map(|(weight, values)| (f64::from_bits(*weight), values));
    match kind(question) {
        ScoreKind::Nps => {
            let counted =
                |(weight, values): (f64, &Vec<(i64, u64)>)| (weight, NpsCounts::of(values.iter().copied()));
            let weighted = weighted_nps(&strata.map(counted).collect::<Vec<_>>())?;
            Some(weighted_score(
                weighted.point,
                weighted.interval,
                weighted.raw.n,
                1.0,
            ))
        }
        ScoreKind::Share => {
            let counted = |(weight, values): (f64, &Vec<(i64, u64)>)| {
                let (hits, n) = good(question, values)?;
                Some((weight, hits, n))
            };
            let weighted = weighted_share(&strata.filter_map(counted).collect::<Vec<_>>())?;
            Some(weighted_score(
                weighted.point,
                weighted.interval,
                weighted.raw.n,
                100.0,
            ))
        }
        ScoreKind::Mean => {
            let all: Vec<(f64, &[(i64, u64)])> = strata
                .map(|(weight, values)| (weight, values.as_slice()))
                .collect();
            let weighted = weighted_mean(&all)?;
            let is_finite = weighted.interval.low.is_finite() && weighted.interval.high.is_finite();
            is_finite.then(|| weighted_score(weighted.point, weighted.interval, weighted.raw.n, 1.0))
        }
        ScoreKind::None => None,
    }
}

fn weighted_score(value: f64, interval: ConfidenceInterval, n: u64, unit: f64) -> Score {
    Score {
        value: value * unit,
        low: interval.low * unit,
        high: interval.high * unit,
        n,
    }
}

/// NPS in points only on 0-10; else the percentage at or beyond the threshold.
pub(crate) fn headline(question: &QuestionRecord, values: &[(i64, u64)]) -> Option<Score> {
    if question.metric == Metric::Nps {
        let is_standard = question.scale == (0, 10) && question.high_is_good;
        let counts = is_standard.then(|| NpsCounts::of(values.iter().copied()))?;
        return counts.score().map(|estimate| score(estimate, 1.0));
    }
    let (good, n) = good(question, values)?;
    statistics::share(good, n).map(|estimate| score(estimate, 100.0))
}

fn score(estimate: Estimate, unit: f64) -> Score {
    let ConfidenceInterval { low, high } = estimate.interval;
    Score {
        value: estimate.point * unit,
        low: low * unit,
        high: high * unit,
        n: estimate.n,
    }
}

/// The mean of a scale that is no yes or no.
pub(super) fn mean(question: &QuestionRecord, values: &[(i64, u64)]) -> Option<Score> {
    match question.metric {
        Metric::Ces | Metric::Csat | Metric::Number if question.scale != (0, 1) => {
            let mean = statistics::mean(values)?;
            let ConfidenceInterval { low, high } = mean.interval?;
            Some(Score {
                value: mean.point,
                low,
                high,
                n: mean.n,
            })
        }
        Metric::Nps
        | Metric::Ces
        | Metric::Csat
        | Metric::YesNo
        | Metric::Choice
        | Metric::Number
        | Metric::Comment => None,
    }
}

/// Answers by value; values of the scale that nobody gave included.
pub(super) fn distribution(
    question: &QuestionRecord,
    mut valid: BTreeMap<i64, u64>,
    n: u64,
) -> Vec<ValueCount> {
    let (min, max) = question.scale;
    if max
        .checked_sub(min)
        .is_some_and(|span| span <= WIDEST_LISTED_SCALE)
    {
        for value in min..=max {
            valid.entry(value).or_default();
        }
    }
    let label = |value| {
        question
            .labels
            .iter()
            .find(|(known, _)| *known == value)
            .map(|(_, label)| label.clone())
    };
    valid
        .into_iter()
        .map(|(value, answers)| ValueCount {
            value,
            label: label(value),
            answers,
            percent: percent(answers, n),
        })
        .collect()
}
