//! What the sessions of one media thread share: a buffer, counters, randomness and the time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::DateTime;
use rand::rngs::StdRng;

use super::in_band::InBandDtmf;
use super::socket::ClockReading;
use super::statistics::PlaneStatistics;
use aftercall_rtp::rtcp::NtpTime;
use aftercall_runtime::clock::Clock;

/// The largest datagram read; RTP of a phone call is far below the MTU.
pub(super) const DATAGRAM: usize = 2_048;

/// Two clocks that were read within this time count as read at the same moment.
const CLOCKS_APART: Duration = Duration::from_micros(50);
/// How often both clocks are read at most, to get such a pair.
const CLOCK_READINGS: usize = 3;

/// The clocks and settings of a plane, the same for all of its threads.
#[derive(Debug, Clone)]
pub(super) struct ThreadSettings {
    pub(super) epoch: Instant,
    /// Wall time at `epoch`, since the Unix epoch.
    pub(super) epoch_wall: Duration,
    pub(super) clock: Arc<dyn Clock>,
    /// Silence of a peer after which it is reported; zero never reports.
    pub(super) rtp_timeout: Duration,
    pub(super) in_band_dtmf: InBandDtmf,
}

/// What all sessions of one media thread use in turn. One buffer serves all of them, so a session needs none of its own.
pub(super) struct ThreadContext {
    pub(super) timing: ThreadSettings,
    pub(super) rng: StdRng,
    pub(super) statistics: PlaneStatistics,
    pub(super) buffer: Box<[u8; DATAGRAM]>,
    /// Reads the time between the packets of a tick; `None` where time is simulated.
    pub(super) watch: Option<fn() -> Instant>,
}

impl ThreadContext {
    pub(super) fn new(timing: ThreadSettings, rng: StdRng) -> Self {
        Self {
            timing,
            rng,
            statistics: PlaneStatistics::default(),
            buffer: Box::new([0; DATAGRAM]),
            watch: None,
        }
    }

    /// The current time; later than `now` within a tick.
    pub(super) fn moment(&self, now: Instant) -> Instant {
        self.watch.map_or(now, |read| read())
    }

    /// Both clocks now, to convert the kernel's arrival times. Read again when the thread was preempted between the two
    /// readings, because round-trip times are computed from them.
    pub(super) fn clocks(&self, now: Instant) -> ClockReading {
        let mut moment = self.read_clocks(now);
        for _ in 1..CLOCK_READINGS {
            let (read, apart) = moment;
            if apart < CLOCKS_APART {
                return read;
            }
            moment = self.read_clocks(now);
        }
        moment.0
    }

    /// Both clocks, and how long reading them took.
    fn read_clocks(&self, now: Instant) -> (ClockReading, Duration) {
        let before = self.moment(now);
        let wall = self
            .timing
            .clock
            .utc()
            .signed_duration_since(DateTime::UNIX_EPOCH);
        let apart = self.moment(now).saturating_duration_since(before);
        let moment = ClockReading {
            monotonic: before + apart / 2,
            wall: wall.to_std().unwrap_or_default(),
        };
        (moment, apart)
    }

    /// Wall time for sender reports. Counted by the monotonic clock since the plane started, so that a step of the wall clock
    /// does not change the interval that the peer computes between two reports.
    pub(super) fn ntp(&self, now: Instant) -> NtpTime {
        let elapsed = now.saturating_duration_since(self.timing.epoch);
        NtpTime::from_unix(self.timing.epoch_wall + elapsed)
    }
}
