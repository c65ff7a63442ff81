//! RFC 4733 digits as they really arrive.
//!
//! A press is reported at its first packet, whichever that is; every later packet of it only tells whether the key is
//! still down. The last presses are remembered, so that repeated ends, updates behind the end, duplicates and
//! stragglers are not taken for new ones. Digits never depend on the marker, the volume, or on how long a duration is
//! in real time.

use std::time::Instant;

use super::Press;
use super::event_packet::{EventPacket, MalformedEvent};
use super::event_press::{EventClocks, PressPhase, PressRecord, QUIET};
use super::key_down::KeyDown;
use crate::Packet;
use aftercall_base::Digit;

/// Presses remembered. At the fastest dialling (40 ms on, 40 ms off) they cover more than a second of lateness; of a
/// sender that moves the timestamp, the last 16 packets.
const REMEMBERED: usize = 16;
/// Audio packets in a row that say the key is up: one is not enough, as some phones send audio between the events.
const AUDIO_RUN: u8 = 3;

/// What the receiver has seen, for the call's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EventCounters {
    /// Telephone-event packets, of any kind.
    pub packets: u64,
    /// Presses reported.
    pub presses: u64,
    /// Payloads that are not one event.
    pub malformed: u64,
    /// Events 16 and up: flash, tones, modem signals.
    pub not_digits: u64,
}

/// Turns the telephone-event packets of one call into presses.
#[derive(Debug, Clone)]
pub struct TelephoneEventReceiver {
    clocks: EventClocks,
    /// Newest first; only the newest can be down.
    presses: [Option<PressRecord>; REMEMBERED],
    /// The press reported last.
    last: Option<Press>,
    audio_run: u8,
    counters: EventCounters,
}

impl TelephoneEventReceiver {
    /// A receiver for events on a clock of `clock_rate` Hz.
    pub fn new(clock_rate: u32) -> Self {
        Self {
            clocks: EventClocks::of(clock_rate),
            presses: [const { None }; REMEMBERED],
            last: None,
            audio_run: 0,
            counters: EventCounters::default(),
        }
    }

    /// The same in a stream whose audio counts `clock_rate` Hz: where that is another clock, phones count the
    /// timestamps of events by either.
    #[must_use]
    pub fn with_audio_clock(mut self, clock_rate: u32) -> Self {
        self.clocks = self.clocks.with_audio_clock(clock_rate);
        self
    }

    /// Takes a packet whose payload type was negotiated for telephone-event; returns the press that it begins.
    pub fn handle(&mut self, packet: &Packet<'_>, now: Instant) -> Option<Press> {
        match EventPacket::parse(packet) {
            Ok(event) => self.handle_event(&event, now),
            Err(MalformedEvent { .. }) => {
                self.counters.packets += 1;
                self.counters.malformed += 1;
                None
            }
        }
    }

    /// The same for a packet already taken apart, for example one that `EarlyEvents` kept.
    pub fn handle_event(&mut self, packet: &EventPacket, now: Instant) -> Option<Press> {
        self.counters.packets += 1;
        let Some(digit) = Digit::from_event(packet.event) else {
            self.counters.not_digits += 1;
            return None;
        };
        self.audio_run = 0;
        self.poll(now);
        if self.absorb(packet, now) {
            return None;
        }
        self.silence_newest();
        self.remember(0, PressRecord::new(packet, now));
        self.counters.presses += 1;
        self.last = Some(Press { digit, at: now });
        self.last
    }

    /// Notes a packet of audio: several in a row mean that the key is up, although its end was not seen.
    pub fn handle_audio(&mut self) {
        self.audio_run = self.audio_run.saturating_add(1);
        if self.audio_run >= AUDIO_RUN {
            self.silence_newest();
        }
    }

    /// Lets time pass: a key that says nothing for 120 ms is taken to be up. Should it speak again, it is down again,
    /// and that is no new press.
    pub fn poll(&mut self, now: Instant) {
        if self.timeout().is_some_and(|due| due <= now) {
            self.silence_newest();
        }
    }

    /// When [`TelephoneEventReceiver::poll`] is next due.
    pub fn timeout(&self) -> Option<Instant> {
        self.down().map(|press| press.heard_at + QUIET)
    }

    /// Whether a key is down: then the peer may send no audio, and silence is no fault.
    pub fn is_held(&self) -> bool {
        self.down().is_some()
    }

    /// How long the key pressed last has been down; `None` before the first press.
    pub fn key_down(&self) -> Option<KeyDown> {
        let newest = self.presses.first()?.as_ref()?;
        Some(KeyDown {
            press: self.last?,
            until: newest.down_until(),
            is_down: newest.phase == PressPhase::Down,
        })
    }

    /// What was seen so far.
    pub fn counters(&self) -> EventCounters {
        self.counters
    }

    fn down(&self) -> Option<&PressRecord> {
        let newest = self.presses.first()?.as_ref()?;
        (newest.phase == PressPhase::Down).then_some(newest)
    }

    fn silence_newest(&mut self) {
        if let Some(Some(newest)) = self.presses.first_mut()
            && newest.phase == PressPhase::Down
        {
            newest.phase = PressPhase::Quiet;
        }
    }

    /// Takes `packet` in as one of a press that was reported before: one that its timestamp names, or the newest if it
    /// continues that. `false` when it is of neither.
    fn absorb(&mut self, packet: &EventPacket, now: Instant) -> bool {
        let named = self
            .presses
            .iter_mut()
            .flatten()
            .find(|press| press.is_named_by(packet, now));
        if let Some(press) = named {
            press.absorb(packet, now);
            return true;
        }
        let Some(Some(newest)) = self.presses.first() else {
            return false;
        };
        if !newest.is_continued_by(packet, &self.clocks, now) {
            return false;
        }
        let straggles = newest.is_ahead_of(packet);
        let record = newest.continued(packet, now);
        self.remember(usize::from(straggles), record);
        true
    }

    /// Puts `record` at `age` records behind the newest; the oldest is forgotten.
    fn remember(&mut self, age: usize, record: PressRecord) {
        if let Some(younger_excluded) = self.presses.get_mut(age..) {
            younger_excluded.rotate_right(1);
            if let Some(slot) = younger_excluded.first_mut() {
                *slot = Some(record);
            }
        }
    }
}
