//! Sessions.

use chrono::{DateTime, Utc};
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::row::{self, USER};
use crate::accounts::{MOST_SESSIONS, NewSession, SessionFound, TokenHash, UserFound};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::number;
use crate::sqlite::write::BEGIN;

const SESSION: &str = "s.session_id, s.user_agent, s.created_at, s.last_used_at, s.expires_at";

const BEGIN_SESSION: &str = "INSERT INTO user_session (token_hash, user_id, user_agent, created_at, last_used_at, expires_at) \
     SELECT $1, user_id, $3, $4, $4, $5 FROM user_account WHERE user_id = $2 AND password_hash = $6 AND is_disabled = 0";

/// Those beyond the newest that a user may have.
const END_SURPLUS: &str = "DELETE FROM user_session WHERE user_id = $1 AND session_id NOT IN \
     (SELECT session_id FROM user_session WHERE user_id = $1 ORDER BY last_used_at DESC, session_id DESC LIMIT $2)";

/// Begins a session, unless the password has been changed since it was compared.
pub(super) async fn begin(
    connection: &mut SqliteConnection,
    session: &NewSession,
) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let user = number(session.user);
    let now = to_text(session.created_at);
    let begun = sqlx::query(BEGIN_SESSION)
        .bind(session.token.text())
        .bind(user)
        .bind(&session.user_agent)
        .bind(&now)
        .bind(to_text(session.expires_at))
        .bind(&session.password_hash)
        .execute(&mut *transaction)
        .await?;
    if begun.rows_affected() == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    sqlx::query(END_SURPLUS)
        .bind(user)
        .bind(MOST_SESSIONS)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("UPDATE user_account SET last_sign_in_at = $2 WHERE user_id = $1")
        .bind(user)
        .bind(&now)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}

/// The session of a token, and whose it is.
pub(super) async fn of_token(
    readers: &SqlitePool,
    token: &TokenHash,
) -> Result<Option<(SessionFound, UserFound)>, StoreError> {
    let sql = format!(
        "SELECT {SESSION}, {USER} FROM user_session s JOIN user_account u ON u.user_id = s.user_id WHERE s.token_hash = $1"
    );
    let found = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(token.text())
        .fetch_optional(readers)
        .await?;
    let both = |row| Ok((row::session(row)?, row::user(row)?));
    found.as_ref().map(both).transpose()
}

/// Notes that a session is used. A clock that went back changes nothing.
pub(super) async fn touch(
    connection: &mut SqliteConnection,
    session: u64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE user_session SET last_used_at = $2 WHERE session_id = $1 AND last_used_at < $2")
        .bind(number(session))
        .bind(to_text(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// The sessions of a user.
pub(super) async fn of_user(
    readers: &SqlitePool,
    user: u64,
    now: DateTime<Utc>,
) -> Result<Vec<SessionFound>, StoreError> {
    let sql = format!(
        "SELECT {SESSION} FROM user_session s WHERE s.user_id = $1 AND s.expires_at > $2 \
         ORDER BY s.last_used_at DESC, s.session_id DESC"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(number(user))
        .bind(to_text(now))
        .fetch_all(readers)
        .await?;
    rows.iter().map(row::session).collect()
}

/// Ends one session.
pub(super) async fn end(connection: &mut SqliteConnection, session: u64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM user_session WHERE session_id = $1")
        .bind(number(session))
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends the sessions of a user but for one.
pub(super) async fn end_of_user(
    connection: &mut SqliteConnection,
    user: u64,
    but: Option<u64>,
) -> Result<u64, StoreError> {
    let ended = sqlx::query("DELETE FROM user_session WHERE user_id = $1 AND session_id IS NOT $2")
        .bind(number(user))
        .bind(but.map(number))
        .execute(connection)
        .await?;
    Ok(ended.rows_affected())
}
