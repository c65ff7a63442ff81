//! Opening what the peer sends.

use super::index::Seen;
use super::transform::Transform;
use super::{Forged, MasterKey, Mki, RtpHeader, rtcp_ssrc};

/// Sources that are told apart under one key. A phone has one, or one more for its events, or a new one after each
/// hold; forgetting one would open it to replays, so that the next one is refused.
const MOST_SOURCES: usize = 32;

/// Why a packet goes no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SrtpRejection {
    /// Neither RTP nor RTCP, or too short to be protected.
    #[error("not a protected packet")]
    Malformed,
    /// Its tag does not verify: altered, made up, not protected at all, or under another key.
    #[error("the packet does not verify")]
    Forged,
    /// It has come before, or is too old to tell.
    #[error("the packet has come before")]
    Replayed,
    /// It claims to be of yet another source, after 32 that were.
    #[error("the packet is of one source too many")]
    Crowded,
}

impl From<Forged> for SrtpRejection {
    fn from(_: Forged) -> Self {
        Self::Forged
    }
}

/// The receiving direction under one master key.
pub struct SrtpReceiver {
    transform: Transform,
    mki: Option<Mki>,
    rtp: Vec<(u32, Seen)>,
    rtcp: Vec<(u32, Seen)>,
    /// What the roll-over counter may be at the beginning, besides 0.
    first_roc: u32,
}

impl SrtpReceiver {
    /// Begins with a key. The roll-over counter of the first packet is 0; the packets before it may have been lost
    /// together with a wrap of the sequence number, or the peer may have kept it from a former key: `first_roc`, as
    /// [`SrtpReceiver::roc`] tells of that one, is tried as well.
    pub fn new(master: &MasterKey, mki: Option<Mki>, first_roc: u32) -> Self {
        Self {
            transform: Transform::new(master),
            mki,
            rtp: Vec::with_capacity(MOST_SOURCES),
            rtcp: Vec::with_capacity(MOST_SOURCES),
            first_roc,
        }
    }

    /// The roll-over counter of the source heard last, or 1 before there is one.
    pub fn roc(&self) -> u32 {
        let last = self.rtp.last().map(|(_, seen)| seen.newest() >> 16);
        last.and_then(|roc| u32::try_from(roc).ok()).unwrap_or(1).max(1)
    }

    /// Whether any packet has verified.
    pub fn has_heard(&self) -> bool {
        !self.rtp.is_empty() || !self.rtcp.is_empty()
    }

    /// Opens an RTP packet in place and returns the length of what was protected.
    ///
    /// # Errors
    /// Neither the packet nor the state has changed then.
    pub fn unprotect_rtp(&mut self, packet: &mut [u8]) -> Result<usize, SrtpRejection> {
        let head = RtpHeader::read(packet).ok_or(SrtpRejection::Malformed)?;
        let mki = self.mki.as_ref().map_or(&[][..], Mki::as_bytes);
        let known = self.rtp.iter_mut().find(|(ssrc, _)| *ssrc == head.ssrc);
        if let Some((_, seen)) = known {
            let index = seen
                .estimate(head.sequence)
                .filter(|index| seen.is_new(*index))
                .ok_or(SrtpRejection::Replayed)?;
            let length = self
                .transform
                .open_rtp(packet, head.octets, mki, head.ssrc, index)?;
            seen.note(index);
            return Ok(length);
        }
        if self.rtp.len() >= MOST_SOURCES {
            return Err(SrtpRejection::Crowded);
        }
        for roc in [0, self.first_roc] {
            let index = u64::from(roc) << 16 | u64::from(head.sequence);
            if let Ok(length) = self
                .transform
                .open_rtp(packet, head.octets, mki, head.ssrc, index)
            {
                self.rtp.push((head.ssrc, Seen::first(index)));
                return Ok(length);
            }
        }
        Err(SrtpRejection::Forged)
    }

    /// Opens a compound RTCP packet in place and returns the length of what was protected. One that says that it is
    /// not encrypted counts as forged: that is never negotiated.
    ///
    /// # Errors
    /// Neither the packet nor the state has changed then.
    pub fn unprotect_rtcp(&mut self, packet: &mut [u8]) -> Result<usize, SrtpRejection> {
        let ssrc = rtcp_ssrc(packet).ok_or(SrtpRejection::Malformed)?;
        let mki = self.mki.as_ref().map_or(&[][..], Mki::as_bytes);
        let word = self
            .transform
            .rtcp_word(packet, mki)
            .ok_or(SrtpRejection::Malformed)?;
        let index = word & !(1 << 31);
        if word == index {
            return Err(SrtpRejection::Forged);
        }
        let known = self.rtcp.iter_mut().find(|(known, _)| *known == ssrc);
        if let Some((_, seen)) = known {
            if !seen.is_new(index.into()) {
                return Err(SrtpRejection::Replayed);
            }
            let length = self.transform.open_rtcp(packet, mki, ssrc, index)?;
            seen.note(index.into());
            return Ok(length);
        }
        if self.rtcp.len() >= MOST_SOURCES {
            return Err(SrtpRejection::Crowded);
        }
        let length = self.transform.open_rtcp(packet, mki, ssrc, index)?;
        self.rtcp.push((ssrc, Seen::first(index.into())));
        Ok(length)
    }
}
