//! Users, sessions, the audit log, links and views.
//!
//! As in [`delivery`](super::delivery), every change is one transaction that takes the write lock at its beginning.

mod audit;
mod link;
mod row;
mod session;
mod user;
mod view;

use chrono::{DateTime, Utc};

use crate::accounts::{
    AccountStore, AuditEvent, AuditFound, AuditQuery, LinkFound, NewLink, NewSession, NewUser, SavedView,
    SavedViewFound, SessionFound, TokenHash, UserChange, UserChangeResult, UserFound, UserName,
};
use crate::error::StoreError;
use crate::sqlite::SqliteStore;

/// The change `$done` on the connection `$connection` of the store, and what it came to.
macro_rules! change {
    ($store:expr, |$connection:ident| $done:expr) => {{
        let mut held = $store.change().await?;
        let $connection = &mut *held;
        let done = $done.await;
        $store.changed(held, done).await
    }};
}

impl AccountStore for SqliteStore {
    async fn add_user(&self, user: &NewUser) -> Result<Option<u64>, StoreError> {
        change!(self, |connection| user::add(connection, user, false))
    }

    async fn add_first_user(&self, user: &NewUser) -> Result<bool, StoreError> {
        let added = change!(self, |connection| user::add(connection, user, true));
        Ok(added?.is_some())
    }

    async fn change_user(&self, user: u64, change: &UserChange) -> Result<UserChangeResult, StoreError> {
        change!(self, |connection| user::change(connection, user, change))
    }

    async fn user(&self, name: &UserName) -> Result<Option<UserFound>, StoreError> {
        user::of_name(&self.readers, name).await
    }

    async fn users(&self) -> Result<Vec<UserFound>, StoreError> {
        user::all(&self.readers).await
    }

    async fn begin_session(&self, session: &NewSession) -> Result<bool, StoreError> {
        change!(self, |connection| session::begin(connection, session))
    }

    async fn session(&self, token: &TokenHash) -> Result<Option<(SessionFound, UserFound)>, StoreError> {
        session::of_token(&self.readers, token).await
    }

    async fn use_session(&self, session: u64, now: DateTime<Utc>) -> Result<(), StoreError> {
        change!(self, |connection| session::touch(connection, session, now))
    }

    async fn sessions(&self, user: u64, now: DateTime<Utc>) -> Result<Vec<SessionFound>, StoreError> {
        session::of_user(&self.readers, user, now).await
    }

    async fn end_session(&self, session: u64) -> Result<(), StoreError> {
        change!(self, |connection| session::end(connection, session))
    }

    async fn end_sessions(&self, user: u64, but: Option<u64>) -> Result<u64, StoreError> {
        change!(self, |connection| session::end_of_user(connection, user, but))
    }

    async fn audit(&self, events: &[AuditEvent]) -> Result<(), StoreError> {
        if events.is_empty() {
            return Ok(());
        }
        change!(self, |connection| audit::add(connection, events))
    }

    async fn audit_events(&self, query: &AuditQuery) -> Result<Vec<AuditFound>, StoreError> {
        audit::found(&self.readers, query).await
    }

    async fn add_link(&self, link: &NewLink) -> Result<u64, StoreError> {
        change!(self, |connection| link::add(connection, link))
    }

    async fn link(&self, token: &TokenHash) -> Result<Option<(LinkFound, UserFound)>, StoreError> {
        link::of_token(&self.readers, token).await
    }

    async fn links(&self, user: Option<u64>) -> Result<Vec<(LinkFound, UserName)>, StoreError> {
        link::all(&self.readers, user).await
    }

    async fn open_link(&self, link: u64, now: DateTime<Utc>) -> Result<(), StoreError> {
        change!(self, |connection| link::open(connection, link, now))
    }

    async fn revoke_link(
        &self,
        link: u64,
        user: Option<u64>,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        change!(self, |connection| link::revoke(connection, link, user, now))
    }

    async fn save_view(&self, view: &SavedView) -> Result<bool, StoreError> {
        change!(self, |connection| view::save(connection, view))
    }

    async fn views(&self, user: u64) -> Result<Vec<SavedViewFound>, StoreError> {
        view::of_user(&self.readers, user).await
    }

    async fn remove_view(&self, view: u64, user: u64) -> Result<bool, StoreError> {
        change!(self, |connection| view::remove(connection, view, user))
    }

    async fn prune_accounts(
        &self,
        audit_before: DateTime<Utc>,
        ended_before: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        change!(self, |connection| audit::prune(
            connection,
            audit_before,
            ended_before
        ))
    }
}
