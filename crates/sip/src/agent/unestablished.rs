//! Calls on their way to being established, by the address they came from.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::dialog::{Dialog, DialogPhase};
use crate::event::DialogKey;
use crate::transaction::shrink;

/// How long an address counts as one that acknowledges.
const ACKNOWLEDGING_FOR: Duration = Duration::from_secs(3_600);
/// Addresses known as such.
const MOST_ACKNOWLEDGING: usize = 1_000;

/// How far an inbound call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetupStage {
    /// The application has not decided.
    Offered,
    /// Our 2xx waits for its ACK.
    Accepted,
}

impl SetupStage {
    /// `None` where the dialog is established, or where the call is ours.
    pub(super) fn of(dialog: &Dialog) -> Option<Self> {
        match dialog.phase {
            DialogPhase::Offered { .. } => Some(Self::Offered),
            _ if dialog.unacknowledged.is_some() => Some(Self::Accepted),
            DialogPhase::Calling(_) | DialogPhase::Confirmed | DialogPhase::Ending { .. } => None,
        }
    }
}

/// Every call that is not established.
#[derive(Debug, Default)]
pub(super) struct Unestablished {
    calls: HashMap<DialogKey, (IpAddr, SetupStage)>,
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
    pub(super) fn set(&mut self, key: DialogKey, now: Option<(IpAddr, SetupStage)>) {
        let Some((source, stage)) = now else {
            return self.remove(key);
        };
        let call = self.calls.entry(key).or_insert_with(|| {
            *self.of_source.entry(source).or_default() += 1;
            (source, SetupStage::Offered)
        });
        let before = std::mem::replace(&mut call.1, stage);
        match (before, stage) {
            (SetupStage::Offered, SetupStage::Accepted) => self.accepted += 1,
            (SetupStage::Accepted, SetupStage::Offered) => self.accepted -= 1,
            _ => {}
        }
    }

    fn remove(&mut self, key: DialogKey) {
        let Some((source, stage)) = self.calls.remove(&key) else {
            return;
        };
        if stage == SetupStage::Accepted {
            self.accepted -= 1;
        }
        if let Some(calls) = self.of_source.get_mut(&source) {
            *calls -= 1;
            if *calls == 0 {
                self.of_source.remove(&source);
            }
        }
        shrink(&mut self.calls);
        shrink(&mut self.of_source);
    }
}

/// Addresses that have acknowledged a call lately: they are PBXs, whatever a flood from other addresses looks like.
#[derive(Debug, Default)]
pub(super) struct AcknowledgingSources(HashMap<IpAddr, Instant>);

impl AcknowledgingSources {
    /// A call of this address was acknowledged. Of too many addresses the one that proved itself longest ago is forgotten.
    pub(super) fn note(&mut self, source: IpAddr, now: Instant) {
        if self.0.len() >= MOST_ACKNOWLEDGING && !self.0.contains_key(&source) {
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
        at.is_some_and(|at| now.saturating_duration_since(*at) < ACKNOWLEDGING_FOR)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::{IpAddr, Ipv4Addr};

    use proptest::prelude::*;

    use super::{ACKNOWLEDGING_FOR, AcknowledgingSources, MOST_ACKNOWLEDGING, SetupStage, Unestablished};
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
                let stage = |accepted| if accepted { SetupStage::Accepted } else { SetupStage::Offered };
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
        let mut acknowledging_sources = AcknowledgingSources::default();
        acknowledging_sources.note(source(1), now);
        assert!(acknowledging_sources.holds(source(1), now) && !acknowledging_sources.holds(source(2), now));
        assert!(!acknowledging_sources.holds(source(1), now + ACKNOWLEDGING_FOR));
        for number in 0..MOST_ACKNOWLEDGING {
            let [high, low] = u16::try_from(number).unwrap().to_be_bytes();
            acknowledging_sources.note(IpAddr::from([10, 1, high, low]), now + ACKNOWLEDGING_FOR / 2);
        }
        assert!(!acknowledging_sources.holds(source(1), now), "it made room");
        assert_eq!(acknowledging_sources.0.len(), MOST_ACKNOWLEDGING);
    }
}
