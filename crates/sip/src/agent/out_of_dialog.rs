//! Requests outside a dialog (RFC 3261 sections 8.2, 11.2 and 13.3.1).
//!
//! ```text
//!  checked in this order           | answer
//!  --------------------------------+--------------------------------------------
//!  retransmitted INVITE: trans-    | its 2xx until the ACK, then nothing
//!  action gone, dialog alive       |
//!  retransmitted INVITE, refused   | the same 503
//!  INVITE without room for it      | 503 with Retry-After, no state kept (`overload`)
//!  another way of a request we hold| 482
//!  URI scheme not sip, sips, tel   | 416
//!  method known, not ours          | 405 with Allow; REFER 603
//!  method unknown                  | 501 with Allow
//!  Require with any tag            | 420 with Unsupported
//!  method that needs a dialog      | 481
//! ```
//! Max-Forwards is not in it: 0 stops whoever would forward, and we are who is asked (RFC 4475 section 3.3.11).
//! 100rel, session timers, REFER, digest and registration find their place here when they are built: until then
//! the table refuses them.

use std::time::Instant;

use super::message::{InboundRequest, MethodKind};
use super::reply::{Reply, refuse_method};
use super::{Accepting, Output, TransmitId, UserAgent};
use crate::dialog::route::RouteSet;
use crate::dialog::{ContactScheme, Dialog, DialogPhase};
use crate::flow::Flow;
use crate::transaction::ServerId;
use crate::wire::HeaderName;

impl UserAgent {
    pub(super) fn out_of_dialog(&mut self, incoming: InboundRequest, now: Instant) {
        if incoming.method == MethodKind::Invite && self.is_late_copy(&incoming) {
            return;
        }
        if incoming.method == MethodKind::Invite {
            // Before the limits: a caller that was refused must not get in with a retransmission of the same
            // INVITE.
            if self.was_turned_away(&incoming, now) {
                return;
            }
            if let Some(why) = self.overload_reason(incoming.source.peer.ip(), now) {
                return self.turn_away(&incoming, why, now);
            }
        }
        if let Some(refusal) = self.refusal(&incoming) {
            return self.answer_now(incoming, None, &refusal, now);
        }
        match incoming.method {
            MethodKind::Invite => self.start_call(incoming, now),
            _ => {
                let reply = self.options_reply();
                self.answer_now(incoming, None, &reply, now);
            }
        }
    }

    /// An INVITE whose transaction is forgotten, in its time or early, while its dialog lives: never a second call.
    /// Its 2xx is sent again until the ACK, as within the transaction.
    fn is_late_copy(&mut self, incoming: &InboundRequest) -> bool {
        let Some(origin) = incoming.merge_key() else {
            return false;
        };
        if self.servers.is_merged(origin) {
            return false;
        }
        // The transaction is forgotten before the dialog: after Timer L, or early at the limit of transactions.
        let Some(dialog) = self.dialogs.find_by_origin(origin) else {
            return false;
        };
        self.counters.request_retransmissions += 1;
        let unacknowledged = dialog.unacknowledged.as_ref();
        let first = unacknowledged.filter(|response| response.cseq == incoming.cseq);
        if let Some((flow, bytes)) = first.map(|first| (first.flow, first.response.clone())) {
            self.counters.retransmissions += 1;
            self.transmit(flow, bytes, TransmitId::NONE);
        }
        true
    }

    /// The table above: why this request is refused, if it is.
    fn refusal(&mut self, incoming: &InboundRequest) -> Option<Reply> {
        if incoming
            .merge_key()
            .is_some_and(|merge| self.servers.is_merged(merge))
        {
            self.counters.merged += 1;
            return Some(Reply::new(482));
        }
        if !incoming.has_known_scheme() {
            return Some(Reply::new(416));
        }
        if let Some(refusal) = refuse_method(incoming.method, false) {
            return Some(refusal);
        }
        if let Some(unsupported) = incoming.required_extensions() {
            return Some(Reply::new(420).header("Unsupported", unsupported));
        }
        match incoming.method {
            MethodKind::Invite => incoming.invite_defect(),
            MethodKind::Options => None,
            _ => {
                self.counters.unknown_dialog += 1;
                Some(Reply::new(481))
            }
        }
    }

    /// What OPTIONS hears: what we can, and whether calls are welcome (section 11.2).
    pub(super) fn options_reply(&self) -> Reply {
        match self.accepting {
            Accepting::Yes => Reply::options_ok(),
            Accepting::Draining | Accepting::Full => self.overload_reply().capabilities(),
        }
    }

    /// A call: 100 at once, or a little later while many wait; a dialog to be, and the application is asked.
    fn start_call(&mut self, incoming: InboundRequest, now: Instant) {
        let key = self.dialogs.next_key();
        let invite = Box::new(incoming.inbound_invite(key, now));
        let template = DialogTemplate::of(&incoming);
        let id = self.start_server(incoming, Some(key));
        // Held back while many calls wait: a refusal for want of room needs no transaction as long as no 100 was
        // sent (section 8.2.7).
        let trying_at = self.trying_at(now);
        if trying_at.is_none() {
            self.trying(id);
        }
        let Some(transaction) = self.servers.entry(id) else {
            return;
        };
        let deadline = now + self.config.answer_timeout;
        let dialog = template.dialog(&transaction.tag, id, deadline, trying_at);
        self.dialogs.insert(key, dialog);
        self.rearm_dialog(key);
        self.counters.invites += 1;
        self.outputs.push_back(Output::Invite(invite));
    }

    /// 100 Trying: the one response without a To-tag (section 8.2.6.2).
    pub(super) fn trying(&mut self, id: ServerId) {
        let Some(transaction) = self.servers.entry(id) else {
            return;
        };
        let Some(request) = &transaction.request else {
            return;
        };
        let bytes = self.serialise(request, "", &Reply::new(100));
        let flow = transaction.flow;
        self.remember_provisional(id, bytes.clone());
        self.transmit(flow, bytes, TransmitId::NONE);
    }
}

/// What a dialog keeps of its INVITE (section 12.1.1).
struct DialogTemplate {
    call_id: Box<[u8]>,
    origin: Option<u64>,
    to: Vec<u8>,
    from: Box<[u8]>,
    from_tag: Option<Box<str>>,
    cseq: u32,
    target: Box<[u8]>,
    scheme: ContactScheme,
    routes: RouteSet,
    flow: Flow,
    our_offer: bool,
}

impl DialogTemplate {
    fn of(incoming: &InboundRequest) -> Self {
        Self {
            call_id: incoming.call_id.clone(),
            origin: incoming.merge_key(),
            to: incoming.value(&HeaderName::To).to_vec(),
            from: incoming.value(&HeaderName::From).into(),
            from_tag: incoming.from_tag.clone(),
            cseq: incoming.cseq,
            target: incoming.contact().unwrap_or_default().into(),
            scheme: incoming.contact_scheme(),
            routes: RouteSet::of_request(incoming.request.headers.record_route()),
            flow: incoming.source,
            our_offer: incoming.body().is_none(),
        }
    }

    fn dialog(
        mut self,
        tag: &str,
        invite: ServerId,
        deadline: Instant,
        trying_at: Option<Instant>,
    ) -> Dialog {
        self.to.extend_from_slice(b";tag=");
        self.to.extend_from_slice(tag.as_bytes());
        Dialog {
            call_id: self.call_id,
            origin: self.origin,
            local: self.to.into(),
            local_tag: tag.into(),
            remote: self.from,
            remote_tag: self.from_tag,
            local_cseq: 0,
            remote_cseq: Some(self.cseq),
            target: self.target,
            scheme: self.scheme,
            routes: self.routes,
            flow: self.flow,
            phase: DialogPhase::Offered {
                invite,
                deadline,
                trying_at,
                our_offer: self.our_offer,
            },
            unacknowledged: None,
            offer: None,
            pending_bye: None,
            pending_ack: None,
        }
    }
}
