//! What is made of the alerts of a call: a case, and messages. Pure.
//!
//! - The gravest alert of the moment speaks for all of them; the message lists them.
//! - A later alert of the same call has a message of its own only if it is graver than those before: one call, one message.
//! - A comment that was left after the alert follows to everybody who was told.
//! - Praise opens no clock.

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::StdRng;

use super::rule::{AlertSetup, ContactMethod, Receiver, RuleInForce};
use crate::delivery::worker::new_identity;
use aftercall_base::CallUid;
use aftercall_storage::alert::{AlertFound, AlertHandling, AlertedCall, CaseOpening, NewMessage, SilencedBy};
use aftercall_storage::delivery::{Channel, EventKind};
use aftercall_survey::alert::AlertSeverity;

/// Somebody who is told, by one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// How.
    pub channel: Channel,
    /// The address.
    pub address: String,
    /// The person; `None`: it is a `[[channel]]`.
    pub person: Option<String>,
}

/// Whose alerts these are, for the question who leads.
#[derive(Debug, Clone, Copy, Default)]
pub struct Concerned<'c> {
    /// The agent's team.
    pub team: Option<&'c str>,
    /// The queue.
    pub queue: Option<&'c str>,
}

/// The recipients of a rule, each once. A leader who is not known, or has no address for a channel, is left out.
pub fn recipients(rule: &RuleInForce, concerned: Concerned<'_>, setup: &AlertSetup) -> Vec<Recipient> {
    let people = &setup.people;
    let mut recipients: Vec<Recipient> = Vec::new();
    let mut add = |recipient: Recipient| {
        if !recipients.contains(&recipient) {
            recipients.push(recipient);
        }
    };
    for whom in &rule.tell {
        let leader = match whom {
            Receiver::Channel(name) => {
                add(Recipient {
                    channel: Channel::Webhook,
                    address: name.clone(),
                    person: None,
                });
                continue;
            }
            Receiver::Person(id) => Some(id),
            Receiver::TeamLeader => concerned.team.and_then(|team| people.team_leaders.get(team)),
            Receiver::QueueLeader => concerned.queue.and_then(|queue| people.queue_leaders.get(queue)),
        };
        for recipient in leader.into_iter().flat_map(|id| of_person(id, &rule.by, setup)) {
            add(recipient);
        }
    }
    recipients
}

/// A person by each of these ways for which they have an address.
pub fn of_person(id: &str, by: &[ContactMethod], setup: &AlertSetup) -> Vec<Recipient> {
    let Some(person) = setup.people.persons.get(id) else {
        return Vec::new();
    };
    let address = |by: &ContactMethod| match by {
        ContactMethod::Mail => person
            .mail
            .as_ref()
            .map(|mail| (Channel::Mail, mail.address().to_owned())),
        ContactMethod::Call => person.sip.clone().map(|sip| (Channel::Call, sip)),
    };
    let recipient = |(channel, address)| Recipient {
        channel,
        address,
        person: Some(id.to_owned()),
    };
    by.iter().filter_map(address).map(recipient).collect()
}

/// What a call's alerts and comments that wait come to. `is_known_caller` says of which rules the caller was told about not long ago.
pub fn of_call(
    call: &AlertedCall,
    setup: &AlertSetup,
    is_known_caller: impl Fn(&str) -> bool,
    now: DateTime<Utc>,
    rng: &mut StdRng,
) -> AlertHandling {
    let concerned = Concerned {
        team: call.team.as_deref(),
        queue: call.queue.as_deref(),
    };
    let waiting: Vec<&AlertFound> = call
        .alerts
        .iter()
        .filter(|alert| alert.handled_at.is_none())
        .collect();
    let told_before = |alert: &&AlertFound| alert.handled_at.is_some() && alert.silenced_by.is_none();
    let gravest_told = call
        .alerts
        .iter()
        .filter(told_before)
        .map(|alert| alert.severity)
        .max();
    let quiet = |alert: &AlertFound| match setup.rule(&alert.rule) {
        None => Some(SilencedBy::NoRule),
        Some(rule) if recipients(rule, concerned, setup).is_empty() => Some(SilencedBy::Nobody),
        Some(_) if is_known_caller(&alert.rule) => Some(SilencedBy::SameCaller),
        Some(_) if gravest_told.is_some_and(|told| told >= alert.severity) => Some(SilencedBy::SameCall),
        Some(_) => None,
    };
    let judged: Vec<(&AlertFound, Option<SilencedBy>)> =
        waiting.iter().map(|alert| (*alert, quiet(alert))).collect();
    let ids: Vec<u64> = waiting.iter().map(|alert| alert.id).collect();
    let mut messages = Vec::new();
    // Each recipient once, by the gravest rule that tells them.
    let mut loud: Vec<&AlertFound> = judged
        .iter()
        .filter(|(_, quiet)| quiet.is_none())
        .map(|(alert, _)| *alert)
        .collect();
    loud.sort_by_key(|alert| (std::cmp::Reverse(alert.severity), alert.id));
    let mut told: Vec<Recipient> = Vec::new();
    for alert in &loud {
        let Some(rule) = setup.rule(&alert.rule) else {
            continue;
        };
        for recipient in recipients(rule, concerned, setup) {
            if told.contains(&recipient) {
                continue;
            }
            messages.push(message(
                (&recipient, EventKind::Alert),
                &alert.rule,
                &ids,
                setup,
                now,
                rng,
            ));
            told.push(recipient);
        }
    }
    let comments: Vec<String> = call
        .comments
        .iter()
        .filter(|comment| !comment.is_handled)
        .map(|comment| comment.question.clone())
        .collect();
    if !comments.is_empty() {
        let of_call: Vec<u64> = call.alerts.iter().map(|alert| alert.id).collect();
        for alert in call.alerts.iter().filter(told_before) {
            let Some(rule) = setup.rule(&alert.rule) else {
                continue;
            };
            for recipient in recipients(rule, concerned, setup) {
                // Who is told now hears of the comment with it.
                if told.contains(&recipient) || recipient.channel == Channel::Call {
                    continue;
                }
                messages.push(message(
                    (&recipient, EventKind::Comment),
                    &alert.rule,
                    &of_call,
                    setup,
                    now,
                    rng,
                ));
                told.push(recipient);
            }
        }
    }
    AlertHandling {
        call: Some(call.call),
        alerts: judged.iter().map(|(alert, quiet)| (alert.id, *quiet)).collect(),
        comments,
        case: case(&waiting, setup, now, rng),
        messages,
        at: now,
    }
}

/// What an alert about the service comes to.
pub fn of_service(
    alert: &AlertFound,
    setup: &AlertSetup,
    now: DateTime<Utc>,
    rng: &mut StdRng,
) -> AlertHandling {
    let rule = setup.rule(&alert.rule);
    let recipients = rule.map_or_else(Vec::new, |rule| recipients(rule, Concerned::default(), setup));
    let quiet = match rule {
        None => Some(SilencedBy::NoRule),
        Some(_) if recipients.is_empty() => Some(SilencedBy::Nobody),
        Some(_) => None,
    };
    let message = |recipient| {
        message(
            (recipient, EventKind::Alert),
            &alert.rule,
            &[alert.id],
            setup,
            now,
            rng,
        )
    };
    AlertHandling {
        call: None,
        alerts: vec![(alert.id, quiet)],
        comments: Vec::new(),
        case: None,
        messages: recipients.iter().map(message).collect(),
        at: now,
    }
}

fn message(
    (recipient, kind): (&Recipient, EventKind),
    rule: &str,
    alerts: &[u64],
    setup: &AlertSetup,
    now: DateTime<Utc>,
    rng: &mut StdRng,
) -> NewMessage {
    let person = recipient
        .person
        .as_ref()
        .and_then(|id| setup.people.persons.get(id));
    let held_until = person.and_then(|person| {
        let working = person.working.as_ref().unwrap_or(&setup.working);
        person.quiet?.until(now, working)
    });
    NewMessage {
        identity: new_identity(rng),
        kind,
        rule: rule.to_owned(),
        channel: recipient.channel,
        recipient: recipient.address.clone(),
        alerts: alerts.to_vec(),
        // A service that takes webhooks counts for itself.
        most_an_hour: setup.digest_after.filter(|_| recipient.person.is_some()),
        held_until,
    }
}

/// The case that follows up on these alerts; `None` where none of their rules opens one.
fn case(
    waiting: &[&AlertFound],
    setup: &AlertSetup,
    now: DateTime<Utc>,
    rng: &mut StdRng,
) -> Option<CaseOpening> {
    let opening = waiting
        .iter()
        .filter(|alert| setup.rule(&alert.rule).is_some_and(|rule| rule.opens_case));
    let severity: AlertSeverity = opening.map(|alert| alert.severity).max()?;
    let due = |within| severity.has_clock().then(|| setup.working.after(now, within));
    Some(CaseOpening {
        token: new_identity(rng),
        severity,
        take_due_at: due(setup.take_within),
        contact_due_at: due(setup.contact_within),
        // The deputy hears of it at half time.
        escalates_at: due(setup.take_within / 2),
    })
}

/// The rules of a call's waiting alerts that are told once per caller, with the moment since which the caller counts as told about.
pub fn once_per_caller<'a>(
    call: &'a AlertedCall,
    setup: &'a AlertSetup,
    now: DateTime<Utc>,
) -> impl Iterator<Item = (CallUid, &'a str, DateTime<Utc>)> {
    let waiting = call.alerts.iter().filter(|alert| alert.handled_at.is_none());
    waiting.filter_map(move |alert| {
        let within = setup.rule(&alert.rule)?.once_per_caller?;
        let since = now.checked_sub_signed(TimeDelta::from_std(within).ok()?)?;
        Some((call.call, alert.rule.as_str(), since))
    })
}

#[cfg(test)]
mod tests;
