//! What every back end promises of deliveries. The tests know only the `Deliveries` trait.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use proptest::prelude::*;

use crate::support::{after, morning, open};
use aftercall_storage::delivery::{
    About, AttemptEnd, AttemptOutcome, AttemptResult, Channel, Claimable, ClaimedDelivery, DeliveryClaim,
    DeliveryCounts, DeliveryFound, DeliveryOrder, DeliveryOrderResult, DeliveryPlan, DeliveryQuery,
    DeliveryState, DeliverySubject, NewDelivery, OutboxPart, PlanMark, ReportPeriod, RequestedBy,
};
use aftercall_storage::{Access, Deliveries, SqliteOptions, SqliteStore, StoreErrorKind};

contract![
    what_was_planned_from_another_state_is_not_kept,
    period_has_one_row_for_each_recipient_and_commands_may_repeat_it,
    claim_takes_what_is_due_once_and_only_of_its_names_and_channel,
    late_report_of_an_attempt_is_refused_after_another_claim,
    failed_delivery_waits_for_its_next_attempt_and_a_dead_one_for_a_person,
    crash_of_a_node_ends_its_leases_at_its_next_start_and_no_others,
    order_is_followed_where_it_makes_sense,
    delivery_that_nobody_knows_any_more_is_skipped_after_a_while,
    clock_that_was_wrong_holds_nothing_up,
    old_deliveries_are_removed_with_their_attempts_unless_they_are_pending,
];

/// Seconds.
const LEASE: i64 = 600;

fn subject(day: u32, recipient: &str) -> DeliverySubject {
    let from = morning().date_naive() + chrono::Days::new(u64::from(day));
    DeliverySubject {
        about: About::Report(ReportPeriod {
            from,
            until: from.succ_opt().unwrap(),
            zone: "Europe/Helsinki".to_owned(),
        }),
        name: "weekly".to_owned(),
        channel: Channel::Mail,
        recipient: recipient.to_owned(),
        due_at: morning(),
        is_late: false,
    }
}

fn delivery(day: u32, recipient: &str) -> NewDelivery {
    NewDelivery {
        identity: format!("{recipient}{day:032x}"),
        subject: subject(day, recipient),
        requested_by: RequestedBy::Schedule,
        skipped: None,
        created_at: morning(),
    }
}

fn mark(until: i64) -> PlanMark {
    PlanMark {
        known_since: morning(),
        planned_until: after(until),
    }
}

fn plan(from: Option<PlanMark>, until: i64, deliveries: Vec<NewDelivery>) -> DeliveryPlan {
    DeliveryPlan {
        name: "weekly".to_owned(),
        from,
        to: mark(until),
        deliveries,
    }
}

fn claim(node: &str, seconds: i64) -> DeliveryClaim {
    DeliveryClaim {
        node: node.to_owned(),
        what: Claimable::Reports(vec!["weekly".to_owned()]),
        channel: Channel::Mail,
        now: after(seconds),
        lease_until: after(seconds + LEASE),
        horizon: after(seconds) + TimeDelta::hours(25),
    }
}

fn end(claimed: &ClaimedDelivery, seconds: i64, result: AttemptResult) -> AttemptEnd {
    AttemptEnd {
        id: claimed.id,
        fence: claimed.fence,
        ended_at: after(seconds),
        result,
    }
}

fn sent() -> AttemptResult {
    AttemptResult::Sent {
        answer: "250 queued".to_owned(),
    }
}

async fn in_state(store: &impl Deliveries, state: DeliveryState) -> Vec<DeliveryFound> {
    store
        .deliveries(&DeliveryQuery::State(OutboxPart::Reports, state, 1_000))
        .await
        .unwrap()
}

async fn outcomes(store: &impl Deliveries, id: u64) -> Vec<Option<AttemptOutcome>> {
    let attempts = store.delivery_attempts(id).await.unwrap();
    attempts
        .iter()
        .map(|attempt| attempt.end.map(|(_, outcome)| outcome))
        .collect()
}

async fn what_was_planned_from_another_state_is_not_kept(store: impl Deliveries) {
    assert_eq!(store.planned_deliveries().await.unwrap(), []);
    assert_eq!(
        store.plan_deliveries(&plan(None, 0, vec![])).await.unwrap(),
        Some(0)
    );
    let both = || vec![delivery(1, "a"), delivery(1, "b")];
    let first = plan(Some(mark(0)), 60, both());
    assert_eq!(store.plan_deliveries(&first).await.unwrap(), Some(2));
    for stale in [first, plan(None, 90, both()), plan(Some(mark(1)), 90, both())] {
        assert_eq!(store.plan_deliveries(&stale).await.unwrap(), None, "{stale:?}");
    }
    let planned = store.planned_deliveries().await.unwrap();
    assert_eq!(planned, [("weekly".to_owned(), mark(60))]);
    let pending = in_state(&store, DeliveryState::Pending).await;
    assert_eq!(pending.len(), 2);
    let [newest, _] = pending.as_slice() else {
        panic!("{pending:?}")
    };
    assert_eq!(newest.subject, subject(1, "b"));
    assert_eq!(newest.identity, delivery(1, "b").identity);
    assert_eq!(newest.next_attempt_at, Some(morning()));
    assert_eq!(newest.requested_by, RequestedBy::Schedule);
}

async fn period_has_one_row_for_each_recipient_and_commands_may_repeat_it(store: impl Deliveries) {
    let other = |mut delivery: NewDelivery| {
        delivery.identity += "again";
        delivery
    };
    store
        .plan_deliveries(&plan(None, 0, vec![delivery(1, "a")]))
        .await
        .unwrap();
    // A clock that was set back, or another time of day, plans the same period again.
    let again = vec![other(delivery(1, "a")), delivery(1, "b"), delivery(2, "a")];
    let planned = store.plan_deliveries(&plan(Some(mark(0)), 60, again)).await;
    assert_eq!(planned.unwrap(), Some(2), "the first of them has a row");
    let by_hand = NewDelivery {
        requested_by: RequestedBy::Command,
        ..other(delivery(1, "a"))
    };
    let id = store.add_delivery(&by_hand).await.unwrap();
    let found = store.deliveries(&DeliveryQuery::Id(id)).await.unwrap();
    assert_eq!(found[0].requested_by, RequestedBy::Command);
    let refused = store
        .add_delivery(&other(other(delivery(1, "a"))))
        .await
        .unwrap_err();
    assert_eq!(refused.kind(), StoreErrorKind::Refused, "that is the schedule's");
    let skipped = NewDelivery {
        skipped: Some("too old".to_owned()),
        ..delivery(3, "a")
    };
    store
        .plan_deliveries(&plan(Some(mark(60)), 90, vec![skipped]))
        .await
        .unwrap();
    let skipped = in_state(&store, DeliveryState::Skipped).await;
    assert_eq!(skipped[0].last_error.as_deref(), Some("too old"));
    assert_eq!(in_state(&store, DeliveryState::Pending).await.len(), 4);
}

async fn claim_takes_what_is_due_once_and_only_of_its_names_and_channel(store: impl Deliveries) {
    let both = vec![delivery(1, "a"), delivery(1, "b")];
    store.plan_deliveries(&plan(None, 0, both)).await.unwrap();
    let others = [
        DeliveryClaim {
            what: Claimable::Reports(vec!["other".to_owned()]),
            ..claim("one", 0)
        },
        DeliveryClaim {
            channel: Channel::Webhook,
            ..claim("one", 0)
        },
        claim("one", -1),
    ];
    for other in others {
        assert_eq!(store.claim_delivery(&other).await.unwrap(), None, "{other:?}");
    }
    let first = store.claim_delivery(&claim("one", 0)).await.unwrap().unwrap();
    let second = store.claim_delivery(&claim("two", 1)).await.unwrap().unwrap();
    assert_eq!(first.subject, subject(1, "a"));
    assert_eq!(second.subject, subject(1, "b"));
    assert_eq!((first.attempts, first.fence, first.tries_from), (1, 1, morning()));
    assert_eq!(store.claim_delivery(&claim("one", 2)).await.unwrap(), None);
    assert!(store.end_delivery_attempt(&end(&first, 3, sent())).await.unwrap());
    let found = store.deliveries(&DeliveryQuery::Id(first.id)).await.unwrap();
    assert_eq!(found[0].state, DeliveryState::Sent);
    assert_eq!(found[0].sent_at, Some(after(3)));
    assert_eq!(found[0].lease_holder, None);
    let attempts = store.delivery_attempts(first.id).await.unwrap();
    assert_eq!(attempts[0].end, Some((after(3), AttemptOutcome::Sent)));
    assert_eq!(attempts[0].answer.as_deref(), Some("250 queued"));
    assert_eq!(
        (attempts[0].node.as_str(), attempts[0].begun_at),
        ("one", after(0))
    );
    let again = store
        .claim_delivery(&claim("one", 100_000))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again.id, second.id, "what was sent is never taken again");
}

async fn late_report_of_an_attempt_is_refused_after_another_claim(store: impl Deliveries) {
    store
        .plan_deliveries(&plan(None, 0, vec![delivery(1, "a")]))
        .await
        .unwrap();
    let slow = store.claim_delivery(&claim("one", 0)).await.unwrap().unwrap();
    assert_eq!(
        store.claim_delivery(&claim("two", LEASE - 1)).await.unwrap(),
        None
    );
    let quick = store.claim_delivery(&claim("two", LEASE)).await.unwrap().unwrap();
    assert_eq!((quick.id, quick.attempts), (slow.id, 2));
    assert_eq!(quick.identity, slow.identity, "a receiver can drop the second");
    assert!(quick.fence > slow.fence);
    for result in [
        sent(),
        AttemptResult::Dead {
            error: "550".to_owned(),
        },
    ] {
        let refused = store.end_delivery_attempt(&end(&slow, LEASE + 1, result)).await;
        assert!(!refused.unwrap());
    }
    assert!(
        store
            .end_delivery_attempt(&end(&quick, LEASE + 2, sent()))
            .await
            .unwrap()
    );
    let repeated = store.end_delivery_attempt(&end(&quick, LEASE + 3, sent())).await;
    assert!(!repeated.unwrap(), "it has ended");
    assert_eq!(
        outcomes(&store, slow.id).await,
        [Some(AttemptOutcome::Interrupted), Some(AttemptOutcome::Sent)]
    );
}

async fn failed_delivery_waits_for_its_next_attempt_and_a_dead_one_for_a_person(store: impl Deliveries) {
    store
        .plan_deliveries(&plan(None, 0, vec![delivery(1, "a")]))
        .await
        .unwrap();
    assert_eq!(
        store.delivery_counts().await.unwrap(),
        DeliveryCounts {
            dead: 0,
            oldest_due: Some(morning())
        }
    );
    let first = store.claim_delivery(&claim("one", 0)).await.unwrap().unwrap();
    let retry = AttemptResult::Retry {
        error: "451 later".to_owned(),
        at: after(60),
    };
    assert!(store.end_delivery_attempt(&end(&first, 5, retry)).await.unwrap());
    let found = store.deliveries(&DeliveryQuery::Id(first.id)).await.unwrap();
    assert_eq!(found[0].last_error.as_deref(), Some("451 later"));
    assert_eq!(store.claim_delivery(&claim("one", 59)).await.unwrap(), None);
    let second = store.claim_delivery(&claim("one", 60)).await.unwrap().unwrap();
    let dead = AttemptResult::Dead {
        error: "550 no".to_owned(),
    };
    assert!(store.end_delivery_attempt(&end(&second, 61, dead)).await.unwrap());
    assert_eq!(store.claim_delivery(&claim("one", 90_000)).await.unwrap(), None);
    assert_eq!(
        store.delivery_counts().await.unwrap(),
        DeliveryCounts {
            dead: 1,
            oldest_due: None
        }
    );
    assert_eq!(
        outcomes(&store, first.id).await,
        [Some(AttemptOutcome::Retry), Some(AttemptOutcome::Dead)]
    );
}

async fn crash_of_a_node_ends_its_leases_at_its_next_start_and_no_others(store: impl Deliveries) {
    let both = vec![delivery(1, "a"), delivery(1, "b")];
    store.plan_deliveries(&plan(None, 0, both)).await.unwrap();
    let lost = store.claim_delivery(&claim("one", 0)).await.unwrap().unwrap();
    let kept = store.claim_delivery(&claim("two", 0)).await.unwrap().unwrap();
    assert_eq!(
        store
            .release_deliveries("one", OutboxPart::Reports, Channel::Folder, after(5))
            .await
            .unwrap(),
        0,
        "that one goes on"
    );
    assert_eq!(
        store
            .release_deliveries("one", OutboxPart::Reports, Channel::Mail, after(5))
            .await
            .unwrap(),
        1
    );
    let again = store.claim_delivery(&claim("one", 5)).await.unwrap().unwrap();
    assert_eq!((again.id, &again.identity), (lost.id, &lost.identity));
    assert_eq!(store.claim_delivery(&claim("one", 6)).await.unwrap(), None);
    assert!(store.end_delivery_attempt(&end(&kept, 7, sent())).await.unwrap());
    assert_eq!(
        outcomes(&store, lost.id).await,
        [Some(AttemptOutcome::Interrupted), None]
    );
}

async fn order_is_followed_where_it_makes_sense(store: impl Deliveries) {
    let ask = |id, order, seconds| store.order_delivery(id, order, after(seconds));
    let (retry, stop) = (DeliveryOrder::Retry, DeliveryOrder::Drop);
    assert_eq!(ask(7, retry, 0).await.unwrap(), DeliveryOrderResult::Unknown);
    store
        .plan_deliveries(&plan(None, 0, vec![delivery(1, "a")]))
        .await
        .unwrap();
    let claimed = store.claim_delivery(&claim("one", 0)).await.unwrap().unwrap();
    let id = claimed.id;
    assert_eq!(ask(id, stop, 1).await.unwrap(), DeliveryOrderResult::InProgress);
    let dead = AttemptResult::Dead {
        error: "550 no".to_owned(),
    };
    assert!(store.end_delivery_attempt(&end(&claimed, 2, dead)).await.unwrap());
    assert_eq!(ask(id, retry, 3).await.unwrap(), DeliveryOrderResult::Done);
    let again = store.claim_delivery(&claim("one", 3)).await.unwrap().unwrap();
    assert_eq!(
        (again.attempts, again.tries_from),
        (1, after(3)),
        "as if it were new"
    );
    let later = AttemptResult::Retry {
        error: "451".to_owned(),
        at: after(500),
    };
    assert!(store.end_delivery_attempt(&end(&again, 4, later)).await.unwrap());
    assert_eq!(ask(id, stop, 5).await.unwrap(), DeliveryOrderResult::Done);
    let found = store.deliveries(&DeliveryQuery::Id(id)).await.unwrap();
    assert_eq!(found[0].state, DeliveryState::Skipped);
    assert_eq!(
        found[0].last_error.as_deref(),
        Some("dropped by command at 2026-11-22T08:00:05.000Z: 451")
    );
    let refused = |state| DeliveryOrderResult::Refused(state);
    assert_eq!(ask(id, stop, 6).await.unwrap(), refused(DeliveryState::Skipped));
    assert_eq!(ask(id, retry, 7).await.unwrap(), DeliveryOrderResult::Done);
    let last = store.claim_delivery(&claim("one", 8)).await.unwrap().unwrap();
    assert!(store.end_delivery_attempt(&end(&last, 9, sent())).await.unwrap());
    for order in [retry, stop] {
        assert_eq!(ask(id, order, 10).await.unwrap(), refused(DeliveryState::Sent));
    }
}

async fn delivery_that_nobody_knows_any_more_is_skipped_after_a_while(store: impl Deliveries) {
    store
        .plan_deliveries(&plan(None, 0, vec![delivery(1, "a")]))
        .await
        .unwrap();
    let names = ["weekly".to_owned()];
    assert_eq!(store.abandon_deliveries(&[], after(0), "gone").await.unwrap(), 0);
    assert_eq!(
        store.abandon_deliveries(&names, after(1), "gone").await.unwrap(),
        0
    );
    assert_eq!(store.abandon_deliveries(&[], after(1), "gone").await.unwrap(), 1);
    let skipped = in_state(&store, DeliveryState::Skipped).await;
    assert_eq!(skipped[0].last_error.as_deref(), Some("gone"));
}

async fn old_deliveries_are_removed_with_their_attempts_unless_they_are_pending(store: impl Deliveries) {
    let all = (1..=4).map(|day| delivery(day, "a")).collect();
    store.plan_deliveries(&plan(None, 0, all)).await.unwrap();
    let first = store.claim_delivery(&claim("one", 1)).await.unwrap().unwrap();
    store.end_delivery_attempt(&end(&first, 2, sent())).await.unwrap();
    let second = store.claim_delivery(&claim("one", 3)).await.unwrap().unwrap();
    let dead = AttemptResult::Dead {
        error: "550 no such user".to_owned(),
    };
    store.end_delivery_attempt(&end(&second, 4, dead)).await.unwrap();
    let held = store.claim_delivery(&claim("one", 5)).await.unwrap().unwrap();

    assert_eq!(
        store.remove_deliveries(morning(), 10).await.unwrap(),
        0,
        "due at this moment is not before it"
    );
    assert_eq!(
        store.remove_deliveries(after(1), 1).await.unwrap(),
        1,
        "the oldest, and no more than so many"
    );
    assert_eq!(store.delivery_attempts(first.id).await.unwrap(), []);
    assert_eq!(in_state(&store, DeliveryState::Dead).await.len(), 1);
    assert_eq!(store.remove_deliveries(after(1), 10).await.unwrap(), 1);
    assert_eq!(in_state(&store, DeliveryState::Dead).await, []);
    assert_eq!(
        in_state(&store, DeliveryState::Pending).await.len(),
        2,
        "what is pending stays, however old"
    );
    assert!(store.end_delivery_attempt(&end(&held, 6, sent())).await.unwrap());
}

async fn clock_that_was_wrong_holds_nothing_up(store: impl Deliveries) {
    store
        .plan_deliveries(&plan(None, 0, vec![delivery(1, "a")]))
        .await
        .unwrap();
    let year = 365 * 86_400;
    let ahead = store.claim_delivery(&claim("one", year)).await.unwrap().unwrap();
    let right = store.claim_delivery(&claim("two", 10)).await.unwrap().unwrap();
    assert_eq!(right.id, ahead.id, "a lease of next year does not count");
    let next = AttemptResult::Retry {
        error: "451".to_owned(),
        at: after(year),
    };
    assert!(store.end_delivery_attempt(&end(&right, 11, next)).await.unwrap());
    let claimed = store.claim_delivery(&claim("two", 12)).await.unwrap();
    assert!(claimed.is_some(), "nor does an attempt of next year");
    let mut early = delivery(2, "a");
    early.subject.due_at = after(500);
    store
        .plan_deliveries(&plan(Some(mark(0)), 500, vec![early]))
        .await
        .unwrap();
    assert_eq!(
        store.claim_delivery(&claim("two", 499)).await.unwrap(),
        None,
        "it is not due"
    );
    assert!(store.claim_delivery(&claim("two", 500)).await.unwrap().is_some());
}

#[tokio::test]
async fn command_changes_rows_beside_the_service_and_makes_no_database() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("aftercall.db");
    let options = SqliteOptions::new(&path, Access::Change);
    assert!(SqliteStore::open(&options).await.is_err() && !path.exists());
    let service = open(&path).await;
    service
        .plan_deliveries(&plan(None, 0, vec![delivery(1, "a")]))
        .await
        .unwrap();
    let command = SqliteStore::open(&options).await.unwrap();
    let dropped = command.order_delivery(1, DeliveryOrder::Drop, after(1)).await;
    assert_eq!(dropped.unwrap(), DeliveryOrderResult::Done);
    assert_eq!(service.claim_delivery(&claim("one", 2)).await.unwrap(), None);
}

/// What happens to three nodes that share a database.
#[derive(Debug, Clone)]
enum Event {
    /// A node takes a delivery.
    Claim(usize),
    /// A node has sent what it took last, and says so.
    Sent(usize),
    /// A node could not send it.
    Failed(usize),
    /// A node is killed, and starts again.
    Restart(usize),
    /// Time goes on, or back.
    Clock(i64),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let node = 0_usize..3;
    let event = prop_oneof![
        4 => node.clone().prop_map(Event::Claim),
        3 => node.clone().prop_map(Event::Sent),
        1 => node.clone().prop_map(Event::Failed),
        1 => node.prop_map(Event::Restart),
        3 => (-300_i64..900).prop_map(Event::Clock),
    ];
    prop::collection::vec(event, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever happens, no two nodes hold a delivery at a time, and each is stored as sent once.
    #[test]
    fn delivery_is_ended_once_whatever_happens_to_the_nodes(events in events()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let directory = tempfile::tempdir().unwrap();
            let store = open(&directory.path().join("aftercall.db")).await;
            let rows = (1..=3).map(|day| delivery(day, "a")).collect();
            store.plan_deliveries(&plan(None, 0, rows)).await.unwrap();
            let mut held: BTreeMap<usize, ClaimedDelivery> = BTreeMap::new();
            let mut ends: BTreeMap<u64, u32> = BTreeMap::new();
            let mut fences: BTreeMap<u64, u64> = BTreeMap::new();
            let mut now = 0;
            for event in events {
                match event {
                    Event::Claim(node) => {
                        if let Some(claimed) = store.claim_delivery(&claim(&node.to_string(), now)).await.unwrap() {
                            assert!(!ends.contains_key(&claimed.id), "sent already: {claimed:?}");
                            let before = fences.insert(claimed.id, claimed.fence);
                            assert!(before < Some(claimed.fence), "the token grows: {claimed:?}");
                            held.insert(node, claimed);
                        }
                    }
                    Event::Sent(node) => {
                        if let Some(claimed) = held.remove(&node) {
                            let is_last = fences.get(&claimed.id) == Some(&claimed.fence);
                            let kept = store.end_delivery_attempt(&end(&claimed, now, sent())).await.unwrap();
                            assert_eq!(kept, is_last, "{claimed:?}");
                            if kept {
                                *ends.entry(claimed.id).or_default() += 1;
                            }
                        }
                    }
                    Event::Failed(node) => {
                        if let Some(claimed) = held.remove(&node) {
                            let retry = AttemptResult::Retry { error: "451".to_owned(), at: after(now + 60) };
                            store.end_delivery_attempt(&end(&claimed, now, retry)).await.unwrap();
                        }
                    }
                    Event::Restart(node) => {
                        held.remove(&node);
                        store.release_deliveries(&node.to_string(), OutboxPart::Reports, Channel::Mail, after(now)).await.unwrap();
                    }
                    Event::Clock(seconds) => now += seconds,
                }
            }
            assert!(ends.values().all(|times| *times <= 1));
            let stored = in_state(&store, DeliveryState::Sent).await.len();
            assert_eq!(stored, ends.len());
        });
    }
}
