//! Both directions of one call, through changes of keys.
//!
//! A change of our key takes effect with the next packet. A change of the peer's key takes time to travel: packets
//! under the former key are accepted until the first one under the new key has verified, and for [`GRACE`] at most;
//! later ones are dropped and counted. The former key's windows are kept, so that nothing of it can be replayed, also
//! when the peer returns to it.

use std::time::{Duration, Instant};

use super::{SrtpKeys, SrtpReceiver, SrtpRejection, SrtpSender};

/// How long the peer's former key is good for, if nothing comes under the new one: a 200 may be lost and repeated
/// after 0.5, 1 and 2 seconds (RFC 3261 section 13.3.1.4).
const GRACE: Duration = Duration::from_secs(5);

/// What was dropped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Packets that did not verify, or were not even protected packets.
    pub forged: u64,
    /// Packets that had come before, or were too old to tell.
    pub replayed: u64,
}

/// The protection of one call.
pub struct Srtp {
    keys: SrtpKeys,
    outbound: SrtpSender,
    inbound: SrtpReceiver,
    former: Option<PreviousKeys>,
    dropped: Dropped,
}

struct PreviousKeys {
    keys: SrtpKeys,
    inbound: SrtpReceiver,
    until: Instant,
}

impl Srtp {
    /// Begins with the keys of both sides.
    pub fn new(keys: SrtpKeys) -> Self {
        Self {
            keys,
            outbound: SrtpSender::new(&keys.local),
            inbound: SrtpReceiver::new(&keys.remote, keys.remote_mki, 1),
            former: None,
            dropped: Dropped::default(),
        }
    }

    /// Goes on with the keys of a new negotiation. A key that stays keeps its counters and windows.
    pub fn rekey(&mut self, keys: SrtpKeys, now: Instant) {
        if keys.local != self.keys.local {
            self.outbound = SrtpSender::new(&keys.local);
        }
        if !same_remote(&keys, &self.keys) {
            let next = match self.former.take() {
                Some(former) if same_remote(&former.keys, &keys) => former.inbound,
                Some(_) | None => SrtpReceiver::new(&keys.remote, keys.remote_mki, self.inbound.roc()),
            };
            self.former = Some(PreviousKeys {
                keys: self.keys,
                inbound: std::mem::replace(&mut self.inbound, next),
                until: now + GRACE,
            });
        }
        self.keys = keys;
    }

    /// Protects an RTP packet as [`SrtpSender::protect_rtp`].
    pub fn protect_rtp(&mut self, buffer: &mut [u8], length: usize) -> Option<usize> {
        self.outbound.protect_rtp(buffer, length)
    }

    /// Protects a compound RTCP packet as [`SrtpSender::protect_rtcp`].
    pub fn protect_rtcp(&mut self, buffer: &mut [u8], length: usize) -> Option<usize> {
        self.outbound.protect_rtcp(buffer, length)
    }

    /// Opens an RTP packet as [`SrtpReceiver::unprotect_rtp`], and counts it when it is dropped.
    ///
    /// # Errors
    /// The packet must go no further.
    pub fn unprotect_rtp(&mut self, packet: &mut [u8], now: Instant) -> Result<usize, SrtpRejection> {
        self.open(packet, now, SrtpReceiver::unprotect_rtp)
    }

    /// Opens a compound RTCP packet as [`SrtpReceiver::unprotect_rtcp`], and counts it when it is dropped.
    ///
    /// # Errors
    /// The packet must go no further.
    pub fn unprotect_rtcp(&mut self, packet: &mut [u8], now: Instant) -> Result<usize, SrtpRejection> {
        self.open(packet, now, SrtpReceiver::unprotect_rtcp)
    }

    /// What was dropped so far.
    pub const fn dropped(&self) -> Dropped {
        self.dropped
    }

    fn open(
        &mut self,
        packet: &mut [u8],
        now: Instant,
        unprotect: impl Fn(&mut SrtpReceiver, &mut [u8]) -> Result<usize, SrtpRejection>,
    ) -> Result<usize, SrtpRejection> {
        let mut opened = unprotect(&mut self.inbound, packet);
        match &mut self.former {
            Some(former) if now < former.until => match opened {
                Ok(_) => former.until = now,
                Err(SrtpRejection::Forged) => opened = unprotect(&mut former.inbound, packet),
                Err(SrtpRejection::Malformed | SrtpRejection::Replayed | SrtpRejection::Crowded) => {}
            },
            Some(_) | None => {}
        }
        match opened {
            Ok(_) => {}
            Err(SrtpRejection::Replayed) => self.dropped.replayed += 1,
            Err(SrtpRejection::Forged | SrtpRejection::Malformed | SrtpRejection::Crowded) => {
                self.dropped.forged += 1;
            }
        }
        opened
    }
}

fn same_remote(one: &SrtpKeys, other: &SrtpKeys) -> bool {
    one.remote == other.remote && one.remote_mki == other.remote_mki
}
