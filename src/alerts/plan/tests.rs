use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::{AlertHandling, of_call, of_service};
use crate::alerts::people::{People, Person, QuietTime};
use crate::alerts::rule::{AlertSetup, ContactMethod, Receiver, RuleInForce};
use aftercall_base::CallUid;
use aftercall_storage::alert::{AlertComment, AlertFound, AlertedCall, RaisedBy, SilencedBy};
use aftercall_storage::delivery::{Channel, EventKind};
use aftercall_survey::alert::{AlertCondition, AlertRule, AlertSeverity, AlertVocabulary};
use aftercall_survey::context::condition::WrittenTest;

struct Nothing;

impl AlertVocabulary for Nothing {
    fn is_attribute(&self, _: &str) -> bool {
        false
    }

    fn questions(&self) -> Vec<&str> {
        Vec::new()
    }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-11-30T09:00:00Z")
}

fn rule(name: &str, severity: AlertSeverity, tell: &[Receiver]) -> Arc<RuleInForce> {
    let written = BTreeMap::from([("nps".to_owned(), WrittenTest::Number(0))]);
    Arc::new(RuleInForce {
        rule: AlertRule {
            name: Arc::from(name),
            severity,
            when: AlertCondition::read(written, &Nothing).unwrap(),
        },
        tell: tell.to_vec(),
        by: vec![ContactMethod::Mail, ContactMethod::Call],
        opens_case: severity != AlertSeverity::Low,
        once_per_caller: (name == "seldom").then(|| Duration::from_secs(3_600)),
    })
}

fn person(mail: Option<&str>, sip: Option<&str>) -> Person {
    Person {
        name: String::new(),
        mail: mail.map(|mail| mail.parse().unwrap()),
        sip: sip.map(str::to_owned),
        user: None,
        language: None,
        working: None,
        quiet: None,
        deputy: None,
        manager: None,
    }
}

fn setup() -> AlertSetup {
    let mut quiet = person(Some("night@example.com"), None);
    quiet.quiet = Some(QuietTime {
        from: "08:00:00".parse().unwrap(),
        to: "10:00:00".parse().unwrap(),
    });
    let persons = [
        ("maija", person(Some("maija@example.com"), Some("sip:2001@pbx"))),
        ("otto", person(Some("otto@example.com"), None)),
        ("mute", person(None, None)),
        ("night", quiet),
    ];
    AlertSetup {
        rules: vec![
            rule("unhappy", AlertSeverity::Normal, &[Receiver::TeamLeader]),
            rule(
                "furious",
                AlertSeverity::Urgent,
                &[Receiver::TeamLeader, Receiver::Person("otto".to_owned())],
            ),
            rule("seldom", AlertSeverity::High, &[Receiver::QueueLeader]),
            rule(
                "desk",
                AlertSeverity::Low,
                &[Receiver::Channel("desk".to_owned())],
            ),
            rule(
                "mute",
                AlertSeverity::Normal,
                &[Receiver::Person("mute".to_owned())],
            ),
            rule(
                "night",
                AlertSeverity::Normal,
                &[Receiver::Person("night".to_owned())],
            ),
            rule("praise", AlertSeverity::Thanks, &[Receiver::TeamLeader]),
        ],
        people: People {
            persons: persons.map(|(id, person)| (id.to_owned(), person)).into(),
            team_leaders: [("red".to_owned(), "maija".to_owned())].into(),
            queue_leaders: [("sales".to_owned(), "otto".to_owned())].into(),
        },
        take_within: Duration::from_secs(900),
        contact_within: Duration::from_secs(86_400),
        digest_after: Some(10),
        ..AlertSetup::default()
    }
}

fn uid() -> CallUid {
    "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap()
}

fn alert(id: u64, rule: &str, severity: AlertSeverity, told: Option<Option<SilencedBy>>) -> AlertFound {
    AlertFound {
        id,
        call: Some(uid()),
        rule: rule.to_owned(),
        severity,
        raised_by: RaisedBy::Answer,
        question: Some("nps".to_owned()),
        about: None,
        raised_at: now(),
        handled_at: told.map(|_| now()),
        case: None,
        silenced_by: told.flatten(),
    }
}

fn call(team: Option<&str>, alerts: Vec<AlertFound>, comments: &[&str]) -> AlertedCall {
    AlertedCall {
        call: uid(),
        queue: Some("sales".to_owned()),
        team: team.map(str::to_owned),
        agent: None,
        alerts,
        comments: comments
            .iter()
            .map(|question| AlertComment {
                question: (*question).to_owned(),
                left_at: now(),
                is_handled: false,
            })
            .collect(),
        case: None,
    }
}

fn planned(call: &AlertedCall, known: &[&str]) -> AlertHandling {
    of_call(
        call,
        &setup(),
        |rule| known.contains(&rule),
        now(),
        &mut StdRng::seed_from_u64(7),
    )
}

/// What is sent to whom by which rule, with how many alerts.
fn sent(handling: &AlertHandling) -> Vec<(&str, Channel, &str, usize)> {
    handling
        .messages
        .iter()
        .map(|message| {
            (
                message.recipient.as_str(),
                message.channel,
                message.rule.as_str(),
                message.alerts.len(),
            )
        })
        .collect()
}

fn quiet(handling: &AlertHandling) -> Vec<(u64, Option<SilencedBy>)> {
    handling.alerts.clone()
}

#[test]
fn gravest_alert_speaks_for_all_and_everybody_is_told_once() {
    let both = vec![
        alert(1, "unhappy", AlertSeverity::Normal, None),
        alert(2, "furious", AlertSeverity::Urgent, None),
        alert(3, "desk", AlertSeverity::Low, None),
    ];
    let handling = planned(&call(Some("red"), both, &[]), &[]);
    assert_eq!(
        sent(&handling),
        [
            ("maija@example.com", Channel::Mail, "furious", 3),
            ("sip:2001@pbx", Channel::Call, "furious", 3),
            ("otto@example.com", Channel::Mail, "furious", 3),
            ("desk", Channel::Webhook, "desk", 3),
        ]
    );
    assert_eq!(quiet(&handling), [(1, None), (2, None), (3, None)]);
    assert!(
        handling
            .messages
            .iter()
            .all(|message| message.kind == EventKind::Alert && message.held_until.is_none())
    );
    let limits: Vec<Option<u32>> = handling
        .messages
        .iter()
        .map(|message| message.most_an_hour)
        .collect();
    assert_eq!(
        limits,
        [Some(10), Some(10), Some(10), None],
        "a channel is no person"
    );
    let case = handling.case.unwrap();
    assert_eq!(case.severity, AlertSeverity::Urgent);
    assert_eq!(
        (case.take_due_at, case.escalates_at),
        (Some(at("2026-11-30T09:15:00Z")), Some(at("2026-11-30T09:07:30Z")))
    );
    assert_eq!(case.contact_due_at, Some(at("2026-12-01T09:00:00Z")));
    let identities: std::collections::BTreeSet<&str> = handling
        .messages
        .iter()
        .map(|message| message.identity.as_str())
        .collect();
    assert_eq!(identities.len(), 4);
}

#[test]
fn later_alert_of_a_call_is_told_only_if_it_is_graver() {
    let told = || alert(1, "unhappy", AlertSeverity::Normal, Some(None));
    let same = planned(
        &call(
            Some("red"),
            vec![told(), alert(2, "night", AlertSeverity::Normal, None)],
            &[],
        ),
        &[],
    );
    assert_eq!(
        (sent(&same), quiet(&same)),
        (vec![], vec![(2, Some(SilencedBy::SameCall))])
    );
    assert!(same.case.is_some(), "it joins the case all the same");
    let graver = planned(
        &call(
            Some("red"),
            vec![told(), alert(2, "furious", AlertSeverity::Urgent, None)],
            &[],
        ),
        &[],
    );
    assert_eq!(sent(&graver).len(), 3);
    let nobody_heard = alert(1, "mute", AlertSeverity::Urgent, Some(Some(SilencedBy::Nobody)));
    let first = planned(
        &call(
            Some("red"),
            vec![nobody_heard, alert(2, "unhappy", AlertSeverity::Normal, None)],
            &[],
        ),
        &[],
    );
    assert_eq!(sent(&first).len(), 2, "nobody was told of the one before");
}

#[test]
fn what_is_not_told_says_why() {
    let of = |team, rule, severity, known: &[&str]| {
        let handling = planned(&call(team, vec![alert(1, rule, severity, None)], &[]), known);
        assert!(
            handling.messages.is_empty() == handling.alerts[0].1.is_some(),
            "{handling:?}"
        );
        handling.alerts[0].1
    };
    assert_eq!(of(Some("red"), "unhappy", AlertSeverity::Normal, &[]), None);
    assert_eq!(
        of(None, "unhappy", AlertSeverity::Normal, &[]),
        Some(SilencedBy::Nobody),
        "no team, no leader"
    );
    assert_eq!(
        of(Some("blue"), "unhappy", AlertSeverity::Normal, &[]),
        Some(SilencedBy::Nobody)
    );
    assert_eq!(
        of(Some("red"), "mute", AlertSeverity::Normal, &[]),
        Some(SilencedBy::Nobody),
        "no address"
    );
    assert_eq!(
        of(Some("red"), "removed", AlertSeverity::Normal, &[]),
        Some(SilencedBy::NoRule)
    );
    assert_eq!(
        of(Some("red"), "seldom", AlertSeverity::High, &["seldom"]),
        Some(SilencedBy::SameCaller)
    );
}

#[test]
fn praise_has_no_clock_and_what_is_low_no_case() {
    let praise = planned(
        &call(
            Some("red"),
            vec![alert(1, "praise", AlertSeverity::Thanks, None)],
            &[],
        ),
        &[],
    );
    let case = praise.case.unwrap();
    assert_eq!(
        (case.take_due_at, case.contact_due_at, case.escalates_at),
        (None, None, None)
    );
    let low = planned(
        &call(Some("red"), vec![alert(1, "desk", AlertSeverity::Low, None)], &[]),
        &[],
    );
    assert_eq!(low.case, None);
}

#[test]
fn comment_follows_to_those_who_were_told_and_to_no_telephone() {
    let told = || alert(1, "furious", AlertSeverity::Urgent, Some(None));
    let later = planned(&call(Some("red"), vec![told()], &["why"]), &[]);
    assert_eq!(
        sent(&later),
        [
            ("maija@example.com", Channel::Mail, "furious", 1),
            ("otto@example.com", Channel::Mail, "furious", 1)
        ]
    );
    assert!(
        later
            .messages
            .iter()
            .all(|message| message.kind == EventKind::Comment)
    );
    assert_eq!(later.comments, ["why"]);
    assert_eq!(later.case, None, "a comment opens none");
    let with_it = planned(
        &call(
            Some("red"),
            vec![alert(1, "furious", AlertSeverity::Urgent, None)],
            &["why"],
        ),
        &[],
    );
    assert_eq!(
        sent(&with_it).len(),
        3,
        "who is told now hears of the comment with the alert"
    );
    assert_eq!(with_it.comments, ["why"]);
    let unheard = alert(
        1,
        "unhappy",
        AlertSeverity::Normal,
        Some(Some(SilencedBy::SameCaller)),
    );
    assert_eq!(
        sent(&planned(&call(Some("red"), vec![unheard], &["why"]), &[])),
        []
    );
}

#[test]
fn quiet_time_holds_the_message_and_not_the_case() {
    let handling = planned(
        &call(
            Some("red"),
            vec![alert(1, "night", AlertSeverity::Normal, None)],
            &[],
        ),
        &[],
    );
    assert_eq!(handling.messages[0].held_until, Some(at("2026-11-30T10:00:00Z")));
    assert_eq!(
        handling.case.unwrap().take_due_at,
        Some(at("2026-11-30T09:15:00Z"))
    );
}

#[test]
fn service_alert_goes_to_persons_and_channels_and_opens_no_case() {
    let quiet = |rule: &str| {
        let found = AlertFound {
            call: None,
            about: Some("queue sales".to_owned()),
            ..alert(1, rule, AlertSeverity::High, None)
        };
        of_service(&found, &setup(), now(), &mut StdRng::seed_from_u64(7))
    };
    assert_eq!(
        sent(&quiet("furious")),
        [("otto@example.com", Channel::Mail, "furious", 1)]
    );
    assert_eq!(
        quiet("unhappy").alerts,
        [(1, Some(SilencedBy::Nobody))],
        "no call, no team"
    );
    assert_eq!(quiet("removed").alerts, [(1, Some(SilencedBy::NoRule))]);
    assert_eq!(quiet("furious").case, None);
}
