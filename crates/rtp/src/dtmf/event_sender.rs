//! Presses a key for the built-in test phone (RFC 4733 section 2.5.1).
//!
//! One packet per packet time: the first with duration of one packet and the marker, updates while the key is down, and
//! three end packets. The caller asks for a frame on each tick and sends audio when there is none. A press longer than
//! 65535 clock units goes on in further segments (section 2.5.1.3).

use std::time::Duration;

use super::EventPacket;
use crate::{EventFrame, EventPosition, Ptime};
use aftercall_base::Digit;

/// How often the end is sent (RFC 4733 section 2.5.1.4).
const ENDS: u8 = 3;
/// The level that phones use, in -dBm0.
const VOLUME: u8 = 10;

/// Refusal to press a key while another is down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is down already")]
pub struct PressInProgress;

#[derive(Debug, Clone, Copy)]
struct PressBeingSent {
    digit: Digit,
    /// The whole press, in clock units.
    total: u32,
    /// What has been told of it.
    told: u32,
    /// Where the current segment begins.
    segment: u32,
    ends_sent: u8,
}

/// Makes the packets of one press after another.
#[derive(Debug, Clone)]
pub struct TelephoneEventSender {
    clock_rate: u32,
    /// Hz of the RTP timestamps beside, the audio's.
    timestamp_rate: u32,
    units_per_packet: u32,
    pressed: Option<PressBeingSent>,
}

impl TelephoneEventSender {
    /// A sender of events on a clock of `clock_rate` Hz, one packet per `ptime`.
    pub fn new(clock_rate: u32, ptime: Ptime) -> Self {
        Self {
            clock_rate,
            timestamp_rate: clock_rate,
            units_per_packet: ptime.samples(clock_rate).max(1),
            pressed: None,
        }
    }

    /// The same in a stream whose timestamps count `clock_rate` Hz: the audio's, where the peer offered events on
    /// another clock only. Durations stay in the clock that was negotiated for them.
    #[must_use]
    pub const fn with_audio_clock(mut self, clock_rate: u32) -> Self {
        self.timestamp_rate = clock_rate;
        self
    }

    /// Presses `digit` for `duration`, rounded up to whole packets, at least one.
    pub fn press(&mut self, digit: Digit, duration: Duration) -> Result<(), PressInProgress> {
        if self.is_pressing() {
            return Err(PressInProgress);
        }
        let units = duration.as_millis() * u128::from(self.clock_rate) / 1000;
        let units = u32::try_from(units).unwrap_or(u32::MAX / 2);
        let packets = units.div_ceil(self.units_per_packet).max(1);
        self.pressed = Some(PressBeingSent {
            digit,
            total: packets.saturating_mul(self.units_per_packet),
            told: 0,
            segment: 0,
            ends_sent: 0,
        });
        Ok(())
    }

    /// Whether a key is down or its end is still being told.
    pub fn is_pressing(&self) -> bool {
        self.pressed.is_some()
    }

    /// The packet of this tick; `None` when no key is down.
    pub fn next_frame(&mut self) -> Option<EventFrame> {
        let pressed = self.pressed.as_mut()?;
        let position = match pressed.told {
            0 => EventPosition::First,
            _ => EventPosition::Later,
        };
        let ended = pressed.told >= pressed.total;
        if ended {
            pressed.ends_sent += 1;
        } else {
            pressed.told = pressed
                .told
                .saturating_add(self.units_per_packet)
                .min(pressed.total);
            if pressed.told - pressed.segment > u32::from(u16::MAX) {
                pressed.segment += u32::from(u16::MAX);
            }
        }
        let duration = u16::try_from(pressed.told - pressed.segment).unwrap_or(u16::MAX);
        let frame = EventFrame {
            position,
            segment_offset: timestamp_units(pressed.segment, self.clock_rate, self.timestamp_rate),
            payload: EventPacket::payload(pressed.digit.event(), ended, VOLUME, duration),
        };
        if pressed.ends_sent == ENDS {
            self.pressed = None;
        }
        Some(frame)
    }
}

/// Units of one clock in those of another.
fn timestamp_units(units: u32, from: u32, to: u32) -> u32 {
    let scaled = u64::from(units) * u64::from(to) / u64::from(from.max(1));
    u32::try_from(scaled).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{PressInProgress, TelephoneEventSender};
    use crate::{EventFrame, EventPosition, Ptime};
    use aftercall_base::Digit;

    fn press(sender: &mut TelephoneEventSender, millis: u64) -> Vec<EventFrame> {
        sender.press(Digit::POUND, Duration::from_millis(millis)).unwrap();
        std::iter::from_fn(|| sender.next_frame()).collect()
    }

    fn durations(frames: &[EventFrame]) -> Vec<u16> {
        frames
            .iter()
            .map(|frame| u16::from_be_bytes([frame.payload[2], frame.payload[3]]))
            .collect()
    }

    #[test]
    fn a_press_of_100_ms_is_five_updates_and_three_ends() {
        let mut sender = TelephoneEventSender::new(8000, Ptime::Ms20);
        let frames = press(&mut sender, 100);
        assert_eq!(durations(&frames), [160, 320, 480, 640, 800, 800, 800, 800]);
        for (index, frame) in frames.iter().enumerate() {
            assert_eq!(frame.payload[0], 11);
            assert_eq!(frame.payload[1], if index < 5 { 10 } else { 0x80 | 10 });
            assert_eq!(frame.position == EventPosition::First, index == 0);
            assert_eq!(frame.segment_offset, 0);
        }
        assert!(!sender.is_pressing());
    }

    #[test]
    fn only_one_key_is_down_at_a_time() {
        let mut sender = TelephoneEventSender::new(8000, Ptime::Ms20);
        sender.press(Digit::STAR, Duration::ZERO).unwrap();
        assert_eq!(sender.press(Digit::POUND, Duration::ZERO), Err(PressInProgress));
        assert_eq!(
            std::iter::from_fn(|| sender.next_frame()).count(),
            4,
            "one update at least"
        );
    }

    #[test]
    fn a_press_beyond_16_bits_goes_on_in_the_next_segment() {
        let mut sender = TelephoneEventSender::new(48_000, Ptime::Ms20);
        let frames = press(&mut sender, 3000);
        let segments: Vec<_> = frames.iter().map(|frame| frame.segment_offset).collect();
        assert_eq!(segments.first(), Some(&0));
        assert_eq!(segments.last(), Some(&(2 * 65535)));
        let last = frames.last().unwrap();
        let told = last.segment_offset + u32::from(*durations(&frames).last().unwrap());
        assert_eq!(told, 144_000, "three seconds in all");
    }

    #[test]
    fn durations_keep_the_negotiated_clock_and_segments_follow_the_timestamps() {
        let mut sender = TelephoneEventSender::new(8000, Ptime::Ms20).with_audio_clock(48_000);
        let frames = press(&mut sender, 9000);
        let last = frames.last().unwrap();
        assert_eq!(last.segment_offset, 65535 * 6);
        assert_eq!(*durations(&frames).last().unwrap(), 6_465);
        let mut sender = TelephoneEventSender::new(48_000, Ptime::Ms20).with_audio_clock(8000);
        let frames = press(&mut sender, 1500);
        assert_eq!(frames.last().unwrap().segment_offset, 65535 / 6);
        assert_eq!(*durations(&frames).last().unwrap(), 6_465);
    }

    #[test]
    fn making_a_frame_allocates_nothing() {
        let mut sender = TelephoneEventSender::new(8000, Ptime::Ms20);
        let allocations = allocation_counter::measure(|| {
            sender.press(Digit::STAR, Duration::from_secs(1)).unwrap();
            while sender.next_frame().is_some() {}
        });
        assert_eq!(allocations.count_total, 0);
    }
}
