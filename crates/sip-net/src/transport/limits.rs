//! What a stream connection may cost.

use std::time::Duration;

/// Bounds on stream connections. What exceeds one is closed and counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// Connections open at once, accepted and ours; one more is closed as soon as it is accepted.
    pub open: usize,
    /// Connections of sources that are not trusted, open just long enough for their 403.
    pub untrusted: usize,
    /// How long a connection may carry nothing in either direction.
    pub idle: Duration,
    /// How long a connection may be open before it has carried anything: such connections hold places and serve nobody.
    pub unused: Duration,
    /// How long a message may take from its first byte to its last, and our answer to be read.
    pub partial: Duration,
    /// How long a connection from which nothing more is read waits for our final response to an INVITE, so that it can go
    /// out on it (RFC 3261 section 18.2.2). Longer than the agent lets the application think. So many connections may wait so
    /// long as leave half of the places in `open` free; others wait for `partial`.
    pub answer: Duration,
    /// How long connecting may take.
    pub connect: Duration,
    /// Messages that wait to be written to one connection; when full the peer is too slow and is cut off.
    pub queue: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            open: 1_000,
            untrusted: 16,
            idle: Duration::from_secs(600),
            unused: Duration::from_secs(30),
            partial: Duration::from_secs(10),
            answer: Duration::from_secs(65),
            connect: Duration::from_secs(5),
            queue: 256,
        }
    }
}
