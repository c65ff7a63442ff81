//! What happens now: the calls in progress, and the answers and ends of calls as they are stored.
//!
//! Calls publish here and whoever shows the service live reads here; neither knows the other. Nothing in it is personal: no numbers of
//! callers, no dialled numbers, no keys that were pressed. Publishing never waits. What a subscriber has not read when
//! [`HISTORY`] newer events have come is dropped, and the subscriber is told so ([`Feed::Lagged`]). Events are of this node, and
//! are gone with its process: the database has everything that they say.

mod event;
mod feed;
mod in_progress;
mod places;

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use tokio::sync::broadcast;

pub use self::event::{CallNames, Event, EventId, LiveAnswer, LiveEnd, Numbered};
pub use self::feed::{Feed, Subscription};
pub use self::in_progress::{CallInProgress, LiveCall};
use self::places::Places;
pub use self::places::{Follower, Holder, MOST_OF_A_HOLDER, MOST_OF_AN_ADDRESS, MOST_SUBSCRIBERS, NoPlace};
use aftercall_base::CallUid;

/// Events that are kept for subscribers that are behind, or come back.
pub const HISTORY: usize = 1_024;

/// Calls and events of this node. Clones share them.
#[derive(Debug, Clone)]
pub struct Live {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    sender: broadcast::Sender<Arc<Numbered>>,
    places: Places,
}

#[derive(Debug)]
struct State {
    /// Distinguishes the numbers of this process from those of an earlier one.
    epoch: i64,
    last: u64,
    history: VecDeque<Arc<Numbered>>,
    calls: BTreeMap<CallUid, LiveCall>,
}

impl Live {
    /// Nothing has happened yet. `started_at` is when the process started: a client that comes back with the number of an event of
    /// an earlier process is told that events are missing.
    pub fn new(started_at: DateTime<Utc>) -> Self {
        let (sender, _) = broadcast::channel(HISTORY);
        Self {
            shared: Arc::new(Shared {
                state: Mutex::new(State {
                    epoch: started_at.timestamp_millis(),
                    last: 0,
                    history: VecDeque::with_capacity(HISTORY),
                    calls: BTreeMap::new(),
                }),
                sender,
                places: Places::new(),
            }),
        }
    }

    /// The calls that are surveyed at the moment, the oldest first.
    pub fn now(&self) -> Vec<LiveCall> {
        self.state().calls.values().cloned().collect()
    }

    /// Follows the events from now on; from behind `after` where a client comes back that has seen this event.
    ///
    /// # Errors
    /// There is no place for this follower, as [`NoPlace`] says.
    pub fn subscribe(&self, follower: Follower, after: Option<EventId>) -> Result<Subscription, NoPlace> {
        let place = self.shared.places.take(follower)?;
        // Under the lock under which events are published: none is missed between the history and the receiver, and none comes twice.
        let state = self.state();
        let receiver = self.shared.sender.subscribe();
        let Some(after) = after else {
            return Ok(Subscription::new(place, receiver, VecDeque::new(), false));
        };
        let oldest = state
            .history
            .front()
            .map_or(state.last + 1, |event| event.id.number);
        let is_whole = after.epoch == state.epoch && after.number <= state.last && after.number + 1 >= oldest;
        let missed = state.history.iter();
        let missed = missed.filter(|event| is_whole && event.id.number > after.number);
        Ok(Subscription::new(
            place,
            receiver,
            missed.cloned().collect(),
            !is_whole,
        ))
    }

    /// Registers a call whose survey begins.
    pub fn enter(&self, call: LiveCall) -> CallInProgress {
        let uid = call.call;
        self.state().calls.insert(uid, call);
        CallInProgress::new(self.clone(), uid)
    }

    fn publish(&self, event: Event) {
        let mut state = self.state();
        state.last += 1;
        let id = EventId {
            epoch: state.epoch,
            number: state.last,
        };
        let event = Arc::new(Numbered { id, event });
        if state.history.len() == HISTORY {
            state.history.pop_front();
        }
        state.history.push_back(Arc::clone(&event));
        // An error means that nobody listens.
        let _listeners = self.shared.sender.send(event).is_ok();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change of the state is complete before anything can panic.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
