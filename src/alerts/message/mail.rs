//! A message as a mail: a text for those who read texts, and beside it a table of cells, which every mail program shows.

use maud::{DOCTYPE, Markup, html};

use super::{AlertMessage, CallItem, MessageItem, Reader, plain};
use aftercall_report::render::{Messages, ReportLanguage};
use aftercall_storage::delivery::EventKind;
use aftercall_survey::AnswerClass;

/// The parts of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailText {
    /// The subject, one line, without the number of anybody.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part, which loads nothing from elsewhere.
    pub html: String,
}

/// A line of a call: what it is, what it says, and whether it is bad news.
struct Line {
    label: String,
    value: String,
    is_low: bool,
}

/// The mail of a message.
pub fn mail(message: &AlertMessage, reader: Reader) -> MailText {
    let messages = reader.messages();
    let lead = lead(message, messages);
    MailText {
        subject: subject(message, messages),
        text: text(message, &lead, reader),
        html: page(message, &lead, reader).into_string(),
    }
}

fn subject(message: &AlertMessage, messages: Messages) -> String {
    let severity = messages.text(&format!("severity-{}", message.severity()));
    let first = message.items.first();
    match (message.kind, first) {
        (EventKind::Digest, _) | (_, None) => {
            let count = message.items.len() as u64;
            messages.with(
                "subject-digest",
                [("count", count.into()), ("shown", count.to_string().into())],
            )
        }
        (_, Some(MessageItem::Service { about, .. })) => format!("{severity}: {}", plain(about)),
        (kind, Some(MessageItem::Call(call))) => {
            let what = call.in_short();
            match kind {
                EventKind::Comment => messages.with("subject-comment", [("what", what.into())]),
                EventKind::Escalation => messages.with("subject-escalation", [("what", what.into())]),
                EventKind::Alert | EventKind::Digest => format!("{severity}: {what}"),
            }
        }
    }
}

/// The sentence that says why the mail was sent.
fn lead(message: &AlertMessage, messages: Messages) -> String {
    match (message.kind, message.items.first()) {
        (EventKind::Digest, _) | (_, None) => messages.text("lead-digest"),
        (EventKind::Comment, _) => messages.text("lead-comment"),
        (EventKind::Escalation, _) => messages.text("lead-escalation"),
        (EventKind::Alert, Some(MessageItem::Service { rule, .. })) => {
            messages.with("lead-service", [("rule", plain(rule).into())])
        }
        (EventKind::Alert, Some(MessageItem::Call(call))) => match call.rules.as_slice() {
            [(rule, _)] => messages.with("lead-alert", [("rule", plain(rule).into())]),
            rules => {
                let names: Vec<String> = rules.iter().map(|(rule, _)| plain(rule)).collect();
                messages.with("lead-alerts", [("rules", names.join(", ").into())])
            }
        },
    }
}

/// What is known of a call, line by line.
fn lines(call: &CallItem, reader: Reader) -> Vec<Line> {
    let messages = reader.messages();
    let line = |label: &str, value: String| Line {
        label: messages.text(label),
        value,
        is_low: false,
    };
    let mut lines: Vec<Line> = call
        .answers
        .iter()
        .map(|answer| Line {
            label: answer.asked(),
            value: answer.shown(messages),
            is_low: answer.class == Some(AnswerClass::Low),
        })
        .collect();
    for seconds in &call.comments {
        let said = messages.with("comment-length", [("length", seconds.to_string().into())]);
        lines.push(line("comment", said));
    }
    for (label, named) in [
        ("queue", &call.queue),
        ("team", &call.team),
        ("agent", &call.agent),
    ] {
        let shown = named
            .as_ref()
            .map_or_else(|| messages.text("unknown"), super::Named::shown);
        lines.push(line(label, shown));
    }
    lines.extend(call.survey.as_ref().map(|survey| line("survey", plain(survey))));
    lines.push(line("arrived", reader.moment(call.arrived_at)));
    let id = call.original_call_id.as_ref().map_or_else(
        || call.call.clone(),
        |id| format!("{} / {}", plain(id), call.call),
    );
    lines.push(line("call-id", id));
    if let Some(case) = &call.case {
        let state = messages.text(&format!("state-{}", case.state));
        lines.push(line("case", format!("{}, {state}", case.number)));
        lines.extend(case.take_due_at.map(|at| line("take-by", reader.moment(at))));
        lines.extend(
            case.contact_due_at
                .map(|at| line("contact-by", reader.moment(at))),
        );
        lines.extend(
            case.callback_number
                .as_ref()
                .map(|number| line("number", plain(number.expose()))),
        );
    }
    lines
}

/// What the link of a call leads to.
const fn link_words(call: &CallItem) -> &'static str {
    match call.case {
        Some(_) => "open-case",
        None => "open-call",
    }
}

fn text(message: &AlertMessage, lead: &str, reader: Reader) -> String {
    let messages = reader.messages();
    let mut text = format!("{lead}\n");
    for told in &message.items {
        text.push('\n');
        match told {
            MessageItem::Service {
                about, at, severity, ..
            } => {
                let severity = messages.text(&format!("severity-{severity}"));
                text.push_str(&format!("{severity}: {}\n{}\n", plain(about), reader.moment(*at)));
            }
            MessageItem::Call(call) => {
                for Line { label, value, .. } in lines(call, reader) {
                    text.push_str(&format!("{label}: {value}\n"));
                }
                if call.is_reversed {
                    text.push_str(&format!("{}\n", messages.text("reversed")));
                }
                if let Some(link) = &call.link {
                    text.push_str(&format!(
                        "\n{}: {link}\n{}\n",
                        messages.text(link_words(call)),
                        messages.text("sign-in-first")
                    ));
                }
            }
        }
    }
    format!("{text}\n{}\n", messages.text("why-you"))
}

const FONT: &str = "font-family:Segoe UI,Roboto,Helvetica,Arial,sans-serif;font-size:15px;line-height:1.45";
const LABEL: &str = "padding:4px 16px 4px 0;vertical-align:top;color:#6f7b88";
const VALUE: &str = "padding:4px 0;vertical-align:top";
/// Never by colour alone: the words say the same.
const LOW: &str = "padding:4px 0 4px 8px;vertical-align:top;border-left:4px solid #b3261e;font-weight:bold";
const SMALL: &str = "margin:16px 0 0;font-size:13px;color:#6f7b88";
const BUTTON: &str = "display:inline-block;padding:10px 18px;border:1px solid #2f5fb3;border-radius:6px;color:#2f5fb3;text-decoration:none";

fn page(message: &AlertMessage, lead: &str, reader: Reader) -> Markup {
    let messages = reader.messages();
    html! {
        (DOCTYPE)
        html lang=(tag(reader.language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="supported-color-schemes" content="light dark";
                title { (subject(message, messages)) }
            }
            body style="margin:0;padding:16px" {
                div style={ "max-width:640px;" (FONT) } {
                    p style="margin:0 0 12px" { (lead) }
                    @for told in &message.items {
                        @match told {
                            MessageItem::Service { about, at, .. } => {
                                p style="margin:0 0 12px" { b { (plain(about)) } br; (reader.moment(*at)) }
                            }
                            MessageItem::Call(call) => (of_call(call, reader)),
                        }
                    }
                    p style=(SMALL) { (messages.text("why-you")) }
                }
            }
        }
    }
}

fn of_call(call: &CallItem, reader: Reader) -> Markup {
    let messages = reader.messages();
    html! {
        table cellspacing="0" cellpadding="0" border="0" style="border-collapse:collapse;margin:0 0 12px" {
            @for Line { label, value, is_low } in lines(call, reader) {
                tr {
                    th scope="row" align="left" style={ (LABEL) ";font-weight:normal" } { bdi { (label) } }
                    td style=(if is_low { LOW } else { VALUE }) { bdi { (value) } }
                }
            }
        }
        @if call.is_reversed { p style="margin:0 0 12px" { (messages.text("reversed")) } }
        @if let Some(link) = &call.link {
            p style="margin:0 0 4px" { a href=(link) style=(BUTTON) { (messages.text(link_words(call))) } }
            p style="margin:0 0 16px;font-size:13px;color:#6f7b88" { (messages.text("sign-in-first")) }
        }
    }
}

const fn tag(language: ReportLanguage) -> &'static str {
    language.tag()
}
