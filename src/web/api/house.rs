//! The interface between the API and the service that decides and stores calls.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use chrono::{DateTime, Utc};

use aftercall_base::{CallUid, Redacted};
use aftercall_survey::context::Name;
use aftercall_survey::context::given::Unfit;
use aftercall_survey::context::number::NotANumber;
use aftercall_survey::record::{Announcement, CallFound, CallName, CallSummary, EligibleCall};

/// An answer that is waited for.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Refusal>> + Send + 'a>>;

/// Texts by field or attribute, as they were sent.
pub type Texts = Vec<(Name, Redacted<String>)>;

/// Identifies a repeated request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The `Idempotency-Key`, as that of who asks.
    pub key: String,
    /// SHA-256 of the request, 64 hexadecimal digits.
    pub hash: String,
}

/// Why something is not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Texts that their fields cannot hold.
    Unfit(Vec<Unfit>),
    /// The survey that was asked for does not exist; these do.
    UnknownSurvey(Vec<String>),
    /// The number holds what separates a token from it.
    NumberHoldsSeparator(String),
    /// Fields that are settled once the call is decided.
    Settled(Vec<Name>),
    /// What was sent as a number is none, or nobody's.
    NoNumber(NotANumber),
    /// The `Idempotency-Key` was sent with another request.
    KeyReused,
    /// There is no such call.
    UnknownCall,
    /// The call has arrived already.
    Arrived(CallUid),
    /// As many calls are announced as may be.
    Full,
    /// The database is away.
    Unavailable(String),
}

/// A call to be announced.
#[derive(Debug, Clone)]
pub struct Announce {
    /// The number that will be dialled; used to compose the URI to dial.
    pub number: Option<String>,
    /// What is known of the call.
    pub texts: Texts,
    /// Identifies a repeated request.
    pub request_key: Option<RequestKey>,
    /// For how long the call is waited for.
    pub lifetime: Option<Duration>,
}

/// A call to be decided.
#[derive(Debug, Clone)]
pub struct Decide {
    /// The number that the call would dial.
    pub number: String,
    /// What is known of the call.
    pub texts: Texts,
    /// Identifies a repeated request, in addition to the original call id.
    pub request_key: Option<RequestKey>,
    /// For how long the call is waited for.
    pub lifetime: Option<Duration>,
}

/// How an announced call is dialled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialling {
    /// The user of the Request-URI, where the number is known and the configuration has a separator.
    pub user: Option<String>,
    /// A parameter of the Request-URI that does the same.
    pub parameter: Option<String>,
}

/// An announced call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// What waits for it.
    pub announcement: Announcement,
    /// How it is dialled.
    pub dialling: Dialling,
}

/// A decided call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The call as it is stored.
    pub call: CallSummary,
    /// How it is dialled; `None` when nothing waits for it any more.
    pub dialling: Option<Dialling>,
    /// Whether it had been decided before.
    pub repeated: bool,
}

/// Whether a caller is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOutState {
    /// Since when the caller is on the list, as stored; `None` for one who is not.
    pub since: Option<DateTime<Utc>>,
    /// Whether this request changed it.
    pub changed: bool,
}

/// Does what the API is asked. Numbers go in as they were sent and come out of nothing.
pub trait House: Send + Sync + 'static {
    /// The present moment, by the clock that rows are dated with.
    fn now(&self) -> DateTime<Utc>;

    /// Waits for a call.
    fn announce(&self, announce: Announce) -> Answer<'_, Announced>;

    /// Decides on a call as if it had arrived, once.
    fn decide(&self, decide: Decide) -> Answer<'_, Decision>;

    /// What is known of a call.
    fn call(&self, name: CallName) -> Answer<'_, CallFound>;

    /// Adds to what is known of a call.
    fn amend(&self, name: CallName, texts: Texts) -> Answer<'_, CallFound>;

    /// Notes calls that could have been surveyed; answers how many were not known.
    fn eligible(&self, calls: Vec<EligibleCall>) -> Answer<'_, u64>;

    /// Keeps a caller from being asked; `key` is who says so.
    fn opt_out(&self, number: Redacted<String>, key: &str) -> Answer<'_, OptOutState>;

    /// Lets a caller be asked again.
    fn opt_in(&self, number: Redacted<String>, key: &str) -> Answer<'_, OptOutState>;

    /// Whether a caller is asked.
    fn opted_out(&self, number: Redacted<String>) -> Answer<'_, OptOutState>;

    /// How many callers are not asked.
    fn opt_outs(&self) -> Answer<'_, u64>;
}
