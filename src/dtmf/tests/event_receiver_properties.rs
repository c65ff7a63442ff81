//! Digits over a bad network: seeded loss, bursts, duplication and reordering between our own sender and receiver.

#![expect(clippy::disallowed_methods, reason = "a test needs some starting instant")]

use std::time::{Duration, Instant};

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::dtmf::{Digit, EventPacket, TelephoneEventReceiver, TelephoneEventSender};
use crate::rtp::{Packet, Ptime, RtpTimestamp, Sender, SequenceNumber, Ssrc};

const TICK: Duration = Duration::from_millis(20);

/// What the network does to packets.
#[derive(Debug, Clone, Copy)]
struct Network {
    /// Chance that a packet is lost.
    loss: f64,
    /// Packets that go with a lost one.
    burst: u32,
    duplication: f64,
    /// Chance that a packet is delayed, by up to this much.
    reordering: f64,
    delay: Duration,
}

const CLEAN: Network = Network {
    loss: 0.0,
    burst: 0,
    duplication: 0.0,
    reordering: 0.0,
    delay: Duration::ZERO,
};

struct Datagram {
    arrives_at: Instant,
    bytes: Vec<u8>,
}

/// Plays a call that presses `digits`, each for `on` and then silent for `off`, and returns the datagrams in order of
/// arrival.
fn call(digits: &[u8], on: Duration, off: Duration, network: Network, rng: &mut StdRng) -> Vec<Datagram> {
    let mut sender = Sender::new(0, 8000, Ptime::Ms20, rng);
    let mut events = TelephoneEventSender::new(8000, Ptime::Ms20);
    let (mut now, mut arriving, mut burst_left) = (Instant::now(), Vec::new(), 0);
    let mut transmit = |bytes: &[u8], now: Instant, rng: &mut StdRng| {
        if burst_left > 0 {
            burst_left -= 1;
            return;
        }
        if rng.random_bool(network.loss) {
            burst_left = network.burst;
            return;
        }
        for _ in 0..1 + u8::from(rng.random_bool(network.duplication)) {
            let late = rng.random_bool(network.reordering);
            let delay = if late {
                network.delay.mul_f64(rng.random())
            } else {
                Duration::ZERO
            };
            arriving.push(Datagram {
                arrives_at: now + delay,
                bytes: bytes.to_vec(),
            });
        }
    };
    let mut buffer = [0; 200];
    for digit in digits {
        events.press(Digit::from_event(*digit).unwrap(), on).unwrap();
        while let Some(frame) = events.next_frame() {
            let length = sender.event(101, &frame, &mut buffer).unwrap();
            transmit(&buffer[..length], now, rng);
            now += TICK;
        }
        // The three ends are told during the first 60 ms after the key is up.
        for _ in 3..off.as_millis() / TICK.as_millis() {
            let length = sender.audio(&[0xFF; 160], &mut buffer).unwrap();
            transmit(&buffer[..length], now, rng);
            now += TICK;
        }
    }
    arriving.sort_by_key(|datagram| datagram.arrives_at);
    arriving
}

fn heard(datagrams: &[Datagram]) -> Vec<u8> {
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

/// Ten digits a call with many repeated keys, `calls` calls; the share of calls' digits that were heard exactly once.
fn share_heard(network: Network, on: Duration, off: Duration, calls: u64) -> f64 {
    let mut rng = StdRng::seed_from_u64(20_260_101);
    let mut wrong = 0;
    for _ in 0..calls {
        let digits: Vec<u8> = (0..10).map(|_| rng.random_range(0..3)).collect();
        let datagrams = call(&digits, on, off, network, &mut rng);
        wrong += distance(&digits, &heard(&datagrams));
    }
    1.0 - wrong as f64 / (calls * 10) as f64
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
fn at_5_percent_random_loss_999_of_1000_digits_are_heard_exactly_once() {
    let network = Network { loss: 0.05, ..CLEAN };
    for (on, off) in [(40, 80), (80, 80), (100, 100), (300, 200)] {
        let share = share_heard(network, millis(on), millis(off), 500);
        assert!(share >= 0.999, "{share} at {on} ms on, {off} ms off");
    }
}

#[test]
fn bursts_duplicates_and_reordering_together_leave_995_of_1000_digits() {
    let network = Network {
        loss: 0.02,
        burst: 3,
        duplication: 0.05,
        reordering: 0.1,
        delay: millis(60),
    };
    let share = share_heard(network, millis(100), millis(120), 500);
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
        let network = Network { duplication: 0.2, reordering: 0.2, delay: millis(40), ..CLEAN };
        let datagrams = call(&digits, millis(on), millis(off), network, &mut rng);
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
        let network = Network { loss, burst: 2, duplication: 0.3, reordering: 0.5, delay: millis(500) };
        let datagrams = call(&[digit], millis(on), millis(400), network, &mut rng);
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
