//! Mails through a real SMTP server.

use std::time::Duration;

use serde_json::json;

use crate::house::{House, Node, TestReports, monday_rule};
use crate::smtp::{Mode, Smtp};
use crate::soon;
use aftercall::delivery::mail::{Login, MailServer, Security, send};
use aftercall::delivery::tls::Trust;
use aftercall::delivery::{Consequence, Package, RenderRequest, Setup};
use aftercall_base::Redacted;
use aftercall_runtime::lifecycle::shutdown;
use aftercall_storage::delivery::{AttemptOutcome, DeliveryState};

/// Monday, 06:59 in Helsinki: the rule is seen, and nothing is due.
const BEFORE: &str = "2026-11-23T04:59:00Z";
/// 07:00:05.
const DUE: &str = "2026-11-23T05:00:05Z";

fn setup(server: MailServer, to: &[&str]) -> Setup {
    let rule = aftercall::delivery::DeliveryRule {
        to: to.iter().map(|to| to.parse().unwrap()).collect(),
        ..monday_rule()
    };
    Setup {
        rules: vec![rule.into()],
        mail: Some(server.into()),
    }
}

/// A house whose rule has been seen before it is due, and a node in it.
async fn house(server: MailServer, to: &[&str]) -> (House, Node) {
    let house = House::new(BEFORE, setup(server, to));
    let mut node = house.start("node-1").await;
    node.run().await;
    house.clock.set(DUE);
    (house, node)
}

/// The package of the period that is due.
fn expected(house: &House) -> Package {
    let rule = house.current.setup().rules[0].clone();
    let due = rule.schedule.latest(house.clock_now()).unwrap();
    let request = RenderRequest {
        zone: rule.schedule.zone,
        rule,
        period: due.period,
        due_at: due.at,
        is_late: false,
    };
    house.reports.package(&request)
}

impl House {
    fn clock_now(&self) -> chrono::DateTime<chrono::Utc> {
        aftercall_runtime::clock::Clock::utc(&self.clock)
    }
}

/// Lines as they are on the way.
fn with_crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

#[tokio::test]
async fn mail_arrives_byte_for_byte_over_every_kind_of_connection() {
    for mode in [Mode::StartTls, Mode::Tls, Mode::Plain] {
        let Some(smtp) = Smtp::start(mode) else { return };
        smtp.behave(json!({ "login": ["reports", "p\u{e4}ss word"] }));
        let mut server = smtp.server();
        server.login = Some(Login {
            user: "reports".to_owned(),
            password: Redacted::new("p\u{e4}ss word".to_owned()),
        });
        let (house, mut node) = house(server, &["\"M\u{e4}kel\u{e4}, Ville\" <ville@example.fi>"]).await;
        soon("the mail", node.run()).await;
        let delivery = node.only().await;
        assert_eq!(delivery.state, DeliveryState::Sent, "{delivery:?}");
        let [mail] = smtp.mails().try_into().unwrap();
        let package = expected(&house);
        assert_eq!(mail.0["is_tls"], json!(mode != Mode::Plain));
        assert_eq!(mail.0["user"], "reports");
        assert_eq!(mail.0["from"], "reports@example.com");
        assert_eq!(mail.recipients(), ["ville@example.fi"]);
        assert_eq!(mail.header("Subject"), package.subject);
        assert_eq!(mail.header("From"), "Aftercall \u{f6} <reports@example.com>");
        assert_eq!(
            mail.header("To"),
            "\"M\u{e4}kel\u{e4}, Ville\" <ville@example.fi>"
        );
        assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
        assert_eq!(mail.header("Date"), "Mon, 23 Nov 2026 05:00:05 +0000");
        assert_eq!(
            mail.header("Message-ID"),
            format!("<{}@example.com>", delivery.identity)
        );
        assert_eq!(
            mail.0["structure"],
            json!([
                "multipart/mixed",
                "multipart/alternative",
                "text/plain",
                "text/html",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "text/csv"
            ])
        );
        assert_eq!(mail.part(0), with_crlf(&package.text));
        assert_eq!(mail.part(1), with_crlf(&package.html));
        for (place, attachment) in package.attachments.iter().enumerate() {
            assert_eq!(mail.part(2 + place), attachment.bytes, "{attachment:?}");
            assert_eq!(mail.0["parts"][2 + place]["name"], attachment.name);
        }
        let attempts = node.attempts(delivery.id).await;
        assert_eq!(attempts[0].answer.as_deref(), Some("250 2.0.0 OK: queued as 1"));
    }
}

#[tokio::test]
async fn refused_recipient_takes_no_other_with_it() {
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    smtp.behave(json!({ "rcpt": {
        "gone@example.com": "550 5.1.1 no such user",
        "full@example.com": "452 4.2.2 mailbox full",
    } }));
    let to = [
        "a@example.com",
        "gone@example.com",
        "full@example.com",
        "b@example.com",
    ];
    let (house, mut node) = house(smtp.server(), &to).await;
    soon("the mails", node.run()).await;
    let recipients: Vec<String> = smtp.mails().iter().flat_map(|mail| mail.recipients()).collect();
    assert_eq!(recipients, ["a@example.com", "b@example.com"]);
    assert_eq!(house.reports.made(), 1, "all get the same report");
    let [dead] = node.deliveries(DeliveryState::Dead).await.try_into().unwrap();
    assert_eq!(dead.subject.recipient, "gone@example.com");
    assert!(
        dead.last_error
            .unwrap()
            .contains("RCPT TO: permanent error (550): 5.1.1 no such user")
    );
    let [pending] = node.deliveries(DeliveryState::Pending).await.try_into().unwrap();
    assert_eq!(pending.subject.recipient, "full@example.com");
    smtp.behave(json!({}));
    house.clock.pass(2);
    soon("the second attempt", node.run()).await;
    assert_eq!(smtp.mails().len(), 3);
    assert_eq!(node.deliveries(DeliveryState::Sent).await.len(), 3);
}

#[tokio::test]
async fn answer_of_the_server_decides_whether_it_is_tried_again() {
    let Some(smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    for (behaviour, state, words) in [
        (
            json!({ "mail": "451 4.3.0 later" }),
            DeliveryState::Pending,
            "MAIL FROM: transient error (451): 4.3.0 later",
        ),
        (
            json!({ "mail": "553 5.7.1 not you" }),
            DeliveryState::Dead,
            "MAIL FROM: permanent error (553)",
        ),
        (
            json!({ "data": "452 4.3.1 no room" }),
            DeliveryState::Pending,
            "message: transient error (452)",
        ),
        (
            json!({ "data": "554 5.7.1 spam" }),
            DeliveryState::Dead,
            "message: permanent error (554): 5.7.1 spam",
        ),
        (
            json!({ "drop_in_data": true }),
            DeliveryState::Pending,
            "message: ",
        ),
        (
            json!({ "mail": "530 5.7.0 log in first" }),
            DeliveryState::Pending,
            "(530)",
        ),
        (json!({ "login": ["u", "p"] }), DeliveryState::Pending, "530"),
        (
            json!({ "endless": true }),
            DeliveryState::Pending,
            "longer than 64 KB",
        ),
    ] {
        smtp.behave(behaviour.clone());
        let (_house, mut node) = house(smtp.server(), &["a@example.com"]).await;
        soon("the attempt", node.run()).await;
        let delivery = node.only().await;
        assert_eq!(delivery.state, state, "{behaviour}: {delivery:?}");
        let error = delivery.last_error.unwrap();
        assert!(error.contains(words) && error.len() < 400, "{behaviour}: {error}");
    }
    assert_eq!(smtp.mails().len(), 0);
}

#[tokio::test]
async fn server_that_stalls_is_left_after_the_time_limit_and_gets_the_same_mail_when_it_answers_again() {
    for step in ["mail", "rcpt", "data"] {
        let Some(smtp) = Smtp::start(Mode::StartTls) else {
            return;
        };
        let mut server = smtp.server();
        server.limits.step = Duration::from_secs(2);
        server.limits.content = Duration::from_secs(2);
        smtp.behave(json!({ "stall": step }));
        let (house, mut node) = house(server, &["a@example.com"]).await;
        soon("the attempt", node.run()).await;
        let delivery = node.only().await;
        assert!(
            delivery
                .last_error
                .as_ref()
                .unwrap()
                .contains("no answer within 2 s"),
            "{delivery:?}"
        );
        smtp.behave(json!({}));
        house.clock.pass(2);
        soon("the second attempt", node.run()).await;
        let [mail] = smtp.mails().try_into().unwrap();
        assert!(mail.header("Message-ID").contains(&delivery.identity));
    }
}

#[tokio::test]
async fn mail_that_the_server_took_without_saying_so_comes_again_under_the_same_id() {
    let Some(smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    let mut server = smtp.server();
    server.limits.content = Duration::from_secs(2);
    smtp.behave(json!({ "stall": "accepted" }));
    let (house, mut node) = house(server, &["a@example.com"]).await;
    soon("the attempt", node.run()).await;
    assert_eq!(node.only().await.state, DeliveryState::Pending);
    smtp.behave(json!({}));
    house.clock.pass(2);
    soon("the second attempt", node.run()).await;
    let [first, second] = smtp.mails().try_into().unwrap();
    assert_eq!(first.header("Message-ID"), second.header("Message-ID"));
}

#[tokio::test]
async fn server_that_is_away_is_tried_again_until_it_is_back() {
    let Some(mut smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    let (house, mut node) = house(smtp.server(), &["a@example.com"]).await;
    smtp.kill();
    // After 1, 5, 15 minutes, an hour, and so on: with jitter, each wait is over after a fifth more.
    for wait in [0, 2, 6, 18, 72] {
        house.clock.pass(wait);
        soon("the attempt", node.run()).await;
    }
    let delivery = node.only().await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Pending, 5));
    assert!(delivery.last_error.unwrap().starts_with("connect: "));
    soon("no attempt", node.run()).await;
    assert_eq!(node.only().await.attempts, 5, "not before the next one is due");
    smtp.start_again();
    house.clock.pass(300);
    soon("the last attempt", node.run()).await;
    assert_eq!(node.only().await.state, DeliveryState::Sent);
    assert_eq!(smtp.mails().len(), 1);
    let outcomes: Vec<AttemptOutcome> = node
        .attempts(delivery.id)
        .await
        .iter()
        .map(|attempt| attempt.end.unwrap().1)
        .collect();
    assert_eq!(outcomes[..5], [AttemptOutcome::Retry; 5]);
    assert_eq!(outcomes[5..], [AttemptOutcome::Sent]);
}

#[tokio::test]
async fn server_that_stays_away_is_given_up_after_three_days() {
    let Some(mut smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    let (house, mut node) = house(smtp.server(), &["a@example.com"]).await;
    smtp.kill();
    node.plan().await;
    for _ in 0..(3 * 24 + 6) {
        soon("the attempt", node.send()).await;
        house.clock.pass(60);
    }
    let delivery = node.only().await;
    assert_eq!(delivery.state, DeliveryState::Dead);
    assert!(
        (15..30).contains(&delivery.attempts),
        "{} attempts",
        delivery.attempts
    );
}

#[tokio::test]
async fn nothing_is_sent_to_a_server_that_cannot_be_trusted() {
    // What the server shows, whom the client trusts, and what the error says.
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    let stranger = MailServer {
        security: Security::StartTls(Trust::new(None).unwrap()),
        ..smtp.server()
    };
    refused(&smtp, stranger, "UnknownIssuer").await;
    let Some(smtp) = Smtp::start_as(Mode::StartTls, "DNS:other.example") else {
        return;
    };
    refused(&smtp, smtp.server(), "not valid for").await;
    let Some(smtp) = Smtp::start_as(Mode::Tls, "DNS:other.example") else {
        return;
    };
    refused(&smtp, smtp.server(), "not valid for").await;
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    smtp.behave(json!({ "hide_starttls": true }));
    refused(&smtp, smtp.server(), "STARTTLS: the server does not offer it").await;
    smtp.behave(json!({ "inject": true }));
    refused(&smtp, smtp.server(), "received corrupt message").await;
}

async fn refused(smtp: &Smtp, server: MailServer, words: &str) {
    let (_house, mut node) = house(server, &["a@example.com"]).await;
    soon("the attempt", node.run()).await;
    let delivery = node.only().await;
    assert_eq!(delivery.state, DeliveryState::Pending, "it is tried again");
    let error = delivery.last_error.unwrap();
    assert!(error.contains(words), "{words}: {error}");
    assert_eq!(smtp.mails().len(), 0);
}

#[tokio::test]
async fn wrong_password_is_tried_again_and_shown_nowhere() {
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    smtp.behave(json!({ "login": ["reports", "right"] }));
    let mut server = smtp.server();
    let login = |password: &str| {
        Some(Login {
            user: "reports".to_owned(),
            password: Redacted::new(password.to_owned()),
        })
    };
    server.login = login("wrong-secret");
    assert!(!format!("{server:?}").contains("wrong-secret"));
    let (house, mut node) = house(server.clone(), &["a@example.com"]).await;
    soon("the attempt", node.run()).await;
    let delivery = node.only().await;
    assert_eq!(
        delivery.state,
        DeliveryState::Pending,
        "another password may come"
    );
    let error = delivery.last_error.unwrap();
    assert!(error.starts_with("AUTH: ") && error.contains("535"), "{error}");
    assert!(!error.contains("wrong-secret"));
    server.login = login("right");
    house.current.exchange(setup(server, &["a@example.com"]));
    house.clock.pass(2);
    soon("the second attempt", node.run()).await;
    assert_eq!(node.only().await.state, DeliveryState::Sent, "after a reload");
}

#[tokio::test]
async fn stop_lets_the_mail_in_progress_end_and_begins_no_other() {
    let Some(smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    let (_house, mut node) = house(smtp.server(), &["a@example.com", "b@example.com"]).await;
    node.plan().await;
    let (trigger, stop) = shutdown();
    smtp.behave(json!({ "stall": "accepted" }));
    let stopped = async {
        while smtp.mails().is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        trigger.trigger();
        smtp.behave(json!({}));
    };
    soon("the mail", async {
        tokio::join!(node.send_until(&stop), stopped)
    })
    .await;
    assert_eq!(smtp.mails().len(), 1, "the mail in progress is not cut off");
    assert_eq!(
        node.deliveries(DeliveryState::Sent).await.len(),
        1,
        "and what came of it is stored"
    );
    assert_eq!(
        node.deliveries(DeliveryState::Pending).await.len(),
        1,
        "no other mail is begun"
    );
}

#[tokio::test]
async fn recipient_who_was_taken_out_gets_nothing_more() {
    let Some(mut smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    let (house, mut node) = house(smtp.server(), &["a@example.com", "b@example.com"]).await;
    smtp.kill();
    soon("the attempts", node.run()).await;
    smtp.start_again();
    house.current.exchange(setup(smtp.server(), &["b@example.com"]));
    house.clock.pass(2);
    soon("the second attempts", node.run()).await;
    let recipients: Vec<String> = smtp.mails().iter().flat_map(|mail| mail.recipients()).collect();
    assert_eq!(recipients, ["b@example.com"]);
    let [skipped] = node.deliveries(DeliveryState::Skipped).await.try_into().unwrap();
    assert_eq!(skipped.subject.recipient, "a@example.com");
}

#[tokio::test]
async fn period_without_calls_is_sent_or_skipped_as_the_rule_says() {
    let Some(smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    for (when_empty, state) in [
        (aftercall::delivery::WhenEmpty::Send, DeliveryState::Sent),
        (aftercall::delivery::WhenEmpty::Skip, DeliveryState::Skipped),
    ] {
        let mut rules = setup(smtp.server(), &["a@example.com"]);
        rules.rules = vec![
            aftercall::delivery::DeliveryRule {
                when_empty,
                ..(*rules.rules[0]).clone()
            }
            .into(),
        ];
        let reports = TestReports {
            is_empty: true,
            ..TestReports::default()
        };
        let house = House::with_reports(BEFORE, rules, reports);
        let mut node = house.start("node-1").await;
        node.run().await;
        house.clock.set(DUE);
        soon("the attempt", node.run()).await;
        assert_eq!(node.only().await.state, state, "{when_empty:?}");
    }
    assert_eq!(smtp.mails().len(), 1);
}

#[tokio::test]
async fn transcript_says_what_the_server_answered_at_each_step() {
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    smtp.behave(json!({ "rcpt": { "b@example.com": "550 5.1.1 no" } }));
    let mail = b"From: reports@example.com\r\n\r\n.\r\n..\r\n";
    let mut transcript = Vec::new();
    let to = "a@example.com".parse().unwrap();
    let answer = send(&smtp.server(), &to, mail, &mut transcript).await.unwrap();
    assert_eq!(answer, "250 2.0.0 OK: queued as 1");
    let steps: Vec<String> = transcript.iter().map(|(step, _)| step.to_string()).collect();
    assert_eq!(
        steps,
        [
            "connect",
            "EHLO",
            "STARTTLS",
            "MAIL FROM",
            "RCPT TO",
            "DATA",
            "message"
        ]
    );
    transcript.clear();
    let to = "b@example.com".parse().unwrap();
    let refused = send(&smtp.server(), &to, mail, &mut transcript)
        .await
        .unwrap_err();
    assert_eq!(refused.consequence, Consequence::GiveUp);
    assert_eq!(transcript.len(), 4, "up to the refused one");
    assert_eq!(smtp.mails()[0].part(0), b".\r\n..\r\n", "dots are not lost");
}
