//! Stores the announcement of a call.

use sqlx::sqlite::SqliteConnection;

use super::row::{self, columns};
use crate::api_fact::ApiFactResult;
use crate::error::StoreError;
use aftercall_survey::record::{Announcement, Repetition, StoredAnnouncement};

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
    let candidates = rows.iter().map(row::stored).collect::<Result<Vec<_>, _>>()?;
    let is_reused = |stored: &StoredAnnouncement| announcement.reuses_key_of(&stored.announcement);
    if candidates.iter().any(is_reused) {
        return Ok(ApiFactResult::KeyReused);
    }
    let Some((repetition, stored)) = announcement.repeated_of(candidates) else {
        row::insert(connection, announcement, false).await?;
        return Ok(ApiFactResult::Waits(announcement.uid));
    };
    let uid = stored.announcement.uid;
    Ok(match repetition {
        Repetition::Request => ApiFactResult::Waits(uid),
        Repetition::Token | Repetition::OriginalCallId => {
            row::add_to(connection, stored, announcement, false).await?;
            ApiFactResult::Waits(uid)
        }
        Repetition::Arrived => ApiFactResult::Arrived(uid),
    })
}
