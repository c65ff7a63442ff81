//! The service behind the HTTP API: it announces calls, decides on them before they arrive, finds and amends them, and stores
//! eligible calls and opt-outs.
//!
//! Requests come with texts as a client sent them, and are refused with a [`RequestError`] that names each field at fault. A
//! request sees one configuration: what a reload changes is for the requests after it. Whatever is answered is durable. HTTP
//! and JSON are [`crate::web`]'s, arriving calls are [`crate::call`]'s.

mod decide;
mod error;
mod reported;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

pub use self::decide::DecidedCall;
pub use self::error::RequestError;
pub use self::reported::OptOutState;
use crate::call::submitted_context::{AMENDMENT_SOURCE, SubmittedContext};
use crate::call::{CallServices, ConfigSnapshot, CurrentEnvironment};
use aftercall_base::{CallUid, Redacted};
use aftercall_storage::api_fact::{ApiFact, ApiFactResult};
use aftercall_storage::{Database, Store};
use aftercall_survey::context::{Field, Name};
use aftercall_survey::record::{Amendment, Announcement, CallFound, CallName};

/// Texts by field or attribute, as a client sent them.
pub type Texts = Vec<(Name, Redacted<String>)>;

/// What a client sends to announce a call, or to have it decided.
#[derive(Debug, Clone)]
pub struct Submission {
    /// The keys by which the call is found, and its context.
    pub texts: Texts,
    /// Identifies a repeated request.
    pub idempotency_key: Option<IdempotencyKey>,
    /// For how long the call is waited for; `None`: as configured.
    pub lifetime: Option<Duration>,
}

/// The `Idempotency-Key` of a request, which is for that request alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// The client's name and its key, so that clients cannot use each other's: `pbx:4711`.
    pub key: String,
    /// SHA-256 of the request, 64 hexadecimal digits.
    pub request_hash: String,
}

/// How an announced call is dialled, so that it finds its announcement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialling {
    /// The user of the Request-URI, where the number is known and the configuration has a separator.
    pub user: Option<String>,
    /// A parameter of the Request-URI that does the same.
    pub parameter: Option<String>,
}

/// An announced call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedCall {
    /// The announcement as stored.
    pub announcement: Announcement,
    /// How it is dialled.
    pub dialling: Dialling,
}

/// Limits that only a restart changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For how long a call is waited for, unless the request says otherwise.
    pub lifetime: Duration,
    /// Announcements that may be pending at once.
    pub max_pending: u64,
}

/// The service. Clones share its state.
#[derive(Debug, Clone)]
pub struct Announcements {
    current: Arc<CurrentEnvironment>,
    store: Database,
    limits: Limits,
}

impl Announcements {
    /// A service that stores with the writer of the environment, and reads from `store`.
    pub const fn new(current: Arc<CurrentEnvironment>, store: Database, limits: Limits) -> Self {
        Self {
            current,
            store,
            limits,
        }
    }

    /// The present time, by the clock with which rows are dated.
    pub fn now(&self) -> DateTime<Utc> {
        self.services().utc()
    }

    /// Stores the context of a call that will arrive. A request with the token or the original call id of a pending
    /// announcement adds to it; one with the same `Idempotency-Key` changes nothing. `number` is the one that will be dialled.
    ///
    /// # Errors
    /// A value does not fit, the call has arrived, too many are pending, or the database is away.
    pub async fn announce(
        &self,
        number: Option<&str>,
        submission: Submission,
    ) -> Result<AnnouncedCall, RequestError> {
        let config = self.current.config();
        number.map_or(Ok(()), |number| check_number(&config, number))?;
        let Submission {
            texts,
            idempotency_key,
            lifetime,
        } = submission;
        let context = submitted(&config, texts)?;
        let request = RequestId::of_key(idempotency_key);
        let announcement = self.announcement(context, request, lifetime)?;
        let announce = ApiFact::Announce(announcement.clone());
        let uid = match self.services().writer.api_fact(announce).await? {
            ApiFactResult::Waits(uid) => uid,
            ApiFactResult::Arrived(uid) => return Err(RequestError::CallHasArrived(uid)),
            ApiFactResult::KeyReused => return Err(RequestError::IdempotencyKeyReused),
            other => return Err(RequestError::UnexpectedResult(other)),
        };
        let announcement = if uid == announcement.uid {
            self.services().pending_announcements.increment();
            announcement
        } else {
            // Repeats or adds to an earlier one, whose token and time are in force.
            self.stored(uid).await?
        };
        let dialling = dialling(&config, number, &announcement);
        Ok(AnnouncedCall {
            announcement,
            dialling,
        })
    }

    /// The state of a call: announced, or with a row.
    ///
    /// # Errors
    /// There is no such call, or the database is away.
    pub async fn call(&self, name: &CallName) -> Result<CallFound, RequestError> {
        self.store.call(name).await?.ok_or(RequestError::UnknownCall)
    }

    /// Adds context to a call, or to its announcement while it is only announced; the state of the call afterwards.
    ///
    /// # Errors
    /// There is no such call, a value does not fit or is fixed by the decision, or the database is away.
    pub async fn amend(&self, name: &CallName, texts: Texts) -> Result<CallFound, RequestError> {
        let config = self.current.config();
        let call = match self.call(name).await? {
            CallFound::Announced(announcement) => announcement.uid,
            CallFound::Known(call) => {
                check_not_fixed(&texts)?;
                call.uid
            }
        };
        let amendment = Amendment {
            call,
            texts: submitted(&config, texts)?.values,
            source: AMENDMENT_SOURCE,
        };
        match self.services().writer.api_fact(ApiFact::Amend(amendment)).await? {
            ApiFactResult::Rows(0) => Err(RequestError::UnknownCall),
            _ => self.call(&CallName::Uid(call)).await,
        }
    }

    fn services(&self) -> &CallServices {
        self.current.services()
    }

    /// The announcement of this call, which is pending or has been used.
    async fn stored(&self, uid: CallUid) -> Result<Announcement, RequestError> {
        let announcement = match self.call(&CallName::Uid(uid)).await? {
            CallFound::Announced(announcement) => Some(*announcement),
            CallFound::Known(call) => call.announcement,
        };
        announcement.ok_or(RequestError::CallHasArrived(uid))
    }

    /// An announcement with this context, under a new identity; with a new token unless the client chose one.
    fn announcement(
        &self,
        context: SubmittedContext,
        request: RequestId,
        lifetime: Option<Duration>,
    ) -> Result<Announcement, RequestError> {
        let services = self.services();
        if services.pending_announcements.count() >= self.limits.max_pending {
            return Err(RequestError::TooManyPending);
        }
        let now = services.utc();
        let lifetime = TimeDelta::from_std(lifetime.unwrap_or(self.limits.lifetime));
        Ok(Announcement {
            uid: services.new_uid(),
            token: context
                .token
                .unwrap_or_else(|| Redacted::new(services.randomness.token())),
            original_call_id: context.original_call_id,
            caller_hash: context.caller_hash,
            former_hashes: context.former_hashes,
            caller_number: context.caller_number,
            texts: context.values,
            request_key: request.key,
            request_hash: request.hash,
            announced_at: now,
            expires_at: lifetime
                .ok()
                .and_then(|lifetime| now.checked_add_signed(lifetime))
                .unwrap_or(now),
            waits: true,
        })
    }
}

/// How a repeated request is recognised, as it is stored with the announcement.
#[derive(Debug, Default)]
struct RequestId {
    key: Option<String>,
    hash: Option<String>,
}

impl RequestId {
    fn of_key(key: Option<IdempotencyKey>) -> Self {
        key.map_or_else(Self::default, |key| Self {
            key: Some(format!("key:{}", key.key)),
            hash: Some(key.request_hash),
        })
    }
}

/// # Errors
/// A call to this number would be read as one with a token.
fn check_number(config: &ConfigSnapshot, number: &str) -> Result<(), RequestError> {
    let separator = config.context.token_separator();
    match !separator.is_empty() && number.contains(separator) {
        true => Err(RequestError::NumberContainsSeparator(separator.to_owned())),
        false => Ok(()),
    }
}

/// # Errors
/// A text is not a value of its field, or there is no survey of that name.
fn submitted(config: &ConfigSnapshot, texts: Texts) -> Result<SubmittedContext, RequestError> {
    let context = config.context.submitted(texts).map_err(RequestError::Unfit)?;
    let survey = context.values.get(Field::Survey.as_str());
    if survey.is_some_and(|survey| !config.surveys.contains_key(survey)) {
        let known = config.surveys.keys().cloned().collect();
        return Err(RequestError::UnknownSurvey { known });
    }
    Ok(context)
}

/// # Errors
/// A field that the decision has fixed has a value. An empty text is none.
fn check_not_fixed(texts: &Texts) -> Result<(), RequestError> {
    let is_fixed = |name: &Name| match name {
        Name::Field(field) => field.description().is_settled,
        Name::Attribute(_) => false,
    };
    let fixed: Vec<Name> = texts
        .iter()
        .filter(|(name, text)| is_fixed(name) && !text.expose().trim().is_empty())
        .map(|(name, _)| name.clone())
        .collect();
    match fixed.is_empty() {
        true => Ok(()),
        false => Err(RequestError::FixedByDecision(fixed)),
    }
}

fn dialling(config: &ConfigSnapshot, number: Option<&str>, announcement: &Announcement) -> Dialling {
    let (user, parameter) = config.context.dialling(number, announcement.token.expose());
    Dialling { user, parameter }
}
