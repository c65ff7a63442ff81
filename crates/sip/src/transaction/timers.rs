//! Every timer value of RFC 3261 section 17 (appendix A), RFC 6026 and section 13.3.1.4, in one place.
//!
//! T1, T2 and T4 are settings; the lettered timers follow from them. Reliable transports skip what only
//! repeats or absorbs repetitions.

use std::time::Duration;

use crate::event::Transport;

/// The base values, with the defaults of RFC 3261 table 4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timers {
    /// Estimate of the round trip.
    pub t1: Duration,
    /// Longest interval between repetitions of non-INVITE requests and of final responses to INVITE.
    pub t2: Duration,
    /// How long a message may live in the network.
    pub t4: Duration,
}

impl Default for Timers {
    fn default() -> Self {
        Self {
            t1: Duration::from_millis(500),
            t2: Duration::from_secs(4),
            t4: Duration::from_secs(5),
        }
    }
}

impl Timers {
    /// 64*T1: Timers B, F, H, J, L, M and the patience with a missing ACK.
    pub const fn give_up(&self) -> Duration {
        self.t1.saturating_mul(64)
    }

    /// Timer D: how long a client absorbs repeated non-2xx responses to its INVITE.
    pub fn d(&self, transport: Transport) -> Duration {
        unless_reliable(transport, self.give_up().max(Duration::from_secs(32)))
    }

    /// Timer I: how long repeated ACKs for a non-2xx response are absorbed.
    pub fn i(&self, transport: Transport) -> Duration {
        unless_reliable(transport, self.t4)
    }

    /// Timer J: how long repeated non-INVITE requests are answered with the same response.
    pub fn j(&self, transport: Transport) -> Duration {
        unless_reliable(transport, self.give_up())
    }

    /// Timer K: how long a client absorbs repeated responses to a non-INVITE request.
    pub fn k(&self, transport: Transport) -> Duration {
        unless_reliable(transport, self.t4)
    }
}

fn unless_reliable(transport: Transport, value: Duration) -> Duration {
    match transport {
        Transport::Udp => value,
        Transport::Tcp => Duration::ZERO,
    }
}
