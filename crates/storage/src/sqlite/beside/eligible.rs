//! Calls that could have been surveyed, as reported by the PBX.

use std::sync::LazyLock;

use sqlx::sqlite::SqliteConnection;

use crate::beside::Noted;
use crate::error::StoreError;
use crate::moment;
use crate::sqlite::rows::{Bound, Statement};
use aftercall_survey::record::EligibleCall;

/// What is told again goes over what was told before; what is not told again stays.
static TELL: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new(
        "INSERT INTO eligible_call (original_call_id, ended_at, queue, agent, team, talk_time_s, wait_time_s, \
         disposition, told_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (original_call_id) DO UPDATE SET ended_at = excluded.ended_at, \
         queue = COALESCE(excluded.queue, queue), agent = COALESCE(excluded.agent, agent), \
         team = COALESCE(excluded.team, team), talk_time_s = COALESCE(excluded.talk_time_s, talk_time_s), \
         wait_time_s = COALESCE(excluded.wait_time_s, wait_time_s), \
         disposition = COALESCE(excluded.disposition, disposition)",
    )
});

/// Notes the calls; answers how many were not known before.
pub(super) async fn calls(
    connection: &mut SqliteConnection,
    calls: &[EligibleCall],
) -> Result<Noted, StoreError> {
    let before = count(connection).await?;
    TELL.execute(connection, calls, bind).await?;
    Ok(Noted::Rows(count(connection).await?.saturating_sub(before)))
}

/// The highest number of a row ever given, which grows by one for each new row and by none for a known one.
async fn count(connection: &mut SqliteConnection) -> Result<u64, StoreError> {
    let last: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(rowid), 0) FROM eligible_call")
        .fetch_one(connection)
        .await?;
    u64::try_from(last).map_err(|_| StoreError::row("a row has a negative number"))
}

fn bind(query: Bound, call: &EligibleCall) -> Bound {
    let seconds = |seconds: Option<u64>| seconds.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
    query
        .bind(call.original_call_id.clone())
        .bind(moment::to_text(call.ended_at))
        .bind(call.queue.clone())
        .bind(call.agent.clone())
        .bind(call.team.clone())
        .bind(seconds(call.talk_time_s))
        .bind(seconds(call.wait_time_s))
        .bind(call.disposition.clone())
        .bind(moment::to_text(call.told_at))
}
