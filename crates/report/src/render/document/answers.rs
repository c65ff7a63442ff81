//! Surveys and their questions: figures, distribution.

use super::chart::{Bar, BarChart, Chart, Fill};
use super::table::{Cell, Column, ColumnKind, Row, Sheet, Table};
use super::{Block, Phrase, Section, SectionKind, Unit, cards, drill, words};
use crate::render::locale::Locale;
use crate::report::Report;
use crate::series::{Score, ScoreKind, Series, ValueCount};
use crate::statistics::FEWEST_FOR_A_SCORE;

/// Each survey with its questions.
pub(crate) fn sections(report: &Report, locale: Locale) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut survey = None;
    for (index, series) in report.questions.iter().enumerate() {
        if survey != Some(&series.survey) {
            survey = Some(&series.survey);
            sections.push(of_survey(series, locale));
        }
        let mut before = report.questions.iter().take(index);
        let is_again = |other: &Series| other.survey == series.survey && other.question == series.question;
        sections.push(of_question(series, before.any(is_again), locale));
    }
    sections
}

fn of_survey(series: &Series, locale: Locale) -> Section {
    let mut blocks = Vec::new();
    if !series.goal.is_empty() {
        let label = locale.messages().text("goal");
        blocks.push(Block::Sentence(Phrase {
            text: format!("{label} {}", Phrase::foreign(&series.goal).text),
            is_foreign: true,
        }));
    }
    Section {
        kind: SectionKind::Survey,
        heading: survey(series),
        blocks,
    }
}

fn of_question(series: &Series, is_again: bool, locale: Locale) -> Section {
    let messages = locale.messages();
    let sentence = |text: String| Block::Sentence(Phrase::own(text));
    let mut blocks = Vec::new();
    if series.metric.is_none() {
        blocks.push(sentence(messages.text("question-unknown")));
    }
    if is_again {
        blocks.push(sentence(messages.text("question-again")));
    }
    if series.scale.is_some_and(|scale| !scale.high_is_good) {
        blocks.push(sentence(messages.text("question-low-is-good")));
    }
    if series.direction_doubt.is_some() {
        blocks.push(sentence(messages.text("question-direction-doubt")));
    }
    if series.n < FEWEST_FOR_A_SCORE {
        let shown = locale.count(series.n);
        blocks.push(sentence(messages.with("question-too-few", [("n", shown.into())])));
    }
    blocks.push(Block::Table(figures(series, locale)));
    if !series.distribution.is_empty() {
        blocks.push(Block::Chart(distribution_chart(series, locale)));
        blocks.push(Block::Table(distribution(series, locale)));
    }
    for (count, id) in [
        (series.skipped, "question-skipped"),
        (series.out_of_scale, "question-out-of-scale"),
    ] {
        if count > 0 {
            let shown = locale.count(count);
            blocks.push(sentence(
                messages.with(id, [("count", count.into()), ("shown", shown.into())]),
            ));
        }
    }
    Section {
        kind: SectionKind::Question,
        heading: Phrase::foreign(words_of(series)),
        blocks,
    }
}

/// The title of a survey, or its name where it has none.
pub(crate) fn survey(series: &Series) -> Phrase {
    Phrase::foreign(match series.title.as_str() {
        "" => &series.survey,
        title => title,
    })
}

/// The question in words, or its id where nobody knows them.
pub(crate) fn words_of(series: &Series) -> &str {
    if series.text.is_empty() {
        &series.question
    } else {
        &series.text
    }
}

/// Whether several surveys are asked: then a question alone does not say whose it is.
pub(crate) fn has_several_surveys(report: &Report) -> bool {
    let first = report.questions.first().map(|series| &series.survey);
    let mut questions = report.questions.iter();
    questions.any(|series| Some(&series.survey) != first)
}

/// The question in words, behind its survey where there are several.
pub(crate) fn caption(series: &Series, has_several: bool) -> Phrase {
    Phrase::foreign(&match has_several {
        true => format!("{}: {}", survey(series).text, words_of(series)),
        false => words_of(series).to_owned(),
    })
}

/// What says of every row which question it is about.
pub(crate) fn keys(series: &Series, locale: Locale) -> Vec<(Column, Cell)> {
    let messages = locale.messages();
    let key = |id: &'static str, head: &str, text: &str| {
        (
            Column::new(id, messages.text(head), ColumnKind::Text),
            Cell::foreign(text),
        )
    };
    vec![
        key("survey", "column-survey", &series.survey),
        key("question", "column-question", &series.question),
        key("text", "column-text", &series.text),
    ]
}

/// The columns of figures with their intervals.
pub(crate) fn figures(series: &Series, locale: Locale) -> Table {
    let messages = locale.messages();
    let number = |id, head: &str, count: u64| {
        (
            Column::new(id, messages.text(head), ColumnKind::Number),
            Cell::Count(count),
        )
    };
    let mut keys = keys(series, locale);
    keys.push((
        Column::new("versions", messages.text("column-versions"), ColumnKind::Text),
        Cell::foreign(&series.versions.join(" ")),
    ));
    keys.extend([
        number("skipped", "column-skipped", series.skipped),
        number("out_of_scale", "column-out-of-scale", series.out_of_scale),
    ]);
    Table {
        id: "figures",
        sheet: Sheet::Questions,
        caption: Phrase::own(messages.text("caption-figures")),
        keys,
        columns: vec![
            Column::new("figure", messages.text("column-figure"), ColumnKind::Text),
            Column::new("value", messages.text("column-value"), ColumnKind::MixedFigures).of_calls(),
            Column::new(
                "interval",
                messages.text("column-interval"),
                ColumnKind::Intervals,
            ),
            Column::new("n", messages.text("column-n"), ColumnKind::Number).of_calls(),
            Column::new("target", messages.text("column-target"), ColumnKind::Number),
            Column::new("verdict", messages.text("column-verdict"), ColumnKind::Text),
        ],
        rows: figure_rows(series, locale),
        chart: None,
    }
}

fn figure_rows(series: &Series, locale: Locale) -> Vec<Row> {
    let messages = locale.messages();
    let unit = words::unit(series);
    let formula = words::formula(series, locale);
    let name = words::headline(series, locale);
    let row = |name: Phrase, score: Option<Score>, n: u64, unit: Unit| {
        vec![
            Cell::Text(name),
            Cell::figure(score.map(|score| score.value), unit),
            interval(score, unit),
            Cell::Count(n),
        ]
    };
    let variant = |id: &str| Phrase {
        text: messages.with(id, [("figure", name.text.clone().into())]),
        is_foreign: name.is_foreign,
    };
    let without_target = |mut cells: Vec<Cell>| {
        cells.extend([Cell::Empty, Cell::Empty]);
        Row::of(cells)
    };
    if series.score_kind() == ScoreKind::None {
        let cells = vec![Cell::Text(name), Cell::Empty, Cell::Empty, Cell::Count(series.n)];
        return vec![without_target(cells).about(drill::question(series).with("answer", "any"))];
    }
    let mut headline = row(name.clone(), cards::headline(series), series.n, unit);
    let target = cards::target(series);
    headline.push(target.map_or(Cell::Empty, |value| Cell::Figure { value, unit }));
    let verdict = series.verdict.map(|verdict| words::target(verdict, locale));
    headline.push(
        verdict
            .filter(|_| target.is_some())
            .map_or(Cell::Empty, Cell::Verdict),
    );
    let all = drill::question(series).with("answer", "any");
    let mut rows = vec![Row::of(headline).defined(formula.clone()).about(all)];
    if let Some(weighted) = series.weighted {
        let cells = row(variant("figure-weighted"), Some(weighted), weighted.n, unit);
        rows.push(without_target(cells).defined(Some(messages.text("formula-weighted"))));
    }
    if let Some(without) = series.quality.score_without {
        let cells = row(variant("figure-without-doubtful"), Some(without), without.n, unit);
        rows.push(without_target(cells).defined(formula));
    }
    if let Some(mean) = series.mean.filter(|_| series.score_kind() != ScoreKind::Mean) {
        let name = Phrase::own(messages.text("figure-mean"));
        let cells = row(name, Some(mean), mean.n, Unit::Scale);
        rows.push(without_target(cells).defined(Some(messages.text("formula-mean"))));
    }
    rows
}

/// The interval of a score.
pub(crate) fn interval(score: Option<Score>, unit: Unit) -> Cell {
    score.map_or(Cell::Empty, |score| Cell::Interval {
        low: score.low,
        high: score.high,
        unit,
    })
}

fn distribution(series: &Series, locale: Locale) -> Table {
    let messages = locale.messages();
    let has_labels = series.distribution.iter().any(|count| count.label.is_some());
    let has_classes = series.score_kind() == ScoreKind::Nps || series.threshold.is_some();
    let mut columns = vec![Column::new(
        "answer",
        messages.text("column-answer"),
        ColumnKind::Number,
    )];
    if has_labels {
        columns.push(Column::new(
            "label",
            messages.text("column-label"),
            ColumnKind::Text,
        ));
    }
    if has_classes {
        columns.push(Column::new(
            "class",
            messages.text("column-class"),
            ColumnKind::Text,
        ));
    }
    columns.extend([
        Column::new("answers", messages.text("column-answers"), ColumnKind::Number).of_calls(),
        Column::new(
            "percent",
            messages.text("column-percent"),
            ColumnKind::Figures(Unit::Percent),
        )
        .defined(messages.text("formula-percent")),
    ]);
    let row = |count: &ValueCount| {
        let mut cells = vec![Cell::Value(count.value)];
        if has_labels {
            cells.push(count.label.as_deref().map_or(Cell::Empty, Cell::foreign));
        }
        if has_classes {
            let class = class(fill(series, count.value), series.score_kind());
            cells.push(class.map_or(Cell::Empty, |id| Cell::own(messages.text(id))));
        }
        cells.extend([
            Cell::Count(count.answers),
            Cell::figure(count.percent, Unit::Percent),
        ]);
        Row::of(cells).about(behind_value(series, count.value))
    };
    Table {
        id: "distribution",
        sheet: Sheet::Distribution,
        caption: Phrase::own(messages.text("caption-distribution")),
        keys: keys(series, locale),
        columns,
        rows: series.distribution.iter().map(row).collect(),
        chart: None,
    }
}

/// The calls in which a value was answered.
fn behind_value(series: &Series, value: i64) -> drill::Parameters {
    drill::question(series).with("answer", value.to_string())
}

/// How a value counts for the headline.
fn fill(series: &Series, value: i64) -> Fill {
    match (series.score_kind(), series.scale, series.threshold) {
        (ScoreKind::Nps, ..) => match value {
            9.. => Fill::Good,
            7..=8 => Fill::Middle,
            _ => Fill::Bad,
        },
        (ScoreKind::Share, Some(scale), Some(threshold)) => {
            let is_good = match scale.high_is_good {
                true => value >= threshold,
                false => value <= threshold,
            };
            if is_good { Fill::Good } else { Fill::Middle }
        }
        _ => Fill::Plain,
    }
}

/// The message that says what a filling means.
const fn class(fill: Fill, kind: ScoreKind) -> Option<&'static str> {
    match (fill, kind) {
        (Fill::Good, ScoreKind::Nps) => Some("class-promoter"),
        (Fill::Middle, ScoreKind::Nps) => Some("class-passive"),
        (Fill::Bad, ScoreKind::Nps) => Some("class-detractor"),
        (Fill::Good, _) => Some("class-counted"),
        (Fill::Middle | Fill::Bad, _) => Some("class-not-counted"),
        (Fill::Plain, _) => None,
    }
}

fn distribution_chart(series: &Series, locale: Locale) -> Chart {
    let messages = locale.messages();
    let bar = |count: &ValueCount| {
        let label = match &count.label {
            Some(label) => Phrase::foreign(&format!("{} {label}", count.value)),
            None => Phrase::own(count.value.to_string()),
        };
        Bar {
            label,
            count: count.answers,
            percent: count.percent,
            fill: fill(series, count.value),
            behind: Some(behind_value(series, count.value)),
        }
    };
    let bars: Vec<Bar> = series.distribution.iter().map(bar).collect();
    let mut legend: Vec<(Fill, String)> = Vec::new();
    for fill in [Fill::Bad, Fill::Middle, Fill::Good] {
        let is_there = bars.iter().any(|bar| bar.fill == fill);
        if let Some(id) = class(fill, series.score_kind()).filter(|_| is_there) {
            legend.push((fill, messages.text(id)));
        }
    }
    let n = locale.count(series.n);
    Chart::Bars(BarChart {
        title: Phrase::foreign(words_of(series)),
        description: messages.with(
            match series.n < FEWEST_FOR_A_SCORE {
                true => "chart-distribution-counts",
                false => "chart-distribution-percent",
            },
            [("n", n.into())],
        ),
        bars,
        legend,
    })
}
