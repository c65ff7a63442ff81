//! Counts the active calls, for capacity and for a soft stop.

use std::sync::Arc;

use tokio::sync::watch;

use aftercall_survey::admission::capacity::{self, Capacity};

/// Counts the active calls. Clones count together.
#[derive(Debug, Clone)]
pub struct Registry {
    count: Arc<watch::Sender<Count>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    active: usize,
    surveyed: usize,
    /// Over for their callers, with an end that is still to be stored.
    ending: usize,
}

/// Counts one call until it is dropped.
#[derive(Debug)]
pub struct ActiveCallGuard {
    count: Arc<watch::Sender<Count>>,
    surveyed: bool,
    ending: bool,
}

impl Registry {
    /// A registry without calls.
    pub fn new() -> Self {
        Self {
            count: Arc::new(watch::Sender::new(Count::default())),
        }
    }

    /// Counts a call that has arrived.
    pub fn enter(&self) -> ActiveCallGuard {
        self.count.send_modify(|count| count.active += 1);
        ActiveCallGuard {
            count: Arc::clone(&self.count),
            surveyed: false,
            ending: false,
        }
    }

    /// How many calls are active.
    pub fn active(&self) -> usize {
        self.count.borrow().active
    }

    /// Resolves when every call that is over for its caller has its end stored. Cancel safe.
    pub async fn settled(&self) {
        let mut changes = self.count.subscribe();
        let _gone = changes.wait_for(|count| count.ending == 0).await.is_err();
    }

    /// Resolves when no call is active. Cancel safe.
    pub async fn empty(&self) {
        let mut changes = self.count.subscribe();
        // An error means that every holder is gone, and with them every call.
        let _gone = changes.wait_for(|count| count.active == 0).await.is_err();
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl ActiveCallGuard {
    /// The call is over for its caller, or will be in a moment; its end is still to be stored.
    pub fn set_ending(&mut self) {
        if !std::mem::replace(&mut self.ending, true) {
            self.count.send_modify(|count| count.ending += 1);
        }
    }

    /// Takes one of `max_concurrent_surveys` places; `false` when all are taken.
    pub fn take_survey_place(&mut self, max_concurrent_surveys: usize) -> bool {
        let mut taken = self.surveyed;
        self.count.send_if_modified(|count| {
            if !taken && capacity::decide(count.surveyed, max_concurrent_surveys) == Capacity::Room {
                count.surveyed += 1;
                taken = true;
            }
            taken
        });
        self.surveyed = taken;
        taken
    }
}

impl Drop for ActiveCallGuard {
    fn drop(&mut self) {
        self.count.send_modify(|count| {
            count.active -= 1;
            count.surveyed -= usize::from(self.surveyed);
            count.ending -= usize::from(self.ending);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Registry;

    #[tokio::test]
    async fn settled_are_calls_that_are_on_and_those_whose_end_is_stored() {
        let registry = Registry::new();
        let _goes_on = registry.enter();
        let mut over = registry.enter();
        registry.settled().await;
        over.set_ending();
        over.set_ending();
        let settled = registry.settled();
        tokio::pin!(settled);
        let waits = std::time::Duration::from_millis(1);
        assert!(tokio::time::timeout(waits, &mut settled).await.is_err());
        drop(over);
        settled.await;
    }

    #[tokio::test]
    async fn places_return_when_calls_end() {
        let registry = Registry::new();
        let mut first = registry.enter();
        let mut second = registry.enter();
        assert!(
            first.take_survey_place(1) && first.take_survey_place(1),
            "taking twice is taking once"
        );
        assert!(!second.take_survey_place(1));
        drop(first);
        assert!(second.take_survey_place(1));
        assert_eq!(registry.active(), 1);
        drop(second);
        registry.empty().await;
    }
}
