//! Ending the calls that a crash left in progress.
//!
//! What the caller said is all that is known: every scored question for the call answered is `completed`, any answer is
//! `partial`.
//! Without an answer it was the service that failed, not the caller who left, so the end is `failed`, and the rates do
//! not count it as a person's refusal. The call ends at the last moment known of it, not at the restart. A call that was
//! decided beforehand and has not come is not in progress: it is still waited for.

use sqlx::sqlite::SqlitePool;

use crate::error::StoreError;

const SWEEP: &str = "UPDATE call SET \
     reason = 'restart', \
     ended_at = COALESCE( \
         (SELECT MAX(a.answered_at) FROM answer a WHERE a.call_uid = call.call_uid), answered_at, arrived_at), \
     disposition = CASE \
         WHEN decision <> 'sampled' THEN decision \
         WHEN NOT EXISTS (SELECT 1 FROM answer a WHERE a.call_uid = call.call_uid AND a.value IS NOT NULL) \
             THEN 'failed' \
         WHEN EXISTS (SELECT 1 FROM question q WHERE q.survey = call.survey \
                 AND q.version = call.survey_version AND q.scored = 1) \
             AND NOT EXISTS (SELECT 1 FROM question q WHERE q.survey = call.survey \
                 AND q.version = call.survey_version AND q.scored = 1 \
                 AND (call.planned IS NULL OR q.question_id IN (SELECT p.value FROM json_each(call.planned) p)) \
                 AND NOT EXISTS (SELECT 1 FROM answer a WHERE a.call_uid = call.call_uid \
                     AND a.question_id = q.question_id AND a.value IS NOT NULL)) \
             THEN 'completed' \
         ELSE 'partial' END \
     WHERE node = $1 AND disposition IS NULL \
     AND NOT EXISTS (SELECT 1 FROM announcement w WHERE w.call_uid = call.call_uid AND w.closed_at IS NULL)";

pub(super) async fn sweep(writer: &SqlitePool, node: &str) -> Result<u64, StoreError> {
    let swept = sqlx::query(SWEEP).bind(node).execute(writer).await;
    swept.map(|done| done.rows_affected()).map_err(StoreError::from)
}
