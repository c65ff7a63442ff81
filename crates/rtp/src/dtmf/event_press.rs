//! What the receiver remembers of a press, and whether a packet belongs to it.
//!
//! RFC 4733 names a press by SSRC and RTP timestamp. Real senders break that in known ways, each of which has its rule
//! below. The rules use sequence numbers, timestamps and arrival; a duration is compared only with another duration
//! or timestamp of the same sender, never with a clock, because the event clock is not always the one negotiated.
//! A press whose timestamp changes on the way leaves one record per timestamp.
//!
//! RFC 4733 section 2.1 gives events the clock of the audio. With Opus (48 kHz) a phone may offer events at 8 kHz only, or
//! the other way round, and then count durations by one clock and timestamps by the other, or both by either. So a
//! timestamp is compared in each of them ([`EventClocks`]).

use std::time::{Duration, Instant};

use super::EventPacket;
use crate::{RtpTimestamp, SequenceNumber, Ssrc};

/// A press that says nothing for this long is taken to be over (100-150 ms).
pub(super) const QUIET: Duration = Duration::from_millis(120);
/// How long after an end a relay may repeat it under new timestamps: 60-100 ms were seen. Any longer,
/// and the end of a next quick press (40 ms on, 80 ms off) whose updates were lost would be taken for a repetition.
const END_REPEATS: Duration = Duration::from_millis(110);
/// How long an ended press is known by its timestamp alone. Far beyond any reordering; short enough that a test tool which
/// replays one capture under new sequence numbers is heard each time. A copy of a packet is known as such at any age.
const ENDED_REMEMBERED: Duration = Duration::from_secs(2);
/// How far behind an update its end may be, in packets (three ends are sent).
const END_REACH: i16 = 3;
/// A duration from here on is about to leave its 16 bits: five updates of 20 ms at 48 kHz below the limit.
const SEGMENT_FULL: u16 = 0xF000;

/// What is known about the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PressPhase {
    /// Held down.
    Down,
    /// No end was seen, but time, audio or another press says that it is over.
    Quiet,
    /// An end packet was seen, first at this time.
    Ended { at: Instant },
}

/// One timestamp of one press.
#[derive(Debug, Clone, Copy)]
pub(super) struct PressRecord {
    pub(super) event: u8,
    pub(super) phase: PressPhase,
    pub(super) heard_at: Instant,
    ssrc: Ssrc,
    timestamp: RtpTimestamp,
    /// The lowest sequence number of it.
    first: SequenceNumber,
    /// The highest.
    sequence: SequenceNumber,
    duration: u16,
}

impl PressRecord {
    /// The record that `packet` begins.
    pub(super) fn new(packet: &EventPacket, now: Instant) -> Self {
        Self {
            event: packet.event,
            phase: match packet.ended {
                true => PressPhase::Ended { at: now },
                false => PressPhase::Down,
            },
            heard_at: now,
            ssrc: packet.ssrc,
            timestamp: packet.timestamp,
            first: packet.sequence,
            sequence: packet.sequence,
            duration: packet.duration,
        }
    }

    /// The record of a further timestamp of this press.
    pub(super) fn continued(&self, packet: &EventPacket, now: Instant) -> Self {
        let record = Self::new(packet, now);
        match self.phase {
            PressPhase::Ended { .. } => Self {
                phase: self.phase,
                ..record
            },
            PressPhase::Down | PressPhase::Quiet => record,
        }
    }

    /// Whether `packet` lies behind this record on the media timeline.
    pub(super) fn is_ahead_of(&self, packet: &EventPacket) -> bool {
        self.ssrc == packet.ssrc && self.timestamp.ahead_of(packet.timestamp) > 0
    }

    /// Whether `packet` is one more of this timestamp, or a copy of one. The SSRC may have jumped: two streams do not choose
    /// the same timestamp for the same key by chance.
    pub(super) fn is_named_by(&self, packet: &EventPacket, now: Instant) -> bool {
        let is_known = match self.phase {
            PressPhase::Ended { at } => {
                now.saturating_duration_since(at) <= ENDED_REMEMBERED || self.spans(packet)
            }
            PressPhase::Down | PressPhase::Quiet => true,
        };
        is_known && self.event == packet.event && self.timestamp == packet.timestamp
    }

    /// Whether `packet` stands among the packets of this timestamp: no sender uses a sequence number for another press
    /// of the same timestamp, so the network has copied it or kept it for long.
    fn spans(&self, packet: &EventPacket) -> bool {
        self.ssrc == packet.ssrc
            && packet.sequence.ahead_of(self.first) >= 0
            && self.sequence.ahead_of(packet.sequence) >= 0
    }

    /// The last moment at which the key was known to be down.
    pub(super) fn down_until(&self) -> Instant {
        match self.phase {
            PressPhase::Ended { at } => at,
            PressPhase::Down | PressPhase::Quiet => self.heard_at,
        }
    }

    /// Whether `packet`, although its timestamp is new, continues this press. `clocks` are those
    /// that the sender may count by.
    pub(super) fn is_continued_by(&self, packet: &EventPacket, clocks: &EventClocks, now: Instant) -> bool {
        if self.event != packet.event {
            return false;
        }
        match self.phase {
            PressPhase::Ended { at } => packet.ended && now.saturating_duration_since(at) <= END_REPEATS,
            PressPhase::Down | PressPhase::Quiet if self.ssrc != packet.ssrc => false,
            PressPhase::Quiet => self.is_full() && self.is_followed_by_segment(packet, clocks),
            PressPhase::Down => self.is_full() || self.is_moving_with(packet, clocks),
        }
    }

    /// Whether the press is about to outgrow its duration and go on as another segment.
    fn is_full(&self) -> bool {
        self.duration >= SEGMENT_FULL
    }

    /// The next segment starts exactly where the last ended (RFC 4733 section 2.5.1.3).
    fn is_followed_by_segment(&self, packet: &EventPacket, clocks: &EventClocks) -> bool {
        let step = packet.timestamp.ahead_of(self.timestamp);
        clocks.any(|clock| (clock.timestamp_of(0xFFFF)..=clock.timestamp_of(0x1_0000)).contains(&step))
    }

    /// A sender that moves the timestamp on each packet. Its packets follow each other in sequence, a packet time
    /// apart; or, with some lost between, duration and timestamp have grown by the same amount; or the end follows
    /// within the reach of its repeats. A new press of the same key does none of this: its timestamp lies a press and
    /// a gap ahead, and its duration starts anew.
    fn is_moving_with(&self, packet: &EventPacket, clocks: &EventClocks) -> bool {
        let step = packet.timestamp.ahead_of(self.timestamp);
        let ahead = packet.sequence.ahead_of(self.sequence);
        let growth = i32::from(packet.duration) - i32::from(self.duration);
        let is_neighbour =
            matches!(ahead, -1 | 1) && clocks.any(|clock| step.unsigned_abs() <= clock.millis(60));
        let has_grown =
            growth != 0 && clocks.any(|clock| step.abs_diff(clock.timestamp_of(growth)) <= clock.millis(10));
        let is_end = packet.ended && (1..=END_REACH).contains(&ahead);
        is_neighbour || has_grown || is_end
    }

    /// Takes in another packet of this timestamp. An end stays an end.
    pub(super) fn absorb(&mut self, packet: &EventPacket, now: Instant) {
        if packet.ssrc != self.ssrc {
            self.ssrc = packet.ssrc;
            self.first = packet.sequence;
            self.sequence = packet.sequence;
        } else if packet.sequence.ahead_of(self.sequence) > 0 {
            self.sequence = packet.sequence;
        } else if packet.sequence.ahead_of(self.first) < 0 {
            self.first = packet.sequence;
        }
        match self.phase {
            PressPhase::Ended { .. } => {}
            PressPhase::Down | PressPhase::Quiet => {
                let duration = self.duration.max(packet.duration);
                *self = Self {
                    first: self.first,
                    sequence: self.sequence,
                    duration,
                    ..Self::new(packet, now)
                };
            }
        }
    }
}

/// The negotiated clock of events, and the clock of the audio beside them.
#[derive(Debug, Clone, Copy)]
pub(super) struct EventClocks {
    events_per_ms: i32,
    audio_per_ms: i32,
}

/// One way in which timestamps may be counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct TimestampClock {
    durations_per_ms: i32,
    timestamps_per_ms: i32,
}

impl EventClocks {
    /// Both are `clock_rate` Hz.
    pub(super) fn of(clock_rate: u32) -> Self {
        let events_per_ms = per_ms(clock_rate);
        Self {
            events_per_ms,
            audio_per_ms: events_per_ms,
        }
    }

    /// The same beside audio of `clock_rate` Hz.
    pub(super) fn with_audio_clock(self, clock_rate: u32) -> Self {
        Self {
            audio_per_ms: per_ms(clock_rate),
            ..self
        }
    }

    /// Whether something holds by one of the clocks.
    pub(super) fn any(&self, holds: impl Fn(TimestampClock) -> bool) -> bool {
        [self.events_per_ms, self.audio_per_ms]
            .into_iter()
            .any(|timestamps_per_ms| {
                holds(TimestampClock {
                    durations_per_ms: self.events_per_ms,
                    timestamps_per_ms,
                })
            })
    }
}

impl TimestampClock {
    /// How far the timestamp moves in so many milliseconds.
    pub(super) const fn millis(self, millis: u32) -> u32 {
        millis * self.timestamps_per_ms.unsigned_abs()
    }

    /// How far the timestamp moves while a duration grows by this.
    pub(super) const fn timestamp_of(self, duration: i32) -> i32 {
        duration.saturating_mul(self.timestamps_per_ms) / self.durations_per_ms
    }
}

/// At least 1, and so little that products with durations stay within 32 bits.
fn per_ms(clock_rate: u32) -> i32 {
    i32::try_from(clock_rate / 1_000).unwrap_or(8).clamp(1, 192)
}
