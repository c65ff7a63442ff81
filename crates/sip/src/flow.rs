//! Where messages come from and go to, as every layer names it.

use std::net::SocketAddr;

use super::event::Transport;

/// One open stream connection; named by the driver, never reused while the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// A way to a neighbour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flow {
    /// UDP or TCP.
    pub transport: Transport,
    /// Our end: the socket's own address, with the wildcard replaced by a real address where known.
    pub local: SocketAddr,
    /// Our end as the peer must write it into a request: goes into Via and Contact. Differs from `local` behind
    /// NAT and on connections that we opened from an ephemeral port.
    pub advertised: SocketAddr,
    /// The neighbour's end. In a `Transmit` on a stream: where to connect if `connection` is gone.
    pub peer: SocketAddr,
    /// The connection, on streams. In a `Transmit`, `None` asks for any open connection to `peer`, or a new one.
    pub connection: Option<ConnectionId>,
}

/// An address on which we listen, for requests that do not follow an existing flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interface {
    /// UDP or TCP.
    pub transport: Transport,
    /// The socket's own address.
    pub local: SocketAddr,
    /// The address for Via and Contact; never a wildcard.
    pub advertised: SocketAddr,
}
