//! The table of client transactions, found by the branch that we gave them.

use std::collections::HashMap;

use crate::event::{DialogKey, OutboundInvite};
use crate::flow::Flow;
use crate::transaction::{ClientId, InviteClient, OtherClient, Wire};

/// How many answering forks one INVITE remembers; further ones are acknowledged and released each time they
/// repeat themselves, which is harmless.
const REMEMBERED_FORKS: usize = 8;

/// One client transaction and what the agent knows about it.
#[derive(Debug)]
pub(super) enum ClientTransaction {
    Invite(Box<InviteTransaction>),
    Other(Box<OtherTransaction>),
}

/// An INVITE of ours.
#[derive(Debug)]
pub(super) struct InviteTransaction {
    pub(super) machine: InviteClient,
    pub(super) flow: Flow,
    pub(super) dialog: DialogKey,
    /// The ACK for the first 2xx, with the tag that it answers; sent again whenever that 2xx is.
    pub(super) ack: Option<(Box<str>, Flow, Wire)>,
    pub(super) offer: OfferIn,
    forks: Vec<Box<str>>,
}

/// Which message of an INVITE carries the offer (RFC 3264, RFC 3261 section 13.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OfferIn {
    Invite,
    Answer,
}

impl OfferIn {
    pub(super) const fn of(invite: &OutboundInvite) -> Self {
        if invite.offer.is_some() {
            Self::Invite
        } else {
            Self::Answer
        }
    }
}

/// Any other request of ours.
#[derive(Debug)]
pub(super) struct OtherTransaction {
    pub(super) machine: OtherClient,
    pub(super) flow: Flow,
    pub(super) purpose: Purpose,
}

/// What hangs on the answer to a request of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Nothing.
    Nothing,
    /// The end of the dialog: a BYE.
    End(DialogKey),
    /// Whether the peer still knows the dialog.
    Check(DialogKey),
    /// Nothing, but it is of use only while the dialog lasts.
    Within(DialogKey),
}

impl Purpose {
    /// The dialog with whose end nobody waits for the answer any more.
    pub(super) const fn lasts_with(self) -> Option<DialogKey> {
        match self {
            Self::Check(dialog) | Self::Within(dialog) => Some(dialog),
            Self::Nothing | Self::End(_) => None,
        }
    }
}

impl InviteTransaction {
    pub(super) fn new(machine: InviteClient, flow: Flow, dialog: DialogKey, offer: OfferIn) -> Self {
        Self {
            machine,
            flow,
            dialog,
            ack: None,
            offer,
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

/// All client transactions.
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
            ClientTransaction::Other(_) => None,
        }
    }

    /// INVITEs by UDP to which nothing has come back.
    pub(super) fn unheard(&self) -> Vec<ClientId> {
        let unheard = self.0.iter().filter(|(_, transaction)| match transaction {
            ClientTransaction::Invite(invite) => invite.machine.is_unheard(),
            ClientTransaction::Other(_) => false,
        });
        unheard.map(|(id, _)| *id).collect()
    }

    pub(super) fn remove(&mut self, id: ClientId) -> Option<ClientTransaction> {
        self.0.remove(&id)
    }
}
