//! The figures of a report, one after the other.

mod reach;

use crate::comparison::ComparisonView;
use crate::funnel::Funnel;
use crate::report::Report;
use crate::series::{Score, ScoreKind, Series};
use crate::trend::{TrendPoint, TrendQuestion};

/// A figure with all that tells it from the others.
#[derive(Debug, Clone, Default)]
pub(super) struct Figure<'r> {
    /// `calls`, `rate`, `answers`, `distribution`, `score`, `comparison`, `target_test`, `quality`, `comments`, `non_response`, `reach`.
    pub(super) part: &'static str,
    pub(super) scope: Scope<'r>,
    pub(super) survey: &'r str,
    pub(super) question: &'r str,
    pub(super) versions: String,
    pub(super) figure: &'r str,
    pub(super) answer: Option<i64>,
    pub(super) label: &'r str,
    pub(super) unit: &'static str,
    pub(super) value: Value,
    pub(super) n: Option<u64>,
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    pub(super) p: Option<f64>,
    pub(super) verdict: &'static str,
}

/// Which calls a figure is about: all that were selected, a part of them, a step of time, those of the other period.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scope<'r> {
    pub(super) group_by: &'static str,
    pub(super) group: &'r str,
    pub(super) start: &'r str,
    /// `previous`, `last_year` or `period`: the figures of that period. With part `comparison`: what the figure is compared with.
    pub(super) with: &'static str,
}

/// The number of a figure.
#[derive(Debug, Clone, Copy, Default)]
pub(super) enum Value {
    /// Not given.
    #[default]
    None,
    Count(u64),
    Number(f64),
}

impl From<Option<f64>> for Value {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::None, Self::Number)
    }
}

/// Every figure of a report.
pub(super) fn of(report: &Report) -> Vec<Figure<'_>> {
    let whole = Scope::default();
    let mut figures = calls(&report.calls, whole);
    figures.extend(report.questions.iter().flat_map(|series| question(series, whole)));
    if let Some(other) = &report.compared_with {
        figures.extend(
            other
                .response_rate
                .iter()
                .flat_map(|view| response_rate(view, whole)),
        );
        let scope = Scope {
            with: other.kind,
            ..whole
        };
        figures.extend(calls(&other.calls, scope));
    }
    for part in report.groups.iter().flat_map(|groups| &groups.parts) {
        let scope = Scope {
            group_by: report.groups.as_ref().map_or("", |groups| groups.by),
            group: &part.name,
            ..whole
        };
        figures.extend(calls(&part.calls, scope));
        figures.extend(
            part.response_rate
                .iter()
                .flat_map(|view| response_rate(view, scope)),
        );
        figures.extend(part.questions.iter().flat_map(|series| question(series, scope)));
    }
    for point in report.trend.iter().flat_map(|trend| &trend.points) {
        figures.extend(step(point, &report.questions));
    }
    figures.extend(comments(report));
    figures.extend(non_response(report));
    figures.extend(report.reach.iter().flat_map(reach::of));
    figures
}

/// Counts, ends, rules and rates of calls.
fn calls<'r>(calls: &'r Funnel, scope: Scope<'r>) -> Vec<Figure<'r>> {
    let count = |figure: &'r str, label: &'r str, calls: u64| Figure {
        part: "calls",
        scope,
        figure,
        label,
        unit: "calls",
        value: Value::Count(calls),
        ..Figure::default()
    };
    let steps = [
        ("arrived", calls.arrived),
        ("turned_away", calls.turned_away),
        ("suppressed", calls.suppressed),
        ("eligible", calls.eligible),
        ("sampled", calls.sampled),
        ("offered", calls.offered),
        ("answered", calls.answered),
        ("partial", calls.partial),
        ("completed", calls.completed),
        ("in_progress", calls.in_progress),
        ("never_arrived", calls.never_arrived),
        ("suspected_reversed", calls.suspected_reversed),
    ];
    let mut figures: Vec<Figure<'r>> = steps.map(|(step, calls)| count(step, "", calls)).into();
    let ends = calls.dispositions.iter();
    figures.extend(ends.map(|end| count("disposition", end.disposition, end.calls)));
    let rules = calls.suppressed_by.iter();
    figures.extend(rules.map(|rule| count("suppressed_by", &rule.rule, rule.calls)));
    figures.extend(calls.rate_details.iter().map(|rate| Figure {
        part: "rate",
        scope,
        figure: rate.name,
        unit: "percent",
        value: rate.percent.into(),
        n: Some(rate.whole),
        low: rate.low,
        high: rate.high,
        ..Figure::default()
    }));
    figures
}

/// The unit of the headline of a question, and of a difference of two.
fn units(kind: ScoreKind) -> (&'static str, &'static str) {
    match kind {
        ScoreKind::Nps => ("points", "points"),
        ScoreKind::Share => ("percent", "percentage_points"),
        ScoreKind::Mean | ScoreKind::None => ("scale", "scale"),
    }
}

fn question<'r>(series: &'r Series, scope: Scope<'r>) -> Vec<Figure<'r>> {
    let base = Figure {
        scope,
        survey: &series.survey,
        question: &series.question,
        versions: series.versions.join(" "),
        ..Figure::default()
    };
    let count = |part, figure, count| Figure {
        part,
        figure,
        unit: "answers",
        value: Value::Count(count),
        ..base.clone()
    };
    let mut figures = vec![
        count("answers", "n", series.n),
        count("answers", "skipped", series.skipped),
        count("answers", "out_of_scale", series.out_of_scale),
    ];
    for value in &series.distribution {
        let of_value = |figure, unit, number: Value, n| Figure {
            part: "distribution",
            figure,
            answer: Some(value.value),
            label: value.label.as_deref().unwrap_or_default(),
            unit,
            value: number,
            n,
            ..base.clone()
        };
        figures.push(of_value("answers", "answers", Value::Count(value.answers), None));
        figures.push(of_value(
            "percent",
            "percent",
            value.percent.into(),
            Some(series.n),
        ));
    }
    figures.extend(scores(series, &base));
    let quality = &series.quality;
    figures.extend([
        count("quality", "doubtful", quality.doubtful),
        count("quality", "too_early", quality.too_early),
        count("quality", "same_key", quality.same_key),
        count("quality", "by_timeout", quality.by_timeout),
    ]);
    if let Some(view) = &series.comparison {
        figures.extend(comparison(view, units(series.score_kind()), base.clone()));
    }
    if let Some(test) = series.target_test {
        figures.push(Figure {
            part: "target_test",
            figure: "adjusted_p",
            unit: "probability",
            value: Value::Number(test.adjusted_p),
            n: Some(series.n),
            p: Some(test.p),
            verdict: if test.is_missed { "missed" } else { "cannot_tell" },
            ..base
        });
    }
    figures
}

/// Headline, mean, weighted headline, headline without doubtful answers, target.
fn scores<'r>(series: &'r Series, base: &Figure<'r>) -> Vec<Figure<'r>> {
    let unit = units(series.score_kind()).0;
    let score = |figure, score: Option<Score>, unit| Figure {
        part: "score",
        figure,
        unit,
        value: score.map(|score| score.value).into(),
        n: Some(score.map_or(series.n, |score| score.n)),
        low: score.map(|score| score.low),
        high: score.map(|score| score.high),
        ..base.clone()
    };
    let mut figures = Vec::new();
    if matches!(series.score_kind(), ScoreKind::Nps | ScoreKind::Share) {
        figures.push(Figure {
            verdict: series.verdict.unwrap_or_default(),
            ..score("score", series.score, unit)
        });
    }
    if series.mean.is_some() || series.score_kind() == ScoreKind::Mean {
        figures.push(score("mean", series.mean, "scale"));
    }
    if series.weighted.is_some() {
        figures.push(score("weighted", series.weighted, unit));
    }
    if series.quality.score_without.is_some() {
        figures.push(score(
            "score_without_doubtful",
            series.quality.score_without,
            unit,
        ));
    }
    if let Some(target) = series.target {
        figures.push(Figure {
            part: "score",
            figure: "target",
            unit,
            value: Value::Number(target),
            ..base.clone()
        });
    }
    figures
}

/// The response rate beside another.
fn response_rate<'r>(view: &'r ComparisonView, scope: Scope<'r>) -> [Figure<'r>; 2] {
    let base = Figure {
        scope,
        label: "response_rate",
        ..Figure::default()
    };
    comparison(view, ("percent", "percentage_points"), base)
}

/// The other figure, and the difference to it. `units` are those of the two.
fn comparison<'r>(
    view: &'r ComparisonView,
    units: (&'static str, &'static str),
    base: Figure<'r>,
) -> [Figure<'r>; 2] {
    let base = Figure {
        part: "comparison",
        scope: Scope {
            with: view.with,
            ..base.scope
        },
        n: Some(view.n),
        ..base
    };
    let other = Figure {
        figure: "other",
        unit: units.0,
        value: Value::Number(view.value),
        ..base.clone()
    };
    let difference = Figure {
        figure: "difference",
        unit: units.1,
        value: Value::Number(view.difference),
        low: Some(view.low),
        high: Some(view.high),
        p: Some(view.p),
        verdict: view.verdict,
        ..base
    };
    [other, difference]
}

fn step<'r>(point: &'r TrendPoint, questions: &'r [Series]) -> Vec<Figure<'r>> {
    let scope = Scope {
        start: &point.start,
        ..Scope::default()
    };
    let count = |figure: &'r str, calls: u64| Figure {
        part: "calls",
        scope,
        figure,
        unit: "calls",
        value: Value::Count(calls),
        ..Figure::default()
    };
    let mut figures = vec![
        count("arrived", point.arrived),
        count("offered", point.offered),
        count("completed", point.completed),
        count("partial", point.partial),
        Figure {
            part: "rate",
            scope,
            figure: "response_rate",
            unit: "percent",
            value: point.response_rate.into(),
            n: Some(point.offered),
            ..Figure::default()
        },
    ];
    // The questions of a step are those of the report, in their order.
    let answers = point.questions.iter().zip(questions);
    figures.extend(answers.flat_map(|(answers, series)| of_step(answers, series, scope)));
    figures
}

fn of_step<'r>(answers: &'r TrendQuestion, series: &'r Series, scope: Scope<'r>) -> Vec<Figure<'r>> {
    let base = Figure {
        scope,
        survey: &answers.survey,
        question: &answers.question,
        versions: series.versions.join(" "),
        ..Figure::default()
    };
    let mut figures = vec![Figure {
        part: "answers",
        figure: "n",
        unit: "answers",
        value: Value::Count(answers.n),
        ..base.clone()
    }];
    if series.score_kind() != ScoreKind::None {
        let is_mean = series.score_kind() == ScoreKind::Mean;
        figures.push(Figure {
            part: "score",
            figure: if is_mean { "mean" } else { "score" },
            unit: units(series.score_kind()).0,
            value: answers.score.map(|score| score.value).into(),
            n: Some(answers.n),
            low: answers.score.map(|score| score.low),
            high: answers.score.map(|score| score.high),
            ..base
        });
    }
    figures
}

fn comments(report: &Report) -> Vec<Figure<'_>> {
    let rows = report.comments.iter().flat_map(|comments| {
        let figure = |figure, unit, value| Figure {
            part: "comments",
            survey: &comments.survey,
            question: &comments.question,
            figure,
            unit,
            value,
            ..Figure::default()
        };
        let count = |name, count| figure(name, "recordings", Value::Count(count));
        [
            count("comments", comments.comments),
            figure("seconds", "seconds", Value::Number(comments.seconds)),
            count("empty", comments.empty),
            count("not_left", comments.not_left),
            count("lost", comments.lost),
            count("in_progress", comments.in_progress),
        ]
    });
    rows.collect()
}

/// By each characteristic the test, then its classes.
fn non_response(report: &Report) -> Vec<Figure<'_>> {
    let mut figures = Vec::new();
    for by in &report.non_response {
        let base = Figure {
            part: "non_response",
            scope: Scope {
                group_by: by.by,
                ..Scope::default()
            },
            ..Figure::default()
        };
        figures.push(Figure {
            figure: "effect",
            unit: "cramers_v",
            value: by.effect.into(),
            p: by.p,
            verdict: by.verdict,
            ..base.clone()
        });
        for class in &by.classes {
            let figure = |figure, unit, value, n| Figure {
                scope: Scope {
                    group: &class.name,
                    ..base.scope
                },
                figure,
                unit,
                value,
                n,
                ..base.clone()
            };
            figures.extend([
                figure("offered", "calls", Value::Count(class.offered), None),
                figure("answered", "calls", Value::Count(class.answered), None),
                figure(
                    "participation",
                    "percent",
                    class.percent.into(),
                    Some(class.offered),
                ),
            ]);
        }
    }
    figures
}
