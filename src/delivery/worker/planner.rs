//! Finding what has become due, and making rows of it.
//!
//! For each rule the database holds a mark, up to which due moment there are rows. What became due behind it gets rows, and the mark
//! moves, in one transaction that fails if another node has moved it. The rows themselves are unique for each period and recipient, so
//! the mark may be set back without anything being delivered twice: that is done when it is in the future, which a clock that was
//! wrong has left. It is not set back behind the moment at which the rule was seen first, unless the clock stays behind it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use metrics::gauge;
use rand::rngs::StdRng;

use super::{new_identity, subject};
use crate::delivery::rule::DeliveryRule;
use crate::delivery::schedule::Due;
use crate::delivery::setup::CurrentSetup;
use aftercall_runtime::clock::{Clock, now};
use aftercall_storage::delivery::{Deliveries, DeliveryPlan, NewDelivery, PlanMark, RequestedBy};
use aftercall_storage::{Database, StoreError};

/// Periods that are still delivered when nobody was there when they were due; older ones are skipped.
const MOST_LATE: usize = 4;

/// What is found due so much later is late.
const LATE: TimeDelta = TimeDelta::hours(1);

/// Clocks of several nodes differ by less.
const SKEW: TimeDelta = TimeDelta::minutes(1);

/// A pending delivery whose rule was removed is skipped after this.
const FORGOTTEN: TimeDelta = TimeDelta::days(3);

/// A clock that was set back is taken to be right after this.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// 2026-01-01T00:00:00Z, in seconds since 1970. A clock that is before this was not set yet: nothing is planned by it.
const EARLIEST: i64 = 1_767_225_600;

/// Finds what is due.
#[derive(Debug)]
pub struct Planner {
    store: Database,
    current: Arc<CurrentSetup>,
    clock: Arc<dyn Clock>,
    rng: StdRng,
    /// Since when the clock is behind the moment at which some rule was seen first.
    behind_since: Option<Instant>,
}

impl Planner {
    /// A planner for the rules in use; identities are drawn from `rng`.
    pub fn new(store: Database, current: Arc<CurrentSetup>, clock: Arc<dyn Clock>, rng: StdRng) -> Self {
        Self {
            store,
            current,
            clock,
            rng,
            behind_since: None,
        }
    }

    /// Makes rows of what has become due since the last time.
    ///
    /// # Errors
    /// The database is away. What was not planned is planned the next time.
    pub async fn run(&mut self) -> Result<(), StoreError> {
        let now = self.clock.utc();
        if now.timestamp() < EARLIEST {
            tracing::warn!("the clock of this machine is not set: no delivery is planned");
            return Ok(());
        }
        let setup = self.current.setup();
        if !setup.rules.is_empty() {
            let marks: BTreeMap<String, PlanMark> =
                self.store.planned_deliveries().await?.into_iter().collect();
            let is_behind = marks.values().any(|mark| now + SKEW < mark.known_since);
            let patience_is_over = self.is_behind_for_long(is_behind);
            for rule in &setup.rules {
                let mark = marks.get(rule.name.as_str()).copied();
                self.plan(rule, mark, now, patience_is_over).await?;
            }
        }
        self.publish(&setup.names(), now).await
    }

    async fn plan(
        &mut self,
        rule: &DeliveryRule,
        from: Option<PlanMark>,
        now: DateTime<Utc>,
        patience_is_over: bool,
    ) -> Result<(), StoreError> {
        let mark = match from.map(|from| corrected(from, now)) {
            None => first_seen(now),
            Some(Some(mark)) => mark,
            Some(None) if patience_is_over => first_seen(now),
            Some(None) => return Ok(()),
        };
        let due = rule.schedule.due(mark.planned_until, now);
        let to = PlanMark {
            planned_until: due.last().map_or(mark.planned_until, |last| last.at),
            ..mark
        };
        if from == Some(to) {
            return Ok(());
        }
        let plan = DeliveryPlan {
            name: rule.name.to_string(),
            from,
            to,
            deliveries: self.deliveries(rule, &due, now),
        };
        // `None`: another node has done it.
        if let Some(rows) = self.store.plan_deliveries(&plan).await?
            && rows > 0
        {
            let late = plan
                .deliveries
                .iter()
                .filter(|delivery| delivery.subject.is_late)
                .count();
            tracing::info!(
                delivery.name = plan.name,
                deliveries = rows,
                late,
                "reports are due"
            );
        }
        Ok(())
    }

    /// Whether the clock has been behind for so long that it is right, and the one before was wrong.
    fn is_behind_for_long(&mut self, is_behind: bool) -> bool {
        let since = match (is_behind, self.behind_since) {
            (false, _) => {
                self.behind_since = None;
                return false;
            }
            (true, Some(since)) => since,
            (true, None) => {
                tracing::warn!(
                    "the clock of this machine is behind the time at which a delivery was first seen: \
                     either it is wrong now, or it was ahead then; waiting an hour"
                );
                *self.behind_since.insert(now())
            }
        };
        now().duration_since(since) >= PATIENCE
    }

    /// A row for each recipient of each period; of those that come late only the latest are delivered.
    fn deliveries(&mut self, rule: &DeliveryRule, due: &[Due], now: DateTime<Utc>) -> Vec<NewDelivery> {
        let too_old = due.len().saturating_sub(MOST_LATE);
        let mut deliveries = Vec::new();
        for (place, due) in due.iter().enumerate() {
            let is_late = now - due.at > LATE;
            let skipped = (is_late && place < too_old).then(|| {
                format!("no service was running when it was due, and {MOST_LATE} later periods are delivered")
            });
            for recipient in rule.recipients() {
                deliveries.push(NewDelivery {
                    identity: new_identity(&mut self.rng),
                    subject: subject(rule, *due, is_late, recipient),
                    requested_by: RequestedBy::Schedule,
                    skipped: skipped.clone(),
                    created_at: now,
                });
            }
        }
        deliveries
    }

    /// Skips what no rule knows any more, and publishes in `/metrics` how deliveries stand.
    async fn publish(&self, names: &[String], now: DateTime<Utc>) -> Result<(), StoreError> {
        let counts = self.store.delivery_counts().await?;
        if counts.oldest_due.is_some_and(|due| now - due > FORGOTTEN) {
            let reason = "no [[delivery]] has this name any more";
            let skipped = self
                .store
                .abandon_deliveries(names, now - FORGOTTEN, reason)
                .await?;
            if skipped > 0 {
                tracing::warn!(deliveries = skipped, "skipped deliveries: {reason}");
            }
        }
        let age = counts
            .oldest_due
            .map_or(0.0, |due| (now - due).as_seconds_f64().max(0.0));
        gauge!("aftercall_deliveries_oldest_pending_seconds").set(age);
        gauge!("aftercall_deliveries_dead").set(as_float(counts.dead));
        Ok(())
    }
}

/// The mark of a rule that was not known: what is due from now on is delivered.
const fn first_seen(now: DateTime<Utc>) -> PlanMark {
    PlanMark {
        known_since: now,
        planned_until: now,
    }
}

/// A mark as it can be: not in the future. `None` where even the rule was seen in the future.
fn corrected(mark: PlanMark, now: DateTime<Utc>) -> Option<PlanMark> {
    if mark.planned_until <= now + SKEW {
        return Some(mark);
    }
    (mark.known_since <= now + SKEW).then(|| PlanMark {
        planned_until: now.max(mark.known_since),
        ..mark
    })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a gauge is a float; no count here nears 2^52"
)]
const fn as_float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::corrected;
    use aftercall_storage::delivery::PlanMark;

    #[test]
    fn mark_of_a_clock_that_was_ahead_is_set_back_to_now() {
        let now = DateTime::from_timestamp(1_795_334_400, 0).unwrap();
        let at = |hours| now + TimeDelta::hours(hours);
        let mark = |known, planned| PlanMark {
            known_since: at(known),
            planned_until: at(planned),
        };
        for (before, after) in [
            (mark(-9, -1), Some(mark(-9, -1))),
            (mark(-9, 0), Some(mark(-9, 0))),
            (mark(-9, 5), Some(mark(-9, 0))),
            (mark(3, 5), None),
        ] {
            assert_eq!(corrected(before, now), after, "{before:?}");
        }
        let skewed = PlanMark {
            planned_until: now + TimeDelta::seconds(40),
            ..mark(-9, 0)
        };
        assert_eq!(corrected(skewed, now), Some(skewed), "another node's clock");
    }
}
