//! One subscriber's view of the events.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

use super::event::Numbered;
use super::places::Place;

/// What a subscriber reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Feed {
    /// An event.
    Event(Arc<Numbered>),
    /// Events are missing here: the subscriber was too slow, or came back too late. What it shows has to be read anew.
    Lagged,
}

/// Follows the events of a node.
#[derive(Debug)]
pub struct Subscription {
    /// Free for somebody else when this is dropped.
    _place: Place,
    receiver: broadcast::Receiver<Arc<Numbered>>,
    /// Events that came before the subscription.
    missed: VecDeque<Arc<Numbered>>,
    has_lagged: bool,
}

impl Subscription {
    pub(super) const fn new(
        place: Place,
        receiver: broadcast::Receiver<Arc<Numbered>>,
        missed: VecDeque<Arc<Numbered>>,
        has_lagged: bool,
    ) -> Self {
        Self {
            _place: place,
            receiver,
            missed,
            has_lagged,
        }
    }

    /// The next that there is to read; `None` when the service stops. Cancel safe.
    pub async fn next(&mut self) -> Option<Feed> {
        if std::mem::take(&mut self.has_lagged) {
            return Some(Feed::Lagged);
        }
        if let Some(event) = self.missed.pop_front() {
            return Some(Feed::Event(event));
        }
        match self.receiver.recv().await {
            Ok(event) => Some(Feed::Event(event)),
            Err(RecvError::Lagged(_)) => Some(Feed::Lagged),
            Err(RecvError::Closed) => None,
        }
    }
}
