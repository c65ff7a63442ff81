//! Writing the calls that arrived: what is known of them, whose turn it is, and their rows.
//!
//! All of it in one transaction, many calls at once. What the database knows is read first; the counters are advanced by
//! the calls to which nothing objects, by a statement that also returns their count; then an [`AdmissionState`](aftercall_survey::admission::AdmissionState) decides the calls
//! one after the other, so that each sees those before it. Where one of them was kept out by another (a quota that became
//! full), its place is given back.

use std::collections::{BTreeMap, HashSet};
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteConnection;

use super::parameter::{Value, insert_into, names, of_field};
use super::rows::{Bound, Statement};
use super::{admission_state, api};
use crate::error::StoreError;
use crate::{context_sources, moment};
use aftercall_base::CallUid;
use aftercall_survey::admission::{
    Admission, Decision, Eligibility, NewCall, SamplingTerms, Stratum, StratumKind,
};
use aftercall_survey::context::{CallContext, Field};

/// Why a call is refused whose announcement another call has taken.
const ANNOUNCEMENT_GONE: &str = "the announcement was claimed by another call or has expired";

const ADVANCE: &str = "INSERT INTO sampling_counter (route, per, counted_as, eligible, updated_at) \
     VALUES ($1, $2, $3, $4, $5) \
     ON CONFLICT (route, per, counted_as) DO UPDATE \
     SET eligible = sampling_counter.eligible + excluded.eligible, updated_at = excluded.updated_at \
     RETURNING eligible";

const GIVE_BACK: &str = "UPDATE sampling_counter SET eligible = eligible - $4 \
     WHERE route = $1 AND per = $2 AND counted_as = $3";

/// A column of a call's row, and what the row has in it.
type Column = (&'static str, fn(&Row<'_>) -> Value);

/// The columns of a call's row beside those of the context's fields.
const COLUMNS: [Column; 21] = [
    ("call_uid", |row| row.call.uid.to_string().into()),
    ("node", |row| row.call.node.as_str().into()),
    ("arrived_at", |row| moment::to_text(row.call.arrived_at).into()),
    ("sip_call_id", |row| row.call.sip_call_id.as_str().into()),
    ("dialled", |row| row.call.dialled.as_str().into()),
    ("route", |row| row.call.route.as_deref().into()),
    ("caller_hash", |row| {
        row.call.context.caller_hash.as_deref().into()
    }),
    ("caller_number", |row| number(&row.call.context).into()),
    ("survey", |row| {
        row.call.survey.as_ref().map(|survey| survey.name.as_str()).into()
    }),
    ("survey_version", |row| {
        row.call
            .survey
            .as_ref()
            .map(|survey| survey.version.as_str())
            .into()
    }),
    ("decision", |row| Decision::from(row.admission).as_str().into()),
    ("decision_reason", |row| row.admission.reason().as_str().into()),
    ("decision_detail", |row| row.admission.reason().detail().into()),
    ("stratum_route", |row| {
        row.stratum().map(|stratum| stratum.route.as_str()).into()
    }),
    ("stratum_queue", |row| row.counted_as(StratumKind::Queue).into()),
    ("stratum_agent", |row| row.counted_as(StratumKind::Agent).into()),
    ("stratum_position", |row| row.position().into()),
    ("stratum_every", |row| {
        row.counted()
            .and_then(|terms| terms.sampler.every())
            .map(i64::from)
            .into()
    }),
    ("local_day", |row| {
        row.call.local_arrival().date().to_string().into()
    }),
    ("local_hour", |row| {
        row.call.local_arrival().format("%Y-%m-%dT%H").to_string().into()
    }),
    ("context", |row| {
        context_sources::to_json(&row.call.context.sources).into()
    }),
];

static INSERT: LazyLock<Statement> = LazyLock::new(|| {
    let own = COLUMNS.iter().map(|(name, _)| *name);
    Statement::new(&insert_into("call", own.chain(names(Field::columns()))))
});

/// How many calls arrived for a stratum, and when the last of them did.
type Arrivals<'c> = BTreeMap<&'c Stratum, (i64, DateTime<Utc>)>;

/// Writes the rows of the calls and advances the counters of their strata, in their order.
pub(super) async fn calls(
    connection: &mut SqliteConnection,
    calls: &[&NewCall],
) -> Result<Vec<Admission>, StoreError> {
    claim_announcements(connection, calls).await?;
    let mut state = admission_state::read(connection, calls).await?;
    let candidates = state.candidates(calls);
    for (stratum, (arrived, last)) in arrivals(candidates.iter().copied()) {
        let eligible = advance(connection, stratum, arrived, last).await?;
        let before = u64::try_from(eligible - arrived)
            .map_err(|_| StoreError::row("sampling_counter.eligible is negative"))?;
        state.note_counted(stratum, before);
    }
    let decided = calls
        .iter()
        .map(|call| {
            Ok((
                *call,
                state
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
        if !api::close(connection, call.uid, &at).await? {
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
            .bind(stratum.kind.as_str())
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
        .bind(stratum.kind.as_str())
        .bind(&stratum.counted_as)
        .bind(arrived)
        .bind(moment::to_text(last))
        .fetch_one(connection)
        .await
        .map_err(StoreError::from)
}

/// A call with what was decided of it.
struct Row<'r> {
    call: &'r NewCall,
    admission: &'r Admission,
}

impl<'r> Row<'r> {
    /// The terms of a call that was counted.
    fn counted(&self) -> Option<&'r SamplingTerms> {
        match &self.call.eligibility {
            Eligibility::Eligible(terms) if self.admission.position().is_some() => Some(terms),
            Eligibility::Eligible(_) | Eligibility::Suppressed { .. } => None,
        }
    }

    fn stratum(&self) -> Option<&'r Stratum> {
        self.counted().map(|terms| &terms.stratum)
    }

    fn counted_as(&self, per: StratumKind) -> Option<&'r str> {
        let stratum = self.stratum().filter(|stratum| stratum.kind == per)?;
        Some(&stratum.counted_as)
    }

    fn position(&self) -> Option<i64> {
        let position = self.admission.position()?;
        Some(i64::try_from(position).unwrap_or(i64::MAX))
    }
}

/// The caller's number in clear, where it is kept.
fn number(context: &CallContext) -> Option<&str> {
    context
        .caller_number
        .as_ref()
        .map(|number| number.expose().as_str())
}

fn bind(query: Bound, (call, admission): &(&NewCall, Admission)) -> Bound {
    let row = Row { call, admission };
    let own = COLUMNS.iter().map(|(_, value)| value(&row));
    let fields = Field::columns().map(|field| of_field(field, &call.context.values));
    own.chain(fields).fold(query, |query, value| value.bind(query))
}
