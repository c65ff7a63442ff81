//! On which payload types keys may come.
//!
//! RFC 4733 section 2.4 wants a format of the `m=` line with an `a=rtpmap` that says telephone-event. Peers forget the
//! one or the other, or map a number twice, and then send keys on it all the same. What is meant is agreed on, what may
//! be meant is heard by its number where a packet reads as an event; and since neither is sure, the mapping is
//! [`EventMapping::Odd`], so that tones are listened to beside it and the call is marked.

use super::description::{MediaLine, RtpMap};
use super::{Codec, EventMapping, EventSet, PayloadTypes, TelephoneEvent};

/// The number that phones use for telephone-event whatever they write.
const CUSTOMARY: u8 = 101;
/// The first number for dynamic payload types (RFC 3551 section 6).
const FIRST_DYNAMIC: u8 = 96;
/// The clock where none is written.
const DEFAULT_CLOCK: u32 = 8_000;

/// Where keys are heard on a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EventChoice {
    /// The format to agree on: on the codec's clock, where there is one (RFC 4733 section 2.1).
    pub(super) chosen: Option<TelephoneEvent>,
    pub(super) others: Vec<TelephoneEvent>,
    /// Numbers on which packets that read as events are taken for keys.
    pub(super) likely: PayloadTypes,
    pub(super) mapping: EventMapping,
}

/// What is written of one payload type.
enum PayloadReading {
    Event(TelephoneEvent),
    /// It is meant for telephone-event, most likely.
    OddEvent(TelephoneEvent),
    Unmapped,
    Other,
}

impl EventChoice {
    /// None: telephone-event is switched off.
    pub(super) const fn none() -> Self {
        Self {
            chosen: None,
            others: Vec::new(),
            likely: PayloadTypes::NONE,
            mapping: EventMapping::Missing,
        }
    }

    /// What `line` says, whose audio is of this codec and payload type.
    pub(super) fn of(line: &MediaLine, codec: Codec, audio: u8) -> Self {
        let listed: PayloadTypes = line.payload_types().collect();
        let unlisted = line
            .rtpmaps()
            .filter(|map| is_event(map) && !listed.contains(map.payload_type));
        let mut sorted = SortedPayloads::default();
        for number in line.payload_types().filter(|number| *number != audio) {
            sorted.take(number, read(line, number, codec));
        }
        for map in unlisted {
            sorted.take(map.payload_type, PayloadReading::OddEvent(format(line, map)));
        }
        let is_clash = line.rtpmaps_of(audio).any(is_event);
        // Audio of G.711 and G.722 is never four octets long; a packet of Opus may be.
        if is_clash && codec != Codec::Opus {
            sorted.likely = sorted.likely.with(audio);
        }
        let is_odd = is_clash || sorted.has_unmapped || !sorted.odd.is_empty();
        if line.rtpmaps_of(CUSTOMARY).next().is_none() && audio != CUSTOMARY {
            sorted.likely = sorted.likely.with(CUSTOMARY);
        }
        let mapping = match (sorted.clear.is_empty(), is_odd) {
            (false, _) => EventMapping::Clear,
            (true, true) => EventMapping::Odd,
            (true, false) => EventMapping::Missing,
        };
        let (chosen, others) = sorted.choose(codec);
        Self {
            chosen,
            others,
            likely: sorted.likely,
            mapping,
        }
    }
}

/// The formats of a line by how clearly they are written.
#[derive(Default)]
struct SortedPayloads {
    clear: Vec<TelephoneEvent>,
    odd: Vec<TelephoneEvent>,
    likely: PayloadTypes,
    has_unmapped: bool,
}

impl SortedPayloads {
    fn take(&mut self, number: u8, reading: PayloadReading) {
        let mut known = self.clear.iter().chain(&self.odd);
        if known.any(|event| event.payload_type == number) {
            return;
        }
        match reading {
            PayloadReading::Event(event) => self.clear.push(event),
            PayloadReading::OddEvent(event) => self.odd.push(event),
            PayloadReading::Unmapped => {
                self.has_unmapped = true;
                self.likely = self.likely.with(number);
            }
            PayloadReading::Other => {}
        }
    }

    fn choose(&mut self, codec: Codec) -> (Option<TelephoneEvent>, Vec<TelephoneEvent>) {
        let (mut first, then) = match self.clear.is_empty() {
            true => (std::mem::take(&mut self.odd), Vec::new()),
            false => (std::mem::take(&mut self.clear), std::mem::take(&mut self.odd)),
        };
        let same_clock = |event: &TelephoneEvent| event.clock_rate == codec.clock_rate();
        let position = first.iter().position(same_clock).unwrap_or(0);
        let chosen = (!first.is_empty()).then(|| first.remove(position));
        first.extend(then);
        (chosen, first)
    }
}

/// Reads a format of the `m=` line.
fn read(line: &MediaLine, number: u8, codec: Codec) -> PayloadReading {
    let same_clock = |map: &&RtpMap| map.clock_rate == codec.clock_rate();
    let events = || line.rtpmaps_of(number).filter(|map| is_event(map));
    let Some(first) = events().find(same_clock).or_else(|| events().next()) else {
        return match line.rtpmaps_of(number).next() {
            Some(_) => PayloadReading::Other,
            None => read_unmapped(line, number),
        };
    };
    let agrees = |map: &RtpMap| is_event(map) && map.clock_rate == first.clock_rate;
    match first.clock_rate > 0 && line.rtpmaps_of(number).all(agrees) {
        true => PayloadReading::Event(format(line, first)),
        false => PayloadReading::OddEvent(format(line, first)),
    }
}

/// A format without an rtpmap: by its parameters, or by its number.
fn read_unmapped(line: &MediaLine, number: u8) -> PayloadReading {
    let event = TelephoneEvent {
        payload_type: number,
        clock_rate: DEFAULT_CLOCK,
        events: line.events(number),
    };
    match line.format_parameters(number) {
        _ if number < FIRST_DYNAMIC => PayloadReading::Other,
        Some(list) if EventSet::is_list(list) => PayloadReading::OddEvent(event),
        Some(_) => PayloadReading::Other,
        None if number == CUSTOMARY => PayloadReading::OddEvent(event),
        None => PayloadReading::Unmapped,
    }
}

fn format(line: &MediaLine, map: &RtpMap) -> TelephoneEvent {
    TelephoneEvent {
        payload_type: map.payload_type,
        clock_rate: match map.clock_rate {
            0 => DEFAULT_CLOCK,
            clock_rate => clock_rate,
        },
        events: line.events(map.payload_type),
    }
}

/// `telephone-event`, also as it is misspelt: `telephone-events`, `telephone_event`.
fn is_event(map: &RtpMap) -> bool {
    let letters: String = map.encoding.chars().filter(char::is_ascii_alphabetic).collect();
    ["telephoneevent", "telephoneevents"]
        .iter()
        .any(|name| letters.eq_ignore_ascii_case(name))
}

#[cfg(test)]
#[path = "event_choice/tests.rs"]
mod tests;
