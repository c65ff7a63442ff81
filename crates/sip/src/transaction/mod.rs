//! Transactions: one request and its responses on one hop (RFC 3261 section 17, as corrected by RFC 6026).
//!
//! Four state machines without IO. Each is handed what arrived and what the layer above wants, holds the bytes it
//! may have to send again, and names its next `deadline`. None knows dialogs, headers or sockets; the agent keeps
//! them in its tables and moves their bytes.
//!
//! | machine | repeats | gives up or ends |
//! | --- | --- | --- |
//! | [`InviteServer`] | non-2xx response: Timer G (UDP only) | Timer H without ACK; Timer I after it; Timer L after a 2xx |
//! | [`NonInviteServer`] | final response, on request | Timer J |
//! | [`InviteClient`] | request: Timer A (UDP only) | Timer B; Timer D after a non-2xx; Timer M after a 2xx |
//! | [`NonInviteClient`] | request: Timer E (UDP only) | Timer F; Timer K after the response |

mod backoff;
mod invite_client;
mod invite_server;
mod non_invite_client;
mod non_invite_server;
mod reply_route;
mod schedule;
mod timers;

pub use timers::Timers;

pub(crate) use backoff::{Backoff, BackoffAction};
pub(crate) use invite_client::{InviteClient, InviteResponse};
pub(crate) use invite_server::InviteServer;
pub(crate) use non_invite_client::NonInviteClient;
pub(crate) use non_invite_server::NonInviteServer;
pub(crate) use reply_route::reply_flow;
pub(crate) use schedule::{RETAINED_CAPACITY, TimerSchedule, shrink};

/// One message as it goes to the wire, shared between the retransmission buffer and the transport.
pub(crate) type MessageBytes = std::sync::Arc<[u8]>;

/// What a timer of a transaction asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TimerAction {
    Nothing,
    /// Send this again (Timers A, E, G).
    Repeat(MessageBytes),
    /// No final response to our request (Timers B, F, or 64*T1 after a CANCEL): the transaction is over.
    NoResponse,
    /// The transaction is over: done absorbing (D, I, J, K, L, M) or given up waiting for an ACK (H).
    Terminated,
}

/// Names a server transaction inside one agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ServerId(pub(crate) u64);

/// Names a client transaction: the random part of its branch. A CANCEL shares the branch of its INVITE.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ClientId {
    pub(crate) branch: u64,
    pub(crate) cancel: bool,
}
