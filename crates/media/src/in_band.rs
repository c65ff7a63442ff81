//! DTMF tones in the audio of a session, where the setting or the negotiation asks for them.
//!
//! The detector takes consecutive samples. Sequence numbers say what a gap between packets means: lost packets are skipped,
//! and a key goes on over them; after a pause of the sender (silence suppression) a key is up.

use std::time::{Duration, Instant};

use super::stream::Stream;
use aftercall_audio::TELEPHONE_RATE;
use aftercall_audio::dtmf::InBandDetector;
use aftercall_rtp::dtmf::{HeldKey, KeyDown, KeyDownMonitor, Press};
use aftercall_rtp::sdp::EventMapping;
use aftercall_rtp::{PacketOrder, RtpTimestamp};

/// When DTMF tones are detected in the audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InBandDtmf {
    /// Where the peer cannot send telephone-events, or it is not clear whether it does.
    #[default]
    Auto,
    /// In every call, 30 us of CPU for each second.
    Always,
    /// In no call.
    Never,
}

impl InBandDtmf {
    /// Whether tones are detected in this stream.
    pub fn applies_to(self, stream: &Stream) -> bool {
        match self {
            Self::Auto => stream.telephone_event.is_none() || stream.event_mapping == EventMapping::Odd,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

/// Detects keys in the packets of one stream.
#[derive(Debug, Default)]
pub(super) struct InBandReceiver {
    detector: InBandDetector,
    /// The timestamp at which the next packet continues without a gap.
    next: Option<RtpTimestamp>,
    /// The last press, and the last packet with its tone.
    last: Option<(Press, Instant)>,
    monitor: KeyDownMonitor,
}

/// The position of a packet's samples in their stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct PacketPosition {
    pub(super) timestamp: RtpTimestamp,
    /// The clock of the timestamp, in Hz.
    pub(super) clock_rate: u32,
    pub(super) arrival: PacketOrder,
    pub(super) at: Instant,
}

impl InBandReceiver {
    /// Handles the samples of one packet, at 8 kHz. A late packet is skipped.
    pub(super) fn packet(&mut self, position: PacketPosition, samples: &[i16], mut heard: impl FnMut(Press)) {
        let ahead = self.next.map_or(0, |next| position.timestamp.ahead_of(next));
        match position.arrival {
            PacketOrder::Late | PacketOrder::Duplicate => return,
            PacketOrder::InOrder { missing: 0 } if ahead == 0 => {}
            PacketOrder::InOrder { missing: 1.. } if ahead >= 0 => {
                let lost = Duration::from_secs(ahead.unsigned_abs().into()) / position.clock_rate.max(1);
                self.detector.gap(lost);
            }
            PacketOrder::InOrder { .. } | PacketOrder::First | PacketOrder::Jumped => self.detector.restart(),
        }
        let last = &mut self.last;
        self.detector.handle(samples, position.at, |press| {
            *last = Some((press, press.at));
            heard(press);
        });
        if self.detector.is_held()
            && let Some((_, until)) = last
        {
            *until = position.at;
        }
        let units = samples.len() as u64 * u64::from(position.clock_rate) / u64::from(TELEPHONE_RATE);
        self.next = Some(RtpTimestamp(position.timestamp.0.wrapping_add(units as u32)));
    }

    /// Reports how long the last key has been down, when a report is due.
    pub(super) fn poll(&mut self) -> Option<HeldKey> {
        let (press, until) = self.last?;
        self.monitor.poll(KeyDown {
            press,
            until,
            is_down: self.detector.is_held(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{InBandReceiver, PacketPosition};
    use aftercall_audio::TELEPHONE_RATE;
    use aftercall_audio::dtmf::tones;
    use aftercall_base::Digit;
    use aftercall_rtp::{PacketOrder, RtpTimestamp};
    use aftercall_runtime::clock::monotonic;

    const PACKET: usize = 160;
    const NEXT: PacketOrder = PacketOrder::InOrder { missing: 0 };

    /// Feeds the packets whose places in the stream are given, with how each arrives; tells the keys heard.
    fn heard(sound: &[i16], packets: &[(usize, PacketOrder)]) -> String {
        let (mut receiver, mut keys) = (InBandReceiver::default(), String::new());
        for (place, arrival) in packets {
            let position = PacketPosition {
                timestamp: RtpTimestamp((u32::MAX - 800).wrapping_add((place * PACKET) as u32)),
                clock_rate: TELEPHONE_RATE,
                arrival: *arrival,
                at: monotonic(),
            };
            let samples = sound.chunks(PACKET).nth(*place).unwrap_or(&[0; PACKET]);
            receiver.packet(position, samples, |press| keys.push(press.digit.as_char()));
        }
        keys
    }

    /// One key of 200 ms: packets 0 to 9, silence behind.
    fn long() -> Vec<i16> {
        let five = Digit::from_char('5').unwrap();
        tones(&[five], Duration::from_millis(200), Duration::from_millis(100))
    }

    fn all(count: usize) -> Vec<(usize, PacketOrder)> {
        (0..count).map(|place| (place, NEXT)).collect()
    }

    #[test]
    fn lost_packets_inside_a_key_do_not_double_it() {
        let mut packets = all(15);
        packets.drain(4..6);
        packets[4].1 = PacketOrder::InOrder { missing: 2 };
        assert_eq!(heard(&long(), &packets), "5");
    }

    #[test]
    fn late_and_repeated_packets_are_left_out() {
        let mut packets = all(15);
        packets.insert(6, (3, PacketOrder::Late));
        packets.insert(6, (4, PacketOrder::Duplicate));
        assert_eq!(heard(&long(), &packets), "5");
    }

    #[test]
    fn a_sender_that_pauses_between_two_presses_pressed_twice() {
        let sound = long()[..8 * PACKET].to_vec();
        let mut packets = all(8);
        packets.extend(packets.clone());
        let mut again = 0;
        let placed = packets.into_iter().map(|(place, arrival)| {
            again += 1;
            (if again > 8 { place + 100 } else { place }, arrival)
        });
        let (mut receiver, mut keys) = (InBandReceiver::default(), String::new());
        for (place, arrival) in placed {
            let position = PacketPosition {
                timestamp: RtpTimestamp((place * PACKET) as u32),
                clock_rate: TELEPHONE_RATE,
                arrival,
                at: monotonic(),
            };
            let samples = &sound[place % 100 * PACKET..][..PACKET];
            receiver.packet(position, samples, |press| keys.push(press.digit.as_char()));
        }
        assert_eq!(keys, "55");
    }

    #[test]
    fn a_press_is_dated_to_the_packet_in_which_its_tone_began() {
        let start = monotonic();
        let five = Digit::from_char('5').unwrap();
        for silent in 0..PACKET {
            let mut sound = vec![0; 5 * PACKET + silent];
            sound.extend(tones(
                &[five],
                Duration::from_millis(60),
                Duration::from_millis(60),
            ));
            let (mut receiver, mut began) = (InBandReceiver::default(), None);
            for (place, samples) in sound.chunks(PACKET).enumerate() {
                let position = PacketPosition {
                    timestamp: RtpTimestamp((place * PACKET) as u32),
                    clock_rate: TELEPHONE_RATE,
                    arrival: NEXT,
                    at: start + Duration::from_millis(20) * place as u32,
                };
                receiver.packet(position, samples, |press| began = Some(press.at - start));
            }
            // A tone rises for 2 ms and is seen when it has half risen.
            let expected = [Duration::from_millis(100), Duration::from_millis(120)];
            let last = usize::from(silent > PACKET - 16);
            assert!(
                expected[..=last].contains(&began.unwrap()),
                "{silent} samples into packet 5, dated {began:?}"
            );
        }
    }
}
