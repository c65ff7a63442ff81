use chrono::{DateTime, Utc};

use super::{
    AlertMessage, AnswerItem, CallItem, CaseItem, FILES, MessageItem, Named, Reader, body, mail, plain,
};
use crate::alerts::rule::{AlertChannel, BodyFormat};
use crate::delivery::webhook::{TIME_LIMIT, Webhook};
use aftercall_base::Redacted;
use aftercall_report::render::{ReportLanguage, message_faults};
use aftercall_storage::delivery::EventKind;
use aftercall_survey::AnswerClass;
use aftercall_survey::alert::AlertSeverity;
use aftercall_survey::follow_up::CaseState;

/// Words that happen to be the same.
const SAME: [&str; 0] = [];

const ENGLISH: Reader = Reader {
    language: ReportLanguage::English,
    zone: chrono_tz::Europe::Helsinki,
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn named(id: &str, name: &str) -> Named {
    Named {
        id: id.to_owned(),
        name: Some(name.to_owned()),
    }
}

fn call() -> CallItem {
    CallItem {
        rules: vec![
            ("furious".to_owned(), AlertSeverity::Urgent),
            ("unhappy".to_owned(), AlertSeverity::Normal),
        ],
        call: "01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        original_call_id: Some("1795334400.17".to_owned()),
        arrived_at: at("2026-11-30T08:15:00Z"),
        queue: Some(named("sales", "Sales and orders")),
        team: None,
        agent: Some(named("4711", "Anna")),
        survey: Some("After a call".to_owned()),
        answers: vec![
            AnswerItem {
                question: "nps".to_owned(),
                text: Some("Would you recommend us?".to_owned()),
                value: Some(1),
                label: Some("very unlikely".to_owned()),
                scale_max: Some(10),
                class: Some(AnswerClass::Low),
            },
            AnswerItem {
                question: "ces".to_owned(),
                text: None,
                value: None,
                label: None,
                scale_max: Some(5),
                class: None,
            },
        ],
        is_reversed: true,
        comments: vec![12],
        case: Some(CaseItem {
            number: 17,
            state: CaseState::New,
            take_due_at: Some(at("2026-11-30T08:30:00Z")),
            contact_due_at: Some(at("2026-12-01T08:15:00Z")),
            callback_number: Some(Redacted::new("+358401234567".to_owned())),
        }),
        link: Some("https://surveys.example.com/cases/17".to_owned()),
    }
}

fn message(kind: EventKind, told: Vec<MessageItem>) -> AlertMessage {
    AlertMessage {
        identity: "0123456789abcdef0123456789abcdef".to_owned(),
        kind,
        items: told,
    }
}

fn alert() -> AlertMessage {
    message(EventKind::Alert, vec![MessageItem::Call(Box::new(call()))])
}

fn channel(format: BodyFormat) -> AlertChannel {
    AlertChannel {
        webhook: Webhook {
            url: "https://example.com/hook".parse().unwrap(),
            keys: Vec::new(),
            allow_private: false,
            trust: None,
            time_limit: TIME_LIMIT,
        },
        format,
        routing_key: Some(Redacted::new("R0UT1NG".to_owned())),
    }
}

#[test]
fn every_language_says_everything() {
    assert_eq!(message_faults(FILES, &SAME), Vec::<String>::new());
}

#[test]
fn mail_names_answers_agent_queue_case_and_call() {
    let mail = mail(&alert(), ENGLISH);
    assert_eq!(mail.subject, "Urgent: nps 1, Sales and orders, Anna");
    assert_eq!(
        mail.text,
        "A caller gave feedback that these rules tell you about: furious, unhappy.\n\n\
         Would you recommend us?: 1 / 10 (very unlikely): low\n\
         ces: skipped\n\
         Comment: 12 s of speech, to be heard on the page\n\
         Queue: Sales and orders (sales)\n\
         Team: not known\n\
         Agent: Anna (4711)\n\
         Survey: After a call\n\
         Call: 2026-11-30 10:15 EET\n\
         Call id: 1795334400.17 / 01ARZ3NDEKTSV4RRFFQ69G5FAV\n\
         Case: 17, new\n\
         To be taken by: 2026-11-30 10:30 EET\n\
         Caller to be contacted by: 2026-12-01 10:15 EET\n\
         Number for calling back: +358401234567\n\
         The answers contradict each other: the caller may have understood a scale the wrong way round.\n\n\
         Open the case: https://surveys.example.com/cases/17\n\
         The page asks you to sign in first.\n\n\
         You get this message because the configuration of aftercall names you.\n"
    );
    for said in [
        "Would you recommend us?",
        "1 / 10 (very unlikely): low",
        "href=\"https://surveys.example.com/cases/17\"",
        "Anna (4711)",
    ] {
        assert!(mail.html.contains(said), "{said}: {}", mail.html);
    }
    assert!(!mail.html.contains("<img") && !mail.html.contains("<script") && !mail.html.contains("src="));
}

#[test]
fn subject_never_has_the_number_and_is_one_line() {
    for kind in [
        EventKind::Alert,
        EventKind::Comment,
        EventKind::Escalation,
        EventKind::Digest,
    ] {
        for language in ReportLanguage::ALL {
            let reader = Reader { language, ..ENGLISH };
            let mail = mail(&message(kind, alert().items), reader);
            assert!(
                !mail.subject.contains("358") && mail.subject.lines().count() == 1,
                "{}",
                mail.subject
            );
            assert!(
                !mail.text.contains('\u{27e6}') && !mail.html.contains('\u{27e6}'),
                "{}",
                mail.text
            );
        }
    }
}

#[test]
fn digest_lists_every_call_and_counts_them() {
    let service = MessageItem::Service {
        rule: "quiet".to_owned(),
        severity: AlertSeverity::High,
        about: "queue sales: 0 calls in the last 3 hours, 41.2 expected".to_owned(),
        at: at("2026-11-30T08:15:00Z"),
    };
    let digest = message(
        EventKind::Digest,
        vec![MessageItem::Call(Box::new(call())), service.clone()],
    );
    let of_digest = mail(&digest, ENGLISH);
    assert_eq!(of_digest.subject, "2 alerts were held back");
    assert!(of_digest.text.contains("nps") || of_digest.text.contains("Would you recommend us?"));
    assert!(of_digest.text.contains("High: queue sales: 0 calls"));
    let alone = mail(&message(EventKind::Alert, vec![service]), ENGLISH);
    assert_eq!(
        alone.subject,
        "High: queue sales: 0 calls in the last 3 hours, 41.2 expected"
    );
    assert!(
        alone
            .text
            .starts_with("The service tells you, by the rule quiet:\n")
    );
}

#[test]
fn what_strangers_wrote_becomes_neither_markup_nor_a_line_of_its_own() {
    let hostile = "<b onclick=x>&\"'\r\nBcc: all@example.com\u{202e}";
    let mut call = call();
    call.queue = Some(named(hostile, hostile));
    call.agent = Some(Named {
        id: hostile.to_owned(),
        name: None,
    });
    call.original_call_id = Some(hostile.to_owned());
    call.answers[0].text = Some(hostile.to_owned());
    call.answers[0].label = Some(hostile.to_owned());
    call.rules = vec![(hostile.to_owned(), AlertSeverity::Low)];
    let message = message(EventKind::Alert, vec![MessageItem::Call(Box::new(call))]);
    let mail = mail(&message, ENGLISH);
    assert!(!mail.html.contains("<b onclick") && mail.html.contains("&lt;b onclick"));
    assert_eq!(mail.subject.lines().count(), 1);
    for text in [&mail.subject, &mail.text, &mail.html] {
        assert!(
            !text.contains('\u{202e}') && !text.contains("\nBcc:") && !text.contains('\r'),
            "{text:?}"
        );
    }
    let slack = body(
        &message,
        &channel(BodyFormat::Slack),
        ENGLISH,
        at("2026-11-30T08:15:01Z"),
    )
    .to_string();
    assert!(!slack.contains("<b onclick") && slack.contains("&lt;b onclick"));
    let fence = "``` @all [x](https://example.org)";
    let mut fenced = CallItem {
        queue: Some(named(fence, fence)),
        ..self::call()
    };
    fenced.answers.clear();
    let fenced = self::message(EventKind::Alert, vec![MessageItem::Call(Box::new(fenced))]);
    let mattermost = body(
        &fenced,
        &channel(BodyFormat::Mattermost),
        ENGLISH,
        at("2026-11-30T08:15:01Z"),
    );
    let text = mattermost["text"].as_str().unwrap();
    assert_eq!(text.matches("```").count(), 2, "{text}");
    assert!(!text.split("```").next().unwrap().contains('@'), "{text}");
}

#[test]
fn standard_body_is_thin_and_has_no_number() {
    let body = body(
        &alert(),
        &channel(BodyFormat::Standard),
        ENGLISH,
        at("2026-11-30T08:15:01Z"),
    );
    assert_eq!(body["type"], "alert.raised");
    assert_eq!(body["timestamp"], "2026-11-30T08:15:01.000Z");
    assert_eq!(body["data"]["message"], "0123456789abcdef0123456789abcdef");
    assert_eq!(body["data"]["severity"], "urgent");
    let call = &body["data"]["alerts"][0];
    assert_eq!(call["rules"], serde_json::json!(["furious", "unhappy"]));
    assert_eq!(call["answers"], serde_json::json!({ "nps": 1, "ces": null }));
    assert_eq!(call["agent"], serde_json::json!({ "id": "4711", "name": "Anna" }));
    assert_eq!(
        (&call["case"]["number"], &call["case"]["state"]),
        (&17.into(), &"new".into())
    );
    assert_eq!(call["suspected_reversed"], true);
    assert!(!body.to_string().contains("358"));
}

#[test]
fn services_get_what_they_take() {
    let now = at("2026-11-30T08:15:01Z");
    let of = |format| body(&alert(), &channel(format), ENGLISH, now);
    let slack = of(BodyFormat::Slack);
    assert_eq!(slack["text"], "Urgent: nps 1, Sales and orders, Anna");
    assert_eq!(slack["blocks"][0]["type"], "header");
    let teams = of(BodyFormat::Teams);
    let card = &teams["attachments"][0];
    assert_eq!(card["contentType"], "application/vnd.microsoft.card.adaptive");
    assert_eq!(
        card["content"]["actions"][0]["url"],
        "https://surveys.example.com/cases/17"
    );
    let pager = of(BodyFormat::PagerDuty);
    assert_eq!(
        (&pager["routing_key"], &pager["event_action"]),
        (&"R0UT1NG".into(), &"trigger".into())
    );
    assert_eq!(
        (&pager["dedup_key"], &pager["payload"]["severity"]),
        (&"aftercall-case-17".into(), &"critical".into())
    );
    assert!(
        of(BodyFormat::Mattermost)["text"]
            .as_str()
            .unwrap()
            .starts_with("Urgent: nps 1")
    );
}

#[test]
fn texts_from_outside_are_cut() {
    assert_eq!(plain(&"x".repeat(1_000)).chars().count(), 201);
    assert_eq!(plain("a\tb\u{2066}c"), "a bc");
}
