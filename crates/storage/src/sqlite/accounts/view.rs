//! Saved views.

use sqlx::sqlite::{SqliteConnection, SqlitePool};

use super::row;
use crate::accounts::{SavedView, SavedViewFound};
use crate::error::StoreError;
use crate::moment::to_text;
use crate::sqlite::column::number;

/// Another one, while there is room, or the one of this name.
const SAVE: &str = "INSERT INTO saved_view (user_id, name, address, created_at) SELECT $1, $2, $3, $4 \
     WHERE (SELECT COUNT(*) FROM saved_view WHERE user_id = $1 AND name <> $2) < $5 \
     ON CONFLICT (user_id, name) DO UPDATE SET address = excluded.address, created_at = excluded.created_at";

/// Saves a view.
pub(super) async fn save(connection: &mut SqliteConnection, view: &SavedView) -> Result<bool, StoreError> {
    let saved = sqlx::query(SAVE)
        .bind(number(view.user))
        .bind(&view.name)
        .bind(&view.address)
        .bind(to_text(view.created_at))
        .bind(SavedView::MOST)
        .execute(connection)
        .await?;
    Ok(saved.rows_affected() > 0)
}

/// The views of a user, by name.
pub(super) async fn of_user(readers: &SqlitePool, user: u64) -> Result<Vec<SavedViewFound>, StoreError> {
    let rows = sqlx::query("SELECT * FROM saved_view WHERE user_id = $1 ORDER BY name")
        .bind(number(user))
        .fetch_all(readers)
        .await?;
    rows.iter().map(row::view).collect()
}

/// Removes a view of a user.
pub(super) async fn remove(
    connection: &mut SqliteConnection,
    view: u64,
    user: u64,
) -> Result<bool, StoreError> {
    let removed = sqlx::query("DELETE FROM saved_view WHERE view_id = $1 AND user_id = $2")
        .bind(number(view))
        .bind(number(user))
        .execute(connection)
        .await?;
    Ok(removed.rows_affected() > 0)
}
