//! Expires announcements and decisions whose calls did not arrive.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use aftercall_survey::record::NEVER_ARRIVED;
use crate::beside::Noted;
use crate::error::StoreError;
use crate::moment;

/// For this long after its time a request is still known when it is repeated.
const KNOWN_FOR: TimeDelta = TimeDelta::days(1);

/// Rows removed at once.
const BATCH: i64 = 5_000;

/// A sampled call that never came has ended when its time was over.
const END: &str = "UPDATE call SET disposition = 'abandoned', reason = $2, \
     ended_at = (SELECT a.expires_at FROM announcement a WHERE a.call_uid = call.call_uid) \
     WHERE disposition IS NULL AND call_uid IN ( \
         SELECT call_uid FROM announcement WHERE closed_at IS NULL AND expires_at <= $1 AND decided = 1)";

const CLOSE: &str = "UPDATE announcement SET closed_at = expires_at, closed_by = 'expiry' \
     WHERE closed_at IS NULL AND expires_at <= $1";

const REMOVE: &str = "DELETE FROM announcement WHERE call_uid IN ( \
     SELECT call_uid FROM announcement WHERE expires_at <= $1 AND closed_at IS NOT NULL LIMIT $2)";

/// Ends the calls that were sampled and never came, closes what has waited too long, removes what nobody will repeat.
/// Answers how many calls were ended.
pub(super) async fn expire(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
) -> Result<Noted, StoreError> {
    let at = moment::to_text(now);
    let ended = sqlx::query(END)
        .bind(&at)
        .bind(NEVER_ARRIVED)
        .execute(&mut *connection)
        .await?;
    sqlx::query(CLOSE).bind(&at).execute(&mut *connection).await?;
    sqlx::query(REMOVE)
        .bind(moment::to_text(now - KNOWN_FOR))
        .bind(BATCH)
        .execute(connection)
        .await?;
    Ok(Noted::Rows(ended.rows_affected()))
}

/// How many announcements wait.
pub(in crate::sqlite) async fn waiting(readers: &SqlitePool) -> Result<u64, StoreError> {
    let waiting: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM announcement WHERE closed_at IS NULL")
        .fetch_one(readers)
        .await?;
    u64::try_from(waiting).map_err(|_| StoreError::row("a count is negative"))
}
