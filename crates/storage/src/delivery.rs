//! The outbox: deliveries of reports and messages about alerts as they are stored, which are pending, who delivers them, and what came of
//! each attempt.
//!
//! *Exactly once* has three parts. A period of a report has one row for each recipient, which the database enforces
//! ([`Deliveries::plan_deliveries`]). Of several nodes one delivers it: a claim is a lease with a fencing token, and what is reported with
//! the token of an earlier claim is refused ([`Deliveries::end_delivery_attempt`]). And a row keeps its identity over all attempts, so that
//! a receiver can drop what was sent a second time because the service stopped before it could store that it was sent.

use std::future::Future;

use chrono::{DateTime, NaiveDate, Utc};

use super::error::StoreError;
use crate::words::words;

words! {
    /// How a report is delivered.
    Channel {
        /// A mail to one address.
        Mail = "mail",
        /// Files in a directory.
        Folder = "folder",
        /// A request to a URL.
        Webhook = "webhook",
        /// A telephone call.
        Call = "call",
    }
}

words! {
    /// What a message about something that happened tells.
    EventKind {
        /// An alert.
        Alert = "alert",
        /// A comment that was left after the alert.
        Comment = "comment",
        /// A case that was not taken, or its caller not contacted, in time.
        Escalation = "escalation",
        /// Alerts that were held back.
        Digest = "digest",
    }
}

/// What a delivery is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A report.
    Report(ReportPeriod),
    /// Something that happened.
    Event {
        /// What.
        kind: EventKind,
        /// The case that follows up on it.
        case: Option<u64>,
    },
}

impl About {
    /// The word in the database: `report`, or that of the event.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Report(_) => "report",
            Self::Event { kind, .. } => kind.as_str(),
        }
    }
}

/// The period of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportPeriod {
    /// Its first local day.
    pub from: NaiveDate,
    /// The local day after its last.
    pub until: NaiveDate,
    /// The IANA name of the zone of these days.
    pub zone: String,
}

/// A part of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutboxPart {
    /// Reports and events.
    #[default]
    All,
    /// Reports.
    Reports,
    /// Events.
    Events,
}

words! {
    /// What became of a delivery.
    DeliveryState {
        /// It is still to be sent.
        Pending = "pending",
        /// The receiver has it.
        Sent = "sent",
        /// Given up: a dead letter.
        Dead = "dead",
        /// Not to be sent.
        Skipped = "skipped",
    }
}

words! {
    /// Why there is a delivery.
    RequestedBy {
        /// It was due.
        Schedule = "schedule",
        /// Somebody asked for it.
        Command = "command",
        /// Something happened.
        Event = "event",
    }
}

words! {
    /// What came of an attempt.
    AttemptOutcome {
        /// The receiver has it.
        Sent = "sent",
        /// It failed, and will be tried again.
        Retry = "retry",
        /// It failed for good.
        Dead = "dead",
        /// There was nothing to send.
        Skipped = "skipped",
        /// The service stopped in it.
        Interrupted = "interrupted",
    }
}

/// What is delivered, to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliverySubject {
    /// What it is about.
    pub about: About,
    /// The `name` of the `[[delivery]]` or of the `[[alert]]`; empty for a digest.
    pub name: String,
    /// How.
    pub channel: Channel,
    /// The mail address, the name of the `[[channel]]`, the SIP URI; empty for the folder and the webhook of a `[[delivery]]`.
    pub recipient: String,
    /// When it was due.
    pub due_at: DateTime<Utc>,
    /// Whether it was found due much later.
    pub is_late: bool,
}

impl DeliverySubject {
    /// The period of a report; `None`: it is about an event.
    pub const fn period(&self) -> Option<&ReportPeriod> {
        match &self.about {
            About::Report(period) => Some(period),
            About::Event { .. } => None,
        }
    }
}

/// A delivery that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDelivery {
    /// 32 hexadecimal digits, the same in every attempt.
    pub identity: String,
    /// What, to whom.
    pub subject: DeliverySubject,
    /// Why.
    pub requested_by: RequestedBy,
    /// Why it is not to be sent; `None`: it is pending from now on.
    pub skipped: Option<String>,
    /// Now.
    pub created_at: DateTime<Utc>,
}

/// How far the deliveries of a `[[delivery]]` have rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlanMark {
    /// When it was seen first.
    pub known_since: DateTime<Utc>,
    /// What was due up to this moment has rows.
    pub planned_until: DateTime<Utc>,
}

/// Deliveries of one `[[delivery]]` that have become due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryPlan {
    /// Its `name`.
    pub name: String,
    /// The mark that was stored when this was made; `None`: the `[[delivery]]` was not known.
    pub from: Option<PlanMark>,
    /// The mark from now on.
    pub to: PlanMark,
    /// What became due in between; a period that has a row already is left as it is.
    pub deliveries: Vec<NewDelivery>,
}

/// Who wants to deliver what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryClaim {
    /// The node.
    pub node: String,
    /// What.
    pub what: Claimable,
    /// Only deliveries of this channel.
    pub channel: Channel,
    /// Now.
    pub now: DateTime<Utc>,
    /// Until when no other node may take it.
    pub lease_until: DateTime<Utc>,
    /// A lease or next attempt later than this was written by a clock that was wrong, and does not count.
    pub horizon: DateTime<Utc>,
}

/// What somebody wants to deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimable {
    /// Reports of these names, which the configuration of this node has.
    Reports(Vec<String>),
    /// Events. Those of one case to one recipient are delivered in the order in which they happened.
    Events,
}

impl Claimable {
    /// The part of the outbox.
    pub const fn part(&self) -> OutboxPart {
        match self {
            Self::Reports(_) => OutboxPart::Reports,
            Self::Events => OutboxPart::Events,
        }
    }
}

/// A delivery whose attempt has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedDelivery {
    /// Its number.
    pub id: u64,
    /// 32 hexadecimal digits, the same in every attempt.
    pub identity: String,
    /// What, to whom.
    pub subject: DeliverySubject,
    /// Attempts, with this one, since `tries_from`.
    pub attempts: u32,
    /// Since when they count.
    pub tries_from: DateTime<Utc>,
    /// The fencing token of this claim.
    pub fence: u64,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptResult {
    /// The receiver has it.
    Sent {
        /// What the receiver answered.
        answer: String,
    },
    /// It failed, and is tried again.
    Retry {
        /// Why.
        error: String,
        /// When.
        at: DateTime<Utc>,
    },
    /// It failed for good.
    Dead {
        /// Why.
        error: String,
    },
    /// There was nothing to send.
    Skipped {
        /// Why.
        reason: String,
    },
}

/// The end of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptEnd {
    /// The delivery.
    pub id: u64,
    /// The fencing token of the claim.
    pub fence: u64,
    /// When.
    pub ended_at: DateTime<Utc>,
    /// What came of it.
    pub result: AttemptResult,
}

/// What a person may do with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryOrder {
    /// Try it again now, as if it were new; not one that was sent.
    Retry,
    /// Do not try it any more: it is skipped.
    Drop,
}

/// Whether an order was followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryOrderResult {
    /// It was.
    Done,
    /// There is no such delivery.
    Unknown,
    /// A node is delivering it at this moment.
    InProgress,
    /// It has been in this state, in which the order makes no sense.
    Refused(DeliveryState),
}

/// A delivery as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryFound {
    /// Its number.
    pub id: u64,
    /// 32 hexadecimal digits.
    pub identity: String,
    /// What, to whom.
    pub subject: DeliverySubject,
    /// Why.
    pub requested_by: RequestedBy,
    /// What became of it.
    pub state: DeliveryState,
    /// Attempts begun since it was made, or since somebody asked to try again.
    pub attempts: u32,
    /// When it is tried next; `None` unless pending.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The node that is delivering it.
    pub lease_holder: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the receiver had it.
    pub sent_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed, or why it is skipped.
    pub last_error: Option<String>,
}

/// An attempt as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptFound {
    /// Number of the claim.
    pub fence: u64,
    /// The node.
    pub node: String,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// When it ended, and what came of it; `None` while it goes on.
    pub end: Option<(DateTime<Utc>, AttemptOutcome)>,
    /// What the receiver answered, or the error.
    pub answer: Option<String>,
}

/// Which deliveries are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryQuery {
    /// This one.
    Id(u64),
    /// The newest of a part in this state, at most so many.
    State(OutboxPart, DeliveryState, u32),
    /// The newest before one.
    Before {
        /// Of this part.
        part: OutboxPart,
        /// This one; `None`: the newest of all.
        id: Option<u64>,
        /// Only in this state.
        state: Option<DeliveryState>,
        /// At most so many.
        most: u32,
    },
}

/// How deliveries stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DeliveryCounts {
    /// Dead letters.
    pub dead: u64,
    /// When the oldest pending one was due.
    pub oldest_due: Option<DateTime<Utc>>,
}

/// What a back end does with deliveries. Each method that writes is one transaction.
pub trait Deliveries: Clone + Send + Sync + 'static {
    /// The mark of each known name.
    fn planned_deliveries(&self) -> impl Future<Output = Result<Vec<(String, PlanMark)>, StoreError>> + Send;

    /// Stores deliveries that have become due. Returns how many rows were made; `None` when `from` is not what is stored:
    /// another node was faster, and nothing was kept.
    fn plan_deliveries(
        &self,
        plan: &DeliveryPlan,
    ) -> impl Future<Output = Result<Option<u64>, StoreError>> + Send;

    /// Stores one delivery that somebody asks for. Returns its number.
    fn add_delivery(&self, delivery: &NewDelivery) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Takes the delivery that is to be tried first, and begins its attempt; `None` when there is none. What is not due yet (its row
    /// was made by a clock that was wrong) waits until it is.
    fn claim_delivery(
        &self,
        claim: &DeliveryClaim,
    ) -> impl Future<Output = Result<Option<ClaimedDelivery>, StoreError>> + Send;

    /// Stores what came of an attempt; `false`, and nothing is kept, when the delivery was claimed again since.
    fn end_delivery_attempt(&self, end: &AttemptEnd)
    -> impl Future<Output = Result<bool, StoreError>> + Send;

    /// Ends the leases of a channel of a node that has just started, which a crash left. Returns how many.
    fn release_deliveries(
        &self,
        node: &str,
        part: OutboxPart,
        channel: Channel,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Skips pending deliveries of reports whose name is none of `names` and that were due before `due_before`. Returns how many.
    fn abandon_deliveries(
        &self,
        names: &[String],
        due_before: DateTime<Utc>,
        reason: &str,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Removes deliveries that are not pending and were due before `due_before`, with their attempts: at most `most`, the oldest first.
    /// Returns how many.
    fn remove_deliveries(
        &self,
        due_before: DateTime<Utc>,
        most: u32,
    ) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// Does what a person asks for.
    fn order_delivery(
        &self,
        id: u64,
        order: DeliveryOrder,
        now: DateTime<Utc>,
    ) -> impl Future<Output = Result<DeliveryOrderResult, StoreError>> + Send;

    /// Deliveries, the newest first.
    fn deliveries(
        &self,
        query: &DeliveryQuery,
    ) -> impl Future<Output = Result<Vec<DeliveryFound>, StoreError>> + Send;

    /// The attempts of a delivery, the first one first, at most 1,000.
    fn delivery_attempts(
        &self,
        id: u64,
    ) -> impl Future<Output = Result<Vec<AttemptFound>, StoreError>> + Send;

    /// How deliveries stand.
    fn delivery_counts(&self) -> impl Future<Output = Result<DeliveryCounts, StoreError>> + Send;
}
