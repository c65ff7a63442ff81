//! The course of figures over time.

use chrono::NaiveDateTime;

use super::chart::{Chart, TrendChart, TrendMark};
use super::table::{Cell, Column, ColumnKind, IntervalChart, Row, Sheet, Table};
use super::{Block, Phrase, Section, SectionKind, Step, StepKind, Unit, answers, cards, drill, words};
use crate::render::locale::Locale;
use crate::report::{PeriodView, Report};
use crate::series::{ScoreKind, Series};
use crate::trend::{Trend, TrendPoint, TrendQuestion};

/// Calls and response rate, then each scored question; `None` where no trend was asked for.
pub(crate) fn section(report: &Report, locale: Locale) -> Option<Section> {
    let trend = report.trend.as_ref()?;
    let messages = locale.messages();
    let kind = kind(trend.step);
    let mut blocks = Vec::new();
    if let Some(shorter) = trend.instead_of {
        let shorter = messages.text(&format!("heading-trend-{shorter}"));
        blocks.push(Block::Sentence(Phrase::own(
            messages.with("trend-longer-steps", [("shorter", shorter.into())]),
        )));
    }
    blocks.extend([
        Block::Chart(response_chart(trend, kind, locale)),
        Block::Table(calls(trend, kind, &report.period, locale)),
    ]);
    let has_several = answers::has_several_surveys(report);
    // The questions of a point are those of the report, in their order.
    for (index, series) in report.questions.iter().enumerate() {
        if series.score_kind() == ScoreKind::None {
            continue;
        }
        let points: Vec<(&TrendPoint, &TrendQuestion)> = trend
            .points
            .iter()
            .filter_map(|point| Some((point, point.questions.get(index)?)))
            .collect();
        blocks.push(Block::Chart(question_chart(series, &points, kind, locale)));
        blocks.push(Block::Table(question(
            series,
            &points,
            (kind, &report.period),
            has_several,
            locale,
        )));
    }
    Some(Section {
        kind: SectionKind::Trend,
        heading: Phrase::own(messages.text(&format!("heading-trend-{}", trend.step))),
        blocks,
    })
}

fn kind(step: &str) -> StepKind {
    match step {
        "hour" => StepKind::Hour,
        "week" => StepKind::Week,
        "month" => StepKind::Month,
        _ => StepKind::Day,
    }
}

/// The step that begins with a text such as `2026-11-25T14`, `2026-11-25` or `2026-11`.
fn step(start: &str, kind: StepKind) -> Option<Step> {
    let padded = match start.len() {
        13 => format!("{start}:00:00"),
        10 => format!("{start}T00:00:00"),
        7 => format!("{start}-01T00:00:00"),
        _ => return None,
    };
    let at: NaiveDateTime = padded.parse().ok()?;
    Some(Step { kind, at })
}

fn step_cell(start: &str, kind: StepKind) -> Cell {
    step(start, kind).map_or_else(|| Cell::foreign(start), Cell::Step)
}

fn calls(trend: &Trend, kind: StepKind, period: &PeriodView, locale: Locale) -> Table {
    let messages = locale.messages();
    let number = |id, head: &str| Column::new(id, messages.text(head), ColumnKind::Number);
    let row = |point: &TrendPoint| {
        Row::of(vec![
            step_cell(&point.start, kind),
            Cell::Count(point.arrived),
            Cell::Count(point.offered),
            Cell::Count(point.completed),
            Cell::Count(point.partial),
            Cell::figure(point.response_rate, Unit::Percent),
        ])
        .part(drill::step(&point.start, kind, period))
    };
    Table {
        id: "trend-calls",
        sheet: Sheet::TrendCalls,
        caption: Phrase::own(messages.text("caption-trend-calls")),
        keys: Vec::new(),
        columns: vec![
            Column::new(
                "start",
                messages.text(&format!("column-start-{}", trend.step)),
                ColumnKind::Text,
            ),
            number("arrived", "step-arrived")
                .of_calls_with("step", "arrived")
                .detail(),
            number("offered", "step-offered").of_calls_with("step", "offered"),
            number("completed", "step-completed").of_calls_with("step", "completed"),
            number("partial", "step-partial")
                .of_calls_with("step", "partial")
                .detail(),
            Column::new(
                "response_rate",
                messages.text("rate-response_rate"),
                ColumnKind::Figures(Unit::Percent),
            )
            .defined(messages.text("formula-response_rate"))
            .of_calls_with("step", "offered"),
        ],
        rows: trend.points.iter().map(row).collect(),
        chart: None,
    }
}

fn question(
    series: &Series,
    points: &[(&TrendPoint, &TrendQuestion)],
    (kind, period): (StepKind, &PeriodView),
    has_several: bool,
    locale: Locale,
) -> Table {
    let messages = locale.messages();
    let unit = words::unit(series);
    let head = words::headline(series, locale);
    let row = |(point, answers): &(&TrendPoint, &TrendQuestion)| {
        Row::of(vec![
            step_cell(&point.start, kind),
            Cell::Count(answers.n),
            Cell::figure(answers.score.map(|score| score.value), unit),
            answers::interval(answers.score, unit),
        ])
        .part(drill::step(&point.start, kind, period))
    };
    let mut keys = answers::keys(series, locale);
    keys.push((
        Column::new("figure", messages.text("column-figure"), ColumnKind::Text),
        Cell::Text(head.clone()),
    ));
    let start = match kind {
        StepKind::Hour => "column-start-hour",
        StepKind::Day => "column-start-day",
        StepKind::Week => "column-start-week",
        StepKind::Month => "column-start-month",
    };
    Table {
        id: "trend",
        sheet: Sheet::Trend,
        caption: answers::caption(series, has_several),
        keys,
        columns: vec![
            Column::new("start", messages.text(start), ColumnKind::Text),
            Column {
                behind: Some(drill::question(series).with("answer", "any")),
                ..Column::new("n", messages.text("column-n"), ColumnKind::Number)
            },
            Column {
                definition: words::formula(series, locale),
                behind: Some(drill::question(series).with("answer", "any")),
                ..Column::new("value", head.text.clone(), ColumnKind::MixedFigures)
                    .shared(messages.text("column-value"))
            },
            Column::new(
                "interval",
                messages.text("column-interval"),
                ColumnKind::Intervals,
            ),
        ],
        rows: points.iter().map(row).collect(),
        chart: Some(IntervalChart {
            marks: points
                .iter()
                .map(|(_, answers)| cards::mark(answers.score))
                .collect(),
            ..cards::scale(series, head.text)
        }),
    }
}

fn response_chart(trend: &Trend, kind: StepKind, locale: Locale) -> Chart {
    let messages = locale.messages();
    let mark = |point: &TrendPoint| {
        Some(TrendMark {
            step: step(&point.start, kind)?,
            n: point.offered,
            value: point.response_rate,
            interval: None,
        })
    };
    Chart::Trend(TrendChart {
        title: Phrase::own(messages.text("rate-response_rate")),
        description: messages.text("chart-response-means"),
        unit: Unit::Percent,
        target: None,
        marks: trend.points.iter().filter_map(mark).collect(),
    })
}

fn question_chart(
    series: &Series,
    points: &[(&TrendPoint, &TrendQuestion)],
    kind: StepKind,
    locale: Locale,
) -> Chart {
    let mark = |(point, answers): &(&TrendPoint, &TrendQuestion)| {
        Some(TrendMark {
            step: step(&point.start, kind)?,
            n: answers.n,
            value: answers.score.map(|score| score.value),
            interval: answers.score.map(|score| (score.low, score.high)),
        })
    };
    Chart::Trend(TrendChart {
        title: words::headline(series, locale),
        description: locale.messages().text("chart-trend-means"),
        unit: words::unit(series),
        target: cards::target(series),
        marks: points.iter().filter_map(mark).collect(),
    })
}
