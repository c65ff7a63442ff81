//! Requests as they arrive: found their transaction, or started one (RFC 3261 sections 8.2, 9.2 and 17.2.3).

use std::sync::Arc;
use std::time::Instant;

use super::message::{InboundRequest, MethodKind};
use super::reply::Reply;
use super::servers::{NewServer, ServerMachine};
use super::{TimerOwner, TransmitId, UserAgent};
use crate::dialog::{AckKind, DialogPhase};
use crate::event::{DialogEvent, DialogKey, EndCause, TurnedAwayReason};
use crate::flow::Flow;
use crate::transaction::{InviteServer, MessageBytes, NonInviteServer, ServerId, reply_flow};
use crate::wire::{ParseError, Rejected, Request, Response};

impl UserAgent {
    pub(super) fn request(&mut self, flow: Flow, request: Request, now: Instant) {
        self.counters.requests += 1;
        let Some(incoming) = InboundRequest::read(flow, request) else {
            self.counters.dropped += 1;
            return;
        };
        match incoming.method {
            MethodKind::Ack => self.ack(&incoming, now),
            MethodKind::Cancel => self.cancel(incoming, now),
            MethodKind::Invite
            | MethodKind::Bye
            | MethodKind::Info
            | MethodKind::Update
            | MethodKind::Options
            | MethodKind::Refer
            | MethodKind::Unsupported
            | MethodKind::Unknown => self.ordinary(incoming, now),
        }
    }

    /// Bytes that are no message: 400 where a response can be made.
    pub(super) fn broken(&mut self, flow: Flow, error: &ParseError) {
        match error {
            ParseError::Answerable(rejected) => {
                let (flow, bytes) = self.refuse_broken(flow, rejected);
                self.counters.broken_answered += 1;
                self.transmit(flow, bytes, TransmitId::NONE);
            }
            ParseError::Drop(_) => self.counters.dropped += 1,
        }
    }

    fn refuse_broken(&self, flow: Flow, rejected: &Rejected) -> (Flow, MessageBytes) {
        let mut rejected = rejected.clone();
        rejected.stamp_source(flow.peer);
        // Without a sent-by that can be read there is still the source.
        let reply_flow = match rejected.headers.top_via_for_refusal() {
            Some(via) => reply_flow(&via, flow),
            None => flow,
        };
        let mut response = Response::refusing(&rejected);
        let call_id = rejected.headers.call_id().map(|value| value.text().into_owned());
        response.set_to_tag(&self.stateless_tag(&call_id.unwrap_or_default()));
        (reply_flow, Arc::from(response.to_bytes()))
    }

    fn ordinary(&mut self, incoming: InboundRequest, now: Instant) {
        if let Some(id) = self.servers.find(&incoming.key) {
            return self.repeated(id);
        }
        if !self.make_room() {
            return self.refuse_beyond_transactions(&incoming, now);
        }
        // A To-tag means that the sender holds a dialog with us (section 12.2.2); without the dialog the request
        // gets 481.
        if incoming.to_tag.is_some() {
            self.in_dialog(incoming, now);
        } else {
            self.out_of_dialog(incoming, now);
        }
    }

    /// The same request again: the same response, never a second call.
    fn repeated(&mut self, id: ServerId) {
        self.counters.request_retransmissions += 1;
        let Some(transaction) = self.servers.entry(id) else {
            return;
        };
        let again = match &transaction.machine {
            ServerMachine::NonInvite(machine) => machine.repeated(),
            ServerMachine::Invite(machine) => machine
                .repeated()
                .or_else(|| self.dialogs.entry(transaction.dialog?)?.accepted_response(id)),
        };
        let flow = transaction.flow;
        if let Some(bytes) = again {
            self.counters.retransmissions += 1;
            self.transmit(flow, bytes, TransmitId::NONE);
        }
    }

    /// Room for one more transaction: at the limit the oldest finished one is forgotten early.
    fn make_room(&mut self) -> bool {
        if self.servers.len() < self.config.limits.transactions {
            return true;
        }
        let Some(oldest) = self.servers.oldest_finished() else {
            return false;
        };
        self.counters.evicted_transactions += 1;
        self.end_server(oldest);
        true
    }

    fn refuse_beyond_transactions(&mut self, incoming: &InboundRequest, now: Instant) {
        let is_new_call = incoming.method == MethodKind::Invite && incoming.to_tag.is_none();
        if !is_new_call {
            self.counters.refused_transactions += 1;
            self.refuse_statelessly(incoming);
        } else if !self.was_turned_away(incoming, now) {
            self.turn_away(incoming, TurnedAwayReason::Transactions, now);
        }
    }

    /// 503 that leaves nothing behind.
    pub(super) fn refuse_statelessly(&mut self, incoming: &InboundRequest) {
        let reply = self.overload_reply();
        let tag = self.stateless_tag(&incoming.key);
        self.answer_statelessly(incoming, &tag, &reply);
    }

    /// 503 with Retry-After (section 21.5.4).
    pub(super) fn overload_reply(&self) -> Reply {
        let seconds = self.config.retry_after.as_secs();
        Reply::new(503).header("Retry-After", seconds.to_string())
    }

    /// Starts the transaction of a request that is new to us.
    pub(super) fn start_server(&mut self, incoming: InboundRequest, dialog: Option<DialogKey>) -> ServerId {
        let transport = incoming.reply_flow.transport;
        let machine = match incoming.method {
            MethodKind::Invite => ServerMachine::Invite(InviteServer::new(transport)),
            _ => ServerMachine::NonInvite(NonInviteServer::new(transport)),
        };
        let tag = self.random_token();
        let id = self.servers.insert(NewServer {
            machine,
            flow: incoming.reply_flow,
            tag,
            merge: incoming.merge_key(),
            request: Box::new(incoming.request),
            key: incoming.key,
        });
        if let Some(transaction) = self.servers.entry_mut(id) {
            transaction.dialog = dialog;
        }
        id
    }

    /// Starts the transaction and answers at once.
    pub(super) fn answer_now(
        &mut self,
        incoming: InboundRequest,
        dialog: Option<DialogKey>,
        reply: &Reply,
        now: Instant,
    ) {
        let needs_none = dialog.is_none() && incoming.method != MethodKind::Invite;
        if needs_none && self.answers_statelessly() {
            let tag = self.stateless_tag(&incoming.key);
            return self.answer_statelessly(&incoming, &tag, reply);
        }
        let id = self.start_server(incoming, dialog);
        self.respond(id, reply, now);
    }

    /// An answer that leaves nothing behind (section 8.2.7).
    fn answer_statelessly(&mut self, incoming: &InboundRequest, tag: &str, reply: &Reply) {
        let bytes = self.serialise(&incoming.request, tag, reply);
        self.transmit(incoming.reply_flow, bytes, TransmitId::NONE);
    }

    /// CANCEL: 200 to itself, 487 to the INVITE it names while that is pending (section 9.2).
    fn cancel(&mut self, incoming: InboundRequest, now: Instant) {
        if let Some(id) = self.servers.find(&incoming.key) {
            return self.repeated(id);
        }
        if !self.make_room() {
            self.counters.refused_transactions += 1;
            return self.refuse_statelessly(&incoming);
        }
        let Some(invite) = self.servers.find(&incoming.invite_key()) else {
            self.counters.unknown_dialog += 1;
            return self.answer_now(incoming, None, &Reply::new(481), now);
        };
        // The 200 to the CANCEL has the To-tag of the responses to its INVITE (section 9.2).
        let tag = self
            .servers
            .entry(invite)
            .map(|transaction| transaction.tag.clone());
        if let Some(tag) = tag.as_deref().filter(|_| self.answers_statelessly()) {
            self.answer_statelessly(&incoming, tag, &Reply::new(200));
            return self.cancel_invite(invite, now);
        }
        let id = self.start_server(incoming, None);
        if let (Some(transaction), Some(tag)) = (self.servers.entry_mut(id), tag) {
            transaction.tag = tag;
        }
        self.respond(id, &Reply::new(200), now);
        self.cancel_invite(invite, now);
    }

    fn cancel_invite(&mut self, invite: ServerId, now: Instant) {
        let Some(transaction) = self.servers.entry(invite) else {
            return;
        };
        if !transaction.machine.is_pending() {
            return;
        }
        let key = transaction.dialog;
        self.respond(invite, &Reply::new(487), now);
        let Some(key) = key else { return };
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        // A re-INVITE can be cancelled, too: then only its offer is gone, and the call goes on.
        if matches!(dialog.phase, DialogPhase::Offered { .. }) {
            self.end_dialog(key, EndCause::Cancelled);
        } else {
            dialog.offer = None;
            self.rearm_dialog(key);
        }
    }

    /// ACK: ends the repetition of a refusal (same branch) or of a 2xx (same dialog); never answered.
    fn ack(&mut self, incoming: &InboundRequest, now: Instant) {
        // The ACK of a refusal has the branch of its INVITE; that of a 2xx is a transaction of its own, found by
        // its dialog (section 17.1.1.3).
        if let Some(id) = self.servers.find(&incoming.invite_key())
            && self.ack_refusal(id, now)
        {
            return;
        }
        let found = incoming.to_tag.as_deref().and_then(|tag| {
            let key = self
                .dialogs
                .find(tag, &incoming.call_id, incoming.from_tag.as_deref())?;
            let kind = self.dialogs.entry_mut(key)?.acknowledge(incoming.cseq)?;
            Some((key, kind))
        });
        match found {
            Some((key, kind)) => {
                self.acknowledging_sources.note(incoming.source.peer.ip(), now);
                self.acknowledged(key, kind, incoming, now);
            }
            None if self.is_for_stateless_refusal(incoming) => {}
            None => self.counters.dropped += 1,
        }
    }

    /// Whether it acknowledges a refusal that left nothing behind: its To-tag is made of the INVITE.
    fn is_for_stateless_refusal(&self, incoming: &InboundRequest) -> bool {
        let tag = incoming.to_tag.as_deref();
        tag.is_some_and(|tag| tag == self.stateless_tag(&incoming.invite_key()))
    }

    /// `true` when the transaction took the ACK, now or before.
    fn ack_refusal(&mut self, id: ServerId, now: Instant) -> bool {
        let timers = self.config.timers;
        let Some(transaction) = self.servers.entry_mut(id) else {
            return false;
        };
        let ServerMachine::Invite(machine) = &mut transaction.machine else {
            return false;
        };
        let first = machine.acknowledged(&timers, now);
        let refused = if first { transaction.refused.take() } else { None };
        let takes_acks = machine.takes_acks();
        if let Some(dialog) = refused {
            self.event(
                dialog,
                DialogEvent::Ended {
                    cause: EndCause::Refused,
                },
            );
        }
        self.rearm_server(id);
        takes_acks
    }

    fn acknowledged(&mut self, key: DialogKey, kind: AckKind, incoming: &InboundRequest, now: Instant) {
        self.rearm_dialog(key);
        let body = if kind.our_offer() { incoming.body() } else { None };
        match kind {
            AckKind::Initial { .. } => self.event(key, DialogEvent::Acknowledged { answer: body }),
            AckKind::Again { our_offer: true } => self.event(key, DialogEvent::OfferAnswered { body }),
            AckKind::Again { our_offer: false } => {}
        }
        let pending_bye = self
            .dialogs
            .entry_mut(key)
            .and_then(|dialog| dialog.pending_bye.take());
        if let Some(headers) = pending_bye {
            self.send_bye(key, &headers, Some(EndCause::HungUp), now);
        }
    }

    /// The transaction is over, in its time or early; a refusal that waited for its ACK is announced.
    pub(super) fn end_server(&mut self, id: ServerId) {
        self.schedule.set(TimerOwner::Server(id), None);
        let refused = self
            .servers
            .remove(id)
            .and_then(|transaction| transaction.refused);
        if let Some(dialog) = refused {
            self.event(
                dialog,
                DialogEvent::Ended {
                    cause: EndCause::Refused,
                },
            );
        }
    }
}
