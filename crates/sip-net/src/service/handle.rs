//! How the application speaks to the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::turned_away::TurnedAwayCounts;
use crate::transport::{Counters, Listen};
use aftercall_sip::agent::Accepting;
use aftercall_sip::event::{Command, DialogEvent, DialogKey, OutboundInvite};

/// What a handle asks of the service.
#[derive(Debug)]
pub(super) enum Control {
    Command(Command),
    Invite {
        invite: Box<OutboundInvite>,
        /// Gets the receiving end of the dialog's events.
        events: oneshot::Sender<mpsc::Receiver<DialogEvent>>,
    },
    Accepting(Accepting),
    Stop {
        grace: Duration,
        /// Dropped when all is done.
        done: oneshot::Sender<()>,
    },
}

/// The service has ended; nothing can be sent any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the SIP service has stopped")]
pub struct Stopped;

/// Speaks to the service; cheap to clone.
#[derive(Debug, Clone)]
pub struct SipHandle {
    controls: mpsc::Sender<Control>,
    bound: Arc<[Listen]>,
    counters: Arc<Counters>,
    last_outbound: Arc<AtomicU64>,
    turned_away: Arc<TurnedAwayCounts>,
}

impl SipHandle {
    pub(super) fn new(
        controls: mpsc::Sender<Control>,
        bound: Arc<[Listen]>,
        counters: Arc<Counters>,
        turned_away: Arc<TurnedAwayCounts>,
    ) -> Self {
        Self {
            controls,
            bound,
            counters,
            last_outbound: Arc::default(),
            turned_away,
        }
    }

    /// Where the service listens, with the ports that the system chose.
    pub fn bound(&self) -> &[Listen] {
        &self.bound
    }

    /// What the sockets have seen.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The calls that were refused for want of room and are known to nobody else.
    pub fn turned_away(&self) -> &TurnedAwayCounts {
        &self.turned_away
    }

    /// Sends a command; waits while the command queue is full. Cancel safe: sent or not sent.
    ///
    /// # Errors
    ///
    /// [`Stopped`].
    pub async fn send(&self, command: Command) -> Result<(), Stopped> {
        self.control(Control::Command(command)).await
    }

    /// Places a call; its dialog key is chosen here. The events end with [`DialogEvent::Ended`], or with the
    /// channel if the receiver was too slow.
    ///
    /// # Errors
    ///
    /// [`Stopped`].
    pub async fn invite(
        &self,
        mut invite: OutboundInvite,
    ) -> Result<(DialogKey, mpsc::Receiver<DialogEvent>), Stopped> {
        let dialog = DialogKey::outbound(self.last_outbound.fetch_add(1, Ordering::Relaxed) + 1);
        invite.dialog = dialog;
        let (events, receiver) = oneshot::channel();
        let invite = Box::new(invite);
        self.control(Control::Invite { invite, events }).await?;
        Ok((dialog, receiver.await.map_err(|_| Stopped)?))
    }

    /// Says whether new calls are taken; calls in progress never notice.
    ///
    /// # Errors
    ///
    /// [`Stopped`].
    pub async fn set_accepting(&self, accepting: Accepting) -> Result<(), Stopped> {
        self.control(Control::Accepting(accepting)).await
    }

    /// Takes no new calls, waits up to `grace` for those in progress, hangs up what is left and closes the
    /// sockets. Returns when that is done; stopping what has stopped has no effect.
    pub async fn stop(&self, grace: Duration) {
        let (done, ended) = oneshot::channel();
        if self.control(Control::Stop { grace, done }).await.is_ok() {
            // The sender is dropped, not used: an error is the end that is waited for.
            let _ended = ended.await.is_ok();
        }
    }

    async fn control(&self, control: Control) -> Result<(), Stopped> {
        self.controls.send(control).await.map_err(|_| Stopped)
    }
}

/// What calls ask of signalling, where nothing but a test stands behind a [`SipHandle`].
#[derive(Debug)]
pub struct Commands(mpsc::Receiver<Control>);

impl Commands {
    /// The next command of a call; `None` when every handle is gone. What is asked of the service as a whole is passed
    /// over.
    pub async fn next(&mut self) -> Option<Command> {
        loop {
            if let Control::Command(command) = self.0.recv().await? {
                return Some(command);
            }
        }
    }
}

impl SipHandle {
    /// A handle without a service, for tests of what stands above: whoever holds the commands does what they ask for.
    pub fn without_service() -> (Self, Commands) {
        let (controls, commands) = mpsc::channel(32);
        let handle = Self::new(controls, Arc::new([]), Arc::default(), Arc::default());
        (handle, Commands(commands))
    }
}
