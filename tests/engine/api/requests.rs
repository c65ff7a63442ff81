//! How a request may be written, and repeated.

use serde_json::{Value, json};

use super::client::{Client, house};
use crate::EVERY;

const JSON: &str = "Content-Type: application/json\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn body_in_an_encoding_that_is_not_read_gets_a_true_answer_and_a_byte_order_mark_is_passed_over() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let body = br#"{"number":"two"}"#;
    for header in ["Content-Encoding: gzip", "Content-Encoding: identity, br"] {
        let refused = client
            .send("POST", "/decisions", &format!("{JSON}{header}\r\n"), body)
            .await;
        assert_eq!(refused.status, 415, "{header}: {refused:?}");
        assert_eq!(refused.body["type"], "urn:aftercall:problem:unknown-encoding");
        assert!(
            refused
                .head
                .to_ascii_lowercase()
                .contains("accept-encoding: identity"),
            "RFC 9110 section 15.5.16: {refused:?}"
        );
    }
    for charset in ["utf-16", "iso-8859-1", "windows-1252"] {
        let header = format!("Content-Type: application/json; charset={charset}\r\n");
        let refused = client.send("POST", "/decisions", &header, body).await;
        assert_eq!(refused.status, 415, "{charset}: {refused:?}");
        assert!(refused.body["detail"].as_str().unwrap().contains(charset));
    }
    let utf_16: Vec<u8> = "{\"number\":\"two\"}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(client.send("POST", "/decisions", JSON, &utf_16).await.status, 415);
    let latin_1 = b"{\"number\":\"two\",\"context\":{\"queue\":\"\xE4\"}}";
    let refused = client.send("POST", "/decisions", JSON, latin_1).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    assert!(
        refused.body["detail"].as_str().unwrap().contains("not UTF-8"),
        "{refused:?}"
    );
    let marked = [&b"\xEF\xBB\xBF"[..], body].concat();
    for header in [
        JSON.to_owned(),
        "Content-Type: application/json; charset=\"UTF-8\"\r\nContent-Encoding: identity\r\n".to_owned(),
    ] {
        let taken = client.send("POST", "/decisions", &header, &marked).await;
        assert_eq!(taken.status, 201, "{header}: {taken:?}");
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idempotency_key_is_for_one_request_and_repeats_it_however_its_json_is_laid_out() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let body = json!({ "number": "two", "context": { "queue": "sales", "agent": "7" } });
    let first = client.post_once("/decisions", "k1", body.clone()).await;
    assert_eq!(first.status, 201, "{first:?}");
    let headers = format!("{JSON}Idempotency-Key: k1\r\n");
    let laid_out = b"{ \"context\": {\n\"agent\": \"7\", \"queue\": \"sales\"}, \"number\": \"two\" }";
    let again = client.send("POST", "/decisions", &headers, laid_out).await;
    assert_eq!(
        (again.status, &again.body["call_id"]),
        (200, &first.body["call_id"]),
        "{again:?}"
    );
    for (path, other) in [
        (
            "/decisions",
            json!({ "number": "two", "context": { "queue": "sales", "agent": "8" } }),
        ),
        ("/decisions", json!({ "number": "two" })),
        ("/decisions", json!({ "number": "two", "original_call_id": "x" })),
        ("/announcements", body.clone()),
        ("/announcements", json!({ "token": "t" })),
    ] {
        let refused = client.post_once(path, "k1", other.clone()).await;
        assert_eq!(refused.status, 422, "{path} {other}: {refused:?}");
        assert_eq!(refused.body["type"], "urn:aftercall:problem:key-reused");
    }
    let announced = client
        .post_once("/announcements", "k2", json!({ "token": "t" }))
        .await;
    assert_eq!(
        announced.status, 201,
        "another key is another request: {announced:?}"
    );
    let refused = client
        .post_once("/announcements", "k2", json!({ "token": "u" }))
        .await;
    assert_eq!(refused.status, 422, "{refused:?}");
    let same_call = json!({ "number": "two", "original_call_id": "id-1", "context": { "queue": "a" } });
    assert_eq!(client.post_once("/decisions", "k3", same_call).await.status, 201);
    let changed = json!({ "number": "two", "original_call_id": "id-1", "context": { "queue": "b" } });
    assert_eq!(
        client.post_once("/decisions", "k3", changed.clone()).await.status,
        422,
        "also where the call is found by its id"
    );
    assert_eq!(
        client.post_once("/decisions", "k4", changed).await.status,
        200,
        "the call is known, under whatever key it is asked about again"
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_requests_with_one_key_and_different_bodies_at_once_one_is_done() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let ask = async |queue: u32| {
        let body = json!({ "number": "two", "context": { "queue": queue.to_string() } });
        client.post_once("/decisions", "k", body).await.status
    };
    let statuses = tokio::join!(ask(1), ask(2), ask(3), ask(4));
    let mut statuses = [statuses.0, statuses.1, statuses.2, statuses.3];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 422, 422, 422]);
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn key_of_a_row_from_before_hashes_were_kept_is_taken_as_it_was() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let first = client
        .post_once("/decisions", "old", json!({ "number": "two" }))
        .await;
    let database = house.database().await;
    sqlx::query("UPDATE announcement SET request_hash = NULL")
        .execute(&database)
        .await
        .unwrap();
    let again = client
        .post_once(
            "/decisions",
            "old",
            json!({ "number": "two", "context": { "queue": "a" } }),
        )
        .await;
    assert_eq!(
        (again.status, &again.body["call_id"]),
        (200, &first.body["call_id"])
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn decision_against_a_survey_has_nothing_to_dial_and_names_the_rule() {
    let house = house(&format!(
        "{EVERY}max_per_day = 1\n[[route]]\nnumber = \"sales\"\nsurvey = \"two\"\nwhen.queue = \"sales\"\n"
    ));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let ask = async |body: Value| client.post("/decisions", body).await.ok();
    let surveyed = ask(json!({ "number": "two" })).await;
    assert!(surveyed["survey"] == true && surveyed["token"].is_string() && surveyed["dial"].is_object());
    let full = ask(json!({ "number": "two", "original_call_id": "full" })).await;
    let other = ask(json!({ "number": "sales", "context": { "queue": "billing" } })).await;
    let nowhere = ask(json!({ "number": "nobody" })).await;
    for (answer, rule, why) in [
        (&full, "quota.max_per_day", "max_per_day 1 is reached"),
        (
            &other,
            "rule.queue",
            "`queue` does not meet the route's condition",
        ),
        (&nowhere, "no_route", "no route takes the dialled number"),
    ] {
        assert_eq!(answer["survey"], false, "{answer}");
        assert_eq!(
            (answer["rule"].as_str(), answer["why"].as_str()),
            (Some(rule), Some(why)),
            "{answer}"
        );
        for nothing in ["token", "dial", "expires_at"] {
            assert_eq!(answer.get(nothing), None, "{nothing}: {answer}");
        }
    }
    let again = ask(json!({ "number": "two", "original_call_id": "full" })).await;
    assert_eq!(
        (again.get("token"), &again["rule"]),
        (None, &json!("quota.max_per_day")),
        "{again}"
    );
    let found = client.get("/calls/full").await;
    assert_eq!(found.body["rule"], "quota.max_per_day", "{found:?}");
    service.stop().await;
    let rows = house.stored().await;
    assert!(
        rows.iter().any(|row| row.reason.as_deref() == Some("quota")),
        "the database keeps the plain word: {rows:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_probes_write_nothing_while_something_was_written_lately() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let database = house.database().await;
    let written = async || -> i64 {
        sqlx::query_scalar("SELECT written FROM heartbeat WHERE id = 1")
            .fetch_one(&database)
            .await
            .unwrap()
    };
    let before = written().await;
    for _ in 0..200 {
        for method in ["GET", "HEAD"] {
            assert_eq!(client.raw(method, "/readyz").await, 200, "{method}");
        }
    }
    let wrote = written().await - before;
    assert!(wrote < 20, "400 probes wrote {wrote} times");
    service.stop().await;
}
