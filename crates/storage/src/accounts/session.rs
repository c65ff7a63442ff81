//! Sessions of users who have signed in.

use std::fmt;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// Sessions that one user may have; beginning another ends the one that was used longest ago.
pub const MOST_SESSIONS: u32 = 20;

/// The SHA-256 of a token, which only a browser or the receiver of a link has. Tokens are random and long, so that nobody finds one from its
/// hash, and whoever reads the database can use none.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 32]);

impl TokenHash {
    /// Of a token.
    pub fn of(token: &str) -> Self {
        Self(Sha256::digest(token.as_bytes()).into())
    }

    /// 64 hexadecimal digits.
    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash")
    }
}

/// A session that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSession {
    /// Of its token.
    pub token: TokenHash,
    /// Who has signed in.
    pub user: u64,
    /// The PHC string of the password with which the user was recognised.
    pub password_hash: String,
    /// The browser, as it calls itself, shortened.
    pub user_agent: String,
    /// Now.
    pub created_at: DateTime<Utc>,
    /// When it ends however much it is used.
    pub expires_at: DateTime<Utc>,
}

/// A session as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionFound {
    /// Number of the session.
    pub id: u64,
    /// The browser, as it calls itself, shortened.
    pub user_agent: String,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was used last.
    pub last_used_at: DateTime<Utc>,
    /// When it ends however much it is used.
    pub expires_at: DateTime<Utc>,
}
