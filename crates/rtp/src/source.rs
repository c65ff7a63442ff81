//! The books kept on one SSRC (RFC 3550 appendix A.1, A.3, A.8).

use std::time::Instant;

use super::packet::{RtpTimestamp, SequenceNumber, Ssrc};
use super::rtcp::{NtpTime, ReportBlock};

/// A jump ahead by less than this is loss (RFC 3550 A.1).
const MAX_DROPOUT: i32 = 3000;
/// A step back by less than this is reordering (RFC 3550 A.1).
const MAX_MISORDER: i32 = 100;

/// How a packet stands to those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketOrder {
    /// The first of a new source.
    First,
    /// Ahead of all before it, `missing` packets being skipped.
    InOrder {
        /// Packets between the last and this one that have not arrived (yet).
        missing: u16,
    },
    /// Behind the newest, and new.
    Late,
    /// Seen before.
    Duplicate,
    /// Far from the newest: stray or the first sign of a restarted sender.
    Jumped,
}

/// Reception state of one source.
#[derive(Debug, Clone)]
pub(super) struct RtpSource {
    ssrc: Ssrc,
    heard_at: Instant,
    highest: SequenceNumber,
    wraps: u32,
    /// Extended sequence number of the first packet since the start or the last restart.
    base: u32,
    /// Bit n set: the packet n behind the highest has arrived.
    recent: u64,
    /// What the next packet must be for a jump to be a restart.
    restart_at: Option<SequenceNumber>,
    received: u64,
    duplicates: u64,
    late: u64,
    /// Expected packets before the last restart, packets outside the sequence included.
    expected_before: u64,
    reported_expected: u64,
    reported_received: u64,
    transit: Option<u32>,
    /// Jitter times 16 (RFC 3550 A.8).
    jitter_x16: u32,
    last_report: Option<(NtpTime, Instant)>,
}

impl RtpSource {
    pub(super) fn new(ssrc: Ssrc, sequence: SequenceNumber, now: Instant) -> Self {
        Self {
            ssrc,
            heard_at: now,
            highest: sequence,
            wraps: 0,
            base: u32::from(sequence.0),
            recent: 1,
            restart_at: None,
            received: 1,
            duplicates: 0,
            late: 0,
            expected_before: 0,
            reported_expected: 0,
            reported_received: 0,
            transit: None,
            jitter_x16: 0,
            last_report: None,
        }
    }

    /// Finds the packet's place in the sequence (RFC 3550 A.1).
    pub(super) fn place(&mut self, sequence: SequenceNumber, now: Instant) -> PacketOrder {
        self.heard_at = now;
        self.received += 1;
        let ahead = i32::from(sequence.ahead_of(self.highest));
        if ahead > 0 && ahead < MAX_DROPOUT {
            self.advance(sequence, ahead.unsigned_abs())
        } else if ahead <= 0 && ahead > -MAX_MISORDER {
            self.fill(ahead.unsigned_abs())
        } else if self.restart_at == Some(sequence) {
            self.restart(sequence);
            PacketOrder::InOrder { missing: 0 }
        } else {
            self.restart_at = Some(next(sequence));
            self.expected_before += 1;
            PacketOrder::Jumped
        }
    }

    fn advance(&mut self, sequence: SequenceNumber, ahead: u32) -> PacketOrder {
        if sequence.0 < self.highest.0 {
            self.wraps = self.wraps.wrapping_add(1);
        }
        self.highest = sequence;
        self.recent = self.recent.checked_shl(ahead).unwrap_or(0) | 1;
        self.restart_at = None;
        PacketOrder::InOrder {
            missing: u16::try_from(ahead - 1).unwrap_or(u16::MAX),
        }
    }

    fn fill(&mut self, behind: u32) -> PacketOrder {
        let bit = 1u64.checked_shl(behind).unwrap_or(0);
        if self.recent & bit != 0 {
            self.duplicates += 1;
            return PacketOrder::Duplicate;
        }
        self.recent |= bit;
        self.late += 1;
        PacketOrder::Late
    }

    /// The packet before this one was booked as a jump; together they begin a new sequence.
    fn restart(&mut self, sequence: SequenceNumber) {
        self.expected_before += self.expected_since_base();
        self.highest = sequence;
        self.wraps = 0;
        self.base = u32::from(sequence.0);
        self.recent = 1;
        self.restart_at = None;
        self.transit = None;
    }

    /// Updates the jitter estimate with a packet of audio (RFC 3550 A.8).
    pub(super) fn time(&mut self, timestamp: RtpTimestamp, arrival_units: u32) {
        let transit = arrival_units.wrapping_sub(timestamp.0);
        if let Some(before) = self.transit.replace(transit) {
            let difference = transit.wrapping_sub(before).cast_signed().unsigned_abs();
            let decay = self.jitter_x16.saturating_add(8) >> 4;
            self.jitter_x16 = self.jitter_x16.saturating_add(difference) - decay;
        }
    }

    /// Forgets the jitter, which was counted in another clock.
    pub(super) fn forget_timing(&mut self) {
        self.transit = None;
        self.jitter_x16 = 0;
    }

    pub(super) fn note_report(&mut self, ntp: NtpTime, now: Instant) {
        self.last_report = Some((ntp, now));
    }

    /// The report block due now (RFC 3550 A.3); `None` when nothing was heard since the last.
    pub(super) fn report(&mut self, now: Instant) -> Option<ReportBlock> {
        let received = self.received - self.reported_received;
        if received == 0 {
            return None;
        }
        let expected = self.expected().saturating_sub(self.reported_expected);
        let lost = expected.saturating_sub(received);
        let fraction = lost * 256 / expected.max(1);
        self.reported_expected = self.expected();
        self.reported_received = self.received;
        let (last_sender_report, delay) = match self.last_report {
            Some((ntp, at)) => (
                ntp.middle(),
                now.saturating_duration_since(at).as_nanos() * 65536 / 1_000_000_000,
            ),
            None => (0, 0),
        };
        let cumulative = i128::from(self.expected()) - i128::from(self.received);
        Some(ReportBlock {
            ssrc: self.ssrc,
            fraction_lost: u8::try_from(fraction).unwrap_or(u8::MAX),
            cumulative_lost: i32::try_from(cumulative.clamp(-0x80_0000, 0x7F_FFFF)).unwrap_or(0),
            highest_sequence: self.highest_sequence(),
            jitter: self.jitter_units(),
            last_sender_report,
            delay_since_last_sender_report: u32::try_from(delay).unwrap_or(u32::MAX),
        })
    }

    fn expected_since_base(&self) -> u64 {
        u64::from(self.highest_sequence().wrapping_sub(self.base)) + 1
    }

    fn expected(&self) -> u64 {
        self.expected_before + self.expected_since_base()
    }

    pub(super) fn highest_sequence(&self) -> u32 {
        self.wraps << 16 | u32::from(self.highest.0)
    }

    pub(super) fn ssrc(&self) -> Ssrc {
        self.ssrc
    }

    pub(super) fn heard_at(&self) -> Instant {
        self.heard_at
    }

    pub(super) fn is_timed(&self) -> bool {
        self.transit.is_some()
    }

    pub(super) fn jitter_units(&self) -> u32 {
        self.jitter_x16 >> 4
    }

    pub(super) fn received(&self) -> u64 {
        self.received
    }

    pub(super) fn duplicates(&self) -> u64 {
        self.duplicates
    }

    pub(super) fn late(&self) -> u64 {
        self.late
    }

    /// Packets that never came; packets that came twice do not make up for them.
    pub(super) fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received - self.duplicates)
    }
}

/// The sequence number after `sequence`.
fn next(sequence: SequenceNumber) -> SequenceNumber {
    SequenceNumber(sequence.0.wrapping_add(1))
}
