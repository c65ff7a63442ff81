//! Writing the calls that arrived: who opted out, whose turn it is, and their rows.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use sqlx::sqlite::SqliteConnection;

use super::rows::{Bound, Statement};
use super::{beside, fault};
use crate::admission::{policy, sampler};
use crate::storage::contract::{Admission, Eligibility, NewCall, Stratum};
use crate::storage::error::StoreError;
use crate::storage::moment;
use crate::storage::store::Decision;
use crate::storage::told;

static OPTED_OUT: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("SELECT caller_hash FROM opt_out WHERE caller_hash = ?"));

/// Why a call is refused whose announcement another call has taken.
const ANNOUNCEMENT_GONE: &str = "another call has taken the announcement, or its time is over";

const ADVANCE: &str = "INSERT INTO sampling_counter (route, queue, eligible, updated_at) VALUES ($1, $2, $3, $4) \
     ON CONFLICT (route, queue) DO UPDATE \
     SET eligible = sampling_counter.eligible + excluded.eligible, updated_at = excluded.updated_at \
     RETURNING eligible";

static INSERT: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new(
        "INSERT INTO call (call_uid, node, arrived_at, sip_call_id, dialled, route, queue, agent, team, \
         original_call_id, language, caller_hash, caller_number, survey, survey_version, decision, decision_reason, \
         stratum_route, stratum_queue, stratum_position, stratum_every, context) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
});

/// A call with its decision.
#[derive(Debug, Clone, Copy)]
struct Decided<'c> {
    call: &'c NewCall,
    admission: Admission,
    rule: Option<&'c str>,
    counted: Option<Counted<'c>>,
}

/// A place in a stratum.
#[derive(Debug, Clone, Copy)]
struct Counted<'c> {
    stratum: &'c Stratum,
    position: i64,
    every: u32,
}

/// Writes the rows of the calls and advances the counters of their strata, in their order.
pub(super) async fn calls(
    connection: &mut SqliteConnection,
    calls: &[&NewCall],
) -> Result<Vec<Admission>, StoreError> {
    claim_announcements(connection, calls).await?;
    let kept_out = opted_out(connection, calls).await?;
    let is_kept_out = |call: &NewCall| {
        let hash = call.context.caller_hash.as_ref();
        hash.is_some_and(|hash| kept_out.contains(hash))
    };
    let mut next = advance(connection, calls, is_kept_out).await?;
    let decided = calls
        .iter()
        .map(|call| decide(call, is_kept_out(call), &mut next))
        .collect::<Result<Vec<_>, _>>()?;
    INSERT.execute(connection, &decided, bind).await?;
    Ok(decided.iter().map(|decided| decided.admission).collect())
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

/// Callers of these calls who said, in an earlier call, not to be asked again. Asked before sampling.
async fn opted_out(
    connection: &mut SqliteConnection,
    calls: &[&NewCall],
) -> Result<HashSet<String>, StoreError> {
    let eligible = calls
        .iter()
        .filter(|call| matches!(call.eligibility, Eligibility::Eligible { .. }));
    let callers: Vec<&String> = eligible
        .filter_map(|call| call.context.caller_hash.as_ref())
        .collect();
    Ok(OPTED_OUT.texts(connection, &callers).await?.into_iter().collect())
}

/// Counts the eligible calls of each stratum; answers the position of the first of them.
async fn advance<'c>(
    connection: &mut SqliteConnection,
    calls: &[&'c NewCall],
    is_kept_out: impl Fn(&NewCall) -> bool,
) -> Result<HashMap<&'c Stratum, i64>, StoreError> {
    let mut arrived: HashMap<&Stratum, (i64, &NewCall)> = HashMap::new();
    for call in calls.iter().filter(|call| !is_kept_out(call)) {
        if let Eligibility::Eligible { stratum, .. } = &call.eligibility {
            let (count, last) = arrived.entry(stratum).or_insert((0, call));
            (*count, *last) = (*count + 1, call);
        }
    }
    let mut first = HashMap::with_capacity(arrived.len());
    for (stratum, (count, last)) in arrived {
        let eligible: i64 = sqlx::query_scalar(ADVANCE)
            .bind(&stratum.route)
            .bind(&stratum.queue)
            .bind(count)
            .bind(moment::to_text(last.arrived_at))
            .fetch_one(&mut *connection)
            .await
            .map_err(|error| fault::of_statement(&error))?;
        first.insert(stratum, eligible - count + 1);
    }
    Ok(first)
}

/// Decides on one call and takes its place in its stratum.
fn decide<'c>(
    call: &'c NewCall,
    is_kept_out: bool,
    next: &mut HashMap<&'c Stratum, i64>,
) -> Result<Decided<'c>, StoreError> {
    let suppressed = |rule| Decided {
        call,
        admission: Admission::Suppressed,
        rule: Some(rule),
        counted: None,
    };
    match &call.eligibility {
        Eligibility::Suppressed { rule } => Ok(suppressed(rule.as_str())),
        Eligibility::Eligible { .. } if is_kept_out => Ok(suppressed(policy::OPTED_OUT)),
        Eligibility::Eligible { stratum, every } => {
            let missing = || StoreError::row("a stratum was not counted");
            let place = next.get_mut(stratum).ok_or_else(missing)?;
            let counted = Counted {
                stratum,
                position: *place,
                every: *every,
            };
            *place += 1;
            let position = u64::try_from(counted.position)
                .map_err(|_| StoreError::row("sampling_counter.eligible is negative"))?;
            Ok(Decided {
                call,
                admission: if sampler::is_sampled(position, *every) {
                    Admission::Sampled { position }
                } else {
                    Admission::NotSampled { position }
                },
                rule: None,
                counted: Some(counted),
            })
        }
    }
}

fn bind(query: Bound, decided: &Decided<'_>) -> Bound {
    let Decided {
        call,
        admission,
        rule,
        counted,
    } = decided;
    let context = &call.context;
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
        .bind(Decision::from(*admission).as_str())
        .bind(rule.map(ToOwned::to_owned))
        .bind(counted.map(|counted| counted.stratum.route.clone()))
        .bind(counted.map(|counted| counted.stratum.queue.clone()))
        .bind(counted.map(|counted| counted.position))
        .bind(counted.map(|counted| i64::from(counted.every)))
        .bind(told::to_json(&context.told))
}
