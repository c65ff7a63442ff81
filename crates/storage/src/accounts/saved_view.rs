//! Pages that a user has saved under a name.

use chrono::{DateTime, Utc};

/// A view that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Whose it is.
    pub user: u64,
    /// What the user calls it.
    pub name: String,
    /// Path and query of the page.
    pub address: String,
    /// Now.
    pub created_at: DateTime<Utc>,
}

impl SavedView {
    /// Views that one user may have.
    pub const MOST: u32 = 200;
}

/// A view as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedViewFound {
    /// Number of the view.
    pub id: u64,
    /// What the user calls it.
    pub name: String,
    /// Path and query of the page.
    pub address: String,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
}
