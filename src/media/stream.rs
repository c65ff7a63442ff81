//! What a session sends and expects, from one negotiation to the next.

use std::net::SocketAddr;

use super::grid::TICK;
use crate::rtp::Ptime;
use crate::rtp::srtp::Keys;
use crate::sdp::{Codec, Direction, Negotiated, TelephoneEvent};

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
    /// RFC 4733 as negotiated, if it was.
    pub telephone_event: Option<TelephoneEvent>,
    /// Further formats on which the peer may send digits.
    pub other_telephone_events: Vec<TelephoneEvent>,
    /// Which way audio goes, seen from us.
    pub direction: Direction,
    /// The keys of SRTP and SRTCP; `None` sends and hears plain packets.
    pub srtp: Option<Box<Keys>>,
}

impl Stream {
    /// The telephone-event format that a received payload type stands for.
    pub(super) fn event_format(&self, payload_type: u8) -> Option<TelephoneEvent> {
        let known = self.telephone_event.iter().chain(&self.other_telephone_events);
        known.copied().find(|event| event.payload_type == payload_type)
    }

    /// Ticks from packet to packet.
    pub(super) fn ptime_ticks(&self) -> u64 {
        u64::from(self.ptime.millis()) / TICK.as_millis() as u64
    }
}

impl Stream {
    /// What was `negotiated`, protected with these keys.
    pub fn new(negotiated: &Negotiated, srtp: Option<Keys>) -> Self {
        Self {
            remote_rtp: negotiated.remote_rtp,
            remote_rtcp: negotiated.remote_rtcp,
            rtcp_mux: negotiated.rtcp_mux,
            codec: negotiated.codec,
            payload_type: negotiated.payload_type,
            ptime: negotiated.ptime,
            telephone_event: negotiated.telephone_event,
            other_telephone_events: negotiated.other_telephone_events.clone(),
            direction: negotiated.direction,
            srtp: srtp.map(Box::new),
        }
    }
}
