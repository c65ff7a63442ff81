//! Stores how many calls were refused before they were read, and logs them.

use std::sync::Arc;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::job::{JobError, Work};
use crate::call::{CallEnvironment, CurrentEnvironment};
use aftercall_runtime::clock::{Clock, now};
use aftercall_sip::event::TurnedAwayReason;
use aftercall_survey::record::TurnedAwayCalls;
use aftercall_survey::route;

pub(super) struct TurnedAway {
    pub(super) current: Arc<CurrentEnvironment>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Work for TurnedAway {
    async fn run(&mut self) -> Result<(), JobError> {
        count(&self.current.environment(), self.clock.utc()).await;
        Ok(())
    }
}

async fn count(env: &CallEnvironment, at: DateTime<Utc>) {
    let taken = env.services.sip.turned_away().take();
    for (_, why, calls) in &taken {
        // A call whose row could not be written has told of itself.
        if *why != TurnedAwayReason::Storage {
            env.services.refusals.record_many(why.as_str(), *calls);
        }
        metrics::counter!("aftercall_calls_turned_away_total", "reason" => why.as_str()).increment(*calls);
    }
    env.services.refusals.log_due(now());
    if taken.is_empty() {
        return;
    }
    let counts = taken
        .iter()
        .map(|(dialled, why, calls)| counted(env, at, dialled, *why, *calls))
        .collect();
    if let Err(error) = env.services.writer.turned_away(counts).await {
        // Added to the counts of the next run: a database that is away is reported by the writer.
        tracing::debug!(%error, "cannot store the counts of refused calls; retrying");
        for (dialled, why, calls) in taken {
            env.services.sip.turned_away().add(dialled, why, calls);
        }
    }
}

fn counted(
    env: &CallEnvironment,
    at: DateTime<Utc>,
    dialled: &str,
    why: TurnedAwayReason,
    calls: u64,
) -> TurnedAwayCalls {
    let number = env.config.context.number_of(dialled);
    let route = route::find(env.config.routes.iter(), number);
    TurnedAwayCalls {
        node: env.services.node.clone(),
        minute_at: at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at),
        route: route.map(|route| route.name().to_owned()),
        survey: route.map(|route| route.survey.clone()),
        reason: why.as_str().to_owned(),
        calls,
    }
}
