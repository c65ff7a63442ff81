//! The full index of a packet, and which indices have been seen (RFC 3711 sections 3.3.1 and 3.3.2).

/// Packets behind the newest that are still told apart; older ones are refused unseen. The RFC asks for 64 or more.
const WINDOW: u64 = 128;

/// The indices of one source: of 48 bits on RTP, of 31 on RTCP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    newest: u64,
    /// Bit n is the packet n behind the newest.
    window: u128,
}

impl Seen {
    /// The first packet of a source has come.
    pub(super) const fn first(index: u64) -> Self {
        Self {
            newest: index,
            window: 1,
        }
    }

    /// The newest index.
    pub(super) const fn newest(&self) -> u64 {
        self.newest
    }

    /// The index that a packet with this sequence number has: the one nearest to the newest. `None` when that would
    /// lie before the first or behind the last of all.
    pub(super) fn estimate(&self, sequence: u16) -> Option<u64> {
        let [.., high, low] = self.newest.to_be_bytes();
        let ahead = sequence
            .wrapping_sub(u16::from_be_bytes([high, low]))
            .cast_signed();
        self.newest
            .checked_add_signed(ahead.into())
            .filter(|index| index >> 48 == 0)
    }

    /// Whether a packet of this index may still come: it is new, and not too old to tell.
    pub(super) fn is_new(&self, index: u64) -> bool {
        match self.newest.checked_sub(index) {
            None => true,
            Some(behind) => behind < WINDOW && self.window >> behind & 1 == 0,
        }
    }

    /// Notes a packet that has been verified.
    pub(super) fn note(&mut self, index: u64) {
        match index.checked_sub(self.newest) {
            Some(ahead) => {
                let kept = u32::try_from(ahead)
                    .ok()
                    .and_then(|ahead| self.window.checked_shl(ahead));
                self.window = kept.unwrap_or(0) | 1;
                self.newest = index;
            }
            None => {
                let behind = self.newest - index;
                if behind < WINDOW {
                    self.window |= 1 << behind;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::{Seen, WINDOW};

    #[test]
    fn sequence_numbers_are_completed_to_the_nearest_index() {
        let seen = Seen::first(0x1_FFF0);
        assert_eq!(seen.estimate(0xFFF1), Some(0x1_FFF1));
        assert_eq!(seen.estimate(0x0003), Some(0x2_0003), "after the wrap");
        assert_eq!(seen.estimate(0xF000), Some(0x1_F000), "late");
        let young = Seen::first(5);
        assert_eq!(young.estimate(0xFFF0), None, "before the first of all");
        let last = Seen::first((1 << 48) - 1);
        assert_eq!(last.estimate(0), None, "the key is used up");
    }

    #[test]
    fn packets_are_new_once_and_within_the_window() {
        let mut seen = Seen::first(1_000);
        assert!(!seen.is_new(1_000) && seen.is_new(1_001) && seen.is_new(999));
        seen.note(1_000 + WINDOW);
        assert!(!seen.is_new(1_000), "too old to tell");
        assert!(seen.is_new(1_001));
        seen.note(1_001);
        assert!(!seen.is_new(1_001));
        seen.note(1_000_000);
        assert!(!seen.is_new(1_000_000) && seen.is_new(999_999));
    }

    proptest! {
        #[test]
        fn no_index_is_new_twice(start in 0u64..100_000, steps in proptest::collection::vec(-200i64..300, 1..400)) {
            let mut seen = Seen::first(start);
            let mut noted = HashSet::from([start]);
            let mut at = start;
            for step in steps {
                at = at.saturating_add_signed(step);
                if seen.is_new(at) {
                    prop_assert!(noted.insert(at), "{at} was new twice");
                    seen.note(at);
                } else {
                    prop_assert!(noted.contains(&at) || seen.newest() - at >= WINDOW, "{at} was refused");
                }
            }
        }
    }
}
