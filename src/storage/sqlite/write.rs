//! Applying facts: one transaction a batch.
//!
//! The fast way applies all facts without savepoints. When one of them is refused the transaction is rolled back and
//! the batch applied again with a savepoint around each fact, so that the refused one alone leaves no trace (its
//! sampling counter included). Refusals are rare; the common batch pays nothing for them.

use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{Acquire, Connection};

use super::{fault, recording, register};
use crate::admission::{policy, sampler};
use crate::ids::CallUid;
use crate::storage::contract::{
    Admission, AnswerRecord, CallContext, CallEnd, Eligibility, NewCall, Stratum,
};
use crate::storage::error::{StoreError, StoreErrorKind};
use crate::storage::moment;
use crate::storage::store::{Applied, Decision, Fact, FactResult};

/// Takes the write lock at once, so that no transaction fails half-way for want of it.
const BEGIN: &str = "BEGIN IMMEDIATE";

pub(super) async fn apply(writer: &SqlitePool, facts: &[Fact]) -> Result<Vec<FactResult>, StoreError> {
    let mut connection = writer
        .acquire()
        .await
        .map_err(|error| fault::of_statement(&error))?;
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

async fn apply_together(
    connection: &mut SqliteConnection,
    facts: &[Fact],
) -> Result<Vec<FactResult>, StoreError> {
    let mut transaction = connection
        .begin_with(BEGIN)
        .await
        .map_err(|error| fault::of_statement(&error))?;
    let mut results = Vec::with_capacity(facts.len());
    for fact in facts {
        match apply_one(&mut transaction, fact).await {
            Ok(applied) => results.push(Ok(applied)),
            Err(error) => {
                // What failed first is what counts: SQLite may have rolled back by itself already. A refusal did not
                // end the transaction, so after one the rollback has to work.
                let rolled_back = transaction.rollback().await;
                if error.kind() == StoreErrorKind::Refused {
                    rolled_back.map_err(|error| fault::of_statement(&error))?;
                }
                return Err(error);
            }
        }
    }
    transaction
        .commit()
        .await
        .map_err(|error| fault::of_statement(&error))?;
    Ok(results)
}

async fn apply_apart(
    connection: &mut SqliteConnection,
    facts: &[Fact],
) -> Result<Vec<FactResult>, StoreError> {
    let mut transaction = connection
        .begin_with(BEGIN)
        .await
        .map_err(|error| fault::of_statement(&error))?;
    let mut results = Vec::with_capacity(facts.len());
    for fact in facts {
        let mut savepoint = transaction
            .begin()
            .await
            .map_err(|error| fault::of_statement(&error))?;
        match apply_one(&mut savepoint, fact).await {
            Ok(applied) => {
                savepoint
                    .commit()
                    .await
                    .map_err(|error| fault::of_statement(&error))?;
                results.push(Ok(applied));
            }
            Err(error) if error.kind() == StoreErrorKind::Refused => {
                savepoint
                    .rollback()
                    .await
                    .map_err(|error| fault::of_statement(&error))?;
                results.push(Err(error));
            }
            Err(error) => return Err(error),
        }
    }
    transaction
        .commit()
        .await
        .map_err(|error| fault::of_statement(&error))?;
    Ok(results)
}

async fn apply_one(connection: &mut SqliteConnection, fact: &Fact) -> FactResult {
    match fact {
        Fact::Admit(call) => admit(connection, call).await.map(Applied::Admitted),
        Fact::Answered { call, at } => {
            answered(connection, *call, &moment::to_text(*at)).await?;
            Ok(Applied::Kept)
        }
        Fact::Answer(record) => answer(connection, record).await.map(|()| Applied::Kept),
        Fact::OptedOut { call, at } => {
            opted_out(connection, *call, &moment::to_text(*at)).await?;
            Ok(Applied::Kept)
        }
        Fact::RecordingBegun(begun) => recording::begun(connection, begun).await.map(|()| Applied::Kept),
        Fact::RecordingEnded(end) => recording::ended(connection, end).await.map(|()| Applied::Kept),
        Fact::RecordingExpired { call, question, at } => {
            recording::expired(connection, *call, question, *at).await?;
            Ok(Applied::Kept)
        }
        Fact::End(end) => close_call(connection, end).await.map(|()| Applied::Kept),
        Fact::Surveys(surveys) => {
            for survey in surveys {
                register::survey(connection, survey).await?;
            }
            Ok(Applied::Kept)
        }
        Fact::Heartbeat => heartbeat(connection).await.map(|()| Applied::Kept),
    }
}

async fn admit(connection: &mut SqliteConnection, call: &NewCall) -> Result<Admission, StoreError> {
    let (admission, counted, rule) = match &call.eligibility {
        Eligibility::Suppressed { rule } => (Admission::Suppressed, None, Some(rule.as_str())),
        Eligibility::Eligible { .. } if has_opted_out(connection, &call.context).await? => {
            (Admission::Suppressed, None, Some(policy::OPTED_OUT))
        }
        Eligibility::Eligible { stratum, every } => {
            let position = advance(connection, stratum, &moment::to_text(call.arrived_at)).await?;
            let admission = match sampler::is_sampled(position, *every) {
                true => Admission::Sampled { position },
                false => Admission::NotSampled { position },
            };
            (admission, Some((stratum, to_column(position)?, *every)), None)
        }
    };
    let context = &call.context;
    let written = sqlx::query(
        "INSERT INTO call (call_uid, node, arrived_at, sip_call_id, dialled, route, queue, agent, team, \
         original_call_id, language, caller_hash, caller_number, survey, survey_version, decision, decision_reason, \
         stratum_route, stratum_queue, stratum_position, stratum_every) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)",
    )
    .bind(call.uid.to_string())
    .bind(&call.node)
    .bind(moment::to_text(call.arrived_at))
    .bind(&call.sip_call_id)
    .bind(&call.dialled)
    .bind(&call.route)
    .bind(&context.queue)
    .bind(&context.agent)
    .bind(&context.team)
    .bind(&context.original_call_id)
    .bind(&context.language)
    .bind(&context.caller_hash)
    .bind(context.caller_number.as_ref().map(|number| number.expose()))
    .bind(call.survey.as_ref().map(|survey| &survey.name))
    .bind(call.survey.as_ref().map(|survey| &survey.version))
    .bind(Decision::from(admission).as_str())
    .bind(rule)
    .bind(counted.map(|(stratum, _, _)| &stratum.route))
    .bind(counted.map(|(stratum, _, _)| &stratum.queue))
    .bind(counted.map(|(_, position, _)| position))
    .bind(counted.map(|(_, _, every)| i64::from(every)))
    .execute(connection)
    .await;
    written.map_err(|error| fault::of_statement(&error))?;
    Ok(admission)
}

/// Whether the caller said, in an earlier call, not to be asked again. Checked before sampling.
async fn has_opted_out(connection: &mut SqliteConnection, context: &CallContext) -> Result<bool, StoreError> {
    let Some(caller_hash) = &context.caller_hash else {
        return Ok(false);
    };
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM opt_out WHERE caller_hash = $1)")
        .bind(caller_hash)
        .fetch_one(connection)
        .await
        .map_err(|error| fault::of_statement(&error))
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
    written.map(drop).map_err(|error| fault::of_statement(&error))
}

/// Counts one eligible call and returns its position in the stratum.
async fn advance(
    connection: &mut SqliteConnection,
    stratum: &Stratum,
    arrived_at: &str,
) -> Result<u64, StoreError> {
    let eligible: i64 = sqlx::query_scalar(
        "INSERT INTO sampling_counter (route, queue, eligible, updated_at) VALUES ($1, $2, 1, $3) \
         ON CONFLICT (route, queue) DO UPDATE \
         SET eligible = sampling_counter.eligible + 1, updated_at = excluded.updated_at \
         RETURNING eligible",
    )
    .bind(&stratum.route)
    .bind(&stratum.queue)
    .bind(arrived_at)
    .fetch_one(connection)
    .await
    .map_err(|error| fault::of_statement(&error))?;
    u64::try_from(eligible).map_err(|_| StoreError::row("sampling_counter.eligible is negative"))
}

async fn answered(connection: &mut SqliteConnection, call: CallUid, at: &str) -> Result<(), StoreError> {
    let updated = sqlx::query("UPDATE call SET answered_at = COALESCE(answered_at, $2) WHERE call_uid = $1")
        .bind(call.to_string())
        .bind(at)
        .execute(connection)
        .await
        .map_err(|error| fault::of_statement(&error))?;
    known_call(updated.rows_affected())
}

async fn answer(connection: &mut SqliteConnection, record: &AnswerRecord) -> Result<(), StoreError> {
    let written = sqlx::query(
        "INSERT INTO answer (call_uid, question_id, survey, survey_version, value, raw_digits, attempts, \
         response_time_ms, accepted_by_timeout, answered_at) \
         SELECT call_uid, $2, survey, survey_version, $3, $4, $5, $6, $7, $8 FROM call WHERE call_uid = $1 \
         ON CONFLICT (call_uid, question_id) DO UPDATE SET value = excluded.value, \
         raw_digits = excluded.raw_digits, attempts = excluded.attempts, \
         response_time_ms = excluded.response_time_ms, accepted_by_timeout = excluded.accepted_by_timeout, \
         answered_at = excluded.answered_at",
    )
    .bind(record.call.to_string())
    .bind(&record.question)
    .bind(record.value)
    .bind(&record.raw_digits)
    .bind(i64::from(record.attempts))
    .bind(i64::try_from(record.response_time.as_millis()).unwrap_or(i64::MAX))
    .bind(i64::from(record.accepted_by_timeout))
    .bind(moment::to_text(record.answered_at))
    .execute(connection)
    .await
    .map_err(|error| fault::of_statement(&error))?;
    known_call(written.rows_affected())
}

async fn close_call(connection: &mut SqliteConnection, end: &CallEnd) -> Result<(), StoreError> {
    let media = end.media.as_ref();
    let updated = sqlx::query(
        "UPDATE call SET answered_at = COALESCE(answered_at, $2), ended_at = COALESCE(ended_at, $3), \
         reason = CASE WHEN disposition IS NULL THEN $5 ELSE reason END, \
         disposition = COALESCE(disposition, $4), \
         media_codec = COALESCE(media_codec, $6), media_ptime_ms = COALESCE(media_ptime_ms, $7), \
         rtp_sent = COALESCE(rtp_sent, $8), rtp_received = COALESCE(rtp_received, $9), \
         rtp_lost = COALESCE(rtp_lost, $10), rtp_duplicated = COALESCE(rtp_duplicated, $11), \
         rtp_refused = COALESCE(rtp_refused, $12), rtp_skipped = COALESCE(rtp_skipped, $13), \
         jitter_us = COALESCE(jitter_us, $14), remote_loss = COALESCE(remote_loss, $15), \
         round_trip_us = COALESCE(round_trip_us, $16) WHERE call_uid = $1",
    )
    .bind(end.call.to_string())
    .bind(end.answered_at.map(moment::to_text))
    .bind(moment::to_text(end.ended_at))
    .bind(end.disposition.as_str())
    .bind(&end.reason)
    .bind(media.and_then(|media| media.codec.as_deref()))
    .bind(media.and_then(|media| media.ptime_ms).map(i64::from))
    .bind(media.map(|media| clamped(media.packets_sent)))
    .bind(media.map(|media| clamped(media.packets_received)))
    .bind(media.map(|media| clamped(media.packets_lost)))
    .bind(media.map(|media| clamped(media.packets_duplicated)))
    .bind(media.map(|media| clamped(media.packets_refused)))
    .bind(media.map(|media| clamped(media.packets_skipped)))
    .bind(media.map(|media| clamped(media.jitter_us)))
    .bind(media.and_then(|media| media.remote_loss))
    .bind(media.and_then(|media| media.round_trip_us).map(clamped))
    .execute(connection)
    .await
    .map_err(|error| fault::of_statement(&error))?;
    known_call(updated.rows_affected())
}

async fn heartbeat(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE heartbeat SET written = written + 1 WHERE id = 1")
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| fault::of_statement(&error))
}

pub(super) fn known_call(rows: u64) -> Result<(), StoreError> {
    if rows > 0 {
        Ok(())
    } else {
        Err(StoreError::refused("no call has this id"))
    }
}

/// A figure for people: beyond the database's range it is as large as can be.
fn clamped(figure: u64) -> i64 {
    i64::try_from(figure).unwrap_or(i64::MAX)
}

fn to_column(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::refused("a number is beyond the database's range"))
}
