//! The one place where a session's packets are protected and opened.
//!
//! On a protected stream a datagram that does not verify, or that has come before, stops here: it latches no source,
//! counts as no packet of the peer's, and never reaches digits, audio, the recording or RTCP. A stream that is plain
//! passes through. Keys of a stream that has become plain are kept, so that its packets cannot be replayed should
//! the same keys come back.

use std::time::Instant;

use super::arrival::Datagram;
use super::event::MediaReport;
use crate::rtp::srtp::{Keys, Srtp};
use crate::rtp::{Kind, classify};

/// What stands between the sockets and everything else.
pub(super) struct Shield {
    mode: Mode,
    srtp: Option<Box<Srtp>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Plain,
    Protected,
}

impl Mode {
    const fn of(keys: Option<&Keys>) -> Self {
        match keys {
            Some(_) => Self::Protected,
            None => Self::Plain,
        }
    }
}

impl Shield {
    pub(super) fn new(keys: Option<&Keys>) -> Self {
        Self {
            mode: Mode::of(keys),
            srtp: keys.map(|keys| Box::new(Srtp::new(*keys))),
        }
    }

    /// Goes on with other keys, or without.
    pub(super) fn renegotiate(&mut self, keys: Option<&Keys>, now: Instant) {
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

    /// Opens what has come into `buffer`; `None` when nothing may look at it.
    pub(super) fn open(&mut self, datagram: &Datagram, buffer: &mut [u8], now: Instant) -> Option<Datagram> {
        let Some(srtp) = self.active() else {
            return Some(*datagram);
        };
        let bytes = buffer.get_mut(..datagram.length)?;
        let opened = match classify(bytes) {
            Kind::Rtcp => srtp.unprotect_rtcp(bytes, now),
            Kind::Rtp | Kind::Other => srtp.unprotect_rtp(bytes, now),
        };
        let length = opened.ok()?;
        Some(Datagram { length, ..*datagram })
    }

    /// Fills in what was dropped.
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
