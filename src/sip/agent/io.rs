//! What goes into the agent and what comes out of it.
//!
//! The agent owns no socket. Whoever drives it parses bytes, says on which [`Flow`] they came, and carries each
//! [`Transmit`] to the wire. Nothing here blocks, and nothing here is dropped silently: what the driver cannot
//! send it reports as [`Input::SendFailed`].

use std::net::SocketAddr;
use std::sync::Arc;

use crate::sip::event::{DialogEvent, DialogKey, InboundInvite, Transport};
use crate::sip::wire::{Message, ParseError};

/// One open stream connection; named by the driver, never reused while the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// A way to a neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flow {
    /// How messages travel.
    pub transport: Transport,
    /// Our end: the socket's own address, with the wildcard replaced by a real address where known.
    pub local: SocketAddr,
    /// Our end as the peer must write it into a request: goes into Via and Contact. Differs from `local` behind
    /// NAT and on connections that we opened from an ephemeral port.
    pub advertised: SocketAddr,
    /// The neighbour's end. In a [`Transmit`] on a stream: where to connect if `connection` is gone.
    pub peer: SocketAddr,
    /// The connection, on streams. In a [`Transmit`], `None` asks for any open connection to `peer`, or a new one.
    pub connection: Option<ConnectionId>,
}

/// An address on which we listen, for requests that do not follow an existing flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface {
    /// How messages travel.
    pub transport: Transport,
    /// The socket's own address.
    pub local: SocketAddr,
    /// The address for Via and Contact; never a wildcard.
    pub advertised: SocketAddr,
}

/// What happened outside.
#[derive(Debug)]
pub enum Input {
    /// A message arrived whole.
    Message {
        /// On which flow.
        flow: Flow,
        /// The message.
        message: Message,
    },
    /// Something arrived that is not a valid message: answered with 400 when that is possible, else counted.
    Broken {
        /// On which flow.
        flow: Flow,
        /// What is wrong with it.
        error: ParseError,
    },
    /// A [`Transmit`] could not be sent.
    SendFailed {
        /// Its ticket.
        ticket: Ticket,
    },
}

/// Names what a [`Transmit`] belongs to, so that its failure finds the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket(pub(crate) u64);

impl Ticket {
    /// A message that nobody waits for.
    pub(crate) const NONE: Self = Self(0);
}

/// Bytes to be sent.
#[derive(Debug, Clone)]
pub struct Transmit {
    /// Where and how.
    pub flow: Flow,
    /// One whole message; shared with the retransmission buffer.
    pub bytes: Arc<[u8]>,
    /// For [`Input::SendFailed`].
    pub ticket: Ticket,
}

/// What the agent wants done; drained with [`Agent::poll`](super::Agent::poll) after each call into it.
#[derive(Debug)]
pub enum Output {
    /// Send this.
    Transmit(Transmit),
    /// A new call; its events follow under its dialog key.
    Invite(Box<InboundInvite>),
    /// Something happened to a dialog. [`DialogEvent::Ended`] is the last for its key.
    Event(DialogKey, DialogEvent),
}

/// Whether new calls are taken; calls in progress never notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accepting {
    /// New calls are welcome.
    #[default]
    Yes,
    /// Shutting down: new INVITEs and OPTIONS get 503 with Retry-After.
    Draining,
    /// No capacity: the same answer, another counter.
    Full,
}
