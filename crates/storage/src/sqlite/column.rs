//! Reading the columns of a row.
//!
//! Rows may have been written by other hands: a text that is not what its column promises makes an error that names the
//! column, never a panic and never a guess.

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::StoreError;
use crate::moment;
use aftercall_base::CallUid;

/// The value of a column.
pub(super) fn column<'row, T>(row: &'row SqliteRow, name: &str) -> Result<T, StoreError>
where
    T: sqlx::Decode<'row, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite>,
{
    Ok(row.try_get(name)?)
}

/// A number that is not negative.
pub(super) fn count(row: &SqliteRow, name: &str) -> Result<u64, StoreError> {
    let number: i64 = column(row, name)?;
    u64::try_from(number).map_err(|_| StoreError::row(format!("{name} is negative")))
}

/// A number that is not negative; `None` for NULL.
pub(super) fn maybe_count(row: &SqliteRow, name: &str) -> Result<Option<u64>, StoreError> {
    let number: Option<i64> = column(row, name)?;
    number
        .map(|number| u64::try_from(number).map_err(|_| StoreError::row(format!("{name} is negative"))))
        .transpose()
}

/// A number of a row as a parameter; one beyond what the database has is none of its rows.
pub(super) fn number(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

/// A flag, 0 or 1.
pub(super) fn flag(row: &SqliteRow, name: &str) -> Result<bool, StoreError> {
    Ok(column::<i64>(row, name)? != 0)
}

/// The identity of a call, of the column `call_uid`.
pub(super) fn call_uid(row: &SqliteRow) -> Result<CallUid, StoreError> {
    let text: String = column(row, "call_uid")?;
    text.parse()
        .map_err(|_| StoreError::row("call_uid is not an identity of a call"))
}

/// A moment, in UTC.
pub(super) fn moment(row: &SqliteRow, name: &str) -> Result<DateTime<Utc>, StoreError> {
    moment::from_text(&column::<String>(row, name)?, name)
}

/// A moment, in UTC; `None` for NULL.
pub(super) fn maybe_moment(row: &SqliteRow, name: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text: Option<String> = column(row, name)?;
    text.map(|text| moment::from_text(&text, name)).transpose()
}

/// One of our words, by the function that knows them.
pub(super) fn word<T>(row: &SqliteRow, name: &str, known: fn(&str) -> Option<T>) -> Result<T, StoreError> {
    let word: String = column(row, name)?;
    known(&word).ok_or_else(|| unknown_word(name))
}

/// One of our words; `None` for NULL.
pub(super) fn maybe_word<T>(
    row: &SqliteRow,
    name: &str,
    known: fn(&str) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    let word: Option<String> = column(row, name)?;
    word.map(|word| known(&word).ok_or_else(|| unknown_word(name)))
        .transpose()
}

fn unknown_word(column: &str) -> StoreError {
    StoreError::row(format!("unknown word in {column}"))
}
