//! The one place where a session's packets are protected and opened.
//!
//! On an SRTP stream a datagram that does not verify, or that is a replay, is dropped here: it latches no source,
//! is not counted as a packet of the peer, and never reaches digits, audio, the recording or RTCP. Packets of a plain stream
//! pass unchanged. When a stream becomes plain its keys are kept, so that its packets cannot be replayed if the same
//! keys return.

use std::time::Instant;

use super::event::MediaReport;
use super::socket::Datagram;
use aftercall_rtp::srtp::{Srtp, SrtpKeys};
use aftercall_rtp::{DatagramKind, classify};

/// Protects what a session sends and verifies what it receives.
pub(super) struct SrtpSession {
    mode: Mode,
    srtp: Option<Box<Srtp>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Plain,
    Protected,
}

impl Mode {
    const fn of(keys: Option<&SrtpKeys>) -> Self {
        match keys {
            Some(_) => Self::Protected,
            None => Self::Plain,
        }
    }
}

impl SrtpSession {
    pub(super) fn new(keys: Option<&SrtpKeys>) -> Self {
        Self {
            mode: Mode::of(keys),
            srtp: keys.map(|keys| Box::new(Srtp::new(*keys))),
        }
    }

    /// Continues with other keys, or without.
    pub(super) fn renegotiate(&mut self, keys: Option<&SrtpKeys>, now: Instant) {
        self.mode = Mode::of(keys);
        match (&mut self.srtp, keys) {
            (Some(srtp), Some(keys)) => srtp.rekey(*keys, now),
            (None, Some(keys)) => self.srtp = Some(Box::new(Srtp::new(*keys))),
            (_, None) => {}
        }
    }

    /// Protects the RTP packet in the first `length` octets; `None` when it must not be sent.
    pub(super) fn protect_rtp(&mut self, buffer: &mut [u8], length: usize) -> Option<usize> {
        match self.active() {
            Some(srtp) => srtp.protect_rtp(buffer, length),
            None => Some(length),
        }
    }

    /// Protects the RTCP packet in the first `length` octets; `None` when it must not be sent.
    pub(super) fn protect_rtcp(&mut self, buffer: &mut [u8], length: usize) -> Option<usize> {
        match self.active() {
            Some(srtp) => srtp.protect_rtcp(buffer, length),
            None => Some(length),
        }
    }

    /// Verifies and decrypts the datagram in `buffer`, in place; `None` when it must be dropped.
    pub(super) fn open(&mut self, datagram: &Datagram, buffer: &mut [u8], now: Instant) -> Option<Datagram> {
        let Some(srtp) = self.active() else {
            return Some(*datagram);
        };
        let bytes = buffer.get_mut(..datagram.length)?;
        let opened = match classify(bytes) {
            DatagramKind::Rtcp => srtp.unprotect_rtcp(bytes, now),
            DatagramKind::Rtp | DatagramKind::Other => srtp.unprotect_rtp(bytes, now),
        };
        let length = opened.ok()?;
        Some(Datagram { length, ..*datagram })
    }

    /// Fills in how many packets were dropped.
    pub(super) fn fill_in(&self, report: &mut MediaReport) {
        let dropped = self.srtp.as_ref().map(|srtp| srtp.dropped()).unwrap_or_default();
        report.srtp_forged = dropped.forged;
        report.srtp_replayed = dropped.replayed;
    }

    fn active(&mut self) -> Option<&mut Srtp> {
        match self.mode {
            Mode::Protected => self.srtp.as_deref_mut(),
            Mode::Plain => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::{Datagram, SrtpSession};
    use aftercall_rtp::srtp::{MAX_OVERHEAD, MasterKey, SrtpKeys, Suite};
    use aftercall_runtime::clock::monotonic;

    const RTP: [u8; 16] = [0x80, 8, 0, 1, 0, 0, 0, 160, 0, 0, 0, 1, 1, 2, 3, 4];
    /// A receiver report without blocks.
    const RTCP: [u8; 8] = [0x80, 201, 0, 1, 0, 0, 0, 1];
    const TAG: usize = 10;

    fn keys(ours: u64, theirs: u64) -> SrtpKeys {
        let key = |seed| MasterKey::draw(Suite::AesCm128HmacSha1_80, &mut StdRng::seed_from_u64(seed));
        SrtpKeys {
            local: key(ours),
            remote: key(theirs),
            remote_mki: None,
        }
    }

    fn sealed(srtp: &mut SrtpSession, packet: &[u8]) -> Vec<u8> {
        let mut buffer = [packet, &[0; MAX_OVERHEAD]].concat();
        let length = match packet == RTCP {
            true => srtp.protect_rtcp(&mut buffer, packet.len()),
            false => srtp.protect_rtp(&mut buffer, packet.len()),
        };
        buffer.truncate(length.unwrap());
        buffer
    }

    fn opens(srtp: &mut SrtpSession, packet: &[u8], now: Instant) -> bool {
        let datagram = Datagram {
            length: packet.len(),
            source: ([127, 0, 0, 1], 4_000).into(),
            arrival: now,
            age: None,
        };
        srtp.open(&datagram, &mut packet.to_vec(), now).is_some()
    }

    #[test]
    fn packets_of_before_a_plain_phase_are_not_opened_when_the_keys_come_back() {
        let now = monotonic();
        let mut peer = SrtpSession::new(Some(&keys(2, 1)));
        let mut srtp = SrtpSession::new(Some(&keys(1, 2)));
        for packet in [&RTP[..], &RTCP[..]] {
            let sent = sealed(&mut peer, packet);
            assert!(opens(&mut srtp, &sent, now));
            srtp.renegotiate(None, now);
            srtp.renegotiate(Some(&keys(1, 2)), now + Duration::from_secs(60));
            assert!(
                !opens(&mut srtp, &sent, now + Duration::from_secs(60)),
                "it has come before (RFC 3711 section 3.3.2)"
            );
            let next = sealed(&mut peer, &RTCP);
            assert!(
                opens(&mut srtp, &next, now + Duration::from_secs(60)),
                "a new one is"
            );
        }
    }

    #[test]
    fn what_we_send_after_a_plain_phase_goes_on_with_the_counters_of_before() {
        let now = monotonic();
        let mut srtp = SrtpSession::new(Some(&keys(1, 2)));
        let index = |packet: &[u8]| {
            let word = &packet[packet.len() - TAG - 4..packet.len() - TAG];
            u32::from_be_bytes(word.try_into().unwrap()) & 0x7FFF_FFFF
        };
        let before = index(&sealed(&mut srtp, &RTCP));
        srtp.renegotiate(None, now);
        assert_eq!(sealed(&mut srtp, &RTCP), RTCP, "a plain phase is plain");
        srtp.renegotiate(Some(&keys(1, 2)), now);
        assert_eq!(
            index(&sealed(&mut srtp, &RTCP)),
            before + 1,
            "an index is used once under a key, or its keystream would be used twice (RFC 3711 section 9.1)"
        );
    }
}
