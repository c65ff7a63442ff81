//! Calls of which nothing is left but that they came: counted here until somebody writes the counts down.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use aftercall_sip::event::{TurnedAway, TurnedAwayReason};

/// Dialled users counted apart; calls to others are counted as calls to nobody known.
const MOST_USERS: usize = 64;

/// Counts calls that were refused for want of room before anything of them was read, by dialled user and reason.
#[derive(Debug, Default)]
pub struct TurnedAwayCounts(Mutex<BTreeMap<(String, TurnedAwayReason), u64>>);

impl TurnedAwayCounts {
    /// Counts one call.
    pub fn note(&self, call: TurnedAway) {
        self.add(call.dialled.expose().clone(), call.why, 1);
    }

    /// Counts calls, also such as could not be written down.
    pub fn add(&self, dialled: String, why: TurnedAwayReason, calls: u64) {
        // Counts have no state that a panic elsewhere could have broken.
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_known = counts.contains_key(&(dialled.clone(), why));
        let dialled = if is_known || counts.len() < MOST_USERS {
            dialled
        } else {
            String::new()
        };
        *counts.entry((dialled, why)).or_default() += calls;
    }

    /// Takes the counts out.
    pub fn take(&self) -> Vec<(String, TurnedAwayReason, u64)> {
        let counts = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        counts
            .into_iter()
            .map(|((dialled, why), calls)| (dialled, why, calls))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST_USERS, TurnedAwayCounts};
    use aftercall_base::Redacted;
    use aftercall_sip::event::{TurnedAway, TurnedAwayReason};

    #[test]
    fn every_call_is_counted_and_many_dialled_users_take_no_more_room() {
        let counts = TurnedAwayCounts::default();
        for number in 0..10_000 {
            counts.note(TurnedAway {
                dialled: Redacted::new(format!("n{number}")),
                why: TurnedAwayReason::Pending,
            });
        }
        counts.add("n1".to_owned(), TurnedAwayReason::Pending, 5);
        let taken = counts.take();
        assert!(taken.len() <= MOST_USERS + 1, "{}", taken.len());
        assert_eq!(taken.iter().map(|(_, _, calls)| calls).sum::<u64>(), 10_005);
        assert!(
            taken.contains(&("n1".to_owned(), TurnedAwayReason::Pending, 6)),
            "those that were there first stay apart"
        );
        assert!(counts.take().is_empty());
    }
}
