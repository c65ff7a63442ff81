//! The non-INVITE client transaction (RFC 3261 section 17.1.2 and figure 6).
//!
//! ```text
//!  state       | 1xx                      | 2xx-6xx      | timer
//!  ------------+--------------------------+--------------+------------------------------------
//!  Trying      | -> Proceeding (E at T2)  | -> Completed | E: request again; F -> no response
//!  Proceeding  | absorbed                 | -> Completed | E: request again; F -> no response
//!  Completed   | absorbed                 | absorbed     | K -> Terminated
//! ```

use std::time::Instant;

use super::{Backoff, BackoffAction, MessageBytes, TimerAction, Timers};
use crate::event::Transport;

/// One outbound request other than INVITE and ACK.
#[derive(Debug)]
pub(crate) struct NonInviteClient {
    transport: Transport,
    state: State,
}

#[derive(Debug)]
enum State {
    Trying { request: MessageBytes, backoff: Backoff },
    Completed { until: Instant },
}

impl NonInviteClient {
    pub(crate) fn new(request: MessageBytes, transport: Transport, timers: &Timers, now: Instant) -> Self {
        let backoff = Backoff::request(timers, transport, now);
        let state = State::Trying { request, backoff };
        Self { transport, state }
    }

    /// A response arrived: `true` for the first final one, which is passed up.
    pub(crate) fn response(&mut self, status: u16, timers: &Timers, now: Instant) -> bool {
        match &mut self.state {
            State::Trying { backoff, .. } if status < 200 => {
                backoff.slow_down();
                false
            }
            State::Trying { .. } => {
                // 0 on streams: nothing is repeated there, so there is nothing to absorb.
                let until = now + timers.k(self.transport);
                self.state = State::Completed { until };
                true
            }
            State::Completed { .. } => false,
        }
    }

    pub(crate) fn deadline(&self) -> Instant {
        match &self.state {
            State::Trying { backoff, .. } => backoff.deadline(),
            State::Completed { until } => *until,
        }
    }

    pub(crate) fn fire(&mut self, now: Instant) -> TimerAction {
        match &mut self.state {
            State::Trying { request, backoff } => match backoff.fire(now) {
                BackoffAction::Nothing => TimerAction::Nothing,
                BackoffAction::Repeat => TimerAction::Repeat(request.clone()),
                BackoffAction::GiveUp => TimerAction::NoResponse,
            },
            State::Completed { until } if now >= *until => TimerAction::Terminated,
            State::Completed { .. } => TimerAction::Nothing,
        }
    }
}
