//! Offers in a dialog and their collisions (RFC 3261 section 14.2, RFC 3311 section 5.2, RFC 3264 section 4).
//!
//! ```text
//!  while                                      | re-INVITE          | UPDATE with a body | UPDATE without
//!  -------------------------------------------+--------------------+--------------------+---------------
//!  our own offer or INVITE has no answer yet  | 491                | 491                | 200
//!  the peer's INVITE or offer is unanswered   | 500 + Retry-After  | 500 + Retry-After  | 200
//!  our 2xx (with the answer) has no ACK       | 500 + Retry-After  | to the application | 200
//! ```

use std::time::Instant;

use super::{Dialog, DialogPhase};
use crate::event::OfferKey;
use crate::transaction::ServerId;

/// A re-INVITE or UPDATE that waits for the application.
#[derive(Debug)]
pub(crate) struct PendingOffer {
    pub(crate) key: OfferKey,
    pub(crate) transaction: ServerId,
    pub(crate) kind: OfferKind,
    pub(crate) deadline: Instant,
}

/// What carried the offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfferKind {
    /// A re-INVITE with a session description.
    Invite,
    /// A re-INVITE that asks for our offer.
    EmptyInvite,
    /// An UPDATE with a session description.
    Update,
}

/// Why a new offer cannot be taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfferConflict {
    /// Ours is open: 491.
    OursOpen,
    /// Theirs is open: 500 with Retry-After.
    TheirsOpen,
}

impl Dialog {
    /// Whether a re-INVITE or UPDATE with a body collides with what is open.
    pub(crate) fn offer_conflict(&self, kind: OfferKind) -> Option<OfferConflict> {
        if matches!(self.phase, DialogPhase::Calling(_)) {
            return Some(OfferConflict::OursOpen);
        }
        if let Some(response) = &self.unacknowledged {
            if response.kind.our_offer() {
                return Some(OfferConflict::OursOpen);
            }
            if kind != OfferKind::Update {
                return Some(OfferConflict::TheirsOpen);
            }
        }
        let theirs = self.offer.is_some() || matches!(self.phase, DialogPhase::Offered { .. });
        theirs.then_some(OfferConflict::TheirsOpen)
    }

    /// Takes the pending offer of that name, if it still waits.
    pub(crate) fn take_offer(&mut self, key: OfferKey) -> Option<PendingOffer> {
        let waits = self.offer.as_ref().is_some_and(|offer| offer.key == key);
        if waits { self.offer.take() } else { None }
    }
}
