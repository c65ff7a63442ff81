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
