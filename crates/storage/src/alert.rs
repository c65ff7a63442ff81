//! Alerts as they are stored, and what is made of them: a case, and messages in the [outbox](crate::delivery).
//!
//! An alert is written with the fact that raised it, in the same transaction ([`record`](aftercall_survey::record)). What follows from it
//! is decided by whoever comes first ([`Alerts::waiting_alerts`]) and stored in one transaction that fails if another node was faster
//! ([`Alerts::handle_alerts`]): so an alert has its messages once, whatever crashes and however many nodes there are.

use std::future::Future;

use chrono::{DateTime, TimeDelta, Utc};

use crate::delivery::{Channel, EventKind};
use crate::error::StoreError;
use crate::words::words;
use aftercall_base::CallUid;
use aftercall_survey::alert::AlertSeverity;

words! {
    /// What raised an alert.
    RaisedBy {
        /// An answer.
        Answer = "answer",
        /// A comment.
        Comment = "comment",
        /// The end of the call.
        End = "end",
        /// The watchdog.
        Watch = "watch",
        /// A delivery that failed.
        Delivery = "delivery",
    }
}

words! {
    /// Why an alert has no message of its own.
    SilencedBy {
        /// A message about the same call was sent, of an alert that is as grave.
        SameCall = "same_call",
        /// The same rule has alerted of the same caller not long ago.
        SameCaller = "same_caller",
        /// The rule names nobody who can be told.
        Nobody = "nobody",
        /// The configuration has no such rule any more.
        NoRule = "no_rule",
    }
}

/// An alert as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertFound {
    /// Its number.
    pub id: u64,
    /// The call; `None`: it is about the service itself.
    pub call: Option<CallUid>,
    /// The `name` of the `[[alert]]`.
    pub rule: String,
    /// How grave the rule was by then.
    pub severity: AlertSeverity,
    /// What raised it.
    pub raised_by: RaisedBy,
    /// The question of the answer or of the comment.
    pub question: Option<String>,
    /// What an alert about the service says.
    pub about: Option<String>,
    /// When it was raised.
    pub raised_at: DateTime<Utc>,
    /// When it was handled; `None`: it waits.
    pub handled_at: Option<DateTime<Utc>>,
    /// The case.
    pub case: Option<u64>,
    /// Why it has no message of its own.
    pub silenced_by: Option<SilencedBy>,
}

/// A comment that was left in a call with alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertComment {
    /// The question's id.
    pub question: String,
    /// When it was complete.
    pub left_at: DateTime<Utc>,
    /// Whether messages were made of it.
    pub is_handled: bool,
}

/// A call with its alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertedCall {
    /// The call.
    pub call: CallUid,
    /// Its queue; `None`: not known.
    pub queue: Option<String>,
    /// The agent's team; `None`: not known.
    pub team: Option<String>,
    /// The agent; `None`: not known.
    pub agent: Option<String>,
    /// All of its alerts, the first one first.
    pub alerts: Vec<AlertFound>,
    /// Its comments.
    pub comments: Vec<AlertComment>,
    /// The case that its alerts belong to.
    pub case: Option<u64>,
}

/// What waits to be handled, the earliest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WaitingAlerts {
    /// Calls with alerts or comments.
    pub calls: Vec<AlertedCall>,
    /// Alerts about the service.
    pub of_service: Vec<AlertFound>,
}

/// An alert about the service that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceAlert {
    /// The `name` of the `[[alert]]`.
    pub rule: String,
    /// How grave.
    pub severity: AlertSeverity,
    /// [`RaisedBy::Watch`] or [`RaisedBy::Delivery`].
    pub raised_by: RaisedBy,
    /// What it says.
    pub about: String,
    /// When.
    pub at: DateTime<Utc>,
    /// One of the same rule that says the same is not repeated for this time.
    pub not_repeated_for: TimeDelta,
}

/// A case that is opened, unless there is one to join: that of the call, or an open one of its caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseOpening {
    /// 32 hexadecimal digits that nobody can guess.
    pub token: String,
    /// How grave; a case that is joined becomes as grave as this at least.
    pub severity: AlertSeverity,
    /// By when it is to be taken; `None`: by no certain time. A case that is joined keeps the earlier one.
    pub take_due_at: Option<DateTime<Utc>>,
    /// By when the caller is to be contacted.
    pub contact_due_at: Option<DateTime<Utc>>,
    /// When the first step of escalation is due.
    pub escalates_at: Option<DateTime<Utc>>,
}

/// A message that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// 32 hexadecimal digits, the same in every attempt.
    pub identity: String,
    /// What it tells.
    pub kind: EventKind,
    /// The `name` of the `[[alert]]`.
    pub rule: String,
    /// How.
    pub channel: Channel,
    /// To whom.
    pub recipient: String,
    /// The alerts that it tells.
    pub alerts: Vec<u64>,
    /// So many messages may go to this recipient in an hour, and what is more waits for a digest; `None`: any number.
    pub most_an_hour: Option<u32>,
    /// It is held back until then, with others in one message; `None`: it is sent at once.
    pub held_until: Option<DateTime<Utc>>,
}

/// What is made of the alerts and comments of one call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertHandling {
    /// The call; `None`: it is about the service.
    pub call: Option<CallUid>,
    /// The alerts that are handled by this, each with why it has no message of its own.
    pub alerts: Vec<(u64, Option<SilencedBy>)>,
    /// The comments that are handled by this, by question.
    pub comments: Vec<String>,
    /// The case; `None`: none is opened.
    pub case: Option<CaseOpening>,
    /// The messages.
    pub messages: Vec<NewMessage>,
    /// Now.
    pub at: DateTime<Utc>,
}

/// What became of a handling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handled {
    /// The case, and whether it is a new one.
    pub case: Option<(u64, bool)>,
}

/// Which alerts are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertQuery {
    /// Those of a call, the first one first.
    OfCall(CallUid),
    /// Those of a case, the first one first.
    OfCase(u64),
    /// Those that a delivery tells, the first one first.
    OfDelivery(u64),
    /// The newest before one, at most so many.
    Before {
        /// This one; `None`: the newest of all.
        id: Option<u64>,
        /// At most so many.
        most: u32,
    },
}

/// What a back end does with alerts. Each method that writes is one transaction.
pub trait Alerts: Clone + Send + Sync + 'static {
    /// What nobody has handled yet: at most so many calls, and as many alerts about the service.
    fn waiting_alerts(&self, most: u32) -> impl Future<Output = Result<WaitingAlerts, StoreError>> + Send;

    /// Whether the same rule has alerted of the caller of a call since then, in another call, with a message.
    fn has_alerted_of_caller(
        &self,
        call: CallUid,
        rule: &str,
        since: DateTime<Utc>,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Stores what is made of alerts; `None`, and nothing is kept, when another node was faster.
    fn handle_alerts(
        &self,
        handling: &AlertHandling,
    ) -> impl Future<Output = Result<Option<Handled>, StoreError>> + Send;

    /// Stores an alert about the service, unless one that says the same was not long ago. Returns whether it was stored.
    fn raise_service_alert(
        &self,
        alert: &ServiceAlert,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Alerts.
    fn alerts(&self, query: &AlertQuery) -> impl Future<Output = Result<Vec<AlertFound>, StoreError>> + Send;

    /// How many alerts wait, and since when the oldest of them.
    fn waiting_counts(&self)
    -> impl Future<Output = Result<(u64, Option<DateTime<Utc>>), StoreError>> + Send;
}
