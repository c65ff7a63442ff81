//! Digits over a bad network: our own sender and receiver with the impairments of [`crate::impairment`] between.

#![expect(clippy::disallowed_methods, reason = "a test needs some starting instant")]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::dtmf::{EventPacket, TelephoneEventReceiver, TelephoneEventSender};
use crate::impairment::{ImpairedNetwork, ImpairedPath, Loss, TransitPacket};
use crate::{Packet, Ptime, RtpTimestamp, Sender, SequenceNumber, Ssrc};
use aftercall_base::Digit;

const TICK: Duration = Duration::from_millis(20);
const SEED: u64 = 20_260_101;

/// Plays a call that presses `digits`, each for `on` and then silent for `off`, over a network; returns the datagrams in
/// order of arrival.
fn call(
    digits: &[u8],
    (on, off): (Duration, Duration),
    network: ImpairedNetwork,
    rng: &mut StdRng,
) -> Vec<TransitPacket> {
    let mut sender = Sender::new(0, 8000, Ptime::Ms20, rng);
    let mut events = TelephoneEventSender::new(8000, Ptime::Ms20);
    let mut route = ImpairedPath::new(network, StdRng::from_rng(rng));
    let (mut now, mut buffer) = (Instant::now(), [0; 200]);
    for digit in digits {
        events.press(Digit::from_event(*digit).unwrap(), on).unwrap();
        while let Some(frame) = events.next_frame() {
            let length = sender.event(101, &frame, &mut buffer).unwrap();
            route.send(&buffer[..length], now);
            now += TICK;
        }
        // The three ends are told during the first 60 ms after the key is up.
        for _ in 3..off.as_millis() / TICK.as_millis() {
            let length = sender.audio(&[0xFF; 160], &mut buffer).unwrap();
            route.send(&buffer[..length], now);
            now += TICK;
        }
    }
    route.arrivals()
}

fn heard(datagrams: &[TransitPacket]) -> Vec<u8> {
    let mut receiver = TelephoneEventReceiver::new(8000);
    let mut digits = Vec::new();
    for datagram in datagrams {
        let packet = Packet::parse(&datagram.bytes).unwrap();
        match packet.payload_type {
            101 => digits.extend(receiver.handle(&packet, datagram.arrives_at)),
            _ => receiver.handle_audio(),
        }
    }
    digits.iter().map(|press| press.digit.event()).collect()
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Ten digits a call with many repeated keys; how many calls, and the share of digits heard exactly once.
fn share_heard(network: ImpairedNetwork, (on, off): (u64, u64), calls: u64) -> f64 {
    println!("seed {SEED}: {calls} calls of {on} ms on, {off} ms off through {network:?}");
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut wrong = 0;
    for _ in 0..calls {
        let digits: Vec<u8> = (0..10).map(|_| rng.random_range(0..3)).collect();
        let datagrams = call(&digits, (millis(on), millis(off)), network, &mut rng);
        wrong += distance(&digits, &heard(&datagrams));
    }
    let share = 1.0 - wrong as f64 / (calls * 10) as f64;
    println!("heard exactly once: {:.4} %", share * 100.0);
    share
}

/// Digits lost, doubled or changed (edit distance).
fn distance(sent: &[u8], heard: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (index, digit) in sent.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for column in 1..=heard.len() {
            let substituted = diagonal + usize::from(*digit != heard[column - 1]);
            diagonal = row[column];
            row[column] = substituted.min(diagonal + 1).min(row[column - 1] + 1);
        }
    }
    row[heard.len()]
}

#[test]
fn of_100_000_digits_at_5_percent_random_loss_999_of_1000_are_heard_exactly_once() {
    let network = ImpairedNetwork {
        loss: Loss::Random(0.05),
        ..ImpairedNetwork::CLEAN
    };
    for press in [(40, 80), (80, 80), (100, 100), (300, 200)] {
        let share = share_heard(network, press, 2_500);
        assert!(share >= 0.999, "{share} at {press:?} ms");
    }
}

/// A press of 100 ms is eight packets. That a burst takes all of them has a chance of 5 % times (2/3)^7: 3 in 1000, and
/// nobody can hear those.
#[test]
fn loss_in_bursts_of_three_packets_leaves_all_but_the_digits_it_takes_whole() {
    let network = ImpairedNetwork {
        loss: Loss::bursts(0.05, 3.0),
        jitter: millis(30),
        ..ImpairedNetwork::CLEAN
    };
    let share = share_heard(network, (100, 100), 2_000);
    assert!(share >= 0.996, "{share}");
}

#[test]
fn bursts_duplicates_and_reordering_together_leave_995_of_1000_digits() {
    let network = ImpairedNetwork {
        loss: Loss::bursts(0.05, 2.5),
        duplication: 0.05,
        reordering: 0.1,
        late_by: millis(60),
        jitter: millis(15),
    };
    let share = share_heard(network, (100, 120), 500);
    assert!(share >= 0.995, "{share}");
}

proptest! {
    #[test]
    fn without_loss_every_digit_is_heard_exactly_once_in_order(
        digits in proptest::collection::vec(0u8..16, 1..12),
        on in 40u64..500,
        off in 80u64..300,
        seed in any::<u64>(),
    ) {
        let mut rng = StdRng::seed_from_u64(seed);
        let network = ImpairedNetwork { duplication: 0.2, reordering: 0.2, late_by: millis(40), ..ImpairedNetwork::CLEAN };
        let datagrams = call(&digits, (millis(on), millis(off)), network, &mut rng);
        prop_assert_eq!(heard(&datagrams), digits);
    }

    #[test]
    fn a_press_is_never_heard_twice_whatever_the_network_does_to_it(
        digit in 0u8..16,
        on in 20u64..2000,
        loss in 0.0..0.6,
        seed in any::<u64>(),
    ) {
        let mut rng = StdRng::seed_from_u64(seed);
        let network = ImpairedNetwork {
            loss: Loss::bursts(loss, 3.0),
            duplication: 0.3,
            reordering: 0.5,
            late_by: millis(500),
            ..ImpairedNetwork::CLEAN
        };
        let datagrams = call(&[digit], (millis(on), millis(400)), network, &mut rng);
        prop_assert!(heard(&datagrams).len() <= 1);
    }

    #[test]
    fn any_packets_in_any_order_are_taken_without_panic_and_in_bounded_memory(
        packets in proptest::collection::vec(
            (0u32..3, any::<u16>(), any::<u32>(), proptest::collection::vec(any::<u8>(), 0..10), 0u64..500),
            0..100,
        ),
        clock_rate in any::<u32>(),
    ) {
        let mut receiver = TelephoneEventReceiver::new(clock_rate);
        let mut now = Instant::now();
        let mut presses = 0;
        for (ssrc, sequence, timestamp, payload, wait) in &packets {
            now += millis(*wait);
            let packet = Packet {
                payload_type: 101,
                marker: false,
                sequence: SequenceNumber(*sequence),
                timestamp: RtpTimestamp(*timestamp),
                ssrc: Ssrc(*ssrc),
                payload,
            };
            presses += u64::from(receiver.handle(&packet, now).is_some());
            receiver.poll(now);
        }
        prop_assert_eq!(receiver.counters().presses, presses);
        prop_assert_eq!(receiver.counters().packets, packets.len() as u64);
    }

    #[test]
    fn what_the_sender_writes_the_packet_reads(event in 0u8..16, ended in any::<bool>(), duration in any::<u16>()) {
        let payload = EventPacket::payload(event, ended, 63, duration);
        let packet = Packet {
            payload_type: 101,
            marker: false,
            sequence: SequenceNumber(0),
            timestamp: RtpTimestamp(0),
            ssrc: Ssrc(0),
            payload: &payload,
        };
        let read = EventPacket::parse(&packet).unwrap();
        prop_assert_eq!((read.event, read.ended, read.duration), (event, ended, duration));
    }
}
