//! Announcements: stored, found by the call that arrives, expired; and their rows.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use crate::api_fact::ApiFactResult;
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::{call_uid, column, flag, moment, word};
use crate::sqlite::follow;
use aftercall_base::{CallUid, Redacted};
use aftercall_survey::admission::Decision;
use aftercall_survey::context::MatchedBy;
use aftercall_survey::record::{
    Announcement, CallEnd, EarlyDecision, KEPT_AFTER_EXPIRY, MatchKeys, MatchedAnnouncement,
    RequestRepetition, StoredAnnouncement,
};

/// What [`read`] reads of the table `announcement` under the name `a`.
macro_rules! columns {
    () => {
        "a.call_uid, a.token, a.original_call_id, a.caller_hash, a.former_hashes, a.caller_number, a.told, \
         a.request_key, a.request_hash, a.announced_at, a.expires_at, a.closed_at, a.decided"
    };
}
pub(super) use columns;

/// The announcements that a new one may [repeat](Announcement::repetition_of): by its request, and of those that wait under
/// the same token, that wait under the same original call id, or whose call has arrived, the one that expires last.
const CANDIDATES: &str = concat!(
    "SELECT ",
    columns!(),
    " FROM announcement a WHERE a.call_uid IN ( \
     SELECT call_uid FROM announcement WHERE request_key = $1 \
     UNION ALL SELECT call_uid FROM (SELECT call_uid FROM announcement \
         WHERE token = $2 AND closed_at IS NULL ORDER BY expires_at DESC LIMIT 1) \
     UNION ALL SELECT call_uid FROM (SELECT call_uid FROM announcement \
         WHERE original_call_id = $3 AND closed_at IS NULL ORDER BY expires_at DESC LIMIT 1) \
     UNION ALL SELECT call_uid FROM (SELECT call_uid FROM announcement \
         WHERE original_call_id = $3 AND closed_by = 'call' ORDER BY expires_at DESC LIMIT 1))"
);

/// Makes an announcement, or adds to the one that waits.
pub(super) async fn announce(
    connection: &mut SqliteConnection,
    announcement: &Announcement,
) -> Result<ApiFactResult, StoreError> {
    let rows = sqlx::query(CANDIDATES)
        .bind(&announcement.request_key)
        .bind(announcement.token.expose())
        .bind(&announcement.original_call_id)
        .fetch_all(&mut *connection)
        .await?;
    let candidates = rows.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
    let is_reused = |stored: &StoredAnnouncement| announcement.reuses_key_of(&stored.announcement);
    if candidates.iter().any(is_reused) {
        return Ok(ApiFactResult::KeyReused);
    }
    let Some((repetition, stored)) = announcement.repeated_of(candidates) else {
        insert(connection, announcement, false).await?;
        return Ok(ApiFactResult::Waits(announcement.uid));
    };
    let uid = stored.announcement.uid;
    Ok(match repetition {
        RequestRepetition::Request => ApiFactResult::Waits(uid),
        RequestRepetition::Token | RequestRepetition::OriginalCallId => {
            add_to(connection, stored, announcement, false).await?;
            ApiFactResult::Waits(uid)
        }
        RequestRepetition::Arrived => ApiFactResult::Arrived(uid),
    })
}

/// [`MatchKeys::find`] in SQL, since a caller may have any number of announcements.
const FIND: &str = concat!(
    "SELECT found.matched_by, ",
    columns!(),
    ", c.dialled, c.survey, c.decision, c.decision_reason FROM ( \
         SELECT 1 AS rank, 'token' AS matched_by, call_uid, announced_at FROM announcement \
             WHERE token = $1 AND closed_at IS NULL AND expires_at > $4 \
         UNION ALL SELECT 2, 'original_call_id', call_uid, announced_at FROM announcement \
             WHERE original_call_id = $2 AND closed_at IS NULL AND expires_at > $4 \
         UNION ALL SELECT 3, 'caller', call_uid, announced_at FROM announcement \
             WHERE caller_hash = $3 AND closed_at IS NULL AND expires_at > $4 \
             AND (original_call_id IS NULL OR CAST($2 AS TEXT) IS NULL) \
         ORDER BY rank, announced_at DESC, call_uid DESC LIMIT 1 \
     ) AS found JOIN announcement a ON a.call_uid = found.call_uid \
     LEFT JOIN call c ON c.call_uid = a.call_uid AND a.decided = 1"
);

/// The announcement that waits for a call with these keys, at this moment.
pub(in crate::sqlite) async fn find(
    readers: &SqlitePool,
    keys: &MatchKeys,
    now: DateTime<Utc>,
) -> Result<Option<MatchedAnnouncement>, StoreError> {
    let row = sqlx::query(FIND)
        .bind(keys.token.as_ref().map(Redacted::expose))
        .bind(&keys.original_call_id)
        .bind(&keys.caller_hash)
        .bind(to_text(now))
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(found).transpose()
}

fn found(row: &SqliteRow) -> Result<MatchedAnnouncement, StoreError> {
    let decided = flag(row, "decided")?;
    Ok(MatchedAnnouncement {
        announcement: read(row)?,
        matched_by: word(row, "matched_by", MatchedBy::from_str_opt)?,
        decided: if decided { Some(early_decision(row)?) } else { None },
    })
}

fn early_decision(row: &SqliteRow) -> Result<EarlyDecision, StoreError> {
    Ok(EarlyDecision {
        dialled: column(row, "dialled")?,
        survey: column(row, "survey")?,
        decision: word(row, "decision", Decision::from_str_opt)?,
        rule: column(row, "decision_reason")?,
    })
}

/// Rows removed at once.
const BATCH: i64 = 5_000;

/// Decided announcements whose time is over: their calls never came.
const EXPIRED: &str = "SELECT call_uid, expires_at FROM announcement \
     WHERE closed_at IS NULL AND expires_at <= $1 AND decided = 1";

const CLOSE: &str = "UPDATE announcement SET closed_at = expires_at, closed_by = 'expiry' \
     WHERE closed_at IS NULL AND expires_at <= $1";

const REMOVE: &str = "DELETE FROM announcement WHERE call_uid IN ( \
     SELECT call_uid FROM announcement WHERE expires_at <= $1 AND closed_at IS NOT NULL LIMIT $2)";

/// Ends the calls that were sampled and [never came](CallEnd::never_arrived), closes what has
/// [waited too long](Announcement::has_expired), removes what [nobody will repeat](Announcement::is_forgotten). Answers how
/// many calls were ended.
pub(super) async fn expire(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
) -> Result<ApiFactResult, StoreError> {
    let at = to_text(now);
    let expired = sqlx::query(EXPIRED).bind(&at).fetch_all(&mut *connection).await?;
    let never_arrived: Vec<CallEnd> = expired.iter().filter_map(|row| never_arrived(row, now)).collect();
    let ended = follow::end_unattended(connection, &never_arrived).await?;
    sqlx::query(CLOSE).bind(&at).execute(&mut *connection).await?;
    sqlx::query(REMOVE)
        .bind(to_text(now - KEPT_AFTER_EXPIRY))
        .bind(BATCH)
        .execute(connection)
        .await?;
    Ok(ApiFactResult::Rows(ended))
}

/// The end of the call of an expired decision. One row that another program has spoilt must not keep the others open: where its
/// time cannot be read, the call ends now.
fn never_arrived(row: &SqliteRow, now: DateTime<Utc>) -> Option<CallEnd> {
    let read = call_uid(row).map(|uid| (uid, moment(row, "expires_at")));
    match read {
        Ok((uid, Ok(expired_at))) => Some(CallEnd::never_arrived(uid, expired_at)),
        Ok((uid, Err(error))) => {
            tracing::warn!(call = %uid, %error, "cannot read when a decision expired; its call ends now");
            Some(CallEnd::never_arrived(uid, now))
        }
        Err(error) => {
            tracing::warn!(%error, "cannot read whose decision expired");
            None
        }
    }
}

/// How many announcements wait.
pub(in crate::sqlite) async fn waiting(readers: &SqlitePool) -> Result<u64, StoreError> {
    let waiting: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM announcement WHERE closed_at IS NULL")
        .fetch_one(readers)
        .await?;
    u64::try_from(waiting).map_err(|_| StoreError::row("a count is negative"))
}

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
        .bind(earlier_notations(announcement))
        .bind(announcement.caller_number.as_ref().map(Redacted::expose))
        .bind(texts_to_json(&announcement.texts))
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
    let texts: String = column(row, "told")?;
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
        texts: serde_json::from_str::<BTreeMap<String, String>>(&texts)
            .map_err(|_| StoreError::row("told is not a table of texts"))?,
        request_key: column(row, "request_key")?,
        request_hash: column(row, "request_hash")?,
        announced_at: moment(row, "announced_at")?,
        expires_at: moment(row, "expires_at")?,
        waits: column::<Option<String>>(row, "closed_at")?.is_none(),
    })
}

/// NULL where there are none, as for most.
fn earlier_notations(announcement: &Announcement) -> Option<String> {
    let earlier_notations = &announcement.former_hashes;
    (!earlier_notations.is_empty()).then(|| super::opt_out::list(earlier_notations))
}

/// Fields and attributes as one text.
pub(super) fn texts_to_json(texts: &BTreeMap<String, String>) -> String {
    let table = texts
        .iter()
        .map(|(name, value)| (name.clone(), serde_json::Value::String(value.clone())));
    serde_json::Value::Object(table.collect()).to_string()
}
