//! Rows of users, and of what belongs to them.

use std::collections::BTreeSet;

use sqlx::sqlite::SqliteRow;

use crate::accounts::{
    AuditAction, AuditEvent, AuditFound, LinkFound, Role, SavedViewFound, SessionFound, UserFound, UserName,
};
use crate::error::StoreError;
use crate::sqlite::column::{column, count, flag, maybe_moment, moment, word};

/// The columns of a user `u`, in the order of nothing: they are read by name. Those that sessions and links have as well get other names.
pub(super) const USER: &str = "u.user_id AS u_user_id, u.name AS u_name, u.display_name, u.role, u.agent, u.password_hash, \
     u.must_change_password, u.is_disabled, u.created_at AS u_created_at, u.last_sign_in_at, \
     (SELECT json_group_array(t.team) FROM user_team t WHERE t.user_id = u.user_id) AS teams";

pub(super) fn user(row: &SqliteRow) -> Result<UserFound, StoreError> {
    Ok(UserFound {
        id: count(row, "u_user_id")?,
        name: name(row)?,
        display_name: column(row, "display_name")?,
        role: word(row, "role", Role::from_str_opt)?,
        teams: teams(row)?,
        agent: column(row, "agent")?,
        password_hash: column(row, "password_hash")?,
        must_change_password: flag(row, "must_change_password")?,
        is_disabled: flag(row, "is_disabled")?,
        created_at: moment(row, "u_created_at")?,
        last_sign_in_at: maybe_moment(row, "last_sign_in_at")?,
    })
}

/// The name of a user `u`.
pub(super) fn name(row: &SqliteRow) -> Result<UserName, StoreError> {
    let name: String = column(row, "u_name")?;
    name.parse().map_err(StoreError::row)
}

fn teams(row: &SqliteRow) -> Result<BTreeSet<String>, StoreError> {
    let list: String = column(row, "teams")?;
    serde_json::from_str(&list).map_err(StoreError::row)
}

pub(super) fn session(row: &SqliteRow) -> Result<SessionFound, StoreError> {
    Ok(SessionFound {
        id: count(row, "session_id")?,
        user_agent: column(row, "user_agent")?,
        created_at: moment(row, "created_at")?,
        last_used_at: moment(row, "last_used_at")?,
        expires_at: moment(row, "expires_at")?,
    })
}

pub(super) fn link(row: &SqliteRow) -> Result<LinkFound, StoreError> {
    Ok(LinkFound {
        id: count(row, "link_id")?,
        address: column(row, "address")?,
        shows_comments: flag(row, "shows_comments")?,
        shows_callers: flag(row, "shows_callers")?,
        created_at: moment(row, "created_at")?,
        expires_at: moment(row, "expires_at")?,
        revoked_at: maybe_moment(row, "revoked_at")?,
        last_opened_at: maybe_moment(row, "last_opened_at")?,
    })
}

pub(super) fn view(row: &SqliteRow) -> Result<SavedViewFound, StoreError> {
    Ok(SavedViewFound {
        id: count(row, "view_id")?,
        name: column(row, "name")?,
        address: column(row, "address")?,
        created_at: moment(row, "created_at")?,
    })
}

pub(super) fn event(row: &SqliteRow) -> Result<AuditFound, StoreError> {
    let call: Option<String> = column(row, "call_uid")?;
    let call = call.map(|uid| uid.parse()).transpose();
    Ok(AuditFound {
        id: count(row, "event_id")?,
        event: AuditEvent {
            occurred_at: moment(row, "occurred_at")?,
            user_name: column(row, "user_name")?,
            action: word(row, "action", AuditAction::from_str_opt)?,
            call: call.map_err(|_| StoreError::row("call_uid is not an identity of a call"))?,
            subject: column(row, "subject")?,
            address: column(row, "address")?,
        },
    })
}
