//! What is told after the call, of all calls, and of callers who are not to be asked.

use serde_json::{Value, json};

use super::{Client, call_and_leave, house, one, text};
use crate::EVERY;
use crate::caller::Caller;

#[tokio::test(flavor = "multi_thread")]
async fn late_context_reaches_the_row_with_its_source_and_changes_neither_count_nor_answers() {
    let house = house(&format!("{EVERY}[context]\nattributes = {{ segment = [] }}\n"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let mut caller = Caller::new(service.address, "late").await;
    caller
        .call("X-Call-Id: 77\r\nX-Queue: sales\r\nX-Agent: 1\r\n")
        .await;
    caller.prompt().await;
    caller.press('2').await;
    caller.prompt_begins().await;
    let during = client.patch("/calls/77", json!({ "team": "north" })).await.ok();
    assert_eq!(during["state"], "in_progress");
    caller.bye().await;
    let body = json!({
        "queue": "billing", "agent": "2", "disposition": "sold", "talk_time_s": 95.0, "wait_time_s": 4,
        "language": null, "survey": "", "attributes": { "segment": "gold" }
    });
    let amended = client.patch("/calls/77", body).await.ok();
    assert_eq!(
        (&amended["agent"], &amended["queue"]),
        (&json!("2"), &json!("billing"))
    );
    for (settled, field) in [
        (json!({ "survey": "said" }), "/survey"),
        (json!({ "opt_in": false }), "/opt_in"),
    ] {
        let refused = client.patch("/calls/77", settled).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field]));
    }
    let unknown = client.patch("/calls/78", json!({ "agent": "2" })).await;
    assert_eq!(unknown.body["type"], "urn:aftercall:problem:unknown-call");
    service.stop().await;
    assert_eq!(
        one(
            &house,
            "SELECT concat_ws(' ', c.queue, c.agent, c.team, stratum_queue, stratum_position, value) \
             FROM call c JOIN answer a ON a.call_uid = c.call_uid"
        )
        .await,
        "billing 2 north sales 1 2"
    );
    let told = "SELECT group_concat(concat(field, '=', value, '<', source), ' ') FROM \
                (SELECT * FROM v_call_context WHERE field <> 'caller' ORDER BY field)";
    assert_eq!(
        one(&house, told).await,
        "agent=2<api disposition=sold<api original_call_id=77<X-Call-Id queue=billing<api segment=gold<api \
         talk_time=95<api team=north<api wait_time=4<api"
    );
    assert_eq!(
        one(
            &house,
            "SELECT concat_ws(' ', talk_time_s, agent_disposition) FROM v_agent_call"
        )
        .await,
        "95 sold"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_of_an_announced_call_is_there_when_it_comes() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let announced = client
        .post("/announcements", json!({ "number": "two" }))
        .await
        .ok();
    let decided = client
        .post(
            "/decisions",
            json!({ "number": "two", "context": { "agent": "1" } }),
        )
        .await
        .ok();
    for call in [&announced, &decided] {
        let path = format!("/calls/{}", text(&call["call_id"]));
        let body = json!({ "agent": "4711", "attributes": {} });
        assert_eq!(client.patch(&path, body).await.ok()["agent"], "4711");
        call_and_leave(
            &service,
            &path,
            &text(&call["dial"]["user"]),
            "caller",
            "X-Agent: 9\r\n",
        )
        .await;
    }
    service.stop().await;
    let agents = "SELECT group_concat(agent, ' ') FROM call";
    assert_eq!(one(&house, agents).await, "4711 4711");
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_could_have_been_surveyed_are_the_base_of_the_reach_rate() {
    let house = house(&format!("{EVERY}every = 2\n"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let call = |number: usize, agent: &str| {
        json!({
            "original_call_id": format!("{agent}-{number}"), "ended_at": "2026-11-25T23:59:59.5+00:00",
            "queue": "sales", "agent": agent, "talk_time_s": 60 + number
        })
    };
    let batch: Vec<Value> = (0..10)
        .flat_map(|number| [call(number, "good"), call(number, "shy")])
        .collect();
    let answer = client.post("/eligible", Value::from(batch.clone())).await.ok();
    assert_eq!(answer, json!({ "received": 20, "new": 20 }));
    let again = client.post("/eligible", Value::from(batch)).await.ok();
    assert_eq!(again["new"], 0, "told again, a call is the same call");
    let one_more =
        json!({ "original_call_id": "good-3", "ended_at": "2026-11-25T23:00:00Z", "team": "north" });
    assert_eq!(
        client.post("/eligible", one_more).await.ok(),
        json!({ "received": 1, "new": 0 })
    );
    // The good agent hands over four calls, one of them by asking first; the shy one hands over none.
    for number in 0..3 {
        let header = format!("X-Call-Id: good-{number}\r\n");
        call_and_leave(&service, &format!("good-{number}"), "two", "caller", &header).await;
    }
    let body = json!({ "number": "two", "original_call_id": "good-3" });
    assert_eq!(client.post("/decisions", body).await.ok()["survey"], true);
    service.stop().await;
    let database = house.database().await;
    let shown: Vec<String> = sqlx::query_scalar(
        "SELECT concat_ws(' ', agent, COALESCE(team, '-'), SUM(eligible), SUM(reached), SUM(sampled), SUM(offered), \
         COALESCE(MAX(reach_rate), '-')) FROM v_reach WHERE day = '2026-11-25' GROUP BY agent, team ORDER BY agent, team",
    )
    .fetch_all(&database)
    .await
    .unwrap();
    assert_eq!(
        shown,
        ["good - 9 3 1 1 -", "good north 1 1 1 0 -", "shy - 10 0 0 0 0.0"],
        "a rate of fewer than ten calls is not told"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_of_eligible_calls_are_named_by_their_place_and_nothing_is_kept_then() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let good = json!({ "original_call_id": "1", "ended_at": "2026-11-25T09:00:00Z" });
    let with = |name: &str, value: Value| {
        let mut call = good.clone();
        call[name] = value;
        call
    };
    for (bad, field) in [
        (with("queue", json!("a\u{0}b")), "/1/queue"),
        (with("original_call_id", json!("")), "/1/original_call_id"),
        (with("ended_at", json!("yesterday")), "/1/ended_at"),
        (with("ended_at", json!("1999-12-31T23:59:59Z")), "/1/ended_at"),
        (with("ended_at", json!("9999-01-01T00:00:00Z")), "/1/ended_at"),
        (with("talk_time_s", json!(604_801)), "/1/talk_time_s"),
        (with("talk_time_s", json!(-1)), "/1/talk_time_s"),
        (with("talk_time_s", json!(0.5)), "/1/talk_time_s"),
        (with("wheather", json!("x")), "/1/wheather"),
    ] {
        let refused = client.post("/eligible", json!([good, bad])).await;
        assert_eq!(
            (refused.status, refused.fields()),
            (422, vec![field]),
            "{refused:?}"
        );
    }
    let many = vec![good.clone(); 1_001];
    assert_eq!(client.post("/eligible", Value::from(many)).await.status, 422);
    let thousand: Vec<Value> = (0..1_000)
        .map(|n| with("original_call_id", json!(n.to_string())))
        .collect();
    assert_eq!(
        client.post("/eligible", Value::from(thousand)).await.ok()["new"],
        1_000
    );
    service.stop().await;
    assert_eq!(one(&house, "SELECT COUNT(*) FROM eligible_call").await, "1000");
}

#[tokio::test(flavor = "multi_thread")]
async fn opt_out_by_the_api_keeps_the_next_call_out_and_its_removal_lets_it_in() {
    let house = house(&format!("{EVERY}[privacy]\ncaller_number = \"clear\"\n"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let number = json!({ "number": "+358 (40) 123-4567" });
    let ask = async |path: &str| client.post(path, number.clone()).await;
    assert_eq!(ask("/opt-outs/lookup").await.ok()["opted_out"], false);
    let added = ask("/opt-outs").await;
    assert_eq!((added.status, &added.body["changed"]), (201, &json!(true)));
    let again = ask("/opt-outs").await;
    assert_eq!((again.status, &again.body["changed"]), (200, &json!(false)));
    assert_eq!(again.body["since"], added.body["since"], "the first time stays");
    assert_eq!(client.get("/opt-outs").await.ok()["count"], 1);
    call_and_leave_thanked(&service, "not surveyed").await;
    assert_eq!(
        ask("/opt-outs/remove").await.ok(),
        json!({ "opted_out": false, "changed": true })
    );
    assert_eq!(ask("/opt-outs/remove").await.ok()["changed"], false);
    call_and_leave(&service, "let in", "two", "+358401234567", "").await;
    for none in ["", "  ", "anonymous"] {
        let refused = client.post("/opt-outs", json!({ "number": none })).await;
        assert_eq!((refused.status, refused.fields()), (422, vec!["/number"]));
    }
    let bare = client
        .post("/opt-outs", json!({ "number": 358_401_234_567_u64 }))
        .await;
    assert_eq!(bare.fields(), ["/number"]);
    assert!(!bare.body.to_string().contains("358401234567"), "{bare:?}");
    service.stop().await;
    let decisions = "SELECT group_concat(decision, ' ') FROM (SELECT decision FROM call ORDER BY arrived_at)";
    assert_eq!(one(&house, decisions).await, "suppressed sampled");
}

async fn call_and_leave_thanked(service: &crate::house::Service, name: &str) {
    let mut caller = Caller::new(service.address, name).await.from("+358401234567");
    caller.call("").await;
    caller.prompt_begins().await;
    caller.hung_up().await;
}
