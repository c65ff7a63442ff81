//! Tables with a caption, and heads that say which cells they are of.

use maud::{Markup, html};

use super::interval::{self, References};
use super::links::{LinkTarget, Links};
use super::phrase;
use crate::render::cell;
use crate::render::document::{Cell, Column, IntervalChart, Row, Sense, Sheet, Table, Verdict};
use crate::render::locale::Locale;

pub(super) fn markup(table: &Table, locale: Locale, links: Links<'_>) -> Markup {
    // A trend has a chart of its own.
    let chart = table.chart.as_ref().filter(|_| table.sheet != Sheet::Trend);
    let label = phrase::shortened(&table.caption.text, phrase::LONGEST);
    if table.rows.is_empty() {
        // Heads without a row say nothing, and take room.
        return html! { p { (phrase::markup(&table.caption)) ": " (locale.messages().text("no-calls")) } };
    }
    html! {
        div.scroll role="group" aria-label=(label) tabindex="0" {
            table class=(table.id) {
                caption { (phrase::markup(&table.caption)) }
                thead {
                    tr {
                        @for (_, column) in table.filled_columns() { (head(column)) }
                        @if let Some(chart) = chart { (chart_head(chart, locale)) }
                    }
                }
                tbody {
                    @for (index, row) in table.rows.iter().enumerate() {
                        tr {
                            (cells(table, row, locale, links))
                            @if let Some(chart) = chart { (chart_cell(chart, index)) }
                        }
                    }
                }
            }
        }
    }
}

fn head(column: &Column) -> Markup {
    html! {
        th scope="col" class=[class(column)] {
            @match &column.definition {
                Some(definition) => { abbr title=(definition) { (column.head) } }
                None => { (column.head) }
            }
        }
    }
}

/// Numbers stand below each other; a page may leave details to the whole report.
fn class(column: &Column) -> Option<&'static str> {
    match (column.is_numeric(), column.is_detail) {
        (true, true) => Some("n detail"),
        (true, false) => Some("n"),
        (false, true) => Some("detail"),
        (false, false) => None,
    }
}

fn cells(table: &Table, row: &Row, locale: Locale, links: Links<'_>) -> Markup {
    html! {
        @for (index, column) in table.filled_columns() {
            @let cell = row.cells.get(index).unwrap_or(&Cell::Empty);
            // Of nothing there is no list.
            @let behind = table.behind(row, column).filter(|_| matches!(cell, Cell::Count(1..) | Cell::Figure { .. }));
            @let definition = row.definition.as_ref().filter(|_| index == table.defined_column());
            @let content = html! {
                @match definition {
                    Some(definition) => { abbr title=(definition) { (self::cell(cell, locale)) } }
                    None => { (self::cell(cell, locale)) }
                }
            };
            @let content = match index {
                0 => links.around(LinkTarget::Part, row.part.as_ref(), &content),
                _ => match cell {
                    Cell::Figure { .. } => links.around_figure(behind.as_ref(), &content),
                    _ => links.around(LinkTarget::Calls, behind.as_ref(), &content),
                },
            };
            // The first cell of a row that goes on with the one above is empty, and no heading.
            @if index == 0 && !matches!(cell, Cell::Empty) {
                th scope="row" class=[class(column)] { (content) }
            } @else {
                td class=[class(column)] { (content) }
            }
        }
    }
}

/// What is in a cell.
pub(super) fn cell(cell: &Cell, locale: Locale) -> Markup {
    html! {
        @match cell {
            Cell::Text(text) => { (phrase::markup(text)) }
            Cell::TooFew => {
                span.few title=(locale.messages().text("too-few-means")) { (locale.messages().text("too-few")) }
            }
            Cell::Verdict(verdict) => { (self::verdict(verdict)) }
            other => { (cell::text(other, locale)) }
        }
    }
}

/// A verdict: words, and a sign for those who glance.
pub(super) fn verdict(verdict: &Verdict) -> Markup {
    let (class, sign) = match verdict.sense {
        Sense::Good => ("good", "✓"),
        Sense::Bad => ("bad", "✗"),
        Sense::Open => ("open", ""),
    };
    let sign = cell::arrow(verdict).unwrap_or(sign);
    html! {
        span.verdict.(class) {
            @if !sign.is_empty() { span aria-hidden="true" { (sign) " " } }
            (verdict.words)
        }
    }
}

fn chart_head(chart: &IntervalChart, locale: Locale) -> Markup {
    let messages = locale.messages();
    let unit = locale.unit(chart.unit);
    let ends = [
        ("min", locale.whole(chart.min).into()),
        ("max", format!("{}{unit}", locale.whole(chart.max)).into()),
    ];
    let mut references = Vec::new();
    if let Some(whole) = chart.whole {
        let value = locale.with_unit(whole, chart.unit);
        references.push(messages.with("chart-whole", [("value", value.into())]));
    }
    if let Some(target) = chart.target {
        let value = locale.with_unit(target, chart.unit);
        references.push(messages.with("chart-target", [("value", value.into())]));
    }
    html! {
        th scope="col" class="d" {
            (messages.with("chart-interval", ends))
            @for reference in &references { br; small { (reference) } }
        }
    }
}

fn chart_cell(chart: &IntervalChart, row: usize) -> Markup {
    let mark = chart.marks.get(row).copied().flatten();
    let references = References {
        whole: chart.whole,
        target: chart.target,
    };
    html! {
        td.d {
            @if let Some(mark) = mark { (interval::mark((chart.min, chart.max), mark, references)) }
        }
    }
}

/// What the rows of a table define, by the words that have the definition.
pub(super) fn row_definitions(table: &Table) -> Vec<(String, String)> {
    let rows =
        table.rows.iter().filter_map(
            |row| match (row.cells.get(table.defined_column()), &row.definition) {
                (Some(Cell::Text(name)), Some(definition)) => Some((name.text.clone(), definition.clone())),
                _ => None,
            },
        );
    rows.collect()
}
