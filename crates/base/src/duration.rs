//! Durations as people write them: `400ms`, `2.5s`, `3min`.

use std::time::Duration;

/// A text that is not a duration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// No unit, or one that is not known.
    #[error("a duration is a number with its unit, such as `400ms`, `2.5s`, `3min` or `1h`")]
    Unit,
    /// The part before the unit is not a number.
    #[error("the part before the unit must be a plain number, such as `2.5`")]
    Number,
}

const UNITS: [(&str, f64); 5] = [
    ("ms", 0.001),
    ("min", 60.0),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
];

/// The duration that a person writes as a plain decimal number with its unit: ms, s, min (or m), h.
///
/// # Errors
/// When the unit is missing or unknown, or the number is none or beyond about a century.
pub fn parse_duration(text: &str) -> Result<Duration, DurationError> {
    let text = text.trim();
    let digits = text
        .find(|symbol: char| !symbol.is_ascii_digit() && symbol != '.')
        .ok_or(DurationError::Unit)?;
    let (number, unit) = text.split_at(digits);
    let (_, seconds) = UNITS
        .into_iter()
        .find(|(known, _)| *known == unit.trim())
        .ok_or(DurationError::Unit)?;
    let number: f64 = number.parse().map_err(|_| DurationError::Number)?;
    let longest = 100.0 * 365.0 * 86_400.0;
    if number * seconds > longest {
        return Err(DurationError::Number);
    }
    Duration::try_from_secs_f64(number * seconds).map_err(|_| DurationError::Number)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse_duration;

    #[test]
    fn durations_are_read_with_their_unit() {
        for (text, millis) in [
            ("400ms", 400),
            ("2.5s", 2_500),
            ("7 s", 7_000),
            ("3min", 180_000),
            ("1h", 3_600_000),
            ("0s", 0),
        ] {
            assert_eq!(parse_duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
    }

    #[test]
    fn numbers_without_unit_and_words_are_refused() {
        for text in [
            "",
            "7",
            "s",
            "-1s",
            "1e9s",
            "1.2.3s",
            "7 sec",
            "ääs",
            "99999999999999h",
            ".",
        ] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }
}
