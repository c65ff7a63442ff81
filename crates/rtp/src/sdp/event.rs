//! telephone-event (RFC 4733) as it is negotiated.

/// A negotiated telephone-event format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TelephoneEvent {
    /// 0-127, usually 96-127.
    pub payload_type: u8,
    /// Hz; durations count in it.
    pub clock_rate: u32,
    /// The events that the peer can receive.
    pub events: EventSet,
}

/// How the peer's description maps telephone-event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EventMapping {
    /// As RFC 4733 section 2.4 has it.
    #[default]
    Clear,
    /// It is meant, but the payload type has no rtpmap, or several, or is not among the formats of the `m=` line: keys
    /// may come on it or as tones.
    Odd,
    /// Not at all.
    Missing,
}

/// A set of RTP payload types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PayloadTypes(u128);

impl PayloadTypes {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// The set with one more; numbers above 127 are none.
    #[must_use]
    pub const fn with(self, payload_type: u8) -> Self {
        match payload_type {
            0..=127 => Self(self.0 | 1 << payload_type),
            128.. => self,
        }
    }

    /// The set without one.
    #[must_use]
    pub const fn without(self, payload_type: u8) -> Self {
        match payload_type {
            0..=127 => Self(self.0 & !(1 << payload_type)),
            128.. => self,
        }
    }

    /// All that are in either set.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether it is in the set.
    pub const fn contains(self, payload_type: u8) -> bool {
        payload_type < 128 && self.0 >> payload_type & 1 == 1
    }
}

impl FromIterator<u8> for PayloadTypes {
    fn from_iter<I: IntoIterator<Item = u8>>(numbers: I) -> Self {
        numbers.into_iter().fold(Self::NONE, Self::with)
    }
}

/// Which of the events 0-15 (the DTMF digits) a peer can receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventSet(u16);

impl EventSet {
    /// Events 0-15: also what a missing `a=fmtp` means (RFC 4733 section 2.4.1).
    pub const DIGITS: Self = Self(0xFFFF);

    /// Whether the event with this code may be sent.
    pub const fn contains(self, event: u8) -> bool {
        event < 16 && self.0 >> event & 1 == 1
    }

    /// Reads the list of an `a=fmtp`, for example `0-11,16,66-70`. Text that lists no event below 16 is taken for
    /// what peers mean by it: all digits.
    pub(super) fn parse(list: &str) -> Self {
        match bits(list) {
            0 => Self::DIGITS,
            bits => Self(bits),
        }
    }

    /// Whether an `a=fmtp` reads as a list of digits: what stands behind a payload type without an rtpmap.
    pub(super) fn is_list(list: &str) -> bool {
        let is_written = |octet: u8| octet.is_ascii_digit() || matches!(octet, b',' | b'-' | b' ');
        bits(list) != 0 && strip(list).bytes().all(is_written)
    }
}

fn strip(list: &str) -> &str {
    let list = list.trim();
    list.strip_prefix("events=").unwrap_or(list)
}

fn bits(list: &str) -> u16 {
    strip(list)
        .split(',')
        .filter_map(range_bits)
        .fold(0, |all, bits| all | bits)
}

fn range_bits(range: &str) -> Option<u16> {
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let first: u8 = first.trim().parse().ok()?;
    let last: u8 = last.trim().parse().ok()?;
    Some(
        (0..16u8)
            .filter(|event| (first..=last).contains(event))
            .fold(0, |bits, event| bits | 1 << event),
    )
}

#[cfg(test)]
mod tests {
    use super::{EventSet, PayloadTypes};

    fn listed(list: &str) -> Vec<u8> {
        (0..=255)
            .filter(|event| EventSet::parse(list).contains(*event))
            .collect()
    }

    #[test]
    fn ranges_and_single_events_are_read() {
        assert_eq!(listed("0-11,16,66-70"), (0..=11).collect::<Vec<_>>());
        assert_eq!(listed("0, 2-3 ,15"), [0, 2, 3, 15]);
        assert_eq!(listed("events=0-15"), (0..16).collect::<Vec<_>>());
    }

    #[test]
    fn parameters_of_other_formats_are_no_list_of_digits() {
        for list in ["0-15", "0-16", "0-11,16", "events=0-15", "0 - 15"] {
            assert!(EventSet::is_list(list), "{list:?}");
        }
        for list in [
            "",
            "mode=20",
            "minptime=10;useinbandfec=1",
            "111/111",
            "16",
            "annexb=no",
        ] {
            assert!(!EventSet::is_list(list), "{list:?}");
        }
    }

    #[test]
    fn payload_types_are_0_to_127() {
        let set: PayloadTypes = [0, 13, 127, 128, 255].into_iter().collect();
        let listed: Vec<u8> = (0..=255).filter(|number| set.contains(*number)).collect();
        assert_eq!(listed, [0, 13, 127]);
        assert!(!set.without(13).contains(13));
    }

    #[test]
    fn lists_without_any_digit_mean_all_digits() {
        for list in ["", "16", "x-y", "9-3", "300-301", "-"] {
            assert_eq!(EventSet::parse(list), EventSet::DIGITS, "{list:?}");
        }
    }
}
