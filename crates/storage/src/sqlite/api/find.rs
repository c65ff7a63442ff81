//! Finding the announcement that waits for an arriving call: one statement, one index for each key.

use sqlx::sqlite::{SqlitePool, SqliteRow};

use super::row::{self, columns};
use crate::error::StoreError;
use crate::moment;
use crate::sqlite::column::{column, flag, word};
use aftercall_base::Redacted;
use aftercall_survey::admission::Decision;
use aftercall_survey::context::MatchedBy;
use aftercall_survey::record::{EarlyDecision, Keys, Waiting};

/// [`Keys::find`] in SQL, since a caller may have any number of announcements.
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
    keys: &Keys,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<Waiting>, StoreError> {
    let row = sqlx::query(FIND)
        .bind(keys.token.as_ref().map(Redacted::expose))
        .bind(&keys.original_call_id)
        .bind(&keys.caller_hash)
        .bind(moment::to_text(now))
        .fetch_optional(readers)
        .await?;
    row.as_ref().map(waiting).transpose()
}

fn waiting(row: &SqliteRow) -> Result<Waiting, StoreError> {
    let decided = flag(row, "decided")?;
    Ok(Waiting {
        announcement: row::read(row)?,
        matched_by: word(row, "matched_by", MatchedBy::from_str_opt)?,
        decided: if decided { Some(decision(row)?) } else { None },
    })
}

fn decision(row: &SqliteRow) -> Result<EarlyDecision, StoreError> {
    Ok(EarlyDecision {
        dialled: column(row, "dialled")?,
        survey: column(row, "survey")?,
        decision: word(row, "decision", Decision::from_str_opt)?,
        rule: column(row, "decision_reason")?,
    })
}
