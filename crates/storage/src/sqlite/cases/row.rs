//! Rows of cases and of what happened in them.

use sqlx::sqlite::SqliteRow;

use crate::case::{CaseEvent, CaseEventKind, CaseFound};
use crate::error::StoreError;
use crate::sqlite::column::{call_uid, column, count, maybe_moment, moment, word};
use aftercall_base::Redacted;
use aftercall_survey::alert::AlertSeverity;
use aftercall_survey::follow_up::CaseState;

pub(super) fn case(row: &SqliteRow, with_number: bool) -> Result<CaseFound, StoreError> {
    let small = |name: &str| -> Result<u32, StoreError> {
        u32::try_from(count(row, name)?).map_err(|_| StoreError::row(format!("{name} is too large")))
    };
    let callback_number = match with_number {
        true => column::<Option<String>>(row, "callback_number")?.map(Redacted::new),
        false => None,
    };
    Ok(CaseFound {
        id: count(row, "case_id")?,
        token: Redacted::new(column(row, "token")?),
        call: call_uid(row)?,
        queue: column(row, "queue")?,
        team: column(row, "team")?,
        agent: column(row, "agent")?,
        severity: word(row, "severity", AlertSeverity::from_str_opt)?,
        state: word(row, "state", CaseState::from_str_opt)?,
        owner: column(row, "owner")?,
        opened_at: moment(row, "opened_at")?,
        taken_at: maybe_moment(row, "taken_at")?,
        contacted_at: maybe_moment(row, "contacted_at")?,
        closed_at: maybe_moment(row, "closed_at")?,
        take_due_at: maybe_moment(row, "take_due_at")?,
        contact_due_at: maybe_moment(row, "contact_due_at")?,
        escalation: small("escalation")?,
        next_escalation_at: maybe_moment(row, "next_escalation_at")?,
        cause: column(row, "cause")?,
        action: column(row, "action")?,
        callback_number,
        callback_until: maybe_moment(row, "callback_until")?,
        is_settled: column::<Option<i64>>(row, "is_settled")?.map(|settled| settled != 0),
        reopened: small("reopened")?,
        revision: count(row, "revision")?,
    })
}

pub(super) fn event(row: &SqliteRow) -> Result<CaseEvent, StoreError> {
    Ok(CaseEvent {
        id: count(row, "event_id")?,
        at: moment(row, "at")?,
        actor: column(row, "actor")?,
        kind: word(row, "kind", CaseEventKind::from_str_opt)?,
        detail: column(row, "detail")?,
        note: column(row, "note")?,
    })
}
