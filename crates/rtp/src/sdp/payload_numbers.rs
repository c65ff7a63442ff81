//! The dynamic payload types of one session.
//!
//! A number that has meant something in a session must not come to mean something else (RFC 3264 section 8.3.2), so
//! both sides' numbers are remembered for the length of the call.

use super::PayloadTypes;
use crate::Codec;

/// The first number for dynamic payload types (RFC 3551 section 6).
const FIRST: u8 = 96;

/// What a dynamic payload type stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PayloadMeaning {
    Codec(Codec),
    /// telephone-event on this clock, in Hz.
    Event(u32),
}

/// Numbers in use.
#[derive(Debug, Clone, Default)]
pub(super) struct PayloadNumbers {
    known: Vec<(PayloadMeaning, u8)>,
    /// Bit n: payload type n has been on an m-line of the call.
    taken: u128,
    /// What has stood for telephone-event, on any clock.
    events: PayloadTypes,
}

impl PayloadNumbers {
    /// Notes that a number has been on an m-line, whatever it stands for.
    pub(super) const fn note(&mut self, payload_type: u8) {
        self.taken |= 1u128 << (payload_type & 127);
    }

    /// Notes what a number stands for; the first number of a meaning stays.
    pub(super) fn learn(&mut self, meaning: PayloadMeaning, payload_type: u8) {
        self.note(payload_type);
        if let PayloadMeaning::Event(_) = meaning {
            self.events = self.events.with(payload_type);
        }
        if self.known(meaning).is_none() {
            self.known.push((meaning, payload_type));
        }
    }

    /// The number for a meaning: the one it has, or `wanted`, or the next that is free.
    pub(super) fn assign(&mut self, meaning: PayloadMeaning, wanted: u8) -> u8 {
        if let Some(known) = self.known(meaning) {
            return known;
        }
        let is_free = |number: &u8| (self.taken >> *number) & 1 == 0;
        let number = (wanted..=127).chain(FIRST..=127).find(is_free).unwrap_or(wanted);
        self.learn(meaning, number);
        number
    }

    /// The clocks, in Hz, and numbers of telephone-event.
    pub(super) fn events(&self) -> impl Iterator<Item = (u32, u8)> {
        self.known.iter().filter_map(|(meaning, number)| match meaning {
            PayloadMeaning::Event(clock_rate) => Some((*clock_rate, *number)),
            PayloadMeaning::Codec(_) => None,
        })
    }

    /// Every number that has stood for telephone-event.
    pub(super) const fn event_numbers(&self) -> PayloadTypes {
        self.events
    }

    fn known(&self, meaning: PayloadMeaning) -> Option<u8> {
        self.known
            .iter()
            .find(|(known, _)| *known == meaning)
            .map(|(_, number)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::{PayloadMeaning, PayloadNumbers};
    use crate::Codec;

    #[test]
    fn number_of_a_meaning_stays_and_is_given_to_no_other() {
        let mut numbers = PayloadNumbers::default();
        numbers.note(101);
        assert_eq!(numbers.assign(PayloadMeaning::Event(8_000), 101), 102);
        assert_eq!(numbers.assign(PayloadMeaning::Event(48_000), 101), 103);
        assert_eq!(numbers.assign(PayloadMeaning::Event(8_000), 101), 102);
        numbers.learn(PayloadMeaning::Codec(Codec::Opus), 111);
        assert_eq!(numbers.assign(PayloadMeaning::Codec(Codec::Opus), 107), 111);
        (96..=127).for_each(|number| numbers.note(number));
        assert_eq!(
            numbers.assign(PayloadMeaning::Event(16_000), 101),
            101,
            "rather than none"
        );
    }
}
