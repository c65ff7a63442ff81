//! Columns of a statement, each with what a row has in it.
//!
//! Parameters are bound by their place, and most columns are texts: with names in one list and values in another, two swapped
//! values would be stored without a fault. Here a name and its value are one entry, and both the text of the statement and
//! the binding are made of the same entries.

use sqlx::sqlite::SqliteRow;

use super::column::column;
use super::rows::Bound;
use crate::error::StoreError;
use aftercall_survey::context::{ContextValues, Field, FieldKind};

/// What a column has in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A text, or NULL.
    Text(Option<String>),
    /// A whole number, or NULL.
    Number(Option<i64>),
}

impl Value {
    /// Binds it to the next parameter.
    pub(super) fn bind(self, query: Bound) -> Bound {
        match self {
            Self::Text(text) => query.bind(text),
            Self::Number(number) => query.bind(number),
        }
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

/// The column of a field with its value.
pub(super) fn of_field(field: Field, values: &ContextValues) -> Value {
    let text = values.text(field);
    match field.kind() {
        FieldKind::Seconds => text.and_then(|seconds| seconds.parse::<i64>().ok()).into(),
        FieldKind::Text
        | FieldKind::Languages
        | FieldKind::Consent
        | FieldKind::Party
        | FieldKind::Token
        | FieldKind::Number => text.into(),
    }
}

/// The value that a row has in the column of a field.
///
/// # Errors
/// The row has no such column, or something else in it.
pub(super) fn field(row: &SqliteRow, field: Field) -> Result<Option<String>, StoreError> {
    let name = field.description().json;
    match field.kind() {
        FieldKind::Seconds => Ok(column::<Option<i64>>(row, name)?.map(|seconds| seconds.to_string())),
        FieldKind::Text
        | FieldKind::Languages
        | FieldKind::Consent
        | FieldKind::Party
        | FieldKind::Token
        | FieldKind::Number => column(row, name),
    }
}

/// `INSERT INTO table (a, b) VALUES (?, ?)`.
pub(super) fn insert_into<'c>(table: &str, columns: impl IntoIterator<Item = &'c str>) -> String {
    let columns: Vec<&str> = columns.into_iter().collect();
    let parameters = vec!["?"; columns.len()].join(", ");
    format!(
        "INSERT INTO {table} ({}) VALUES ({parameters})",
        columns.join(", ")
    )
}

/// The names of the columns of these fields.
pub(super) fn names(fields: impl Iterator<Item = Field>) -> impl Iterator<Item = &'static str> {
    fields.map(|field| field.description().json)
}
