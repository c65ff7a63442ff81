//! How many calls are on, for capacity and for a soft stop.

use std::sync::Arc;

use tokio::sync::watch;

use crate::admission::capacity::{self, Capacity};

/// Counts the calls that are on. Clones count together.
#[derive(Debug, Clone)]
pub struct Registry {
    count: Arc<watch::Sender<Count>>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Count {
    on: usize,
    surveyed: usize,
}

/// One call; counted until dropped.
#[derive(Debug)]
pub struct OnCall {
    count: Arc<watch::Sender<Count>>,
    surveyed: bool,
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
        }
    }

    /// Calls that are on.
    pub fn on(&self) -> usize {
        self.count.borrow().on
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
        });
    }
}

#[cfg(test)]
mod tests {
    use super::Registry;

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
