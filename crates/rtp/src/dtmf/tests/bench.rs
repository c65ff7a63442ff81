//! A receiver, the packets of a sender, and a clock that the test sets.

use std::time::{Duration, Instant};

use crate::dtmf::{EventPacket, Press, TelephoneEventReceiver};
use crate::{Packet, RtpTimestamp, SequenceNumber, Ssrc};
use aftercall_runtime::clock::monotonic;

/// A receiver, a sender's header fields, and a clock.
pub(super) struct Bench {
    pub(super) receiver: TelephoneEventReceiver,
    pub(super) start: Instant,
    at_ms: u64,
    ssrc: u32,
    sequence: u16,
    marker: bool,
    pub(super) heard: String,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::of(TelephoneEventReceiver::new(8_000))
    }

    pub(super) fn of(receiver: TelephoneEventReceiver) -> Self {
        Self {
            receiver,
            start: monotonic(),
            at_ms: 0,
            ssrc: 1,
            sequence: 100,
            marker: false,
            heard: String::new(),
        }
    }

    pub(super) fn now(&self) -> Instant {
        self.start + Duration::from_millis(self.at_ms)
    }

    pub(super) fn wait(&mut self, millis: u64) {
        self.at_ms += millis;
        self.receiver.poll(self.now());
    }

    pub(super) fn note(&mut self, press: Option<Press>) {
        if let Some(press) = press {
            assert_eq!(press.at, self.now(), "a press is reported at its first packet");
            self.heard.push(press.digit.as_char());
        }
    }

    pub(super) fn raw(&mut self, sequence: u16, timestamp: u32, payload: &[u8]) {
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
    }

    /// A packet on the next sequence number.
    pub(super) fn packet(&mut self, timestamp: u32, payload: &[u8]) {
        self.sequence = self.sequence.wrapping_add(1);
        self.raw(self.sequence, timestamp, payload);
    }

    /// Updates every 20 ms.
    pub(super) fn hold(&mut self, timestamp: u32, event: u8, updates: u16) {
        for step in 1..=updates {
            self.packet(timestamp, &EventPacket::payload(event, false, 10, step * 160));
            self.wait(20);
        }
    }

    fn audio(&mut self, packets: u32) {
        for _ in 0..packets {
            self.sequence = self.sequence.wrapping_add(1);
            self.receiver.handle_audio();
            self.wait(20);
        }
    }

    /// Does these steps; `row` names them where they fail. Steps are parted by commas, numbers are decimal:
    ///
    /// ```text
    /// up T E D      an update of timestamp T, event E and duration D, on the next sequence number
    /// end T E D     an end of it; `end T E D x3` is sent three times
    /// hold T E N    N updates, one every 20 ms, each 160 longer
    /// #S up T E D   an update or end on sequence number S
    /// audio N       N packets of audio, one every 20 ms
    /// wait MS       so many milliseconds pass
    /// lost N        so many packets are lost
    /// behind S      the next packet has the sequence number behind S
    /// ssrc N        packets have this SSRC from now on
    /// marker        packets have the marker from now on
    /// heard K       these keys have been heard by now, `heard` none
    /// down, free    by now the key is down, no key is down
    /// ```
    pub(super) fn play(&mut self, steps: &str, row: &str) {
        for step in steps.split(',').map(str::trim).filter(|step| !step.is_empty()) {
            let words: Vec<&str> = step.split_whitespace().collect();
            self.step(&words, &format!("{row}: {step}"));
        }
    }

    fn step(&mut self, words: &[&str], place: &str) {
        let number = |word: &str| -> u32 {
            word.parse()
                .unwrap_or_else(|_| panic!("{place}: {word} is no number"))
        };
        let event = |ended: bool, event: &str, duration: &str| {
            EventPacket::payload(number(event) as u8, ended, 10, number(duration) as u16)
        };
        match *words {
            [kind @ ("up" | "end"), timestamp, key, duration] => {
                self.packet(number(timestamp), &event(kind == "end", key, duration));
            }
            ["end", timestamp, key, duration, "x3"] => {
                for _ in 0..3 {
                    self.packet(number(timestamp), &event(true, key, duration));
                }
            }
            [sequence, kind @ ("up" | "end"), timestamp, key, duration] => {
                let sequence = number(sequence.trim_start_matches('#')) as u16;
                self.raw(sequence, number(timestamp), &event(kind == "end", key, duration));
            }
            ["hold", timestamp, key, updates] => {
                self.hold(number(timestamp), number(key) as u8, number(updates) as u16);
            }
            ["audio", packets] => self.audio(number(packets)),
            ["wait", millis] => self.wait(u64::from(number(millis))),
            ["lost", packets] => self.sequence = self.sequence.wrapping_add(number(packets) as u16),
            ["behind", sequence] => self.sequence = number(sequence) as u16,
            ["ssrc", ssrc] => self.ssrc = number(ssrc),
            ["marker"] => self.marker = true,
            ["heard"] => assert_eq!(self.heard, "", "{place}"),
            ["heard", keys] => assert_eq!(self.heard, keys, "{place}"),
            ["down"] => assert!(self.receiver.is_held(), "{place}"),
            ["free"] => assert!(!self.receiver.is_held(), "{place}"),
            _ => panic!("{place}: no such step"),
        }
    }
}
