//! One telephone-event packet, taken apart.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! |     event     |E|R| volume    |          duration             |
//! +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//! ```
//! RFC 4733 section 2.3. The marker, R and the volume are ignored: peers set them as they like. A payload that is not
//! exactly one such word (several events, RED, truncation) is malformed.
//!
//! [`EarlyEvents`] keeps packets of a source that is not trusted yet. Behind NAT the first packets come from an address that
//! signalling did not name, and the latch waits before it trusts it ([`LatchOutcome::Provisional`](crate::LatchOutcome)). A
//! digit pressed in that time must neither be lost nor be taken from a stranger: its packets wait, and are handled when
//! their source is latched.

use std::net::SocketAddr;
use std::time::Instant;

use crate::{Packet, RtpTimestamp, SequenceNumber, Ssrc};

const END_BIT: u8 = 0x80;

/// What a telephone-event packet says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPacket {
    /// The stream; some peers send events on one of their own.
    pub ssrc: Ssrc,
    /// Position in the stream.
    pub sequence: SequenceNumber,
    /// The start of the press (or of its segment).
    pub timestamp: RtpTimestamp,
    /// 0-15 are DTMF digits.
    pub event: u8,
    /// Whether the key is up.
    pub ended: bool,
    /// Clock units since the timestamp.
    pub duration: u16,
}

/// A telephone-event payload that is not one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("telephone-event payload of {octets} octets, 4 are expected")]
pub struct MalformedEvent {
    /// Its length.
    pub octets: usize,
}

impl EventPacket {
    /// Reads a packet whose payload type was negotiated for telephone-event.
    pub fn parse(packet: &Packet<'_>) -> Result<Self, MalformedEvent> {
        let &[event, flags, high, low] = packet.payload else {
            return Err(MalformedEvent {
                octets: packet.payload.len(),
            });
        };
        Ok(Self {
            ssrc: packet.ssrc,
            sequence: packet.sequence,
            timestamp: packet.timestamp,
            event,
            ended: flags & END_BIT != 0,
            duration: u16::from_be_bytes([high, low]),
        })
    }

    /// The payload of an event packet.
    pub(super) fn payload(event: u8, ended: bool, volume_dbm0: u8, duration: u16) -> [u8; 4] {
        let [high, low] = duration.to_be_bytes();
        let end = if ended { END_BIT } else { 0 };
        [event, end | (volume_dbm0 & 0x3F), high, low]
    }
}

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
