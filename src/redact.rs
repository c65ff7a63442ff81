//! Personal data that must not reach a log.
//!
//! [`Redacted`] prints as `<redacted>` whatever formatter is used, so a caller's number inside a derived
//! `Debug` cannot leak. Reading the value takes a deliberate [`Redacted::expose`].

use std::fmt;

/// A value that never shows itself in logs or error texts.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for storing or hashing; never for logging.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

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
