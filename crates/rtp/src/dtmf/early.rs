//! Telephone events of a source that is not trusted yet.
//!
//! Behind NAT the first packets come from an address that signalling did not name, and the latch waits a moment before
//! it trusts it (`rtp::Latch`, `Verdict::Provisional`). A digit pressed in that moment must neither be lost nor be
//! taken from a stranger: its packets wait here and are replayed when their source is latched.

use std::net::SocketAddr;
use std::time::Instant;

use super::EventPacket;

/// Packets kept: more than the guard of the latch holds at 10 ms. Full, the newest is dropped: a press is known by its
/// first packets.
const CAPACITY: usize = 32;

/// Telephone-event packets waiting for their source to be latched.
#[derive(Debug, Clone)]
pub struct EarlyEvents {
    kept: [Option<(SocketAddr, EventPacket, Instant)>; CAPACITY],
}

impl Default for EarlyEvents {
    fn default() -> Self {
        Self {
            kept: [None; CAPACITY],
        }
    }
}

impl EarlyEvents {
    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.first().is_none_or(Option::is_none)
    }

    /// Forgets everything: who sent it has turned out to be a stranger.
    pub fn forget(&mut self) {
        if !self.is_empty() {
            self.kept = [None; CAPACITY];
        }
    }

    /// Keeps a packet of a provisional `source`. Packets of any earlier candidate are forgotten.
    pub fn keep(&mut self, source: SocketAddr, packet: EventPacket, now: Instant) {
        if self.kept.iter().flatten().any(|(other, _, _)| *other != source) {
            self.kept = [None; CAPACITY];
        }
        if let Some(free) = self.kept.iter_mut().find(|slot| slot.is_none()) {
            *free = Some((source, packet, now));
        }
    }

    /// Hands out, oldest first, what came from `source`, which has been latched, with the times of arrival. Afterwards
    /// nothing is kept.
    pub fn release(&mut self, source: SocketAddr) -> impl Iterator<Item = (EventPacket, Instant)> + use<> {
        std::mem::replace(&mut self.kept, [None; CAPACITY])
            .into_iter()
            .flatten()
            .filter(move |(kept, _, _)| *kept == source)
            .map(|(_, packet, at)| (packet, at))
    }
}
