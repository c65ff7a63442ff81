//! Charts, drawn with a few shapes: each is an image with a title and a description, beside the table of its data.

mod bars;
mod trend;

use maud::{Markup, html};

use super::links::Links;
use super::phrase;
use crate::render::document::{Chart, TrendChart};
use crate::render::locale::Locale;

/// Draws charts, and counts them for the ids of their titles.
#[derive(Debug)]
pub(super) struct Charts<'l> {
    locale: Locale,
    links: Links<'l>,
    drawn: usize,
}

impl<'l> Charts<'l> {
    pub(super) const fn new(locale: Locale, links: Links<'l>) -> Self {
        Self {
            locale,
            links,
            drawn: 0,
        }
    }

    /// Where figures lead.
    pub(super) const fn links(&self) -> Links<'l> {
        self.links
    }

    /// A chart with its legend.
    pub(super) fn draw(&mut self, chart: &Chart) -> Markup {
        self.drawn += 1;
        match chart {
            Chart::Bars(chart) => {
                let frame = Frame {
                    has_links: self.links.are_there(),
                    ..self.frame(&chart.title.text, &chart.description)
                };
                html! {
                    figcaption { (chart.description) }
                    (bars::draw(chart, &frame, self.locale, self.links))
                    (bars::legend(chart))
                }
            }
            Chart::Trend(chart) => {
                let frame = self.frame(&chart.title.text, &chart.description);
                html! {
                    figcaption { strong { (phrase::markup(&chart.title)) } (chart.description) }
                    (trend::draw(chart, &frame, self.locale))
                    (self.target(chart))
                }
            }
        }
    }

    /// What the dashed line means.
    fn target(&self, chart: &TrendChart) -> Markup {
        let Some(target) = chart.target else {
            return html! {};
        };
        let value = self.locale.with_unit(target, chart.unit);
        html! {
            ul.legend {
                li {
                    svg viewBox="0 0 24 12" width="24" height="12" aria-hidden="true" focusable="false" {
                        line class="target" x1="0" x2="24" y1="6" y2="6" {}
                    }
                    " " (self.locale.messages().with("chart-target", [("value", value.into())]))
                }
            }
        }
    }

    fn frame(&self, title: &str, description: &str) -> Frame {
        Frame {
            id: self.drawn,
            title: phrase::shortened(title, phrase::LONGEST),
            description: description.to_owned(),
            has_links: false,
        }
    }
}

/// What every chart has.
#[derive(Debug)]
struct Frame {
    id: usize,
    title: String,
    description: String,
    /// What is in an image has no meaning of its own; links have.
    has_links: bool,
}

impl Frame {
    /// The image of a size, with its title and description.
    fn image(&self, (width, height): (f64, f64), content: &Markup) -> Markup {
        let (title, description) = (format!("t{}", self.id), format!("d{}", self.id));
        let role = if self.has_links { "group" } else { "img" };
        html! {
            svg viewBox={ "0 0 " (width) " " (height) } role=(role) aria-labelledby={ (title) " " (description) } {
                title id=(title) { (self.title) }
                desc id=(description) { (self.description) }
                (content)
            }
        }
    }
}

/// The hatching of bad answers, once in a page: it is told from the other fillings without colours.
pub(super) fn patterns() -> Markup {
    html! {
        svg width="0" height="0" class="patterns" aria-hidden="true" focusable="false" {
            defs {
                pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                    rect class="hatch-ground" width="6" height="6" {}
                    line class="hatch-line" x1="1.5" x2="1.5" y1="0" y2="6" {}
                }
            }
        }
    }
}
