//! The INVITE client transaction (RFC 3261 section 17.1.1 and figure 5, RFC 6026 section 7.2).
//!
//! ```text
//!  state       | 1xx           | 2xx         | 3xx-6xx               | timer
//!  ------------+---------------+-------------+-----------------------+---------------------------------
//!  Calling     | -> Proceeding | -> Accepted | -> Completed, ACK     | A: request again; B -> no response
//!  Proceeding  | passed up     | -> Accepted | -> Completed, ACK     | none; after CANCEL 64*T1 -> no response
//!  Completed   | absorbed      | absorbed    | ACK again             | D -> Terminated
//!  Accepted    | absorbed      | passed up   | absorbed              | M -> Terminated
//! ```
//! The ACK for a 2xx is the dialog's; the ACK for anything else belongs here.

use std::time::Instant;

use super::{Backoff, BackoffAction, MessageBytes, TimerAction, Timers};
use crate::event::Transport;

/// One outbound INVITE.
#[derive(Debug)]
pub(crate) struct InviteClient {
    transport: Transport,
    state: State,
}

#[derive(Debug)]
enum State {
    Calling { request: MessageBytes, backoff: Backoff },
    Proceeding { until: Option<Instant> },
    Completed { ack: MessageBytes, until: Instant },
    Accepted { until: Instant },
}

/// What a response means to the transaction.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InviteResponse {
    /// Pass it up: a provisional response.
    Provisional,
    /// Pass it up: a 2xx, perhaps repeated or from another fork.
    Accepted,
    /// Pass it up: the final refusal; hand the ACK to [`InviteClient::completed`] and send it.
    Refused,
    /// A final refusal again: send the ACK again.
    Acknowledge(MessageBytes),
    Absorbed,
}

impl InviteClient {
    pub(crate) fn new(request: MessageBytes, transport: Transport, timers: &Timers, now: Instant) -> Self {
        let backoff = Backoff::invite_request(timers, transport, now);
        let state = State::Calling { request, backoff };
        Self { transport, state }
    }

    pub(crate) fn response(&mut self, status: u16, timers: &Timers, now: Instant) -> InviteResponse {
        match (&mut self.state, status) {
            (State::Calling { .. }, 100..=199) => {
                self.state = State::Proceeding { until: None };
                InviteResponse::Provisional
            }
            (State::Proceeding { .. }, 100..=199) => InviteResponse::Provisional,
            // RFC 6026: the transaction stays for further 2xx of other forks, each of which needs an ACK and a
            // BYE.
            (State::Calling { .. } | State::Proceeding { .. }, 200..=299) => {
                let until = now + timers.give_up();
                self.state = State::Accepted { until };
                InviteResponse::Accepted
            }
            (State::Calling { .. } | State::Proceeding { .. }, _) => InviteResponse::Refused,
            (State::Accepted { .. }, 200..=299) => InviteResponse::Accepted,
            (State::Completed { ack, .. }, 300..) => InviteResponse::Acknowledge(ack.clone()),
            (State::Accepted { .. } | State::Completed { .. }, _) => InviteResponse::Absorbed,
        }
    }

    /// The refusal was taken and `ack` is being sent.
    pub(crate) fn completed(&mut self, ack: MessageBytes, timers: &Timers, now: Instant) {
        let until = now + timers.d(self.transport);
        self.state = State::Completed { ack, until };
    }

    /// Whether it went by UDP and nothing has come back.
    pub(crate) fn is_without_response(&self) -> bool {
        self.transport == Transport::Udp && matches!(self.state, State::Calling { .. })
    }

    /// Whether CANCEL may be sent: only after a provisional response (section 9.1).
    pub(crate) fn may_cancel(&self) -> bool {
        matches!(self.state, State::Proceeding { .. })
    }

    /// CANCEL was sent: without a final response within 64*T1 the transaction is over (section 9.1).
    pub(crate) fn cancelled(&mut self, timers: &Timers, now: Instant) {
        if let State::Proceeding { until } = &mut self.state {
            *until = Some(now + timers.give_up());
        }
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Calling { backoff, .. } => Some(backoff.deadline()),
            State::Proceeding { until } => *until,
            State::Completed { until, .. } | State::Accepted { until } => Some(*until),
        }
    }

    pub(crate) fn fire(&mut self, now: Instant) -> TimerAction {
        match &mut self.state {
            State::Calling { request, backoff } => match backoff.fire(now) {
                BackoffAction::Nothing => TimerAction::Nothing,
                BackoffAction::Repeat => TimerAction::Repeat(request.clone()),
                BackoffAction::GiveUp => TimerAction::NoResponse,
            },
            State::Proceeding { until } if until.is_some_and(|until| now >= until) => TimerAction::NoResponse,
            State::Completed { until, .. } | State::Accepted { until } if now >= *until => {
                TimerAction::Terminated
            }
            State::Proceeding { .. } | State::Completed { .. } | State::Accepted { .. } => {
                TimerAction::Nothing
            }
        }
    }
}
