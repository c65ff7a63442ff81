//! Figures beside those of another period.

use super::drill::{self, Parameters};
use super::table::{Cell, Column, ColumnKind, Row, Sheet, Table};
use super::{Block, Phrase, Section, SectionKind, Unit, answers, cards, head, words};
use crate::comparison::ComparisonView;
use crate::render::locale::Locale;
use crate::report::Report;
use crate::series::{ScoreKind, Series};

/// Every figure beside the one of the other period; `None` where there is no other.
pub(crate) fn section(report: &Report, locale: Locale) -> Option<Section> {
    let other = report.compared_with.as_ref()?;
    let messages = locale.messages();
    let period = head::period(&other.period, locale);
    let scored = report
        .questions
        .iter()
        .filter(|series| series.score_kind() != ScoreKind::None);
    let mut rows = vec![response_rate(
        report,
        other.response_rate.as_ref(),
        other.calls.offered,
        locale,
    )];
    rows.extend(scored.map(|series| question(series, locale)));
    let table = Table {
        id: "comparison",
        sheet: Sheet::Comparison,
        caption: Phrase::own(messages.text("caption-comparison")),
        keys: Vec::new(),
        columns: columns(locale),
        rows,
        chart: None,
    };
    let sentence = messages.with("comparison-with", [("period", period.into())]);
    Some(Section {
        kind: SectionKind::Comparison,
        heading: Phrase::own(messages.text("heading-comparison")),
        blocks: vec![Block::Sentence(Phrase::own(sentence)), Block::Table(table)],
    })
}

fn columns(locale: Locale) -> Vec<Column> {
    let messages = locale.messages();
    let column = |id, head: &str, kind| Column::new(id, messages.text(head), kind);
    vec![
        column("survey", "column-survey", ColumnKind::Text).detail(),
        column("question", "column-question", ColumnKind::Text),
        column("figure", "column-figure", ColumnKind::Text),
        column("value", "column-value", ColumnKind::MixedFigures).of_calls(),
        column("n", "column-n", ColumnKind::Number).of_calls(),
        column("other", "column-other", ColumnKind::Number),
        column("other_n", "column-other-n", ColumnKind::Number),
        column("difference", "column-difference", ColumnKind::MixedFigures),
        column("interval", "column-difference-interval", ColumnKind::Intervals).detail(),
        column("p", "column-p", ColumnKind::Number).defined(messages.text("formula-p")),
        column("effect", "column-effect", ColumnKind::Number)
            .defined(messages.text("formula-effect"))
            .detail(),
        column("verdict", "column-verdict", ColumnKind::Text),
    ]
}

/// The cells behind the figure and its n.
fn compared(view: Option<&ComparisonView>, unit: Unit, high_is_good: bool, locale: Locale) -> Vec<Cell> {
    let Some(view) = view else {
        let mut cells = vec![Cell::TooFew];
        cells.resize(6, Cell::Empty);
        cells.push(Cell::own(locale.messages().text("verdict-too-few")));
        return cells;
    };
    let difference = unit.of_difference();
    vec![
        Cell::Figure {
            value: view.value,
            unit,
        },
        Cell::Count(view.n),
        Cell::Difference {
            value: view.difference,
            unit: difference,
        },
        Cell::Interval {
            low: view.low,
            high: view.high,
            unit: difference,
        },
        Cell::P(view.p),
        Cell::Effect(view.effect),
        Cell::Verdict(words::comparison(view, high_is_good, locale)),
    ]
}

fn response_rate(report: &Report, view: Option<&ComparisonView>, other_offered: u64, locale: Locale) -> Row {
    let messages = locale.messages();
    let mut cells = vec![
        Cell::Empty,
        Cell::Empty,
        Cell::own(messages.text("rate-response_rate")),
        Cell::figure(report.calls.rates.response_rate, Unit::Percent),
        Cell::Count(report.calls.offered),
    ];
    let mut behind = compared(view, Unit::Percent, true, locale);
    if let Some(n) = behind.get_mut(1) {
        *n = Cell::Count(other_offered);
    }
    cells.extend(behind);
    let offered = Parameters::default().with("step", "offered");
    let row = Row::of(cells)
        .defined(Some(messages.text("formula-response_rate")))
        .about(offered.clone());
    match report
        .compared_with
        .as_ref()
        .and_then(|other| drill::period(&other.period))
    {
        Some(period) => {
            let of_other = offered.and(&period);
            row.cell_about("other", of_other.clone())
                .cell_about("other_n", of_other)
        }
        None => row,
    }
}

fn question(series: &Series, locale: Locale) -> Row {
    let unit = words::unit(series);
    let score = cards::headline(series);
    let mut cells = vec![
        Cell::foreign(&series.survey),
        Cell::foreign(answers::words_of(series)),
        Cell::Text(words::headline(series, locale)),
        Cell::figure(score.map(|score| score.value), unit),
        Cell::Count(series.n),
    ];
    let view = series.comparison.as_ref();
    cells.extend(compared(view, unit, words::high_is_good(series), locale));
    // The other period may have asked it in other versions, so that its answers have no list of their own.
    Row::of(cells)
        .defined(words::formula(series, locale))
        .about(drill::question(series).with("answer", "any"))
}
