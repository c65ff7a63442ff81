//! The user agent: every rule of SIP between a parsed message and a call.
//!
//! Sans-IO: no sockets, no clock, no randomness but the seed. The driver calls [`UserAgent::handle`] for what arrives,
//! [`UserAgent::command`] for what the application wants, and [`UserAgent::handle_timeout`] when [`UserAgent::timeout`] has
//! come; after each it drains [`UserAgent::poll`].
//!
//! ```text
//!  message -> inbound: transaction?  yes -> machine: repeat the response, take the ACK
//!                                    no  -> To-tag?  yes -> in_dialog:     the dialog's rules
//!                                                    no  -> out_of_dialog: overload, OPTIONS, INVITE
//!  command -> uas: 180, 200, refusal, offers     uac: INVITE, CANCEL, ACK     request: BYE, INFO, OPTIONS
//!  timer   -> timing: transactions and dialogs
//! ```
//!
//! Invariants: one state machine per transaction; a dialog is reachable by its key and by the tag that we chose;
//! everything that waits has a deadline in one [`TimerSchedule`]; nothing here grows beyond [`AgentLimits`].

mod body;
mod clients;
mod config;
mod counters;
mod dialogs;
mod in_dialog;
mod inbound;
mod io;
mod message;
mod out_of_dialog;
mod overload;
mod reply;
mod request;
mod servers;
mod timing;
mod uac;
mod uas;
mod unestablished;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Instant;

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

pub use config::{AgentConfig, AgentLimits, PrivateContact};
pub use counters::AgentCounters;
pub use io::{Accepting, Input, Output, Transmit, TransmitId};

pub use crate::flow::{ConnectionId, Flow, Interface};

use crate::event::{Command, DialogEvent, DialogKey, EndCause};
use crate::transaction::{ClientId, MessageBytes, RETAINED_CAPACITY, ServerId, TimerSchedule};
use crate::wire::Message;
use clients::Clients;
use dialogs::Dialogs;
use overload::RefusedInvites;
use servers::Servers;
use unestablished::{AcknowledgingSources, Unestablished};

/// A SIP user agent, server and client, for any number of dialogs.
#[derive(Debug)]
pub struct UserAgent {
    config: AgentConfig,
    accepting: Accepting,
    /// Makes tags and branches.
    rng: SmallRng,
    /// Makes the tags of answers that leave no state behind.
    secret: u64,
    last_offer: u64,
    servers: Servers,
    clients: Clients,
    dialogs: Dialogs,
    unestablished: Unestablished,
    /// Peers that are served also while others flood.
    acknowledging_sources: AcknowledgingSources,
    turned_away: RefusedInvites,
    /// Until when the application is taken to have no room.
    full_until: Option<Instant>,
    schedule: TimerSchedule<TimerOwner>,
    outputs: VecDeque<Output>,
    counters: AgentCounters,
}

/// Who waits for a deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum TimerOwner {
    Server(ServerId),
    Client(ClientId),
    Dialog(DialogKey),
}

impl UserAgent {
    /// An agent without state; `seed` makes its tags and branches and must differ between processes.
    pub fn new(config: AgentConfig, seed: u64) -> Self {
        let mut rng = SmallRng::seed_from_u64(seed);
        let secret = rng.random();
        Self {
            config,
            accepting: Accepting::default(),
            rng,
            secret,
            last_offer: 0,
            servers: Servers::default(),
            clients: Clients::default(),
            dialogs: Dialogs::default(),
            unestablished: Unestablished::default(),
            acknowledging_sources: AcknowledgingSources::default(),
            turned_away: RefusedInvites::default(),
            full_until: None,
            schedule: TimerSchedule::new(),
            outputs: VecDeque::new(),
            counters: AgentCounters::default(),
        }
    }

    /// Takes in what happened.
    pub fn handle(&mut self, input: Input, now: Instant) {
        match input {
            Input::Message {
                flow,
                message: Message::Request(request),
            } => self.request(flow, request, now),
            Input::Message {
                message: Message::Response(response),
                ..
            } => self.response(&response, now),
            Input::Broken { flow, error } => self.broken(flow, &error),
            Input::Unreachable => self.unreachable(),
            Input::SendFailed { transmit_id } => self.send_failed(transmit_id),
        }
    }

    /// Does what the application wants. A command for a dialog that is gone, or that comes too late for its
    /// phase, has no effect: the peer may end a call at any moment.
    pub fn command(&mut self, command: Command, now: Instant) {
        match command {
            Command::Ring { dialog } => self.ring(dialog, now),
            Command::Answer {
                dialog,
                body,
                headers,
            } => self.answer(dialog, body, headers, now),
            Command::Refuse {
                dialog,
                status,
                reason,
                headers,
            } => {
                self.refuse(dialog, status, reason, headers, now);
            }
            Command::AnswerOffer { dialog, offer, body } => self.answer_offer(dialog, offer, body, now),
            Command::RejectOffer {
                dialog,
                offer,
                status,
                headers,
            } => {
                self.reject_offer(dialog, offer, status, headers, now);
            }
            Command::HangUp { dialog, headers } => self.hang_up(dialog, headers, now),
            Command::Invite(invite) => self.invite(&invite, now),
            Command::Acknowledge { dialog, answer } => self.acknowledge_offer(dialog, answer.as_ref()),
            Command::CheckPeer { dialog } => self.check_peer(dialog, now),
            Command::SendInfo { dialog, body } => self.send_info(dialog, &body, now),
        }
    }

    /// When [`UserAgent::handle_timeout`] is to be called next; changes with every call into the agent.
    pub fn timeout(&self) -> Option<Instant> {
        self.schedule.next()
    }

    /// The next thing to do; `None` when all is done for now.
    pub fn poll(&mut self) -> Option<Output> {
        let next = self.outputs.pop_front();
        if next.is_none() && self.outputs.capacity() > RETAINED_CAPACITY {
            // What thousands of timers asked for at once.
            self.outputs = VecDeque::new();
        }
        next
    }

    /// Whether new calls are taken; calls in progress never notice.
    pub fn set_accepting(&mut self, accepting: Accepting) {
        self.accepting = accepting;
    }

    /// What happened so far.
    pub fn counters(&self) -> &AgentCounters {
        &self.counters
    }

    /// How many dialogs exist, from INVITE to the end.
    pub fn dialogs(&self) -> usize {
        self.dialogs.len()
    }

    /// How many transactions exist, server and client, absorbing ones included.
    pub fn transactions(&self) -> usize {
        self.servers.len() + self.clients.len()
    }

    fn transmit(&mut self, flow: Flow, bytes: MessageBytes, transmit_id: TransmitId) {
        self.outputs.push_back(Output::Transmit(Transmit {
            flow,
            bytes,
            transmit_id,
        }));
    }

    fn event(&mut self, dialog: DialogKey, event: DialogEvent) {
        self.outputs.push_back(Output::Event(dialog, event));
    }

    /// Forgets the dialog and reports its end to the application, once.
    fn end_dialog(&mut self, key: DialogKey, cause: EndCause) {
        self.forget_dialog(key);
        self.event(key, DialogEvent::Ended { cause });
    }

    fn forget_dialog(&mut self, key: DialogKey) {
        self.dialogs.remove(key);
        self.unestablished.set(key, None);
        self.schedule.set(TimerOwner::Dialog(key), None);
    }

    /// A tag or a Call-ID: 64 random bits (RFC 3261 section 19.3 asks for 32).
    fn random_token(&mut self) -> Box<str> {
        format!("{:016x}", self.rng.random::<u64>()).into()
    }

    /// What makes a branch unique; never 0, which means no request.
    fn random_branch(&mut self) -> u64 {
        self.rng.random_range(1..=u64::MAX)
    }

    /// For Retry-After, so that colliding peers part (section 14.2).
    fn random_seconds(&mut self, most: u64) -> u64 {
        self.rng.random_range(0..=most)
    }

    /// A tag that the same request gets again, without remembering it (section 8.2.7).
    fn stateless_tag(&self, key: &str) -> String {
        let mut hasher = DefaultHasher::new();
        (self.secret, key).hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }
}
