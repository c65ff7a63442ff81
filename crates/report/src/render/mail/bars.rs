//! Bars as cells with a width.

use maud::{Markup, html};

use super::{QUIET, SMALL, phrase};
use crate::render::document::{Bar, BarChart, Fill, IntervalChart};
use crate::render::locale::Locale;

const BLUE: &str = "#2f86c5";
const ORANGE: &str = "#d9772b";
const GREY: &str = "#98a3af";

/// Answers by value: label, bar, count, percent; what a colour means stands in words beside the first bar of it.
pub(super) fn distribution(chart: &BarChart, locale: Locale) -> Markup {
    let most = chart.bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let class = |index: usize, bar: &Bar| {
        let before = index.checked_sub(1).and_then(|index| chart.bars.get(index));
        let is_first = before.is_none_or(|before| before.fill != bar.fill);
        let mut legend = chart.legend.iter();
        legend
            .find(|(fill, _)| is_first && *fill == bar.fill)
            .map(|(_, words)| words.as_str())
    };
    html! {
        p style=(SMALL) { (chart.description) }
        table width="100%" cellspacing="0" cellpadding="0" border="0" style="margin:0 0 12px;font-size:13px" {
            @for (index, bar) in chart.bars.iter().enumerate() {
                tr {
                    td style="padding:2px 8px 2px 0;max-width:160px" { (phrase(&bar.label)) }
                    td width="45%" style="padding:2px 0" { (single(bar.count, most, colour(bar.fill))) }
                    td align="right" style="padding:2px 8px;white-space:nowrap" { (locale.count(bar.count)) }
                    td align="right" style="padding:2px 8px;white-space:nowrap" {
                        @if let Some(percent) = bar.percent {
                            (locale.with_unit(percent, crate::render::document::Unit::Percent))
                        }
                    }
                    td style={ "padding:2px 0;" (QUIET) } { (class(index, bar).unwrap_or_default()) }
                }
            }
        }
    }
}

const fn colour(fill: Fill) -> &'static str {
    match fill {
        Fill::Plain | Fill::Good => BLUE,
        Fill::Middle => GREY,
        Fill::Bad => ORANGE,
    }
}

/// A bar from the left.
fn single(part: u64, most: u64, colour: &str) -> Markup {
    let share = (part as f64 / most as f64 * 100.0).round().clamp(0.0, 100.0);
    html! {
        @if part > 0 { (cells(&[(share.max(1.0), Some(colour))])) }
    }
}

/// An interval on its scale: nothing, the band, nothing.
pub(super) fn interval(chart: &IntervalChart, mark: (f64, f64, f64)) -> Markup {
    let place = |value: f64| {
        let share = (value - chart.min) / (chart.max - chart.min) * 100.0;
        if share.is_finite() {
            share.clamp(0.0, 100.0).round()
        } else {
            0.0
        }
    };
    let (_, low, high) = mark;
    let start = place(low);
    let band = (place(high) - start).max(2.0);
    cells(&[(start, None), (band, Some(BLUE))])
}

/// Cells side by side with their widths in percent; the rest is empty.
fn cells(widths: &[(f64, Option<&str>)]) -> Markup {
    let used: f64 = widths.iter().map(|(width, _)| width).sum();
    html! {
        table role="presentation" width="100%" cellspacing="0" cellpadding="0" {
            tr height="11" {
                @for (width, colour) in widths.iter().filter(|(width, _)| *width > 0.0) {
                    td width={ (width) "%" } bgcolor=[colour.as_ref()] {}
                }
                @if used < 100.0 { td {} }
            }
        }
    }
}
