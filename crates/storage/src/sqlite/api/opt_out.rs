//! Opt-outs that are added and removed by the API.

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::api_fact::ApiFactResult;
use crate::error::StoreError;
use crate::moment;
use aftercall_survey::record::OptOut;

/// Adds a caller, unless the list holds the caller already, also under a hash of earlier versions: the time of the first
/// opt-out stays. Answers how many rows were made.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    opt_out: &OptOut,
) -> Result<ApiFactResult, StoreError> {
    let added = sqlx::query(
        "INSERT INTO opt_out (caller_hash, call_uid, opted_out_at, api_key) SELECT $1, NULL, $2, $3 \
         WHERE NOT EXISTS (SELECT 1 FROM opt_out WHERE caller_hash IN (SELECT value FROM json_each($4))) \
         ON CONFLICT (caller_hash) DO NOTHING",
    )
    .bind(&opt_out.caller_hash)
    .bind(moment::to_text(opt_out.at))
    .bind(&opt_out.api_key)
    .bind(list(&opt_out.former_hashes))
    .execute(connection)
    .await;
    rows(added)
}

/// Removes a caller. Answers how many rows were removed.
pub(super) async fn remove(
    connection: &mut SqliteConnection,
    caller_hashes: &[String],
) -> Result<ApiFactResult, StoreError> {
    let removed = sqlx::query("DELETE FROM opt_out WHERE caller_hash IN (SELECT value FROM json_each($1))")
        .bind(list(caller_hashes))
        .execute(connection)
        .await;
    rows(removed)
}

/// Hashes as one parameter.
pub(super) fn list(hashes: &[String]) -> String {
    let hashes = hashes.iter().cloned().map(serde_json::Value::String);
    serde_json::Value::Array(hashes.collect()).to_string()
}

fn rows(done: Result<sqlx::sqlite::SqliteQueryResult, sqlx::Error>) -> Result<ApiFactResult, StoreError> {
    Ok(ApiFactResult::Rows(done?.rows_affected()))
}

/// Since when a caller is on the list.
pub(in crate::sqlite) async fn since(
    readers: &SqlitePool,
    caller_hashes: &[String],
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let text: Option<String> = sqlx::query_scalar(
        "SELECT MIN(opted_out_at) FROM opt_out WHERE caller_hash IN (SELECT value FROM json_each($1))",
    )
    .bind(list(caller_hashes))
    .fetch_one(readers)
    .await?;
    text.map(|text| moment::from_text(&text, "opted_out_at"))
        .transpose()
}

/// How many callers are on the list.
pub(in crate::sqlite) async fn count(readers: &SqlitePool) -> Result<u64, StoreError> {
    let callers: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM opt_out")
        .fetch_one(readers)
        .await?;
    u64::try_from(callers).map_err(|_| StoreError::row("a count is negative"))
}
