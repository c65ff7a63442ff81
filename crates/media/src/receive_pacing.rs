//! How regularly the packets of a stream arrive. Pure.

use std::time::{Duration, Instant};

/// Compares packets' arrivals with the schedule that their RTP timestamps promise.
///
/// The packet with the least delay so far defines the schedule, because no packet can be early. How much later than
/// that another one arrives is its pacing error, caused by the sender and the network.
#[derive(Debug, Clone, Default)]
pub(super) struct ReceivePacing {
    earliest: Option<ReferencePacket>,
}

#[derive(Debug, Clone, Copy)]
struct ReferencePacket {
    timestamp: u32,
    arrival: Instant,
}

impl ReceivePacing {
    /// The pacing error of a packet; `None` for the first one, and for one whose timestamp jumps.
    pub(super) fn error(&mut self, timestamp: u32, clock_rate: u32, arrival: Instant) -> Option<Duration> {
        let here = ReferencePacket { timestamp, arrival };
        let Some(earliest) = self.earliest else {
            self.earliest = Some(here);
            return None;
        };
        let units = timestamp.wrapping_sub(earliest.timestamp).cast_signed();
        let promised =
            Duration::from_secs_f64(f64::from(units.unsigned_abs()) / f64::from(clock_rate.max(1)));
        let expected = match units {
            0.. => earliest.arrival.checked_add(promised),
            _ => earliest.arrival.checked_sub(promised),
        };
        let Some(late) = expected.and_then(|expected| arrival.checked_duration_since(expected)) else {
            // The new least delay. The errors of earlier packets were too small; they are not corrected.
            self.earliest = Some(here);
            return expected.map(|_| Duration::ZERO);
        };
        if late > JUMP {
            self.earliest = Some(here);
            return None;
        }
        Some(late)
    }

    /// Starts a new schedule: another stream begins.
    pub(super) fn restart(&mut self) {
        self.earliest = None;
    }
}

/// A packet that is later than this belongs to a new timeline: the sender's timestamps have jumped.
const JUMP: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::ReceivePacing;
    use aftercall_runtime::clock::monotonic;

    #[test]
    fn error_is_the_delay_over_the_least_delay() {
        let origin = monotonic();
        let at = |micros| origin + Duration::from_micros(micros);
        let micros = |n| Some(Duration::from_micros(n));
        let mut schedule = ReceivePacing::default();
        let start = u32::MAX - 80;
        let mut error =
            |packet: u32, arrival| schedule.error(start.wrapping_add(packet * 160), 8_000, at(arrival));
        assert_eq!(error(0, 500), None);
        assert_eq!(error(1, 20_700), micros(200));
        assert_eq!(error(2, 40_100), micros(0));
        assert_eq!(error(3, 60_500), micros(400));
        assert_eq!(error(50, 1_000_100), micros(0));
        assert_eq!(error(51, 9_000_000), None);
        assert_eq!(error(52, 9_020_010), micros(10));
    }
}
