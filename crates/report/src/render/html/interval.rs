//! A figure with its interval as a mark on a scale, small enough for a row of a table or a card.

use maud::{Markup, html};

use super::scale::{Scale, number};

const WIDTH: f64 = 130.0;
const HEIGHT: f64 = 18.0;

/// What stands on the scale beside the figure.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct References {
    /// The figure of the whole: a thin line.
    pub(super) whole: Option<f64>,
    /// The target: a dashed line.
    pub(super) target: Option<f64>,
}

/// The mark; hidden from screen readers, which read the same figures beside it.
pub(super) fn mark(
    (min, max): (f64, f64),
    (value, low, high): (f64, f64, f64),
    references: References,
) -> Markup {
    let scale = Scale::new((min, max), (4.0, WIDTH - 4.0));
    let middle = number(HEIGHT / 2.0);
    let line = |class: &str, value: f64| {
        let x = number(scale.place(value));
        html! { line class=(class) x1=(x) x2=(x) y1="1" y2=(number(HEIGHT - 1.0)) {} }
    };
    let (start, end) = (scale.place(low), scale.place(high));
    html! {
        svg.mark viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } width=(WIDTH) height=(HEIGHT) aria-hidden="true" focusable="false" {
            line class="scale" x1="4" x2=(number(WIDTH - 4.0)) y1=(middle) y2=(middle) {}
            @if let Some(whole) = references.whole { (line("whole", whole)) }
            rect class="band" x=(number(start)) y="5" width=(number((end - start).max(1.0))) height="8" rx="2" {}
            @if let Some(target) = references.target { (line("target", target)) }
            circle class="point" cx=(number(scale.place(value))) cy=(middle) r="4" {}
        }
    }
}
