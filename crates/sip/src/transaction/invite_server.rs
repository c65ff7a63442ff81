//! The INVITE server transaction (RFC 3261 section 17.2.1 and figure 7, RFC 6026 section 7.1).
//!
//! ```text
//!  state        | request again      | we answer 1xx | we answer 2xx | we answer 3xx-6xx | ACK          | timer
//!  -------------+--------------------+---------------+---------------+-------------------+--------------+------------------
//!  Proceeding   | last 1xx again     | sent          | -> Accepted   | -> Completed      | ignored      | none
//!  Accepted     | 2xx again until    | -             | -             | -                 | to dialog    | L -> Terminated
//!               | acknowledged       |               |               |                   |              |
//!  Completed    | response again     | -             | -             | -                 | -> Confirmed | G: response again
//!               |                    |               |               |                   |              | H -> Terminated
//!  Confirmed    | absorbed           | -             | -             | -                 | absorbed     | I -> Terminated
//! ```
//! The 2xx itself is repeated by the dialog (section 13.3.1.4), which also holds its bytes.

use std::time::Instant;

use super::{Backoff, BackoffAction, MessageBytes, TimerAction, Timers};
use crate::event::Transport;

/// One inbound INVITE on one hop.
#[derive(Debug)]
pub(crate) struct InviteServer {
    transport: Transport,
    state: State,
}

#[derive(Debug)]
enum State {
    Proceeding {
        last: Option<MessageBytes>,
    },
    Accepted {
        until: Instant,
    },
    Completed {
        response: MessageBytes,
        backoff: Backoff,
    },
    Confirmed {
        until: Instant,
    },
}

impl InviteServer {
    pub(crate) fn new(transport: Transport) -> Self {
        let state = State::Proceeding { last: None };
        Self { transport, state }
    }

    /// Whether a final response is still owed.
    pub(crate) fn is_pending(&self) -> bool {
        matches!(self.state, State::Proceeding { .. })
    }

    /// Whether a provisional response went out.
    pub(crate) fn has_provisional(&self) -> bool {
        matches!(self.state, State::Proceeding { last: Some(_) })
    }

    /// A provisional response goes out.
    pub(crate) fn provisional(&mut self, response: MessageBytes) {
        if let State::Proceeding { last } = &mut self.state {
            *last = Some(response);
        }
    }

    /// A 2xx goes out.
    pub(crate) fn accept(&mut self, timers: &Timers, now: Instant) {
        let until = now + timers.give_up();
        self.state = State::Accepted { until };
    }

    /// A 3xx-6xx goes out.
    pub(crate) fn refuse(&mut self, response: MessageBytes, timers: &Timers, now: Instant) {
        let backoff = Backoff::final_response(timers, self.transport, now);
        self.state = State::Completed { response, backoff };
    }

    /// The request came again: what to send, if anything. The 2xx is the dialog's to repeat.
    pub(crate) fn repeated(&self) -> Option<MessageBytes> {
        match &self.state {
            State::Proceeding { last } => last.clone(),
            State::Completed { response, .. } => Some(response.clone()),
            State::Accepted { .. } | State::Confirmed { .. } => None,
        }
    }

    /// The ACK for our 3xx-6xx arrived: `true` the first time.
    pub(crate) fn acknowledged(&mut self, timers: &Timers, now: Instant) -> bool {
        let first = matches!(self.state, State::Completed { .. });
        if first {
            let until = now + timers.i(self.transport);
            self.state = State::Confirmed { until };
        }
        first
    }

    /// Whether a refusal waits for its ACK and is sent again until then.
    pub(crate) fn is_repeating(&self) -> bool {
        matches!(&self.state, State::Completed { backoff, .. } if !backoff.is_silent())
    }

    /// The refusal is sent again only where the request comes again: without Timer G until Timer H.
    pub(crate) fn stop_repeating(&mut self) {
        if let State::Completed { backoff, .. } = &mut self.state {
            backoff.silence();
        }
    }

    /// Whether an ACK with this branch is ours: after a refusal, not after a 2xx.
    pub(crate) fn takes_acks(&self) -> bool {
        matches!(self.state, State::Completed { .. } | State::Confirmed { .. })
    }

    pub(crate) fn deadline(&self) -> Option<Instant> {
        match &self.state {
            State::Proceeding { .. } => None,
            State::Accepted { until } | State::Confirmed { until } => Some(*until),
            State::Completed { backoff, .. } => Some(backoff.deadline()),
        }
    }

    pub(crate) fn fire(&mut self, now: Instant) -> TimerAction {
        match &mut self.state {
            State::Accepted { until } | State::Confirmed { until } if now >= *until => {
                TimerAction::Terminated
            }
            State::Completed { response, backoff } => match backoff.fire(now) {
                BackoffAction::Nothing => TimerAction::Nothing,
                BackoffAction::Repeat => TimerAction::Repeat(response.clone()),
                BackoffAction::GiveUp => TimerAction::Terminated,
            },
            State::Proceeding { .. } | State::Accepted { .. } | State::Confirmed { .. } => {
                TimerAction::Nothing
            }
        }
    }
}
