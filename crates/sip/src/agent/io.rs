//! What goes into the agent and what comes out of it.
//!
//! The agent owns no socket. Whoever drives it parses bytes, says on which [`Flow`] they came, and carries each
//! [`Transmit`] to the wire. Nothing here blocks, and nothing here is dropped silently: what the driver cannot
//! send it reports as [`Input::SendFailed`].

use std::fmt;
use std::sync::Arc;

use crate::event::{DialogEvent, DialogKey, InboundInvite, TurnedAway};
use crate::flow::Flow;
use crate::transaction::ClientId;
use crate::wire::{Message, ParseError};

/// What happened outside.
#[expect(
    clippy::large_enum_variant,
    reason = "one lives on the stack at a time; none is stored"
)]
#[derive(Debug)]
pub enum Input {
    /// A message arrived whole.
    Message {
        /// The flow on which it came.
        flow: Flow,
        /// As it was parsed.
        message: Message,
    },
    /// Something arrived that is not a valid message: answered with 400 when that is possible, else counted.
    Broken {
        /// The flow on which it came.
        flow: Flow,
        /// What is wrong with it.
        error: ParseError,
    },
    /// Something sent by UDP could not be delivered; where to is not known.
    Unreachable,
    /// A [`Transmit`] could not be sent.
    SendFailed {
        /// The id of that [`Transmit`].
        transmit_id: TransmitId,
    },
}

/// Names what a [`Transmit`] belongs to, so that its failure finds the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TransmitId(u64);

impl TransmitId {
    /// A message that nobody waits for.
    pub(super) const NONE: Self = Self(0);

    /// The request that this client transaction repeats; a CANCEL is not waited for.
    pub(super) const fn of(id: ClientId) -> Self {
        if id.cancel { Self::NONE } else { Self(id.branch) }
    }

    pub(super) const fn client(self) -> Option<ClientId> {
        match self.0 {
            0 => None,
            branch => Some(ClientId {
                branch,
                cancel: false,
            }),
        }
    }
}

/// Bytes to be sent.
#[derive(Clone)]
pub struct Transmit {
    /// Where the bytes go, and from which of our addresses.
    pub flow: Flow,
    /// One whole message; shared with the retransmission buffer.
    pub bytes: Arc<[u8]>,
    /// Comes back with [`Input::SendFailed`].
    pub transmit_id: TransmitId,
}

impl fmt::Debug for Transmit {
    /// The size of the message and never the message: it names people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transmit({} bytes to {:?})", self.bytes.len(), self.flow)
    }
}

/// What the agent wants done; drained with [`UserAgent::poll`](super::UserAgent::poll) after each call into it.
#[derive(Debug)]
pub enum Output {
    /// Send these bytes.
    Transmit(Transmit),
    /// A new call; its events follow under its dialog key.
    Invite(Box<InboundInvite>),
    /// A new call was refused for want of room, and nothing is left of it but this.
    TurnedAway(TurnedAway),
    /// Something happened to a dialog. [`DialogEvent::Ended`] is the last for its key.
    Event(DialogKey, DialogEvent),
}

/// Whether new calls are taken; calls in progress never notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Accepting {
    /// New calls are welcome.
    #[default]
    Yes,
    /// Shutting down: new INVITEs and OPTIONS get 503 with Retry-After.
    Draining,
    /// No capacity: the same answer, another counter.
    Full,
}
