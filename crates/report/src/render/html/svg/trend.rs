//! A figure over time: a line through its values, a band over its intervals, gaps where there are too few answers.

use maud::{Markup, html};

use super::Frame;
use crate::render::document::{TrendChart, TrendMark, Unit};
use crate::render::html::scale::{Scale, number, ticks};
use crate::render::locale::Locale;

const WIDTH: f64 = 480.0;
const HEIGHT: f64 = 230.0;
const LEFT: f64 = 42.0;
const RIGHT: f64 = WIDTH - 14.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 200.0;
/// Room for a label below the axis.
const LABEL: f64 = 62.0;
/// Lines have points on them up to so many steps.
const MOST_POINTS: usize = 60;

pub(super) fn draw(chart: &TrendChart, frame: &Frame, locale: Locale) -> Markup {
    let lines = lines(chart);
    let (Some(low), Some(high)) = (lines.first(), lines.last()) else {
        return html! {};
    };
    let vertical = Scale::new((*low, *high), (BOTTOM, TOP));
    let last = chart.marks.len().saturating_sub(1).max(1) as f64;
    let across = Scale::new((0.0, last), (LEFT + 8.0, RIGHT));
    let places = Places { vertical, across };
    let content = html! {
        @for value in &lines {
            @let y = number(vertical.place(*value));
            line class="grid" x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
            text.label x=(number(LEFT - 6.0)) y=(number(vertical.place(*value) + 4.0)) text-anchor="end" {
                (locale.tick(*value))
            }
        }
        @for run in runs(&chart.marks) {
            (places.band(&run))
        }
        @if let Some(target) = chart.target {
            @let y = number(vertical.place(target));
            line class="target" x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
        }
        @for run in runs(&chart.marks) {
            (places.line(&run))
            // A single step has no line.
            @for (index, mark) in run.iter().filter(|_| chart.marks.len() <= MOST_POINTS || run.len() == 1) {
                (places.point(*index, mark, chart.unit, locale))
            }
        }
        (labels(chart, &across, locale))
    };
    frame.image((WIDTH, HEIGHT), &content)
}

/// Horizontal lines: all of the range of percentages, as much of the others as there is something on.
fn lines(chart: &TrendChart) -> Vec<f64> {
    if chart.unit == Unit::Percent {
        return ticks(0.0, 100.0, 5);
    }
    let of_marks = chart.marks.iter().flat_map(|mark| {
        let ends = mark.interval.map(|(low, high)| [low, high]).into_iter().flatten();
        ends.chain(mark.value)
    });
    let mut all: Vec<f64> = of_marks.collect();
    // A target alone makes no scale.
    if !all.is_empty() {
        all.extend(chart.target);
    }
    let low = all.iter().copied().fold(f64::INFINITY, f64::min);
    let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match (low.is_finite() && high.is_finite(), chart.unit) {
        (true, _) if high - low > 1e-9 => ticks(low, high, 5),
        (true, _) => ticks(low - 0.5, high + 0.5, 4),
        (false, Unit::Points) => ticks(-100.0, 100.0, 4),
        (false, _) => ticks(0.0, 10.0, 5),
    }
}

/// Steps with a figure that follow each other.
fn runs(marks: &[TrendMark]) -> Vec<Vec<(usize, TrendMark)>> {
    let mut runs: Vec<Vec<(usize, TrendMark)>> = Vec::new();
    let mut is_open = false;
    for (index, mark) in marks.iter().enumerate() {
        if mark.value.is_none() {
            is_open = false;
            continue;
        }
        match runs.last_mut().filter(|_| is_open) {
            Some(run) => run.push((index, *mark)),
            None => runs.push(vec![(index, *mark)]),
        }
        is_open = true;
    }
    runs
}

struct Places {
    vertical: Scale,
    across: Scale,
}

impl Places {
    fn at(&self, index: usize, value: f64) -> String {
        let (x, y) = (self.across.place(index as f64), self.vertical.place(value));
        format!("{},{}", number(x), number(y))
    }

    /// The intervals of a run: an area, or a line where it is one step.
    fn band(&self, run: &[(usize, TrendMark)]) -> Markup {
        let end = |pick: fn((f64, f64)) -> f64| {
            run.iter()
                .filter_map(|(index, mark)| Some(self.at(*index, pick(mark.interval?))))
                .collect::<Vec<_>>()
        };
        let (high, mut low) = (end(|(_, high)| high), end(|(low, _)| low));
        low.reverse();
        match (high.as_slice(), low.as_slice()) {
            ([], _) | (_, []) => html! {},
            ([high], [low]) => html! { polyline class="whisker" points={ (high) " " (low) } {} },
            _ => html! { polygon class="band" points={ (high.join(" ")) " " (low.join(" ")) } {} },
        }
    }

    fn line(&self, run: &[(usize, TrendMark)]) -> Markup {
        let points = run
            .iter()
            .filter_map(|(index, mark)| Some(self.at(*index, mark.value?)));
        html! { polyline class="line" points=(points.collect::<Vec<_>>().join(" ")) {} }
    }

    fn point(&self, index: usize, mark: &TrendMark, unit: Unit, locale: Locale) -> Markup {
        let Some(value) = mark.value else {
            return html! {};
        };
        let n = locale
            .messages()
            .with("fact-n", [("n", locale.count(mark.n).into())]);
        html! {
            circle class="point" cx=(number(self.across.place(index as f64))) cy=(number(self.vertical.place(value))) r="3.5" {
                title { (locale.step(mark.step)) ": " (locale.with_unit(value, unit)) ", " (n) }
            }
        }
    }
}

/// As many labels as there is room for.
fn labels(chart: &TrendChart, across: &Scale, locale: Locale) -> Markup {
    let room = ((RIGHT - LEFT) / LABEL).floor().max(1.0) as usize;
    let every = chart.marks.len().div_ceil(room).max(1);
    html! {
        @for (index, mark) in chart.marks.iter().enumerate().filter(|(index, _)| index.is_multiple_of(every)) {
            @let x = across.place(index as f64);
            line class="axis" x1=(number(x)) x2=(number(x)) y1=(BOTTOM) y2=(number(BOTTOM + 4.0)) {}
            text.label x=(number(x)) y=(number(BOTTOM + 20.0)) text-anchor="middle" { (locale.short_step(mark.step)) }
        }
    }
}
