//! Users of the pages as they are stored: who they are, their sessions, what they saw and heard, what they share and keep.
//!
//! Secrets are not here: a password comes as its hash, the token of a session or of a link as its SHA-256. What a role permits, how long a
//! session lasts and what a password must be like is decided by the application; a back end keeps what has to hold together in one
//! transaction, such as that an admin is left.

mod audit;
mod saved_view;
mod session;
mod share_link;
mod user;

use std::future::Future;

use chrono::{DateTime, Utc};

pub use self::audit::{AuditAction, AuditEvent, AuditFound, AuditQuery};
pub use self::saved_view::{SavedView, SavedViewFound};
pub use self::session::{MOST_SESSIONS, NewSession, SessionFound, TokenHash};
pub use self::share_link::{LinkFound, NewLink};
pub use self::user::{NewUser, Role, UserChange, UserChangeResult, UserFound, UserName};
use super::error::StoreError;

/// What a back end does with users. Each method that writes is one transaction.
pub trait AccountStore: Clone + Send + Sync + 'static {
    /// Adds a user; `None`, and nothing is kept, when the name is taken. Returns the user's number.
    fn add_user(&self, user: &NewUser) -> impl Future<Output = Result<Option<u64>, StoreError>> + Send;

    /// Adds the first user; `false`, and nothing is kept, when there is any.
    fn add_first_user(&self, user: &NewUser) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Changes a user. A change of the password, and a user who is disabled, ends sessions.
    fn change_user(
        &self,
        user: u64,
        change: &UserChange,
    ) -> impl Future<Output = Result<UserChangeResult, StoreError>> + Send;

    /// The user of a name.
    fn user(&self, name: &UserName) -> impl Future<Output = Result<Option<UserFound>, StoreError>> + Send;

    /// All users, by name, at most 10,000.
    fn users(&self) -> impl Future<Output = Result<Vec<UserFound>, StoreError>> + Send;

    /// Stores that a user has signed in, and the session. Of one user's sessions the newest [`MOST_SESSIONS`] stay. `false`, and nothing is kept, when
    /// the password has been changed meanwhile, or the user disabled.
    fn begin_session(&self, session: &NewSession) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The session of a token and its user, whether or not it has expired.
    fn session(
        &self,
        token: &TokenHash,
    ) -> impl Future<Output = Result<Option<(SessionFound, UserFound)>, StoreError>> + Send;

    /// Notes that a session is used.
    fn use_session(
        &self,
        session: u64,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Sessions of a user that have not expired, the one used last first.
    fn sessions(
        &self,
        user: u64,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<Vec<SessionFound>, StoreError>> + Send;

    /// Ends one session.
    fn end_session(&self, session: u64) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Ends the sessions of a user but for one. Returns how many.
    fn end_sessions(
        &self,
        user: u64,
        but: Option<u64>,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Adds to the audit log, in order; all or none.
    fn audit(&self, events: &[AuditEvent]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Events of the audit log, the newest first.
    fn audit_events(
        &self,
        query: &AuditQuery,
    ) -> impl Future<Output = Result<Vec<AuditFound>, StoreError>> + Send;

    /// Adds a share link. Returns its number.
    fn add_link(&self, link: &NewLink) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// The link of a token and the user who made it, whether or not it holds any more.
    fn link(
        &self,
        token: &TokenHash,
    ) -> impl Future<Output = Result<Option<(LinkFound, UserFound)>, StoreError>> + Send;

    /// Links with the names of those who made them, the newest first, at most 1,000; of one user, or of all.
    fn links(
        &self,
        user: Option<u64>,
    ) -> impl Future<Output = Result<Vec<(LinkFound, UserName)>, StoreError>> + Send;

    /// Notes that a link was opened.
    fn open_link(&self, link: u64, now: DateTime<Utc>)
    -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes a link back; `false` when there is none that holds, or when `user` is given and did not make it.
    fn revoke_link(
        &self,
        link: u64,
        user: Option<u64>,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Saves a view; one of the same name is replaced. `false`, and nothing is kept, when the user has [`SavedView::MOST`] already.
    fn save_view(&self, view: &SavedView) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// The views of a user, by name.
    fn views(&self, user: u64) -> impl Future<Output = Result<Vec<SavedViewFound>, StoreError>> + Send;

    /// Removes a view of a user; `false` when there is none.
    fn remove_view(&self, view: u64, user: u64) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Removes events of the audit log from before `audit_before`, at most 10,000 at once, and sessions and links that ended before
    /// `ended_before`. Returns how many events.
    fn prune_accounts(
        &self,
        audit_before: DateTime<Utc>,
        ended_before: DateTime<Utc>,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
