//! Events on their way from a media session to its call.
//!
//! The channel to the call is bounded and a media thread never waits. What does not fit is kept here, in order,
//! and tried again at the next sweep: a digit must not be lost because the call's task was busy. Only when the
//! call has not read for that long that this, too, is full are further events dropped and counted.

use std::collections::VecDeque;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::event::MediaEvent;

/// Events kept while the call does not read: over half a minute of fast key presses.
const KEPT: usize = 128;

#[derive(Debug)]
pub(super) struct Outbox {
    channel: mpsc::Sender<MediaEvent>,
    waiting: VecDeque<MediaEvent>,
    dropped: u64,
}

impl Outbox {
    pub(super) fn new(channel: mpsc::Sender<MediaEvent>) -> Self {
        Self {
            channel,
            waiting: VecDeque::new(),
            dropped: 0,
        }
    }

    /// Sends an event, or keeps it behind those that wait.
    pub(super) fn push(&mut self, event: MediaEvent) {
        self.flush();
        let refused = match self.waiting.is_empty() {
            true => self.channel.try_send(event).err(),
            false => Some(TrySendError::Full(event)),
        };
        match refused {
            Some(TrySendError::Full(event)) if self.waiting.len() < KEPT => self.waiting.push_back(event),
            Some(TrySendError::Full(_)) => self.dropped += 1,
            Some(TrySendError::Closed(_)) | None => {}
        }
    }

    /// Sends what waits, as far as it fits.
    pub(super) fn flush(&mut self) {
        while let Some(event) = self.waiting.pop_front() {
            if let Err(TrySendError::Full(event)) = self.channel.try_send(event) {
                self.waiting.push_front(event);
                return;
            }
        }
    }

    /// Whether nothing waits any more.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Events dropped so far.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::{KEPT, Outbox};
    use crate::event::{MediaEvent, PlayId};

    fn id(event: MediaEvent) -> u64 {
        match event {
            MediaEvent::PlaybackFinished(PlayId(id)) => id,
            other => panic!("unexpected {other:?}"),
        }
    }

    #[test]
    fn events_wait_in_order_while_the_call_does_not_read() {
        let (sender, mut receiver) = mpsc::channel(2);
        let mut outbox = Outbox::new(sender);
        for number in 0..10 {
            outbox.push(MediaEvent::PlaybackFinished(PlayId(number)));
        }
        let mut heard = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            heard.push(id(event));
            outbox.flush();
        }
        assert_eq!(heard, (0..10).collect::<Vec<_>>());
        assert_eq!((outbox.is_empty(), outbox.dropped()), (true, 0));
    }

    #[test]
    fn events_beyond_all_room_are_counted() {
        let (sender, _receiver) = mpsc::channel(1);
        let mut outbox = Outbox::new(sender);
        for number in 0..KEPT as u64 + 4 {
            outbox.push(MediaEvent::PlaybackFinished(PlayId(number)));
        }
        assert_eq!(outbox.dropped(), 3);
    }
}
