//! The table of dialogs: found by key, and by the tag that we gave them.

use std::collections::HashMap;

use crate::dialog::Dialog;
use crate::event::DialogKey;
use crate::transaction::shrink;

#[derive(Debug, Default)]
pub(super) struct Dialogs {
    entries: HashMap<DialogKey, Dialog>,
    by_tag: HashMap<Box<str>, DialogKey>,
    by_origin: HashMap<u64, DialogKey>,
    last_key: u64,
}

impl Dialogs {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// A key for an inbound dialog.
    pub(super) const fn next_key(&mut self) -> DialogKey {
        self.last_key += 1;
        DialogKey(self.last_key)
    }

    pub(super) fn insert(&mut self, key: DialogKey, dialog: Dialog) {
        self.by_tag.insert(dialog.local_tag.clone(), key);
        if let Some(origin) = dialog.origin {
            self.by_origin.insert(origin, key);
        }
        self.entries.insert(key, dialog);
    }

    pub(super) fn entry(&self, key: DialogKey) -> Option<&Dialog> {
        self.entries.get(&key)
    }

    pub(super) fn entry_mut(&mut self, key: DialogKey) -> Option<&mut Dialog> {
        self.entries.get_mut(&key)
    }

    /// The dialog of a request: Call-ID and both tags agree (RFC 3261 section 12.2.2).
    pub(super) fn find(&self, local_tag: &str, call_id: &[u8], peer_tag: Option<&str>) -> Option<DialogKey> {
        // Our tag alone finds the dialog, as it is random; the Call-ID and the peer's tag must agree as well, or
        // it is a guess.
        let key = *self.by_tag.get(local_tag)?;
        let dialog = self.entries.get(&key)?;
        (*dialog.call_id == *call_id && dialog.is_peer(peer_tag)).then_some(key)
    }

    /// The dialog that this INVITE began.
    pub(super) fn find_by_origin(&self, origin: u64) -> Option<&Dialog> {
        self.entries.get(self.by_origin.get(&origin)?)
    }

    pub(super) fn remove(&mut self, key: DialogKey) -> Option<Dialog> {
        let dialog = self.entries.remove(&key)?;
        self.by_tag.remove(&dialog.local_tag);
        if let Some(origin) = dialog.origin {
            self.by_origin.remove(&origin);
        }
        shrink(&mut self.entries);
        shrink(&mut self.by_tag);
        shrink(&mut self.by_origin);
        Some(dialog)
    }
}
