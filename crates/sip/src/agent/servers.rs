//! The table of server transactions: found by key, bounded, aware of merged requests.

use std::collections::{HashMap, VecDeque};

use crate::event::DialogKey;
use crate::flow::Flow;
use crate::transaction::{InviteServer, NonInviteServer, ServerId, shrink};
use crate::wire::Request;

/// One server transaction and what the agent knows about it.
#[derive(Debug)]
pub(super) struct ServerTransaction {
    pub(super) machine: ServerMachine,
    /// Where responses go.
    pub(super) flow: Flow,
    /// Our To-tag, where the request brought none.
    pub(super) tag: Box<str>,
    /// Kept only while a response is owed.
    pub(super) request: Option<Box<Request>>,
    pub(super) dialog: Option<DialogKey>,
    /// The INVITE of this dialog was refused: its end is announced when the transaction is complete.
    pub(super) refused: Option<DialogKey>,
    key: Box<str>,
    merge: Option<u64>,
}

/// Which state machine runs it.
#[derive(Debug)]
pub(super) enum ServerMachine {
    Invite(InviteServer),
    NonInvite(NonInviteServer),
}

impl ServerMachine {
    pub(super) fn is_pending(&self) -> bool {
        match self {
            Self::Invite(machine) => machine.is_pending(),
            Self::NonInvite(machine) => machine.is_pending(),
        }
    }

    /// Whether it is an INVITE that has heard a provisional response.
    pub(super) fn has_provisional(&self) -> bool {
        match self {
            Self::Invite(machine) => machine.has_provisional(),
            Self::NonInvite(_) => false,
        }
    }

    /// Whether it is a refused INVITE: ACKs with its branch are for it.
    pub(super) fn takes_acks(&self) -> bool {
        match self {
            Self::Invite(machine) => machine.takes_acks(),
            Self::NonInvite(_) => false,
        }
    }

    fn is_repeating(&self) -> bool {
        match self {
            Self::Invite(machine) => machine.is_repeating(),
            Self::NonInvite(_) => false,
        }
    }

    /// The final response is not sent again but for another copy of the request.
    pub(super) fn stop_repeating(&mut self) {
        if let Self::Invite(machine) = self {
            machine.stop_repeating();
        }
    }
}

impl ServerTransaction {
    /// Names it (RFC 3261 section 17.2.3).
    pub(super) fn key(&self) -> &str {
        &self.key
    }
}

/// What a new transaction starts from.
#[derive(Debug)]
pub(super) struct NewServer {
    pub(super) machine: ServerMachine,
    pub(super) flow: Flow,
    pub(super) tag: Box<str>,
    pub(super) request: Box<Request>,
    pub(super) key: Box<str>,
    pub(super) merge: Option<u64>,
}

#[derive(Debug, Default)]
pub(super) struct Servers {
    entries: HashMap<ServerId, ServerTransaction>,
    by_key: HashMap<Box<str>, ServerId>,
    by_merge: HashMap<u64, ServerId>,
    /// Transactions with a final response, oldest first; those gone meanwhile are skipped.
    finished: VecDeque<ServerId>,
    /// Refused INVITEs that wait for their ACK, oldest first; those acknowledged or gone meanwhile are skipped.
    waiting: VecDeque<ServerId>,
    pending_invites: usize,
    last_id: u64,
}

impl Servers {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) const fn pending_invites(&self) -> usize {
        self.pending_invites
    }

    pub(super) fn find(&self, key: &str) -> Option<ServerId> {
        self.by_key.get(key).copied()
    }

    pub(super) fn is_merged(&self, merge: u64) -> bool {
        self.by_merge.contains_key(&merge)
    }

    pub(super) fn entry(&self, id: ServerId) -> Option<&ServerTransaction> {
        self.entries.get(&id)
    }

    pub(super) fn entry_mut(&mut self, id: ServerId) -> Option<&mut ServerTransaction> {
        self.entries.get_mut(&id)
    }

    pub(super) fn insert(&mut self, new: NewServer) -> ServerId {
        self.last_id += 1;
        let id = ServerId(self.last_id);
        if matches!(new.machine, ServerMachine::Invite(_)) {
            self.pending_invites += 1;
        }
        self.by_key.insert(new.key.clone(), id);
        if let Some(merge) = new.merge {
            // The first way stays the one that later ways merge with: a 482 ends long before the call it spared.
            self.by_merge.entry(merge).or_insert(id);
        }
        let transaction = ServerTransaction {
            machine: new.machine,
            flow: new.flow,
            tag: new.tag,
            request: Some(new.request),
            dialog: None,
            refused: None,
            key: new.key,
            merge: new.merge,
        };
        self.entries.insert(id, transaction);
        id
    }

    /// A final response went out: the request is no longer needed, and the transaction may be forgotten early.
    pub(super) fn finish(&mut self, id: ServerId) {
        let Some(transaction) = self.entries.get_mut(&id) else {
            return;
        };
        // `None` here means that it has finished before: it is counted once.
        if transaction.request.take().is_some() {
            if matches!(transaction.machine, ServerMachine::Invite(_)) {
                self.pending_invites -= 1;
            }
            self.finished.push_back(id);
        }
    }

    /// The finished transaction that would end first, if room is needed.
    pub(super) fn oldest_finished(&mut self) -> Option<ServerId> {
        self.skip_gone();
        self.finished.front().copied()
    }

    pub(super) fn add_unacknowledged_refusal(&mut self, id: ServerId) {
        self.waiting.push_back(id);
    }

    /// Takes out the refusal that has waited longest, where more than `most` wait.
    pub(super) fn take_oldest_refusal_beyond(&mut self, most: usize) -> Option<ServerId> {
        let waits = |id: &ServerId| {
            let transaction = self.entries.get(id);
            transaction.is_some_and(|transaction| transaction.machine.is_repeating())
        };
        while self.waiting.front().is_some_and(|id| !waits(id)) {
            self.waiting.pop_front();
        }
        (self.waiting.len() > most).then(|| self.waiting.pop_front())?
    }

    pub(super) fn remove(&mut self, id: ServerId) -> Option<ServerTransaction> {
        let transaction = self.entries.remove(&id)?;
        self.by_key.remove(&transaction.key);
        if let Some(merge) = transaction.merge
            && self.by_merge.get(&merge) == Some(&id)
        {
            self.by_merge.remove(&merge);
        }
        if transaction.request.is_some() && matches!(transaction.machine, ServerMachine::Invite(_)) {
            self.pending_invites -= 1;
        }
        self.skip_gone();
        shrink(&mut self.entries);
        shrink(&mut self.by_key);
        shrink(&mut self.by_merge);
        Some(transaction)
    }

    fn skip_gone(&mut self) {
        while let Some(id) = self.finished.front() {
            if self.entries.contains_key(id) {
                return;
            }
            self.finished.pop_front();
        }
        if self.finished.is_empty() {
            self.finished = VecDeque::new();
            self.waiting = VecDeque::new();
        }
    }
}
