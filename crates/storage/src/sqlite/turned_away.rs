//! Counting the calls that were refused before anything of them was read.

use sqlx::sqlite::SqliteConnection;

use crate::error::StoreError;
use crate::moment;
use crate::store::Selection;
use aftercall_survey::record::TurnedAwayCalls;

const ADD: &str = "INSERT INTO call_turned_away (node, minute_at, route, survey, reason, calls) \
     VALUES ($1, $2, $3, $4, $5, $6) \
     ON CONFLICT (node, minute_at, route, survey, reason) DO UPDATE \
     SET calls = call_turned_away.calls + excluded.calls";

const COUNT: &str = "SELECT COALESCE(SUM(calls), 0) FROM call_turned_away \
     WHERE minute_at >= $1 AND minute_at < $2 AND CAST($3 AS TEXT) IS NULL \
     AND (CAST($4 AS TEXT) IS NULL OR survey = $4)";

/// Adds to the counts.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    counts: &[TurnedAwayCalls],
) -> Result<(), StoreError> {
    for count in counts {
        sqlx::query(ADD)
            .bind(&count.node)
            .bind(moment::to_text(count.minute_at))
            .bind(count.route.as_deref().unwrap_or_default())
            .bind(count.survey.as_deref().unwrap_or_default())
            .bind(&count.reason)
            .bind(i64::try_from(count.calls).unwrap_or(i64::MAX))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// How many there were. Of none of them the queue is known.
pub(super) async fn count(
    connection: &mut SqliteConnection,
    selection: &Selection,
) -> Result<u64, StoreError> {
    let calls: i64 = sqlx::query_scalar(COUNT)
        .bind(moment::to_text(selection.from))
        .bind(moment::to_text(selection.until))
        .bind(&selection.queue)
        .bind(&selection.survey)
        .fetch_one(connection)
        .await?;
    u64::try_from(calls).map_err(|_| StoreError::row("call_turned_away.calls is negative"))
}
