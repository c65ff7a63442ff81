//! What a condition asks of one value.

use std::fmt;

use super::ConditionError;
use crate::context::number::{Notations, NumberingPlan};

/// What is asked of one value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// It is one of these. Never empty.
    OneOf(Vec<Pattern>),
    /// It is none of these, or not told. Never empty.
    NoneOf(Vec<Pattern>),
    /// It is a number within these ends. At least one is given.
    Within {
        /// The smallest.
        from: Option<f64>,
        /// The largest.
        to: Option<f64>,
    },
}

/// A text, or the beginning of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// This text.
    Is(String),
    /// Every text that begins so.
    BeginsWith(String),
    /// This language and its kinds.
    Language(String),
}

impl Test {
    /// The same test of a caller, its texts brought to the one notation of their numbers.
    ///
    /// # Errors
    /// When a text is no number and no beginning of one.
    pub fn with_numbers(self, plan: &NumberingPlan) -> Result<Self, ConditionError> {
        let all = |patterns: Vec<Pattern>| {
            let placed = ConditionError::all(patterns.iter().map(|pattern| pattern.with_numbers(plan)));
            placed.map(|placed| placed.into_iter().flatten().collect())
        };
        Ok(match self {
            Self::OneOf(patterns) => Self::OneOf(all(patterns)?),
            Self::NoneOf(patterns) => Self::NoneOf(all(patterns)?),
            Self::Within { .. } => {
                let reason = "a caller's number cannot be compared as a quantity";
                return Err(ConditionError::new(
                    reason,
                    "write a number, or its beginning such as \"+358*\"",
                ));
            }
        })
    }

    /// Whether a value passes; `None` is a value that is not told.
    pub fn holds(&self, value: Option<&str>) -> bool {
        let is_one = |patterns: &[Pattern]| {
            value.is_some_and(|value| patterns.iter().any(|pattern| pattern.fits(value)))
        };
        match self {
            Self::OneOf(patterns) => is_one(patterns),
            Self::NoneOf(patterns) => !is_one(patterns),
            Self::Within { from, to } => {
                let number = value.and_then(|value| value.trim().parse::<f64>().ok());
                number.is_some_and(|number| {
                    from.is_none_or(|from| number >= from) && to.is_none_or(|to| number <= to)
                })
            }
        }
    }

    pub(super) fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::OneOf(these), Self::OneOf(those)) => {
                let meet = |this: &Pattern| those.iter().any(|that| this.meets(that));
                !these.iter().any(meet)
            }
            (Self::OneOf(these), Self::NoneOf(those)) | (Self::NoneOf(those), Self::OneOf(these)) => these
                .iter()
                .all(|this| those.iter().any(|that| that.includes(this))),
            (Self::Within { from, to }, Self::Within { from: low, to: high }) => {
                let below = |top: &Option<f64>, bottom: &Option<f64>| {
                    top.zip(*bottom).is_some_and(|(top, bottom)| top < bottom)
                };
                below(to, low) || below(high, from)
            }
            (Self::NoneOf(_), Self::NoneOf(_))
            | (Self::Within { .. }, Self::OneOf(_) | Self::NoneOf(_))
            | (Self::OneOf(_) | Self::NoneOf(_), Self::Within { .. }) => false,
        }
    }
}

impl Pattern {
    fn with_numbers(&self, plan: &NumberingPlan) -> Result<Vec<Self>, ConditionError> {
        let written = match self {
            Self::Is(text) | Self::Language(text) => text.clone(),
            Self::BeginsWith(text) => format!("{text}*"),
        };
        match plan.notations(&written) {
            Ok(Notations::Is(number)) => Ok(vec![Self::Is(number)]),
            Ok(Notations::BeginWith(beginnings)) => {
                Ok(beginnings.into_iter().map(Self::BeginsWith).collect())
            }
            // The text may be somebody's number with something behind it.
            Err(fault) => Err(ConditionError::new(
                format!("what is asked for is not a telephone number: it {fault}"),
                "write a number, or its beginning such as \"+358*\"",
            )),
        }
    }

    fn fits(&self, value: &str) -> bool {
        match self {
            Self::Is(text) => value == text,
            Self::BeginsWith(text) => value.starts_with(text.as_str()),
            Self::Language(tag) => value
                .strip_prefix(tag.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('-')),
        }
    }

    /// Whether some text fits both.
    fn meets(&self, other: &Self) -> bool {
        self.includes(other) || other.includes(self)
    }

    /// Whether every text that fits `other` fits this.
    fn includes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Is(_), Self::BeginsWith(_) | Self::Language(_)) => false,
            (_, Self::Is(text) | Self::Language(text)) => self.fits(text),
            (Self::BeginsWith(own), Self::BeginsWith(text)) => text.starts_with(own.as_str()),
            (Self::Language(tag), Self::BeginsWith(text)) => text.starts_with(&format!("{tag}-")),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |patterns: &[Pattern]| {
            let texts: Vec<String> = patterns.iter().map(Pattern::to_string).collect();
            texts.join(" or ")
        };
        match self {
            Self::OneOf(patterns) => f.write_str(&listed(patterns)),
            Self::NoneOf(patterns) => write!(f, "not {}", listed(patterns)),
            Self::Within {
                from: Some(from),
                to: Some(to),
            } => write!(f, "{from} to {to}"),
            Self::Within {
                from: Some(from),
                to: None,
            } => write!(f, "at least {from}"),
            Self::Within { from: None, to } => write!(f, "at most {}", to.unwrap_or_default()),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(text) | Self::Language(text) => f.write_str(text),
            Self::BeginsWith(text) => write!(f, "{text}*"),
        }
    }
}
