//! What every back end promises of alerts, of the messages about them, and of cases.

use chrono::{DateTime, TimeDelta, Utc};

use crate::support::{
    admit, after, answered, audio, call, call_end, database_of_step, end, morning, open, record, recorded,
    recording, uid,
};
use aftercall_base::{Disposition, EmptyReason, RecordingEndReason, Redacted};
use aftercall_storage::alert::{
    AlertHandling, AlertQuery, AlertedCall, CaseOpening, NewMessage, RaisedBy, ServiceAlert, SilencedBy,
};
use aftercall_storage::case::{CaseAction, CaseChange, CaseChanged, CaseEventKind, CaseFilter, CaseFound};
use aftercall_storage::delivery::{
    About, AttemptEnd, AttemptResult, Channel, Claimable, ClaimedDelivery, DeliveryClaim, DeliveryFound,
    DeliveryQuery, DeliveryState, EventKind, OutboxPart,
};
use aftercall_storage::store::Fact;
use aftercall_storage::{Alerts, Cases, Deliveries, Scope, SqliteStore, Store};
use aftercall_survey::admission::NewCall;
use aftercall_survey::alert::{AlertRaised, AlertSeverity, AlertTrigger, Callback};
use aftercall_survey::context::{CallContext, ContextValues, Field};
use aftercall_survey::follow_up::{CaseState, ClosedAs, TransitionRefused};
use aftercall_survey::record::{AnswerRecord, CallEnd, RecordingEnd};

contract![
    alert_is_written_with_its_fact_and_once,
    refused_fact_leaves_no_alert,
    comment_waits_only_in_a_call_with_alerts_and_only_when_something_was_said,
    alerts_are_handled_once_whoever_comes_first,
    case_is_joined_by_its_call_and_its_caller_while_it_is_open,
    number_for_calling_back_moves_from_the_alert_to_the_case_and_goes_in_time,
    messages_beyond_the_limit_wait_for_one_digest,
    held_messages_come_together_when_the_quiet_time_ends,
    messages_of_a_case_go_to_a_recipient_in_their_order,
    service_alert_is_not_repeated_for_a_while,
    caller_who_was_alerted_of_is_known,
    case_goes_its_way_and_tells_who_did_what,
    change_of_an_outdated_or_foreign_case_is_refused,
    caller_settles_the_case_or_opens_it_again,
    cases_are_found_by_what_is_asked,
    escalation_is_due_in_time_and_ends_with_the_case,
];

fn raised(rule: &str, severity: AlertSeverity, trigger: AlertTrigger) -> AlertRaised {
    AlertRaised {
        rule: rule.to_owned(),
        severity,
        trigger,
        callback: None,
    }
}

/// An answer that raises alerts.
fn bad_answer(number: u64, rules: &[(&str, AlertSeverity)]) -> AnswerRecord {
    let trigger = || AlertTrigger::Answer("nps".to_owned());
    AnswerRecord {
        alerts: rules
            .iter()
            .map(|(rule, severity)| raised(rule, *severity, trigger()))
            .collect(),
        ..record(number, "nps", Some(1))
    }
}

/// A call of a team's agent and a caller.
fn call_of(number: u64, team: &str, caller: Option<&str>) -> Fact {
    let values = [
        (Field::Queue, "sales"),
        (Field::Team, team),
        (Field::Agent, "anna"),
    ];
    Fact::Admit(Box::new(NewCall {
        context: CallContext {
            values: ContextValues::of(values),
            caller_hash: caller.map(str::to_owned),
            ..CallContext::default()
        },
        ..call(number, Some("sales"), 1)
    }))
}

async fn apply(store: &impl Store, facts: Vec<Fact>) {
    for result in store.apply(&facts).await.unwrap() {
        result.unwrap();
    }
}

async fn waiting(store: &impl Alerts) -> Vec<AlertedCall> {
    store.waiting_alerts(100).await.unwrap().calls
}

/// The rules of alerts, in their order.
fn rules(call: &AlertedCall) -> Vec<&str> {
    call.alerts.iter().map(|alert| alert.rule.as_str()).collect()
}

fn opening(token: u64, severity: AlertSeverity) -> CaseOpening {
    CaseOpening {
        token: format!("{token:032x}"),
        severity,
        take_due_at: Some(after(900)),
        contact_due_at: Some(after(86_400)),
        escalates_at: Some(after(450)),
    }
}

fn message(identity: u64, alerts: Vec<u64>) -> NewMessage {
    NewMessage {
        identity: format!("{identity:032x}"),
        kind: EventKind::Alert,
        rule: "unhappy".to_owned(),
        channel: Channel::Mail,
        recipient: "leader@example.com".to_owned(),
        alerts,
        most_an_hour: None,
        held_until: None,
    }
}

/// All alerts and comments of a call that wait, with a case and messages.
fn handling(
    call: &AlertedCall,
    case: Option<CaseOpening>,
    messages: Vec<NewMessage>,
    at: DateTime<Utc>,
) -> AlertHandling {
    let alerts = call.alerts.iter().filter(|alert| alert.handled_at.is_none());
    let comments = call.comments.iter().filter(|comment| !comment.is_handled);
    AlertHandling {
        call: Some(call.call),
        alerts: alerts.map(|alert| (alert.id, None)).collect(),
        comments: comments.map(|comment| comment.question.clone()).collect(),
        case,
        messages,
        at,
    }
}

/// Opens a case of call `number`, at its second; answers its number.
async fn opened(
    store: &SqliteStore,
    number: u64,
    team: &str,
    caller: Option<&str>,
    severity: AlertSeverity,
) -> u64 {
    let rule = [("unhappy", severity)];
    apply(
        store,
        vec![
            call_of(number, team, caller),
            Fact::Answer(bad_answer(number, &rule)),
        ],
    )
    .await;
    let waiting = waiting(store).await;
    let call = waiting
        .iter()
        .find(|waiting| waiting.call == uid(number))
        .unwrap();
    let at = after(i64::try_from(number).unwrap());
    let handled = handling(call, Some(opening(number, severity)), vec![], at);
    let (case, is_new) = store
        .handle_alerts(&handled)
        .await
        .unwrap()
        .unwrap()
        .case
        .unwrap();
    assert!(is_new);
    case
}

async fn case(store: &impl Cases, number: u64) -> CaseFound {
    store
        .case(&Scope::Everything, number, true)
        .await
        .unwrap()
        .unwrap()
        .0
}

fn change(case: u64, actor: &str, action: CaseAction, seconds: i64) -> CaseChange {
    CaseChange {
        case,
        revision: None,
        actor: actor.to_owned(),
        action,
        note: None,
        at: after(seconds),
    }
}

async fn changed(store: &impl Cases, change: CaseChange) -> CaseFound {
    match store.change_case(&Scope::Everything, &change).await.unwrap() {
        CaseChanged::Done(case) => *case,
        other => panic!("{change:?}: {other:?}"),
    }
}

async fn outbox(store: &impl Deliveries) -> Vec<DeliveryFound> {
    let query = DeliveryQuery::Before {
        part: OutboxPart::Events,
        id: None,
        state: None,
        most: 100,
    };
    let mut found = store.deliveries(&query).await.unwrap();
    found.reverse();
    found
}

async fn claim(store: &impl Deliveries, now: DateTime<Utc>) -> Option<ClaimedDelivery> {
    let claim = DeliveryClaim {
        node: "one".to_owned(),
        what: Claimable::Events,
        channel: Channel::Mail,
        now,
        lease_until: now + TimeDelta::minutes(10),
        horizon: now + TimeDelta::hours(25),
    };
    store.claim_delivery(&claim).await.unwrap()
}

async fn alert_is_written_with_its_fact_and_once(store: SqliteStore) {
    let both = [
        ("very-unhappy", AlertSeverity::Urgent),
        ("unhappy", AlertSeverity::Normal),
    ];
    let answer = Fact::Answer(bad_answer(1, &both));
    let comment = Fact::RecordingEnded(RecordingEnd {
        alerts: vec![raised(
            "spoken",
            AlertSeverity::Low,
            AlertTrigger::Comment("why".to_owned()),
        )],
        recording: recording(1, "why"),
        kept: audio(None),
        ended_by: RecordingEndReason::Key,
        ended_at: after(40),
    });
    let over = Fact::End(CallEnd {
        alerts: vec![raised("left", AlertSeverity::Low, AlertTrigger::End)],
        ..call_end(1, Disposition::Partial)
    });
    let facts = vec![admit(1, Some("sales"), 1), answered(1), answer, comment, over];
    apply(&store, facts.clone()).await;
    // As the spool does after an outage.
    apply(&store, facts[1..].to_vec()).await;
    let found = store.alerts(&AlertQuery::OfCall(uid(1))).await.unwrap();
    let told: Vec<_> = found
        .iter()
        .map(|alert| {
            (
                alert.rule.as_str(),
                alert.severity,
                alert.raised_by,
                alert.question.as_deref(),
                alert.raised_at,
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                "very-unhappy",
                AlertSeverity::Urgent,
                RaisedBy::Answer,
                Some("nps"),
                after(11)
            ),
            (
                "unhappy",
                AlertSeverity::Normal,
                RaisedBy::Answer,
                Some("nps"),
                after(11)
            ),
            (
                "spoken",
                AlertSeverity::Low,
                RaisedBy::Comment,
                Some("why"),
                after(40)
            ),
            ("left", AlertSeverity::Low, RaisedBy::End, None, after(31)),
        ]
    );
    assert_eq!(store.waiting_counts().await.unwrap(), (4, Some(after(11))));
    let newest = AlertQuery::Before {
        id: Some(found[2].id),
        most: 1,
    };
    assert_eq!(store.alerts(&newest).await.unwrap(), found[1..2]);
}

async fn refused_fact_leaves_no_alert(store: SqliteStore) {
    let unknown = Fact::Answer(bad_answer(9, &[("unhappy", AlertSeverity::Normal)]));
    let known = Fact::Answer(bad_answer(1, &[("unhappy", AlertSeverity::Normal)]));
    let results = store.apply(&[admit(1, None, 1), unknown, known]).await.unwrap();
    assert_eq!(
        results.iter().map(Result::is_ok).collect::<Vec<_>>(),
        [true, false, true]
    );
    let alerts = store
        .alerts(&AlertQuery::Before { id: None, most: 10 })
        .await
        .unwrap();
    assert_eq!(
        alerts.iter().map(|alert| alert.call).collect::<Vec<_>>(),
        [Some(uid(1))]
    );
}

async fn comment_waits_only_in_a_call_with_alerts_and_only_when_something_was_said(store: SqliteStore) {
    let unhappy = [("unhappy", AlertSeverity::Normal)];
    let facts = vec![
        admit(1, None, 1),
        recorded(1, "why", audio(None)),
        admit(2, None, 1),
        Fact::Answer(bad_answer(2, &unhappy)),
        recorded(2, "silent", audio(Some(EmptyReason::TooShort))),
        recorded(2, "why", audio(None)),
    ];
    apply(&store, facts).await;
    let calls = waiting(&store).await;
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].call, uid(2));
    let questions: Vec<&str> = calls[0]
        .comments
        .iter()
        .map(|comment| comment.question.as_str())
        .collect();
    assert_eq!(
        (questions.as_slice(), rules(&calls[0]).as_slice()),
        (&["why"][..], &["unhappy"][..])
    );
    // The alert is handled at once, and the comment comes later.
    let at_once = AlertHandling {
        comments: vec![],
        ..handling(&calls[0], None, vec![], after(12))
    };
    store.handle_alerts(&at_once).await.unwrap().unwrap();
    let later = waiting(&store).await;
    assert!(later[0].alerts[0].handled_at.is_some() && !later[0].comments[0].is_handled);
    let comment = handling(&later[0], None, vec![], after(45));
    store.handle_alerts(&comment).await.unwrap().unwrap();
    assert_eq!(waiting(&store).await, []);
    assert_eq!(
        store.handle_alerts(&comment).await.unwrap(),
        None,
        "it was handled already"
    );
}

async fn alerts_are_handled_once_whoever_comes_first(store: SqliteStore) {
    let unhappy = [("unhappy", AlertSeverity::Normal)];
    apply(
        &store,
        vec![call_of(1, "red", None), Fact::Answer(bad_answer(1, &unhappy))],
    )
    .await;
    let seen = waiting(&store).await.remove(0);
    let one = handling(
        &seen,
        Some(opening(1, AlertSeverity::Normal)),
        vec![message(1, vec![seen.alerts[0].id])],
        after(12),
    );
    let other = AlertHandling {
        messages: vec![message(2, vec![seen.alerts[0].id])],
        case: Some(opening(2, AlertSeverity::Normal)),
        ..one.clone()
    };
    let handled = store.handle_alerts(&one).await.unwrap().unwrap();
    assert_eq!(store.handle_alerts(&other).await.unwrap(), None);
    assert_eq!(waiting(&store).await, []);
    let sent = outbox(&store).await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    let (case, is_new) = handled.case.unwrap();
    let about = About::Event {
        kind: EventKind::Alert,
        case: Some(case),
    };
    assert_eq!((is_new, &sent[0].subject.about), (true, &about));
    assert_eq!(
        (sent[0].subject.name.as_str(), sent[0].subject.due_at),
        ("unhappy", after(12))
    );
    let told = store.alerts(&AlertQuery::OfDelivery(sent[0].id)).await.unwrap();
    assert_eq!(
        told.iter().map(|alert| alert.id).collect::<Vec<_>>(),
        [seen.alerts[0].id]
    );
    assert_eq!(store.alerts(&AlertQuery::OfCase(case)).await.unwrap(), told);
    let found = self::case(&store, case).await;
    let of_call = (
        found.queue.as_deref(),
        found.team.as_deref(),
        found.agent.as_deref(),
    );
    assert_eq!(of_call, (Some("sales"), Some("red"), Some("anna")));
    assert_eq!(
        (found.state, found.severity, found.opened_at),
        (CaseState::New, AlertSeverity::Normal, after(12))
    );
}

async fn case_is_joined_by_its_call_and_its_caller_while_it_is_open(store: SqliteStore) {
    let first = opened(&store, 1, "red", Some("hash-a"), AlertSeverity::Normal).await;
    let facts = vec![
        Fact::Answer(bad_answer(1, &[("worse", AlertSeverity::High)])),
        call_of(2, "blue", Some("hash-a")),
        Fact::Answer(bad_answer(2, &[("unhappy", AlertSeverity::Low)])),
        call_of(3, "red", Some("hash-b")),
        Fact::Answer(bad_answer(3, &[("unhappy", AlertSeverity::Normal)])),
        call_of(4, "red", None),
        Fact::Answer(bad_answer(4, &[("unhappy", AlertSeverity::Normal)])),
    ];
    apply(&store, facts).await;
    let mut cases = Vec::new();
    for call in waiting(&store).await {
        let token = 10 + call.alerts.last().unwrap().id;
        let earlier = CaseOpening {
            take_due_at: Some(after(600)),
            contact_due_at: None,
            escalates_at: Some(after(9_000)),
            ..opening(token, call.alerts.last().unwrap().severity)
        };
        let handled = store
            .handle_alerts(&handling(&call, Some(earlier), vec![], after(60)))
            .await;
        cases.push(handled.unwrap().unwrap().case.unwrap());
    }
    assert_eq!(
        cases[..2],
        [(first, false), (first, false)],
        "by the call, by the caller"
    );
    assert!(
        cases[2].1 && cases[3].1 && cases[2].0 != cases[3].0,
        "another caller, an unknown one: {cases:?}"
    );
    let joined = case(&store, first).await;
    assert_eq!(joined.severity, AlertSeverity::High, "the gravest counts");
    let clocks = (
        joined.take_due_at,
        joined.contact_due_at,
        joined.next_escalation_at,
    );
    assert_eq!(
        clocks,
        (Some(after(600)), Some(after(86_400)), Some(after(450))),
        "the earlier counts"
    );
    let (_, events) = store
        .case(&Scope::Everything, first, false)
        .await
        .unwrap()
        .unwrap();
    let kinds: Vec<CaseEventKind> = events.iter().map(|event| event.kind).collect();
    assert_eq!(
        kinds,
        [
            CaseEventKind::Opened,
            CaseEventKind::Joined,
            CaseEventKind::Joined
        ]
    );
    assert_eq!(events[2].detail.as_deref(), Some(uid(2).to_string().as_str()));
    assert_eq!(
        store
            .calls_of_caller(&Scope::Everything, first, 10)
            .await
            .unwrap(),
        [uid(2)]
    );
    let red = Scope::Teams(["red".to_owned()].into());
    assert_eq!(store.calls_of_caller(&red, first, 10).await.unwrap(), []);

    let closed = CaseAction::Close {
        closed: ClosedAs::NoAction,
        cause: "other".to_owned(),
        action: "none".to_owned(),
    };
    changed(&store, change(first, "maija", closed, 100)).await;
    let again = opened(&store, 5, "red", Some("hash-a"), AlertSeverity::Normal).await;
    assert_ne!(again, first, "a closed case is not joined by another call");
    apply(
        &store,
        vec![Fact::Answer(bad_answer(1, &[("late", AlertSeverity::Low)]))],
    )
    .await;
    let late = waiting(&store).await.remove(0);
    let handled = store
        .handle_alerts(&handling(
            &late,
            Some(opening(99, AlertSeverity::Low)),
            vec![],
            after(120),
        ))
        .await;
    assert_eq!(
        handled.unwrap().unwrap().case,
        Some((first, false)),
        "its own call still belongs to it"
    );
    assert_eq!(case(&store, first).await.state, CaseState::NoAction);
}

async fn number_for_calling_back_moves_from_the_alert_to_the_case_and_goes_in_time(store: SqliteStore) {
    let mut answer = bad_answer(
        1,
        &[("unhappy", AlertSeverity::Normal), ("worse", AlertSeverity::High)],
    );
    for alert in &mut answer.alerts {
        alert.callback = Some(Callback {
            number: Redacted::new("+358401234567".to_owned()),
            until: after(3_600),
        });
    }
    apply(&store, vec![call_of(1, "red", None), Fact::Answer(answer)]).await;
    let call = waiting(&store).await.remove(0);
    let handled = handling(&call, Some(opening(1, AlertSeverity::High)), vec![], after(12));
    let (number, _) = store
        .handle_alerts(&handled)
        .await
        .unwrap()
        .unwrap()
        .case
        .unwrap();
    let found = case(&store, number).await;
    assert_eq!(
        found
            .callback_number
            .as_ref()
            .map(|number| number.expose().as_str()),
        Some("+358401234567")
    );
    assert_eq!(found.callback_until, Some(after(3_600)));
    let (without, _) = store
        .case(&Scope::Everything, number, false)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(without.callback_number, None, "only who asks for it reads it");
    let listed = store
        .cases(&Scope::Everything, &CaseFilter::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(listed[0].callback_number, None);

    assert_eq!(store.remove_callback_numbers(after(3_599), 10).await.unwrap(), 0);
    assert_eq!(store.remove_callback_numbers(after(3_600), 10).await.unwrap(), 1);
    assert_eq!(store.remove_callback_numbers(after(3_601), 10).await.unwrap(), 0);
    let found = case(&store, number).await;
    assert_eq!((found.callback_number, found.callback_until), (None, None));
    let (_, events) = store
        .case(&Scope::Everything, number, false)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(events.last().unwrap().kind, CaseEventKind::NumberRemoved);
}

/// Handles one more alert about the service with a message.
async fn told(
    store: &SqliteStore,
    number: u64,
    at: DateTime<Utc>,
    shape: impl Fn(NewMessage) -> NewMessage,
) -> u64 {
    let alert = ServiceAlert {
        rule: "quiet".to_owned(),
        severity: AlertSeverity::High,
        raised_by: RaisedBy::Watch,
        about: format!("queue {number}"),
        at,
        not_repeated_for: TimeDelta::zero(),
    };
    assert!(store.raise_service_alert(&alert).await.unwrap());
    let waiting = store.waiting_alerts(10).await.unwrap().of_service;
    assert_eq!(waiting.len(), 1);
    let handled = AlertHandling {
        call: None,
        alerts: vec![(waiting[0].id, None)],
        comments: vec![],
        case: None,
        messages: vec![shape(message(number, vec![waiting[0].id]))],
        at,
    };
    assert_eq!(store.handle_alerts(&handled).await.unwrap().unwrap().case, None);
    waiting[0].id
}

/// What each delivery is, when it is due, and how many alerts it tells.
async fn due(store: &SqliteStore) -> Vec<(&'static str, DateTime<Utc>, usize)> {
    let mut due = Vec::new();
    for delivery in outbox(store).await {
        let About::Event { kind, .. } = delivery.subject.about else {
            panic!("{delivery:?}")
        };
        let alerts = store
            .alerts(&AlertQuery::OfDelivery(delivery.id))
            .await
            .unwrap()
            .len();
        due.push((kind.as_str(), delivery.subject.due_at, alerts));
    }
    due
}

async fn messages_beyond_the_limit_wait_for_one_digest(store: SqliteStore) {
    let limited = |message: NewMessage| NewMessage {
        most_an_hour: Some(2),
        ..message
    };
    let minutes = |minutes: i64| morning() + TimeDelta::minutes(minutes);
    for (number, minute) in [(1, 0), (2, 10), (3, 20), (4, 30)] {
        told(&store, number, minutes(minute), limited).await;
    }
    let elsewhere = |message: NewMessage| NewMessage {
        recipient: "other@example.com".to_owned(),
        ..limited(message)
    };
    told(&store, 5, minutes(40), elsewhere).await;
    let expected = [
        ("alert", minutes(0), 1),
        ("alert", minutes(10), 1),
        ("digest", minutes(60), 2),
        ("alert", minutes(40), 1),
    ];
    assert_eq!(due(&store).await, expected);
    // The digest is on its way: what comes now waits for another.
    while let Some(claimed) = claim(&store, minutes(61)).await {
        let result = AttemptResult::Sent {
            answer: String::new(),
        };
        let end = AttemptEnd {
            id: claimed.id,
            fence: claimed.fence,
            ended_at: minutes(61),
            result,
        };
        assert!(store.end_delivery_attempt(&end).await.unwrap());
    }
    told(&store, 6, minutes(62), limited).await;
    told(&store, 7, minutes(200), limited).await;
    let all = due(&store).await;
    assert_eq!(all.len(), 6, "{all:?}");
    assert_eq!(all[5], ("alert", minutes(200), 1), "an hour without messages");
}

async fn held_messages_come_together_when_the_quiet_time_ends(store: SqliteStore) {
    let held = |message: NewMessage| NewMessage {
        held_until: Some(after(28_800)),
        most_an_hour: Some(10),
        ..message
    };
    for number in 1..=3 {
        told(&store, number, after(i64::try_from(number).unwrap()), held).await;
    }
    assert_eq!(due(&store).await, [("digest", after(28_800), 3)]);
    assert_eq!(claim(&store, after(28_799)).await, None);
    assert!(claim(&store, after(28_800)).await.is_some());
    let over = |message: NewMessage| NewMessage {
        held_until: Some(after(28_800)),
        ..message
    };
    told(&store, 4, after(28_801), over).await;
    assert_eq!(
        due(&store).await[1],
        ("alert", after(28_801), 1),
        "the quiet time is over"
    );
}

async fn messages_of_a_case_go_to_a_recipient_in_their_order(store: SqliteStore) {
    let case = opened(&store, 1, "red", None, AlertSeverity::Normal).await;
    let facts = vec![
        Fact::Answer(bad_answer(1, &[("worse", AlertSeverity::High)])),
        recorded(1, "why", audio(None)),
    ];
    apply(&store, facts).await;
    let call = waiting(&store).await.remove(0);
    let comment = NewMessage {
        kind: EventKind::Comment,
        ..message(2, vec![])
    };
    let other = NewMessage {
        recipient: "other@example.com".to_owned(),
        ..message(3, vec![])
    };
    let worse = handling(
        &call,
        Some(opening(2, AlertSeverity::High)),
        vec![message(1, vec![]), comment, other],
        after(50),
    );
    assert_eq!(
        store.handle_alerts(&worse).await.unwrap().unwrap().case,
        Some((case, false))
    );
    let first = claim(&store, after(51)).await.unwrap();
    assert_eq!(first.identity, format!("{:032x}", 1));
    let of_other = claim(&store, after(51)).await.unwrap();
    assert_eq!(
        of_other.subject.recipient, "other@example.com",
        "another recipient does not wait"
    );
    assert_eq!(
        claim(&store, after(51)).await,
        None,
        "the comment waits for the alert"
    );
    let retry = AttemptResult::Retry {
        error: "451".to_owned(),
        at: after(56),
    };
    let end = AttemptEnd {
        id: first.id,
        fence: first.fence,
        ended_at: after(52),
        result: retry,
    };
    assert!(store.end_delivery_attempt(&end).await.unwrap());
    assert_eq!(
        claim(&store, after(53)).await,
        None,
        "also while it waits for its next attempt"
    );
    let again = claim(&store, after(56)).await.unwrap();
    assert_eq!(
        (again.id, again.identity.as_str()),
        (first.id, first.identity.as_str())
    );
    let dead = AttemptResult::Dead {
        error: "550".to_owned(),
    };
    let end = AttemptEnd {
        id: again.id,
        fence: again.fence,
        ended_at: after(57),
        result: dead,
    };
    assert!(store.end_delivery_attempt(&end).await.unwrap());
    let comment = claim(&store, after(58)).await.unwrap();
    assert_eq!(
        comment.identity,
        format!("{:032x}", 2),
        "nothing waits for what was given up"
    );
    let reports = DeliveryClaim {
        node: "one".to_owned(),
        what: Claimable::Reports(vec!["unhappy".to_owned()]),
        channel: Channel::Mail,
        now: after(60),
        lease_until: after(90),
        horizon: after(90_000),
    };
    assert_eq!(
        store.claim_delivery(&reports).await.unwrap(),
        None,
        "who delivers reports takes no message"
    );
}

async fn service_alert_is_not_repeated_for_a_while(store: SqliteStore) {
    let alert = |about: &str, seconds| ServiceAlert {
        rule: "quiet".to_owned(),
        severity: AlertSeverity::High,
        raised_by: RaisedBy::Watch,
        about: about.to_owned(),
        at: after(seconds),
        not_repeated_for: TimeDelta::hours(1),
    };
    let mut raised = Vec::new();
    for (about, seconds) in [
        ("sales", 0),
        ("sales", 60),
        ("support", 60),
        ("sales", 3_599),
        ("sales", 3_600),
    ] {
        raised.push(store.raise_service_alert(&alert(about, seconds)).await.unwrap());
    }
    assert_eq!(raised, [true, false, true, false, true]);
}

async fn caller_who_was_alerted_of_is_known(store: SqliteStore) {
    opened(&store, 1, "red", Some("hash-a"), AlertSeverity::Normal).await;
    apply(
        &store,
        vec![
            call_of(2, "red", Some("hash-a")),
            call_of(3, "red", Some("hash-b")),
            call_of(4, "red", None),
        ],
    )
    .await;
    let known = async |number, rule: &str, since| {
        store
            .has_alerted_of_caller(uid(number), rule, after(since))
            .await
            .unwrap()
    };
    assert!(known(2, "unhappy", 0).await);
    assert!(!known(2, "unhappy", 60).await, "long ago");
    assert!(!known(2, "worse", 0).await && !known(3, "unhappy", 0).await && !known(4, "unhappy", 0).await);
    assert!(!known(1, "unhappy", 0).await, "the call itself is no other call");
    apply(
        &store,
        vec![Fact::Answer(bad_answer(2, &[("unhappy", AlertSeverity::Normal)]))],
    )
    .await;
    let call = waiting(&store).await.remove(0);
    let quiet = AlertHandling {
        alerts: vec![(call.alerts[0].id, Some(SilencedBy::SameCaller))],
        ..handling(&call, None, vec![], after(20))
    };
    store.handle_alerts(&quiet).await.unwrap().unwrap();
    let found = store.alerts(&AlertQuery::OfCall(uid(2))).await.unwrap();
    assert_eq!(found[0].silenced_by, Some(SilencedBy::SameCaller));
    assert!(!known(1, "unhappy", 0).await, "no message was sent of the other");
}

async fn case_goes_its_way_and_tells_who_did_what(store: SqliteStore) {
    let number = opened(&store, 1, "red", None, AlertSeverity::High).await;
    let taken = changed(&store, change(number, "maija", CaseAction::Take, 100)).await;
    assert_eq!(
        (taken.state, taken.owner.as_deref(), taken.taken_at),
        (CaseState::Taken, Some("maija"), Some(after(100)))
    );
    assert_eq!(
        taken.next_escalation_at,
        Some(after(86_400)),
        "from now on the contact is waited for"
    );
    let given = changed(
        &store,
        change(
            number,
            "maija",
            CaseAction::Give {
                to: "otto".to_owned(),
            },
            200,
        ),
    )
    .await;
    assert_eq!(
        (given.owner.as_deref(), given.taken_at),
        (Some("otto"), Some(after(100)))
    );
    let busy = CaseAction::Attempt {
        result: "busy".to_owned(),
    };
    let attempted = changed(&store, change(number, "otto", busy, 300)).await;
    assert_eq!(attempted.state, CaseState::Attempted);
    let close = |closed| CaseAction::Close {
        closed,
        cause: "billing".to_owned(),
        action: "refund".to_owned(),
    };
    let early = change(number, "otto", close(ClosedAs::Resolved), 310);
    let refused = store.change_case(&Scope::Everything, &early).await.unwrap();
    assert_eq!(refused, CaseChanged::Refused(TransitionRefused::NotContacted));
    let contacted = changed(&store, change(number, "otto", CaseAction::Contact, 400)).await;
    assert_eq!(
        (contacted.contacted_at, contacted.next_escalation_at),
        (Some(after(400)), None)
    );
    let noted = CaseChange {
        note: Some("wants a call on Monday".to_owned()),
        ..change(number, "maija", CaseAction::Note, 450)
    };
    changed(&store, noted).await;
    let resolved = changed(&store, change(number, "otto", close(ClosedAs::Resolved), 500)).await;
    assert_eq!(
        (resolved.state, resolved.closed_at),
        (CaseState::Resolved, Some(after(500)))
    );
    assert_eq!(
        (resolved.cause.as_deref(), resolved.action.as_deref()),
        (Some("billing"), Some("refund"))
    );
    let reopen = CaseAction::Reopen {
        take_due_at: Some(after(1_500)),
        escalates_at: Some(after(1_050)),
    };
    let reopened = changed(&store, change(number, "maija", reopen, 600)).await;
    assert_eq!(
        (
            reopened.state,
            reopened.owner,
            reopened.closed_at,
            reopened.reopened
        ),
        (CaseState::New, None, None, 1)
    );
    assert_eq!(
        (reopened.take_due_at, reopened.next_escalation_at),
        (Some(after(1_500)), Some(after(1_050)))
    );
    let (found, events) = store
        .case(&Scope::Everything, number, false)
        .await
        .unwrap()
        .unwrap();
    let told: Vec<_> = events
        .iter()
        .map(|event| (event.actor.as_str(), event.kind, event.detail.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("", CaseEventKind::Opened, None),
            ("maija", CaseEventKind::Taken, None),
            ("maija", CaseEventKind::Given, Some("otto")),
            ("otto", CaseEventKind::Attempted, Some("busy")),
            ("otto", CaseEventKind::Contacted, None),
            ("maija", CaseEventKind::Note, None),
            ("otto", CaseEventKind::Resolved, Some("billing: refund")),
            ("maija", CaseEventKind::Reopened, None),
        ]
    );
    assert_eq!(events[5].note.as_deref(), Some("wants a call on Monday"));
    assert_eq!(found.revision, 7, "each change counts");

    // Who works on a case that nobody has taken, takes it.
    let other = opened(&store, 2, "red", None, AlertSeverity::Low).await;
    let contacted = changed(&store, change(other, "otto", CaseAction::Contact, 700)).await;
    assert_eq!(
        (contacted.owner.as_deref(), contacted.taken_at),
        (Some("otto"), Some(after(700)))
    );
}

async fn change_of_an_outdated_or_foreign_case_is_refused(store: SqliteStore) {
    let number = opened(&store, 1, "red", None, AlertSeverity::High).await;
    let red = Scope::Teams(["red".to_owned()].into());
    let blue = Scope::Teams(["blue".to_owned()].into());
    let take = |actor: &str, revision| CaseChange {
        revision: Some(revision),
        ..change(number, actor, CaseAction::Take, 100)
    };
    assert_eq!(
        store.change_case(&blue, &take("otto", 0)).await.unwrap(),
        CaseChanged::Unknown
    );
    assert_eq!(store.case(&blue, number, false).await.unwrap(), None);
    let CaseChanged::Done(taken) = store.change_case(&red, &take("maija", 0)).await.unwrap() else {
        panic!("it is theirs")
    };
    let outdated = store.change_case(&red, &take("otto", 0)).await.unwrap();
    assert_eq!(
        outdated,
        CaseChanged::Outdated(taken.clone()),
        "two who take it at the same moment"
    );
    assert!(matches!(
        store
            .change_case(&red, &take("otto", taken.revision))
            .await
            .unwrap(),
        CaseChanged::Done(_)
    ));
    let unknown = change(999, "otto", CaseAction::Take, 100);
    assert_eq!(
        store.change_case(&Scope::Everything, &unknown).await.unwrap(),
        CaseChanged::Unknown
    );
}

async fn caller_settles_the_case_or_opens_it_again(store: SqliteStore) {
    let settle = |is_settled| CaseAction::Settle {
        is_settled,
        take_due_at: Some(after(5_000)),
        escalates_at: Some(after(2_000)),
    };
    let number = opened(&store, 1, "red", None, AlertSeverity::High).await;
    changed(&store, change(number, "maija", CaseAction::Take, 100)).await;
    let token = case(&store, number).await.token;
    assert_eq!(
        store.case_of_token(token.expose()).await.unwrap().unwrap().id,
        number
    );
    assert_eq!(store.case_of_token("0").await.unwrap(), None);
    let settled = changed(&store, change(number, "caller", settle(true), 1_000)).await;
    assert_eq!(
        (settled.state, settled.is_settled, settled.contacted_at),
        (CaseState::Resolved, Some(true), Some(after(1_000)))
    );
    let opened_again = changed(&store, change(number, "caller", settle(false), 2_000)).await;
    assert_eq!(
        (opened_again.state, opened_again.is_settled, opened_again.owner),
        (CaseState::New, Some(false), None)
    );
    assert_eq!(
        (opened_again.next_escalation_at, opened_again.reopened),
        (Some(after(2_000)), 1)
    );
    assert_eq!(
        store.cases_to_escalate(after(2_000), 10).await.unwrap()[0].id,
        number,
        "it escalates at once"
    );
}

async fn cases_are_found_by_what_is_asked(store: SqliteStore) {
    let mut cases = Vec::new();
    for (number, team, severity) in [
        (1, "red", AlertSeverity::Low),
        (2, "blue", AlertSeverity::Urgent),
        (3, "red", AlertSeverity::High),
        (4, "red", AlertSeverity::Thanks),
    ] {
        cases.push(opened(&store, number, team, None, severity).await);
    }
    changed(&store, change(cases[0], "maija", CaseAction::Take, 100)).await;
    let close = CaseAction::Close {
        closed: ClosedAs::NoAction,
        cause: "x".to_owned(),
        action: "y".to_owned(),
    };
    changed(&store, change(cases[3], "otto", close, 100)).await;
    let red = Scope::Teams(["red".to_owned()].into());
    let everything = Scope::Everything;
    let found = async |scope: &Scope, filter: CaseFilter| -> Vec<usize> {
        let found = store.cases(scope, &filter, None, 10).await.unwrap();
        assert_eq!(
            store.count_cases(scope, &filter, 10).await.unwrap(),
            found.len() as u64
        );
        let place = |case: &CaseFound| 1 + cases.iter().position(|id| *id == case.id).unwrap();
        found.iter().map(place).collect()
    };
    let all = CaseFilter::default;
    assert_eq!(found(&everything, all()).await, [4, 3, 2, 1]);
    assert_eq!(found(&red, all()).await, [4, 3, 1]);
    assert_eq!(found(&Scope::Agent("anna".to_owned()), all()).await, [4, 3, 2, 1]);
    assert_eq!(found(&Scope::Agent("ben".to_owned()), all()).await, [0; 0]);
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                is_open: Some(true),
                ..all()
            }
        )
        .await,
        [3, 2, 1]
    );
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                is_open: Some(false),
                ..all()
            }
        )
        .await,
        [4]
    );
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                owner: Some("maija".to_owned()),
                ..all()
            }
        )
        .await,
        [1]
    );
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                states: vec![CaseState::New, CaseState::NoAction],
                ..all()
            }
        )
        .await,
        [4, 3, 2]
    );
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                least: Some(AlertSeverity::High),
                ..all()
            }
        )
        .await,
        [3, 2]
    );
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                teams: vec!["blue".to_owned()],
                ..all()
            }
        )
        .await,
        [2]
    );
    assert_eq!(
        found(
            &red,
            CaseFilter {
                teams: vec!["blue".to_owned()],
                ..all()
            }
        )
        .await,
        [0; 0]
    );
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                queues: vec!["sales".to_owned()],
                agents: vec!["anna".to_owned()],
                ..all()
            }
        )
        .await
        .len(),
        4
    );
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                overdue_at: Some(after(899)),
                ..all()
            }
        )
        .await,
        [0; 0]
    );
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                overdue_at: Some(after(900)),
                ..all()
            }
        )
        .await,
        [3, 2],
        "not taken"
    );
    assert_eq!(
        found(
            &everything,
            CaseFilter {
                overdue_at: Some(after(86_400)),
                ..all()
            }
        )
        .await,
        [3, 2, 1],
        "not contacted"
    );
    let span = CaseFilter {
        opened_from: Some(after(2)),
        opened_until: Some(after(3)),
        ..all()
    };
    assert_eq!(found(&everything, span).await, [2]);
    let page = store.cases(&everything, &all(), Some(cases[2]), 1).await.unwrap();
    assert_eq!(page.iter().map(|case| case.id).collect::<Vec<_>>(), [cases[1]]);
    assert_eq!(store.count_cases(&everything, &all(), 2).await.unwrap(), 2);
}

async fn escalation_is_due_in_time_and_ends_with_the_case(store: SqliteStore) {
    let number = opened(&store, 1, "red", None, AlertSeverity::High).await;
    assert_eq!(store.cases_to_escalate(after(449), 10).await.unwrap(), []);
    assert_eq!(store.cases_to_escalate(after(450), 10).await.unwrap().len(), 1);
    let escalate = |next_at| CaseAction::Escalate {
        to: "deputy".to_owned(),
        next_at,
    };
    let escalated = changed(&store, change(number, "", escalate(Some(after(900))), 450)).await;
    assert_eq!(
        (escalated.escalation, escalated.next_escalation_at),
        (1, Some(after(900)))
    );
    assert_eq!(store.cases_to_escalate(after(899), 10).await.unwrap(), []);
    let close = CaseAction::Close {
        closed: ClosedAs::NoAction,
        cause: "x".to_owned(),
        action: "y".to_owned(),
    };
    changed(&store, change(number, "maija", close, 600)).await;
    assert_eq!(store.cases_to_escalate(after(100_000), 10).await.unwrap(), []);
    let late = change(number, "", escalate(None), 700);
    let refused = store.change_case(&Scope::Everything, &late).await.unwrap();
    assert_eq!(refused, CaseChanged::Refused(TransitionRefused::IsClosed));
}

#[tokio::test]
async fn outbox_of_an_earlier_version_keeps_its_reports_and_attempts() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let earlier = database_of_step(20, &path).await;
    sqlx::raw_sql(
        "INSERT INTO delivery (delivery_id, identity, name, channel, recipient, period_from, period_until, zone, requested_by, due_at, \
         is_late, state, attempts, tries_from, next_attempt_at, created_at, last_error, fence) VALUES \
         (7, 'a', 'weekly', 'mail', 'x@example.com', '2026-11-16', '2026-11-23', 'UTC', 'schedule', '2026-11-23T07:00:00.000Z', 0, \
         'dead', 2, '2026-11-23T07:00:00.000Z', NULL, '2026-11-23T07:00:00.000Z', 'refused', 2); \
         INSERT INTO delivery_attempt (delivery_id, fence, node, begun_at, ended_at, outcome, answer) VALUES \
         (7, 1, 'n', '2026-11-23T07:00:00.000Z', '2026-11-23T07:00:01.000Z', 'retry', '451'), \
         (7, 2, 'n', '2026-11-23T07:01:00.000Z', '2026-11-23T07:01:01.000Z', 'dead', '550')",
    )
    .execute(&earlier)
    .await
    .unwrap();
    earlier.close().await;
    let store = open(&path).await;
    let dead = DeliveryQuery::State(OutboxPart::Reports, DeliveryState::Dead, 10);
    let found = store.deliveries(&dead).await.unwrap();
    assert_eq!((found.len(), found[0].id, found[0].attempts), (1, 7, 2));
    let period = found[0].subject.period().unwrap();
    assert_eq!(
        (period.from.to_string(), period.zone.as_str()),
        ("2026-11-16".to_owned(), "UTC")
    );
    assert_eq!(store.delivery_attempts(7).await.unwrap().len(), 2);
    apply(
        &store,
        vec![call_of(1, "red", None), end(1, Disposition::Completed)],
    )
    .await;
}
