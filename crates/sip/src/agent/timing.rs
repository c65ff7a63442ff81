//! What happens when time has passed.

use std::time::Instant;

use super::clients::{ClientTransaction, RequestPurpose};
use super::reply::Reply;
use super::servers::ServerMachine;
use super::{TimerOwner, TransmitId, UserAgent};
use crate::dialog::DialogPhase;
use crate::dialog::offer::OfferKind;
use crate::event::{DialogEvent, DialogKey, EndCause};
use crate::transaction::{BackoffAction, ClientId, ServerId, TimerAction};

impl UserAgent {
    /// Fires every timer that is due at `now`.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(owner) = self.schedule.pop_due(now) {
            match owner {
                TimerOwner::Server(id) => self.fire_server(id, now),
                TimerOwner::Client(id) => self.fire_client(id, now),
                TimerOwner::Dialog(key) => self.fire_dialog(key, now),
            }
        }
    }

    fn fire_server(&mut self, id: ServerId, now: Instant) {
        let Some(transaction) = self.servers.entry_mut(id) else {
            return;
        };
        let fired = match &mut transaction.machine {
            ServerMachine::Invite(machine) => machine.fire(now),
            ServerMachine::NonInvite(machine) => machine.fire(now),
        };
        let flow = transaction.flow;
        match fired {
            TimerAction::Nothing => self.rearm_server(id),
            TimerAction::Terminated | TimerAction::NoResponse => self.end_server(id),
            TimerAction::Repeat(bytes) => {
                self.counters.retransmissions += 1;
                self.transmit(flow, bytes, TransmitId::NONE);
                self.rearm_server(id);
            }
        }
    }

    fn fire_client(&mut self, id: ClientId, now: Instant) {
        let Some(transaction) = self.clients.entry_mut(id) else {
            return;
        };
        let (flow, fired, purpose) = match transaction {
            ClientTransaction::Invite(invite) => {
                (invite.flow, invite.machine.fire(now), RequestPurpose::Nothing)
            }
            ClientTransaction::NonInvite(other) => (other.flow, other.machine.fire(now), other.purpose),
        };
        match fired {
            // An INFO or OPTIONS of a call that has ended meanwhile: nobody waits for its response.
            TimerAction::Repeat(_) if self.is_outlived(purpose) => self.end_client(id),
            TimerAction::Nothing => self.rearm_client(id),
            TimerAction::Terminated => self.end_client(id),
            TimerAction::NoResponse => self.no_response(id),
            TimerAction::Repeat(bytes) => {
                self.counters.retransmissions += 1;
                self.transmit(flow, bytes, TransmitId::of(id));
                self.rearm_client(id);
            }
        }
    }

    fn no_response(&mut self, id: ClientId) {
        self.counters.request_timeouts += 1;
        self.fail_client(id, EndCause::NoResponse);
    }

    fn fire_dialog(&mut self, key: DialogKey, now: Instant) {
        // One deadline stands for all timers of a dialog, so each of them looks whether it is meant.
        self.fire_accepted(key, now);
        self.fire_trying(key, now);
        self.fire_answer_timeout(key, now);
        self.fire_offer_timeout(key, now);
        self.rearm_dialog(key);
    }

    /// Our 2xx again, or the end of patience with its ACK: BYE (section 13.3.1.4).
    fn fire_accepted(&mut self, key: DialogKey, now: Instant) {
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        let Some(accepted) = dialog.unacknowledged.as_mut() else {
            return;
        };
        match accepted.backoff.fire(now) {
            BackoffAction::Nothing => {}
            BackoffAction::Repeat => {
                let (flow, bytes) = (accepted.flow, accepted.response.clone());
                self.counters.retransmissions += 1;
                self.transmit(flow, bytes, TransmitId::NONE);
            }
            BackoffAction::GiveUp => {
                dialog.unacknowledged = None;
                let headers = dialog.pending_bye.take().map(|headers| *headers);
                self.counters.ack_timeouts += 1;
                let headers = headers.unwrap_or_else(|| vec![ack_timeout_reason()]);
                self.send_bye(key, &headers, None, now);
                self.event(
                    key,
                    DialogEvent::Ended {
                        cause: EndCause::AckTimeout,
                    },
                );
            }
        }
    }

    /// The 100 that was held back.
    fn fire_trying(&mut self, key: DialogKey, now: Instant) {
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        if let DialogPhase::Offered {
            invite, trying_at, ..
        } = &mut dialog.phase
            && trying_at.take_if(|due| now >= *due).is_some()
        {
            let invite = *invite;
            self.trying(invite);
        }
    }

    /// The application has not answered the INVITE.
    fn fire_answer_timeout(&mut self, key: DialogKey, now: Instant) {
        let Some(dialog) = self.dialogs.entry(key) else {
            return;
        };
        if let DialogPhase::Offered { invite, deadline, .. } = dialog.phase
            && now >= deadline
        {
            self.counters.answer_timeouts += 1;
            self.refuse_invite(
                key,
                invite,
                &Reply::because(500, "No Answer From Application"),
                now,
            );
        }
    }

    /// The application has not answered a re-INVITE or UPDATE.
    fn fire_offer_timeout(&mut self, key: DialogKey, now: Instant) {
        let Some(dialog) = self.dialogs.entry_mut(key) else {
            return;
        };
        let Some(offer) = dialog.offer.take_if(|offer| now >= offer.deadline) else {
            return;
        };
        self.counters.answer_timeouts += 1;
        let status = match offer.kind {
            // RFC 3311 section 5.2.
            OfferKind::Update => 504,
            OfferKind::Invite | OfferKind::EmptyInvite => 500,
        };
        let reply = Reply::because(status, "No Answer From Application");
        self.respond(offer.transaction, &reply, now);
    }
}

/// RFC 3326: why we end a call that was never acknowledged.
fn ack_timeout_reason() -> (String, String) {
    (
        "Reason".to_owned(),
        "SIP;cause=408;text=\"ACK not received\"".to_owned(),
    )
}
