//! Protecting what we send.

use super::transform::Transform;
use super::{MasterKey, RtpHeader, rtcp_ssrc};

/// The last index of SRTCP under one key (RFC 3711 section 9.2).
const LAST_RTCP: u32 = (1 << 31) - 1;

/// The sending direction under one master key. One source sends through it, with sequence numbers that rise by less
/// than half their range from packet to packet.
pub struct SrtpSender {
    transform: Transform,
    roc: u32,
    last_sequence: Option<u16>,
    next_rtcp: u32,
}

impl SrtpSender {
    /// Begins with a key: the roll-over counter is 0, whatever the sequence number is.
    pub fn new(master: &MasterKey) -> Self {
        Self {
            transform: Transform::new(master),
            roc: 0,
            last_sequence: None,
            next_rtcp: 0,
        }
    }

    /// Protects the RTP packet in the first `length` octets of `buffer`, and returns its new length. `None`, and
    /// nothing must be sent, when it is no RTP packet, when the tag does not fit, or when the key is used up.
    pub fn protect_rtp(&mut self, buffer: &mut [u8], length: usize) -> Option<usize> {
        let head = RtpHeader::read(buffer.get(..length)?)?;
        let wrapped = self.last_sequence.is_some_and(|last| head.sequence < last);
        let roc = self.roc.checked_add(wrapped.into())?;
        let index = u64::from(roc) << 16 | u64::from(head.sequence);
        let sealed = self
            .transform
            .seal_rtp(buffer, length, head.octets, head.ssrc, index)?;
        self.roc = roc;
        self.last_sequence = Some(head.sequence);
        Some(sealed)
    }

    /// Protects the compound RTCP packet in the first `length` octets of `buffer`, as [`SrtpSender::protect_rtp`].
    pub fn protect_rtcp(&mut self, buffer: &mut [u8], length: usize) -> Option<usize> {
        let ssrc = rtcp_ssrc(buffer.get(..length)?)?;
        if self.next_rtcp > LAST_RTCP {
            return None;
        }
        let sealed = self.transform.seal_rtcp(buffer, length, ssrc, self.next_rtcp)?;
        self.next_rtcp += 1;
        Some(sealed)
    }
}
