//! A call decided beforehand is counted once, whoever asks how often, and whenever it comes.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{Client, call_and_leave, ended, house, number, one, passed, text};
use crate::EVERY;
use crate::caller::{Caller, header};
use crate::house::House;

/// `sip_call_id decision position disposition reason` of every call, in the order of the count.
async fn rows(house: &House) -> Vec<String> {
    let database = house.database().await;
    let rows = sqlx::query_scalar(
        "SELECT concat_ws(' ', COALESCE(NULLIF(sip_call_id, ''), '-'), decision, stratum_position, disposition, reason) \
         FROM call ORDER BY stratum_position, arrived_at",
    )
    .fetch_all(&database)
    .await
    .unwrap();
    database.close().await;
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn every_third_call_is_surveyed_however_calls_come_and_over_restarts() {
    let house = house(&format!("{EVERY}every = 3\n"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let decide = async |client: &Client, id: &str| {
        let body = json!({ "number": "two", "original_call_id": id });
        client.post("/decisions", body).await.ok()
    };
    // 1: decided; 2: arrives; 3: decided, its turn; 4: arrives.
    let first = decide(&client, "a").await;
    assert_eq!((&first["survey"], &first["position"]), (&json!(false), &json!(1)));
    call_and_leave(&service, "b", "two", "caller", "X-Call-Id: b\r\n").await;
    let third = decide(&client, "c").await;
    assert_eq!(
        (&third["survey"], &third["decision"]),
        (&json!(true), &json!("sampled"))
    );
    assert_eq!(third["rule"], "every");
    call_and_leave(&service, "d", "two", "caller", "X-Call-Id: d\r\n").await;
    service.stop().await;

    let service = house.start().await;
    let client = Client::new(&service).await;
    let again = decide(&client, "c").await;
    assert_eq!(again["repeated"], true);
    assert_eq!(
        (&again["call_id"], &again["token"]),
        (&third["call_id"], &third["token"])
    );
    // The two that were decided come, one of them although it need not: nothing is counted.
    let mut caller = Caller::new(service.address, "c").await;
    caller.call("X-Call-Id: c\r\n").await;
    caller.prompt().await;
    caller.press('9').await;
    caller.prompt_begins().await;
    caller.bye().await;
    let mut caller = Caller::new(service.address, "a").await;
    caller.call("X-Call-Id: a\r\n").await;
    caller.prompt_begins().await;
    let bye = caller.hung_up().await;
    assert!(header(&bye, "Reason").contains("Not surveyed"), "{bye}");
    // 5: decided; 6: arrives, its turn.
    assert_eq!(decide(&client, "e").await["survey"], false);
    call_and_leave(&service, "f", "two", "caller", "X-Call-Id: f\r\n").await;
    service.stop().await;

    assert_eq!(
        rows(&house).await,
        [
            "a not_sampled 1 not_sampled not_sampled",
            "b not_sampled 2 not_sampled not_sampled",
            "c sampled 3 partial caller_hung_up",
            "d not_sampled 4 not_sampled not_sampled",
            "- not_sampled 5 not_sampled not_sampled",
            "f sampled 6 abandoned caller_hung_up",
        ]
    );
    assert_eq!(one(&house, "SELECT eligible FROM sampling_counter").await, "6");
}

#[tokio::test(flavor = "multi_thread")]
async fn decided_call_is_found_by_token_by_id_and_by_caller_and_led_by_the_number_asked_about() {
    let house = house(&format!("{EVERY}[[route]]\nnumber = \"*\"\nsurvey = \"said\"\n"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let decide = async |body: Value| client.post("/decisions", body).await.ok();
    let by_token = decide(json!({ "number": "two", "context": { "queue": "q1" } })).await;
    decide(json!({ "number": "two", "original_call_id": "id" })).await;
    decide(number(3)).await;
    let user = text(&by_token["dial"]["user"]);
    call_and_leave(
        &service,
        "token",
        &user,
        "caller",
        "X-Queue: other\r\nX-Agent: 7\r\n",
    )
    .await;
    call_and_leave(&service, "id", "0800123", "caller", "X-Call-Id: id\r\n").await;
    call_and_leave(&service, "caller", "0800123", "+358400000003", "").await;
    call_and_leave(&service, "caller again", "0800123", "+358400000003", "").await;
    service.stop().await;
    let database = house.database().await;
    let calls: Vec<String> = sqlx::query_scalar(
        "SELECT concat_ws(' ', sip_call_id, decided_by, route, survey, queue, agent) FROM call ORDER BY call_uid",
    )
    .fetch_all(&database)
    .await
    .unwrap();
    let expected = BTreeSet::from([
        "token api two two q1 7",
        "id api two two",
        "caller api two two",
        "caller again call * said",
    ]);
    assert_eq!(
        calls.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        expected
    );
    let told: Vec<String> = sqlx::query_scalar(
        "SELECT concat(field, ' ', source) FROM v_call_context t JOIN call c ON c.call_uid = t.call_uid \
         WHERE c.sip_call_id = 'token' ORDER BY field",
    )
    .fetch_all(&database)
    .await
    .unwrap();
    assert_eq!(
        told,
        [
            "agent X-Agent",
            "announced_by token",
            "caller From",
            "queue decision",
            "token Request-URI"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn announcement_is_taken_up_by_the_decision_about_its_call() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let body =
        json!({ "number": "two", "original_call_id": "x", "context": { "queue": "sales", "agent": "1" } });
    let announced = client.post("/announcements", body).await.ok();
    let body = json!({ "number": "two", "original_call_id": "x", "context": { "agent": "2" } });
    let decided = client.post("/decisions", body).await.ok();
    assert_eq!(decided["call_id"], announced["call_id"]);
    assert_eq!(
        decided["dial"], announced["dial"],
        "what was told to be dialled stays"
    );
    call_and_leave(&service, "x", &text(&announced["dial"]["user"]), "caller", "").await;
    let late = client
        .post("/decisions", json!({ "number": "two", "original_call_id": "x" }))
        .await
        .ok();
    assert_eq!(
        (&late["repeated"], &late["call_id"]),
        (&json!(true), &decided["call_id"])
    );
    assert!(
        late.get("dial").is_none(),
        "nothing is waited for any more: {late}"
    );
    call_and_leave(&service, "y", "two", "caller", "X-Call-Id: y\r\n").await;
    let after = client
        .post("/decisions", json!({ "number": "two", "original_call_id": "y" }))
        .await;
    assert_eq!(
        after.status, 409,
        "a call that has arrived has been decided: {after:?}"
    );
    service.stop().await;
    let row = "SELECT concat_ws(' ', queue, agent, stratum_queue) FROM call ORDER BY arrived_at LIMIT 1";
    assert_eq!(one(&house, row).await, "sales 2 sales");
    assert_eq!(one(&house, "SELECT COUNT(*) FROM call").await, "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn call_that_never_comes_ends_when_its_time_is_over_and_a_restart_ends_none_that_is_waited_for() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let decide = async |id: &str, expires_in_s: u32| {
        let body = json!({ "number": "two", "original_call_id": id, "expires_in_s": expires_in_s });
        client.post("/decisions", body).await.ok()
    };
    let lost = decide("lost", 1).await;
    decide("waited for", 3_600).await;
    let expires_at = text(&lost["expires_at"]);
    service.stop().await;
    passed(&expires_at).await;
    let service = house.start().await;
    let client = Client::new(&service).await;
    let ended = ended(&client, "lost").await;
    assert_eq!(
        (&ended["disposition"], &ended["reason"]),
        (&json!("abandoned"), &json!("never_arrived"))
    );
    assert_eq!(ended["ended_at"], expires_at.as_str());
    assert!(ended.get("arrived_at").is_none(), "{ended}");
    assert_eq!(client.get("/calls/waited%20for").await.ok()["state"], "decided");
    call_and_leave(&service, "here", "two", "caller", "X-Call-Id: waited for\r\n").await;
    call_and_leave(&service, "too late", "two", "caller", "X-Call-Id: lost\r\n").await;
    service.stop().await;
    assert_eq!(
        rows(&house).await,
        [
            "- sampled 1 abandoned never_arrived",
            "here sampled 2 abandoned caller_hung_up",
            "too late sampled 3 abandoned caller_hung_up",
        ],
        "who comes after the time is a call like any other"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_who_opts_out_between_decision_and_call_is_not_asked() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let decided = client.post("/decisions", number(1)).await.ok();
    assert_eq!(decided["survey"], true);
    client
        .post("/opt-outs", json!({ "number": "+358 40 000 0001" }))
        .await
        .ok();
    let mut caller = Caller::new(service.address, "unwilling")
        .await
        .from("+358400000001");
    caller.call("").await;
    caller.prompt_begins().await;
    let bye = caller.hung_up().await;
    assert!(header(&bye, "Reason").contains("Not surveyed"), "{bye}");
    let next = client.post("/decisions", number(1)).await.ok();
    assert_eq!(
        (&next["decision"], &next["rule"]),
        (&json!("suppressed"), &json!("opted_out"))
    );
    service.stop().await;
    assert_eq!(
        rows(&house).await,
        [
            "- suppressed suppressed opted_out",
            "unwilling sampled 1 suppressed opted_out"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn number_without_a_route_is_suppressed_and_a_full_house_is_found_out_when_the_call_comes() {
    let house = house(&format!("{EVERY}[calls]\nmax_concurrent = 1\n"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let nowhere = client
        .post("/decisions", json!({ "number": "nowhere" }))
        .await
        .ok();
    assert_eq!(
        (&nowhere["survey"], &nowhere["rule"]),
        (&json!(false), &json!("no_route"))
    );
    let decided = client.post("/decisions", number(1)).await.ok();
    let mut on = Caller::new(service.address, "on").await;
    on.call("").await;
    on.prompt().await;
    let mut refused = Caller::new(service.address, "refused")
        .await
        .from("+358400000001");
    refused.call_refused("", "503").await;
    let call = ended(&client, &text(&decided["call_id"])).await;
    assert_eq!(call["disposition"], "refused_capacity");
    on.bye().await;
    service.stop().await;
}

/// Requests at once: which call each asks about, and whether it names it by id or by key.
#[test]
fn any_number_of_requests_at_once_counts_each_call_once() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let asked = prop::collection::vec((0_usize..8, any::<bool>()), 1..24);
    let mut runner = TestRunner::new(Config::with_cases(8));
    let (house, service, client) = runtime.block_on(async {
        let house = house(&format!("{EVERY}every = 3\n"));
        let service = house.start().await;
        let client = Client::new(&service).await;
        (house, service, client)
    });
    let mut round = 0;
    let mut counted = 0;
    let round = std::cell::RefCell::new((&mut round, &mut counted));
    let result = runner.run(&asked, |asked| {
        let mut state = round.borrow_mut();
        *state.0 += 1;
        let number = *state.0;
        let answers = runtime.block_on(ask_at_once(&client, number, &asked));
        let mut decisions: BTreeMap<(usize, bool), BTreeSet<String>> = BTreeMap::new();
        let mut new = 0;
        for (which, answer) in asked.iter().zip(answers) {
            new += u64::from(answer["repeated"] == false);
            let said = format!("{} {}", answer["call_id"], answer["survey"]);
            decisions.entry(*which).or_default().insert(said);
        }
        prop_assert!(
            decisions.values().all(|said| said.len() == 1),
            "everyone who asks about a call is told the same: {decisions:?}"
        );
        prop_assert_eq!(new, decisions.len() as u64, "one request of each call counted it");
        *state.1 += new;
        let tally = runtime.block_on(async {
            let surveyed = one(&house, "SELECT COUNT(*) FROM call WHERE decision = 'sampled'").await;
            let all = one(&house, "SELECT COUNT(*) FROM call").await;
            (surveyed, all)
        });
        prop_assert_eq!(tally, ((*state.1 / 3).to_string(), state.1.to_string()));
        Ok(())
    });
    runtime.block_on(service.stop());
    if let Err(error) = result {
        panic!("{error}\n{runner}");
    }
}

async fn ask_at_once(client: &Client, round: u64, asked: &[(usize, bool)]) -> Vec<Value> {
    let requests = asked.iter().map(|(call, by_key)| async move {
        let id = format!("{round}-{call}");
        let response = match by_key {
            true => {
                client
                    .post_once("/decisions", &id, json!({ "number": "two" }))
                    .await
            }
            false => {
                let body = json!({ "number": "two", "original_call_id": id });
                client.post("/decisions", body).await
            }
        };
        response.ok()
    });
    join(requests).await
}

/// Runs all at once on this task.
async fn join<F: Future<Output = Value>>(futures: impl Iterator<Item = F>) -> Vec<Value> {
    let mut waiting: Vec<_> = futures.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, done) in &mut waiting {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        match waiting.iter().all(|(_, done)| done.is_some()) {
            true => std::task::Poll::Ready(()),
            false => std::task::Poll::Pending,
        }
    })
    .await;
    waiting.into_iter().map(|(_, done)| done.unwrap()).collect()
}
