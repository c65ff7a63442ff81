//! The user agent: every rule of SIP between a parsed message and a call.
//!
//! Sans-IO: no sockets, no clock, no randomness but the seed. The driver calls [`Agent::handle`] for what arrives,
//! [`Agent::command`] for what the application wants, and, when [`Agent::timeout`] has passed,
//! [`Agent::handle_timeout`]; after each it drains [`Agent::poll`].

mod config;
mod counters;
mod io;

use std::time::Instant;

pub use config::{AgentConfig, Limits};
pub use counters::Counters;
pub use io::{Accepting, ConnectionId, Flow, Input, Interface, Output, Ticket, Transmit};

use crate::sip::event::Command;

/// A SIP user agent, server and client, for any number of dialogs.
#[derive(Debug)]
pub struct Agent {
    config: AgentConfig,
}

impl Agent {
    /// An agent without state; `seed` makes its tags and branches.
    pub fn new(config: AgentConfig, seed: u64) -> Self;
    /// Takes in what happened.
    pub fn handle(&mut self, input: Input, now: Instant);
    /// Does what the application wants; a command for a dialog that is gone has no effect.
    /// `Command::Invite` carries a dialog key made with `DialogKey::outbound`.
    pub fn command(&mut self, command: Command, now: Instant);
    /// Fires every timer due at `now`.
    pub fn handle_timeout(&mut self, now: Instant);
    /// When [`Agent::handle_timeout`] is to be called next.
    pub fn timeout(&self) -> Option<Instant>;
    /// The next thing to do; `None` when all is done for now.
    pub fn poll(&mut self) -> Option<Output>;
    /// Whether new calls are taken.
    pub fn set_accepting(&mut self, accepting: Accepting);
    /// What happened so far.
    pub fn counters(&self) -> &Counters;
    /// How many dialogs exist (gauge).
    pub fn dialogs(&self) -> usize;
    /// How many transactions exist (gauge).
    pub fn transactions(&self) -> usize;
}
