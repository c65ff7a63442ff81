//! A message as the body of a webhook: Standard Webhooks 1.0, or as chat rooms and incident services take it.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};

use super::mail::{MailText, mail};
use super::{AlertMessage, CallItem, MessageItem, Named, Reader};
use crate::alerts::rule::{AlertChannel, BodyFormat};
use aftercall_storage::delivery::EventKind;
use aftercall_survey::alert::AlertSeverity;

/// Characters of a text that chat rooms take in one message.
const LONGEST_CHAT: usize = 3_000;

/// The body of a message for a channel.
pub fn body(message: &AlertMessage, channel: &AlertChannel, reader: Reader, now: DateTime<Utc>) -> Value {
    match channel.format {
        BodyFormat::Standard => standard(message, now),
        BodyFormat::Slack => slack(&mail(message, reader)),
        BodyFormat::Mattermost => mattermost(&mail(message, reader)),
        BodyFormat::Teams => teams(&mail(message, reader), message),
        BodyFormat::PagerDuty => pager_duty(message, channel, &mail(message, reader)),
    }
}

/// What a receiver sees in `type`.
const fn event(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Alert => "alert.raised",
        EventKind::Comment => "alert.commented",
        EventKind::Escalation => "case.escalated",
        EventKind::Digest => "alert.digest",
    }
}

/// Thin: ids, scores and a link. Whoever wants more asks the API.
fn standard(message: &AlertMessage, now: DateTime<Utc>) -> Value {
    json!({ "type": event(message.kind), "timestamp": moment(now), "data": data(message) })
}

fn data(message: &AlertMessage) -> Value {
    let alerts: Vec<Value> = message.items.iter().map(told).collect();
    json!({ "message": message.identity, "severity": message.severity().as_str(), "alerts": alerts })
}

fn told(told: &MessageItem) -> Value {
    match told {
        MessageItem::Service {
            rule,
            severity,
            about,
            at,
        } => json!({
            "rules": [rule],
            "severity": severity.as_str(),
            "about": about,
            "raised_at": moment(*at),
        }),
        MessageItem::Call(call) => of_call(call, told.severity()),
    }
}

fn of_call(call: &CallItem, severity: AlertSeverity) -> Value {
    let named = |named: &Option<Named>| {
        named
            .as_ref()
            .map(|named| json!({ "id": named.id, "name": named.name }))
    };
    let answers: Map<String, Value> = call
        .answers
        .iter()
        .map(|answer| (answer.question.clone(), Value::from(answer.value)))
        .collect();
    let rules: Vec<&str> = call.rules.iter().map(|(rule, _)| rule.as_str()).collect();
    json!({
        "rules": rules,
        "severity": severity.as_str(),
        "call": call.call,
        "original_call_id": call.original_call_id,
        "arrived_at": moment(call.arrived_at),
        "queue": named(&call.queue),
        "team": named(&call.team),
        "agent": named(&call.agent),
        "answers": answers,
        "comments": call.comments.len(),
        "suspected_reversed": call.is_reversed,
        "case": call.case.as_ref().map(|case| json!({
            "number": case.number,
            "state": case.state.as_str(),
            "take_due_at": case.take_due_at.map(moment),
            "contact_due_at": case.contact_due_at.map(moment),
        })),
        "link": call.link,
    })
}

/// `&`, `<` and `>` make links and mentions there.
fn slack(text: &MailText) -> Value {
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
    };
    let all = escaped(&cut(&text.text));
    json!({
        "text": escaped(&text.subject),
        "blocks": [
            { "type": "header", "text": { "type": "plain_text", "text": escaped(&text.subject.chars().take(150).collect::<String>()) } },
            { "type": "section", "text": { "type": "plain_text", "text": all } },
        ],
    })
}

/// A block of code: nothing in it is Markdown or mentions anybody, as its end cannot be written in it.
fn mattermost(text: &MailText) -> Value {
    let quoted = cut(&text.text).replace("```", "'''");
    let subject: String = text
        .subject
        .chars()
        .filter(|sign| !"@*_~`[]()<>#|\\!".contains(*sign))
        .collect();
    json!({ "text": format!("{subject}\n```\n{quoted}\n```") })
}

/// An adaptive card, as workflows of Teams take it.
fn teams(text: &MailText, message: &AlertMessage) -> Value {
    let link = message.items.iter().find_map(|told| match told {
        MessageItem::Call(call) => call.link.clone(),
        MessageItem::Service { .. } => None,
    });
    let runs = |text: &str, is_bold: bool| {
        json!({
            "type": "RichTextBlock",
            "inlines": [{ "type": "TextRun", "text": text, "weight": if is_bold { "bolder" } else { "default" } }],
        })
    };
    let actions: Vec<Value> = link
        .into_iter()
        .map(|link| json!({ "type": "Action.OpenUrl", "title": "aftercall", "url": link }))
        .collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "content": {
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": [runs(&text.subject, true), runs(&cut(&text.text), false)],
                "actions": actions,
            },
        }],
    })
}

/// Events API v2: one incident for each case or message.
fn pager_duty(message: &AlertMessage, channel: &AlertChannel, text: &MailText) -> Value {
    let severity = match message.severity() {
        AlertSeverity::Urgent => "critical",
        AlertSeverity::High => "error",
        AlertSeverity::Normal => "warning",
        AlertSeverity::Low | AlertSeverity::Thanks => "info",
    };
    let case = message.items.iter().find_map(|told| match told {
        MessageItem::Call(call) => call.case.as_ref().map(|case| case.number),
        MessageItem::Service { .. } => None,
    });
    let key = case.map_or_else(
        || message.identity.clone(),
        |case| format!("aftercall-case-{case}"),
    );
    json!({
        "routing_key": channel.routing_key.as_ref().map(|key| key.expose().clone()),
        "event_action": "trigger",
        "dedup_key": key,
        "payload": {
            "summary": text.subject.chars().take(1_000).collect::<String>(),
            "source": "aftercall",
            "severity": severity,
            "custom_details": data(message),
        },
    })
}

fn cut(text: &str) -> String {
    match text.chars().count() > LONGEST_CHAT {
        true => text.chars().take(LONGEST_CHAT).chain(['\u{2026}']).collect(),
        false => text.to_owned(),
    }
}

fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
