//! Signing in and out, and recognising who has.

use std::net::IpAddr;
use std::sync::PoisonError;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::password::LONGEST;
use super::throttle::Attempt;
use super::{Accounts, PasswordsBusy, Principal, shortened, token};
use aftercall_runtime::clock::now;
use aftercall_storage::accounts::{AuditAction, NewSession, SessionFound, TokenHash, UserFound, UserName};
use aftercall_storage::{AccountStore, StoreError};

/// A session that is used is noted at most so often, so that pages do not cost a transaction each.
const NOTED_EVERY: TimeDelta = TimeDelta::seconds(60);

/// Characters of a browser's name that are stored.
const USER_AGENT: usize = 200;

/// Somebody wants to sign in.
#[derive(Clone)]
pub struct SignInAttempt {
    /// The name, as it was written.
    pub name: String,
    /// The password.
    pub password: String,
    /// Where from.
    pub address: IpAddr,
    /// The browser, as it calls itself.
    pub user_agent: String,
}

impl std::fmt::Debug for SignInAttempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInAttempt")
    }
}

/// A session that has begun.
pub struct Begun {
    /// The token for the cookie; it is not kept here.
    pub token: String,
    /// For how long a browser keeps it.
    pub lifetime: Duration,
    /// Whether the password has to be changed before anything else.
    pub must_change_password: bool,
}

impl std::fmt::Debug for Begun {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Begun")
    }
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// There is no such user, the password is another one, or the user is disabled: which of them is not said.
    #[error("name or password is wrong")]
    Refused,
    /// Too many failures; the password was not looked at.
    #[error("too many failures; try again in {} s", .0.as_secs().max(1))]
    Wait(Duration),
    /// Too many sign-ins at once.
    #[error(transparent)]
    Busy(#[from] PasswordsBusy),
    /// The database cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Accounts {
    /// Begins a session. The token is a new one each time, so that nobody can have planted it.
    ///
    /// # Errors
    /// As [`SignInError`] says. A refusal takes as long for a name that nobody has.
    pub async fn sign_in(&self, attempt: SignInAttempt) -> Result<Begun, SignInError> {
        let SignInAttempt {
            name,
            password,
            address,
            user_agent,
        } = attempt;
        let name = name.trim().parse::<UserName>().ok();
        let user = match &name {
            Some(name) => self.0.store.user(name).await?,
            None => None,
        };
        // All that is no name is one name to the throttle: it is nobody's.
        let key = name.as_ref().map_or("", UserName::as_str);
        let hash = user.as_ref().and_then(|user| user.password_hash.as_deref());
        let may = user.as_ref().is_some_and(|user| !user.is_disabled);
        let compared = self.compare(key, hash, may, password, address).await;
        let fits = compared?.map_err(SignInError::Wait)?;
        let begun = match user.filter(|_| fits) {
            Some(user) => self.begin(&user, address, &user_agent).await?,
            None => None,
        };
        if begun.is_none() {
            let refused = self.event(key.to_owned(), AuditAction::SignInRefused, "", Some(address));
            self.0.store.audit(&[refused]).await?;
        }
        begun.ok_or(SignInError::Refused)
    }

    /// Whether a password is the one of a name, whose hash this is; or for how long attempts are refused without looking at it. Without `may` it is
    /// not, which nobody can tell by the time or by what is refused.
    ///
    /// # Errors
    /// Too many passwords are worked on.
    pub(super) async fn compare(
        &self,
        name: &str,
        hash: Option<&str>,
        may: bool,
        password: String,
        address: IpAddr,
    ) -> Result<Result<bool, Duration>, PasswordsBusy> {
        let attempt = Attempt {
            name,
            version: self.throttle(|throttle| throttle.version(hash)),
            address,
        };
        // It counts as a failure until it is none: of many at once, no more are compared than of as many one after the other.
        if let Some(wait) = self.throttle(|throttle| throttle.begin(attempt, now())) {
            return Ok(Err(wait));
        }
        let is_short = password.len() <= LONGEST;
        let password = if is_short { password } else { String::new() };
        let compared = self.0.passwords.verify(password, hash).await;
        let compared = compared.map(|fits| fits && is_short && may);
        if !matches!(compared, Ok(false)) {
            self.throttle(|throttle| throttle.take_back(attempt, now()));
        }
        if compared == Ok(true) {
            self.throttle(|throttle| throttle.succeeded(attempt));
        }
        compared.map(Ok)
    }

    /// `None`: the user has another password by now, or may not sign in any more.
    async fn begin(
        &self,
        user: &UserFound,
        from: IpAddr,
        user_agent: &str,
    ) -> Result<Option<Begun>, SignInError> {
        let token = token::new(&mut self.rng());
        let created_at = self.now();
        let lifetime = self.0.limits.lifetime;
        let session = NewSession {
            token: TokenHash::of(&token),
            user: user.id,
            password_hash: user.password_hash.clone().unwrap_or_default(),
            user_agent: shortened(user_agent, USER_AGENT),
            created_at,
            expires_at: later(created_at, lifetime),
        };
        if !self.0.store.begin_session(&session).await? {
            return Ok(None);
        }
        let event = self.event(user.name.to_string(), AuditAction::SignIn, "", Some(from));
        self.0.store.audit(&[event]).await?;
        Ok(Some(Begun {
            token,
            lifetime,
            must_change_password: user.must_change_password,
        }))
    }

    /// Who has the session of a token; `None` when it is no token, or the session has ended.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn of_token(&self, text: &str) -> Result<Option<Principal>, StoreError> {
        if !token::is_sound(text) {
            return Ok(None);
        }
        let Some((session, user)) = self.0.store.session(&TokenHash::of(text)).await? else {
            return Ok(None);
        };
        let now = self.now();
        if user.is_disabled || !self.is_alive(&session, now) {
            return Ok(None);
        }
        if now.signed_duration_since(session.last_used_at) >= NOTED_EVERY {
            // Whoever is signed in goes on reading while the database cannot be written.
            if let Err(error) = self.0.store.use_session(session.id, now).await {
                tracing::debug!(%error, "cannot note that a session is used");
            }
        }
        let forms = token::of_forms(text.as_bytes());
        Ok(Some(Principal::of_session(user, session.id, forms)))
    }

    fn is_alive(&self, session: &SessionFound, now: DateTime<Utc>) -> bool {
        now < session.expires_at && now < later(session.last_used_at, self.0.limits.idle)
    }

    /// The user whom a reverse proxy has signed in; `None` when there is none of this name, or may not sign in. Whether the request came from the
    /// proxy is for the caller to know.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn of_proxy(&self, name: &str) -> Result<Option<Principal>, StoreError> {
        let Ok(name) = name.trim().parse::<UserName>() else {
            return Ok(None);
        };
        let user = self.0.store.user(&name).await?;
        let forms = || {
            let secret = [self.0.proxy_secret.as_slice(), name.as_str().as_bytes()].concat();
            token::of_forms(&secret)
        };
        let user = user.filter(|user| !user.is_disabled);
        Ok(user.map(|user| Principal::of_proxy(user, forms())))
    }

    /// Whether somebody who was recognised earlier would be recognised now, with the same role and the same calls. This is no use of the session:
    /// a page that is merely open does not keep it alive.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn is_still(&self, who: &Principal) -> Result<bool, StoreError> {
        let user = self.0.store.user(who.name()).await?;
        if !user.is_some_and(|user| !user.is_disabled && who.has_standing_of(&user)) {
            return Ok(false);
        }
        match who.session() {
            Some(id) => Ok(self.sessions(who).await?.iter().any(|session| session.id == id)),
            // Of whoever came by a link the link would have to be asked for; it permits nothing that goes on.
            None => Ok(who.has_account()),
        }
    }

    /// Ends the session of a principal.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn sign_out(&self, who: &Principal, from: IpAddr) -> Result<(), StoreError> {
        let Some(session) = who.session() else {
            return Ok(());
        };
        self.0.store.end_session(session).await?;
        let event = self.event(who.in_audit(), AuditAction::SignOut, "", Some(from));
        self.0.store.audit(&[event]).await
    }

    /// The sessions of a principal that are alive, the one used last first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn sessions(&self, who: &Principal) -> Result<Vec<SessionFound>, StoreError> {
        let now = self.now();
        let mut sessions = self.0.store.sessions(who.user_id(), now).await?;
        sessions.retain(|session| self.is_alive(session, now));
        Ok(sessions)
    }

    /// Ends the sessions of a principal but for the one that is used now.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn end_other_sessions(&self, who: &Principal) -> Result<(), StoreError> {
        self.0.store.end_sessions(who.user_id(), who.session()).await?;
        Ok(())
    }

    pub(super) fn throttle<T>(&self, act: impl FnOnce(&mut super::SignInThrottle) -> T) -> T {
        // Counts have no state that a panic elsewhere could have broken.
        act(&mut self.0.throttle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The moment after a time; a time beyond all calendars never comes.
pub(super) fn later(from: DateTime<Utc>, time: Duration) -> DateTime<Utc> {
    let time = TimeDelta::from_std(time).unwrap_or(TimeDelta::MAX);
    from.checked_add_signed(time).unwrap_or(DateTime::<Utc>::MAX_UTC)
}
