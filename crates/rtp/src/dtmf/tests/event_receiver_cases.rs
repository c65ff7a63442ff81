//! Cases of the catalogue that need more than packets and the keys heard of them: a time-out, counters, the latch, keys of
//! SRTP. The others are rows of the [table](super::event_receiver_table).

use std::time::Duration;

use super::bench::Bench;
use crate::dtmf::{EarlyEvents, EventPacket};
use crate::{Latch, LatchOutcome, Packet, RtpTimestamp, SequenceNumber, Ssrc};
use aftercall_runtime::clock::monotonic;

#[test]
fn case_03_without_ends_the_key_is_released_after_100_to_150_ms() {
    let mut bench = Bench::new();
    bench.play("up 1000 3 160", "case 3");
    let due = bench.receiver.timeout().unwrap() - bench.now();
    assert!((Duration::from_millis(100)..=Duration::from_millis(150)).contains(&due));
    bench.wait(100);
    assert!(bench.receiver.is_held());
    bench.wait(50);
    assert!(!bench.receiver.is_held());
    assert_eq!(bench.receiver.timeout(), None);
    assert_eq!(bench.heard, "3");
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
    assert_eq!(bench.heard, "");
    assert_eq!(bench.receiver.counters().malformed, 6);
}

/// What they are heard as is a row of the table.
#[test]
fn case_17_events_from_16_on_are_counted() {
    let mut bench = Bench::new();
    for event in 16..=255 {
        for ended in [false, true] {
            bench.packet(u32::from(event), &EventPacket::payload(event, ended, 10, 160));
        }
    }
    assert_eq!(bench.receiver.counters().not_digits, 480);
}

#[test]
fn case_18_reserved_bit_and_volume_are_ignored() {
    let mut bench = Bench::new();
    for (sequence, flags) in [(1, 0x40), (2, 0x7F), (3, 0x00), (4, 0xC0), (5, 0xFF)] {
        bench.raw(sequence, 1000, &[5, flags, 0, 160]);
    }
    assert_eq!(bench.heard, "5");
    assert!(!bench.receiver.is_held());
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
            LatchOutcome::Provisional => early.keep(nat, event(sequence, 7, sequence > 4), now),
            LatchOutcome::Latched => {
                for (packet, at) in early.release(nat) {
                    if let Some(press) = bench.receiver.handle_event(&packet, at) {
                        assert_eq!(press.at, bench.start, "the time of the press, not of the latch");
                        bench.heard.push(press.digit.as_char());
                    }
                }
            }
            LatchOutcome::Accept | LatchOutcome::Refuse => {}
        }
        assert_eq!(latch.handle(stranger, now), LatchOutcome::Refuse);
        bench.wait(20);
    }
    assert_eq!(bench.heard, "7");
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
    early.keep(stranger, packet, monotonic());
    assert_eq!(early.release(peer).count(), 0);
    early.keep(stranger, packet, monotonic());
    early.keep(peer, packet, monotonic());
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
    bench.hold(1000, 9, 200);
    bench.play("end 1000 9 32000", "case 23");
    assert_eq!(bench.heard, "");
}

/// The receiver sees a packet only once it has been opened; what cannot be opened, and what was opened before, it
/// never sees. `crates/media/tests/srtp.rs` has the same case on the whole way from the socket.
#[test]
fn case_25_a_packet_that_fails_authentication_never_reaches_the_receiver() {
    use rand::SeedableRng;

    use crate::srtp::{MAX_OVERHEAD, MasterKey, SrtpReceiver, SrtpSender, Suite};

    let mut rng = rand::rngs::StdRng::seed_from_u64(25);
    for suite in Suite::ALL {
        let (key, other) = (MasterKey::draw(suite, &mut rng), MasterKey::draw(suite, &mut rng));
        let (mut phone, mut forger) = (SrtpSender::new(&key), SrtpSender::new(&other));
        let (mut inbound, mut bench) = (SrtpReceiver::new(&key, None, 1), Bench::new());
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
        let seal = |outbound: &mut SrtpSender, packet: &[u8]| {
            let mut buffer = [packet, &[0; MAX_OVERHEAD]].concat();
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
        assert_eq!(bench.heard, "56789");
    }
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
