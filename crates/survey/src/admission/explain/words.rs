//! Words for numbers, periods and conditions.

use std::fmt;

use chrono::NaiveDateTime;

use crate::admission::{Stratum, StratumKind};
use crate::context::condition::{Pattern, Test};
use crate::context::{Field, Name};

/// `1st`, `2nd`, `3rd`, `4th`, `11th`, `21st`.
pub(super) fn ordinal(number: u64) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        (_, _) => "th",
    };
    format!("{number}{ending}")
}

/// What a call is counted with.
pub(super) struct InStratum<'s>(pub(super) &'s Stratum);

impl fmt::Display for InStratum<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Stratum {
            route,
            kind,
            counted_as,
        } = self.0;
        match (kind, counted_as.as_str()) {
            (StratumKind::Route, _) => write!(f, "of route \"{route}\""),
            (StratumKind::Queue | StratumKind::Agent, "") => {
                write!(f, "of route \"{route}\" without a named {}", kind.as_str())
            }
            (StratumKind::Queue | StratumKind::Agent, named) => {
                write!(f, "of {} \"{named}\" on route \"{route}\"", kind.as_str())
            }
        }
    }
}

/// A period of which either end may be open.
pub(super) fn range(from: Option<NaiveDateTime>, to: Option<NaiveDateTime>) -> String {
    let moment = |at: NaiveDateTime| at.format("%Y-%m-%d %H:%M").to_string();
    match (from.map(moment), to.map(moment)) {
        (Some(from), Some(to)) => format!("runs from {from} to {to}"),
        (Some(from), None) => format!("runs from {from} on"),
        (None, Some(to)) => format!("runs until {to}"),
        (None, None) => "runs for ever".to_owned(),
    }
}

/// What a condition asks for.
pub(super) fn requirement(test: &Test) -> String {
    let list = |patterns: &[Pattern]| {
        let quoted = patterns.iter().map(|pattern| format!("\"{pattern}\""));
        quoted.collect::<Vec<_>>().join(" or ")
    };
    match test {
        Test::OneOf(patterns) => format!("must be {}", list(patterns)),
        Test::NoneOf(patterns) => format!("must not be {}", list(patterns)),
        Test::Within { .. } => format!("must be {test}"),
    }
}

/// Whether a value may not be shown.
pub(super) const fn is_personal(name: &Name) -> bool {
    matches!(
        name,
        Name::Field(Field::Caller | Field::Token | Field::Transferor)
    )
}
