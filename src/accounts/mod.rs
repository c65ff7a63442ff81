//! Users of the pages: signing in, what each may do, and the log of what they saw and heard. The service between the pages and the command line
//! on one side and storage on the other; free of HTTP.
//!
//! | file | has |
//! | --- | --- |
//! | `right` | the rights of each role: one table |
//! | `principal` | somebody known: their rights, and the scope of their reads |
//! | `sign_in` | from a name and a password to a session, and from its token back to the user |
//! | `password`, `throttle`, `token` | what that stands on |
//! | `manage` | adding and changing users, for the page and for `aftercall user` |
//! | `share` | links for those who cannot sign in, and saved views |
//!
//! Figures are limited where they are read, by the [`scope`](Principal::scope); a page only decides what it offers.

mod manage;
mod password;
mod principal;
mod right;
mod share;
mod sign_in;
mod throttle;
pub mod token;

use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

pub use self::manage::{AddedUser, ManageError, PasswordError, RoleRequest, UserRequest, first_admin};
use self::password::Passwords;
pub use self::password::{NewPassword, PasswordFault, PasswordsBusy};
pub use self::principal::Principal;
pub use self::right::Right;
pub use self::share::{LinkRequest, PageAddress, ShareError, ShareLink};
pub use self::sign_in::{Begun, SignInAttempt, SignInError};
use self::throttle::SignInThrottle;
use aftercall_base::CallUid;
use aftercall_runtime::clock::Clock;
pub use aftercall_storage::Scope;
pub use aftercall_storage::accounts::{
    AuditAction, AuditEvent, AuditFound, AuditQuery, LinkFound, Role, SavedViewFound, SessionFound,
    UserFound, UserName,
};
use aftercall_storage::{AccountStore, Database, StoreError};

/// How long sessions last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// A session that is not used for so long ends.
    pub idle: Duration,
    /// A session ends after this time however much it is used.
    pub lifetime: Duration,
}

/// The accounts of the pages. Cloning gives another handle.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    store: Database,
    clock: Arc<dyn Clock>,
    limits: SessionLimits,
    passwords: Passwords,
    throttle: Mutex<SignInThrottle>,
    rng: Mutex<StdRng>,
    /// Of which the form tokens of users are made whom a proxy signs in; pages of before a restart have to be loaded again.
    proxy_secret: [u8; 32],
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accounts")
            .field("limits", &self.0.limits)
            .finish_non_exhaustive()
    }
}

impl Accounts {
    /// On this database. Hashes a password, so it takes tens of milliseconds.
    pub fn new(store: Database, clock: Arc<dyn Clock>, limits: SessionLimits, mut rng: StdRng) -> Self {
        Self(Arc::new(Inner {
            store,
            clock,
            limits,
            passwords: Passwords::new(&mut rng),
            throttle: Mutex::default(),
            proxy_secret: rng.random(),
            rng: Mutex::new(rng),
        }))
    }

    /// Adds to the audit log what somebody did. What is shown or played is added before it is: nothing personal leaves without a trace.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn audit(
        &self,
        who: &Principal,
        action: AuditAction,
        call: Option<CallUid>,
        subject: &str,
        from: IpAddr,
    ) -> Result<(), StoreError> {
        let event = AuditEvent {
            call,
            ..self.event(who.in_audit(), action, subject, Some(from))
        };
        self.0.store.audit(&[event]).await
    }

    /// Events of the audit log, the newest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn audit_events(&self, query: &AuditQuery) -> Result<Vec<AuditFound>, StoreError> {
        self.0.store.audit_events(query).await
    }

    fn now(&self) -> DateTime<Utc> {
        self.0.clock.utc()
    }

    /// A generator of its own for one use, so that nobody waits for the lock while a password is hashed.
    fn rng(&self) -> StdRng {
        // A generator has no state that a panic elsewhere could have broken.
        let mut rng = self.0.rng.lock().unwrap_or_else(PoisonError::into_inner);
        StdRng::from_rng(&mut *rng)
    }

    fn event(
        &self,
        user_name: String,
        action: AuditAction,
        subject: &str,
        from: Option<IpAddr>,
    ) -> AuditEvent {
        AuditEvent {
            occurred_at: self.now(),
            user_name,
            action,
            call: None,
            subject: shortened(subject, 500),
            address: from.map_or_else(String::new, |address| address.to_canonical().to_string()),
        }
    }
}

/// What an event of the audit log keeps of a text from outside.
fn shortened(text: &str, most: usize) -> String {
    text.chars()
        .filter(|sign| !sign.is_control())
        .take(most)
        .collect()
}

#[cfg(test)]
mod tests;
