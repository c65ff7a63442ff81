//! Our own calls: INVITE, its responses, CANCEL and ACK (RFC 3261 sections 9.1, 13.2 and 17.1.1.3).

use std::time::Instant;

use super::clients::{ClientTransaction, InviteTransaction, OfferTiming, RequestPurpose};
use super::message::InboundResponse;
use super::request::RequestDraft;
use super::{TransmitId, UserAgent};
use crate::dialog::route::RouteSet;
use crate::dialog::{CancelState, ContactScheme, Dialog, DialogPhase, OutboundCall};
use crate::event::{Body, DialogEvent, DialogKey, EndCause, OutboundInvite};
use crate::flow::Flow;
use crate::transaction::{ClientId, InviteClient, InviteResponse, MessageBytes};
use crate::wire::{Method, Response};

impl UserAgent {
    pub(super) fn invite(&mut self, invite: &OutboundInvite, now: Instant) {
        let key = invite.dialog;
        let Some(flow) = self.flow_from_interface(invite.transport, invite.destination) else {
            return self.event(
                key,
                DialogEvent::Ended {
                    cause: EndCause::TransportFailed,
                },
            );
        };
        let id = ClientId {
            branch: self.random_branch(),
            cancel: false,
        };
        let dialog = self.calling_dialog(invite, flow, id);
        let draft = RequestDraft {
            method: Method::Invite,
            cseq: dialog.local_cseq,
            branch: id.branch,
            headers: &invite.headers,
            body: invite.offer.as_ref(),
        };
        let Some(bytes) = self.compose(&dialog, &dialog.remote, flow, &draft) else {
            return self.event(
                key,
                DialogEvent::Ended {
                    cause: EndCause::TransportFailed,
                },
            );
        };
        let machine = InviteClient::new(bytes.clone(), flow.transport, &self.config.timers, now);
        let transaction = InviteTransaction::new(machine, flow, key, OfferTiming::of(invite));
        self.dialogs.insert(key, dialog);
        self.clients
            .insert(id, ClientTransaction::Invite(Box::new(transaction)));
        self.transmit(flow, bytes, TransmitId::of(id));
        self.rearm_client(id);
    }

    fn calling_dialog(&mut self, invite: &OutboundInvite, flow: Flow, id: ClientId) -> Dialog {
        let local_tag = self.random_token();
        let call_id = invite.call_id.clone();
        let call_id = call_id.unwrap_or_else(|| format!("{}@{}", self.random_token(), flow.advertised.ip()));
        Dialog {
            call_id: call_id.into_bytes().into(),
            origin: None,
            local: format!("<{}>;tag={local_tag}", invite.from).into_bytes().into(),
            local_tag,
            remote: format!("<{}>", invite.target).into_bytes().into(),
            remote_tag: None,
            local_cseq: 1,
            remote_cseq: None,
            target: invite.target.as_bytes().into(),
            scheme: ContactScheme::of(invite.target.as_bytes()),
            routes: RouteSet::default(),
            flow,
            phase: DialogPhase::Calling(OutboundCall {
                invite: id,
                cancel: CancelState::No,
            }),
            unacknowledged: None,
            offer: None,
            pending_bye: None,
            pending_ack: None,
        }
    }

    pub(super) fn response(&mut self, response: &Response, now: Instant) {
        self.counters.responses += 1;
        let response = InboundResponse::read(response);
        let taken = response.is_some_and(|response| self.handle_response(&response, now));
        if !taken {
            self.counters.dropped += 1;
        }
    }

    /// `false` when no transaction of ours asked.
    fn handle_response(&mut self, response: &InboundResponse<'_>, now: Instant) -> bool {
        let timers = self.config.timers;
        match self.clients.entry_mut(response.client) {
            Some(ClientTransaction::Invite(invite)) => {
                let key = invite.dialog;
                let meaning = invite.machine.response(response.status(), &timers, now);
                self.on_invite_response(key, meaning, response, now);
            }
            Some(ClientTransaction::NonInvite(other)) => {
                let purpose = other.purpose;
                if other.machine.response(response.status(), &timers, now) {
                    self.conclude(purpose, Some(response.status()));
                }
            }
            None => return false,
        }
        self.rearm_client(response.client);
        true
    }

    fn on_invite_response(
        &mut self,
        key: DialogKey,
        meaning: InviteResponse,
        response: &InboundResponse<'_>,
        now: Instant,
    ) {
        match meaning {
            InviteResponse::Provisional => self.progress(key, response.status(), now),
            InviteResponse::Accepted => self.accepted(key, response, now),
            InviteResponse::Refused => self.refused(key, response, now),
            InviteResponse::Acknowledge(ack) => self.transmit_again(response.client, ack),
            InviteResponse::Absorbed => {}
        }
    }

    fn progress(&mut self, key: DialogKey, status: u16, now: Instant) {
        if status > 100 {
            self.event(key, DialogEvent::Progress { status });
        }
        self.cancel_if_possible(key, now);
    }

    /// CANCEL, once it is wanted and a provisional response has come (section 9.1).
    pub(super) fn cancel_if_possible(&mut self, key: DialogKey, now: Instant) {
        let timers = self.config.timers;
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        let DialogPhase::Calling(calling) = &mut dialog.phase else {
            return;
        };
        let id = calling.invite;
        let Some(invite) = self.clients.invite_mut(id) else {
            return;
        };
        if calling.cancel != CancelState::Wanted || !invite.machine.may_cancel() {
            return;
        }
        calling.cancel = CancelState::Sent;
        invite.machine.cancelled(&timers, now);
        let flow = invite.flow;
        if let Some(bytes) = self.write_with_invite_branch(key, Method::Cancel, None, flow) {
            self.start_non_invite(
                // A CANCEL has the branch of its INVITE; only the method distinguishes the two transactions
                // (section 9.1).
                ClientId { cancel: true, ..id },
                flow,
                bytes,
                RequestPurpose::Nothing,
                now,
            );
        }
        self.rearm_client(id);
    }

    /// A request that repeats the INVITE's URI, branch and CSeq number: CANCEL, or the ACK of a refusal (sections
    /// 9.1 and 17.1.1.3).
    fn write_with_invite_branch(
        &self,
        key: DialogKey,
        method: Method,
        to: Option<&[u8]>,
        flow: Flow,
    ) -> Option<MessageBytes> {
        let dialog = self.dialogs.entry(key)?;
        let DialogPhase::Calling(calling) = &dialog.phase else {
            return None;
        };
        let branch = calling.invite.branch;
        let draft = RequestDraft {
            method,
            cseq: dialog.local_cseq,
            branch,
            headers: &[],
            body: None,
        };
        let to = to.unwrap_or(&dialog.remote);
        self.compose(dialog, to, flow, &draft)
    }

    /// 2xx: the first makes the dialog, a repeated one is acknowledged again, one from another fork is
    /// acknowledged and ended (section 13.2.2.4).
    fn accepted(&mut self, key: DialogKey, response: &InboundResponse<'_>, now: Instant) {
        let Some(invite) = self.clients.invite_mut(response.client) else {
            return;
        };
        match &invite.ack {
            Some((tag, flow, ack)) if *tag == response.to_tag => {
                let (flow, ack) = (*flow, ack.clone());
                self.counters.retransmissions += 1;
                self.transmit(flow, ack, TransmitId::NONE);
            }
            Some(_) => self.further_fork(response, now),
            None => self.established(key, response, now),
        }
    }

    fn established(&mut self, key: DialogKey, response: &InboundResponse<'_>, now: Instant) {
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        let DialogPhase::Calling(calling) = &dialog.phase else {
            return;
        };
        let cancel = calling.cancel;
        response.establish(dialog);
        dialog.pending_ack = Some(response.client);
        let our_answer_is_due = self
            .clients
            .invite_mut(response.client)
            .is_some_and(|invite| invite.offer_timing == OfferTiming::Delayed);
        // The ACK leaves at once unless it has to carry our answer to a delayed offer, which only the application
        // can give.
        if !our_answer_is_due || cancel != CancelState::No {
            self.acknowledge_offer(key, None);
        }
        match cancel {
            CancelState::No => self.event(
                key,
                DialogEvent::Answered {
                    body: response.body(),
                },
            ),
            // The answer crossed our CANCEL, or came before it could be sent.
            CancelState::Wanted | CancelState::Sent => self.send_bye(key, &[], Some(EndCause::HungUp), now),
        }
    }

    /// Sends the ACK of the first 2xx, once.
    pub(super) fn acknowledge_offer(&mut self, key: DialogKey, answer: Option<&Body>) {
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        let Some(invite) = dialog.pending_ack.take() else {
            return;
        };
        let tag = dialog.remote_tag.clone().unwrap_or_default();
        let Some((flow, ack)) = self.acknowledge(key, answer) else {
            return;
        };
        if let Some(invite) = self.clients.invite_mut(invite) {
            invite.ack = Some((tag, flow, ack.clone()));
        }
        self.transmit(flow, ack, TransmitId::NONE);
    }

    fn acknowledge(&mut self, key: DialogKey, answer: Option<&Body>) -> Option<(Flow, MessageBytes)> {
        let branch = self.random_branch();
        let cseq = self.dialogs.entry(key)?.local_cseq;
        let draft = RequestDraft {
            method: Method::Ack,
            cseq,
            branch,
            headers: &[],
            body: answer,
        };
        self.write_in_dialog(key, &draft)
    }

    /// A second phone answered: ACK each time, BYE once.
    fn further_fork(&mut self, response: &InboundResponse<'_>, now: Instant) {
        let Some(invite) = self.clients.invite_mut(response.client) else {
            return;
        };
        // A forking proxy lets every phone that answered through. We hold one call, so each further one is
        // accepted and ended.
        let new = invite.is_new_fork(&response.to_tag);
        let Some(fork) = response.fork(invite.flow) else {
            return;
        };
        if let Some((_, flow, ack)) = self.write_to_fork(&fork, Method::Ack, response.cseq) {
            self.transmit(flow, ack, TransmitId::NONE);
        }
        if new
            && let Some((id, flow, bye)) =
                self.write_to_fork(&fork, Method::Bye, response.cseq.wrapping_add(1))
        {
            self.start_non_invite(id, flow, bye, RequestPurpose::Nothing, now);
        }
    }

    fn write_to_fork(
        &mut self,
        fork: &Dialog,
        method: Method,
        cseq: u32,
    ) -> Option<(ClientId, Flow, MessageBytes)> {
        let branch = self.random_branch();
        let draft = RequestDraft {
            method,
            cseq,
            branch,
            headers: &[],
            body: None,
        };
        let (flow, bytes) = self.write_request(fork, &draft)?;
        Some((
            ClientId {
                branch,
                cancel: false,
            },
            flow,
            bytes,
        ))
    }

    /// 3xx-6xx: ACK on the same branch; the call is over.
    fn refused(&mut self, key: DialogKey, response: &InboundResponse<'_>, now: Instant) {
        let timers = self.config.timers;
        let Some(invite) = self.clients.invite_mut(response.client) else {
            return;
        };
        let flow = invite.flow;
        let Some(ack) = self.write_with_invite_branch(key, Method::Ack, Some(response.to()), flow) else {
            return;
        };
        if let Some(invite) = self.clients.invite_mut(response.client) {
            invite.machine.completed(ack.clone(), &timers, now);
        }
        self.transmit(flow, ack, TransmitId::NONE);
        let rejected = EndCause::Rejected {
            status: response.status(),
            reason: response.reason(),
        };
        self.end_calling(key, rejected);
    }

    /// A call of ours failed. When the caller had given up, that is what ended it.
    pub(super) fn end_calling(&mut self, key: DialogKey, cause: EndCause) {
        let Some(dialog) = self.dialogs.entry(key) else {
            return;
        };
        let DialogPhase::Calling(calling) = &dialog.phase else {
            return;
        };
        let given_up = calling.cancel != CancelState::No;
        let cancelled = matches!(
            cause,
            EndCause::Rejected { status: 487, .. } | EndCause::NoResponse
        );
        let cause = if given_up && cancelled {
            EndCause::HungUp
        } else {
            cause
        };
        self.end_dialog(key, cause);
    }

    fn transmit_again(&mut self, id: ClientId, bytes: MessageBytes) {
        let Some(invite) = self.clients.invite_mut(id) else {
            return;
        };
        let flow = invite.flow;
        self.counters.retransmissions += 1;
        self.transmit(flow, bytes, TransmitId::NONE);
    }
}
