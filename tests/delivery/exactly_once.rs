//! Each period exactly once, whatever happens in between.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::TimeDelta;
use proptest::prelude::*;
use serde_json::json;

use crate::house::{House, monday_rule, utc};
use crate::smtp::{Mode, Smtp};
use crate::soon;
use aftercall::delivery::{DeliveryRule, Setup};
use aftercall_storage::Database;
use aftercall_storage::delivery::{AttemptOutcome, Deliveries, DeliveryQuery, DeliveryState, OutboxPart};

fn setup(smtp: &Smtp) -> Setup {
    let rule = DeliveryRule {
        to: vec!["team@example.com".parse().unwrap()],
        ..monday_rule()
    };
    Setup {
        rules: vec![rule.into()],
        mail: Some(smtp.server().into()),
    }
}

/// The files of the mails, which name their periods, and whether each says that it is late.
fn periods(smtp: &Smtp) -> Vec<(String, bool)> {
    smtp.mails()
        .iter()
        .map(|mail| {
            let name = mail.0["parts"][2]["name"].as_str().unwrap();
            let period = name
                .trim_start_matches("aftercall-report-")
                .split("-sales")
                .next()
                .unwrap();
            let text = String::from_utf8(mail.part(0)).unwrap();
            (period.to_owned(), text.contains("late: true"))
        })
        .collect()
}

#[tokio::test]
async fn monday_mail_arrives_exactly_once_over_restarts_a_clock_change_and_downtime() {
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    let house = House::new("2026-10-18T12:00:00Z", setup(&smtp));
    let mut node = house.start("node-1").await;
    soon("the rule is seen", node.run()).await;
    assert_eq!(smtp.mails().len(), 0, "what was due before is not delivered");
    // Monday at 7 in summer time; asked every few minutes.
    for at in [
        "2026-10-19T03:59:00Z",
        "2026-10-19T04:00:00Z",
        "2026-10-19T04:05:00Z",
    ] {
        house.clock.set(at);
        soon("a run", node.run()).await;
    }
    assert_eq!(periods(&smtp), [("2026-10-12_2026-10-18".to_owned(), false)]);
    // A restart, and in the night to Sunday the clocks go back: 7 o'clock is an hour later in UTC.
    node.stop().await;
    let mut node = house.start("node-1").await;
    for at in [
        "2026-10-25T00:30:00Z",
        "2026-10-25T01:30:00Z",
        "2026-10-26T04:30:00Z",
    ] {
        house.clock.set(at);
        soon("a run", node.run()).await;
    }
    assert_eq!(smtp.mails().len(), 1, "not at 6 o'clock");
    house.clock.set("2026-10-26T05:00:00Z");
    soon("a run", node.run()).await;
    assert_eq!(smtp.mails().len(), 2);
    // Stopped on Sunday, started on Tuesday.
    node.stop().await;
    house.clock.set("2026-11-03T09:00:00Z");
    let mut node = house.start("node-1").await;
    soon("a run", node.run()).await;
    soon("a run", node.run()).await;
    assert_eq!(
        periods(&smtp)[1..],
        [
            ("2026-10-19_2026-10-25".to_owned(), false),
            ("2026-10-26_2026-11-01".to_owned(), true)
        ]
    );
    // The clock is set back by two days, and right again.
    house.clock.set("2026-11-01T09:00:00Z");
    soon("a run", node.run()).await;
    house.clock.set("2026-11-03T09:10:00Z");
    soon("a run", node.run()).await;
    assert_eq!(smtp.mails().len(), 3);
    // Away for seven weeks: the last four come, late, and what is older is recorded.
    node.stop().await;
    house.clock.set("2026-12-22T09:00:00Z");
    let mut node = house.start("node-1").await;
    soon("a run", node.run()).await;
    let late: Vec<(String, bool)> = periods(&smtp).split_off(3);
    let expected = [
        "2026-11-23_2026-11-29",
        "2026-11-30_2026-12-06",
        "2026-12-07_2026-12-13",
        "2026-12-14_2026-12-20",
    ];
    assert_eq!(late, expected.map(|period| (period.to_owned(), true)));
    let skipped = node.deliveries(DeliveryState::Skipped).await;
    assert_eq!(skipped.len(), 3, "{skipped:?}");
    assert!(
        skipped[0]
            .last_error
            .as_deref()
            .unwrap()
            .contains("no service was running")
    );
    let ids: Vec<String> = smtp
        .mails()
        .iter()
        .map(|mail| mail.header("Message-ID"))
        .collect();
    let mut different = ids.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), ids.len(), "each has an id of its own");
}

#[tokio::test]
async fn killed_between_send_and_mark_the_same_mail_comes_again_under_its_id() {
    let Some(smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    let house = House::new("2026-11-23T04:59:00Z", setup(&smtp));
    let mut node = house.start("node-1").await;
    node.run().await;
    house.clock.set("2026-11-23T05:00:05Z");
    smtp.behave(json!({ "stall": "accepted" }));
    node.plan().await;
    // Dropped while the server has the mail and has not said so: nothing more of this node is done.
    tokio::select! {
        () = node.send() => panic!("the server does not answer"),
        () = until_taken(&smtp, 1) => {}
    }
    drop(node);
    smtp.behave(json!({}));
    house.clock.pass(1);
    let mut other = house.start("node-2").await;
    soon("the lease is the first node's", other.run()).await;
    assert_eq!(smtp.mails().len(), 1);
    other.stop().await;
    // The first node starts again, and knows that nobody delivers what it had taken.
    let mut node = house.start("node-1").await;
    soon("the second attempt", node.run()).await;
    let [first, second] = smtp.mails().try_into().unwrap();
    assert_eq!(first.header("Message-ID"), second.header("Message-ID"));
    assert_eq!(first.part(2), second.part(2));
    let delivery = node.only().await;
    assert_eq!(delivery.state, DeliveryState::Sent);
    let outcomes: Vec<AttemptOutcome> = node
        .attempts(delivery.id)
        .await
        .iter()
        .map(|attempt| attempt.end.unwrap().1)
        .collect();
    assert_eq!(outcomes, [AttemptOutcome::Interrupted, AttemptOutcome::Sent]);
}

async fn until_taken(smtp: &Smtp, mails: usize) {
    while smtp.mails().len() < mails {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn until_claimed(store: &Database) {
    let pending = DeliveryQuery::State(OutboxPart::Reports, DeliveryState::Pending, 1);
    while store.deliveries(&pending).await.unwrap()[0]
        .lease_holder
        .is_none()
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn node_that_never_comes_back_is_replaced_when_its_lease_is_over() {
    let Some(smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    let house = House::new("2026-11-23T04:59:00Z", setup(&smtp));
    let mut node = house.start("node-1").await;
    node.run().await;
    house.clock.set("2026-11-23T05:00:05Z");
    smtp.behave(json!({ "stall": "rcpt" }));
    node.plan().await;
    let store = node.store.clone();
    tokio::select! {
        () = node.send() => panic!("the server does not answer"),
        () = until_claimed(&store) => {}
    }
    drop(node);
    smtp.behave(json!({}));
    let mut other = house.start("node-2").await;
    house.clock.pass(9);
    soon("not yet", other.run()).await;
    assert_eq!(smtp.mails().len(), 0);
    house.clock.pass(2);
    soon("the other node delivers", other.run()).await;
    assert_eq!(smtp.mails().len(), 1);
}

#[tokio::test]
async fn node_whose_lease_was_over_reports_nothing_any_more() {
    let Some(smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    let house = House::new("2026-11-23T04:59:00Z", setup(&smtp));
    let mut slow = house.start("node-1").await;
    slow.run().await;
    let mut quick = house.start("node-2").await;
    quick.run().await;
    house.clock.set("2026-11-23T05:00:05Z");
    smtp.behave(json!({ "stall": "accepted" }));
    slow.plan().await;
    {
        let mut sending = Box::pin(slow.send());
        tokio::select! {
            () = &mut sending => panic!("the server does not answer"),
            () = until_taken(&smtp, 1) => {}
        }
        // It hears of the answer after another node has taken over and sent.
        smtp.behave(json!({}));
        house.clock.pass(11);
        soon("the other node delivers", quick.run()).await;
        soon("the first node ends its attempt", sending).await;
    }
    let [first, second] = smtp.mails().try_into().unwrap();
    assert_eq!(first.header("Message-ID"), second.header("Message-ID"));
    let delivery = quick.only().await;
    assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Sent, 2));
    let attempts = quick.attempts(delivery.id).await;
    let ends: Vec<(&str, AttemptOutcome)> = attempts
        .iter()
        .map(|attempt| (attempt.node.as_str(), attempt.end.unwrap().1))
        .collect();
    assert_eq!(
        ends,
        [
            ("node-1", AttemptOutcome::Interrupted),
            ("node-2", AttemptOutcome::Sent)
        ]
    );
}

#[tokio::test]
async fn several_nodes_deliver_each_report_once() {
    let Some(smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    let rule = DeliveryRule {
        to: (0..12)
            .map(|number| format!("team-{number}@example.com").parse().unwrap())
            .collect(),
        ..monday_rule()
    };
    let rules = Setup {
        rules: vec![rule.into()],
        mail: Some(smtp.server().into()),
    };
    let house = House::new("2026-11-23T04:59:00Z", rules);
    let (mut one, mut two, mut three) = (
        house.start("node-1").await,
        house.start("node-2").await,
        house.start("node-3").await,
    );
    one.run().await;
    house.clock.set("2026-11-23T05:00:05Z");
    let all = async { tokio::join!(one.run(), two.run(), three.run()) };
    soon("all nodes at once", Box::pin(all)).await;
    let mut recipients: Vec<String> = smtp.mails().iter().flat_map(|mail| mail.recipients()).collect();
    assert_eq!(recipients.len(), 12);
    recipients.sort();
    recipients.dedup();
    assert_eq!(recipients.len(), 12, "each once");
}

#[tokio::test]
async fn report_of_a_clock_that_was_ahead_for_a_while_waits_until_it_is_due() {
    let Some(mut smtp) = Smtp::start(Mode::Plain) else {
        return;
    };
    let house = House::new("2026-11-19T12:00:00Z", setup(&smtp));
    let mut node = house.start("node-1").await;
    node.run().await;
    // For some minutes it is two weeks later, and the server is away.
    smtp.kill();
    house.clock.set("2026-12-03T12:00:00Z");
    soon("a run", node.run()).await;
    house.clock.set("2026-11-19T12:05:00Z");
    smtp.start_again();
    soon("a run", node.run()).await;
    assert_eq!(smtp.mails().len(), 0, "nothing is due");
    house.clock.set("2026-11-23T05:00:05Z");
    soon("a run", node.run()).await;
    soon("a run", node.run()).await;
    let delivered: Vec<String> = periods(&smtp).into_iter().map(|(period, _)| period).collect();
    assert_eq!(delivered, ["2026-11-16_2026-11-22"]);
}

#[tokio::test]
async fn clock_that_is_not_set_yet_plans_nothing() {
    let house = House::new("2026-11-19T12:00:00Z", Setup::default());
    let folder = house.path("share");
    std::fs::create_dir(&folder).unwrap();
    let rule = DeliveryRule {
        folder: Some(folder),
        ..monday_rule()
    };
    house.current.exchange(Setup {
        rules: vec![rule.into()],
        mail: None,
    });
    house.clock.set("1970-01-01T00:01:00Z");
    let mut node = house.start("node-1").await;
    node.run().await;
    house.clock.set("2026-11-19T12:00:00Z");
    node.run().await;
    for state in DeliveryState::ALL {
        assert_eq!(node.deliveries(*state).await, [], "nothing since 1970");
    }
}

/// What happens to the service.
#[derive(Debug, Clone)]
enum Event {
    /// The jobs run.
    Run,
    /// The jobs plan, and the service is killed before it sends.
    PlanAndDie,
    /// The service is killed, and started again.
    Restart,
    /// Time goes on.
    Wait(i64),
    /// The clock is wrong for a while: it is set, the jobs run, and it is right again.
    WrongClock(i64),
    /// The rule is delivered at another time of day from now on.
    At(u32),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        6 => Just(Event::Run),
        1 => Just(Event::PlanAndDie),
        1 => Just(Event::Restart),
        6 => (1_i64..40 * 60).prop_map(Event::Wait),
        1 => (-20 * 1_440_i64..0).prop_map(Event::WrongClock),
        1 => (0_u32..24).prop_map(Event::At),
    ];
    prop::collection::vec(event, 1..50)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever happens, the folder has the files of each week that was due, each week has one row, and every row is sent or was too
    /// old.
    #[test]
    fn each_week_has_one_delivery(events in events()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::new("2026-03-01T00:00:00Z", Setup::default());
            let folder = house.path("share");
            std::fs::create_dir(&folder).unwrap();
            let exchange = |hour: u32| {
                let mut rule = DeliveryRule { folder: Some(folder.clone()), ..monday_rule() };
                rule.schedule.at = chrono::NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
                house.current.exchange(Setup { rules: vec![rule.into()], mail: None });
            };
            exchange(7);
            let (start, mut now) = (utc("2026-03-01T00:00:00Z"), utc("2026-03-01T00:00:00Z"));
            let mut node = house.start("node-1").await;
            node.run().await;
            for event in events {
                match event {
                    Event::Run => node.run().await,
                    Event::PlanAndDie => {
                        node.plan().await;
                        node.stop().await;
                        node = house.start("node-1").await;
                    }
                    Event::Restart => {
                        node.stop().await;
                        node = house.start("node-1").await;
                    }
                    Event::Wait(minutes) => {
                        now += TimeDelta::minutes(minutes);
                        house.clock.set_to(now);
                    }
                    Event::WrongClock(minutes) => {
                        house.clock.set_to(now + TimeDelta::minutes(minutes));
                        node.run().await;
                        house.clock.set_to(now);
                    }
                    Event::At(hour) => exchange(hour),
                }
            }
            exchange(7);
            node.run().await;
            let mut weeks: BTreeMap<String, Vec<DeliveryState>> = BTreeMap::new();
            for state in DeliveryState::ALL {
                for delivery in node.deliveries(*state).await {
                    weeks.entry(delivery.subject.period().unwrap().from.to_string()).or_default().push(*state);
                }
            }
            assert!(weeks.values().all(|states| states.len() == 1), "{weeks:?}");
            assert!(weeks.values().all(|states| states[0] != DeliveryState::Pending), "{weeks:?}");
            let due = monday_rule().schedule.due(start, now);
            let expected: Vec<String> = due.iter().map(|due| due.period.from.to_string()).collect();
            // A rule that was due earlier in the day for a while may have been quicker by a week.
            let found: Vec<String> = weeks.keys().take(expected.len()).cloned().collect();
            assert_eq!(found, expected, "{weeks:?}");
            assert!(weeks.len() <= expected.len() + 1, "{weeks:?}");
        });
    }
}
