//! Reception statistics of one call (RFC 3550 sections 6.4.1, A.1, A.3, A.8).
//!
//! Differences from the RFC's sample code, on purpose: a source needs no probation, because the latch has already
//! chosen whom to hear; duplicates are found within the last 64 packets and reported apart; a few sources live side
//! by side, because some peers send telephone events on an SSRC of their own. Totals outlive a source.

use std::time::{Duration, Instant};

use super::packet::{Packet, Ssrc};
use super::rtcp::{NtpTime, ReportBlock};
use super::source::{PacketOrder, RtpSource};

/// Sources remembered at a time; the one silent for longest makes room.
const SOURCES: usize = 4;

/// What a packet carries, as far as statistics care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PacketContent {
    /// Audio: its timestamp follows the clock, so it counts for jitter.
    Audio,
    /// A telephone event: its timestamp is frozen.
    Event,
    /// Comfort noise or a keep-alive: it has its place in the sequence, and says nothing about the clock.
    Filler,
}

/// What was received in a call so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReceiverStatistics {
    /// Packets that arrived, duplicates included.
    pub received: u64,
    /// Packets that never arrived, as far as is known now.
    pub lost: u64,
    /// Packets that arrived again.
    pub duplicates: u64,
    /// Packets that arrived behind a newer one.
    pub late: u64,
    /// Interarrival jitter of the source heard last.
    pub jitter: Duration,
    /// Sources heard: 1 in a plain call.
    pub sources: u32,
}

/// Counts what a peer sends.
#[derive(Debug, Clone)]
pub struct Receiver {
    clock_rate: u32,
    epoch: Option<Instant>,
    sources: [Option<RtpSource>; SOURCES],
    closed: ReceiverStatistics,
}

impl Receiver {
    /// Statistics of a stream whose timestamps count `clock_rate` Hz.
    pub fn new(clock_rate: u32) -> Self {
        Self {
            clock_rate: clock_rate.max(1),
            epoch: None,
            sources: [const { None }; SOURCES],
            closed: ReceiverStatistics::default(),
        }
    }

    /// Follows a new negotiation: timestamps count another clock from now on, and jitter begins anew.
    pub fn renegotiate(&mut self, clock_rate: u32) {
        if self.clock_rate != clock_rate.max(1) {
            self.clock_rate = clock_rate.max(1);
            self.sources
                .iter_mut()
                .flatten()
                .for_each(RtpSource::forget_timing);
        }
    }

    /// Counts one packet that arrived at `now`.
    pub fn handle(&mut self, packet: &Packet<'_>, carries: PacketContent, now: Instant) -> PacketOrder {
        let arrival_units = self.arrival_units(now);
        let Some(source) = self.source_mut(packet.ssrc) else {
            self.admit(
                RtpSource::new(packet.ssrc, packet.sequence, now),
                packet,
                carries,
                arrival_units,
            );
            return PacketOrder::First;
        };
        let arrival = source.place(packet.sequence, now);
        if matches!(arrival, PacketOrder::InOrder { .. }) && carries == PacketContent::Audio {
            source.time(packet.timestamp, arrival_units);
        }
        arrival
    }

    /// Notes a sender report of `ssrc`, so that our next report lets the peer compute the round trip.
    pub fn handle_sender_report(&mut self, ssrc: Ssrc, ntp: NtpTime, now: Instant) {
        if let Some(source) = self.source_mut(ssrc) {
            source.note_report(ntp, now);
        }
    }

    /// The reception reports that are due now, one per source heard since the last call (RFC 3550 section 6.4.1).
    pub fn reports(&mut self, now: Instant) -> impl Iterator<Item = ReportBlock> {
        self.sources
            .iter_mut()
            .flatten()
            .filter_map(move |source| source.report(now))
    }

    /// The call so far.
    pub fn statistics(&self) -> ReceiverStatistics {
        let mut total = self.closed;
        for source in self.sources.iter().flatten() {
            add(&mut total, source);
        }
        let newest = self
            .sources
            .iter()
            .flatten()
            .filter(|source| source.is_timed())
            .max_by_key(|source| source.heard_at());
        if let Some(source) = newest {
            let micros = u64::from(source.jitter_units()) * 1_000_000 / u64::from(self.clock_rate);
            total.jitter = Duration::from_micros(micros);
        }
        total
    }

    /// The highest sequence number of `ssrc`, extended by its wraps.
    pub fn highest_sequence(&self, ssrc: Ssrc) -> Option<u32> {
        self.sources
            .iter()
            .flatten()
            .find(|source| source.ssrc() == ssrc)
            .map(RtpSource::highest_sequence)
    }

    fn source_mut(&mut self, ssrc: Ssrc) -> Option<&mut RtpSource> {
        self.sources
            .iter_mut()
            .flatten()
            .find(|source| source.ssrc() == ssrc)
    }

    fn admit(
        &mut self,
        mut source: RtpSource,
        packet: &Packet<'_>,
        carries: PacketContent,
        arrival_units: u32,
    ) {
        if carries == PacketContent::Audio {
            source.time(packet.timestamp, arrival_units);
        }
        let room = self
            .sources
            .iter_mut()
            .min_by_key(|slot| slot.as_ref().map(RtpSource::heard_at));
        if let Some(slot) = room
            && let Some(forgotten) = slot.replace(source)
        {
            add(&mut self.closed, &forgotten);
        }
    }

    /// `now` on a clock of `clock_rate` Hz from the first packet on; wraps like the timestamps it is compared with.
    fn arrival_units(&mut self, now: Instant) -> u32 {
        let epoch = *self.epoch.get_or_insert(now);
        let micros = now.saturating_duration_since(epoch).as_micros();
        let units = micros * u128::from(self.clock_rate) / 1_000_000;
        u32::try_from(units & u128::from(u32::MAX)).expect("masked to 32 bits")
    }
}

fn add(total: &mut ReceiverStatistics, source: &RtpSource) {
    total.received += source.received();
    total.lost += source.lost();
    total.duplicates += source.duplicates();
    total.late += source.late();
    total.sources += 1;
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test needs some starting instant")]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

    use super::{PacketContent, PacketOrder, Receiver};
    use crate::{NtpTime, Packet, RtpTimestamp, SequenceNumber, Ssrc};

    fn packet(ssrc: u32, sequence: u16, timestamp: u32) -> Packet<'static> {
        Packet {
            payload_type: 0,
            marker: false,
            sequence: SequenceNumber(sequence),
            timestamp: RtpTimestamp(timestamp),
            ssrc: Ssrc(ssrc),
            payload: &[],
        }
    }

    fn feed(receiver: &mut Receiver, sequences: &[u16]) -> Vec<PacketOrder> {
        let now = Instant::now();
        sequences
            .iter()
            .map(|sequence| receiver.handle(&packet(1, *sequence, 0), PacketContent::Event, now))
            .collect()
    }

    #[test]
    fn sequence_wrap_extends_and_loses_nothing() {
        let mut receiver = Receiver::new(8000);
        feed(&mut receiver, &[65534, 65535, 0, 1]);
        assert_eq!(receiver.highest_sequence(Ssrc(1)), Some(65536 + 1));
        assert_eq!(receiver.statistics().lost, 0);
    }

    #[test]
    fn loss_lateness_and_duplicates_are_told_apart() {
        let mut receiver = Receiver::new(8000);
        let arrivals = feed(&mut receiver, &[10, 11, 14, 12, 12, 14, 15]);
        assert_eq!(
            arrivals,
            [
                PacketOrder::First,
                PacketOrder::InOrder { missing: 0 },
                PacketOrder::InOrder { missing: 2 },
                PacketOrder::Late,
                PacketOrder::Duplicate,
                PacketOrder::Duplicate,
                PacketOrder::InOrder { missing: 0 },
            ]
        );
        let statistics = receiver.statistics();
        assert_eq!(
            (
                statistics.received,
                statistics.lost,
                statistics.duplicates,
                statistics.late
            ),
            (7, 1, 2, 1)
        );
    }

    #[test]
    fn a_stray_sequence_number_is_ignored_and_two_in_a_row_are_a_restart() {
        let mut receiver = Receiver::new(8000);
        let arrivals = feed(&mut receiver, &[10, 11, 30000, 12, 40000, 40001, 40002]);
        assert_eq!(arrivals[2], PacketOrder::Jumped);
        assert_eq!(arrivals[3], PacketOrder::InOrder { missing: 0 });
        assert_eq!(
            arrivals[5],
            PacketOrder::InOrder { missing: 0 },
            "the sender restarted"
        );
        let statistics = receiver.statistics();
        assert_eq!(statistics.lost, 0, "a restart is no loss");
        assert_eq!(statistics.received, 7);
    }

    #[test]
    fn a_changed_ssrc_starts_anew_and_totals_go_on() {
        let (mut receiver, now) = (Receiver::new(8000), Instant::now());
        for (ssrc, sequence) in [(1, 5), (1, 7), (2, 900), (2, 901), (1, 8)] {
            receiver.handle(&packet(ssrc, sequence, 0), PacketContent::Audio, now);
        }
        let statistics = receiver.statistics();
        assert_eq!(
            (statistics.sources, statistics.received, statistics.lost),
            (2, 5, 1)
        );
    }

    #[test]
    fn a_flood_of_sources_keeps_totals_in_bounded_memory() {
        let (mut receiver, now) = (Receiver::new(8000), Instant::now());
        for ssrc in 0..100 {
            receiver.handle(
                &packet(ssrc, 1, 0),
                PacketContent::Audio,
                now + Duration::from_millis(ssrc.into()),
            );
        }
        assert_eq!(receiver.statistics().received, 100);
        assert_eq!(receiver.statistics().sources, 100);
        assert_eq!(receiver.reports(now).count(), super::SOURCES);
    }

    #[test]
    fn jitter_is_zero_for_an_even_stream_and_follows_the_formula_for_an_uneven_one() {
        let start = Instant::now();
        let mut even = Receiver::new(8000);
        let mut uneven = Receiver::new(8000);
        for step in 0..100u16 {
            let now = start + Duration::from_millis(20) * u32::from(step);
            even.handle(&packet(1, step, u32::from(step) * 160), PacketContent::Audio, now);
            let wobble = Duration::from_millis(if step % 2 == 0 { 0 } else { 10 });
            uneven.handle(
                &packet(1, step, u32::from(step) * 160),
                PacketContent::Audio,
                now + wobble,
            );
        }
        assert_eq!(even.statistics().jitter, Duration::ZERO);
        let jitter = uneven.statistics().jitter;
        let expected = Duration::from_millis(9)..Duration::from_micros(10_001);
        assert!(
            expected.contains(&jitter),
            "|D| is 10 ms each time, J tends to it: {jitter:?}"
        );
    }

    #[test]
    fn events_with_their_frozen_timestamp_do_not_count_as_jitter() {
        let (start, mut receiver) = (Instant::now(), Receiver::new(8000));
        for step in 0..50u16 {
            let now = start + Duration::from_millis(20) * u32::from(step);
            let (carries, timestamp) = match step {
                10..20 => (PacketContent::Event, 1600),
                _ => (PacketContent::Audio, u32::from(step) * 160),
            };
            receiver.handle(&packet(1, step, timestamp), carries, now);
        }
        assert_eq!(receiver.statistics().jitter, Duration::ZERO);
    }

    #[test]
    fn delay_since_the_senders_report_is_told_to_16_microseconds() {
        let (mut receiver, start) = (Receiver::new(8_000), Instant::now());
        receiver.handle(&packet(7, 1, 0), PacketContent::Audio, start);
        let arrival = start + Duration::from_micros(999_700);
        receiver.handle_sender_report(Ssrc(7), NtpTime(1 << 32), arrival);
        let block = receiver
            .reports(arrival + Duration::from_micros(1_300))
            .next()
            .unwrap();
        assert_eq!(block.delay_since_last_sender_report, 85, "1.3 ms, and not 1 ms");
    }

    #[test]
    fn report_gives_fraction_since_the_last_report_and_the_delay_since_the_senders() {
        let (now, mut receiver) = (Instant::now(), Receiver::new(8000));
        for sequence in [0u16, 1, 2, 4] {
            receiver.handle(&packet(7, sequence, 0), PacketContent::Event, now);
        }
        receiver.handle_sender_report(Ssrc(7), NtpTime(0x1122_3344_5566_7788), now);
        let later = now + Duration::from_millis(500);
        let block = receiver.reports(later).next().unwrap();
        assert_eq!(block.ssrc, Ssrc(7));
        assert_eq!(block.fraction_lost, 51, "1 of 5 in 256ths");
        assert_eq!((block.cumulative_lost, block.highest_sequence), (1, 4));
        assert_eq!(block.last_sender_report, 0x3344_5566);
        assert_eq!(
            block.delay_since_last_sender_report, 32768,
            "half a second in 1/65536 s"
        );
        assert_eq!(receiver.reports(later).next(), None, "nothing heard since");
        receiver.handle(&packet(7, 5, 0), PacketContent::Event, later);
        let block = receiver.reports(later).next().unwrap();
        assert_eq!((block.fraction_lost, block.cumulative_lost), (0, 1));
    }

    #[test]
    fn counting_a_packet_allocates_nothing() {
        let (now, mut receiver) = (Instant::now(), Receiver::new(8000));
        let allocations = allocation_counter::measure(|| {
            for sequence in 0..100 {
                receiver.handle(&packet(7, sequence, 0), PacketContent::Audio, now);
            }
        });
        assert_eq!(allocations.count_total, 0);
    }

    proptest! {
        #[test]
        fn any_order_of_any_packets_keeps_the_books_balanced(
            packets in proptest::collection::vec((0u32..6, any::<u16>(), any::<u32>()), 0..200),
        ) {
            let (now, mut receiver) = (Instant::now(), Receiver::new(8000));
            for (ssrc, sequence, timestamp) in &packets {
                receiver.handle(&packet(*ssrc, *sequence, *timestamp), PacketContent::Audio, now);
            }
            let statistics = receiver.statistics();
            prop_assert_eq!(statistics.received, packets.len() as u64);
            prop_assert!(statistics.duplicates + statistics.late <= statistics.received);
            receiver.reports(now).for_each(drop);
        }

        #[test]
        fn lost_is_exactly_what_was_dropped_from_a_stream(
            start in any::<u16>(),
            keep in proptest::collection::vec(prop::bool::weighted(0.9), 1..500),
        ) {
            let (now, mut receiver) = (Instant::now(), Receiver::new(8000));
            let kept: Vec<u16> = (0u16..)
                .zip(&keep)
                .filter(|(_, keep)| **keep)
                .map(|(offset, _)| offset)
                .collect();
            for offset in &kept {
                receiver.handle(&packet(1, start.wrapping_add(*offset), 0), PacketContent::Audio, now);
            }
            if let (Some(first), Some(last)) = (kept.first(), kept.last()) {
                let span = u64::from(last - first) + 1;
                prop_assert_eq!(receiver.statistics().lost, span - kept.len() as u64);
            }
        }
    }
}
