//! Reads what only the database knows of calls: opt-outs, earlier surveys, counts.
//!
//! A statement of each kind for many calls, and none where no call asks. The same statements serve the transaction that
//! admits calls and the explanation of a decision that would be made.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

use super::column::{column, moment};
use super::rows::Statement;
use crate::error::StoreError;
use crate::moment::to_text;
use aftercall_survey::admission::cool_down::OfferedSurvey;
use aftercall_survey::admission::quota::QuotaKey;
use aftercall_survey::admission::{AdmissionState, Eligibility, NewCall, SamplingTerms};

static OPTED_OUT: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("SELECT caller_hash FROM opt_out WHERE caller_hash = ?"));

/// The same, and the last of each survey that was [offered](aftercall_survey::admission::survey_count::is_survey). A row without a
/// survey is that of an opt-out.
static OFFERED: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new(
        "SELECT caller_hash, NULL AS survey, opted_out_at AS at FROM opt_out WHERE caller_hash = ? UNION ALL \
         SELECT caller_hash, survey, MAX(arrived_at) FROM call \
         WHERE caller_hash = ? AND arrived_at > ? AND decision = 'sampled' AND survey IS NOT NULL \
         AND (answered_at IS NOT NULL OR disposition IS NULL) GROUP BY caller_hash, survey",
    )
});

/// Counts that the triggers of `call` keep, as [`survey_count`](aftercall_survey::admission::survey_count::count) says.
static SURVEYS: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new(
        "SELECT COALESCE((SELECT surveys FROM survey_count \
         WHERE scope = ? AND name = ? AND agent = ? AND local_day = ?), 0) AS surveys",
    )
});

const COUNTED: &str =
    "SELECT eligible FROM sampling_counter WHERE route = $1 AND per = $2 AND counted_as = $3";

/// What the database knows of these calls, but for the counts of their strata.
pub(super) async fn read<'c>(
    connection: &mut SqliteConnection,
    calls: &[&'c NewCall],
) -> Result<AdmissionState<'c>, StoreError> {
    let mut state = AdmissionState::default();
    let callers = AdmissionState::callers(calls);
    let opted_out = OPTED_OUT
        .rows(connection, &callers, |query, caller| {
            query.bind((*caller).to_owned())
        })
        .await?;
    for row in &opted_out {
        state.note_opted_out(column(row, "caller_hash")?);
    }
    offered(connection, calls, &mut state).await?;
    surveys(connection, calls, &mut state).await?;
    Ok(state)
}

async fn offered<'c>(
    connection: &mut SqliteConnection,
    calls: &[&'c NewCall],
    state: &mut AdmissionState<'c>,
) -> Result<(), StoreError> {
    let resting: Vec<(&'c str, DateTime<Utc>)> = AdmissionState::callers_in_cool_down(calls);
    let rows = OFFERED
        .rows(connection, &resting, |query, (caller, since)| {
            query
                .bind((*caller).to_owned())
                .bind((*caller).to_owned())
                .bind(to_text(*since))
        })
        .await?;
    let mut offered: HashMap<String, Vec<OfferedSurvey>> = HashMap::new();
    for row in &rows {
        let caller: String = column(row, "caller_hash")?;
        match survey_offered(row)? {
            Some(survey) => offered.entry(caller).or_default().push(survey),
            None => state.note_opted_out(caller),
        }
    }
    for (caller, _) in resting {
        state.note_offered(caller, offered.remove(caller).unwrap_or_default());
    }
    Ok(())
}

/// `None` for an opt-out.
fn survey_offered(row: &SqliteRow) -> Result<Option<OfferedSurvey>, StoreError> {
    let survey: Option<String> = column(row, "survey")?;
    let Some(survey) = survey else {
        return Ok(None);
    };
    let at = moment(row, "at")?;
    Ok(Some(OfferedSurvey { survey, at }))
}

async fn surveys<'c>(
    connection: &mut SqliteConnection,
    calls: &[&'c NewCall],
    state: &mut AdmissionState<'c>,
) -> Result<(), StoreError> {
    let tallies: Vec<QuotaKey<'c>> = AdmissionState::quota_keys(calls);
    let rows = SURVEYS
        .rows(connection, &tallies, |query, tally| {
            query
                .bind(tally.scope.as_str())
                .bind(tally.name.to_owned())
                .bind(tally.agent.to_owned())
                .bind(tally.day.map(|day| day.to_string()).unwrap_or_default())
        })
        .await?;
    for (tally, row) in tallies.into_iter().zip(&rows) {
        // A count below zero would be of other hands; it forbids nothing.
        let surveys: i64 = column(row, "surveys")?;
        state.note_surveys(tally, u64::try_from(surveys).unwrap_or(0));
    }
    Ok(())
}

/// Everything that the database knows of one call at one moment, without changing it.
pub(super) async fn of_one<'c>(
    readers: &SqlitePool,
    call: &'c NewCall,
) -> Result<AdmissionState<'c>, StoreError> {
    let mut transaction = readers.begin().await?;
    let mut state = read(&mut transaction, &[call]).await?;
    if let Eligibility::Eligible(SamplingTerms { stratum, .. }) = &call.eligibility {
        let counted: Option<i64> = sqlx::query_scalar(COUNTED)
            .bind(&stratum.route)
            .bind(stratum.kind.as_str())
            .bind(&stratum.counted_as)
            .fetch_optional(&mut *transaction)
            .await?;
        state.note_counted(stratum, u64::try_from(counted.unwrap_or(0)).unwrap_or(0));
    }
    Ok(state)
}
