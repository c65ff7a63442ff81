//! Calls decided before they arrive: counted once, and claimed by the call that comes.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::row;
use crate::beside::Noted;
use crate::context_sources;
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::{call_uid, flag, moment};
use crate::sqlite::{admit, follow};
use aftercall_base::CallUid;
use aftercall_survey::admission::{Admission, Decision};
use aftercall_survey::record::{
    AlreadySettled, CallEnd, CallOfSameId, ClaimedCall, EarlierRequests, NewDecision, SAME_CALL_FOR,
};

/// The first call since a moment with an original call id.
const SAME_CALL: &str = "SELECT call_uid, arrived_at, decided_by = 'api' AS decided_beforehand FROM call \
     WHERE original_call_id = $1 AND arrived_at > $2 ORDER BY arrived_at, call_uid LIMIT 1";

const DECIDED_BEFOREHAND: &str = "UPDATE call SET decided_by = 'api' WHERE call_uid = $1";

/// What the row has already stays.
const CLAIM: &str = "UPDATE call SET node = $2, invited_at = $3, sip_call_id = $4, queue = COALESCE(queue, $5), \
     agent = COALESCE(agent, $6), team = COALESCE(team, $7), original_call_id = COALESCE(original_call_id, $8), \
     language = COALESCE(language, $9), caller_hash = COALESCE(caller_hash, $10), \
     caller_number = COALESCE(caller_number, $11), survey = COALESCE($12, survey), survey_version = COALESCE($13, survey_version), \
     context = json_patch(COALESCE($14, '{}'), COALESCE(context, '{}')) WHERE call_uid = $1 \
     RETURNING EXISTS (SELECT 1 FROM opt_out WHERE opt_out.caller_hash = call.caller_hash \
     OR opt_out.caller_hash IN (SELECT value FROM json_each($15))) AS opted_out";

/// Counts a call as if it had arrived, unless this is [settled](NewDecision::settled) already.
pub(super) async fn decide(
    connection: &mut SqliteConnection,
    decision: &NewDecision,
) -> Result<Noted, StoreError> {
    let earlier = earlier_requests(connection, decision).await?;
    if let Some(settled) = decision.settled(&earlier) {
        return Ok(match settled {
            AlreadySettled::KeyReused => Noted::KeyReused,
            AlreadySettled::Decided(call) => Noted::Decided { call, repeated: true },
            AlreadySettled::Arrived(call) => Noted::Arrived(call),
            AlreadySettled::Gone => Noted::Gone,
        });
    }
    let NewDecision { call, announcement } = decision;
    match earlier.same_identity {
        Some(stored) => row::add_to(connection, stored, announcement, true).await?,
        None => row::insert(connection, announcement, true).await?,
    }
    let admissions = admit::calls(connection, &[call]).await?;
    sqlx::query(DECIDED_BEFOREHAND)
        .bind(call.uid.to_string())
        .execute(&mut *connection)
        .await?;
    // A call that is not surveyed need not come: it has ended.
    let end = |admission: &Admission| {
        let rule = admission.reason().as_str();
        CallEnd::without_survey(call.uid, Decision::from(admission), rule, call.arrived_at)
    };
    let ended: Vec<CallEnd> = admissions.iter().filter_map(end).collect();
    follow::end_unattended(connection, &ended).await?;
    Ok(Noted::Decided {
        call: call.uid,
        repeated: false,
    })
}

async fn earlier_requests(
    connection: &mut SqliteConnection,
    decision: &NewDecision,
) -> Result<EarlierRequests, StoreError> {
    let NewDecision { call, announcement } = decision;
    let same_call = sqlx::query(SAME_CALL)
        .bind(&announcement.original_call_id)
        .bind(to_text(call.arrived_at - SAME_CALL_FOR))
        .fetch_optional(&mut *connection)
        .await?;
    Ok(EarlierRequests {
        same_request: row::of_request(connection, announcement.request_key.as_deref()).await?,
        same_identity: row::of_call(connection, call.uid).await?,
        same_call: same_call.as_ref().map(call_of_same_id).transpose()?,
    })
}

fn call_of_same_id(row: &SqliteRow) -> Result<CallOfSameId, StoreError> {
    Ok(CallOfSameId {
        call: call_uid(row)?,
        arrived_at: moment(row, "arrived_at")?,
        decided_beforehand: flag(row, "decided_beforehand")?,
    })
}

/// Gives an arriving call the row that was written for it. A caller who has opted out since is not surveyed.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    claimed: &ClaimedCall,
) -> Result<Noted, StoreError> {
    let at = to_text(claimed.invited_at);
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
        opted_out: flag(&row, "opted_out")?,
    })
}

fn no_row(uid: CallUid) -> StoreError {
    StoreError::row(format!("{uid} was decided and has no row in `call`"))
}
