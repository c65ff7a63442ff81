//! How the application speaks to the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::turned_away::TurnedAwayCounts;
use crate::transport::{Listen, TransportCounters};
use aftercall_sip::agent::Accepting;
use aftercall_sip::event::{Command, DialogEvent, DialogKey, OutboundInvite};

/// A command to the task that owns the agent.
#[derive(Debug)]
pub(super) enum ServiceCommand {
    Dialog(Command),
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
    commands: mpsc::Sender<ServiceCommand>,
    bound: Arc<[Listen]>,
    counters: Arc<TransportCounters>,
    last_outbound: Arc<AtomicU64>,
    turned_away: Arc<TurnedAwayCounts>,
}

impl SipHandle {
    pub(super) fn new(
        commands: mpsc::Sender<ServiceCommand>,
        bound: Arc<[Listen]>,
        counters: Arc<TransportCounters>,
        turned_away: Arc<TurnedAwayCounts>,
    ) -> Self {
        Self {
            commands,
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
    pub fn counters(&self) -> &TransportCounters {
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
        self.command(ServiceCommand::Dialog(command)).await
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
        self.command(ServiceCommand::Invite { invite, events }).await?;
        Ok((dialog, receiver.await.map_err(|_| Stopped)?))
    }

    /// Says whether new calls are taken; calls in progress never notice.
    ///
    /// # Errors
    ///
    /// [`Stopped`].
    pub async fn set_accepting(&self, accepting: Accepting) -> Result<(), Stopped> {
        self.command(ServiceCommand::Accepting(accepting)).await
    }

    /// Takes no new calls, waits up to `grace` for those in progress, hangs up what is left and closes the
    /// sockets. Returns when that is done; stopping what has stopped has no effect.
    pub async fn stop(&self, grace: Duration) {
        let (done, ended) = oneshot::channel();
        if self.command(ServiceCommand::Stop { grace, done }).await.is_ok() {
            // The sender is dropped, not used: an error is the end that is waited for.
            let _ended = ended.await.is_ok();
        }
    }

    async fn command(&self, command: ServiceCommand) -> Result<(), Stopped> {
        self.commands.send(command).await.map_err(|_| Stopped)
    }
}

/// What calls ask of signalling, where nothing but a test stands behind a [`SipHandle`].
#[derive(Debug)]
pub struct Commands(mpsc::Receiver<ServiceCommand>);

impl Commands {
    /// The next command of a call; `None` when every handle is gone. What is asked of the service as a whole is passed
    /// over.
    pub async fn next(&mut self) -> Option<Command> {
        loop {
            if let ServiceCommand::Dialog(command) = self.0.recv().await? {
                return Some(command);
            }
        }
    }
}

impl SipHandle {
    /// A handle without a service, for tests of what stands above: whoever holds the commands does what they ask for.
    pub fn without_service() -> (Self, Commands) {
        let (sender, commands) = mpsc::channel(32);
        let handle = Self::new(sender, Arc::new([]), Arc::default(), Arc::default());
        (handle, Commands(commands))
    }
}
