//! Sockets for SIP: UDP and TCP, IPv4 and IPv6 (RFC 3261 section 18).
//!
//! Each socket has a task that reads, checks the sender, parses and hands [`TransportEvent`]s to the one task that owns
//! the agent. Nothing here knows transactions or dialogs. TLS will be one more way to make a connection.
//!
//! ```text
//!  udp socket ---- reader ------\                        /--- udp socket: sent at once or lost
//!  tcp listener -- connection --- TransportEvent -> service -> OutboundTransport
//!  tcp connect --- connection --/  (bounded)             \--- connection's queue (bounded)
//! ```
//!
//! A full arrival queue stops the readers: UDP then overflows in the kernel, TCP pushes back on the sender.

mod addresses;
mod bind;
mod connection;
mod counters;
mod limits;
mod outbound;
mod pending_responses;
mod tcp;
mod udp;
mod untrusted;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Semaphore, mpsc};

pub use bind::{BindError, IcmpErrors, Listen};
pub use counters::TransportCounters;
pub use limits::ConnectionLimits;

pub(super) use addresses::{Addresses, interfaces};
pub(super) use bind::{BoundSockets, bind, try_bind};
pub(super) use outbound::{OutboundTransport, Unsent};
pub(super) use untrusted::UntrustedSources;

use aftercall_runtime::lifecycle::Shutdown;
use aftercall_sip::agent::TransmitId;
use aftercall_sip::flow::{ConnectionId, Flow};
use aftercall_sip::wire::{Message, MessageLimits, ParseError};

/// What the readers hand over.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly always a message: a box would cost an allocation each to save nothing"
)]
pub(super) enum TransportEvent {
    /// A message from a trusted source.
    Message { flow: Flow, message: Message },
    /// Something that is not a message, from a trusted source.
    Broken { flow: Flow, error: ParseError },
    /// The kernel says that something we sent by UDP could not be delivered.
    Unreachable,
    /// A connection is open; comes before anything read from it.
    Opened(connection::OpenConnection),
    /// A connection is gone; nothing follows from it.
    Closed {
        id: ConnectionId,
        /// What still waited to be written.
        unsent: Vec<TransmitId>,
    },
}

/// What every reader shares.
#[derive(Debug)]
pub(super) struct TransportContext {
    pub(super) arrivals: mpsc::Sender<TransportEvent>,
    pub(super) messages: MessageLimits,
    pub(super) connections: ConnectionLimits,
    pub(super) addresses: Addresses,
    pub(super) untrusted: UntrustedSources,
    pub(super) counters: Arc<TransportCounters>,
    pub(super) icmp_errors: IcmpErrors,
    /// Places for connections with trusted peers, and for those with untrusted ones.
    pub(super) places: Arc<Semaphore>,
    pub(super) untrusted_places: Arc<Semaphore>,
    pub(super) last_connection: AtomicU64,
    pub(super) shutdown: Shutdown,
}

impl TransportContext {
    fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.last_connection.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Starts a reader for each socket; what they share with the caller comes back.
pub(super) fn start(sockets: BoundSockets, context: Arc<TransportContext>) -> OutboundTransport {
    let BoundSockets { udp, tcp } = sockets;
    let udp: Vec<_> = udp.into_iter().map(Arc::new).collect();
    for socket in &udp {
        aftercall_runtime::lifecycle::spawn("sip-udp", udp::read(socket.clone(), context.clone()));
        if context.icmp_errors == IcmpErrors::Reported {
            aftercall_runtime::lifecycle::spawn(
                "sip-udp-errors",
                udp::read_errors(socket.clone(), context.clone()),
            );
        }
    }
    for listener in tcp {
        aftercall_runtime::lifecycle::spawn("sip-tcp-accept", tcp::accept(listener, context.clone()));
    }
    OutboundTransport::new(udp, context)
}
