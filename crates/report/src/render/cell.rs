//! A cell as text.

use super::document::{Cell, Direction, Verdict};
use super::locale::Locale;

/// A cell as it is read, with its unit.
pub(crate) fn text(cell: &Cell, locale: Locale) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::TooFew => locale.messages().text("too-few"),
        Cell::Text(phrase) => phrase.text.clone(),
        Cell::Count(count) => locale.count(*count),
        Cell::Value(value) => value.to_string(),
        Cell::Figure { value, unit } => locale.with_unit(*value, *unit),
        Cell::Difference { value, unit } => format!("{}{}", locale.signed(*value), locale.unit(*unit)),
        Cell::Interval { low, high, unit } => {
            let ends = [
                ("low", locale.figure(*low).into()),
                ("high", locale.with_unit(*high, *unit).into()),
            ];
            locale.messages().with("interval-from-to", ends)
        }
        Cell::P(p) => locale.p(*p),
        Cell::Effect(effect) => locale.effect(*effect),
        Cell::OneIn(number) => locale.figure(*number),
        Cell::Verdict(verdict) => words(verdict),
        Cell::Step(step) => locale.step(*step),
    }
}

/// A verdict in words, with an arrow where it has a direction.
pub(crate) fn words(verdict: &Verdict) -> String {
    match arrow(verdict) {
        Some(arrow) => format!("{arrow} {}", verdict.words),
        None => verdict.words.clone(),
    }
}

/// The arrow of a verdict: a second sign beside the words, for those who only glance.
pub(crate) const fn arrow(verdict: &Verdict) -> Option<&'static str> {
    match verdict.direction {
        Direction::Up => Some("▲"),
        Direction::Down => Some("▼"),
        Direction::None => None,
    }
}
