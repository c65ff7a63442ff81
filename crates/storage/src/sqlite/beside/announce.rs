//! Stores the announcement of a call.

use sqlx::sqlite::SqliteConnection;

use super::row;
use aftercall_survey::record::Announcement;
use crate::beside::Noted;
use crate::error::StoreError;
use crate::moment;
use crate::sqlite::read::column;

/// The announcement that this one repeats or adds to: by its request first, then one that waits under the same token or
/// original call id, then one whose call has arrived.
const KNOWN: &str = "SELECT call_uid, closed_at, 1 AS rank FROM announcement WHERE request_key = $1 \
     UNION ALL SELECT call_uid, closed_at, 2 FROM announcement \
         WHERE token = $2 AND closed_at IS NULL AND expires_at > $4 \
     UNION ALL SELECT call_uid, closed_at, 3 FROM announcement \
         WHERE original_call_id = $3 AND closed_at IS NULL AND expires_at > $4 \
     UNION ALL SELECT call_uid, closed_at, 4 FROM announcement \
         WHERE original_call_id = $3 AND closed_by = 'call' AND expires_at > $4 \
     ORDER BY rank LIMIT 1";

/// Makes an announcement, or adds to the one that waits.
pub(super) async fn announce(
    connection: &mut SqliteConnection,
    announcement: &Announcement,
) -> Result<Noted, StoreError> {
    if row::is_reused(connection, announcement).await? {
        return Ok(Noted::KeyReused);
    }
    let known = sqlx::query(KNOWN)
        .bind(&announcement.request_key)
        .bind(announcement.token.expose())
        .bind(&announcement.original_call_id)
        .bind(moment::to_text(announcement.announced_at))
        .fetch_optional(&mut *connection)
        .await?;
    let Some(known) = known else {
        row::insert(connection, announcement, false).await?;
        return Ok(Noted::Waits(announcement.uid));
    };
    let uid = row::uid(&known)?;
    let waits = column::<Option<String>>(&known, "closed_at")?.is_none();
    let is_repeated = column::<i64>(&known, "rank")? == 1;
    if waits && !is_repeated {
        row::add_to(connection, uid, announcement, false).await?;
    }
    Ok(if waits || is_repeated {
        Noted::Waits(uid)
    } else {
        Noted::Arrived(uid)
    })
}
