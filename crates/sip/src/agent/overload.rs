//! More calls than can be taken: which are turned away, and how without leaving anything behind.
//!
//! ```text
//!  an INVITE that                                | hears
//!  ----------------------------------------------+------------------------------------------------------------
//!  comes while one of the limits is reached      | 503, no 100, no transaction; its key is remembered for 64*T1
//!  the application refuses with 503 in time      | the same, with the transaction forgotten at once
//!  was turned away, again                        | the same 503 with the same To-tag; it is not counted again
//!  is acknowledged after that                    | nothing, as any ACK
//! ```
//! "In time" means before a provisional response went out. A server may answer without a transaction only where it has sent
//! no 1xx (RFC 3261 section 8.2.7); so while many INVITEs wait for the application, the 100 is held back for most of the
//! 200 ms that section 17.2.1 leaves for it. What is refused after a 100, or for another reason than want of room, has its
//! Timer G, but only while few refusals wait for their ACK: a peer that acknowledges nothing gets no more repetitions.

use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::message::InboundRequest;
use super::reply::Reply;
use super::{Accepting, Output, UserAgent};
use crate::event::{TurnedAway, TurnedAwayReason};
use crate::transaction::ServerId;
use aftercall_base::Redacted;

/// The status of a refusal for want of room.
pub(super) const UNAVAILABLE: u16 = 503;
/// How long a 100 may be held back; 200 ms are allowed.
const TRYING_WITHIN: Duration = Duration::from_millis(150);
/// After a refusal of the application for want of room, for how long fewer calls may wait for it.
const FULL_FOR: Duration = Duration::from_secs(1);
/// INVITEs remembered as turned away; the oldest makes room.
const MOST_REMEMBERED: usize = 65_536;

/// INVITEs that were turned away, by the hash of their key.
#[derive(Debug, Default)]
pub(super) struct RefusedInvites {
    until: HashMap<u64, Instant>,
    order: VecDeque<(Instant, u64)>,
}

impl RefusedInvites {
    fn insert(&mut self, key: &str, until: Instant) {
        let key = hash(key);
        if self.until.insert(key, until).is_none() {
            self.order.push_back((until, key));
        }
        if self.order.len() > MOST_REMEMBERED {
            self.pop();
        }
    }

    fn holds(&mut self, key: &str, now: Instant) -> bool {
        while self.order.front().is_some_and(|(until, _)| *until <= now) {
            self.pop();
        }
        if self.order.is_empty() && self.order.capacity() > 0 {
            // The room of a flood is given back.
            *self = Self::default();
        }
        self.until.contains_key(&hash(key))
    }

    fn pop(&mut self) {
        if let Some((_, key)) = self.order.pop_front() {
            self.until.remove(&key);
        }
    }
}

fn hash(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

impl UserAgent {
    /// Why a new call is turned away; `None` where there is room.
    pub(super) fn overload_reason(&self, source: IpAddr, now: Instant) -> Option<TurnedAwayReason> {
        let limits = &self.config.limits;
        let is_full = self.full_until.is_some_and(|until| now < until);
        let pending = if is_full {
            limits.pending_when_full.min(limits.pending_invites)
        } else {
            limits.pending_invites
        };
        // PBXs that are known to acknowledge keep a share that a flood from other addresses cannot take.
        let reserve = match self.acknowledging_sources.holds(source, now) {
            true => limits.reserve,
            false => 0,
        };
        match self.accepting {
            Accepting::Draining => Some(TurnedAwayReason::Draining),
            Accepting::Full => Some(TurnedAwayReason::Full),
            Accepting::Yes if self.dialogs.len() >= limits.dialogs => Some(TurnedAwayReason::Dialogs),
            Accepting::Yes if self.servers.pending_invites() >= pending + reserve => {
                Some(TurnedAwayReason::Pending)
            }
            Accepting::Yes if self.unestablished.accepted() >= limits.unacknowledged + reserve => {
                Some(TurnedAwayReason::Unacknowledged)
            }
            Accepting::Yes if self.unestablished.of_source(source) >= limits.unestablished_of_source => {
                Some(TurnedAwayReason::Source)
            }
            Accepting::Yes => None,
        }
    }

    /// Whether this INVITE was turned away before; it hears the same again.
    pub(super) fn was_turned_away(&mut self, incoming: &InboundRequest, now: Instant) -> bool {
        let again = self.turned_away.holds(&incoming.key, now);
        if again {
            self.counters.request_retransmissions += 1;
            self.counters.retransmissions += 1;
            self.refuse_statelessly(incoming);
        }
        again
    }

    /// Refuses a call at the door.
    pub(super) fn turn_away(&mut self, incoming: &InboundRequest, why: TurnedAwayReason, now: Instant) {
        *match why {
            TurnedAwayReason::Draining => &mut self.counters.refused_draining,
            TurnedAwayReason::Full | TurnedAwayReason::Queue | TurnedAwayReason::Storage => {
                &mut self.counters.refused_full
            }
            TurnedAwayReason::Dialogs => &mut self.counters.refused_dialogs,
            TurnedAwayReason::Pending => &mut self.counters.refused_pending,
            TurnedAwayReason::Unacknowledged => &mut self.counters.refused_unacknowledged,
            TurnedAwayReason::Source => &mut self.counters.refused_source,
            TurnedAwayReason::Transactions => &mut self.counters.refused_transactions,
        } += 1;
        self.remember(&incoming.key, now);
        self.refuse_statelessly(incoming);
        self.outputs.push_back(Output::TurnedAway(TurnedAway {
            dialled: Redacted::new(incoming.dialled_user()),
            why,
        }));
    }

    fn remember(&mut self, key: &str, now: Instant) {
        self.turned_away.insert(key, now + self.config.timers.give_up());
    }

    /// The application has no room for this call: the answer, and whether the transaction is over with it.
    pub(super) fn refuse_overloaded(&mut self, invite: ServerId, reply: &Reply, now: Instant) {
        self.full_until = Some(now + FULL_FOR);
        let Some(transaction) = self.servers.entry(invite) else {
            return;
        };
        let key = transaction.key().to_owned();
        // After a 1xx the transaction must stay: the peer has seen it, and repeats the INVITE no more (section 17.1.1.2).
        let is_stateless = !transaction.machine.has_provisional();
        if is_stateless {
            let tag = self.stateless_tag(&key);
            if let Some(transaction) = self.servers.entry_mut(invite) {
                transaction.tag = tag.into();
            }
        }
        self.respond(invite, reply, now);
        if is_stateless {
            self.remember(&key, now);
            self.end_server(invite);
        }
    }

    /// When the 100 of one more INVITE is due; `None` for at once.
    pub(super) fn trying_at(&self, now: Instant) -> Option<Instant> {
        let waits = self.servers.pending_invites() > self.config.limits.tried_at_once;
        waits.then(|| now + TRYING_WITHIN)
    }

    /// A refusal waits for its ACK from now on. Beyond the limit the oldest is not sent again, or forgotten.
    pub(super) fn add_unacknowledged_refusal(&mut self, id: ServerId) {
        self.servers.add_unacknowledged_refusal(id);
        let limits = self.config.limits;
        while let Some(oldest) = self
            .servers
            .take_oldest_refusal_beyond(limits.unacknowledged_refusals)
        {
            if self.servers.len() > limits.kept_answers {
                self.counters.evicted_transactions += 1;
                self.end_server(oldest);
            } else if let Some(transaction) = self.servers.entry_mut(oldest) {
                transaction.machine.stop_repeating();
                self.rearm_server(oldest);
            }
        }
    }

    /// Whether an answer that needs no transaction is given without one.
    pub(super) fn answers_statelessly(&self) -> bool {
        self.servers.len() >= self.config.limits.kept_answers
    }
}
