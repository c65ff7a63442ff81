//! Adds context to a call: to its row, or to its pending announcement.
//!
//! The stratum in which the call was counted stays, and so does every answer: only what describes the finished call changes.

use std::collections::BTreeMap;

use sqlx::sqlite::SqliteConnection;

use super::row::told_to_json;
use crate::beside::Noted;
use crate::context_sources;
use crate::error::StoreError;
use aftercall_survey::context::Told;
use aftercall_survey::context::language::first_and_others;
use aftercall_survey::record::Amendment;

/// Fields that have a column of the call's row.
const COLUMNS: [&str; 5] = ["queue", "agent", "team", "original_call_id", "language"];

const CALL: &str = "UPDATE call SET queue = COALESCE($2, queue), agent = COALESCE($3, agent), \
     team = COALESCE($4, team), original_call_id = COALESCE($5, original_call_id), \
     language = COALESCE($6, language), context = json_patch(COALESCE(context, '{}'), COALESCE($7, '{}')) WHERE call_uid = $1";

const ANNOUNCEMENT: &str = "UPDATE announcement SET told = json_patch(told, $2), \
     original_call_id = COALESCE($3, original_call_id) WHERE call_uid = $1 AND closed_at IS NULL";

/// Adds what is told now. Answers how many rows know of it.
pub(super) async fn amend(
    connection: &mut SqliteConnection,
    amendment: &Amendment,
) -> Result<Noted, StoreError> {
    let Amendment { call, told, source } = amendment;
    let call = call.to_string();
    let value = |name: &str| {
        let value = told.get(name)?;
        // The call's row holds the language most wanted.
        Some(match name {
            "language" => first_and_others(value).0.to_owned(),
            _ => value.clone(),
        })
    };
    let amended = COLUMNS
        .iter()
        .fold(sqlx::query(CALL).bind(&call), |query, column| {
            query.bind(value(column))
        })
        .bind(context(told, source))
        .execute(&mut *connection)
        .await?;
    let announced = sqlx::query(ANNOUNCEMENT)
        .bind(&call)
        .bind(told_to_json(told))
        .bind(value("original_call_id"))
        .execute(connection)
        .await?;
    Ok(Noted::Rows(
        amended.rows_affected().max(announced.rows_affected()),
    ))
}

/// The same as the text beside the row, with its source.
fn context(fields: &BTreeMap<String, String>, source: &str) -> Option<String> {
    let told: Vec<Told> = fields
        .iter()
        .map(|(name, value)| Told {
            name: name.clone(),
            source: source.to_owned(),
            value: (!COLUMNS.contains(&name.as_str())).then(|| value.clone()),
            note: None,
            text: None,
        })
        .collect();
    context_sources::to_json(&told)
}
