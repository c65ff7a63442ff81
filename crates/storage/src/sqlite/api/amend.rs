//! Adds context to a call: to its row, or to its pending announcement.
//!
//! The stratum in which the call was counted stays, and so does every answer: only what describes the finished call changes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use sqlx::sqlite::SqliteConnection;

use super::announcement::texts_to_json;
use crate::api_fact::ApiFactResult;
use crate::context_sources;
use crate::error::StoreError;
use crate::sqlite::parameter::{names, of_field};
use crate::sqlite::rollup::{Change, IN_PROGRESS};
use crate::sqlite::rows::Bound;
use aftercall_survey::context::{ContextSource, ContextValues, Field, Name};
use aftercall_survey::record::Amendment;

/// A column for which nothing is told stays.
static CALL: LazyLock<Change> = LazyLock::new(|| {
    let fields: String = names(Field::columns())
        .map(|column| format!("{column} = COALESCE(?, {column}), "))
        .collect();
    Change::new(&format!(
        "UPDATE call SET {fields}context = json_patch(COALESCE(context, '{{}}'), COALESCE(?, '{{}}')) WHERE call_uid = ?{IN_PROGRESS}"
    ))
});

const ANNOUNCEMENT: &str = "UPDATE announcement SET told = json_patch(told, $2), \
     original_call_id = COALESCE($3, original_call_id) WHERE call_uid = $1 AND closed_at IS NULL";

/// Adds the further context. Answers how many rows have it.
pub(super) async fn amend(
    connection: &mut SqliteConnection,
    amendment: &Amendment,
) -> Result<ApiFactResult, StoreError> {
    let Amendment { call, texts, source } = amendment;
    let (uid, call) = (*call, call.to_string());
    let values: ContextValues = texts
        .iter()
        .map(|(name, value)| (Name::of(name), value.clone()))
        .collect();
    let bind = |query: Bound, (): &()| {
        let fields = Field::columns().map(|field| of_field(field, &values));
        fields
            .fold(query, |query, value| value.bind(query))
            .bind(context(texts, source))
            .bind(call.clone())
    };
    let amended = CALL.execute(&mut *connection, &[()], |()| uid, bind).await?;
    let announced = sqlx::query(ANNOUNCEMENT)
        .bind(&call)
        .bind(texts_to_json(texts))
        .bind(values.text(Field::OriginalCallId))
        .execute(connection)
        .await?;
    Ok(ApiFactResult::Rows(amended.max(announced.rows_affected())))
}

/// The same as the text beside the row, with its source.
fn context(fields: &BTreeMap<String, String>, source: &str) -> Option<String> {
    let sources: Vec<ContextSource> = fields
        .iter()
        .map(|(name, value)| ContextSource {
            name: name.clone(),
            source: source.to_owned(),
            value: (!Field::of(name).is_some_and(Field::is_in_row)).then(|| value.clone()),
            note: None,
            text: None,
        })
        .collect();
    context_sources::to_json(&sources)
}
