//! Tables within 640 pixels: the columns that are no details.

use maud::{Markup, html};

use super::{bars, phrase};
use crate::render::cell;
use crate::render::document::{Cell, Column, Sense, Table};
use crate::render::locale::Locale;

pub(super) fn markup(table: &Table, locale: Locale) -> Markup {
    let columns: Vec<(usize, &Column)> = table
        .filled_columns()
        .filter(|(_, column)| !column.is_detail)
        .collect();
    html! {
        table width="100%" cellspacing="0" cellpadding="3" border="0" style="margin:0 0 16px;font-size:13px" {
            caption style="text-align:left;padding:0 0 4px" { b { (phrase(&table.caption)) } }
            tr {
                @for (_, column) in &columns {
                    th scope="col" align=(align(column)) valign="bottom" { (column.head) }
                }
                @if table.chart.is_some() { th {} }
            }
            @for (index, row) in table.rows.iter().enumerate() {
                tr valign="top" {
                    @for (place, column) in &columns {
                        @let content = content(row.cells.get(*place).unwrap_or(&Cell::Empty), locale);
                        @if column.is_numeric() {
                            td align="right" nowrap { (content) }
                        } @else {
                            td { (content) }
                        }
                    }
                    @if let Some(chart) = &table.chart {
                        td width="22%" {
                            @if let Some(mark) = chart.marks.get(index).copied().flatten() {
                                (bars::interval(chart, mark))
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn align(column: &Column) -> &'static str {
    if column.is_numeric() { "right" } else { "left" }
}

fn content(cell: &Cell, locale: Locale) -> Markup {
    html! {
        @match cell {
            Cell::Text(text) => { (phrase(text)) }
            Cell::Verdict(verdict) if verdict.sense != Sense::Open => { b { (cell::words(verdict)) } }
            other => { (cell::text(other, locale)) }
        }
    }
}
