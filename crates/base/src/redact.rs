//! Personal data that must not reach a log.
//!
//! [`Redacted`] prints as `<redacted>` whatever formatter is used, so a caller's number inside a derived
//! `Debug` cannot leak. Reading the value takes a deliberate [`Redacted::expose`].

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// A value that never shows itself in logs or error texts.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a value that must not appear in logs.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for storing or hashing; never for logging.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Redacted<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not `deserialize_string`: a reader that finds something else would show it.
        deserializer.deserialize_any(RedactedText).map(Self)
    }
}

struct RedactedText;

/// A number in the place of a text is refused by an error that does not hold it.
impl Visitor<'_> for RedactedText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }

    fn visit_i64<E: Error>(self, _number: i64) -> Result<String, E> {
        Err(E::custom(NO_TEXT))
    }

    fn visit_u64<E: Error>(self, _number: u64) -> Result<String, E> {
        Err(E::custom(NO_TEXT))
    }

    fn visit_f64<E: Error>(self, _number: f64) -> Result<String, E> {
        Err(E::custom(NO_TEXT))
    }
}

const NO_TEXT: &str = "a number where a text is expected: put it in quotes";

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use super::Redacted;

    #[test]
    fn redacted_value_shows_in_no_format() {
        let number = Redacted::new("+358401234567");
        assert_eq!(
            format!("{number} {number:?} {number:#?}"),
            "<redacted> <redacted> <redacted>"
        );
        assert_eq!(*number.expose(), "+358401234567");
    }
}
