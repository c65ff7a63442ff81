//! Figures of the whole plane: counted by each media thread for itself, published once a second.

use std::sync::{Arc, Mutex, PoisonError};

use super::event::MediaReport;
use super::histogram::Histogram;

/// What media threads have counted since the plane started, up to a second ago.
#[derive(Debug, Clone, Default)]
pub struct PlaneStatistics {
    /// Sessions open now.
    pub sessions: u64,
    /// RTP packets sent.
    pub packets_sent: u64,
    /// RTP packets received from peers.
    pub packets_received: u64,
    /// Datagrams refused: strangers, malformed, of no negotiated payload type.
    pub packets_refused: u64,
    /// Datagrams of closed sessions that did not verify on a protected stream.
    pub srtp_forged: u64,
    /// Protected packets of closed sessions that had come before.
    pub srtp_replayed: u64,
    /// Packets not sent because a thread was late by a whole packet or more.
    pub late_ticks: u64,
    /// Events dropped because calls did not read them.
    pub events_dropped: u64,
    /// Packets of closed sessions that never arrived.
    pub packets_lost: u64,
    /// Packets of closed sessions that should have arrived.
    pub packets_expected: u64,
    /// How late each packet was sent after its ideal moment.
    pub send_pacing: Histogram,
    /// How far each received packet was from the ideal schedule of its stream.
    pub receive_pacing: Histogram,
}

impl PlaneStatistics {
    fn merge(&mut self, other: &Self) {
        self.sessions += other.sessions;
        self.packets_sent += other.packets_sent;
        self.packets_received += other.packets_received;
        self.packets_refused += other.packets_refused;
        self.srtp_forged += other.srtp_forged;
        self.srtp_replayed += other.srtp_replayed;
        self.late_ticks += other.late_ticks;
        self.events_dropped += other.events_dropped;
        self.packets_lost += other.packets_lost;
        self.packets_expected += other.packets_expected;
        self.send_pacing.merge(&other.send_pacing);
        self.receive_pacing.merge(&other.receive_pacing);
    }

    /// Adds what a closed session has lost.
    pub(super) fn count_closed(&mut self, report: &MediaReport) {
        let once = report.packets_received.saturating_sub(report.packets_duplicated);
        self.packets_lost += report.packets_lost;
        self.packets_expected += once + report.packets_lost;
        self.events_dropped += report.events_dropped;
        self.srtp_forged += report.srtp_forged;
        self.srtp_replayed += report.srtp_replayed;
    }

    /// The sum of what the threads have published.
    pub(super) fn sum<'a>(boards: impl Iterator<Item = &'a SharedStatistics>) -> Self {
        let mut sum = Self::default();
        for board in boards {
            sum.merge(&board.0.lock().unwrap_or_else(PoisonError::into_inner));
        }
        sum
    }
}

/// The counters that one media thread publishes once a second.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedStatistics(Arc<Mutex<PlaneStatistics>>);

impl SharedStatistics {
    /// Replaces the published counters. Does not allocate; waits at most for one reader to copy them.
    pub(super) fn publish(&self, statistics: &PlaneStatistics) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(statistics);
    }
}
