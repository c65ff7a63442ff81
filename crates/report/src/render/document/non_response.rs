//! Whether those who answered differ from those who did not.

use super::table::{Cell, Column, ColumnKind, Row, Sheet, Table};
use super::words::{Direction, Sense, Verdict};
use super::{Block, Phrase, Section, SectionKind, Unit, drill};
use crate::non_response::{NonResponse, ResponseClass};
use crate::render::locale::Locale;
use crate::report::Report;

/// By each characteristic; `None` where all calls are of one class.
pub(crate) fn section(report: &Report, locale: Locale) -> Option<Section> {
    if report.non_response.is_empty() {
        return None;
    }
    let messages = locale.messages();
    let mut blocks = vec![Block::Sentence(Phrase::own(messages.text("non-response-means")))];
    let has_condition = report.filters.iter().any(|filter| filter.is_condition);
    for by in &report.non_response {
        blocks.push(Block::Sentence(Phrase::own(sentence(by, locale))));
        blocks.push(Block::Table(table(by, has_condition, locale)));
    }
    Some(Section {
        kind: SectionKind::NonResponse,
        heading: Phrase::own(messages.text("heading-non-response")),
        blocks,
    })
}

/// What the test says, with its figures.
fn sentence(by: &NonResponse, locale: Locale) -> String {
    let messages = locale.messages();
    let field = messages.text(&format!("field-{}", by.by));
    match (by.p, by.effect) {
        (Some(p), Some(effect)) => messages.with(
            &format!("non-response-{}", by.verdict.replace('_', "-")),
            [
                ("field", field.into()),
                ("p", locale.p(p).into()),
                ("effect", locale.effect(effect).into()),
            ],
        ),
        _ => messages.with("non-response-too-few", [("field", field.into())]),
    }
}

fn verdict(by: &NonResponse, locale: Locale) -> Cell {
    let (id, sense) = match by.verdict {
        "differs" => ("verdict-differs", Sense::Bad),
        _ => ("verdict-cannot-tell", Sense::Open),
    };
    Cell::Verdict(Verdict {
        words: locale.messages().text(id),
        sense,
        direction: Direction::None,
    })
}

fn table(by: &NonResponse, has_condition: bool, locale: Locale) -> Table {
    let messages = locale.messages();
    let field = messages.text(&format!("field-{}", by.by));
    let key = |id, head: &str, kind| Column::new(id, messages.text(head), kind);
    let row = |class: &ResponseClass| {
        let row = Row::of(vec![
            name(by.by, &class.name, locale),
            Cell::Count(class.offered),
            Cell::Count(class.answered),
            Cell::figure(class.percent, Unit::Percent),
        ]);
        // A condition takes the place of one that the report has already.
        let is_condition = by.by == "talk_time";
        Row {
            behind: drill::class(by.by, class).filter(|_| !(is_condition && has_condition)),
            ..row
        }
    };
    Table {
        id: "non-response",
        sheet: Sheet::NonResponse,
        caption: Phrase::own(messages.with("caption-non-response", [("field", field.clone().into())])),
        keys: vec![
            (key("by", "column-by", ColumnKind::Text), Cell::own(field.clone())),
            (
                key("p", "column-p", ColumnKind::Number),
                by.p.map_or(Cell::Empty, Cell::P),
            ),
            (
                key("effect", "column-cramers-v", ColumnKind::Number),
                by.effect.map_or(Cell::Empty, Cell::Effect),
            ),
            (
                key("verdict", "column-verdict", ColumnKind::Text),
                verdict(by, locale),
            ),
        ],
        columns: vec![
            Column::new("class", field, ColumnKind::Text).shared(messages.text("column-class-of")),
            Column::new("offered", messages.text("step-offered"), ColumnKind::Number)
                .of_calls_with("step", "offered"),
            Column::new("answered", messages.text("step-answered"), ColumnKind::Number)
                .of_calls_with("step", "answered"),
            Column::new(
                "percent",
                messages.text("column-percent"),
                ColumnKind::Figures(Unit::Percent),
            )
            .defined(messages.text("formula-participation"))
            .of_calls_with("step", "offered"),
        ],
        rows: by.classes.iter().map(row).collect(),
        chart: None,
    }
}

/// The name of a class: a queue, an hour, a range of talk times.
fn name(by: &str, class: &str, locale: Locale) -> Cell {
    let messages = locale.messages();
    match (by, class) {
        (_, "") => Cell::own(messages.text("not-known")),
        ("hour", hour) => Cell::own(format!("{hour}:00")),
        ("talk_time", range) => match range.strip_suffix(" s and more") {
            Some(seconds) => Cell::own(messages.with("talk-time-from", [("seconds", seconds.into())])),
            None => Cell::own(range.to_owned()),
        },
        (_, name) => Cell::foreign(name),
    }
}
