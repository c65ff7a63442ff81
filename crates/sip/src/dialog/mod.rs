//! Dialogs: what two user agents remember of each other between requests (RFC 3261 section 12).
//!
//! [`Dialog`] holds identity, sequence numbers, route and phase, and decides what the protocol allows next; it
//! sends nothing. [`route`] says where requests go. The agent turns decisions into messages.
//!
//! ```text
//!  phase      | reached by                 | left by
//!  -----------+----------------------------+------------------------------------------------------
//!  Offered    | INVITE received            | our 2xx -> Confirmed; refusal, CANCEL, BYE -> gone
//!  Calling    | INVITE sent                | 2xx -> Confirmed; refusal, Timer B -> gone
//!  Confirmed  | 2xx sent or received       | BYE received -> gone; our BYE sent -> Ending
//!  Ending     | our BYE sent               | its response or Timer F -> gone
//! ```
//! After our 2xx the dialog is Confirmed with an [`UnacknowledgedResponse`] response until the ACK.

pub(crate) mod offer;
pub(crate) mod route;

use std::time::Instant;

use crate::event::EndCause;
use crate::flow::Flow;
use crate::transaction::{Backoff, ClientId, MessageBytes, ServerId};
pub(crate) use offer::OfferConflict;
use offer::PendingOffer;
use route::RouteSet;

/// Headers that the application adds to a message.
pub(crate) type ExtraHeaders = Vec<(String, String)>;

/// One dialog, or dialog to be.
#[derive(Debug)]
pub(crate) struct Dialog {
    pub(crate) call_id: Box<[u8]>,
    /// Names the INVITE that began it by Call-ID, From-tag and CSeq; `None` for calls of ours.
    pub(crate) origin: Option<u64>,
    /// Our From (or To) value, tag included.
    pub(crate) local: Box<[u8]>,
    /// Names this dialog in what the peer sends.
    pub(crate) local_tag: Box<str>,
    /// The peer's To (or From) value, tag included once known.
    pub(crate) remote: Box<[u8]>,
    /// `None` until a response created the dialog (client), or when an old peer sends none.
    pub(crate) remote_tag: Option<Box<str>>,
    pub(crate) local_cseq: u32,
    pub(crate) remote_cseq: Option<u32>,
    /// The peer's Contact URI.
    pub(crate) target: Box<[u8]>,
    /// Of our Contact.
    pub(crate) scheme: ContactScheme,
    pub(crate) routes: RouteSet,
    pub(crate) flow: Flow,
    pub(crate) phase: DialogPhase,
    pub(crate) unacknowledged: Option<Box<UnacknowledgedResponse>>,
    pub(crate) offer: Option<PendingOffer>,
    /// A BYE that waits for the ACK of our 2xx (section 15), with its headers.
    pub(crate) pending_bye: Option<Box<ExtraHeaders>>,
    /// Our INVITE whose 2xx carried the offer: its ACK waits for the application's answer (section 13.2.2.4).
    pub(crate) pending_ack: Option<ClientId>,
}

/// The scheme of our Contact: a dialog that was begun with `sips:` stays so (RFC 3261 section 12.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContactScheme {
    Sip,
    Sips,
}

impl ContactScheme {
    /// That of a URI, as written.
    pub(crate) fn of(uri: &[u8]) -> Self {
        match uri.get(..5) {
            Some(scheme) if scheme.eq_ignore_ascii_case(b"sips:") => Self::Sips,
            Some(_) | None => Self::Sip,
        }
    }

    /// As written before the colon.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sip => "sip",
            Self::Sips => "sips",
        }
    }
}

/// Where a dialog is in its life.
#[derive(Debug)]
pub(crate) enum DialogPhase {
    /// The application has not answered the INVITE.
    Offered {
        invite: ServerId,
        deadline: Instant,
        /// When its 100 is due, where that was held back.
        trying_at: Option<Instant>,
        /// Whether the INVITE came without an offer and asks for ours.
        our_offer: bool,
    },
    /// Our INVITE has no final response.
    Calling(OutboundCall),
    /// 2xx sent or received.
    Confirmed,
    /// Our BYE waits for its response; `cause` is still to be announced.
    Ending { cause: Option<EndCause> },
}

/// Our INVITE on its way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OutboundCall {
    pub(crate) invite: ClientId,
    pub(crate) cancel: CancelState,
}

/// How far the wish to give up a call of ours has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CancelState {
    /// No such wish.
    No,
    /// Wanted, but no provisional response has come yet (section 9.1).
    Wanted,
    Sent,
}

/// Our 2xx to an INVITE, repeated until its ACK arrives (section 13.3.1.4).
#[derive(Debug)]
pub(crate) struct UnacknowledgedResponse {
    pub(crate) invite: ServerId,
    pub(crate) cseq: u32,
    pub(crate) response: MessageBytes,
    pub(crate) flow: Flow,
    pub(crate) backoff: Backoff,
    pub(crate) kind: AckKind,
}

/// What the ACK of our 2xx means to the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AckKind {
    /// The call is up; carries the answer when our 2xx carried the offer.
    Initial { our_offer: bool },
    /// A re-INVITE is over; carries the answer when our 2xx carried the offer.
    Again { our_offer: bool },
}

impl AckKind {
    /// Whether the peer owes us an answer.
    pub(crate) const fn our_offer(self) -> bool {
        match self {
            Self::Initial { our_offer } | Self::Again { our_offer } => our_offer,
        }
    }
}

impl Dialog {
    /// Takes the CSeq number of a new in-dialog request: gaps are legal, a lower number is not (section 12.2.2).
    pub(crate) fn take_cseq(&mut self, cseq: u32) -> bool {
        // An equal number is not lower: RFC 3261 refuses only those that are.
        if self.remote_cseq.is_some_and(|last| cseq < last) {
            return false;
        }
        self.remote_cseq = Some(cseq);
        true
    }

    /// The CSeq number for our next request.
    pub(crate) fn next_cseq(&mut self) -> u32 {
        self.local_cseq = self.local_cseq.wrapping_add(1);
        self.local_cseq
    }

    /// Whether the peer's tag is the one we know. An early client dialog takes any; an old peer has none.
    pub(crate) fn is_peer(&self, tag: Option<&str>) -> bool {
        match (&self.phase, &self.remote_tag) {
            (DialogPhase::Calling(_), None) => true,
            (_, known) => known.as_deref() == tag,
        }
    }

    /// Ends the wait for the ACK with this CSeq number; `None` when it acknowledges nothing that waits.
    pub(crate) fn acknowledge(&mut self, cseq: u32) -> Option<AckKind> {
        let waits = self
            .unacknowledged
            .as_ref()
            .is_some_and(|response| response.cseq == cseq);
        if waits {
            self.unacknowledged.take().map(|response| response.kind)
        } else {
            None
        }
    }

    /// The 2xx to this INVITE, while it waits for its ACK.
    pub(crate) fn accepted_response(&self, invite: ServerId) -> Option<MessageBytes> {
        let response = self.unacknowledged.as_ref()?;
        (response.invite == invite).then(|| response.response.clone())
    }

    /// When the dialog's own timers want attention: the application's patience, the 2xx, a pending offer.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        let application = match &self.phase {
            DialogPhase::Offered {
                deadline, trying_at, ..
            } => Some(trying_at.map_or(*deadline, |trying_at| trying_at.min(*deadline))),
            DialogPhase::Calling(_) | DialogPhase::Confirmed | DialogPhase::Ending { .. } => None,
        };
        let repeat = self
            .unacknowledged
            .as_ref()
            .map(|response| response.backoff.deadline());
        let offer = self.offer.as_ref().map(|offer| offer.deadline);
        [application, repeat, offer].into_iter().flatten().min()
    }
}
