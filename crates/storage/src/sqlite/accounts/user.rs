//! Users.

use std::collections::BTreeSet;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::row::{self, USER};
use super::session;
use crate::accounts::{NewUser, UserChange, UserChangeResult, UserFound, UserName};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::{count, number};
use crate::sqlite::write::BEGIN;

/// Users that are listed.
const MOST_USERS: u32 = 10_000;

const ADD: &str = "INSERT INTO user_account (name, display_name, role, agent, password_hash, must_change_password, created_at) \
     SELECT $1, $2, $3, $4, $5, $6, $7 WHERE $8 = 0 OR NOT EXISTS (SELECT 1 FROM user_account) \
     ON CONFLICT (name) DO NOTHING RETURNING user_id";

/// Adds a user, or only the first one. `None` when the name is taken, or when there is a user.
pub(super) async fn add(
    connection: &mut SqliteConnection,
    user: &NewUser,
    is_first: bool,
) -> Result<Option<u64>, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let added = sqlx::query(ADD)
        .bind(user.name.as_str())
        .bind(&user.display_name)
        .bind(user.role.as_str())
        .bind(&user.agent)
        .bind(&user.password_hash)
        .bind(i64::from(user.must_change_password))
        .bind(to_text(user.created_at))
        .bind(i64::from(is_first))
        .fetch_optional(&mut *transaction)
        .await?;
    let Some(added) = added else {
        transaction.rollback().await?;
        return Ok(None);
    };
    let id = count(&added, "user_id")?;
    add_teams(&mut transaction, id, &user.teams).await?;
    transaction.commit().await?;
    Ok(Some(id))
}

async fn add_teams(
    connection: &mut SqliteConnection,
    user: u64,
    teams: &BTreeSet<String>,
) -> Result<(), StoreError> {
    for team in teams {
        sqlx::query("INSERT INTO user_team (user_id, team) VALUES ($1, $2)")
            .bind(number(user))
            .bind(team)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// Changes a user, unless no admin would be left.
pub(super) async fn change(
    connection: &mut SqliteConnection,
    user: u64,
    change: &UserChange,
) -> Result<UserChangeResult, StoreError> {
    let mut transaction = connection.begin_with(BEGIN).await?;
    let had_admin = is_any_admin(&mut transaction).await?;
    let changed = match change {
        UserChange::Password {
            hash,
            must_change,
            instead_of,
            ..
        } => sqlx::query(
            "UPDATE user_account SET password_hash = $2, must_change_password = $3 \
             WHERE user_id = $1 AND ($4 IS NULL OR password_hash = $4)",
        )
        .bind(number(user))
        .bind(hash)
        .bind(i64::from(*must_change))
        .bind(instead_of),
        UserChange::Disabled(is_disabled) => {
            sqlx::query("UPDATE user_account SET is_disabled = $2 WHERE user_id = $1")
                .bind(number(user))
                .bind(i64::from(*is_disabled))
        }
        UserChange::Role { role, agent, .. } => {
            sqlx::query("UPDATE user_account SET role = $2, agent = $3 WHERE user_id = $1")
                .bind(number(user))
                .bind(role.as_str())
                .bind(agent)
        }
    };
    if changed.execute(&mut *transaction).await?.rows_affected() == 0 {
        transaction.rollback().await?;
        return Ok(UserChangeResult::Unknown);
    }
    match change {
        UserChange::Password { but, .. } => {
            session::end_of_user(&mut transaction, user, *but).await?;
        }
        UserChange::Disabled(true) => {
            session::end_of_user(&mut transaction, user, None).await?;
        }
        UserChange::Disabled(false) => {}
        UserChange::Role { teams, .. } => {
            sqlx::query("DELETE FROM user_team WHERE user_id = $1")
                .bind(number(user))
                .execute(&mut *transaction)
                .await?;
            add_teams(&mut transaction, user, teams).await?;
        }
    }
    if had_admin && !is_any_admin(&mut transaction).await? {
        transaction.rollback().await?;
        return Ok(UserChangeResult::LastAdmin);
    }
    transaction.commit().await?;
    Ok(UserChangeResult::Done)
}

/// Whether there is an admin who may sign in.
async fn is_any_admin(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let admin = sqlx::query("SELECT 1 FROM user_account WHERE role = 'admin' AND is_disabled = 0 LIMIT 1")
        .fetch_optional(connection)
        .await?;
    Ok(admin.is_some())
}

/// The user of a name.
pub(super) async fn of_name(readers: &SqlitePool, name: &UserName) -> Result<Option<UserFound>, StoreError> {
    let sql = format!("SELECT {USER} FROM user_account u WHERE u.name = $1");
    let found = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(name.as_str())
        .fetch_optional(readers)
        .await?;
    found.as_ref().map(row::user).transpose()
}

/// All users, by name.
pub(super) async fn all(readers: &SqlitePool) -> Result<Vec<UserFound>, StoreError> {
    let sql = format!("SELECT {USER} FROM user_account u ORDER BY u.name LIMIT {MOST_USERS}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(readers).await?;
    rows.iter().map(row::user).collect()
}
