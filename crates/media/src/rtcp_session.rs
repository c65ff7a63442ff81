//! The RTCP of a session: when to report, and what the peer reports (RFC 3550 section 6).

use std::time::{Duration, Instant};

use rand::{Rng, RngExt};

use super::event::{EventQueue, MediaEvent, MediaReport};
use aftercall_rtp::rtcp::{NtpTime, Participation, ReportBlock, RtcpPacket, RtcpReport, read};
use aftercall_rtp::{Receiver, Sender, Ssrc};

/// The least interval of RFC 3550 section 6.2; with two members nothing makes it longer.
const INTERVAL: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct RtcpSession {
    cname: String,
    next_report: Instant,
    received: u64,
    refused: u64,
    remote_loss: Option<f64>,
    round_trip: Option<Duration>,
    peer_left: bool,
}

impl RtcpSession {
    /// Reports under this CNAME; the first report after half an interval (RFC 3550 section 6.2).
    pub(super) fn new(cname: String, now: Instant, rng: &mut impl Rng) -> Self {
        Self {
            cname,
            next_report: now + randomised(INTERVAL / 2, rng),
            received: 0,
            refused: 0,
            remote_loss: None,
            round_trip: None,
            peer_left: false,
        }
    }

    /// Whether a report is due; if so, the next one is due a random interval later.
    pub(super) fn take_due(&mut self, now: Instant, rng: &mut impl Rng) -> bool {
        let due = now >= self.next_report;
        if due {
            self.next_report = now + randomised(INTERVAL, rng);
        }
        due
    }

    /// Writes a report for this moment, which must be the moment of sending: the peer computes the round-trip time with it.
    /// `None` when `out` is too short. Does not allocate.
    pub(super) fn write(
        &self,
        sender: &Sender,
        receiver: &mut Receiver,
        then: Participation,
        now: (Instant, NtpTime),
        out: &mut [u8],
    ) -> Option<usize> {
        let (instant, ntp) = now;
        let mut blocks: [Option<ReportBlock>; 4] = [None; 4];
        for (room, block) in blocks.iter_mut().zip(receiver.reports(instant)) {
            *room = Some(block);
        }
        let mut written = [NO_BLOCK; 4];
        let mut count = 0;
        for (room, block) in written.iter_mut().zip(blocks.into_iter().flatten()) {
            *room = block;
            count += 1;
        }
        let report = RtcpReport {
            ssrc: sender.ssrc(),
            sender: sender.sender_info(ntp),
            blocks: written.get(..count).unwrap_or_default(),
            cname: &self.cname,
            then,
        };
        report.write(out)
    }

    /// Handles a datagram of the peer's host. `arrival` is when the kernel received it: the RTCP port is read once a second
    /// only, and a round-trip time must not contain that wait.
    pub(super) fn handle(
        &mut self,
        datagram: &[u8],
        ours: Ssrc,
        receiver: &mut Receiver,
        arrival: (Instant, NtpTime),
        events: &mut EventQueue,
    ) {
        let mut understood = false;
        for packet in read(datagram).map_while(Result::ok) {
            understood = true;
            match packet {
                RtcpPacket::Report { ssrc, sender, blocks } => {
                    if let Some(sender) = sender {
                        receiver.handle_sender_report(ssrc, sender.ntp, arrival.0);
                    }
                    for block in blocks.filter(|block| block.ssrc == ours) {
                        self.remote_loss = Some(f64::from(block.fraction_lost) / 256.0);
                        self.round_trip = block.round_trip(arrival.1).or(self.round_trip);
                    }
                }
                RtcpPacket::Bye { .. } => {
                    if !std::mem::replace(&mut self.peer_left, true) {
                        events.push(MediaEvent::PeerLeft);
                    }
                }
                RtcpPacket::Other { .. } => {}
            }
        }
        match understood {
            true => self.received += 1,
            false => self.refused += 1,
        }
    }

    /// Counts a datagram of another host than the peer's.
    pub(super) fn refuse(&mut self) {
        self.refused += 1;
    }

    pub(super) fn fill_in(&self, report: &mut MediaReport) {
        report.rtcp_received = self.received;
        report.rtcp_refused = self.refused;
        report.remote_loss = self.remote_loss;
        report.round_trip = self.round_trip;
    }
}

const NO_BLOCK: ReportBlock = ReportBlock {
    ssrc: Ssrc(0),
    fraction_lost: 0,
    cumulative_lost: 0,
    highest_sequence: 0,
    jitter: 0,
    last_sender_report: 0,
    delay_since_last_sender_report: 0,
};

/// Between half and one and a half times the interval (RFC 3550 section 6.3.1).
fn randomised(interval: Duration, rng: &mut impl Rng) -> Duration {
    interval.mul_f64(rng.random_range(0.5..=1.5))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::RtcpSession;
    use aftercall_runtime::clock::monotonic;

    #[test]
    fn reports_are_due_at_random_between_half_and_one_and_a_half_intervals() {
        let mut rng = StdRng::seed_from_u64(3);
        let origin = monotonic();
        let mut control = RtcpSession::new(String::new(), origin, &mut rng);
        let mut reported = Vec::new();
        for ms in 0..600_000 {
            if control.take_due(origin + Duration::from_millis(ms), &mut rng) {
                reported.push(ms);
            }
        }
        assert!(
            (1_250..=3_750).contains(&reported[0]),
            "first after {} ms",
            reported[0]
        );
        let gaps: Vec<u64> = reported.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| (2_500..=7_501).contains(gap)), "{gaps:?}");
        let mean = gaps.iter().sum::<u64>() / gaps.len() as u64;
        assert!((4_500..=5_500).contains(&mean), "mean gap {mean} ms");
    }
}
