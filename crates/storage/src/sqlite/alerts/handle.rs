//! Storing what is made of the alerts of a call.

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use super::message;
use crate::alert::{AlertHandling, CaseOpening, Handled};
use crate::case::CaseEventKind;
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::cases;
use crate::sqlite::column::{count, number};
use crate::sqlite::write::BEGIN;
use aftercall_base::CallUid;
use aftercall_survey::alert::AlertSeverity;

/// The case of the call itself, or else the newest open one of its caller.
const CASE_TO_JOIN: &str = "SELECT case_id FROM (SELECT f.case_id, 1 AS is_own FROM follow_up_case f WHERE f.call_uid = $1 \
     UNION ALL SELECT a.case_id, 1 FROM alert a WHERE a.call_uid = $1 AND a.case_id IS NOT NULL \
     UNION ALL SELECT f.case_id, 0 FROM call c JOIN follow_up_case f ON f.caller_hash = c.caller_hash \
     WHERE c.call_uid = $1 AND f.closed_at IS NULL) ORDER BY is_own DESC, case_id DESC LIMIT 1";

/// The earlier moments count, and a later call's number replaces none that is there.
const JOIN: &str = "UPDATE follow_up_case SET \
     severity = CASE WHEN severity IN (SELECT value FROM json_each($2)) THEN $3 ELSE severity END, \
     take_due_at = CASE WHEN state = 'new' THEN COALESCE(MIN(take_due_at, $4), take_due_at, $4) ELSE take_due_at END, \
     contact_due_at = CASE WHEN contacted_at IS NULL THEN COALESCE(MIN(contact_due_at, $5), contact_due_at, $5) \
     ELSE contact_due_at END, \
     next_escalation_at = CASE WHEN state = 'new' THEN COALESCE(MIN(next_escalation_at, $6), next_escalation_at, $6) \
     ELSE next_escalation_at END, \
     callback_until = CASE WHEN callback_number IS NULL THEN (SELECT a.callback_until FROM alert a \
     WHERE a.call_uid = $7 AND a.callback_number IS NOT NULL LIMIT 1) ELSE callback_until END, \
     callback_number = COALESCE(callback_number, (SELECT a.callback_number FROM alert a \
     WHERE a.call_uid = $7 AND a.callback_number IS NOT NULL LIMIT 1)), \
     revision = revision + 1 WHERE case_id = $1 AND closed_at IS NULL";

const HANDLE: &str = "UPDATE alert SET handled_at = $2, case_id = $3, silenced_by = $4, callback_number = NULL, callback_until = NULL \
     WHERE alert_id = $1 AND handled_at IS NULL";

const HANDLE_COMMENT: &str = "UPDATE alert_comment SET handled_at = $3 \
     WHERE call_uid = $1 AND question_id = $2 AND handled_at IS NULL";

pub(super) async fn store(
    connection: &mut SqliteConnection,
    handling: &AlertHandling,
) -> Result<Option<Handled>, StoreError> {
    let at = to_text(handling.at);
    let mut transaction = connection.begin_with(BEGIN).await?;
    let case = match (handling.call, &handling.case) {
        (Some(call), Some(opening)) => Some(case(&mut transaction, call, opening, &at).await?),
        _ => None,
    };
    for (alert, silenced_by) in &handling.alerts {
        let handled = sqlx::query(HANDLE)
            .bind(number(*alert))
            .bind(&at)
            .bind(case.map(|(case, _)| number(case)))
            .bind(silenced_by.map(|reason| reason.as_str()))
            .execute(&mut *transaction)
            .await?;
        if handled.rows_affected() == 0 {
            // Another node was faster.
            transaction.rollback().await?;
            return Ok(None);
        }
    }
    for question in &handling.comments {
        let handled = sqlx::query(HANDLE_COMMENT)
            .bind(handling.call.map(|call| call.to_string()))
            .bind(question)
            .bind(&at)
            .execute(&mut *transaction)
            .await?;
        if handled.rows_affected() == 0 {
            transaction.rollback().await?;
            return Ok(None);
        }
    }
    let of_call = match (case, handling.call) {
        (Some((case, _)), _) => Some(case),
        (None, Some(call)) => case_of(&mut transaction, call).await?,
        (None, None) => None,
    };
    for message in &handling.messages {
        message::add(&mut transaction, message, of_call, handling.at).await?;
    }
    transaction.commit().await?;
    Ok(Some(Handled { case }))
}

/// The case that the alerts of a call joined.
async fn case_of(connection: &mut SqliteConnection, call: CallUid) -> Result<Option<u64>, StoreError> {
    let row = sqlx::query("SELECT case_id FROM alert WHERE call_uid = $1 AND case_id IS NOT NULL LIMIT 1")
        .bind(call.to_string())
        .fetch_optional(connection)
        .await?;
    row.map(|row| count(&row, "case_id")).transpose()
}

/// Opens a case, or joins the one there is. Answers whether it is a new one.
async fn case(
    connection: &mut SqliteConnection,
    call: CallUid,
    opening: &CaseOpening,
    at: &str,
) -> Result<(u64, bool), StoreError> {
    let row = sqlx::query(CASE_TO_JOIN)
        .bind(call.to_string())
        .fetch_optional(&mut *connection)
        .await?;
    let Some(row) = row else {
        let case = cases::opened(&mut *connection, call, opening, at).await?;
        cases::event(connection, case, (at, ""), CaseEventKind::Opened, (None, None)).await?;
        return Ok((case, true));
    };
    let case = count(&row, "case_id")?;
    let milder: Vec<&str> = AlertSeverity::ALL
        .into_iter()
        .filter(|severity| *severity < opening.severity)
        .map(AlertSeverity::as_str)
        .collect();
    sqlx::query(JOIN)
        .bind(number(case))
        .bind(serde_json::Value::from(milder).to_string())
        .bind(opening.severity.as_str())
        .bind(opening.take_due_at.map(to_text))
        .bind(opening.contact_due_at.map(to_text))
        .bind(opening.escalates_at.map(to_text))
        .bind(call.to_string())
        .execute(&mut *connection)
        .await?;
    let uid = call.to_string();
    cases::event(
        connection,
        case,
        (at, ""),
        CaseEventKind::Joined,
        (Some(&uid), None),
    )
    .await?;
    Ok((case, false))
}
