//! Settings of the agent, each with its default.

use std::time::Duration;

use crate::flow::Interface;
use crate::transaction::Timers;

/// Everything that can be set about the agent.
#[derive(Debug, Clone)]
pub struct AgentConfig {
    /// The Server and User-Agent header; empty leaves both out.
    pub product: String,
    /// The user part of our Contact.
    pub contact_user: String,
    /// Where we listen: used for requests that cannot follow the flow of their dialog.
    pub interfaces: Vec<Interface>,
    /// T1, T2, T4 and what follows from them.
    pub timers: Timers,
    /// How much state the agent may hold.
    pub limits: AgentLimits,
    /// How long the application may take to answer an INVITE or an offer before the agent refuses it; an UPDATE
    /// waits at most half of 64*T1.
    pub answer_timeout: Duration,
    /// What Retry-After says in a 503.
    pub retry_after: Duration,
    /// Where our requests go when a peer's Contact or route is private and the peer is not.
    pub private_contact: PrivateContact,
}

/// Where our requests go when the Contact, or the first route, is an address that is only reached on the peer's side of a
/// NAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrivateContact {
    /// To where the peer's requests come from.
    Source,
    /// To that address.
    AsWritten,
}

impl Default for AgentConfig {
    fn default() -> Self {
        Self {
            product: concat!("aftercall/", env!("CARGO_PKG_VERSION")).to_owned(),
            contact_user: "aftercall".to_owned(),
            interfaces: Vec::new(),
            timers: Timers::default(),
            limits: AgentLimits::default(),
            answer_timeout: Duration::from_secs(60),
            retry_after: Duration::from_secs(10),
            private_contact: PrivateContact::Source,
        }
    }
}

/// How much state the agent may hold. What exceeds a limit is answered with 503 and counted; what is already in
/// progress never suffers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgentLimits {
    /// Dialogs, from INVITE to the end.
    pub dialogs: usize,
    /// Inbound INVITEs that have no final response yet. Fewer than the application's queue holds, so that what is too
    /// much is refused before it costs anything.
    pub pending_invites: usize,
    /// The same, while the application refuses calls for want of room: whoever waits then waits for a refusal.
    pub pending_when_full: usize,
    /// INVITEs that wait for the application and have had their 100 at once; those beyond have it a little later.
    pub tried_at_once: usize,
    /// Calls of which our 2xx waits for its ACK.
    pub unacknowledged: usize,
    /// Calls of one address that are not established: not decided on yet, or accepted and not acknowledged. A peer
    /// that acknowledges has a few; one that never does takes no more room, and no more work, than this.
    pub unestablished_of_source: usize,
    /// Room beyond `pending_invites` and `unacknowledged` for addresses that have acknowledged a call within the last hour,
    /// so that a flood from many addresses does not shut out the PBXs.
    pub reserve: usize,
    /// Refusals that are repeated until their ACK comes; beyond it the oldest is not repeated any more.
    pub unacknowledged_refusals: usize,
    /// Server transactions from which on requests outside dialogs that need none are answered without one.
    pub kept_answers: usize,
    /// Server transactions, those that only absorb repetitions included. At the limit the oldest completed one
    /// makes room. Client transactions need no limit of their own: a dialog has one or two.
    pub transactions: usize,
}

impl Default for AgentLimits {
    fn default() -> Self {
        Self {
            dialogs: 20_000,
            pending_invites: 1_000,
            pending_when_full: 100,
            tried_at_once: 50,
            unacknowledged: 2_000,
            unestablished_of_source: 500,
            reserve: 500,
            unacknowledged_refusals: 500,
            kept_answers: 5_000,
            transactions: 200_000,
        }
    }
}
