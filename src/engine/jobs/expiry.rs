//! Ends announcements, and calls decided in advance, that have expired.

use std::sync::Arc;

use super::job::{JobError, Work};
use crate::call::pending_announcements::PendingAnnouncements;
use aftercall_runtime::clock::Clock;
use aftercall_storage::{Database, WriterHandle};

pub(super) struct Expiry {
    pub(super) pending: PendingAnnouncements,
    pub(super) store: Database,
    pub(super) writer: WriterHandle,
    pub(super) clock: Arc<dyn Clock>,
}

impl Work for Expiry {
    async fn run(&mut self) -> Result<(), JobError> {
        // Known in memory, so that a service without announcements writes nothing.
        if self.pending.is_empty() {
            return Ok(());
        }
        let expired = self.pending.expire(&self.store, &self.writer, self.clock.utc());
        expired
            .await
            .map_err(JobError::because("cannot expire announcements"))
    }
}
