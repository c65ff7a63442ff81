//! Links by which somebody who cannot sign in sees one page.

use chrono::{DateTime, Utc};

use super::TokenHash;

/// A link that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Of its token.
    pub token: TokenHash,
    /// Who makes it.
    pub user: u64,
    /// Path and query of the page.
    pub address: String,
    /// Whether comments may be heard by it.
    pub shows_comments: bool,
    /// Whether callers' numbers are shown by it.
    pub shows_callers: bool,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// A link as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkFound {
    /// Number of the link.
    pub id: u64,
    /// Path and query of the page.
    pub address: String,
    /// Whether comments may be heard by it.
    pub shows_comments: bool,
    /// Whether callers' numbers are shown by it.
    pub shows_callers: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// When it was taken back.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was opened last.
    pub last_opened_at: Option<DateTime<Utc>>,
}

impl LinkFound {
    /// Whether it leads anywhere.
    pub fn holds(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none() && now < self.expires_at
    }
}
