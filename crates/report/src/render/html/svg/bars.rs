//! Bars of counts: columns over the values of a scale, lying where the labels are words.

use maud::{Markup, html};

use super::Frame;
use crate::render::document::{Bar, BarChart, Fill};
use crate::render::html::links::{LinkTarget, Links};
use crate::render::html::phrase;
use crate::render::html::scale::{Scale, number};
use crate::render::locale::Locale;

const WIDTH: f64 = 480.0;
/// More columns than this have a label on every fifth.
const MOST_LABELS: usize = 24;

pub(super) fn draw(chart: &BarChart, frame: &Frame, locale: Locale, links: Links<'_>) -> Markup {
    let is_of_values = chart.bars.iter().all(|bar| value(bar).parse::<i64>().is_ok());
    match is_of_values {
        true => columns(chart, frame, locale, links),
        false => lying(chart, frame, locale, links),
    }
}

/// The value in front of a label: `5` of `5 very satisfied`.
fn value(bar: &Bar) -> &str {
    bar.label.text.split(' ').next().unwrap_or_default()
}

fn most(chart: &BarChart) -> f64 {
    chart.bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1) as f64
}

const fn class(fill: Fill) -> &'static str {
    match fill {
        Fill::Plain => "bar plain",
        Fill::Good => "bar good",
        Fill::Middle => "bar middle",
        Fill::Bad => "bar bad",
    }
}

/// Columns, with their percentages above and their values below.
fn columns(chart: &BarChart, frame: &Frame, locale: Locale, links: Links<'_>) -> Markup {
    const HEIGHT: f64 = 220.0;
    const TOP: f64 = 26.0;
    const BOTTOM: f64 = 190.0;
    let step = WIDTH / chart.bars.len().max(1) as f64;
    let width = (step * 0.78).min(64.0);
    let scale = Scale::new((0.0, most(chart)), (BOTTOM, TOP));
    let is_labelled = |index: usize| chart.bars.len() <= MOST_LABELS || index.is_multiple_of(5);
    let above = |bar: &Bar| match bar.percent {
        Some(percent) => locale.figure(percent),
        None => locale.count(bar.count),
    };
    let content = html! {
        @for (index, bar) in chart.bars.iter().enumerate() {
            @let middle = step * (index as f64 + 0.5);
            @let top = scale.place(bar.count as f64);
            @if bar.count > 0 {
                (linked(bar, locale, links, &html! {
                    rect class=(class(bar.fill)) x=(number(middle - width / 2.0)) y=(number(top.min(BOTTOM - 1.5)))
                        width=(number(width)) height=(number((BOTTOM - top).max(1.5))) {}
                }))
            }
            @if is_labelled(index) {
                @if step > 34.0 {
                    text.count x=(number(middle)) y=(number(top - 7.0)) text-anchor="middle" { (above(bar)) }
                }
                text.label x=(number(middle)) y="208" text-anchor="middle" { (value(bar)) }
            }
        }
        line class="axis" x1="0" x2=(WIDTH) y1=(BOTTOM) y2=(BOTTOM) {}
    };
    frame.image((WIDTH, HEIGHT), &content)
}

/// Lying bars, with their words at the left and their counts at the right.
fn lying(chart: &BarChart, frame: &Frame, locale: Locale, links: Links<'_>) -> Markup {
    const ROW: f64 = 30.0;
    const LEFT: f64 = 130.0;
    let scale = Scale::new((0.0, most(chart)), (LEFT, WIDTH - 70.0));
    let content = html! {
        @for (index, bar) in chart.bars.iter().enumerate() {
            @let top = ROW * index as f64;
            @let end = scale.place(bar.count as f64);
            text.label x=(number(LEFT - 8.0)) y=(number(top + 19.0)) text-anchor="end" { (bar.label.text) }
            (linked(bar, locale, links, &html! {
                rect class=(class(bar.fill)) x=(LEFT) y=(number(top + 4.0)) width=(number((end - LEFT).max(1.0)))
                    height=(number(ROW - 9.0)) {}
            }))
            text.count x=(number(end + 7.0)) y=(number(top + 19.0)) { (locale.count(bar.count)) }
        }
    };
    frame.image((WIDTH, ROW * chart.bars.len() as f64 + 2.0), &content)
}

/// A bar that leads to the calls it counts.
fn linked(bar: &Bar, locale: Locale, links: Links<'_>, shape: &Markup) -> Markup {
    let behind = bar.behind.as_ref().filter(|_| bar.count > 0);
    html! {
        @match links.address(LinkTarget::Calls, behind) {
            Some(address) => {
                a href=(address) aria-label={ (phrase::shortened(&bar.label.text, 60)) ": " (locale.count(bar.count)) } { (shape) }
            }
            None => { (shape) }
        }
    }
}

/// What the fillings mean.
pub(super) fn legend(chart: &BarChart) -> Markup {
    html! {
        @if !chart.legend.is_empty() {
            ul.legend {
                @for (fill, words) in &chart.legend {
                    li {
                        svg viewBox="0 0 16 12" width="16" height="12" aria-hidden="true" focusable="false" {
                            rect class=(class(*fill)) x="0.5" y="0.5" width="15" height="11" {}
                        }
                        " " (words)
                    }
                }
            }
        }
    }
}
