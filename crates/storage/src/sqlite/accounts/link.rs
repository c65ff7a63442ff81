//! Share links.

use chrono::{DateTime, Utc};
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::row::{self, USER};
use crate::accounts::{LinkFound, NewLink, TokenHash, UserFound, UserName};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::{count, number};

/// Links that are listed.
const MOST_LINKS: u32 = 1_000;

const LINK: &str = "l.link_id, l.address, l.shows_comments, l.shows_callers, l.created_at, l.expires_at, l.revoked_at, \
     l.last_opened_at";

const ADD: &str = "INSERT INTO share_link (token_hash, user_id, address, shows_comments, shows_callers, created_at, expires_at) \
     VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING link_id";

/// Adds a link.
pub(super) async fn add(connection: &mut SqliteConnection, link: &NewLink) -> Result<u64, StoreError> {
    let row = sqlx::query(ADD)
        .bind(link.token.text())
        .bind(number(link.user))
        .bind(&link.address)
        .bind(i64::from(link.shows_comments))
        .bind(i64::from(link.shows_callers))
        .bind(to_text(link.created_at))
        .bind(to_text(link.expires_at))
        .fetch_one(connection)
        .await?;
    count(&row, "link_id")
}

/// The link of a token, and who made it.
pub(super) async fn of_token(
    readers: &SqlitePool,
    token: &TokenHash,
) -> Result<Option<(LinkFound, UserFound)>, StoreError> {
    let sql = format!(
        "SELECT {LINK}, {USER} FROM share_link l JOIN user_account u ON u.user_id = l.user_id WHERE l.token_hash = $1"
    );
    let found = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(token.text())
        .fetch_optional(readers)
        .await?;
    let both = |row| Ok((row::link(row)?, row::user(row)?));
    found.as_ref().map(both).transpose()
}

/// Links, the newest first.
pub(super) async fn all(
    readers: &SqlitePool,
    user: Option<u64>,
) -> Result<Vec<(LinkFound, UserName)>, StoreError> {
    let sql = format!(
        "SELECT {LINK}, u.name AS u_name FROM share_link l JOIN user_account u ON u.user_id = l.user_id \
         WHERE $1 IS NULL OR l.user_id = $1 ORDER BY l.link_id DESC LIMIT {MOST_LINKS}"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(user.map(number))
        .fetch_all(readers)
        .await?;
    let both = |row| Ok((row::link(row)?, row::name(row)?));
    rows.iter().map(both).collect()
}

/// Notes that a link was opened.
pub(super) async fn open(
    connection: &mut SqliteConnection,
    link: u64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE share_link SET last_opened_at = $2 WHERE link_id = $1")
        .bind(number(link))
        .bind(to_text(now))
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a link back.
pub(super) async fn revoke(
    connection: &mut SqliteConnection,
    link: u64,
    user: Option<u64>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let revoked = sqlx::query(
        "UPDATE share_link SET revoked_at = $3 WHERE link_id = $1 AND ($2 IS NULL OR user_id = $2) \
         AND revoked_at IS NULL AND expires_at > $3",
    )
    .bind(number(link))
    .bind(user.map(number))
    .bind(to_text(now))
    .execute(connection)
    .await?;
    Ok(revoked.rows_affected() > 0)
}
