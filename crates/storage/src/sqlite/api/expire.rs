//! Expires announcements and decisions whose calls did not arrive.

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use crate::api_fact::ApiFactResult;
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::{call_uid, moment};
use crate::sqlite::follow;
use aftercall_survey::record::{CallEnd, KEPT_AFTER_EXPIRY};

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
/// [waited too long](aftercall_survey::record::Announcement::has_expired), removes what [nobody will repeat](aftercall_survey::record::Announcement::is_forgotten). Answers how
/// many calls were ended.
pub(super) async fn expire(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
) -> Result<ApiFactResult, StoreError> {
    let at = to_text(now);
    let expired = sqlx::query(EXPIRED).bind(&at).fetch_all(&mut *connection).await?;
    let never_arrived = expired
        .iter()
        .map(|row| Ok(CallEnd::never_arrived(call_uid(row)?, moment(row, "expires_at")?)))
        .collect::<Result<Vec<_>, StoreError>>()?;
    let ended = follow::end_unattended(connection, &never_arrived).await?;
    sqlx::query(CLOSE).bind(&at).execute(&mut *connection).await?;
    sqlx::query(REMOVE)
        .bind(to_text(now - KEPT_AFTER_EXPIRY))
        .bind(BATCH)
        .execute(connection)
        .await?;
    Ok(ApiFactResult::Rows(ended))
}

/// How many announcements wait.
pub(in crate::sqlite) async fn waiting(readers: &SqlitePool) -> Result<u64, StoreError> {
    let waiting: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM announcement WHERE closed_at IS NULL")
        .fetch_one(readers)
        .await?;
    u64::try_from(waiting).map_err(|_| StoreError::row("a count is negative"))
}
