//! The table of client transactions, found by the branch that we gave them.

use std::collections::HashMap;

use crate::event::{DialogKey, OutboundInvite};
use crate::flow::Flow;
use crate::transaction::{ClientId, InviteClient, MessageBytes, NonInviteClient};

/// How many answering forks one INVITE remembers; further ones are acknowledged and released each time they
/// repeat themselves, which is harmless.
const REMEMBERED_FORKS: usize = 8;

/// One client transaction and what the agent knows about it.
#[derive(Debug)]
pub(super) enum ClientTransaction {
    Invite(Box<InviteTransaction>),
    NonInvite(Box<NonInviteTransaction>),
}

/// An INVITE of ours.
#[derive(Debug)]
pub(super) struct InviteTransaction {
    pub(super) machine: InviteClient,
    pub(super) flow: Flow,
    pub(super) dialog: DialogKey,
    /// The ACK for the first 2xx, with the tag that it answers; sent again whenever that 2xx is.
    pub(super) ack: Option<(Box<str>, Flow, MessageBytes)>,
    pub(super) offer_timing: OfferTiming,
    forks: Vec<Box<str>>,
}

/// Which message of an INVITE carries the offer (RFC 3264, RFC 3261 section 13.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfferTiming {
    /// The INVITE has the offer, its 2xx the answer.
    Early,
    /// The 2xx has the offer, our ACK the answer.
    Delayed,
}

impl OfferTiming {
    pub(super) const fn of(invite: &OutboundInvite) -> Self {
        if invite.offer.is_some() {
            Self::Early
        } else {
            Self::Delayed
        }
    }
}

/// Any other request of ours.
#[derive(Debug)]
pub(super) struct NonInviteTransaction {
    pub(super) machine: NonInviteClient,
    pub(super) flow: Flow,
    pub(super) purpose: RequestPurpose,
}

/// What hangs on the answer to a request of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequestPurpose {
    Nothing,
    /// The end of the dialog: a BYE.
    End(DialogKey),
    /// Whether the peer still knows the dialog.
    Check(DialogKey),
    /// Nothing, but it is of use only while the dialog lasts.
    Within(DialogKey),
}

impl RequestPurpose {
    /// The dialog with whose end nobody waits for the answer any more.
    pub(super) const fn lasts_with(self) -> Option<DialogKey> {
        match self {
            Self::Check(dialog) | Self::Within(dialog) => Some(dialog),
            Self::Nothing | Self::End(_) => None,
        }
    }
}

impl InviteTransaction {
    pub(super) fn new(machine: InviteClient, flow: Flow, dialog: DialogKey, offer: OfferTiming) -> Self {
        Self {
            machine,
            flow,
            dialog,
            ack: None,
            offer_timing: offer,
            forks: Vec::new(),
        }
    }

    /// Remembers a further answering fork: `true` the first time.
    pub(super) fn is_new_fork(&mut self, tag: &str) -> bool {
        let new = self.forks.iter().all(|known| **known != *tag);
        if new && self.forks.len() < REMEMBERED_FORKS {
            self.forks.push(tag.into());
        }
        new
    }
}

#[derive(Debug, Default)]
pub(super) struct Clients(HashMap<ClientId, ClientTransaction>);

impl Clients {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn insert(&mut self, id: ClientId, transaction: ClientTransaction) {
        self.0.insert(id, transaction);
    }

    pub(super) fn entry_mut(&mut self, id: ClientId) -> Option<&mut ClientTransaction> {
        self.0.get_mut(&id)
    }

    /// The INVITE transaction of that name.
    pub(super) fn invite_mut(&mut self, id: ClientId) -> Option<&mut InviteTransaction> {
        match self.0.get_mut(&id)? {
            ClientTransaction::Invite(invite) => Some(invite),
            ClientTransaction::NonInvite(_) => None,
        }
    }

    /// INVITEs by UDP to which nothing has come back.
    pub(super) fn without_response(&self) -> Vec<ClientId> {
        let without_response = self.0.iter().filter(|(_, transaction)| match transaction {
            ClientTransaction::Invite(invite) => invite.machine.is_without_response(),
            ClientTransaction::NonInvite(_) => false,
        });
        without_response.map(|(id, _)| *id).collect()
    }

    pub(super) fn remove(&mut self, id: ClientId) -> Option<ClientTransaction> {
        self.0.remove(&id)
    }
}
