//! What the application does to inbound INVITEs and offers, and how responses leave.

use std::time::Instant;

use super::overload::UNAVAILABLE;
use super::reply::Reply;
use super::servers::ServerMachine;
use super::{TimerOwner, TransmitId, UserAgent};
use crate::dialog::offer::{OfferKind, PendingOffer};
use crate::dialog::{AckKind, DialogPhase, UnacknowledgedResponse};
use crate::event::{Body, DialogKey, OfferKey};
use crate::flow::Flow;
use crate::transaction::{Backoff, MessageBytes, ServerId};

impl UserAgent {
    pub(super) fn ring(&mut self, key: DialogKey, now: Instant) {
        if let Some(invite) = self.offered_invite(key) {
            let reply = self.with_contact(key, Reply::new(180)).dialog_forming();
            self.respond(invite, &reply, now);
        }
    }

    /// 200 to the INVITE; the dialog is confirmed and waits for the ACK.
    pub(super) fn answer(
        &mut self,
        key: DialogKey,
        body: Body,
        headers: Vec<(String, String)>,
        now: Instant,
    ) {
        let Some(invite) = self.offered_invite(key) else {
            return;
        };
        let our_offer = self.asks_for_offer(key);
        let reply = Reply::new(200)
            .headers(headers)
            .body(Some(body))
            .capabilities()
            .dialog_forming();
        let reply = self.with_contact(key, reply);
        self.accept_invite(key, invite, &reply, AckKind::Initial { our_offer }, now);
        if let Some(dialog) = self.dialogs.entry_mut(key) {
            dialog.phase = DialogPhase::Confirmed;
        }
        self.rearm_dialog(key);
    }

    /// 3xx-6xx to the INVITE; the dialog is gone, its end is announced when the transaction is complete.
    pub(super) fn refuse(
        &mut self,
        key: DialogKey,
        status: u16,
        reason: Option<String>,
        headers: Vec<(String, String)>,
        now: Instant,
    ) {
        let Some(invite) = self.offered_invite(key) else {
            return;
        };
        // Anything else would be no refusal and would leave the transaction open.
        let status = if (300..700).contains(&status) { status } else { 500 };
        let reply = Reply::new(status).reason(reason).headers(headers);
        self.refuse_invite(key, invite, &reply, now);
    }

    pub(super) fn refuse_invite(&mut self, key: DialogKey, invite: ServerId, reply: &Reply, now: Instant) {
        self.forget_dialog(key);
        if let Some(transaction) = self.servers.entry_mut(invite) {
            transaction.refused = Some(key);
        }
        if reply.status == UNAVAILABLE {
            self.refuse_overloaded(invite, reply, now);
        } else {
            self.respond(invite, reply, now);
        }
    }

    /// 200 to a re-INVITE or UPDATE.
    pub(super) fn answer_offer(&mut self, key: DialogKey, offer: OfferKey, body: Option<Body>, now: Instant) {
        let Some(offer) = self
            .dialogs
            .entry_mut(key)
            .and_then(|dialog| dialog.take_offer(offer))
        else {
            return;
        };
        let PendingOffer {
            transaction, kind, ..
        } = offer;
        let reply = self.with_contact(key, Reply::new(200).body(body).capabilities());
        match kind {
            OfferKind::Update => {
                self.respond(transaction, &reply, now);
            }
            OfferKind::Invite | OfferKind::EmptyInvite => {
                let our_offer = kind == OfferKind::EmptyInvite;
                self.accept_invite(key, transaction, &reply, AckKind::Again { our_offer }, now);
            }
        }
        self.rearm_dialog(key);
    }

    /// 4xx-6xx to a re-INVITE or UPDATE: the session goes on unchanged.
    pub(super) fn reject_offer(
        &mut self,
        key: DialogKey,
        offer: OfferKey,
        status: u16,
        headers: Vec<(String, String)>,
        now: Instant,
    ) {
        let Some(offer) = self
            .dialogs
            .entry_mut(key)
            .and_then(|dialog| dialog.take_offer(offer))
        else {
            return;
        };
        // We never redirect a re-INVITE: what is no refusal becomes 488.
        let status = if (400..700).contains(&status) { status } else { 488 };
        self.respond(offer.transaction, &Reply::new(status).headers(headers), now);
        self.rearm_dialog(key);
    }

    /// Sends a 2xx to an INVITE and keeps it for repetition until the ACK.
    fn accept_invite(
        &mut self,
        key: DialogKey,
        invite: ServerId,
        reply: &Reply,
        kind: AckKind,
        now: Instant,
    ) {
        let Some(cseq) = self.request_cseq(invite) else {
            return;
        };
        let Some((flow, response)) = self.respond(invite, reply, now) else {
            return;
        };
        // The dialog repeats the 2xx until the ACK, not the transaction (section 13.3.1.4).
        let backoff = Backoff::accepted(&self.config.timers, now);
        if let Some(dialog) = self.dialogs.entry_mut(key) {
            dialog.unacknowledged = Some(Box::new(UnacknowledgedResponse {
                invite,
                cseq,
                response,
                flow,
                backoff,
                kind,
            }));
        }
    }

    fn asks_for_offer(&self, key: DialogKey) -> bool {
        let phase = self.dialogs.entry(key).map(|dialog| &dialog.phase);
        matches!(phase, Some(DialogPhase::Offered { our_offer: true, .. }))
    }

    /// The transaction of an INVITE that the application has not answered.
    pub(super) fn offered_invite(&self, key: DialogKey) -> Option<ServerId> {
        match self.dialogs.entry(key)?.phase {
            DialogPhase::Offered { invite, .. } => Some(invite),
            DialogPhase::Calling(_) | DialogPhase::Confirmed | DialogPhase::Ending { .. } => None,
        }
    }

    /// Sends a response within its transaction.
    pub(super) fn respond(
        &mut self,
        id: ServerId,
        reply: &Reply,
        now: Instant,
    ) -> Option<(Flow, MessageBytes)> {
        let timers = self.config.timers;
        let transaction = self.servers.entry(id)?;
        let request = transaction.request.as_ref()?;
        let bytes = self.serialise(request, &transaction.tag, reply);
        let transaction = self.servers.entry_mut(id)?;
        let flow = transaction.flow;
        match (&mut transaction.machine, reply.status) {
            (ServerMachine::Invite(machine), ..200) => machine.provisional(bytes.clone()),
            (ServerMachine::Invite(machine), 200..300) => machine.accept(&timers, now),
            (ServerMachine::Invite(machine), _) => machine.refuse(bytes.clone(), &timers, now),
            (ServerMachine::NonInvite(machine), _) => machine.respond(bytes.clone(), &timers, now),
        }
        let is_refusal = transaction.machine.takes_acks();
        if reply.status >= 200 {
            self.servers.finish(id);
        }
        self.transmit(flow, bytes.clone(), TransmitId::NONE);
        self.rearm_server(id);
        if is_refusal {
            self.add_unacknowledged_refusal(id);
        }
        Some((flow, bytes))
    }

    fn request_cseq(&self, id: ServerId) -> Option<u32> {
        let request = self.servers.entry(id)?.request.as_ref()?;
        request.headers.cseq().map(|cseq| cseq.number)
    }

    pub(super) fn remember_provisional(&mut self, id: ServerId, bytes: MessageBytes) {
        if let Some(transaction) = self.servers.entry_mut(id)
            && let ServerMachine::Invite(machine) = &mut transaction.machine
        {
            machine.provisional(bytes);
        }
    }

    pub(super) fn rearm_server(&mut self, id: ServerId) {
        let deadline = self
            .servers
            .entry(id)
            .and_then(|transaction| match &transaction.machine {
                ServerMachine::Invite(machine) => machine.deadline(),
                ServerMachine::NonInvite(machine) => machine.deadline(),
            });
        self.schedule.set(TimerOwner::Server(id), deadline);
    }
}
