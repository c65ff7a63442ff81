//! Calls decided before they arrive: counted once, and claimed by the call that comes.

use std::sync::LazyLock;

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::announcement;
use crate::moment::to_text;
use crate::sqlite::api::ApiFactResult;
use crate::sqlite::column::{call_uid, flag, moment};
use crate::sqlite::parameter::{names, of_field};
use crate::sqlite::{admit, follow, rollup};
use crate::{StoreError, context_sources};
use aftercall_base::{CallUid, Redacted};
use aftercall_survey::admission::{Admission, Decision};
use aftercall_survey::context::Field;
use aftercall_survey::record::{
    AlreadySettled, CallEnd, CallOfSameId, ClaimedCall, EarlierRequests, NewDecision, SAME_CALL_FOR,
};

/// The first call since a moment with an original call id.
const SAME_CALL: &str = "SELECT call_uid, arrived_at, decided_by = 'api' AS decided_beforehand FROM call \
     WHERE original_call_id = $1 AND arrived_at > $2 ORDER BY arrived_at, call_uid LIMIT 1";

const DECIDED_BEFOREHAND: &str = "UPDATE call SET decided_by = 'api' WHERE call_uid = $1";

/// What the row has already stays.
static CLAIM: LazyLock<String> = LazyLock::new(|| {
    let fields: String = names(Field::columns())
        .map(|column| format!(", {column} = COALESCE({column}, ?)"))
        .collect();
    format!(
        "UPDATE call SET node = ?, invited_at = ?, sip_call_id = ?, caller_hash = COALESCE(caller_hash, ?), \
         caller_number = COALESCE(caller_number, ?), survey = COALESCE(?, survey), \
         survey_version = COALESCE(?, survey_version), \
         context = json_patch(COALESCE(?, '{{}}'), COALESCE(context, '{{}}')){fields} WHERE call_uid = ? \
         RETURNING EXISTS (SELECT 1 FROM opt_out WHERE opt_out.caller_hash = call.caller_hash \
         OR opt_out.caller_hash IN (SELECT value FROM json_each(?))) AS opted_out"
    )
});

/// Counts a call as if it had arrived, unless this is [settled](NewDecision::settled) already.
pub(super) async fn decide(
    connection: &mut SqliteConnection,
    decision: &NewDecision,
) -> Result<ApiFactResult, StoreError> {
    let earlier = earlier_requests(connection, decision).await?;
    if let Some(settled) = decision.settled(&earlier) {
        return Ok(match settled {
            AlreadySettled::KeyReused => ApiFactResult::KeyReused,
            AlreadySettled::Decided(call) => ApiFactResult::Decided { call, repeated: true },
            AlreadySettled::Arrived(call) => ApiFactResult::Arrived(call),
            AlreadySettled::Gone => ApiFactResult::Gone,
        });
    }
    let NewDecision { call, announcement } = decision;
    match earlier.same_identity {
        Some(stored) => announcement::add_to(connection, stored, announcement, true).await?,
        None => announcement::insert(connection, announcement, true).await?,
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
    Ok(ApiFactResult::Decided {
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
        same_request: announcement::of_request(connection, announcement.request_key.as_deref()).await?,
        same_identity: announcement::of_call(connection, call.uid).await?,
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
) -> Result<ApiFactResult, StoreError> {
    let at = to_text(claimed.invited_at);
    if !announcement::close(connection, claimed.uid, &at).await? {
        return Ok(ApiFactResult::Gone);
    }
    // One that is not to be surveyed has ended already, and the INVITE may know more of it.
    let itself = serde_json::json!([claimed.uid.to_string()]).to_string();
    rollup::subtract(&mut *connection, &itself).await?;
    let context = &claimed.context;
    let query = sqlx::query(CLAIM.as_str())
        .bind(&claimed.node)
        .bind(&at)
        .bind(&claimed.sip_call_id)
        .bind(&context.caller_hash)
        .bind(context.caller_number.as_ref().map(Redacted::expose))
        .bind(claimed.survey.as_ref().map(|survey| &survey.name))
        .bind(claimed.survey.as_ref().map(|survey| &survey.version))
        .bind(context_sources::to_json(&context.sources));
    let row = Field::columns()
        .map(|field| of_field(field, &context.values))
        .fold(query, |query, value| value.bind(query))
        .bind(claimed.uid.to_string())
        .bind(super::opt_out::list(&context.former_hashes))
        .fetch_optional(&mut *connection)
        .await?
        .ok_or_else(|| no_row(claimed.uid))?;
    rollup::add(&mut *connection, &itself).await?;
    Ok(ApiFactResult::Claimed {
        opted_out: flag(&row, "opted_out")?,
    })
}

fn no_row(uid: CallUid) -> StoreError {
    StoreError::row(format!("{uid} was decided and has no row in `call`"))
}
