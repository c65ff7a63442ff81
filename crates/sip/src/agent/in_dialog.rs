//! Requests inside a dialog (RFC 3261 sections 12.2.2, 14.2 and 15.1.2, RFC 3311, RFC 6086).

use std::time::{Duration, Instant};

use super::message::{InboundRequest, MethodKind};
use super::reply::{Reply, refuse_method};
use super::unestablished::SetupStage;
use super::{TimerOwner, UserAgent};
use crate::dialog::offer::{OfferKind, PendingOffer};
use crate::dialog::{Dialog, DialogPhase, OfferConflict};
use crate::dtmf_info::{self, InfoError};
use crate::event::{DialogEvent, DialogKey, EndCause, OfferKey};
use crate::wire::HeaderName;

impl UserAgent {
    pub(super) fn in_dialog(&mut self, incoming: InboundRequest, now: Instant) {
        let tag = incoming.to_tag.as_deref().unwrap_or_default();
        let found = self
            .dialogs
            .find(tag, &incoming.call_id, incoming.from_tag.as_deref());
        let Some(key) = found else {
            self.counters.unknown_dialog += 1;
            return self.answer_now(incoming, None, &Reply::new(481), now);
        };
        if let Some(refusal) = self.in_dialog_refusal(key, &incoming) {
            self.answer_now(incoming, Some(key), &refusal, now);
            return self.peer_is_alive(key);
        }
        match incoming.method {
            MethodKind::Bye => self.bye(key, incoming, now),
            MethodKind::Info => self.info(key, incoming, now),
            MethodKind::Invite => self.new_offer(key, incoming, now),
            MethodKind::Update => self.update(key, incoming, now),
            _ => {
                let reply = Reply::options_ok();
                self.answer_now(incoming, Some(key), &reply, now);
                self.peer_is_alive(key);
            }
        }
    }

    /// Reports a sign of life that is nothing else to the application.
    fn peer_is_alive(&mut self, key: DialogKey) {
        let confirmed = |dialog: &Dialog| matches!(dialog.phase, DialogPhase::Confirmed);
        if self.dialogs.entry(key).is_some_and(confirmed) {
            self.event(key, DialogEvent::PeerAlive);
        }
    }

    /// What is refused whatever the method does.
    fn in_dialog_refusal(&mut self, key: DialogKey, incoming: &InboundRequest) -> Option<Reply> {
        let dialog = self.dialogs.entry_mut(key)?;
        let leaving = matches!(dialog.phase, DialogPhase::Ending { .. });
        let early_client = matches!(dialog.phase, DialogPhase::Calling(_));
        match incoming.method {
            // Our INVITE has no final response, so there is nothing to end yet: the peer refuses the INVITE
            // instead.
            MethodKind::Bye if early_client => return Some(Reply::new(481)),
            MethodKind::Bye => {}
            _ if leaving => return Some(Reply::new(481)),
            _ => {}
        }
        // Before the refusals below: a request that is refused has used up its number, too.
        if !dialog.take_cseq(incoming.cseq) {
            return Some(Reply::because(500, "CSeq Out Of Order"));
        }
        if let Some(refusal) = refuse_method(incoming.method, true) {
            return Some(refusal);
        }
        if matches!(incoming.method, MethodKind::Invite | MethodKind::Update)
            && let Some(refusal) = incoming.contact_defect()
        {
            return Some(refusal);
        }
        // RFC 3261 section 8.2.2.3 would refuse a BYE, too, and leave a call that one side has given up.
        let extensions = incoming
            .required_extensions()
            .filter(|_| incoming.method != MethodKind::Bye);
        extensions.map(|unsupported| Reply::new(420).header("Unsupported", unsupported))
    }

    /// BYE: 200 at once, also before the ACK; what still waits is answered with 487 (section 15.1.2).
    fn bye(&mut self, key: DialogKey, incoming: InboundRequest, now: Instant) {
        let reason = incoming.request.headers.reason();
        self.answer_now(incoming, Some(key), &Reply::new(200), now);
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        let offered = match dialog.phase {
            DialogPhase::Offered { invite, .. } => Some(invite),
            DialogPhase::Calling(_) | DialogPhase::Confirmed => None,
            // Our BYE crosses theirs: ours ends the dialog when it is answered.
            DialogPhase::Ending { .. } => return,
        };
        let pending = dialog.offer.take().map(|offer| offer.transaction);
        for transaction in [offered, pending].into_iter().flatten() {
            self.respond(transaction, &Reply::new(487), now);
        }
        self.end_dialog(key, EndCause::Bye { reason });
    }

    /// INFO: DTMF bodies go to the application once; the transaction absorbs repetitions. What is no digit hears so: a
    /// 200 says that the key was heard. We have offered to receive no package, so whatever belongs to one is refused with the
    /// empty list of those that we take (RFC 6086 section 4.2.2).
    fn info(&mut self, key: DialogKey, incoming: InboundRequest, now: Instant) {
        let headers = &incoming.request.headers;
        if headers.list(&HeaderName::InfoPackage).next().is_some() {
            let reply = Reply::new(469).header("Recv-Info", "");
            self.answer_now(incoming, Some(key), &reply, now);
            return self.peer_is_alive(key);
        }
        let body = incoming.info_body();
        let (reply, heard) = match body
            .as_ref()
            .map(|body| dtmf_info::parse(&body.content_type, &body.bytes))
        {
            None | Some(Err(InfoError::Flash)) => (Reply::new(200), None),
            Some(Ok(_)) => (Reply::new(200), body),
            Some(Err(InfoError::ContentType)) => (
                Reply::new(415).header("Accept", dtmf_info::TYPES.join(", ")),
                None,
            ),
            Some(Err(InfoError::NoSignal | InfoError::NotADigit)) => (Reply::new(400), None),
        };
        self.answer_now(incoming, Some(key), &reply, now);
        match heard {
            Some(body) => self.event(key, DialogEvent::Info { body }),
            None => self.peer_is_alive(key),
        }
    }

    /// UPDATE: without a body a target refresh and no more; with one an offer (RFC 3311 section 5.2).
    fn update(&mut self, key: DialogKey, incoming: InboundRequest, now: Instant) {
        if incoming.body().is_some() {
            return self.new_offer(key, incoming, now);
        }
        self.refresh_target(key, &incoming);
        let reply = self.with_contact(key, Reply::new(200));
        self.answer_now(incoming, Some(key), &reply, now);
        self.peer_is_alive(key);
    }

    /// A re-INVITE, or an UPDATE with a body: the application answers unless something is open.
    fn new_offer(&mut self, key: DialogKey, incoming: InboundRequest, now: Instant) {
        let kind = match (incoming.method, incoming.body()) {
            (MethodKind::Update, _) => OfferKind::Update,
            (_, Some(_)) => OfferKind::Invite,
            (_, None) => OfferKind::EmptyInvite,
        };
        let conflict = self
            .dialogs
            .entry(key)
            .and_then(|dialog| dialog.offer_conflict(kind));
        if let Some(conflict) = conflict {
            let reply = self.conflict_reply(conflict);
            return self.answer_now(incoming, Some(key), &reply, now);
        }
        if let Some(refusal) = incoming.session_defect() {
            return self.answer_now(incoming, Some(key), &refusal, now);
        }
        // The new Contact counts even if the application rejects the offer: both are parts of one request, and the
        // peer has moved.
        self.refresh_target(key, &incoming);
        let body = incoming.body();
        let transaction = self.start_server(incoming, Some(key));
        if kind != OfferKind::Update {
            self.trying(transaction);
        }
        self.last_offer += 1;
        let offer = OfferKey(self.last_offer);
        let deadline = now + self.patience(kind);
        if let Some(dialog) = self.dialogs.entry_mut(key) {
            dialog.offer = Some(PendingOffer {
                key: offer,
                transaction,
                kind,
                deadline,
            });
        }
        self.rearm_dialog(key);
        self.event(key, DialogEvent::Offer { offer, body });
    }

    /// How long the application may think. An UPDATE cannot be kept waiting by provisional responses: its sender
    /// gives up after 64*T1, so it hears from us at half of that (RFC 4320 section 4.2).
    fn patience(&self, kind: OfferKind) -> Duration {
        let limit = self.config.answer_timeout;
        match kind {
            OfferKind::Update => limit.min(self.config.timers.give_up() / 2),
            OfferKind::Invite | OfferKind::EmptyInvite => limit,
        }
    }

    fn conflict_reply(&mut self, conflict: OfferConflict) -> Reply {
        match conflict {
            OfferConflict::OursOpen => Reply::new(491),
            OfferConflict::TheirsOpen => {
                // Random, so that two sides that offer at once do not collide again (section 14.2).
                let seconds = self.random_seconds(10);
                Reply::new(500).header("Retry-After", seconds.to_string())
            }
        }
    }

    /// The peer moved: later requests of ours go to its new Contact (section 12.2.2).
    fn refresh_target(&mut self, key: DialogKey, incoming: &InboundRequest) {
        if let (Some(contact), Some(dialog)) = (incoming.contact(), self.dialogs.entry_mut(key)) {
            dialog.target = contact.into();
            // A peer whose NAT binding has changed is reached where this request came from.
            dialog.flow = incoming.source;
        }
    }

    pub(super) fn rearm_dialog(&mut self, key: DialogKey) {
        let dialog = self.dialogs.entry(key);
        let deadline = dialog.and_then(|dialog| dialog.deadline());
        let stage = dialog.and_then(SetupStage::of);
        let source = dialog.map(|dialog| dialog.flow.peer.ip());
        self.unestablished.set(key, source.zip(stage));
        self.schedule.set(TimerOwner::Dialog(key), deadline);
    }
}
