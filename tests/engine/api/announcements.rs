//! A call announced beforehand finds its announcement, once.

use serde_json::json;

use super::{Client, call_and_leave, house, one, passed, text};
use crate::EVERY;
use crate::caller::Caller;
use crate::house::House;

/// `field=value from source` of the call with this SIP Call-ID.
async fn told(house: &House, sip_call_id: &str) -> Vec<String> {
    let database = house.database().await;
    let told = sqlx::query_scalar(
        "SELECT concat(t.field, '=', t.value, ' from ', t.source) FROM v_call_context t \
         JOIN call c ON c.call_uid = t.call_uid WHERE c.sip_call_id = $1 ORDER BY t.field",
    )
    .bind(sip_call_id)
    .fetch_all(&database)
    .await
    .unwrap();
    database.close().await;
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn token_in_the_dialled_user_finds_the_announcement_which_goes_before_headers() {
    let house = house(&format!(
        "{EVERY}[context]\nattributes = {{ segment = [] }}\n[results.bye_headers]\nX-Token = \"{{token}}\"\n"
    ));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let announced = client
        .post(
            "/announcements",
            json!({
                "number": "two",
                "original_call_id": "1764038400.17",
                "caller": "+358401234567",
                "context": {
                    "queue": "sales", "agent": "4711", "language": "en-GB", "talk_time_s": 95,
                    "attributes": { "segment": "gold" }
                }
            }),
        )
        .await
        .ok();
    let (call, token) = (text(&announced["call_id"]), text(&announced["token"]));
    assert_eq!(announced["dial"]["user"], format!("two--{token}"));
    assert_eq!(announced["dial"]["parameter"], format!("token={token}"));
    let waits = client.get(&format!("/calls/{call}")).await.ok();
    assert_eq!(
        (&waits["state"], &waits["queue"]),
        (&json!("announced"), &json!("sales"))
    );

    let mut caller = Caller::new(service.address, "announced")
        .await
        .from("+358409999999")
        .dial(announced["dial"]["user"].as_str().unwrap());
    caller.call("X-Queue: billing\r\nX-Team: north\r\n").await;
    caller.prompt().await;
    let during = client.get(&format!("/calls/{call}")).await.ok();
    assert_eq!(during["state"], "in_progress");
    caller.press('9').await;
    caller.prompt().await;
    caller.press('4').await;
    caller.prompt_begins().await;
    let bye = caller.hung_up().await;
    assert!(bye.contains(&format!("X-Token: {token}")), "{bye}");
    service.stop().await;

    assert_eq!(
        told(&house, "announced").await,
        [
            "agent=4711 from announcement",
            "announced_by= from token",
            "caller= from announcement",
            "language=en-gb from announcement",
            "original_call_id=1764038400.17 from announcement",
            "queue=sales from announcement",
            "segment=gold from announcement",
            "talk_time=95 from announcement",
            "team=north from X-Team",
            format!("token={token} from Request-URI").as_str(),
        ]
    );
    assert_eq!(
        one(&house, "SELECT call_uid FROM call").await,
        call,
        "the call took the identity"
    );
    assert_eq!(
        one(
            &house,
            "SELECT concat(stratum_queue, decided_by, invited_at) FROM call"
        )
        .await,
        "salescall",
        "it was counted where it was announced to be"
    );

    let service = house.start().await;
    let client = Client::new(&service).await;
    let result = client.get("/calls/1764038400.17").await.ok();
    assert_eq!(result["call_id"], call.as_str());
    assert_eq!(
        (&result["state"], &result["disposition"]),
        (&json!("ended"), &json!("completed"))
    );
    let answers: Vec<_> = result["answers"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&answers[0]["question"], &answers[0]["value"]),
        (&json!("nps"), &json!(9))
    );
    assert_eq!(
        (&answers[1]["metric"], &answers[1]["value"]),
        (&json!("ces"), &json!(4))
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn call_is_found_by_original_call_id_else_by_its_caller_unless_the_two_name_different_calls() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let announce =
        async |body: serde_json::Value| text(&client.post("/announcements", body).await.ok()["call_id"]);
    let by_id = announce(json!({ "original_call_id": "a 1", "context": { "queue": "by-id" } })).await;
    let by_caller =
        announce(json!({ "caller": "+358 40 111 1111", "context": { "queue": "by-caller" } })).await;
    let other = announce(
        json!({ "caller": "+358402222222", "original_call_id": "b", "context": { "queue": "of-b" } }),
    )
    .await;

    call_and_leave(&service, "one", "two", "+358403333333", "X-Call-Id: a 1\r\n").await;
    call_and_leave(&service, "two", "two", "+358401111111", "").await;
    // The same caller, and another call: what waits for b is not for it.
    call_and_leave(&service, "three", "two", "+358402222222", "X-Call-Id: c\r\n").await;
    call_and_leave(&service, "four", "two", "+358402222222", "").await;
    // Each was for one call.
    call_and_leave(&service, "five", "two", "+358401111111", "X-Call-Id: a 1\r\n").await;
    service.stop().await;

    let database = house.database().await;
    let calls: Vec<(String, Option<String>, String)> =
        sqlx::query_as("SELECT sip_call_id, queue, call_uid FROM call ORDER BY arrived_at")
            .fetch_all(&database)
            .await
            .unwrap();
    let queues: Vec<_> = calls
        .iter()
        .map(|(name, queue, _)| (name.as_str(), queue.as_deref()))
        .collect();
    assert_eq!(
        queues,
        [
            ("one", Some("by-id")),
            ("two", Some("by-caller")),
            ("three", None),
            ("four", Some("of-b")),
            ("five", None)
        ]
    );
    assert_eq!(
        [&calls[0].2, &calls[1].2, &calls[3].2],
        [&by_id, &by_caller, &other]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn told_again_an_announcement_is_added_to_until_its_call_has_come() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let tell = async |context: serde_json::Value| {
        let body = json!({ "original_call_id": "77", "number": "two", "context": context });
        client.post("/announcements", body).await
    };
    let first = tell(json!({ "queue": "sales", "agent": "1" })).await.ok();
    let second = tell(json!({ "agent": "2", "team": "north" })).await.ok();
    assert_eq!(first["token"], second["token"], "the same call");
    call_and_leave(&service, "once", &text(&first["dial"]["user"]), "caller", "").await;
    let late = tell(json!({ "agent": "3" })).await;
    assert_eq!(late.status, 409, "{late:?}");
    assert_eq!(late.body["call_id"], first["call_id"]);
    assert!(text(&late.body["mend"]).contains("PATCH"), "{late:?}");
    let keyed = async |key| {
        let body = json!({ "number": "two", "token": "mine", "context": { "queue": "q" } });
        client.post_once("/announcements", key, body).await.ok()
    };
    assert_eq!(
        keyed("k1").await,
        keyed("k1").await,
        "a repeated request is one announcement"
    );
    service.stop().await;
    assert_eq!(
        one(&house, "SELECT concat_ws(' ', queue, agent, team) FROM call").await,
        "sales 2 north"
    );
    assert_eq!(one(&house, "SELECT COUNT(*) FROM announcement").await, "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn announcement_waits_through_a_restart_and_not_beyond_its_time() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let announce = async |id: &str, expires_in_s: u32| {
        let body =
            json!({ "original_call_id": id, "expires_in_s": expires_in_s, "context": { "queue": id } });
        client.post("/announcements", body).await.ok()
    };
    announce("patient", 600).await;
    let short = announce("short", 1).await;
    let expires_at = text(&short["expires_at"]);
    service.stop().await;
    let service = house.start().await;
    passed(&expires_at).await;
    call_and_leave(&service, "late", "two", "caller", "X-Call-Id: short\r\n").await;
    call_and_leave(&service, "in time", "two", "caller", "X-Call-Id: patient\r\n").await;
    service.stop().await;
    let queues =
        "SELECT group_concat(COALESCE(queue, '-'), ' ') FROM (SELECT queue FROM call ORDER BY arrived_at)";
    assert_eq!(one(&house, queues).await, "- patient");
}

#[tokio::test(flavor = "multi_thread")]
async fn consent_and_survey_are_announced_too_and_a_survey_that_does_not_exist_is_refused() {
    let house = house(&format!("{EVERY}every = 1\n"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let refused = client
        .post("/announcements", json!({ "context": { "survey": "nowhere" } }))
        .await;
    assert_eq!((refused.status, refused.fields()), (422, vec!["/context/survey"]));
    assert!(
        text(&refused.body["detail"]).contains("choose from said, two"),
        "{refused:?}"
    );
    let body = json!({ "number": "two", "context": { "opt_in": false } });
    let announced = client.post("/announcements", body).await.ok();
    call_and_leave(
        &service,
        "unwilling",
        &text(&announced["dial"]["user"]),
        "caller",
        "",
    )
    .await;
    service.stop().await;
    let reason = "SELECT concat_ws(' ', decision, decision_reason) FROM call";
    assert_eq!(one(&house, reason).await, "suppressed not_opted_in");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_calls_are_announced_than_may_be() {
    let house = House::new(&format!(
        "{EVERY}[http]\nlisten = \"127.0.0.1:0\"\nmax_announcements = 2\n{}",
        super::client::key("test", super::client::KEY, &super::client::SCOPES)
    ));
    let service = house.start().await;
    let client = Client::new(&service).await;
    for _ in 0..2 {
        client.post("/announcements", json!({})).await.ok();
    }
    let refused = client.post("/announcements", json!({})).await;
    assert_eq!(refused.status, 503);
    assert_eq!(refused.body["type"], "urn:aftercall:problem:too-many-announced");
    assert!(
        refused.head.to_ascii_lowercase().contains("retry-after: 10"),
        "{refused:?}"
    );
    service.stop().await;
}
