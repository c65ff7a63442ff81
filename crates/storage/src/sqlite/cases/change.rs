//! Changing a case.

use sqlx::Connection;
use sqlx::sqlite::SqliteConnection;

use crate::alert::CaseOpening;
use crate::case::{CaseAction, CaseChange, CaseChanged, CaseEventKind, CaseFound};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::scope::Scope;
use crate::sqlite::column::{count, number};
use crate::sqlite::write::BEGIN;
use aftercall_base::CallUid;
use aftercall_survey::follow_up::{CaseState, CaseTransition, ClosedAs, TransitionRefused};

const INSERT: &str = "INSERT INTO follow_up_case (token, call_uid, caller_hash, queue, team, agent, severity, state, opened_at, \
     take_due_at, contact_due_at, next_escalation_at, callback_number, callback_until) \
     SELECT $1, c.call_uid, c.caller_hash, c.queue, c.team, c.agent, $3, 'new', $4, $5, $6, $7, \
     (SELECT a.callback_number FROM alert a WHERE a.call_uid = $2 AND a.callback_number IS NOT NULL LIMIT 1), \
     (SELECT a.callback_until FROM alert a WHERE a.call_uid = $2 AND a.callback_number IS NOT NULL LIMIT 1) \
     FROM call c WHERE c.call_uid = $2 RETURNING case_id";

const UPDATE: &str = "UPDATE follow_up_case SET state = $2, owner = $3, taken_at = $4, contacted_at = $5, closed_at = $6, take_due_at = $7, \
     escalation = $8, next_escalation_at = $9, cause = $10, action = $11, is_settled = $12, reopened = $13, \
     revision = revision + 1 WHERE case_id = $1";

/// Opens a case for a call. Its number for calling back is that of the call's alerts.
pub(in crate::sqlite) async fn opened(
    connection: &mut SqliteConnection,
    call: CallUid,
    opening: &CaseOpening,
    at: &str,
) -> Result<u64, StoreError> {
    let row = sqlx::query(INSERT)
        .bind(&opening.token)
        .bind(call.to_string())
        .bind(opening.severity.as_str())
        .bind(at)
        .bind(opening.take_due_at.map(to_text))
        .bind(opening.contact_due_at.map(to_text))
        .bind(opening.escalates_at.map(to_text))
        .fetch_one(connection)
        .await?;
    count(&row, "case_id")
}

/// Notes what happened.
pub(in crate::sqlite) async fn event(
    connection: &mut SqliteConnection,
    case: u64,
    (at, actor): (&str, &str),
    kind: CaseEventKind,
    (detail, note): (Option<&str>, Option<&str>),
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO case_event (case_id, at, actor, kind, detail, note) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(number(case))
    .bind(at)
    .bind(actor)
    .bind(kind.as_str())
    .bind(detail)
    .bind(note)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn make(
    connection: &mut SqliteConnection,
    scope: &Scope,
    change: &CaseChange,
) -> Result<CaseChanged, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let Some(case) = super::one(&mut transaction, scope, change.case, false).await? else {
        transaction.rollback().await?;
        return Ok(CaseChanged::Unknown);
    };
    if change.revision.is_some_and(|seen| seen != case.revision) {
        transaction.rollback().await?;
        return Ok(CaseChanged::Outdated(Box::new(case)));
    }
    let (next, kind, detail) = match after(&case, change) {
        Ok(after) => after,
        Err(refused) => {
            transaction.rollback().await?;
            return Ok(CaseChanged::Refused(refused));
        }
    };
    sqlx::query(UPDATE)
        .bind(number(case.id))
        .bind(next.state.as_str())
        .bind(&next.owner)
        .bind(next.taken_at.map(to_text))
        .bind(next.contacted_at.map(to_text))
        .bind(next.closed_at.map(to_text))
        .bind(next.take_due_at.map(to_text))
        .bind(i64::from(next.escalation))
        .bind(next.next_escalation_at.map(to_text))
        .bind(&next.cause)
        .bind(&next.action)
        .bind(next.is_settled.map(i64::from))
        .bind(i64::from(next.reopened))
        .execute(&mut *transaction)
        .await?;
    let told = (detail.as_deref(), change.note.as_deref());
    event(
        &mut transaction,
        case.id,
        (&to_text(change.at), &change.actor),
        kind,
        told,
    )
    .await?;
    transaction.commit().await?;
    let revision = case.revision + 1;
    Ok(CaseChanged::Done(Box::new(CaseFound { revision, ..next })))
}

/// The case after a change, what happened, and the detail of it. Pure.
fn after(
    case: &CaseFound,
    change: &CaseChange,
) -> Result<(CaseFound, CaseEventKind, Option<String>), TransitionRefused> {
    let at = change.at;
    let mut next = case.clone();
    let taken_by = |next: &mut CaseFound, owner: &str| {
        next.owner = Some(owner.to_owned());
        next.taken_at = next.taken_at.or(Some(at));
        if next.contacted_at.is_none() {
            next.next_escalation_at = next.contact_due_at;
        }
    };
    // Who works on a case that nobody has taken, takes it.
    let worked_on = |next: &mut CaseFound| {
        if next.owner.is_none() {
            taken_by(next, &change.actor);
        }
    };
    let told = match &change.action {
        CaseAction::Take => {
            next.state = case.state.after(CaseTransition::Take)?;
            taken_by(&mut next, &change.actor);
            (CaseEventKind::Taken, None)
        }
        CaseAction::Give { to } => {
            next.state = case.state.after(CaseTransition::Take)?;
            taken_by(&mut next, to);
            (CaseEventKind::Given, Some(to.clone()))
        }
        CaseAction::Attempt { result } => {
            next.state = case.state.after(CaseTransition::Attempt)?;
            worked_on(&mut next);
            (CaseEventKind::Attempted, Some(result.clone()))
        }
        CaseAction::Contact => {
            next.state = case.state.after(CaseTransition::Contact)?;
            worked_on(&mut next);
            next.contacted_at = next.contacted_at.or(Some(at));
            next.next_escalation_at = None;
            (CaseEventKind::Contacted, None)
        }
        CaseAction::Close {
            closed,
            cause,
            action,
        } => {
            next.state = case.state.after(CaseTransition::Close(*closed))?;
            worked_on(&mut next);
            close(&mut next, change);
            next.cause = Some(cause.clone());
            next.action = Some(action.clone());
            let kind = match closed {
                ClosedAs::Resolved => CaseEventKind::Resolved,
                ClosedAs::Unreachable => CaseEventKind::Unreachable,
                ClosedAs::NoAction => CaseEventKind::NoAction,
            };
            (kind, Some(format!("{cause}: {action}")))
        }
        CaseAction::Reopen {
            take_due_at,
            escalates_at,
        } => {
            next.state = case.state.after(CaseTransition::Reopen)?;
            reopen(&mut next);
            next.take_due_at = *take_due_at;
            next.next_escalation_at = *escalates_at;
            (CaseEventKind::Reopened, None)
        }
        CaseAction::Note => (CaseEventKind::Note, None),
        CaseAction::Settle { is_settled: true, .. } => {
            next.is_settled = Some(true);
            // Whoever answers has been reached.
            next.contacted_at = next.contacted_at.or(Some(at));
            if !case.state.is_closed() {
                next.state = CaseState::Resolved;
                close(&mut next, change);
            }
            (CaseEventKind::Settled, None)
        }
        CaseAction::Settle {
            take_due_at,
            escalates_at,
            ..
        } => {
            if case.state.is_closed() {
                reopen(&mut next);
                next.state = CaseState::New;
                next.take_due_at = *take_due_at;
            }
            next.contacted_at = next.contacted_at.or(Some(at));
            next.is_settled = Some(false);
            next.next_escalation_at = *escalates_at;
            (CaseEventKind::NotSettled, None)
        }
        CaseAction::Escalate { to, next_at } => {
            if case.state.is_closed() {
                return Err(TransitionRefused::IsClosed);
            }
            next.escalation = case.escalation.saturating_add(1);
            next.next_escalation_at = *next_at;
            (CaseEventKind::Escalated, Some(to.clone()))
        }
    };
    Ok((next, told.0, told.1))
}

fn close(next: &mut CaseFound, change: &CaseChange) {
    next.closed_at = Some(change.at);
    next.next_escalation_at = None;
}

/// Its clocks run anew, and somebody has to take it.
fn reopen(next: &mut CaseFound) {
    next.closed_at = None;
    next.owner = None;
    next.is_settled = None;
    next.escalation = 0;
    next.reopened = next.reopened.saturating_add(1);
}
