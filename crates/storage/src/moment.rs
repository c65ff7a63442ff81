//! Moments as the database keeps them: UTC text with milliseconds, whose order is time order.

use chrono::{DateTime, Utc};

use super::error::StoreError;
pub(super) use aftercall_base::iso8601::utc_text as to_text;

/// The moment of a stored text; `column` is where it stood.
pub(super) fn from_text(text: &str, column: &str) -> Result<DateTime<Utc>, StoreError> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.to_utc())
        .map_err(|_| StoreError::row(format!("{column} is not a moment")))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::to_text;

    #[test]
    fn stored_moment_has_milliseconds_and_sorts_as_text() {
        let early = to_text(DateTime::from_timestamp_millis(1_700_000_000_000).unwrap());
        let late = to_text(DateTime::from_timestamp_millis(1_700_000_000_009).unwrap());
        assert_eq!(early, "2023-11-14T22:13:20.000Z");
        assert!(early < late, "{early} {late}");
    }
}
