//! What a running service says of itself.

use std::net::SocketAddr;

use serde::{Deserialize, Serialize};

/// The service that listens at the control socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The configuration that it reads, as an absolute path.
    pub configuration: String,
    /// Its process.
    pub process: u32,
    /// Where it listens for SIP, by UDP.
    pub sip_udp: Vec<SocketAddr>,
    /// The same by TCP.
    pub sip_tcp: Vec<SocketAddr>,
    /// Where it listens for HTTP.
    pub http: SocketAddr,
}
