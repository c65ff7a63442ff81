//! Applying facts: one transaction a batch.
//!
//! The fast way applies all facts without savepoints, many to a statement ([`run`](super::run)). When one of them is refused the transaction is rolled back and
//! the batch applied again with a savepoint around each fact, so that the refused one alone leaves no trace (its
//! sampling counter included). Refusals are rare; the common batch pays nothing for them.

use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Acquire, Connection};

use super::run::runs;
use super::{admit, api, follow, recording, register, turned_away};
use crate::error::{StoreError, StoreErrorKind};
use crate::moment;
use crate::store::{Applied, Fact, FactResult};
use aftercall_base::CallUid;
use aftercall_survey::admission::NewCall;

/// Takes the write lock at once, so that no transaction fails half-way for want of it.
pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";

pub(super) async fn apply(writer: &SqlitePool, facts: &[Fact]) -> Result<Vec<FactResult>, StoreError> {
    let mut connection = writer.acquire().await?;
    let mut applied = apply_together(&mut connection, facts).await;
    if matches!(&applied, Err(error) if error.kind() == StoreErrorKind::Refused) {
        applied = apply_apart(&mut connection, facts).await;
    }
    if applied.is_err() {
        // A failure to close changes nothing: the connection is gone either way.
        connection.close().await.ok();
    }
    applied
}

pub(super) async fn apply_together(
    connection: &mut SqliteConnection,
    facts: &[Fact],
) -> Result<Vec<FactResult>, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    match apply_all(&mut transaction, facts).await {
        Ok(applied) => {
            transaction.commit().await?;
            Ok(applied.into_iter().map(Ok).collect())
        }
        Err(error) => {
            // What failed first is what counts: SQLite may have rolled back by itself already. A refusal did not end the
            // transaction, so after one the rollback has to work.
            let rolled_back = transaction.rollback().await;
            if error.kind() == StoreErrorKind::Refused {
                rolled_back?;
            }
            Err(error)
        }
    }
}

async fn apply_apart(
    connection: &mut SqliteConnection,
    facts: &[Fact],
) -> Result<Vec<FactResult>, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let mut results = Vec::with_capacity(facts.len());
    for fact in facts {
        let mut savepoint = transaction.begin().await?;
        match apply_all(&mut savepoint, std::slice::from_ref(fact)).await {
            Ok(applied) => {
                savepoint.commit().await?;
                results.extend(applied.into_iter().map(Ok));
            }
            Err(error) if error.kind() == StoreErrorKind::Refused => {
                savepoint.rollback().await?;
                results.push(Err(error));
            }
            Err(error) => return Err(error),
        }
    }
    transaction.commit().await?;
    Ok(results)
}

/// Applies facts run by run; answers the result of each, in their order.
async fn apply_all(connection: &mut SqliteConnection, facts: &[Fact]) -> Result<Vec<Applied>, StoreError> {
    let mut applied = vec![Applied::Stored; facts.len()];
    for run in runs(facts) {
        let calls: Vec<&NewCall> = run.admitted.iter().map(|(_, call)| *call).collect();
        let admissions = admit::calls(connection, &calls).await?;
        for ((place, _), admission) in run.admitted.iter().zip(admissions) {
            if let Some(applied) = applied.get_mut(*place) {
                *applied = Applied::Admitted(admission);
            }
        }
        follow::answered(connection, &run.answered).await?;
        follow::answers(connection, &run.answers).await?;
        follow::ends(connection, &run.ends).await?;
        if let Some((place, fact)) = run.alone {
            let done = apply_alone(connection, fact).await?;
            if let Some(applied) = applied.get_mut(place) {
                *applied = done;
            }
        }
    }
    Ok(applied)
}

async fn apply_alone(connection: &mut SqliteConnection, fact: &Fact) -> Result<Applied, StoreError> {
    let kept = match fact {
        Fact::Api(told) => return api::apply(connection, told).await.map(Applied::Api),
        Fact::OptedOut { call, at } => opted_out(connection, *call, &moment::to_text(*at)).await,
        Fact::RecordingBegun(begun) => recording::begun(connection, begun).await,
        Fact::RecordingEnded(end) => recording::ended(connection, end).await,
        Fact::RecordingExpired { call, question, at } => {
            recording::expired(connection, *call, question, *at).await
        }
        Fact::Surveys(surveys) => {
            for survey in surveys {
                register::survey(connection, survey).await?;
            }
            Ok(())
        }
        Fact::TurnedAway(counts) => turned_away::add(connection, counts).await,
        Fact::Heartbeat => heartbeat(connection).await,
        // Written with others of their kind.
        Fact::Admit(_) | Fact::Answered { .. } | Fact::Answer(_) | Fact::End(_) => Ok(()),
    };
    kept.map(|()| Applied::Stored)
}

async fn opted_out(connection: &mut SqliteConnection, call: CallUid, at: &str) -> Result<(), StoreError> {
    let written = sqlx::query(
        "INSERT INTO opt_out (caller_hash, call_uid, opted_out_at) \
         SELECT caller_hash, call_uid, $2 FROM call WHERE call_uid = $1 AND caller_hash IS NOT NULL \
         ON CONFLICT (caller_hash) DO NOTHING",
    )
    .bind(call.to_string())
    .bind(at)
    .execute(connection)
    .await;
    Ok(written.map(drop)?)
}

async fn heartbeat(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE heartbeat SET written = written + 1 WHERE id = 1")
        .execute(connection)
        .await
        .map(drop)
        .map_err(StoreError::from)
}
