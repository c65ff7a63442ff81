//! What a session sends and expects, from one negotiation to the next.

use std::net::SocketAddr;

use super::ticks::TICK;
use aftercall_rtp::sdp::{Codec, EventMapping, MediaDirection, Negotiated, PayloadTypes, TelephoneEvent};
use aftercall_rtp::srtp::SrtpKeys;
use aftercall_rtp::{Packet, PacketContent, Ptime};

/// One negotiated audio stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    /// Where the peer wants its RTP, by SDP.
    pub remote_rtp: SocketAddr,
    /// Where the peer wants its RTCP, by SDP.
    pub remote_rtcp: SocketAddr,
    /// RTCP shares the ports of RTP (RFC 5761).
    pub rtcp_mux: bool,
    /// The codec, both ways.
    pub codec: Codec,
    /// The payload type of the codec, both ways.
    pub payload_type: u8,
    /// How much audio we send in a packet; the peer's packets may have any length.
    pub ptime: Ptime,
    /// The format of RFC 4733 events, if one was negotiated.
    pub telephone_event: Option<TelephoneEvent>,
    /// Further formats on which the peer may send digits.
    pub other_telephone_events: Vec<TelephoneEvent>,
    /// Payload types of telephone-event in offer or answer that were not properly agreed on; a packet on them counts as an event
    /// if it reads as one.
    pub likely_events: PayloadTypes,
    /// How the peer maps telephone-event.
    pub event_mapping: EventMapping,
    /// Payload types of comfort noise.
    pub comfort_noise: PayloadTypes,
    /// The direction of audio, as we see it.
    pub direction: MediaDirection,
    /// The keys of SRTP and SRTCP; `None` for plain RTP.
    pub srtp: Option<Box<SrtpKeys>>,
}

impl Stream {
    /// The telephone-event format that a received payload type stands for.
    pub(super) fn event_format(&self, payload_type: u8) -> Option<TelephoneEvent> {
        let known = self.telephone_event.iter().chain(&self.other_telephone_events);
        known.copied().find(|event| event.payload_type == payload_type)
    }

    /// What a packet carries; `None` for a payload type that does not belong to the stream. A packet without a payload
    /// keeps a NAT open, whatever its type (RFC 6263 section 4.6).
    pub(super) fn carries(&self, packet: &Packet<'_>) -> Option<PacketContent> {
        let number = packet.payload_type;
        match packet.payload {
            [] => Some(PacketContent::Filler),
            _ if self.event_format(number).is_some() => Some(PacketContent::Event),
            payload if self.likely_events.contains(number) && reads_as_digit(payload) => {
                Some(PacketContent::Event)
            }
            _ if number == self.payload_type => Some(PacketContent::Audio),
            _ if self.comfort_noise.contains(number) => Some(PacketContent::Filler),
            _ => None,
        }
    }

    /// Ticks from packet to packet.
    pub(super) fn ptime_ticks(&self) -> u64 {
        u64::from(self.ptime.millis()) / TICK.as_millis() as u64
    }
}

impl Stream {
    /// The stream that was `negotiated`; `srtp` are its keys, if SRTP was negotiated.
    pub fn new(negotiated: &Negotiated, srtp: Option<SrtpKeys>) -> Self {
        Self {
            remote_rtp: negotiated.remote_rtp,
            remote_rtcp: negotiated.remote_rtcp,
            rtcp_mux: negotiated.rtcp_mux,
            codec: negotiated.codec,
            payload_type: negotiated.payload_type,
            ptime: negotiated.ptime,
            telephone_event: negotiated.telephone_event,
            other_telephone_events: negotiated.other_telephone_events.clone(),
            likely_events: negotiated.likely_events,
            event_mapping: negotiated.event_mapping,
            comfort_noise: negotiated.comfort_noise,
            direction: negotiated.direction,
            srtp: srtp.map(Box::new),
        }
    }
}

/// Whether a payload reads as one event of RFC 4733 that is a digit: four octets, the code of a key, and the reserved
/// bit as it must be sent.
pub(super) fn reads_as_digit(payload: &[u8]) -> bool {
    matches!(payload, [0..=15, flags, _, _] if flags & 0x40 == 0)
}
