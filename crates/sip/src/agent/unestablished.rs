//! Calls on their way to being established, by the address they came from.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::dialog::{Dialog, Phase};
use crate::event::DialogKey;
use crate::transaction::give_back;

/// How long an address counts as one that acknowledges.
const PROVEN_FOR: Duration = Duration::from_secs(3_600);
/// Addresses known as such.
const MOST_PROVEN: usize = 1_000;

/// How far an inbound call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// The application has not decided.
    Offered,
    /// Our 2xx waits for its ACK.
    Accepted,
}

impl Stage {
    /// `None` where the dialog is established, or where the call is ours.
    pub(super) fn of(dialog: &Dialog) -> Option<Self> {
        match dialog.phase {
            Phase::Offered { .. } => Some(Self::Offered),
            _ if dialog.unacknowledged.is_some() => Some(Self::Accepted),
            Phase::Calling(_) | Phase::Confirmed | Phase::Ending { .. } => None,
        }
    }
}

/// Every call that is not established.
#[derive(Debug, Default)]
pub(super) struct Unestablished {
    calls: HashMap<DialogKey, (IpAddr, Stage)>,
    of_source: HashMap<IpAddr, usize>,
    accepted: usize,
}

impl Unestablished {
    /// How many calls wait for the ACK of our 2xx.
    pub(super) const fn accepted(&self) -> usize {
        self.accepted
    }

    /// How many calls of this address are not established.
    pub(super) fn of_source(&self, source: IpAddr) -> usize {
        self.of_source.get(&source).copied().unwrap_or_default()
    }

    /// Where a call is now; `None` where it is established or gone. Its source is the one it was first noted with.
    pub(super) fn set(&mut self, key: DialogKey, now: Option<(IpAddr, Stage)>) {
        let Some((source, stage)) = now else {
            return self.remove(key);
        };
        let call = self.calls.entry(key).or_insert_with(|| {
            *self.of_source.entry(source).or_default() += 1;
            (source, Stage::Offered)
        });
        let before = std::mem::replace(&mut call.1, stage);
        match (before, stage) {
            (Stage::Offered, Stage::Accepted) => self.accepted += 1,
            (Stage::Accepted, Stage::Offered) => self.accepted -= 1,
            _ => {}
        }
    }

    fn remove(&mut self, key: DialogKey) {
        let Some((source, stage)) = self.calls.remove(&key) else {
            return;
        };
        if stage == Stage::Accepted {
            self.accepted -= 1;
        }
        if let Some(calls) = self.of_source.get_mut(&source) {
            *calls -= 1;
            if *calls == 0 {
                self.of_source.remove(&source);
            }
        }
        give_back(&mut self.calls);
        give_back(&mut self.of_source);
    }
}

/// Addresses that have acknowledged a call lately: they are PBXs, whatever a flood from other addresses looks like.
#[derive(Debug, Default)]
pub(super) struct Proven(HashMap<IpAddr, Instant>);

impl Proven {
    /// A call of this address was acknowledged. Of too many addresses the one that proved itself longest ago is forgotten.
    pub(super) fn note(&mut self, source: IpAddr, now: Instant) {
        if self.0.len() >= MOST_PROVEN && !self.0.contains_key(&source) {
            let oldest = self.0.iter().min_by_key(|(_, at)| **at);
            if let Some(oldest) = oldest.map(|(source, _)| *source) {
                self.0.remove(&oldest);
            }
        }
        self.0.insert(source, now);
    }

    /// Whether a call of this address was acknowledged within the last hour.
    pub(super) fn holds(&self, source: IpAddr, now: Instant) -> bool {
        let at = self.0.get(&source);
        at.is_some_and(|at| now.saturating_duration_since(*at) < PROVEN_FOR)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::{IpAddr, Ipv4Addr};

    use proptest::prelude::*;

    use super::{MOST_PROVEN, PROVEN_FOR, Proven, Stage, Unestablished};
    use crate::event::DialogKey;
    use aftercall_runtime::clock::monotonic;

    fn source(number: u8) -> IpAddr {
        Ipv4Addr::new(10, 0, 0, number).into()
    }

    proptest! {
        /// The sums are those of the calls, whatever happened to them.
        #[test]
        fn sums_are_those_of_the_calls(
            steps in prop::collection::vec((0_u64..8, 0_u8..3, prop::option::of(any::<bool>())), 0..200),
        ) {
            let mut unestablished = Unestablished::default();
            let mut model: BTreeMap<u64, (u8, bool)> = BTreeMap::new();
            for (call, from, accepted) in steps {
                let from = model.get(&call).map_or(from, |(first, _)| *first);
                let stage = |accepted| if accepted { Stage::Accepted } else { Stage::Offered };
                unestablished.set(DialogKey(call), accepted.map(|accepted| (source(from), stage(accepted))));
                match accepted {
                    Some(accepted) => { model.insert(call, (from, accepted)); }
                    None => { model.remove(&call); }
                }
                let accepted = model.values().filter(|(_, accepted)| *accepted).count();
                prop_assert_eq!(unestablished.accepted(), accepted);
                for number in 0..3 {
                    let calls = model.values().filter(|(from, _)| *from == number).count();
                    prop_assert_eq!(unestablished.of_source(source(number)), calls);
                }
            }
        }
    }

    #[test]
    fn address_is_proven_for_an_hour_and_the_oldest_is_forgotten() {
        let now = monotonic();
        let mut proven = Proven::default();
        proven.note(source(1), now);
        assert!(proven.holds(source(1), now) && !proven.holds(source(2), now));
        assert!(!proven.holds(source(1), now + PROVEN_FOR));
        for number in 0..MOST_PROVEN {
            let [high, low] = u16::try_from(number).unwrap().to_be_bytes();
            proven.note(IpAddr::from([10, 1, high, low]), now + PROVEN_FOR / 2);
        }
        assert!(!proven.holds(source(1), now), "it made room");
        assert_eq!(proven.0.len(), MOST_PROVEN);
    }
}
