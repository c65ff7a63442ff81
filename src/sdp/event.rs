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
        let list = list.trim();
        let list = list.strip_prefix("events=").unwrap_or(list);
        let bits = list
            .split(',')
            .filter_map(range_bits)
            .fold(0, |all, bits| all | bits);
        if bits == 0 { Self::DIGITS } else { Self(bits) }
    }
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
    use super::EventSet;

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
    fn lists_without_any_digit_mean_all_digits() {
        for list in ["", "16", "x-y", "9-3", "300-301", "-"] {
            assert_eq!(EventSet::parse(list), EventSet::DIGITS, "{list:?}");
        }
    }
}
