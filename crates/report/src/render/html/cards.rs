//! The figures that are read first.

use maud::{Markup, html};

use super::interval::{self, References};
use super::links::{LinkTarget, Links};
use super::phrase;
use super::table::{cell, verdict};
use crate::render::cell as text;
use crate::render::document::{Card, Cell, Document};
use crate::render::locale::Locale;

pub(super) fn list(document: &Document, links: Links<'_>) -> Markup {
    html! {
        @if !document.cards.is_empty() {
            div.cards {
                @for card in &document.cards {
                    (self::card(card, document.locale, links))
                }
            }
        }
    }
}

fn card(card: &Card, locale: Locale, links: Links<'_>) -> Markup {
    let messages = locale.messages();
    html! {
        article.card {
            h2 {
                @match &card.definition {
                    Some(definition) => { abbr title=(definition) { (phrase::markup(&card.label)) } }
                    None => { (phrase::markup(&card.label)) }
                }
            }
            p.about { (phrase::markup(&card.about)) }
            p.value {
                @match card.value {
                    Cell::Figure { .. } => { (links.around_figure(Some(&card.behind), &cell(&card.value, locale))) }
                    _ => { (cell(&card.value, locale)) }
                }
            }
            @if let (Some(Cell::Interval { low, high, .. }), Cell::Figure { value, .. }) = (&card.interval, &card.value) {
                (interval::mark(card.scale, (*value, *low, *high), References { whole: None, target: target(card) }))
            }
            dl {
                @if let Some(interval) = &card.interval {
                    div { dt { (messages.text("column-interval")) } dd { (text::text(interval, locale)) } }
                }
                div { dt { "n" } dd { (links.around(LinkTarget::Calls, Some(&card.behind), &html! { (card.n) })) } }
                @if let Some((target, reached)) = &card.target {
                    div {
                        dt { (messages.text("column-target")) }
                        dd {
                            (cell(target, locale))
                            @if let Some(reached) = reached { ": " (verdict(reached)) }
                        }
                    }
                }
                @if let Some((difference, compared)) = &card.comparison {
                    div {
                        dt { (messages.text("column-difference")) }
                        dd { (cell(difference, locale)) ": " (verdict(compared)) }
                    }
                }
            }
        }
    }
}

fn target(card: &Card) -> Option<f64> {
    match card.target {
        Some((Cell::Figure { value, .. }, _)) => Some(value),
        _ => None,
    }
}
