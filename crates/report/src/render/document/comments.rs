//! Recorded comments.

use super::drill::Parameters;
use super::table::{Cell, Column, ColumnKind, Row, Sheet, Table};
use super::{Block, Phrase, Section, SectionKind, Unit};
use crate::comments::Comments;
use crate::render::locale::Locale;
use crate::report::Report;
use aftercall_storage::selection::NamePattern;

/// How many comments there are, and how much there is to listen to; `None` where no question asked for one.
pub(crate) fn section(report: &Report, locale: Locale) -> Option<Section> {
    if report.comments.is_empty() {
        return None;
    }
    let messages = locale.messages();
    let number = |id, head: &str| Column::new(id, messages.text(head), ColumnKind::Number);
    let row = |comments: &Comments| {
        Row::of(vec![
            Cell::foreign(&comments.survey),
            Cell::foreign(&comments.question),
            Cell::Count(comments.comments),
            Cell::Figure {
                value: comments.seconds / 60.0,
                unit: Unit::Minutes,
            },
            Cell::Count(comments.empty),
            Cell::Count(comments.not_left),
            Cell::Count(comments.lost),
            Cell::Count(comments.in_progress),
        ])
        .about(
            Parameters::default()
                .with("survey", NamePattern::text_of(&comments.survey))
                .with("question", &comments.question),
        )
    };
    let table = Table {
        id: "comments",
        sheet: Sheet::Comments,
        caption: Phrase::own(messages.text("caption-comments")),
        keys: Vec::new(),
        columns: vec![
            Column::new("survey", messages.text("column-survey"), ColumnKind::Text),
            Column::new("question", messages.text("column-question"), ColumnKind::Text),
            number("comments", "column-comments").of_calls_with("comment", "comment"),
            Column::new(
                "minutes",
                messages.text("column-minutes"),
                ColumnKind::Figures(Unit::Minutes),
            ),
            number("empty", "column-empty").of_calls_with("comment", "empty"),
            number("not_left", "column-not-left")
                .of_calls_with("comment", "nothing")
                .detail(),
            number("lost", "column-lost")
                .of_calls_with("comment", "lost")
                .detail(),
            number("in_progress", "column-in-progress")
                .of_calls_with("comment", "recording")
                .detail(),
        ],
        rows: report.comments.iter().map(row).collect(),
        chart: None,
    };
    Some(Section {
        kind: SectionKind::Comments,
        heading: Phrase::own(messages.text("heading-comments")),
        blocks: vec![Block::Table(table)],
    })
}
