//! Sockets for SIP: UDP and TCP, IPv4 and IPv6 (RFC 3261 section 18).
//!
//! Each socket has a task that reads, checks the sender, parses and hands [`Arrival`]s to the one task that owns
//! the agent. Nothing here knows transactions or dialogs. TLS will be one more way to make a connection.
//!
//! ```text
//!  udp socket ---- reader ------\                        /--- udp socket: sent at once or lost
//!  tcp listener -- connection --- Arrival -> service -> Carrier
//!  tcp connect --- connection --/  (bounded)             \--- connection's queue (bounded)
//! ```
//!
//! A full arrival queue stops the readers: UDP then overflows in the kernel, TCP pushes back on the sender.

mod addresses;
mod bind;
mod carrier;
mod connection;
mod counters;
mod limits;
mod owed;
mod stranger;
mod tcp;
mod udp;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Semaphore, mpsc};

pub use bind::{BindError, IcmpErrors, Listen};
pub use counters::Counters;
pub use limits::ConnectionLimits;

pub(super) use addresses::{Addresses, interfaces};
pub(super) use bind::{Sockets, bind, try_bind};
pub(super) use carrier::{Carrier, Unsent};
pub(super) use stranger::Strangers;

use aftercall_runtime::lifecycle::Shutdown;
use aftercall_sip::agent::Ticket;
use aftercall_sip::flow::{ConnectionId, Flow};
use aftercall_sip::wire::{Limits, Message, ParseError};

/// What the readers hand over.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly always a message: a box would cost an allocation each to save nothing"
)]
pub(super) enum Arrival {
    /// A message from a trusted source.
    Message { flow: Flow, message: Message },
    /// Something that is not a message, from a trusted source.
    Broken { flow: Flow, error: ParseError },
    /// The kernel says that something we sent by UDP could not be delivered.
    Unreachable,
    /// A connection is open; comes before anything read from it.
    Opened(connection::Opened),
    /// A connection is gone; nothing follows from it.
    Closed {
        id: ConnectionId,
        /// What still waited to be written.
        unsent: Vec<Ticket>,
    },
}

/// What every reader shares.
#[derive(Debug)]
pub(super) struct Context {
    pub(super) arrivals: mpsc::Sender<Arrival>,
    pub(super) messages: Limits,
    pub(super) connections: ConnectionLimits,
    pub(super) addresses: Addresses,
    pub(super) strangers: Strangers,
    pub(super) counters: Arc<Counters>,
    pub(super) icmp_errors: IcmpErrors,
    /// Places for connections with trusted peers, and for those with strangers.
    pub(super) places: Arc<Semaphore>,
    pub(super) stranger_places: Arc<Semaphore>,
    pub(super) last_connection: AtomicU64,
    pub(super) shutdown: Shutdown,
}

impl Context {
    fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.last_connection.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Starts a reader for each socket; what they share with the caller comes back.
pub(super) fn start(sockets: Sockets, context: Arc<Context>) -> Carrier {
    let Sockets { udp, tcp } = sockets;
    let udp: Vec<_> = udp.into_iter().map(Arc::new).collect();
    for socket in &udp {
        aftercall_runtime::lifecycle::spawn("sip-udp", udp::read(socket.clone(), context.clone()));
        if context.icmp_errors == IcmpErrors::Told {
            aftercall_runtime::lifecycle::spawn(
                "sip-udp-errors",
                udp::hear_errors(socket.clone(), context.clone()),
            );
        }
    }
    for listener in tcp {
        aftercall_runtime::lifecycle::spawn("sip-tcp-accept", tcp::accept(listener, context.clone()));
    }
    Carrier::new(udp, context)
}
