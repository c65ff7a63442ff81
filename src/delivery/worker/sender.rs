//! Delivering what is due, one delivery after the other.
//!
//! A claim is a lease: for as long as it lasts no other node takes the delivery, and an attempt is shorter. A service that is killed
//! after the receiver has accepted a report and before that is stored delivers it again, under the same identity.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use metrics::counter;
use rand::RngExt;
use rand::rngs::StdRng;
use tokio::time::{sleep, timeout};

use super::zone_of;
use crate::delivery::answer::shortened;
use crate::delivery::package::{Package, Render, RenderRequest};
use crate::delivery::retry::{self, Tries};
use crate::delivery::rule::{DeliveryRule, WhenEmpty};
use crate::delivery::schedule::Period;
use crate::delivery::setup::{CurrentSetup, Setup};
use crate::delivery::{SendError, folder, mail, webhook};
use aftercall_base::iso8601::utc_text;
use aftercall_runtime::clock::Clock;
use aftercall_runtime::lifecycle::Shutdown;
use aftercall_storage::delivery::{
    AttemptEnd, AttemptOutcome, AttemptResult, Channel, Claimable, ClaimedDelivery, Deliveries,
    DeliveryClaim, DeliverySubject, OutboxPart,
};
use aftercall_storage::{Database, StoreError};

/// For how long no other node takes a delivery.
const LEASE: TimeDelta = TimeDelta::minutes(10);

/// The longest attempt. So much shorter than the lease that clocks of nodes may differ.
const LONGEST_ATTEMPT: Duration = Duration::from_secs(300);

/// A lease or next attempt further in the future was written by a clock that was wrong.
const HORIZON: TimeDelta = TimeDelta::hours(25);

/// Deliveries of one run; what is left is for the next, with the rules of then.
const MOST_IN_A_RUN: usize = 100;

/// How often storing the end of an attempt is tried: if it is not stored, the report is delivered again.
const STORE_TRIES: u32 = 5;

/// Time between these tries.
const STORE_WAIT: Duration = Duration::from_secs(2);

/// What all senders share.
#[derive(Debug, Clone)]
pub struct Parts {
    /// Where the rows are.
    pub store: Database,
    /// The rules.
    pub current: Arc<CurrentSetup>,
    /// Makes the reports.
    pub render: Arc<dyn Render>,
    /// Wall time.
    pub clock: Arc<dyn Clock>,
    /// The name of this node.
    pub node: String,
}

/// Delivers by one channel, so that a receiver that is slow holds up no other channel.
#[derive(Debug)]
pub struct Sender {
    parts: Parts,
    channel: Channel,
    rng: StdRng,
    has_started: bool,
}

/// The report that was made last; several recipients get the same.
struct Rendered {
    rule: Arc<DeliveryRule>,
    request: RenderRequest,
    package: Arc<Package>,
}

impl Sender {
    /// A sender for one channel; waits are drawn from `rng`.
    pub const fn new(parts: Parts, channel: Channel, rng: StdRng) -> Self {
        Self {
            parts,
            channel,
            rng,
            has_started: false,
        }
    }

    /// Delivers what is to be tried now. Once `stop` has been requested no further delivery is begun; the one in progress ends.
    ///
    /// # Errors
    /// The database is away. What was not delivered is delivered the next time.
    pub async fn run(&mut self, stop: &Shutdown) -> Result<(), StoreError> {
        let mut last: Option<Rendered> = None;
        for _ in 0..MOST_IN_A_RUN {
            if stop.is_requested() {
                break;
            }
            let setup = self.parts.current.setup();
            let Some(claimed) = self.claim(&setup).await? else {
                break;
            };
            let result = self.attempt(&setup, &claimed, &mut last).await;
            self.end(claimed, result).await?;
        }
        Ok(())
    }

    async fn claim(&mut self, setup: &Setup) -> Result<Option<ClaimedDelivery>, StoreError> {
        let Parts {
            store, clock, node, ..
        } = &self.parts;
        let now = clock.utc();
        if !self.has_started {
            // What this node had claimed when it was killed.
            store
                .release_deliveries(node, OutboxPart::Reports, self.channel, now)
                .await?;
            self.has_started = true;
        }
        if setup.rules.is_empty() {
            return Ok(None);
        }
        let claim = DeliveryClaim {
            node: node.clone(),
            what: Claimable::Reports(setup.names()),
            channel: self.channel,
            now,
            lease_until: now + LEASE,
            horizon: now + HORIZON,
        };
        store.claim_delivery(&claim).await
    }

    async fn attempt(
        &mut self,
        setup: &Setup,
        claimed: &ClaimedDelivery,
        last: &mut Option<Rendered>,
    ) -> AttemptResult {
        let subject = &claimed.subject;
        let Some(rule) = setup.rule(&subject.name) else {
            return skipped("no [[delivery]] has this name any more");
        };
        let recipient = (subject.channel, subject.recipient.clone());
        if !rule.recipients().contains(&recipient) {
            return skipped("the [[delivery]] does not name this recipient any more");
        }
        let attempt = async {
            let (request, package) = self.rendered(rule, subject, last).await?;
            if package.is_empty && rule.when_empty == WhenEmpty::Skip {
                return Ok(skipped("there were no calls"));
            }
            let answer = self.send(setup, claimed, &request, &package).await?;
            Ok(AttemptResult::Sent { answer })
        };
        let done = match timeout(LONGEST_ATTEMPT, attempt).await {
            Ok(done) => done,
            Err(_) => Err(SendError::retry(format!(
                "not done within {} s",
                LONGEST_ATTEMPT.as_secs()
            ))),
        };
        match done {
            Ok(result) => result,
            Err(error) => self.failed(rule, claimed, &error),
        }
    }

    /// The report: the one that was made last, if it is the same.
    async fn rendered(
        &self,
        rule: &Arc<DeliveryRule>,
        subject: &DeliverySubject,
        last: &mut Option<Rendered>,
    ) -> Result<(RenderRequest, Arc<Package>), SendError> {
        let period = subject
            .period()
            .ok_or_else(|| SendError::give_up("it is about no report"))?;
        let request = RenderRequest {
            rule: Arc::clone(rule),
            period: Period {
                from: period.from,
                until: period.until,
            },
            zone: zone_of(period, rule),
            due_at: subject.due_at,
            is_late: subject.is_late,
        };
        if let Some(last) = last
            && Arc::ptr_eq(&last.rule, rule)
            && last.is_of(&request)
        {
            return Ok((request, Arc::clone(&last.package)));
        }
        let now = self.parts.clock.utc();
        let made = self.parts.render.render(&request, now).await;
        let package =
            Arc::new(made.map_err(|error| {
                SendError::retry(shortened(&format!("the report cannot be made: {error}")))
            })?);
        *last = Some(Rendered {
            rule: Arc::clone(rule),
            request: request.clone(),
            package: Arc::clone(&package),
        });
        Ok((request, package))
    }

    async fn send(
        &self,
        setup: &Setup,
        claimed: &ClaimedDelivery,
        request: &RenderRequest,
        package: &Arc<Package>,
    ) -> Result<String, SendError> {
        let (rule, now) = (&request.rule, self.parts.clock.utc());
        let identity = claimed.identity.as_str();
        match claimed.subject.channel {
            Channel::Mail => {
                let server = setup
                    .mail
                    .as_ref()
                    .ok_or_else(|| SendError::retry("[mail] names no server"))?;
                let to = rule
                    .to
                    .iter()
                    .find(|to| to.address() == claimed.subject.recipient);
                let to = to.ok_or_else(|| SendError::give_up("the recipient is gone"))?;
                let message = mail::compose(package, &server.from, to, identity, now)?;
                mail::send(server, to, &message, &mut Vec::new()).await
            }
            Channel::Folder => {
                let directory = rule.folder.clone().unwrap_or_default();
                let (package, identity) = (Arc::clone(package), identity.to_owned());
                let written =
                    tokio::task::spawn_blocking(move || folder::write(&directory, &package, &identity));
                match written.await {
                    Ok(written) => written.map(|files| format!("files written: {files}")),
                    Err(_) => Err(SendError::retry("writing the files stopped unexpectedly")),
                }
            }
            Channel::Call => Err(SendError::give_up("a report is not delivered by telephone")),
            Channel::Webhook => {
                let target = rule.webhook.as_ref();
                let target = target.ok_or_else(|| SendError::give_up("the webhook is gone"))?;
                let body = webhook::body(package, request, identity, now);
                webhook::send(target, &body, identity, now).await
            }
        }
    }

    /// What follows from a failure.
    fn failed(&mut self, rule: &DeliveryRule, claimed: &ClaimedDelivery, error: &SendError) -> AttemptResult {
        let tries = Tries {
            attempts: claimed.attempts,
            since: claimed.tries_from,
            give_up: rule.give_up,
        };
        let now = self.parts.clock.utc();
        let error_text = error.reason.clone();
        match retry::next(tries, error.consequence, now, self.rng.random()) {
            Some(at) => AttemptResult::Retry {
                error: error_text,
                at,
            },
            None => AttemptResult::Dead { error: error_text },
        }
    }

    /// Stores the end of an attempt, counts and logs it.
    async fn end(&self, claimed: ClaimedDelivery, result: AttemptResult) -> Result<(), StoreError> {
        let end = AttemptEnd {
            id: claimed.id,
            fence: claimed.fence,
            ended_at: self.parts.clock.utc(),
            result,
        };
        let mut tries = 0;
        let is_stored = loop {
            match self.parts.store.end_delivery_attempt(&end).await {
                Ok(is_stored) => break is_stored,
                Err(error) if tries + 1 == STORE_TRIES => return Err(error),
                Err(_) => tries += 1,
            }
            sleep(STORE_WAIT).await;
        };
        let outcome = match (&end.result, is_stored) {
            (_, false) => AttemptOutcome::Interrupted,
            (AttemptResult::Sent { .. }, true) => AttemptOutcome::Sent,
            (AttemptResult::Retry { .. }, true) => AttemptOutcome::Retry,
            (AttemptResult::Dead { .. }, true) => AttemptOutcome::Dead,
            (AttemptResult::Skipped { .. }, true) => AttemptOutcome::Skipped,
        };
        let (channel, word) = (self.channel.as_str(), outcome.as_str());
        counter!("aftercall_deliveries_total", "channel" => channel, "outcome" => word).increment(1);
        log(&claimed, &end.result, is_stored);
        Ok(())
    }
}

impl Rendered {
    fn is_of(&self, request: &RenderRequest) -> bool {
        let key = |request: &RenderRequest| (request.period, request.zone, request.due_at, request.is_late);
        key(&self.request) == key(request)
    }
}

fn skipped(reason: &str) -> AttemptResult {
    AttemptResult::Skipped {
        reason: reason.to_owned(),
    }
}

/// Addresses are not logged: the row has them.
fn log(claimed: &ClaimedDelivery, result: &AttemptResult, is_stored: bool) {
    let ClaimedDelivery {
        id,
        subject,
        attempts,
        ..
    } = claimed;
    let (name, channel) = (subject.name.as_str(), subject.channel.as_str());
    let from = subject.period().map(|period| period.from.to_string());
    if !is_stored {
        tracing::warn!(
            delivery.id = id,
            delivery.name = name,
            delivery.channel = channel,
            period.from = from,
            "another node has taken the delivery over: the receiver may get it twice, under one id"
        );
        return;
    }
    match result {
        AttemptResult::Sent { answer } => tracing::info!(
            delivery.id = id,
            delivery.name = name,
            delivery.channel = channel,
            period.from = from,
            answer,
            "report delivered"
        ),
        AttemptResult::Retry { error, at } => tracing::warn!(
            delivery.id = id,
            delivery.name = name,
            delivery.channel = channel,
            period.from = from,
            error,
            attempts,
            next_attempt_at = utc_text(*at),
            "cannot deliver a report; trying again"
        ),
        AttemptResult::Dead { error } => tracing::error!(
            delivery.id = id,
            delivery.name = name,
            delivery.channel = channel,
            period.from = from,
            error,
            attempts,
            "cannot deliver a report; given up"
        ),
        AttemptResult::Skipped { reason } => tracing::info!(
            delivery.id = id,
            delivery.name = name,
            delivery.channel = channel,
            period.from = from,
            reason,
            "report skipped"
        ),
    }
}
