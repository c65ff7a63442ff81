//! Looking up what only the database knows of calls: opt-outs, earlier surveys, counts.
//!
//! A statement of each kind for many calls, and none where no call asks. The same statements serve the transaction that
//! admits calls and whoever wants to know what it would find.

use std::collections::HashMap;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::read::{column, count};
use super::rows::Statement;
use crate::admission::Ledger;
use crate::admission::cool_down::Offered;
use crate::admission::quota::Tally;
use crate::storage::contract::{Eligibility, NewCall, Stratum};
use crate::storage::error::StoreError;
use crate::storage::moment;

static OPTED_OUT: LazyLock<Statement> =
    LazyLock::new(|| Statement::new("SELECT caller_hash FROM opt_out WHERE caller_hash = ?"));

/// A survey counts as offered when we answered, and while we still may.
static OFFERED: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new(
        "SELECT caller_hash, survey, MAX(arrived_at) AS at FROM call \
         WHERE caller_hash = ? AND arrived_at > ? AND decision = 'sampled' AND survey IS NOT NULL \
         AND (answered_at IS NOT NULL OR disposition IS NULL) GROUP BY caller_hash, survey",
    )
});

static SURVEYS: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new(
        "SELECT COALESCE((SELECT surveys FROM survey_count \
         WHERE scope = ? AND name = ? AND agent = ? AND local_day = ?), 0) AS surveys",
    )
});

static COUNTED: LazyLock<Statement> = LazyLock::new(|| {
    Statement::new(
        "SELECT COALESCE((SELECT eligible FROM sampling_counter \
         WHERE route = ? AND per = ? AND counted_as = ?), 0) AS eligible",
    )
});

/// What the database knows of these calls, but for the counts of their strata.
pub(super) async fn read<'c>(
    connection: &mut SqliteConnection,
    calls: &[&'c NewCall],
) -> Result<Ledger<'c>, StoreError> {
    let mut ledger = Ledger::default();
    let callers = Ledger::callers(calls);
    let opted_out = OPTED_OUT
        .rows(connection, &callers, |query, caller| {
            query.bind((*caller).clone())
        })
        .await?;
    for row in &opted_out {
        ledger.note_opted_out(column(row, "caller_hash")?);
    }
    offered(connection, calls, &mut ledger).await?;
    surveys(connection, calls, &mut ledger).await?;
    Ok(ledger)
}

async fn offered<'c>(
    connection: &mut SqliteConnection,
    calls: &[&'c NewCall],
    ledger: &mut Ledger<'c>,
) -> Result<(), StoreError> {
    let resting: Vec<(&'c str, DateTime<Utc>)> = Ledger::resting(calls);
    let rows = OFFERED
        .rows(connection, &resting, |query, (caller, since)| {
            query.bind((*caller).to_owned()).bind(moment::to_text(*since))
        })
        .await?;
    let mut offered: HashMap<String, Vec<Offered>> = HashMap::new();
    for row in &rows {
        let caller: String = column(row, "caller_hash")?;
        offered.entry(caller).or_default().push(survey_offered(row)?);
    }
    for (caller, _) in resting {
        ledger.note_offered(caller, offered.remove(caller).unwrap_or_default());
    }
    Ok(())
}

fn survey_offered(row: &SqliteRow) -> Result<Offered, StoreError> {
    let at: String = column(row, "at")?;
    Ok(Offered {
        survey: column(row, "survey")?,
        at: at
            .parse()
            .map_err(|_| StoreError::row("arrived_at is no moment"))?,
    })
}

async fn surveys<'c>(
    connection: &mut SqliteConnection,
    calls: &[&'c NewCall],
    ledger: &mut Ledger<'c>,
) -> Result<(), StoreError> {
    let tallies: Vec<Tally<'c>> = Ledger::tallies(calls);
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
        ledger.note_surveys(tally, u64::try_from(surveys).unwrap_or(0));
    }
    Ok(())
}

/// Notes how many eligible calls these strata have had.
pub(super) async fn counted<'c>(
    connection: &mut SqliteConnection,
    strata: &[&'c Stratum],
    ledger: &mut Ledger<'c>,
) -> Result<(), StoreError> {
    let rows = COUNTED
        .rows(connection, strata, |query, stratum| {
            query
                .bind(stratum.route.clone())
                .bind(stratum.per.as_str())
                .bind(stratum.counted_as.clone())
        })
        .await?;
    for (stratum, row) in strata.iter().zip(&rows) {
        ledger.note_counted(stratum, count(row, "eligible")?);
    }
    Ok(())
}

/// Everything that the database knows of one call, without changing it.
pub(super) async fn of_one<'c>(
    connection: &mut SqliteConnection,
    call: &'c NewCall,
) -> Result<Ledger<'c>, StoreError> {
    let mut ledger = read(connection, &[call]).await?;
    if let Eligibility::Eligible(terms) = &call.eligibility {
        counted(connection, &[&terms.stratum], &mut ledger).await?;
    }
    Ok(ledger)
}
