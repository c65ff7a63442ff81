//! Writing the calls that arrived: what is known of them, whose turn it is, and their rows.
//!
//! All of it in one transaction, many calls at once. What the database knows is read first; the counters are advanced by
//! the calls to which nothing objects, by a statement that also tells their count; then a [`Ledger`](aftercall_survey::admission::Ledger) decides the calls
//! one after the other, so that each sees those before it. Where one of them was kept out by another (a quota that became
//! full), its place is given back.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;

use super::rows::{Bound, Statement};
use super::{beside, ledger};
use crate::error::StoreError;
use crate::{context_sources, moment};
use aftercall_base::CallUid;
use aftercall_survey::admission::{Admission, Decision, Eligibility, NewCall, Per, Stratum};

/// Why a call is refused whose announcement another call has taken.
const ANNOUNCEMENT_GONE: &str = "the announcement was claimed by another call or has expired";

const ADVANCE: &str = "INSERT INTO sampling_counter (route, per, counted_as, eligible, updated_at) \
     VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (route, per, counted_as) DO UPDATE \
     SET eligible = sampling_counter.eligible + excluded.eligible, updated_at = excluded.updated_at \
     RETURNING eligible";

const GIVE_BACK: &str = "UPDATE sampling_counter SET eligible = eligible - $4 \
     WHERE route = $1 AND per = $2 AND counted_as = $3";

static INSERT: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new(
        "INSERT INTO call (call_uid, node, arrived_at, sip_call_id, dialled, route, queue, agent, team, \
         original_call_id, language, caller_hash, caller_number, survey, survey_version, decision, decision_reason, \
         decision_detail, stratum_route, stratum_queue, stratum_agent, stratum_position, stratum_every, local_day, \
         context) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
});

/// How many calls arrived for a stratum, and when the last of them did.
type Arrivals<'c> = BTreeMap<&'c Stratum, (i64, DateTime<Utc>)>;

/// Writes the rows of the calls and advances the counters of their strata, in their order.
pub(super) async fn calls(
    connection: &mut SqliteConnection,
    calls: &[&NewCall],
) -> Result<Vec<Admission>, StoreError> {
    claim_announcements(connection, calls).await?;
    let mut ledger = ledger::read(connection, calls).await?;
    let candidates = ledger.candidates(calls);
    for (stratum, (arrived, last)) in arrivals(candidates.iter().copied()) {
        let eligible = advance(connection, stratum, arrived, last).await?;
        let before = u64::try_from(eligible - arrived)
            .map_err(|_| StoreError::row("sampling_counter.eligible is negative"))?;
        ledger.note_counted(stratum, before);
    }
    let decided = calls
        .iter()
        .map(|call| {
            Ok((
                *call,
                ledger
                    .decide(call)
                    .map_err(|error| StoreError::row(error.to_string()))?,
            ))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    give_back(connection, &candidates, &decided).await?;
    INSERT.execute(connection, &decided, bind).await?;
    Ok(decided.into_iter().map(|(_, admission)| admission).collect())
}

/// Takes the announcements by which these calls were found, each of which is for one call.
async fn claim_announcements(
    connection: &mut SqliteConnection,
    calls: &[&NewCall],
) -> Result<(), StoreError> {
    for call in calls.iter().filter(|call| call.context.announced_by.is_some()) {
        let at = moment::to_text(call.arrived_at);
        if !beside::close(connection, call.uid, &at).await? {
            return Err(StoreError::refused(ANNOUNCEMENT_GONE));
        }
    }
    Ok(())
}

/// Takes the places of calls back that were not counted after all.
async fn give_back(
    connection: &mut SqliteConnection,
    candidates: &[(&NewCall, &Stratum)],
    decided: &[(&NewCall, Admission)],
) -> Result<(), StoreError> {
    let kept_out: HashSet<CallUid> = decided
        .iter()
        .filter(|(_, admission)| admission.position().is_none())
        .map(|(call, _)| call.uid)
        .collect();
    let superfluous = candidates
        .iter()
        .copied()
        .filter(|(call, _)| kept_out.contains(&call.uid));
    for (stratum, (places, _)) in arrivals(superfluous) {
        sqlx::query(GIVE_BACK)
            .bind(&stratum.route)
            .bind(stratum.per.as_str())
            .bind(&stratum.counted_as)
            .bind(places)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// How many calls arrived for each stratum.
fn arrivals<'c>(calls: impl Iterator<Item = (&'c NewCall, &'c Stratum)>) -> Arrivals<'c> {
    let mut arrivals = Arrivals::new();
    for (call, stratum) in calls {
        let (count, last) = arrivals.entry(stratum).or_insert((0, call.arrived_at));
        (*count, *last) = (*count + 1, call.arrived_at);
    }
    arrivals
}

/// Adds to a counter; answers what it is then.
async fn advance(
    connection: &mut SqliteConnection,
    stratum: &Stratum,
    arrived: i64,
    last: DateTime<Utc>,
) -> Result<i64, StoreError> {
    sqlx::query_scalar(ADVANCE)
        .bind(&stratum.route)
        .bind(stratum.per.as_str())
        .bind(&stratum.counted_as)
        .bind(arrived)
        .bind(moment::to_text(last))
        .fetch_one(connection)
        .await
        .map_err(StoreError::from)
}

fn bind(query: Bound, (call, admission): &(&NewCall, Admission)) -> Bound {
    let context = &call.context;
    let counted = match &call.eligibility {
        Eligibility::Eligible(terms) if admission.position().is_some() => Some(terms),
        Eligibility::Eligible(_) | Eligibility::Suppressed { .. } => None,
    };
    let stratum = counted.map(|terms| &terms.stratum);
    let counted_as = |per: Per| {
        let counted = stratum.filter(|stratum| stratum.per == per);
        counted.map(|stratum| stratum.counted_as.clone())
    };
    let position = admission
        .position()
        .map(|position| i64::try_from(position).unwrap_or(i64::MAX));
    let reason = admission.reason();
    query
        .bind(call.uid.to_string())
        .bind(call.node.clone())
        .bind(moment::to_text(call.arrived_at))
        .bind(call.sip_call_id.clone())
        .bind(call.dialled.clone())
        .bind(call.route.clone())
        .bind(context.queue.clone())
        .bind(context.agent.clone())
        .bind(context.team.clone())
        .bind(context.original_call_id.clone())
        .bind(context.language.clone())
        .bind(context.caller_hash.clone())
        .bind(
            context
                .caller_number
                .as_ref()
                .map(|number| number.expose().clone()),
        )
        .bind(call.survey.as_ref().map(|survey| survey.name.clone()))
        .bind(call.survey.as_ref().map(|survey| survey.version.clone()))
        .bind(Decision::from(admission).as_str())
        .bind(reason.as_str())
        .bind(reason.detail())
        .bind(stratum.map(|stratum| stratum.route.clone()))
        .bind(counted_as(Per::Queue))
        .bind(counted_as(Per::Agent))
        .bind(position)
        .bind(counted.and_then(|terms| terms.turn.every()).map(i64::from))
        .bind(counted.map(|terms| terms.day.to_string()))
        .bind(context_sources::to_json(&context.told))
}
