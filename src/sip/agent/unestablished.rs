//! Calls on their way to being established, by the address they came from.

use std::collections::HashMap;
use std::net::IpAddr;

use crate::sip::dialog::{Dialog, Phase};
use crate::sip::event::DialogKey;
use crate::sip::transaction::give_back;

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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::net::{IpAddr, Ipv4Addr};

    use proptest::prelude::*;

    use super::{Stage, Unestablished};
    use crate::sip::event::DialogKey;

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
}
