//! A row of `announcement`, read and written.

use std::collections::BTreeMap;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use aftercall_base::{CallUid, Redacted};
use aftercall_survey::record::Announcement;
use crate::error::StoreError;
use crate::moment;
use crate::sqlite::read::column;

const INSERT: &str = "INSERT INTO announcement (call_uid, token, original_call_id, caller_hash, caller_number, told, \
     request_key, decided, announced_at, expires_at, former_hashes, request_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

/// What is told now goes over what was told before.
const ADD_TO: &str = "UPDATE announcement SET original_call_id = COALESCE($2, original_call_id), \
     caller_hash = COALESCE($3, caller_hash), caller_number = COALESCE($4, caller_number), \
     told = json_patch(told, $5), \
     request_hash = CASE WHEN request_key IS NULL THEN $10 ELSE request_hash END, \
     request_key = COALESCE(request_key, $6), decided = MAX(decided, $7), expires_at = MAX(expires_at, $8), \
     former_hashes = CASE WHEN $3 IS NULL THEN former_hashes ELSE $9 END WHERE call_uid = $1";

/// Writes a new one.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    announcement: &Announcement,
    is_decided: bool,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .bind(announcement.uid.to_string())
        .bind(announcement.token.expose())
        .bind(&announcement.original_call_id)
        .bind(&announcement.caller_hash)
        .bind(announcement.caller_number.as_ref().map(Redacted::expose))
        .bind(told_to_json(&announcement.told))
        .bind(&announcement.request_key)
        .bind(i64::from(is_decided))
        .bind(moment::to_text(announcement.announced_at))
        .bind(moment::to_text(announcement.expires_at))
        .bind(formers(announcement))
        .bind(&announcement.request_hash)
        .execute(connection)
        .await
        .map(drop)
        .map_err(StoreError::from)
}

/// Adds what is told now to the one of this identity.
pub(super) async fn add_to(
    connection: &mut SqliteConnection,
    uid: CallUid,
    more: &Announcement,
    is_decided: bool,
) -> Result<(), StoreError> {
    sqlx::query(ADD_TO)
        .bind(uid.to_string())
        .bind(&more.original_call_id)
        .bind(&more.caller_hash)
        .bind(more.caller_number.as_ref().map(Redacted::expose))
        .bind(told_to_json(&more.told))
        .bind(&more.request_key)
        .bind(i64::from(is_decided))
        .bind(moment::to_text(more.expires_at))
        .bind(formers(more))
        .bind(&more.request_hash)
        .execute(connection)
        .await
        .map(drop)
        .map_err(StoreError::from)
}

/// Closes the one of this identity for the call that has arrived; `false` when it does not wait any more.
pub(in crate::sqlite) async fn close(
    connection: &mut SqliteConnection,
    uid: CallUid,
    at: &str,
) -> Result<bool, StoreError> {
    let closed = sqlx::query(
        "UPDATE announcement SET closed_at = $2, closed_by = 'call' \
         WHERE call_uid = $1 AND closed_at IS NULL AND expires_at > $2",
    )
    .bind(uid.to_string())
    .bind(at)
    .execute(connection)
    .await?;
    Ok(closed.rows_affected() == 1)
}

/// Whether the key of this request was sent with another request before. Rows that tell no hash are taken for the same.
pub(super) async fn is_reused(
    connection: &mut SqliteConnection,
    announcement: &Announcement,
) -> Result<bool, StoreError> {
    let (Some(key), Some(hash)) = (&announcement.request_key, &announcement.request_hash) else {
        return Ok(false);
    };
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM announcement WHERE request_key = $1 AND request_hash <> $2)",
    )
    .bind(key)
    .bind(hash)
    .fetch_one(connection)
    .await
    .map_err(StoreError::from)
}

/// The announcement of a row.
pub(super) fn read(row: &SqliteRow) -> Result<Announcement, StoreError> {
    let told: String = column(row, "told")?;
    let moment =
        |name: &str| -> Result<_, StoreError> { moment::from_text(&column::<String>(row, name)?, name) };
    Ok(Announcement {
        uid: uid(row)?,
        token: Redacted::new(column(row, "token")?),
        original_call_id: column(row, "original_call_id")?,
        caller_hash: column(row, "caller_hash")?,
        former_hashes: column::<Option<String>>(row, "former_hashes")?
            .map(|hashes| serde_json::from_str(&hashes))
            .transpose()
            .map_err(|_| StoreError::row("former_hashes is not a list of texts"))?
            .unwrap_or_default(),
        caller_number: column::<Option<String>>(row, "caller_number")?.map(Redacted::new),
        told: serde_json::from_str::<BTreeMap<String, String>>(&told)
            .map_err(|_| StoreError::row("told is not a table of texts"))?,
        request_key: column(row, "request_key")?,
        request_hash: column(row, "request_hash")?,
        announced_at: moment("announced_at")?,
        expires_at: moment("expires_at")?,
        waits: column::<Option<String>>(row, "closed_at")?.is_none(),
    })
}

/// NULL where there are none, as for most.
fn formers(announcement: &Announcement) -> Option<String> {
    let formers = &announcement.former_hashes;
    (!formers.is_empty()).then(|| super::opt_out::list(formers))
}

/// The identity in a row.
pub(super) fn uid(row: &SqliteRow) -> Result<CallUid, StoreError> {
    let text: String = column(row, "call_uid")?;
    text.parse()
        .map_err(|_| StoreError::row("call_uid is not an identity of a call"))
}

/// Fields and attributes as one text.
pub(super) fn told_to_json(told: &BTreeMap<String, String>) -> String {
    let table = told
        .iter()
        .map(|(name, value)| (name.clone(), serde_json::Value::String(value.clone())));
    serde_json::Value::Object(table.collect()).to_string()
}
