//! The outgoing RTP stream of one call: sequence numbers, the media timeline, markers.
//!
//! The owner calls exactly one of [`Sender::audio`], [`Sender::event`], [`Sender::skip`] or [`Sender::pause`] per
//! packet time, so that the timeline runs with the wall clock whatever is sent. Sequence numbers advance only
//! with packets. SSRC and both starting points are random (RFC 3550 section 5.1).

use super::packet::{HEADER_OCTETS, RtpTimestamp, SequenceNumber, Ssrc};
use super::{Ptime, rtcp};

/// One telephone-event payload (RFC 4733 section 2.3) on its way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventFrame {
    /// Whether a press begins with it.
    pub position: EventPosition,
    /// Timestamp units from the start of the press to the start of this segment; 0 but for presses longer than 65535
    /// units (RFC 4733 section 2.5.1.3).
    pub segment_offset: u32,
    /// Event, end bit and volume, duration.
    pub payload: [u8; 4],
}

/// Where in a press an event packet stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventPosition {
    /// The first packet: carries the marker and freezes the timestamp.
    First,
    /// Every later packet, repeated end packets included.
    Later,
}

/// Writes the packets of one outgoing stream.
#[derive(Debug, Clone)]
pub struct Sender {
    ssrc: Ssrc,
    sequence: SequenceNumber,
    timeline: RtpTimestamp,
    event_start: RtpTimestamp,
    payload_type: u8,
    samples_per_packet: u32,
    talkspurt_begins: bool,
    packets: u32,
    octets: u32,
}

impl Sender {
    /// A new stream of `payload_type` with `clock_rate` Hz; identity and starting points are drawn from `rng`.
    pub fn new(payload_type: u8, clock_rate: u32, ptime: Ptime, rng: &mut impl rand::Rng) -> Self {
        let timeline = RtpTimestamp(rng.next_u32());
        let [low, high, ..] = rng.next_u32().to_le_bytes();
        Self {
            ssrc: Ssrc(rng.next_u32()),
            // The lower half: first packets lost together with a wrap would hide it from SRTP (RFC 4568 section 6.4).
            sequence: SequenceNumber(u16::from_le_bytes([low, high]) >> 1),
            timeline,
            event_start: timeline,
            payload_type,
            samples_per_packet: ptime.samples(clock_rate),
            talkspurt_begins: true,
            packets: 0,
            octets: 0,
        }
    }

    /// The stream's identity.
    pub fn ssrc(&self) -> Ssrc {
        self.ssrc
    }

    /// The timestamp that the next audio packet will carry.
    pub fn timestamp(&self) -> RtpTimestamp {
        self.timeline
    }

    /// Follows a new negotiation; SSRC, sequence and timeline go on.
    pub fn renegotiate(&mut self, payload_type: u8, clock_rate: u32, ptime: Ptime) {
        self.payload_type = payload_type;
        self.samples_per_packet = ptime.samples(clock_rate);
    }

    /// Writes one packet of audio into `out` and returns its length; `None`, and nothing changes, when `out` is
    /// too small. The marker is set on the first packet and after [`Sender::pause`].
    pub fn audio(&mut self, payload: &[u8], out: &mut [u8]) -> Option<usize> {
        let marker = self.talkspurt_begins;
        let length = self.write(self.payload_type, marker, self.timeline, payload, out)?;
        self.talkspurt_begins = false;
        self.skip();
        Some(length)
    }

    /// Writes one telephone-event packet in place of audio, on the same SSRC and sequence, with the timestamp
    /// frozen at the start of the press (RFC 4733 section 2.5.1.2). `None` as for [`Sender::audio`].
    pub fn event(&mut self, payload_type: u8, frame: &EventFrame, out: &mut [u8]) -> Option<usize> {
        let (marker, start) = match frame.position {
            EventPosition::First => (true, self.timeline),
            EventPosition::Later => (false, self.event_start),
        };
        let timestamp = start.later(frame.segment_offset);
        let length = self.write(payload_type, marker, timestamp, &frame.payload, out)?;
        self.event_start = start;
        self.skip();
        Some(length)
    }

    /// One packet time passes without a packet because the tick came too late: no burst, no marker.
    pub fn skip(&mut self) {
        self.timeline = self.timeline.later(self.samples_per_packet);
    }

    /// One packet time passes in silence on purpose (hold); the next audio begins a talkspurt.
    pub fn pause(&mut self) {
        self.skip();
        self.talkspurt_begins = true;
    }

    /// Packets written so far.
    pub fn packets(&self) -> u32 {
        self.packets
    }

    /// What a sender report says about this stream at wall time `ntp`; `None` before the first packet, when only
    /// a receiver report is due (RFC 3550 section 6.4).
    pub fn sender_info(&self, ntp: rtcp::NtpTime) -> Option<rtcp::SenderInfo> {
        (self.packets > 0).then_some(rtcp::SenderInfo {
            ntp,
            rtp_timestamp: self.timeline,
            packets: self.packets,
            octets: self.octets,
        })
    }

    fn write(
        &mut self,
        payload_type: u8,
        marker: bool,
        timestamp: RtpTimestamp,
        payload: &[u8],
        out: &mut [u8],
    ) -> Option<usize> {
        let length = HEADER_OCTETS + payload.len();
        let (header, body) = out.get_mut(..length)?.split_at_mut(HEADER_OCTETS);
        let [s0, s1] = self.sequence.0.to_be_bytes();
        let [t0, t1, t2, t3] = timestamp.0.to_be_bytes();
        let [r0, r1, r2, r3] = self.ssrc.0.to_be_bytes();
        let kind = (u8::from(marker) << 7) | (payload_type & 0x7F);
        header.copy_from_slice(&[0x80, kind, s0, s1, t0, t1, t2, t3, r0, r1, r2, r3]);
        body.copy_from_slice(payload);
        self.sequence = SequenceNumber(self.sequence.0.wrapping_add(1));
        self.packets = self.packets.wrapping_add(1);
        self.octets = self
            .octets
            .wrapping_add(u32::try_from(payload.len()).unwrap_or(u32::MAX));
        Some(length)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::{EventFrame, EventPosition, Sender};
    use crate::{Packet, Ptime, rtcp};

    fn sender() -> Sender {
        Sender::new(8, 8000, Ptime::Ms20, &mut StdRng::seed_from_u64(3))
    }

    fn event(position: EventPosition, segment_offset: u32) -> EventFrame {
        EventFrame {
            position,
            segment_offset,
            payload: [5, 10, 0, 160],
        }
    }

    #[test]
    fn audio_advances_by_one_packet_and_its_samples_and_marks_only_the_first() {
        let (mut sender, mut out) = (sender(), [0; 200]);
        let first_length = sender.audio(&[1; 160], &mut out).unwrap();
        assert_eq!(first_length, 172);
        let copy = out;
        let first = Packet::parse(&copy[..first_length]).unwrap();
        let length = sender.audio(&[2; 160], &mut out).unwrap();
        let second = Packet::parse(&out[..length]).unwrap();
        assert!(first.marker && !second.marker);
        assert_eq!(second.sequence.ahead_of(first.sequence), 1);
        assert_eq!(second.timestamp.ahead_of(first.timestamp), 160);
        assert_eq!((second.payload_type, second.ssrc), (8, first.ssrc));
        assert_eq!(second.payload, [2; 160]);
    }

    #[test]
    fn events_freeze_the_timestamp_while_the_timeline_runs_on() {
        let (mut sender, mut out) = (sender(), [0; 200]);
        let start = sender.timestamp();
        for (position, offset) in [
            (EventPosition::First, 0),
            (EventPosition::Later, 0),
            (EventPosition::Later, 65535),
        ] {
            let length = sender.event(101, &event(position, offset), &mut out).unwrap();
            let packet = Packet::parse(&out[..length]).unwrap();
            assert_eq!(packet.timestamp, start.later(offset));
            assert_eq!(packet.marker, position == EventPosition::First);
            assert_eq!(packet.payload_type, 101);
        }
        assert_eq!(sender.timestamp().ahead_of(start), 480);
    }

    #[test]
    fn a_late_tick_moves_the_timeline_only_and_a_pause_begins_a_talkspurt() {
        let (mut sender, mut out) = (sender(), [0; 200]);
        let mut send = |sender: &mut Sender| {
            let length = sender.audio(&[0; 160], &mut out).unwrap();
            let packet = Packet::parse(&out[..length]).unwrap();
            (packet.marker, packet.sequence, packet.timestamp)
        };
        let first = send(&mut sender);
        sender.skip();
        let second = send(&mut sender);
        sender.pause();
        let third = send(&mut sender);
        assert_eq!(
            (second.0, second.1.ahead_of(first.1), second.2.ahead_of(first.2)),
            (false, 1, 320)
        );
        assert_eq!(
            (third.0, third.1.ahead_of(second.1), third.2.ahead_of(second.2)),
            (true, 1, 320)
        );
    }

    #[test]
    fn a_buffer_that_is_too_small_changes_nothing() {
        let (mut sender, before) = (sender(), sender());
        assert_eq!(sender.audio(&[0; 160], &mut [0; 171]), None);
        assert_eq!(sender.timestamp(), before.timestamp());
        assert_eq!(sender.packets(), 0);
        assert_eq!(sender.sender_info(rtcp::NtpTime(0)), None);
    }

    #[test]
    fn sender_info_counts_packets_and_payload_octets() {
        let (mut sender, mut out) = (sender(), [0; 200]);
        sender.audio(&[0; 160], &mut out).unwrap();
        sender
            .event(101, &event(EventPosition::First, 0), &mut out)
            .unwrap();
        let info = sender.sender_info(rtcp::NtpTime(9)).unwrap();
        assert_eq!((info.packets, info.octets, info.ntp), (2, 164, rtcp::NtpTime(9)));
    }

    #[test]
    fn writing_a_packet_allocates_nothing() {
        let (mut sender, mut out) = (sender(), [0; 200]);
        let allocations = allocation_counter::measure(|| {
            for _ in 0..100 {
                sender.audio(&[0; 160], &mut out).unwrap();
                sender
                    .event(101, &event(EventPosition::Later, 0), &mut out)
                    .unwrap();
            }
        });
        assert_eq!(allocations.count_total, 0);
    }
}
