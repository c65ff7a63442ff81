//! From the agent to the application: new calls into one queue, events into one queue a dialog.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::transport::TransportCounters;
use aftercall_base::Redacted;
use aftercall_sip::event::{DialogEvent, DialogKey, InboundInvite};

/// A call that arrived, and the events that will follow.
#[derive(Debug)]
pub struct InboundCall {
    /// The INVITE as the agent read it.
    pub invite: InboundInvite,
    /// Its events; [`DialogEvent::Ended`] is the last. A receiver that falls behind by more than the queue holds
    /// finds the channel closed without it: the dialog has then been hung up.
    pub events: mpsc::Receiver<DialogEvent>,
}

/// What the application did not take: the dialog is to be ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Undelivered {
    /// A new call: to be refused with 503.
    Call {
        /// The dialog that its INVITE would have begun.
        dialog: DialogKey,
        /// The user of the Request-URI.
        dialled: Redacted<String>,
    },
    /// An event: the dialog is to be hung up.
    Event(DialogKey),
}

/// The queues to the application.
#[derive(Debug)]
pub(super) struct Dispatch {
    incoming: mpsc::Sender<InboundCall>,
    dialogs: HashMap<DialogKey, mpsc::Sender<DialogEvent>>,
    events_queue: usize,
    counters: Arc<TransportCounters>,
}

impl Dispatch {
    pub(super) fn new(
        incoming: mpsc::Sender<InboundCall>,
        events_queue: usize,
        counters: Arc<TransportCounters>,
    ) -> Self {
        Self {
            incoming,
            dialogs: HashMap::new(),
            events_queue,
            counters,
        }
    }

    /// A dialog to be; its events will come out of the receiver.
    pub(super) fn open(&mut self, dialog: DialogKey) -> mpsc::Receiver<DialogEvent> {
        let (sender, events) = mpsc::channel(self.events_queue);
        self.dialogs.insert(dialog, sender);
        events
    }

    /// Offers a new call to the application.
    pub(super) fn invite(&mut self, invite: InboundInvite) -> Result<(), Undelivered> {
        let dialog = invite.dialog;
        let events = self.open(dialog);
        self.incoming
            .try_send(InboundCall { invite, events })
            .map_err(|full_or_gone| {
                self.dialogs.remove(&dialog);
                self.counters.incoming_queue_full.increment();
                let dialled = full_or_gone.into_inner().invite.request_uri.user;
                Undelivered::Call { dialog, dialled }
            })
    }

    /// Passes an event on. Events of dialogs that the application has been rid of go nowhere.
    pub(super) fn event(&mut self, dialog: DialogKey, event: DialogEvent) -> Result<(), Undelivered> {
        let last = matches!(event, DialogEvent::Ended { .. });
        // Of many signs of life one is as good as all: they never cost the call.
        let may_be_dropped = matches!(event, DialogEvent::PeerAlive);
        let Some(sender) = self.dialogs.get(&dialog) else {
            return Ok(());
        };
        let sent = sender.try_send(event);
        if may_be_dropped && matches!(sent, Err(TrySendError::Full(_))) {
            return Ok(());
        }
        if last || sent.is_err() {
            self.dialogs.remove(&dialog);
        }
        match sent {
            Err(TrySendError::Full(_)) => self.counters.event_queue_full.increment(),
            Err(TrySendError::Closed(_)) => {}
            Ok(()) => return Ok(()),
        }
        if last {
            Ok(())
        } else {
            Err(Undelivered::Event(dialog))
        }
    }

    /// Takes out the dialogs that nobody listens to any more: their call is gone, and without it they would last
    /// until the peer's patience ends.
    pub(super) fn take_abandoned(&mut self) -> Vec<DialogKey> {
        let closed = self.dialogs.iter().filter(|(_, sender)| sender.is_closed());
        let abandoned: Vec<_> = closed.map(|(dialog, _)| *dialog).collect();
        for dialog in &abandoned {
            self.dialogs.remove(dialog);
        }
        abandoned
    }

    /// Every dialog that the application still hears of.
    pub(super) fn dialogs(&self) -> Vec<DialogKey> {
        self.dialogs.keys().copied().collect()
    }
}
