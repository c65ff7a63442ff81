//! Reading what was decided of a call.

use sqlx::sqlite::{SqlitePool, SqliteRow};

use super::column::{column, moment, word};
use crate::context_sources;
use crate::error::StoreError;
use aftercall_base::{CallUid, Disposition};
use aftercall_survey::admission::{Decision, Per, Reason, Stratum};
use aftercall_survey::record::StoredDecision;

pub(super) async fn of(readers: &SqlitePool, call: CallUid) -> Result<Option<StoredDecision>, StoreError> {
    let row = sqlx::query(
        "SELECT arrived_at, route, survey, decision, decision_reason, decision_detail, stratum_route, stratum_queue, \
         stratum_agent, stratum_position, stratum_every, disposition, context FROM call WHERE call_uid = $1",
    )
    .bind(call.to_string())
    .fetch_optional(readers)
    .await?;
    row.as_ref().map(decided).transpose()
}

fn decided(row: &SqliteRow) -> Result<StoredDecision, StoreError> {
    let disposition: Option<String> = column(row, "disposition")?;
    let (rule, detail): (Option<String>, Option<String>) =
        (column(row, "decision_reason")?, column(row, "decision_detail")?);
    let every: Option<u32> = column(row, "stratum_every")?;
    Ok(StoredDecision {
        arrived_at: moment(row, "arrived_at")?,
        route: column(row, "route")?,
        survey: column(row, "survey")?,
        decision: word(row, "decision", Decision::from_str_opt)?,
        reason: rule
            .as_deref()
            .and_then(|rule| Reason::from_stored(rule, detail.as_deref(), every)),
        rule,
        counted: counted(row)?,
        every,
        disposition: disposition.as_deref().and_then(Disposition::from_str_opt),
        told: column::<Option<String>>(row, "context")?
            .map(|context| context_sources::from_json(&context))
            .unwrap_or_default(),
    })
}

fn counted(row: &SqliteRow) -> Result<Option<(Stratum, u64)>, StoreError> {
    let (queue, agent): (Option<String>, Option<String>) =
        (column(row, "stratum_queue")?, column(row, "stratum_agent")?);
    let (per, counted_as) = match (queue, agent) {
        (_, Some(agent)) => (Per::Agent, agent),
        (Some(queue), None) => (Per::Queue, queue),
        (None, None) => (Per::Route, String::new()),
    };
    let route: Option<String> = column(row, "stratum_route")?;
    let position: Option<i64> = column(row, "stratum_position")?;
    let place = |(route, position)| {
        let stratum = Stratum {
            route,
            per,
            counted_as,
        };
        let position =
            u64::try_from(position).map_err(|_| StoreError::row("stratum_position is negative"))?;
        Ok((stratum, position))
    };
    route.zip(position).map(place).transpose()
}
