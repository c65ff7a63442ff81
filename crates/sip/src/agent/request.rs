//! Our requests inside a dialog, and the end of client transactions (RFC 3261 sections 12.2.1 and 15.1.1).

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use super::clients::{ClientTransaction, NonInviteTransaction, RequestPurpose};
use super::reply::{ACCEPT, ALLOW, Reply, push_body, push_extra};
use super::{Interface, PrivateContact, TimerOwner, TransmitId, UserAgent};
use crate::dialog::route::{RequestRouting, is_behind_nat, numeric_hop};
use crate::dialog::{CancelState, Dialog, DialogPhase, ExtraHeaders};
use crate::event::{Body, DialogEvent, DialogKey, EndCause, Transport};
use crate::flow::Flow;
use crate::transaction::{ClientId, MessageBytes, NonInviteClient};
use crate::wire::{HeaderName, Method, Request, Uri};

/// One request to be written.
pub(super) struct RequestDraft<'a> {
    pub(super) method: Method,
    pub(super) cseq: u32,
    pub(super) branch: u64,
    pub(super) headers: &'a [(String, String)],
    pub(super) body: Option<&'a Body>,
}

impl UserAgent {
    /// Ends a dialog in the way its phase asks for (sections 9.1, 13.2.2.4 and 15).
    pub(super) fn hang_up(&mut self, key: DialogKey, headers: ExtraHeaders, now: Instant) {
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        match &mut dialog.phase {
            DialogPhase::Offered { invite, .. } => {
                let invite = *invite;
                self.refuse_invite(key, invite, &Reply::new(480).headers(headers), now);
            }
            DialogPhase::Calling(calling) => {
                if calling.cancel == CancelState::No {
                    calling.cancel = CancelState::Wanted;
                }
                self.cancel_if_possible(key, now);
            }
            DialogPhase::Confirmed if dialog.unacknowledged.is_some() => {
                dialog.pending_bye = Some(Box::new(headers));
            }
            DialogPhase::Confirmed => {
                self.acknowledge_offer(key, None);
                self.send_bye(key, &headers, Some(EndCause::HungUp), now);
            }
            DialogPhase::Ending { .. } => {}
        }
    }

    /// BYE; `cause` is announced when it is answered or given up.
    pub(super) fn send_bye(
        &mut self,
        key: DialogKey,
        headers: &[(String, String)],
        cause: Option<EndCause>,
        now: Instant,
    ) {
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        dialog.phase = DialogPhase::Ending { cause };
        // Our BYE ends the wait for the ACK as well: the 2xx is not repeated any more.
        dialog.unacknowledged = None;
        let pending = dialog.offer.take();
        if let Some(offer) = pending {
            self.respond(offer.transaction, &Reply::new(487), now);
        }
        self.send_in_dialog(key, Method::Bye, headers, None, now);
        self.rearm_dialog(key);
    }

    /// INFO with a DTMF body.
    pub(super) fn send_info(&mut self, key: DialogKey, body: &Body, now: Instant) {
        let confirmed = self
            .dialogs
            .entry(key)
            .is_some_and(|dialog| matches!(dialog.phase, DialogPhase::Confirmed));
        if confirmed {
            self.send_in_dialog(key, Method::Info, &[], Some(body), now);
        }
    }

    /// OPTIONS inside the dialog (RFC 3261 section 11): whoever answers it is there.
    pub(super) fn check_peer(&mut self, key: DialogKey, now: Instant) {
        let confirmed = self
            .dialogs
            .entry(key)
            .is_some_and(|dialog| matches!(dialog.phase, DialogPhase::Confirmed));
        if confirmed {
            let accept = [("Accept".to_owned(), ACCEPT.to_owned())];
            self.send_in_dialog(key, Method::Options, &accept, None, now);
        }
    }

    fn send_in_dialog(
        &mut self,
        key: DialogKey,
        method: Method,
        headers: &[(String, String)],
        body: Option<&Body>,
        now: Instant,
    ) {
        let branch = self.random_branch();
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        let purpose = match method {
            Method::Bye => RequestPurpose::End(key),
            Method::Options => RequestPurpose::Check(key),
            _ => RequestPurpose::Within(key),
        };
        let cseq = dialog.next_cseq();
        let draft = RequestDraft {
            method,
            cseq,
            branch,
            headers,
            body,
        };
        let Some((flow, bytes)) = self.write_in_dialog(key, &draft) else {
            // Nothing will answer a BYE that cannot be addressed: without this its dialog would never end.
            return self.conclude(purpose, None);
        };
        self.start_non_invite(
            ClientId {
                branch,
                cancel: false,
            },
            flow,
            bytes,
            purpose,
            now,
        );
    }

    /// Starts a client transaction other than INVITE and sends its request.
    pub(super) fn start_non_invite(
        &mut self,
        id: ClientId,
        flow: Flow,
        bytes: MessageBytes,
        purpose: RequestPurpose,
        now: Instant,
    ) {
        let machine = NonInviteClient::new(bytes.clone(), flow.transport, &self.config.timers, now);
        self.clients.insert(
            id,
            ClientTransaction::NonInvite(Box::new(NonInviteTransaction {
                machine,
                flow,
                purpose,
            })),
        );
        self.transmit(flow, bytes, TransmitId::of(id));
        self.rearm_client(id);
    }

    /// Writes a request of a dialog in the table.
    pub(super) fn write_in_dialog(
        &self,
        key: DialogKey,
        draft: &RequestDraft<'_>,
    ) -> Option<(Flow, MessageBytes)> {
        self.write_request(self.dialogs.entry(key)?, draft)
    }

    /// Addresses and writes a request by the dialog's route set.
    pub(super) fn write_request(
        &self,
        dialog: &Dialog,
        draft: &RequestDraft<'_>,
    ) -> Option<(Flow, MessageBytes)> {
        let routed = dialog.routes.route(&dialog.target);
        let flow = match self.is_behind_nat(dialog, &routed) {
            true => dialog.flow,
            false => self.flow_towards(&routed.next_hop, dialog.flow),
        };
        Some((flow, self.compose(dialog, &dialog.remote, flow, draft)?))
    }

    /// Writes a request of a dialog to `to`, for a flow already chosen.
    pub(super) fn compose(
        &self,
        dialog: &Dialog,
        to: &[u8],
        flow: Flow,
        draft: &RequestDraft<'_>,
    ) -> Option<MessageBytes> {
        let routed = dialog.routes.route(&dialog.target);
        let mut request = Request::new(draft.method.clone(), Uri::parse(&routed.request_uri)?);
        let headers = &mut request.headers;
        headers.push(HeaderName::Via, via(flow, draft.branch));
        for route in routed.routes {
            headers.push(HeaderName::Route, route);
        }
        headers.push(HeaderName::MaxForwards, "70");
        headers.push(HeaderName::From, &*dialog.local);
        headers.push(HeaderName::To, to);
        headers.push(HeaderName::CallId, &*dialog.call_id);
        headers.push(HeaderName::Cseq, format!("{} {}", draft.cseq, draft.method));
        if draft.method == Method::Invite {
            headers.push(HeaderName::Contact, self.contact_value(flow, dialog.scheme));
            headers.push(HeaderName::Allow, ALLOW);
        }
        if !self.config.product.is_empty() {
            headers.push(HeaderName::UserAgent, self.config.product.as_str());
        }
        push_extra(headers, draft.headers);
        request.body = push_body(headers, draft.body);
        Some(Arc::from(request.to_bytes()))
    }

    /// Whether the peer's Contact is good on its own side of a NAT only: then the source of its last INVITE or UPDATE leads
    /// through (RFC 3261 has no rule; Kamailio's `fix_nated_contact`, Asterisk's `rewrite_contact` and FreeSWITCH's
    /// `apply-nat-acl` do the same). The Request-URI stays what the Contact says. A route is followed: proxies know their
    /// addresses.
    fn is_behind_nat(&self, dialog: &Dialog, routed: &RequestRouting) -> bool {
        let contact = numeric_hop(&routed.next_hop).filter(|_| routed.routes.is_empty());
        match self.config.private_contact {
            PrivateContact::Source => {
                contact.is_some_and(|(_, contact)| is_behind_nat(contact.ip(), dialog.flow.peer.ip()))
            }
            PrivateContact::AsWritten => false,
        }
    }

    /// The flow to the next hop: its numeric address where we have a matching interface, else the dialog's flow.
    fn flow_towards(&self, next_hop: &[u8], flow: Flow) -> Flow {
        let Some((transport, peer)) = numeric_hop(next_hop) else {
            return flow;
        };
        if transport == flow.transport && peer.is_ipv4() == flow.local.is_ipv4() {
            // On the same host the open connection is used even if the Contact names another port, as it does
            // behind NAT.
            let connection = flow.connection.filter(|_| peer.ip() == flow.peer.ip());
            return Flow {
                peer,
                connection,
                ..flow
            };
        }
        self.flow_from_interface(transport, peer).unwrap_or(flow)
    }

    /// A flow from the interface that fits best.
    pub(super) fn flow_from_interface(&self, transport: Transport, peer: SocketAddr) -> Option<Flow> {
        let fits = |interface: &&Interface| {
            interface.transport == transport && interface.local.is_ipv4() == peer.is_ipv4()
        };
        let mut fitting = self.config.interfaces.iter().filter(fits);
        let first = fitting.next()?;
        // An interface on loopback would put an address into Via that the peer cannot reach.
        let same_scope =
            |interface: &&Interface| interface.advertised.ip().is_loopback() == peer.ip().is_loopback();
        let interface = std::iter::once(first)
            .chain(fitting)
            .find(same_scope)
            .unwrap_or(first);
        Some(Flow {
            transport,
            local: interface.local,
            advertised: interface.advertised,
            peer,
            connection: None,
        })
    }

    /// A client transaction is over without an answer; what hung on it ends.
    pub(super) fn fail_client(&mut self, id: ClientId, cause: EndCause) {
        let transaction = self.clients.remove(id);
        self.schedule.set(TimerOwner::Client(id), None);
        match transaction {
            Some(ClientTransaction::Invite(invite)) => self.end_calling(invite.dialog, cause),
            Some(ClientTransaction::NonInvite(other)) => self.conclude(other.purpose, None),
            None => {}
        }
    }

    /// A request of ours has this final response, or none.
    pub(super) fn conclude(&mut self, purpose: RequestPurpose, status: Option<u16>) {
        match purpose {
            RequestPurpose::Nothing | RequestPurpose::Within(_) => {}
            RequestPurpose::End(key) => self.end_hung_up(key),
            RequestPurpose::Check(key) => self.checked(key, status),
        }
    }

    /// RFC 3261 section 12.2.1.2: 481 and 408 mean that the dialog is gone at the peer, and so does no response. Any
    /// other response comes from somebody who is there, whatever he thinks of OPTIONS.
    fn checked(&mut self, key: DialogKey, status: Option<u16>) {
        let confirmed = self
            .dialogs
            .entry(key)
            .is_some_and(|dialog| matches!(dialog.phase, DialogPhase::Confirmed));
        if confirmed {
            let event = match status {
                Some(408 | 481) | None => DialogEvent::PeerGone,
                Some(_) => DialogEvent::PeerAlive,
            };
            self.event(key, event);
        }
    }

    /// Our BYE is answered or given up: the dialog is gone.
    fn end_hung_up(&mut self, key: DialogKey) {
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        let DialogPhase::Ending { cause } = &mut dialog.phase else {
            return;
        };
        match cause.take() {
            Some(cause) => self.end_dialog(key, cause),
            None => self.forget_dialog(key),
        }
    }

    /// Whether a request of ours is of no use any more: its dialog is over, or is being ended by our BYE. A peer that has
    /// said or heard goodbye must not be asked again.
    pub(super) fn is_outlived(&self, purpose: RequestPurpose) -> bool {
        let lasts = |key| {
            let dialog = self.dialogs.entry(key);
            dialog.is_some_and(|dialog| !matches!(dialog.phase, DialogPhase::Ending { .. }))
        };
        purpose.lasts_with().is_some_and(|key| !lasts(key))
    }

    pub(super) fn end_client(&mut self, id: ClientId) {
        self.clients.remove(id);
        self.schedule.set(TimerOwner::Client(id), None);
    }

    pub(super) fn rearm_client(&mut self, id: ClientId) {
        let deadline = self
            .clients
            .entry_mut(id)
            .and_then(|transaction| match transaction {
                ClientTransaction::Invite(invite) => invite.machine.deadline(),
                ClientTransaction::NonInvite(other) => Some(other.machine.deadline()),
            });
        self.schedule.set(TimerOwner::Client(id), deadline);
    }

    /// Nobody is where a call of ours went: those of which nothing has been heard fail (section 18.4).
    pub(super) fn unreachable(&mut self) {
        for id in self.clients.without_response() {
            self.counters.send_failures += 1;
            self.fail_client(id, EndCause::TransportFailed);
        }
    }

    /// The driver could not send: our request fails at once, anything else is only counted (section 17.1.4).
    pub(super) fn send_failed(&mut self, transmit_id: TransmitId) {
        self.counters.send_failures += 1;
        if let Some(id) = transmit_id.client() {
            self.fail_client(id, EndCause::TransportFailed);
        }
    }
}

/// Our Via: the branch names the transaction, `rport` asks for an answer to where the request came from.
fn via(flow: Flow, branch: u64) -> String {
    let transport = match flow.transport {
        Transport::Udp => "UDP",
        Transport::Tcp => "TCP",
    };
    format!(
        "SIP/2.0/{transport} {};branch=z9hG4bK{branch:016x};rport",
        flow.advertised
    )
}
