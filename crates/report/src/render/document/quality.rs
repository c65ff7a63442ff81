//! Whether answers are meant as they were given.

use super::table::{Cell, Column, ColumnKind, Row, Sheet, Table};
use super::{Block, Phrase, Section, SectionKind, answers, cards, drill, words};
use crate::render::locale::Locale;
use crate::report::Report;
use crate::series::Series;

/// Doubtful answers and the figures without them; `None` where there are no answers.
pub(crate) fn section(report: &Report, locale: Locale) -> Option<Section> {
    let known = report
        .questions
        .iter()
        .filter(|series| series.metric.is_some() && series.n > 0);
    let rows: Vec<Row> = known.map(|series| row(series, locale)).collect();
    if rows.is_empty() {
        return None;
    }
    let messages = locale.messages();
    let number = |id, head: &str| Column::new(id, messages.text(head), ColumnKind::Number);
    let explained =
        |id: &'static str, head: &str, means: &str| number(id, head).defined(messages.text(means));
    let table = Table {
        id: "quality",
        sheet: Sheet::Quality,
        caption: Phrase::own(messages.text("caption-quality")),
        keys: Vec::new(),
        columns: vec![
            Column::new("survey", messages.text("column-survey"), ColumnKind::Text).detail(),
            Column::new("question", messages.text("column-question"), ColumnKind::Text),
            number("n", "column-n").of_calls(),
            number("doubtful", "column-doubtful").of_calls_with("doubt", "any"),
            explained("too_early", "column-too-early", "quality-too-early")
                .of_calls_with("doubt", "too_early")
                .detail(),
            explained("same_key", "column-same-key", "quality-same-key")
                .of_calls_with("doubt", "same_key")
                .detail(),
            explained("by_timeout", "column-by-timeout", "quality-by-timeout")
                .of_calls_with("doubt", "by_timeout")
                .detail(),
            Column::new("figure", messages.text("column-figure"), ColumnKind::Text),
            Column::new("value", messages.text("column-value"), ColumnKind::MixedFigures).of_calls(),
            Column::new("without", messages.text("column-without"), ColumnKind::Number),
        ],
        rows,
        chart: None,
    };
    Some(Section {
        kind: SectionKind::Quality,
        heading: Phrase::own(messages.text("heading-quality")),
        blocks: vec![
            Block::Sentence(Phrase::own(messages.text("quality-means"))),
            Block::Table(table),
        ],
    })
}

fn row(series: &Series, locale: Locale) -> Row {
    let quality = &series.quality;
    let unit = words::unit(series);
    let headline = cards::headline(series);
    Row::of(vec![
        Cell::foreign(&series.survey),
        Cell::foreign(answers::words_of(series)),
        Cell::Count(series.n),
        Cell::Count(quality.doubtful),
        Cell::Count(quality.too_early),
        Cell::Count(quality.same_key),
        Cell::Count(quality.by_timeout),
        Cell::Text(words::headline(series, locale)),
        headline.map_or(Cell::Empty, |score| Cell::Figure {
            value: score.value,
            unit,
        }),
        quality.score_without.map_or(Cell::Empty, |score| Cell::Figure {
            value: score.value,
            unit,
        }),
    ])
    .about(drill::question(series).with("answer", "any"))
}
