//! The non-INVITE server transaction (RFC 3261 section 17.2.2 and figure 8).
//!
//! ```text
//!  state      | request again  | we answer    | timer
//!  -----------+----------------+--------------+----------------
//!  Trying     | absorbed       | -> Completed | none
//!  Completed  | response again | -            | J -> Terminated
//! ```
//! Proceeding is left out: a non-INVITE request gets no provisional response from us (RFC 4320 section 4.1).

use std::time::Instant;

use super::{MessageBytes, TimerAction, Timers};
use crate::event::Transport;

/// One inbound request other than INVITE and ACK, on one hop.
#[derive(Debug)]
pub(crate) struct NonInviteServer {
    transport: Transport,
    completed: Option<(MessageBytes, Instant)>,
}

impl NonInviteServer {
    pub(crate) fn new(transport: Transport) -> Self {
        let completed = None;
        Self { transport, completed }
    }

    /// Whether the response is still owed.
    pub(crate) fn is_pending(&self) -> bool {
        self.completed.is_none()
    }

    /// The final response goes out.
    pub(crate) fn respond(&mut self, response: MessageBytes, timers: &Timers, now: Instant) {
        self.completed = Some((response, now + timers.j(self.transport)));
    }

    /// The request came again: what to send, if anything.
    pub(crate) fn repeated(&self) -> Option<MessageBytes> {
        self.completed.as_ref().map(|(response, _)| response.clone())
    }

    /// When the transaction is over (Timer J).
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.completed.as_ref().map(|(_, until)| *until)
    }

    pub(crate) fn fire(&mut self, now: Instant) -> TimerAction {
        match self.deadline() {
            Some(until) if now >= until => TimerAction::Terminated,
            _ => TimerAction::Nothing,
        }
    }
}
