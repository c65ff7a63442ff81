//! Removes old events of the audit log, and sessions and links that have ended.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::job::{JobError, Work};
use aftercall_runtime::clock::Clock;
use aftercall_storage::{AccountStore, Database};

/// A link that has ended is listed for a while, so that its maker sees that it has.
const ENDED_DAYS: i64 = 30;

/// Events that one run removes at most are `10,000` times this; the next run goes on.
const MOST_ROUNDS: usize = 100;

pub(super) struct AccountRetention {
    pub(super) store: Database,
    /// 0 for ever.
    pub(super) audit_days: u32,
    pub(super) clock: Arc<dyn Clock>,
}

impl Work for AccountRetention {
    async fn run(&mut self) -> Result<(), JobError> {
        let now = self.clock.utc();
        let audit_before = match self.audit_days {
            0 => DateTime::<Utc>::MIN_UTC,
            days => now - TimeDelta::days(i64::from(days)),
        };
        let ended_before = now - TimeDelta::days(ENDED_DAYS);
        let mut removed = 0;
        for _ in 0..MOST_ROUNDS {
            let events = self.store.prune_accounts(audit_before, ended_before).await;
            let events = events.map_err(JobError::because("cannot remove old events of the audit log"))?;
            removed += events;
            if events == 0 {
                break;
            }
        }
        if removed > 0 {
            tracing::info!(events = removed, "removed old events of the audit log");
        }
        Ok(())
    }
}
