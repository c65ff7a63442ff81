//! A row of `announcement`, read and written.

use std::collections::BTreeMap;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::{call_uid, column, flag, moment};
use aftercall_base::{CallUid, Redacted};
use aftercall_survey::record::{Announcement, StoredAnnouncement};

/// What [`read`] reads of the table `announcement` under the name `a`.
macro_rules! columns {
    () => {
        "a.call_uid, a.token, a.original_call_id, a.caller_hash, a.former_hashes, a.caller_number, a.told, \
         a.request_key, a.request_hash, a.announced_at, a.expires_at, a.closed_at, a.decided"
    };
}
pub(super) use columns;

const BY_UID: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM announcement a WHERE a.call_uid = $1"
);

const BY_REQUEST: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM announcement a WHERE a.request_key = $1"
);

const INSERT: &str = "INSERT INTO announcement (call_uid, token, original_call_id, caller_hash, former_hashes, \
     caller_number, told, request_key, request_hash, decided, announced_at, expires_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";

const UPDATE: &str = "UPDATE announcement SET token = $2, original_call_id = $3, caller_hash = $4, former_hashes = $5, \
     caller_number = $6, told = $7, request_key = $8, request_hash = $9, decided = $10, announced_at = $11, \
     expires_at = $12 WHERE call_uid = $1";

/// Writes a new one.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    announcement: &Announcement,
    is_decided: bool,
) -> Result<(), StoreError> {
    write(connection, INSERT, announcement, is_decided).await
}

/// Adds a later announcement of the same call to the stored one.
pub(super) async fn add_to(
    connection: &mut SqliteConnection,
    mut stored: StoredAnnouncement,
    later: &Announcement,
    is_decided: bool,
) -> Result<(), StoreError> {
    stored.announcement.add(later);
    let is_decided = stored.is_decided || is_decided;
    write(connection, UPDATE, &stored.announcement, is_decided).await
}

async fn write(
    connection: &mut SqliteConnection,
    statement: &'static str,
    announcement: &Announcement,
    is_decided: bool,
) -> Result<(), StoreError> {
    sqlx::query(statement)
        .bind(announcement.uid.to_string())
        .bind(announcement.token.expose())
        .bind(&announcement.original_call_id)
        .bind(&announcement.caller_hash)
        .bind(formers(announcement))
        .bind(announcement.caller_number.as_ref().map(Redacted::expose))
        .bind(told_to_json(&announcement.told))
        .bind(&announcement.request_key)
        .bind(&announcement.request_hash)
        .bind(i64::from(is_decided))
        .bind(to_text(announcement.announced_at))
        .bind(to_text(announcement.expires_at))
        .execute(connection)
        .await?;
    Ok(())
}

/// Closes the one of this identity for the call that has arrived; `false` when it is not [pending](Announcement::is_pending)
/// any more.
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

/// The one of this identity.
pub(super) async fn of_call(
    connection: &mut SqliteConnection,
    uid: CallUid,
) -> Result<Option<StoredAnnouncement>, StoreError> {
    let row = sqlx::query(BY_UID)
        .bind(uid.to_string())
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(stored).transpose()
}

/// The one with this key of a request.
pub(super) async fn of_request(
    connection: &mut SqliteConnection,
    key: Option<&str>,
) -> Result<Option<StoredAnnouncement>, StoreError> {
    let Some(key) = key else {
        return Ok(None);
    };
    let row = sqlx::query(BY_REQUEST)
        .bind(key)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(stored).transpose()
}

/// The announcement of a row, and whether its call is decided.
pub(super) fn stored(row: &SqliteRow) -> Result<StoredAnnouncement, StoreError> {
    Ok(StoredAnnouncement {
        announcement: read(row)?,
        is_decided: flag(row, "decided")?,
    })
}

/// The announcement of a row.
pub(super) fn read(row: &SqliteRow) -> Result<Announcement, StoreError> {
    let told: String = column(row, "told")?;
    Ok(Announcement {
        uid: call_uid(row)?,
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
        announced_at: moment(row, "announced_at")?,
        expires_at: moment(row, "expires_at")?,
        waits: column::<Option<String>>(row, "closed_at")?.is_none(),
    })
}

/// NULL where there are none, as for most.
fn formers(announcement: &Announcement) -> Option<String> {
    let formers = &announcement.former_hashes;
    (!formers.is_empty()).then(|| super::opt_out::list(formers))
}

/// Fields and attributes as one text.
pub(super) fn told_to_json(told: &BTreeMap<String, String>) -> String {
    let table = told
        .iter()
        .map(|(name, value)| (name.clone(), serde_json::Value::String(value.clone())));
    serde_json::Value::Object(table.collect()).to_string()
}
