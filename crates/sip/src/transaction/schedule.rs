//! Deadlines by owner: one per owner, moved or cancelled at will, the earliest found at once.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;
use std::time::Instant;

/// At most one deadline for each `K`. Every operation is O(log n).
#[derive(Debug)]
pub(crate) struct TimerSchedule<K> {
    ordered: BTreeSet<(Instant, K)>,
    by_owner: HashMap<K, Instant>,
}

impl<K: Copy + Ord + Hash> TimerSchedule<K> {
    pub(crate) fn new() -> Self {
        Self {
            ordered: BTreeSet::new(),
            by_owner: HashMap::new(),
        }
    }

    /// Sets, moves or (with `None`) cancels the deadline of `owner`.
    pub(crate) fn set(&mut self, owner: K, deadline: Option<Instant>) {
        let previous = match deadline {
            Some(deadline) => self.by_owner.insert(owner, deadline),
            None => self.remove(owner),
        };
        // Re-arming mostly finds the deadline unchanged: the ordered set is not touched then.
        if previous == deadline {
            return;
        }
        if let Some(previous) = previous {
            self.ordered.remove(&(previous, owner));
        }
        if let Some(deadline) = deadline {
            self.ordered.insert((deadline, owner));
        }
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.ordered.first().map(|(deadline, _)| *deadline)
    }

    /// Takes out an owner whose deadline is not after `now`, earliest first.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<K> {
        let (deadline, owner) = *self.ordered.first()?;
        if deadline > now {
            return None;
        }
        self.ordered.pop_first();
        self.remove(owner);
        Some(owner)
    }

    fn remove(&mut self, owner: K) -> Option<Instant> {
        let removed = self.by_owner.remove(&owner);
        shrink(&mut self.by_owner);
        removed
    }
}

/// Entries for which a table holds room without asking whether it is needed.
pub(crate) const RETAINED_CAPACITY: usize = 1_024;

/// Gives the room that a flood needed back when it is over: a table does not shrink by itself.
pub(crate) fn shrink<K: Eq + Hash, V>(table: &mut HashMap<K, V>) {
    if table.capacity() > RETAINED_CAPACITY && table.len() < table.capacity() / 8 {
        table.shrink_to(table.len() * 2);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::TimerSchedule;
    use aftercall_runtime::clock::monotonic;

    #[test]
    fn due_owners_come_earliest_first_and_moved_ones_only_once() {
        let start = monotonic();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut schedule = TimerSchedule::new();
        schedule.set('a', Some(at(3)));
        schedule.set('b', Some(at(2)));
        schedule.set('c', Some(at(1)));
        schedule.set('a', Some(at(1)));
        schedule.set('c', None);
        assert_eq!(schedule.next(), Some(at(1)));
        assert_eq!(schedule.pop_due(at(0)), None);
        assert_eq!(schedule.pop_due(at(5)), Some('a'));
        assert_eq!(schedule.pop_due(at(5)), Some('b'));
        assert_eq!(schedule.pop_due(at(5)), None);
        assert_eq!(schedule.next(), None);
    }
}
