//! How many calls are on, for capacity and for a soft stop.

use std::sync::Arc;

use tokio::sync::watch;

use aftercall_survey::admission::capacity::{self, Capacity};

/// Counts the calls that are on. Clones count together.
#[derive(Debug, Clone)]
pub struct Registry {
    count: Arc<watch::Sender<Count>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    on: usize,
    surveyed: usize,
    ending: usize,
}

/// One call; counted until dropped.
#[derive(Debug)]
pub struct OnCall {
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
    pub fn enter(&self) -> OnCall {
        self.count.send_modify(|count| count.on += 1);
        OnCall {
            count: Arc::clone(&self.count),
            surveyed: false,
            ending: false,
        }
    }

    /// Calls that are on.
    pub fn on(&self) -> usize {
        self.count.borrow().on
    }

    /// Resolves when every call that is over for its caller has its end stored. Cancel safe.
    pub async fn settled(&self) {
        let mut changes = self.count.subscribe();
        let _gone = changes.wait_for(|count| count.ending == 0).await.is_err();
    }

    /// Resolves when no call is on. Cancel safe.
    pub async fn empty(&self) {
        let mut changes = self.count.subscribe();
        // An error means that every holder is gone, and with them every call.
        let _gone = changes.wait_for(|count| count.on == 0).await.is_err();
    }
}

impl Default for Registry {
    fn default() -> Self {
        Self::new()
    }
}

impl OnCall {
    /// The call is over for its caller, or will be in a moment; its end is still to be stored.
    pub fn ends(&mut self) {
        if !std::mem::replace(&mut self.ending, true) {
            self.count.send_modify(|count| count.ending += 1);
        }
    }

    /// Takes one of `most` places for surveyed calls; `false` when all are taken.
    pub fn take_place(&mut self, most: usize) -> bool {
        let mut taken = self.surveyed;
        self.count.send_if_modified(|count| {
            if !taken && capacity::decide(count.surveyed, most) == Capacity::Room {
                count.surveyed += 1;
                taken = true;
            }
            taken
        });
        self.surveyed = taken;
        taken
    }
}

impl Drop for OnCall {
    fn drop(&mut self) {
        self.count.send_modify(|count| {
            count.on -= 1;
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
        over.ends();
        over.ends();
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
            first.take_place(1) && first.take_place(1),
            "taking twice is taking once"
        );
        assert!(!second.take_place(1));
        drop(first);
        assert!(second.take_place(1));
        assert_eq!(registry.on(), 1);
        drop(second);
        registry.empty().await;
    }
}
