//! `aftercall deliver --now`, `--retry` and `--drop`: rows for the running service.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;
use chrono::{DateTime, SecondsFormat, Utc};
use tokio::time::{Instant, sleep};

use super::{close, open, period, rule};
use crate::cli::start::say;
use crate::config::Loaded;
use crate::control;
use crate::delivery::worker::{new_identity, subject};
use crate::engine::deliveries::rule_without_secrets;
use crate::engine::seeded;
use aftercall_base::count::counted;
use aftercall_runtime::clock::{Clock, SystemClock};
use aftercall_storage::delivery::{
    Deliveries, DeliveryFound, DeliveryOrder, DeliveryOrderResult, DeliveryQuery, DeliveryState, NewDelivery,
    RequestedBy,
};
use aftercall_storage::{Access, Database};

/// For how long the service is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

const POLL: Duration = Duration::from_millis(200);

/// Delivers a period once more.
pub(super) async fn again(
    loaded: &Loaded,
    name: &str,
    day: Option<&str>,
    now: DateTime<Utc>,
) -> anyhow::Result<ExitCode> {
    let written = rule(loaded, name)?;
    let rule = rule_without_secrets(&loaded.settings, written);
    let due = period(&rule.schedule, day, now)?;
    let store = open(loaded, Access::Change).await?;
    let mut rng = seeded();
    let mut ids = Vec::new();
    for recipient in written.recipients() {
        let mut subject = subject(&rule, due, false, recipient);
        // Asked for now, also where its regular time has not come.
        subject.due_at = subject.due_at.min(now);
        let delivery = NewDelivery {
            identity: new_identity(&mut rng),
            subject,
            requested_by: RequestedBy::Command,
            skipped: None,
            created_at: now,
        };
        ids.push(store.add_delivery(&delivery).await?);
    }
    say(&format!(
        "{name}: the report of {} to {} is to be delivered to {}",
        due.period.from,
        due.period.last_day(),
        counted(ids.len(), "recipient")
    ));
    wait_for(loaded, &store, &ids).await
}

/// Tries a delivery again.
pub(super) async fn retry(loaded: &Loaded, id: u64, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
    let store = open(loaded, Access::Change).await?;
    obey(&store, id, DeliveryOrder::Retry, now).await?;
    wait_for(loaded, &store, &[id]).await
}

/// Gives a delivery up.
pub(super) async fn give_up(loaded: &Loaded, id: u64, now: DateTime<Utc>) -> anyhow::Result<ExitCode> {
    let store = open(loaded, Access::Change).await?;
    obey(&store, id, DeliveryOrder::Drop, now).await?;
    say(&format!("{id}: dropped"));
    close(&store).await;
    Ok(ExitCode::SUCCESS)
}

async fn obey(store: &Database, id: u64, order: DeliveryOrder, now: DateTime<Utc>) -> anyhow::Result<()> {
    match store.order_delivery(id, order, now).await? {
        DeliveryOrderResult::Done => Ok(()),
        DeliveryOrderResult::Unknown => {
            bail!("there is no delivery {id}; `aftercall deliver --list` shows them")
        }
        DeliveryOrderResult::InProgress => bail!("{id} is being delivered at this moment; try again later"),
        DeliveryOrderResult::Refused(DeliveryState::Sent) => {
            bail!("{id} was sent; `aftercall deliver --now NAME --period DAY` sends the report again")
        }
        DeliveryOrderResult::Refused(state) => bail!("{id} is {} already", state.as_str()),
    }
}

/// Waits until the service has tried each of them, and says what came of it.
async fn wait_for(loaded: &Loaded, store: &Database, ids: &[u64]) -> anyhow::Result<ExitCode> {
    let socket = &loaded.settings.control.socket;
    if socket.as_os_str().is_empty() || control::ask_about(socket).is_err() {
        say("no service answers at control.socket: it is delivered when one runs");
        close(store).await;
        return Ok(ExitCode::SUCCESS);
    }
    let mut is_done = true;
    let end = Instant::now() + PATIENCE;
    for id in ids {
        let found = tried(store, *id, end).await?;
        is_done &= found.as_ref().is_some_and(is_settled);
        say(&format!("{id}: {}", outcome(found.as_ref())));
    }
    close(store).await;
    Ok(if is_done {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The delivery when it has been tried, or as it is when patience is over.
async fn tried(store: &Database, id: u64, end: Instant) -> anyhow::Result<Option<DeliveryFound>> {
    loop {
        let found = store.deliveries(&DeliveryQuery::Id(id)).await?.pop();
        // One whose attempt is due is about to be tried, also after a crash has interrupted an earlier attempt.
        let now = SystemClock.utc();
        let waits = found.as_ref().is_some_and(|found| {
            found.lease_holder.is_some() || found.next_attempt_at.is_some_and(|at| at <= now)
        });
        if !waits || Instant::now() >= end {
            return Ok(found);
        }
        sleep(POLL).await;
    }
}

fn is_settled(found: &DeliveryFound) -> bool {
    matches!(found.state, DeliveryState::Sent | DeliveryState::Skipped)
}

fn outcome(found: Option<&DeliveryFound>) -> String {
    let Some(found) = found else {
        return "is not there any more".to_owned();
    };
    let error = found.last_error.as_deref().unwrap_or("no attempt yet");
    let receiver = match found.subject.recipient.as_str() {
        "" => found.subject.channel.as_str(),
        address => address,
    };
    match found.state {
        DeliveryState::Sent => format!("delivered ({receiver})"),
        DeliveryState::Skipped => format!("skipped ({receiver}): {error}"),
        DeliveryState::Dead => format!("refused ({receiver}): {error}"),
        DeliveryState::Pending => format!(
            "not delivered yet ({receiver}): {error}; next attempt at {}",
            found
                .next_attempt_at
                .map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true))
                .unwrap_or_default()
        ),
    }
}
