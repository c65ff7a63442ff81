//! Calls decided before they arrive: counted once, and claimed by the call that comes.

use chrono::TimeDelta;
use sqlx::sqlite::SqliteConnection;

use super::row;
use aftercall_base::CallUid;
use aftercall_survey::record::{ClaimedCall, NewDecision};
use crate::beside::Noted;
use crate::error::StoreError;
use crate::sqlite::admit;
use crate::sqlite::read::column;
use crate::{context_sources, moment};

/// The decision that this request repeats, or the call that has been counted already.
const KNOWN: &str = "SELECT call_uid, 1 AS decided FROM announcement WHERE request_key = $1 AND decided = 1 \
     UNION ALL SELECT call_uid, 1 FROM announcement WHERE call_uid = $2 AND decided = 1 \
     UNION ALL SELECT call_uid, decided_by = 'api' FROM call WHERE original_call_id = $3 AND arrived_at > $4 \
     LIMIT 1";

/// For this long a call that has arrived is the one that its original call id names.
const SAME_CALL: TimeDelta = TimeDelta::days(1);

/// A call that is not surveyed need not come: it has ended.
const DECIDED: &str = "UPDATE call SET decided_by = 'api', \
     ended_at = CASE decision WHEN 'sampled' THEN NULL ELSE arrived_at END, \
     disposition = CASE decision WHEN 'sampled' THEN NULL ELSE decision END, \
     reason = CASE decision WHEN 'sampled' THEN NULL WHEN 'suppressed' THEN decision_reason ELSE decision END \
     WHERE call_uid = $1";

/// What the row has already stays.
const CLAIM: &str = "UPDATE call SET node = $2, invited_at = $3, sip_call_id = $4, queue = COALESCE(queue, $5), \
     agent = COALESCE(agent, $6), team = COALESCE(team, $7), original_call_id = COALESCE(original_call_id, $8), \
     language = COALESCE(language, $9), caller_hash = COALESCE(caller_hash, $10), \
     caller_number = COALESCE(caller_number, $11), survey = COALESCE($12, survey), survey_version = COALESCE($13, survey_version), \
     context = json_patch(COALESCE($14, '{}'), COALESCE(context, '{}')) WHERE call_uid = $1 \
     RETURNING EXISTS (SELECT 1 FROM opt_out WHERE opt_out.caller_hash = call.caller_hash \
     OR opt_out.caller_hash IN (SELECT value FROM json_each($15))) AS opted_out";

/// Counts a call as if it had arrived, unless this request has been decided already.
pub(super) async fn decide(
    connection: &mut SqliteConnection,
    decision: &NewDecision,
) -> Result<Noted, StoreError> {
    let NewDecision { call, announcement } = decision;
    if row::is_reused(connection, announcement).await? {
        return Ok(Noted::KeyReused);
    }
    let known = sqlx::query(KNOWN)
        .bind(&announcement.request_key)
        .bind(call.uid.to_string())
        .bind(&announcement.original_call_id)
        .bind(moment::to_text(call.arrived_at - SAME_CALL))
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(known) = known {
        let call = row::uid(&known)?;
        return Ok(match column::<i64>(&known, "decided")? {
            0 => Noted::Arrived(call),
            _ => Noted::Decided { call, repeated: true },
        });
    }
    if !announce(connection, decision).await? {
        return Ok(Noted::Gone);
    }
    admit::calls(connection, &[call]).await?;
    sqlx::query(DECIDED)
        .bind(call.uid.to_string())
        .execute(connection)
        .await?;
    Ok(Noted::Decided {
        call: call.uid,
        repeated: false,
    })
}

/// Makes its announcement, or adds to the one that waits under its identity; `false` when that waits no more.
async fn announce(connection: &mut SqliteConnection, decision: &NewDecision) -> Result<bool, StoreError> {
    let NewDecision { call, announcement } = decision;
    let waits: Option<bool> = sqlx::query_scalar(
        "SELECT closed_at IS NULL AND expires_at > $2 FROM announcement WHERE call_uid = $1",
    )
    .bind(call.uid.to_string())
    .bind(moment::to_text(call.arrived_at))
    .fetch_optional(&mut *connection)
    .await?;
    match waits {
        Some(false) => return Ok(false),
        Some(true) => row::add_to(connection, call.uid, announcement, true).await?,
        None => row::insert(connection, announcement, true).await?,
    }
    Ok(true)
}

/// Gives an arriving call the row that was written for it. A caller who has opted out since is not surveyed.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    claimed: &ClaimedCall,
) -> Result<Noted, StoreError> {
    let at = moment::to_text(claimed.invited_at);
    if !row::close(connection, claimed.uid, &at).await? {
        return Ok(Noted::Gone);
    }
    let context = &claimed.context;
    let row = sqlx::query(CLAIM)
        .bind(claimed.uid.to_string())
        .bind(&claimed.node)
        .bind(&at)
        .bind(&claimed.sip_call_id)
        .bind(&context.queue)
        .bind(&context.agent)
        .bind(&context.team)
        .bind(&context.original_call_id)
        .bind(&context.language)
        .bind(&context.caller_hash)
        .bind(
            context
                .caller_number
                .as_ref()
                .map(aftercall_base::Redacted::expose),
        )
        .bind(claimed.survey.as_ref().map(|survey| &survey.name))
        .bind(claimed.survey.as_ref().map(|survey| &survey.version))
        .bind(context_sources::to_json(&context.told))
        .bind(super::opt_out::list(&context.former_hashes))
        .fetch_optional(connection)
        .await?
        .ok_or_else(|| no_row(claimed.uid))?;
    Ok(Noted::Claimed {
        opted_out: column::<i64>(&row, "opted_out")? != 0,
    })
}

fn no_row(uid: CallUid) -> StoreError {
    StoreError::row(format!("{uid} was decided and has no row in `call`"))
}
