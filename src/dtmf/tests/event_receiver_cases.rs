//! The catalogue of what senders do, one test per case; the numbers are those of the media notes.

#![expect(clippy::disallowed_methods, reason = "a test needs some starting instant")]

use std::time::{Duration, Instant};

use crate::dtmf::{EarlyEvents, EventPacket, Press, TelephoneEventReceiver};
use crate::rtp::{Latch, Packet, RtpTimestamp, SequenceNumber, Ssrc, Verdict};

/// A receiver at 8 kHz, a sender's header fields, and a clock.
struct Bench {
    receiver: TelephoneEventReceiver,
    start: Instant,
    at_ms: u64,
    ssrc: u32,
    sequence: u16,
    marker: bool,
    heard: String,
}

impl Bench {
    fn new() -> Self {
        Self::at_rate(8000)
    }

    fn at_rate(clock_rate: u32) -> Self {
        Self {
            receiver: TelephoneEventReceiver::new(clock_rate),
            start: Instant::now(),
            at_ms: 0,
            ssrc: 1,
            sequence: 100,
            marker: false,
            heard: String::new(),
        }
    }

    fn beside(mut self, clock_rate: u32) -> Self {
        self.receiver = self.receiver.beside(clock_rate);
        self
    }

    fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.at_ms)
    }

    fn wait(&mut self, millis: u64) -> &mut Self {
        self.at_ms += millis;
        self.receiver.poll(self.now());
        self
    }

    fn note(&mut self, press: Option<Press>) {
        if let Some(press) = press {
            assert_eq!(press.at, self.now(), "a press is reported at its first packet");
            self.heard.push(press.digit.as_char());
        }
    }

    fn raw(&mut self, sequence: u16, timestamp: u32, payload: &[u8]) -> &mut Self {
        let packet = Packet {
            payload_type: 101,
            marker: self.marker,
            sequence: SequenceNumber(sequence),
            timestamp: RtpTimestamp(timestamp),
            ssrc: Ssrc(self.ssrc),
            payload,
        };
        let press = self.receiver.handle(&packet, self.now());
        self.note(press);
        self
    }

    /// A packet on the next sequence number.
    fn packet(&mut self, timestamp: u32, event: u8, ended: bool, duration: u16) -> &mut Self {
        self.sequence = self.sequence.wrapping_add(1);
        self.raw(
            self.sequence,
            timestamp,
            &EventPacket::payload(event, ended, 10, duration),
        )
    }

    fn update(&mut self, timestamp: u32, event: u8, duration: u16) -> &mut Self {
        self.packet(timestamp, event, false, duration)
    }

    fn end(&mut self, timestamp: u32, event: u8, duration: u16) -> &mut Self {
        self.packet(timestamp, event, true, duration)
    }

    /// Updates every 20 ms, the first after `from` units.
    fn hold(&mut self, timestamp: u32, event: u8, updates: u16) -> &mut Self {
        for step in 1..=updates {
            self.update(timestamp, event, step * 160).wait(20);
        }
        self
    }

    fn audio(&mut self, packets: u16) -> &mut Self {
        for _ in 0..packets {
            self.sequence = self.sequence.wrapping_add(1);
            self.receiver.handle_audio();
            self.wait(20);
        }
        self
    }

    #[track_caller]
    fn hears(&self, digits: &str) {
        assert_eq!(self.heard, digits);
    }

    fn is_held(&self) -> bool {
        self.receiver.is_held()
    }
}

#[test]
fn case_01_three_ends_of_one_timestamp_are_one_digit() {
    let mut bench = Bench::new();
    bench
        .hold(1000, 5, 4)
        .end(1000, 5, 640)
        .end(1000, 5, 640)
        .end(1000, 5, 640);
    bench.hears("5");
    assert!(!bench.is_held());
}

#[test]
fn case_01_three_ends_on_one_sequence_number_are_one_digit() {
    let mut bench = Bench::new();
    bench.hold(1000, 5, 4);
    for _ in 0..3 {
        bench.raw(200, 1000, &EventPacket::payload(5, true, 10, 640));
    }
    bench.hears("5");
}

#[test]
fn case_02_an_end_alone_is_a_digit() {
    let mut bench = Bench::new();
    bench.end(1000, 7, 800);
    bench.hears("7");
    assert!(!bench.is_held());
}

#[test]
fn case_02_middle_packets_alone_are_a_digit() {
    let mut bench = Bench::new();
    bench.update(1000, 7, 480).wait(20).update(1000, 7, 640);
    bench.hears("7");
}

#[test]
fn case_03_without_ends_the_key_is_released_after_100_to_150_ms() {
    let mut bench = Bench::new();
    bench.update(1000, 3, 160);
    let due = bench.receiver.timeout().unwrap() - bench.now();
    assert!((Duration::from_millis(100)..=Duration::from_millis(150)).contains(&due));
    bench.wait(100);
    assert!(bench.is_held());
    bench.wait(50);
    assert!(!bench.is_held());
    assert_eq!(bench.receiver.timeout(), None);
    bench.hears("3");
}

#[test]
fn case_03_without_ends_the_key_is_released_by_audio() {
    let mut bench = Bench::new();
    bench.hold(1000, 3, 4).audio(3);
    assert!(!bench.is_held());
    bench.hears("3");
}

#[test]
fn case_03_without_ends_the_key_is_released_by_a_new_timestamp() {
    let mut bench = Bench::new();
    bench.hold(1000, 3, 4).wait(40).end(3000, 4, 160);
    assert!(!bench.is_held());
    bench.hears("34");
}

#[test]
fn case_04_the_marker_does_not_matter() {
    for marker in [false, true] {
        let mut bench = Bench::new();
        bench.marker = marker;
        bench.hold(1000, 1, 4).end(1000, 1, 640).end(1000, 1, 640);
        bench.wait(60).hold(2600, 1, 4).end(2600, 1, 640);
        bench.hears("11");
    }
}

#[test]
fn case_05_the_same_digit_twice_quickly_is_two_digits() {
    let mut bench = Bench::new();
    bench
        .hold(1000, 5, 2)
        .end(1000, 5, 320)
        .end(1000, 5, 320)
        .end(1000, 5, 320)
        .wait(40);
    bench.hold(1640, 5, 2).end(1640, 5, 320);
    bench.hears("55");
}

#[test]
fn case_05_the_same_digit_twice_quickly_is_two_digits_when_the_first_ends_are_lost() {
    let mut bench = Bench::new();
    bench.hold(1000, 5, 2);
    bench.sequence += 3;
    bench.wait(40).hold(1640, 5, 2).end(1640, 5, 320);
    bench.hears("55");
}

#[test]
fn case_05_the_same_digit_twice_is_two_digits_when_most_of_both_is_lost() {
    let mut bench = Bench::new();
    bench.update(1000, 5, 0);
    bench.sequence += 9;
    bench.wait(100).update(1800, 5, 160);
    bench.hears("55");
}

#[test]
fn case_06_another_digit_without_an_end_between_is_a_new_digit() {
    let mut bench = Bench::new();
    bench.hold(1000, 1, 3).hold(1480, 2, 3).end(1480, 2, 480);
    bench.hears("12");
}

#[test]
fn case_06_another_event_on_the_same_timestamp_is_a_new_digit() {
    let mut bench = Bench::new();
    bench
        .hold(1000, 1, 3)
        .hold(1000, 2, 3)
        .end(1000, 2, 480)
        .end(1000, 1, 480);
    bench.hears("12");
}

#[test]
fn case_07_a_timestamp_that_moves_with_each_packet_is_one_digit() {
    for grows in [true, false] {
        let mut bench = Bench::new();
        let duration = |step: u16| if grows { step * 160 } else { 160 };
        for step in 1..=30 {
            bench
                .update(1000 + u32::from(step) * 160, 8, duration(step))
                .wait(20);
        }
        for step in 31..=33 {
            bench.end(1000 + u32::from(step) * 160, 8, duration(step));
        }
        bench.hears("8");
        assert!(!bench.is_held());
    }
}

#[test]
fn case_07_a_moving_timestamp_with_lost_packets_is_one_digit() {
    let mut bench = Bench::new();
    for step in [1u16, 2, 4, 5, 8, 9, 12] {
        bench.sequence = 100 + step;
        bench.raw(
            100 + step,
            1000 + u32::from(step) * 160,
            &EventPacket::payload(8, false, 10, step * 160),
        );
        bench.wait(20);
    }
    bench.hears("8");
}

#[test]
fn case_07_a_moving_timestamp_whose_first_end_is_lost_is_one_digit() {
    let mut bench = Bench::new();
    bench.update(1000, 8, 160).wait(20).update(1160, 8, 160).wait(20);
    bench.sequence += 1;
    bench.wait(20).end(1480, 8, 160).end(1640, 8, 160);
    bench.hears("8");
}

#[test]
fn case_07_a_moving_timestamp_out_of_order_is_one_digit() {
    let mut bench = Bench::new();
    for step in [1u16, 3, 2, 2, 4, 6, 5, 7] {
        bench.raw(
            100 + step,
            1000 + u32::from(step) * 160,
            &EventPacket::payload(8, false, 10, step * 160),
        );
        bench.wait(20);
    }
    bench.hears("8");
}

#[test]
fn case_08_ends_repeated_under_new_timestamps_within_100_ms_are_one_digit() {
    let mut bench = Bench::new();
    bench.hold(1000, 6, 4).end(1000, 6, 640);
    bench
        .wait(60)
        .end(1480, 6, 640)
        .wait(40)
        .end(1800, 6, 640)
        .end(1800, 6, 640);
    bench.hears("6");
    bench.wait(100).hold(3000, 6, 4).end(3000, 6, 640);
    bench.hears("66");
}

#[test]
fn case_09_a_first_duration_of_zero_is_a_digit() {
    let mut bench = Bench::new();
    bench
        .update(1000, 0, 0)
        .wait(20)
        .hold(1000, 0, 3)
        .end(1000, 0, 480);
    bench.hears("0");
}

#[test]
fn case_10_a_press_longer_than_16_bits_goes_on_in_segments_as_one_digit() {
    for (clock_rate, units) in [(8000, 160u32), (48_000, 960)] {
        let mut bench = Bench::at_rate(clock_rate);
        let total = 65535 * 2 + 5 * units;
        for told in (units..=total).step_by(units as usize) {
            let segment = told / 65535;
            let duration = u16::try_from(told - segment * 65535).unwrap();
            bench.update(1000 + segment * 65535, 9, duration).wait(20);
        }
        bench.end(1000 + 2 * 65535, 9, u16::try_from(5 * units).unwrap());
        bench.hears("9");
    }
}

#[test]
fn case_10_a_segment_after_a_silence_longer_than_the_release_is_the_same_press() {
    let mut bench = Bench::new();
    bench.update(1000, 9, 160).wait(8190).update(1000, 9, 0xFFFF);
    bench
        .wait(1000)
        .update(1000 + 0xFFFF, 9, 8000)
        .end(1000 + 0xFFFF, 9, 8000);
    bench.hears("9");
}

#[test]
fn case_10_a_duration_that_wraps_is_the_same_press() {
    let mut bench = Bench::new();
    for step in 1..=500u16 {
        bench.update(1000, 9, step.wrapping_mul(160)).wait(20);
    }
    bench.end(1000, 9, 300);
    bench.hears("9");
}

#[test]
fn case_11_sparse_updates_with_long_silence_are_one_press() {
    let mut bench = Bench::new();
    bench.update(1000, 2, 160).wait(3000);
    assert!(!bench.is_held());
    bench.update(1000, 2, 24_000);
    assert!(bench.is_held(), "an update says that the key is still down");
    bench.wait(3000).end(1000, 2, 48_000);
    bench.hears("2");
}

#[test]
fn case_12_updates_behind_the_end_are_ignored() {
    let mut bench = Bench::new();
    bench
        .end(1000, 4, 640)
        .update(1000, 4, 480)
        .wait(300)
        .update(1000, 4, 640);
    bench.hears("4");
    assert!(!bench.is_held());
}

#[test]
fn case_12_duplicates_and_reordering_are_one_digit() {
    let mut bench = Bench::new();
    for (sequence, duration, ended) in [
        (3, 480, false),
        (1, 160, false),
        (5, 640, true),
        (3, 480, false),
        (2, 320, false),
        (4, 640, true),
    ] {
        bench.raw(sequence, 1000, &EventPacket::payload(4, ended, 10, duration));
    }
    bench.hears("4");
}

#[test]
fn case_12_stragglers_of_a_press_behind_the_next_press_are_ignored() {
    let mut bench = Bench::new();
    bench.hold(1000, 4, 3).hold(2200, 4, 2);
    bench.raw(104, 1000, &EventPacket::payload(4, true, 10, 480));
    assert!(bench.is_held(), "the second press is still down");
    bench.hold(2200, 4, 2).end(2200, 4, 640);
    bench.hears("44");
}

#[test]
fn case_13_sequence_and_timestamp_wrap_inside_and_between_digits() {
    let mut bench = Bench::new();
    bench.sequence = 0xFFFD;
    bench.hold(0xFFFF_FF00, 1, 4).end(0xFFFF_FF00, 1, 640).wait(60);
    bench.hold(0x0000_0500, 1, 4).end(0x0000_0500, 1, 640).wait(60);
    bench.hears("11");
    let mut moving = Bench::new();
    moving.sequence = 0xFFFD;
    for step in 0..8u32 {
        moving
            .update(0xFFFF_FF00u32.wrapping_add(step * 160), 1, 160)
            .wait(20);
    }
    moving.hears("1");
}

#[test]
fn case_14_an_ssrc_change_between_digits_loses_none() {
    let mut bench = Bench::new();
    bench.hold(1000, 1, 3).end(1000, 1, 480).wait(100);
    bench.ssrc = 2;
    bench.sequence = 40_000;
    bench.hold(9_000_000, 1, 3).end(9_000_000, 1, 480);
    bench.hears("11");
}

#[test]
fn case_14_an_ssrc_that_jumps_within_a_press_is_one_digit() {
    let mut bench = Bench::new();
    bench.hold(1000, 1, 2);
    bench.ssrc = 2;
    bench.hold(1000, 1, 2);
    bench.ssrc = 3;
    bench.end(1000, 1, 640).end(1000, 1, 640);
    bench.hears("1");
}

#[test]
fn case_14_events_may_have_an_ssrc_and_sequence_of_their_own() {
    let mut bench = Bench::new();
    bench.hold(1000, 1, 3);
    let sequence = bench.sequence;
    bench.audio(2);
    bench.sequence = sequence;
    bench.end(1000, 1, 800).audio(5);
    bench.sequence = sequence + 1;
    bench.hold(3000, 2, 3).end(3000, 2, 480);
    bench.hears("12");
}

#[test]
fn case_15_audio_between_the_events_does_not_split_a_press() {
    let mut bench = Bench::new();
    for step in 1..=10u16 {
        bench
            .update(1000, 5, step * 320)
            .audio(if step % 2 == 0 { 1 } else { 4 });
    }
    bench
        .end(1000, 5, 3200)
        .audio(1)
        .end(1000, 5, 3200)
        .audio(1)
        .end(1000, 5, 3200);
    bench.hears("5");
}

#[test]
fn case_16_payloads_that_are_not_one_event_are_dropped_and_counted() {
    let mut bench = Bench::new();
    let red = [0xE5, 0x00, 0x00, 0x04, 0x65, 5, 10, 0, 160, 5, 10, 1, 64];
    for payload in [
        &[][..],
        &[5],
        &[5, 10, 0],
        &[5, 10, 0, 160, 0],
        &[5, 10, 0, 160, 6, 10, 0, 160],
        &red,
    ] {
        bench.raw(1, 1000, payload);
    }
    bench.hears("");
    assert_eq!(bench.receiver.counters().malformed, 6);
}

#[test]
fn case_17_events_from_16_on_are_not_digits() {
    let mut bench = Bench::new();
    for event in 16..=255 {
        bench
            .update(u32::from(event), event, 160)
            .end(u32::from(event), event, 160);
    }
    bench.hears("");
    assert_eq!(bench.receiver.counters().not_digits, 480);
    for event in 0..16u8 {
        bench.wait(200).end(100_000 + u32::from(event) * 1600, event, 160);
    }
    bench.hears("0123456789*#ABCD");
}

#[test]
fn case_18_reserved_bit_and_volume_are_ignored() {
    let mut bench = Bench::new();
    for (sequence, flags) in [(1, 0x40), (2, 0x7F), (3, 0x00), (4, 0xC0), (5, 0xFF)] {
        bench.raw(sequence, 1000, &[5, flags, 0, 160]);
    }
    bench.hears("5");
    assert!(!bench.is_held());
}

#[test]
fn case_19_detection_does_not_depend_on_the_event_clock() {
    for (declared, timestamp_units, duration_units) in [
        (48_000, 48, 48),
        (16_000, 16, 16),
        (8000, 48, 48),
        (48_000, 8, 8),
        (8000, 48, 8),
        (48_000, 8, 48),
    ] {
        let mut bench = Bench::at_rate(declared);
        for press in 0..5u32 {
            let timestamp = 1000 + press * 160 * timestamp_units;
            for step in 1..=4u16 {
                bench.update(timestamp, 5, step * 20 * duration_units).wait(20);
            }
            for _ in 0..3 {
                bench.end(timestamp, 5, 80 * duration_units);
            }
            bench.sequence += 1;
            bench.wait(80);
        }
        bench.hears("55555");
    }
}

/// Packets of presses as a sender makes them that counts durations and timestamps by these clocks, in Hz.
struct Clocks {
    durations: u32,
    timestamps: u32,
}

impl Bench {
    /// A press of `updates` packets of 20 ms and three ends, and 40 ms of nothing.
    fn press_by(&mut self, clocks: &Clocks, start_ms: u32, event: u8, updates: u32) -> &mut Self {
        let timestamp = start_ms * (clocks.timestamps / 1000);
        let duration = |updates: u32| (updates * 20 * (clocks.durations / 1000)) as u16;
        for update in 1..=updates {
            self.update(timestamp, event, duration(update)).wait(20);
        }
        for _ in 0..3 {
            self.end(timestamp, event, duration(updates));
        }
        self.wait(40)
    }
}

#[test]
fn case_19_events_at_48000_beside_opus_are_heard_once_each() {
    let clocks = Clocks {
        durations: 48_000,
        timestamps: 48_000,
    };
    let mut bench = Bench::at_rate(48_000);
    bench
        .press_by(&clocks, 0, 5, 3)
        .press_by(&clocks, 100, 5, 3)
        .press_by(&clocks, 200, 11, 40);
    bench.hears("55#");
}

#[test]
fn case_19_events_at_16000_beside_g722_are_heard_once_each_whatever_counts_their_timestamps() {
    for timestamps in [8_000, 16_000] {
        let clocks = Clocks {
            durations: 16_000,
            timestamps,
        };
        let mut bench = Bench::at_rate(16_000).beside(8_000);
        bench
            .press_by(&clocks, 0, 5, 3)
            .press_by(&clocks, 100, 5, 3)
            .press_by(&clocks, 200, 1, 40);
        bench.hears("551");
    }
}

#[test]
fn case_19_the_mismatch_of_8000_and_48000_is_heard_once_each_in_every_combination() {
    let rates = [8_000, 48_000];
    for (negotiated, audio) in [(8_000, 48_000), (48_000, 8_000)] {
        for (durations, timestamps) in rates.into_iter().flat_map(|one| rates.map(|other| (one, other))) {
            let clocks = Clocks {
                durations,
                timestamps,
            };
            let mut bench = Bench::at_rate(negotiated).beside(audio);
            bench.press_by(&clocks, 0, 9, 3).press_by(&clocks, 100, 9, 4);
            bench.press_by(&clocks, 220, 0, 10);
            bench.hears("990");
        }
    }
}

#[test]
fn case_19_a_timestamp_that_moves_by_the_audio_clock_under_8000_events_is_one_digit() {
    for (negotiated, audio) in [(8_000u32, 48_000u32), (48_000, 8_000)] {
        for lost in [0, 1] {
            let mut bench = Bench::at_rate(negotiated).beside(audio);
            for step in 1..=6u32 {
                bench.sequence += lost;
                let duration = (step * 20 * (negotiated / 1000)) as u16;
                bench.update(step * 20 * (audio / 1000), 7, duration).wait(20);
            }
            bench.end(6 * 20 * (audio / 1000), 7, 5_760);
            bench.hears("7");
        }
    }
}

#[test]
fn case_19_a_press_beyond_16_bits_at_48000_is_one_digit_when_timestamps_count_8000() {
    let mut bench = Bench::at_rate(48_000).beside(8_000);
    for update in 1..=68u32 {
        bench.update(0, 3, (update * 960) as u16).wait(20);
    }
    // The next segment starts 65,535 units of 48 kHz later, which is 10,922 of 8 kHz, after a silence.
    bench.wait(200);
    for update in 1..=5u32 {
        bench.update(65_535 / 6, 3, (update * 960) as u16).wait(20);
    }
    bench.end(65_535 / 6, 3, 5 * 960);
    bench.hears("3");
}

#[test]
fn case_22_a_digit_pressed_before_the_source_is_latched_is_heard_once_when_it_is() {
    let (mut bench, mut early) = (Bench::new(), EarlyEvents::default());
    let mut latch = Latch::new("10.0.0.5:4000".parse().unwrap());
    let nat = "203.0.113.9:31000".parse().unwrap();
    let stranger = "198.51.100.1:9".parse().unwrap();
    let event = |sequence: u16, event, ended| EventPacket {
        ssrc: Ssrc(1),
        sequence: SequenceNumber(sequence),
        timestamp: RtpTimestamp(1000),
        event,
        ended,
        duration: 160,
    };
    for sequence in 0..20 {
        let now = bench.now();
        match latch.handle(nat, now) {
            Verdict::Provisional => early.keep(nat, event(sequence, 7, sequence > 4), now),
            Verdict::Latched => {
                for (packet, at) in early.release(nat) {
                    if let Some(press) = bench.receiver.handle_event(&packet, at) {
                        assert_eq!(press.at, bench.start, "the time of the press, not of the latch");
                        bench.heard.push(press.digit.as_char());
                    }
                }
            }
            Verdict::Accept | Verdict::Refuse => {}
        }
        assert_eq!(latch.handle(stranger, now), Verdict::Refuse);
        bench.wait(20);
    }
    bench.hears("7");
    assert_eq!(early.release(nat).count(), 0);
}

#[test]
fn case_22_events_of_a_candidate_that_lost_are_never_heard() {
    let mut early = EarlyEvents::default();
    let (stranger, peer) = (
        "198.51.100.1:9".parse().unwrap(),
        "192.0.2.1:4000".parse().unwrap(),
    );
    let packet = EventPacket {
        ssrc: Ssrc(1),
        sequence: SequenceNumber(1),
        timestamp: RtpTimestamp(1),
        event: 1,
        ended: true,
        duration: 160,
    };
    early.keep(stranger, packet, Instant::now());
    assert_eq!(early.release(peer).count(), 0);
    early.keep(stranger, packet, Instant::now());
    early.keep(peer, packet, Instant::now());
    assert_eq!(early.release(peer).count(), 1);
}

#[test]
fn case_23_a_digit_held_across_a_question_boundary_is_reported_once_with_its_start() {
    let mut bench = Bench::new();
    let pressed_at = bench.now();
    let first = bench.receiver.handle_event(
        &EventPacket {
            ssrc: Ssrc(1),
            sequence: SequenceNumber(100),
            timestamp: RtpTimestamp(1000),
            event: 9,
            ended: false,
            duration: 0,
        },
        pressed_at,
    );
    assert_eq!(first.map(|press| press.at), Some(pressed_at));
    bench.hold(1000, 9, 200).end(1000, 9, 32_000);
    bench.hears("");
}

#[test]
fn case_24_a_key_is_held_until_its_end_so_that_silence_is_no_fault() {
    let mut bench = Bench::new();
    assert!(!bench.is_held());
    for step in 1..=400u16 {
        bench.update(1000, 5, step.saturating_mul(160)).wait(20);
        assert!(bench.is_held(), "no media time-out in a press of eight seconds");
    }
    bench.end(1000, 5, 64_000);
    assert!(!bench.is_held());
}

/// The receiver sees a packet only once it has been opened; what cannot be opened, and what was opened before, it
/// never sees. `tests/media_srtp.rs` has the same case on the whole way from the socket.
#[test]
fn case_25_a_packet_that_fails_authentication_never_reaches_the_receiver() {
    use rand::SeedableRng;

    use crate::rtp::srtp::{Inbound, MOST_ADDED, MasterKey, Outbound, Suite};

    let mut rng = rand::rngs::StdRng::seed_from_u64(25);
    for suite in Suite::ALL {
        let (key, other) = (MasterKey::draw(suite, &mut rng), MasterKey::draw(suite, &mut rng));
        let (mut phone, mut forger) = (Outbound::new(&key), Outbound::new(&other));
        let (mut inbound, mut bench) = (Inbound::new(&key, None, 1), Bench::new());
        let mut hear = |bench: &mut Bench, packet: &[u8]| {
            let mut packet = packet.to_vec();
            if let Ok(length) = inbound.unprotect_rtp(&mut packet) {
                let press = bench
                    .receiver
                    .handle(&Packet::parse(&packet[..length]).unwrap(), bench.now());
                bench.note(press);
            }
        };
        let event = |sequence: u16, timestamp: u32, digit: u8| {
            let mut packet = vec![0x80, 101];
            packet.extend(sequence.to_be_bytes());
            packet.extend(timestamp.to_be_bytes());
            packet.extend([0, 0, 0, 1]);
            packet.extend(EventPacket::payload(digit, false, 10, 320));
            packet
        };
        let seal = |outbound: &mut Outbound, packet: &[u8]| {
            let mut buffer = [packet, &[0; MOST_ADDED]].concat();
            let length = outbound.protect_rtp(&mut buffer, packet.len()).unwrap();
            buffer.truncate(length);
            buffer
        };
        let mut wire = Vec::new();
        for (count, digit) in (0..5u16).zip(5..) {
            let packet = event(count, u32::from(count) * 8_000, digit);
            let sealed = seal(&mut phone, &packet);
            let mut altered = sealed.clone();
            altered[12] ^= 1;
            hear(&mut bench, &event(count, 1, 1));
            hear(&mut bench, &seal(&mut forger, &event(count, 2, 2)));
            hear(&mut bench, &altered);
            hear(&mut bench, &sealed);
            wire.push(sealed);
            bench.wait(1_000);
        }
        for sealed in wire.iter().rev() {
            hear(&mut bench, sealed);
            bench.wait(1_000);
        }
        bench.hears("56789");
    }
}

#[test]
fn a_capture_replayed_seconds_later_is_heard_again() {
    let mut bench = Bench::new();
    for _ in 0..3 {
        for sequence in 1..=4 {
            bench.raw(sequence, 1000, &EventPacket::payload(5, sequence > 2, 10, 320));
            bench.wait(20);
        }
        bench.wait(3000);
    }
    bench.hears("555");
}

#[test]
fn a_packet_of_a_press_allocates_nothing() {
    let mut bench = Bench::new();
    let allocations = allocation_counter::measure(|| {
        for step in 1..=50u16 {
            let payload = EventPacket::payload(5, false, 10, step * 160);
            let packet = Packet {
                payload_type: 101,
                marker: false,
                sequence: SequenceNumber(step),
                timestamp: RtpTimestamp(u32::from(step) * 160),
                ssrc: Ssrc(1),
                payload: &payload,
            };
            bench.receiver.handle(&packet, bench.start);
        }
    });
    assert_eq!(allocations.count_total, 0);
}
