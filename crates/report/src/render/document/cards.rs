//! The figures that are read first.

use super::drill::{self, Parameters};
use super::words::{self, Verdict};
use super::{Cell, IntervalChart, Phrase, Unit, answers};
use crate::comparison::ComparisonView;
use crate::render::locale::Locale;
use crate::report::Report;
use crate::series::{Score, ScoreKind, Series};

/// A figure with all that it takes to judge it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Card {
    /// What it is called: `NPS`.
    pub(crate) label: Phrase,
    /// What it is about: the question.
    pub(crate) about: Phrase,
    /// The survey that asks it; `None`: it is of the calls, whatever they are asked.
    pub(crate) survey: Option<Phrase>,
    pub(crate) value: Cell,
    /// How many answers or offered surveys it rests on, in words.
    pub(crate) n: String,
    pub(crate) interval: Option<Cell>,
    /// The ends of the scale on which it is drawn.
    pub(crate) scale: (f64, f64),
    pub(crate) target: Option<(Cell, Option<Verdict>)>,
    /// The difference to the other period, and what it says.
    pub(crate) comparison: Option<(Cell, Verdict)>,
    pub(crate) definition: Option<String>,
    /// The calls that `n` counts.
    pub(crate) behind: Parameters,
}

/// Response rate, then each question that is scored, as it was asked last.
pub(crate) fn of(report: &Report, locale: Locale) -> Vec<Card> {
    if report.calls.arrived == 0 {
        return Vec::new();
    }
    let mut cards = vec![response_rate(report, locale)];
    let has_several = answers::has_several_surveys(report);
    let mut shown: Vec<(&str, &str)> = Vec::new();
    for series in &report.questions {
        let key = (series.survey.as_str(), series.question.as_str());
        if series.score_kind() != ScoreKind::None && !shown.contains(&key) {
            shown.push(key);
            cards.push(question(series, has_several, locale));
        }
    }
    cards
}

fn response_rate(report: &Report, locale: Locale) -> Card {
    let messages = locale.messages();
    let detail = report
        .calls
        .rate_details
        .iter()
        .find(|rate| rate.name == "response_rate");
    let interval = detail.and_then(|rate| rate.low.zip(rate.high));
    let view = report
        .compared_with
        .as_ref()
        .and_then(|other| other.response_rate.as_ref());
    Card {
        label: Phrase::own(messages.text("rate-response_rate")),
        about: Phrase::own(messages.text("card-response-rate")),
        survey: None,
        value: Cell::figure(report.calls.rates.response_rate, Unit::Percent),
        n: counted("n-offered", report.calls.offered, locale),
        interval: interval.map(|(low, high)| Cell::Interval {
            low,
            high,
            unit: Unit::Percent,
        }),
        scale: (0.0, 100.0),
        target: None,
        comparison: view.map(|view| compared(view, Unit::Percent, true, locale)),
        definition: detail.map(|rate| words::rate_formula(rate.name, rate.formula, locale)),
        behind: Parameters::default().with("step", "offered"),
    }
}

fn question(series: &Series, has_several: bool, locale: Locale) -> Card {
    let unit = words::unit(series);
    let score: Option<Score> = headline(series);
    let verdict = series.verdict.map(|verdict| words::target(verdict, locale));
    let scale = scale(series, String::new());
    Card {
        label: words::headline(series, locale),
        about: answers::caption(series, has_several),
        survey: Some(answers::survey(series)),
        value: Cell::figure(score.map(|score| score.value), unit),
        n: counted("n-answers", series.n, locale),
        interval: score.map(|score| Cell::Interval {
            low: score.low,
            high: score.high,
            unit,
        }),
        scale: (scale.min, scale.max),
        target: target(series).map(|value| (Cell::Figure { value, unit }, verdict)),
        comparison: series
            .comparison
            .as_ref()
            .map(|view| compared(view, unit, words::high_is_good(series), locale)),
        definition: words::formula(series, locale),
        behind: drill::question(series).with("answer", "any"),
    }
}

fn counted(id: &str, count: u64, locale: Locale) -> String {
    let shown = locale.count(count);
    locale
        .messages()
        .with(id, [("count", count.into()), ("shown", shown.into())])
}

/// The headline, or the mean where there is none.
pub(crate) fn headline(series: &Series) -> Option<Score> {
    match series.score_kind() {
        ScoreKind::Nps | ScoreKind::Share => series.score,
        ScoreKind::Mean => series.mean,
        ScoreKind::None => None,
    }
}

/// The target, where the headline has one: a mean has none.
pub(crate) fn target(series: &Series) -> Option<f64> {
    match series.score_kind() {
        ScoreKind::Nps | ScoreKind::Share => series.target,
        ScoreKind::Mean | ScoreKind::None => None,
    }
}

fn compared(view: &ComparisonView, unit: Unit, high_is_good: bool, locale: Locale) -> (Cell, Verdict) {
    let difference = Cell::Difference {
        value: view.difference,
        unit: unit.of_difference(),
    };
    (difference, words::comparison(view, high_is_good, locale))
}

/// The scale on which figures of a question are drawn, without any.
pub(crate) fn scale(series: &Series, head: String) -> IntervalChart {
    let unit = words::unit(series);
    let (min, max) = match (unit, series.scale) {
        (Unit::Points, _) => (-100.0, 100.0),
        (Unit::Scale, Some(scale)) => (scale.min as f64, scale.max as f64),
        _ => (0.0, 100.0),
    };
    IntervalChart {
        head,
        unit,
        min,
        max,
        whole: None,
        target: target(series),
        marks: Vec::new(),
    }
}

/// A figure with its interval, as it is drawn.
pub(crate) fn mark(score: Option<Score>) -> Option<(f64, f64, f64)> {
    score.map(|score| (score.value, score.low, score.high))
}
