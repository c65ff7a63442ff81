//! Who may ask, what may be sent, and that the description is true.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::client::{KEY, SCOPES, key};
use super::schema::Operation;
use super::{Client, house, text};
use crate::EVERY;
use crate::house::House;
use aftercall::web::api::OPERATIONS;

/// A request that each endpoint takes.
fn good(path: &str) -> Value {
    match path {
        "/announcements" => json!({
            "number": "two", "token": "t0", "original_call_id": "1", "caller": "+358401234567", "expires_in_s": 60,
            "context": { "queue": "q", "opt_in": true, "talk_time_s": 5, "attributes": {} }
        }),
        "/decisions" => json!({ "number": "two", "original_call_id": "2", "context": { "agent": "a" } }),
        "/calls/{call}" => json!({ "agent": "a", "team": null }),
        "/eligible" => {
            json!([{ "original_call_id": "1", "ended_at": "2026-11-25T09:00:00Z", "queue": null }])
        }
        "/opt-outs" | "/opt-outs/lookup" | "/opt-outs/remove" => json!({ "number": "+358401234567" }),
        // They have parameters and no body.
        "/report" | "/plan" => Value::Null,
        path if [
            "/calls",
            "/answers",
            "/comments",
            "/surveys",
            "/directory",
            "/deliveries",
            "/events",
        ]
        .iter()
        .any(|list| path.starts_with(list)) =>
        {
            Value::Null
        }
        other => panic!("{other} is new: write a request for it"),
    }
}

/// A path with something for what is filled in.
fn filled(path: &str, text: &str) -> String {
    ["{call}", "{question}", "{survey}"]
        .iter()
        .fold(path.to_owned(), |path, place| path.replace(place, text))
}

async fn ask(client: &Client, operation: &Operation) -> super::client::Response {
    let path = filled(&operation.path, "1");
    let body = match operation.has_body {
        true => good(&operation.path).to_string(),
        false => String::new(),
    };
    let headers = "Content-Type: application/json\r\n";
    client
        .send(&operation.method, &path, headers, body.as_bytes())
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_endpoint_wants_a_key_with_its_scope_and_nothing_else() {
    let others = |scope: &str| {
        SCOPES
            .into_iter()
            .filter(move |known| *known != scope)
            .collect::<Vec<_>>()
    };
    let keys: String = SCOPES
        .into_iter()
        .map(|scope| {
            key(&format!("only-{scope}"), scope, &[scope])
                + &key(&format!("no-{scope}"), &format!("-{scope}"), &others(scope))
        })
        .collect();
    let house = House::new(&format!("{EVERY}{keys}"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let operations = client.description().operations();
    assert_eq!(operations.len(), 24, "{operations:?}");
    let mut scopes: Vec<&str> = operations
        .iter()
        .map(|operation| operation.scope.as_str())
        .collect();
    scopes.sort_unstable();
    scopes.dedup();
    assert_eq!(scopes.len(), SCOPES.len(), "every scope is for something");
    for operation in &operations {
        let with = async |key: Option<&str>| ask(&client.with_key(key), operation).await;
        for wrong in [None, Some(""), Some("ack_wrong"), Some("sha256:00")] {
            let refused = with(wrong).await;
            assert_eq!(refused.status, 401, "{operation:?} {wrong:?}");
            assert!(
                refused
                    .head
                    .to_ascii_lowercase()
                    .contains("www-authenticate: bearer")
            );
        }
        let refused = with(Some(&format!("-{}", operation.scope))).await;
        assert_eq!(refused.status, 403, "{operation:?}");
        assert!(
            text(&refused.body["detail"]).contains(&operation.scope),
            "{refused:?}"
        );
        let allowed = with(Some(&operation.scope)).await;
        assert!(!matches!(allowed.status, 401 | 403), "{operation:?}: {allowed:?}");
        let with_body: &[&str] = if operation.has_body {
            &["400", "413", "415", "422"]
        } else {
            &[]
        };
        for status in ["401", "403", "429", "503"].iter().chain(with_body) {
            assert!(
                operation.statuses.iter().any(|known| known == status),
                "{operation:?}"
            );
        }
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn table_of_scopes_has_the_operations_of_the_description_and_of_the_router() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let mut described: Vec<[String; 3]> = client
        .description()
        .operations()
        .into_iter()
        .map(|operation| [operation.method, operation.path, operation.scope])
        .collect();
    let mut table =
        OPERATIONS.map(|(method, path, scope)| [method.as_str(), path, scope.as_str()].map(str::to_owned));
    described.sort();
    table.sort();
    assert_eq!(described, table);
    for [_, path, _] in &table {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let is_routed = table.iter().any(|[of, at, _]| of == method && at == path);
            let headers = "Content-Type: application/json\r\n";
            let body = good(path).to_string();
            let response = client
                .send(method, &filled(path, "nobody"), headers, body.as_bytes())
                .await;
            assert_eq!(response.status != 405, is_routed, "{method} {path}: {response:?}");
            assert_ne!(
                response.body["type"], "urn:aftercall:problem:unknown-endpoint",
                "{method} {path}"
            );
        }
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scope_is_checked_after_the_key_and_before_path_and_body() {
    let house = House::new(&format!("{EVERY}{}", key("nobody", "none", &["results"])));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let others = OPERATIONS
        .iter()
        .filter(|(.., scope)| scope.as_str() != "results");
    for (method, path, scope) in others {
        let path = filled(path, "%ff");
        for headers in ["", "Content-Type: application/json\r\n"] {
            let with = async |key| {
                let client = client.with_key(Some(key));
                client.send(method.as_str(), &path, headers, b"{").await
            };
            assert_eq!(with("unknown").await.status, 401, "{method} {path}");
            let refused = with("none").await;
            assert_eq!(
                (refused.status, text(&refused.body["detail"])),
                (403, format!("The key `nobody` has no scope `{scope}`.")),
                "{method} {path}"
            );
        }
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_in_the_configuration_the_api_is_closed_and_says_how_to_open_it() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let refused = client.post("/decisions", json!({ "number": "two" })).await;
    assert_eq!(
        (refused.status, &refused.body["type"]),
        (403, &json!("urn:aftercall:problem:closed"))
    );
    assert!(
        text(&refused.body["mend"]).contains("aftercall api-key new"),
        "{refused:?}"
    );
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faulty_requests_are_refused_by_a_problem_that_names_the_place() {
    let house = house(EVERY);
    let service = house.start().await;
    let client = Client::new(&service).await;
    let raw = async |headers: &str, body: &[u8]| client.send("POST", "/decisions", headers, body).await;
    let json_type = "Content-Type: application/json\r\n";
    for body in [
        "",
        "{",
        "[1",
        "{\"number\": \"two\"} x",
        "\u{feff}{",
        "{\"number\": \"\\ud800\"}",
    ] {
        assert_eq!(raw(json_type, body.as_bytes()).await.status, 400, "{body}");
    }
    assert_eq!(
        raw(json_type, b"{\"number\": \"\xff\"}").await.status,
        400,
        "not UTF-8"
    );
    assert_eq!(raw("", b"{}").await.status, 415);
    assert_eq!(raw("Content-Type: text/plain\r\n", b"{}").await.status, 415);
    let patched = "Content-Type: application/merge-patch+json; charset=utf-8\r\n";
    assert_eq!(raw(patched, b"{\"number\":\"nowhere\"}").await.status, 201);
    let large = vec![b' '; (16 << 10) + 1];
    assert_eq!(raw(json_type, &large).await.status, 413);
    for (body, field) in [
        (json!({}), ""),
        (json!([]), ""),
        (json!(["two", null, null, null, null, null]), ""),
        (json!({ "number": "two", "context": ["q"] }), "/context"),
        (json!({ "number": "two", "nmber": 1 }), "/nmber"),
        (json!({ "number": 2 }), "/number"),
        (json!({ "number": "two@evil" }), "/number"),
        (json!({ "number": "two--token" }), "/number"),
        (
            json!({ "number": "two", "context": { "agnt": "1" } }),
            "/context/agnt",
        ),
        (
            json!({ "number": "two", "context": { "attributes": { "a/b": "1" } } }),
            "/context/attributes/a~1b",
        ),
        (
            json!({ "number": "two", "context": { "language": "7" } }),
            "/context/language",
        ),
        (
            json!({ "number": "two", "context": { "talk_time_s": 604_801 } }),
            "/context/talk_time_s",
        ),
        (json!({ "number": "two", "token": "a b" }), "/token"),
        (
            json!({ "number": "two", "original_call_id": "\u{7}" }),
            "/original_call_id",
        ),
        (json!({ "number": "two", "expires_in_s": 0 }), "/expires_in_s"),
        (
            json!({ "number": "two", "expires_in_s": 86_401 }),
            "/expires_in_s",
        ),
    ] {
        let refused = client.post("/decisions", body.clone()).await;
        assert_eq!(
            (refused.status, refused.fields()),
            (422, vec![field]),
            "{body}: {refused:?}"
        );
    }
    let twice = json!({ "number": "two", "caller": "x".repeat(129), "context": { "queue": "", "team": "a\tb", "agent": "\u{200b}" } });
    let mut fields: Vec<String> = client
        .post("/decisions", twice)
        .await
        .fields()
        .into_iter()
        .map(str::to_owned)
        .collect();
    fields.sort();
    assert_eq!(
        fields,
        ["/caller", "/context/agent", "/context/team"],
        "all at once, and an empty text is none"
    );
    let long = "k".repeat(256);
    let refused = client
        .post_once("/decisions", &long, json!({ "number": "two" }))
        .await;
    assert_eq!(refused.fields(), ["Idempotency-Key"]);
    for (method, path, status) in [
        ("GET", "/nothing", 404),
        ("GET", "/", 404),
        ("DELETE", "/decisions", 405),
        ("GET", "/calls/%ff", 404),
        ("GET", "/calls/nobody", 404),
    ] {
        assert_eq!(
            client.send(method, path, "", b"").await.status,
            status,
            "{method} {path}"
        );
    }
    service.stop().await;
    let database = house.database().await;
    let calls: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM call")
        .fetch_one(&database)
        .await
        .unwrap();
    assert_eq!(calls, 1, "what is refused is not counted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_ask_as_often_as_the_configuration_says() {
    let house = House::new(&format!(
        "{EVERY}[http]\nlisten = \"127.0.0.1:0\"\nrate_limit = 3\n{}{}",
        key("test", KEY, &SCOPES),
        key("other", "other", &SCOPES)
    ));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let mut refused = None;
    for _ in 0..1_000 {
        let response = client.get("/opt-outs").await;
        if response.status == 429 {
            refused = Some(response);
            break;
        }
    }
    let refused = refused.expect("a thousand requests take less than three hundred seconds");
    assert!(
        refused.head.to_ascii_lowercase().contains("retry-after: 1"),
        "{refused:?}"
    );
    assert_eq!(
        client.with_key(Some("other")).get("/opt-outs").await.status,
        200,
        "each key by itself"
    );
    service.stop().await;
}

/// A request that promises a body and never sends it.
async fn unfinished(server: std::net::SocketAddr) -> tokio::net::TcpStream {
    use tokio::io::AsyncWriteExt;
    let mut stream = tokio::net::TcpStream::connect(server).await.unwrap();
    let head = format!(
        "POST /api/v1/decisions HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nAuthorization: Bearer {KEY}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_never_end_are_ended_and_no_more_than_so_many_are_done_at_once() {
    use tokio::io::AsyncReadExt;
    let house = house(&format!(
        "{EVERY}[http]\nlisten = \"127.0.0.1:0\"\nrate_limit = 0\n"
    ));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let server = service.engine.http_address();
    let mut waiting = Vec::new();
    let busy = crate::soon("every place is taken", async {
        loop {
            for _ in 0..64 {
                waiting.push(unfinished(server).await);
            }
            let response = client.get("/opt-outs").await;
            if response.status != 200 {
                return response;
            }
        }
    })
    .await;
    assert_eq!(
        (busy.status, &busy.body["type"]),
        (503, &json!("urn:aftercall:problem:busy"))
    );
    assert!(waiting.len() >= 128, "{} requests were too many", waiting.len());
    let mut too_slow = 0;
    for mut stream in waiting {
        let mut answer = String::new();
        crate::soon(
            "an unfinished request is answered",
            stream.read_to_string(&mut answer),
        )
        .await
        .unwrap();
        // Those that came when every place was taken were told so.
        too_slow += usize::from(answer.contains("problem:too-slow"));
        assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    }
    assert!(too_slow >= 128, "{too_slow} had a place and did not end");
    assert_eq!(
        client.get("/opt-outs").await.status,
        200,
        "the places are free again"
    );
    service.stop().await;
}

/// Bytes of a good request, changed in one place or cut off; or values of any shape.
#[test]
fn spoilt_requests_get_problem_documents_and_nothing_else() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (service, client, _house) = runtime.block_on(async {
        let house = House::new(&format!(
            "{EVERY}[http]\nlisten = \"127.0.0.1:0\"\nrate_limit = 0\n{}",
            key("test", KEY, &SCOPES)
        ));
        let service = house.start().await;
        let client = Client::new(&service).await;
        (service, client, house)
    });
    let operations: Vec<Operation> = client
        .description()
        .operations()
        .into_iter()
        .filter(|operation| operation.has_body)
        .collect();
    let spoilt = (
        0..operations.len(),
        any::<prop::sample::Index>(),
        any::<u8>(),
        any::<bool>(),
        prop::option::of("\\PC{0,20}"),
    );
    let mut runner = TestRunner::new(Config::with_cases(300));
    let result = runner.run(&spoilt, |(operation, place, byte, cut, value)| {
        let operation = &operations[operation];
        let mut body = good(&operation.path).to_string().into_bytes();
        let place = place.index(body.len());
        body[place] = byte;
        if cut {
            body.truncate(place);
        }
        if let Some(text) = value {
            body = json!({ "number": text, "agent": text, "original_call_id": text })
                .to_string()
                .into_bytes();
        }
        let path = operation.path.replace("{call}", "1");
        let headers = "Content-Type: application/json\r\n";
        // That the body fits the description of its status is checked for every response.
        let response = runtime.block_on(client.send(&operation.method, &path, headers, &body));
        let status = response.status;
        prop_assert!(
            matches!(status, 200 | 201 | 400 | 404 | 409 | 422),
            "{:?}",
            response
        );
        let sent: Option<Value> = serde_json::from_slice(&body).ok();
        let fits = sent.is_some_and(|sent| {
            client
                .description()
                .takes(&operation.method, &operation.path, &sent)
        });
        prop_assert!(
            fits || status >= 400,
            "what the description does not permit is refused: {} {:?}",
            String::from_utf8_lossy(&body),
            response
        );
        Ok(())
    });
    runtime.block_on(async {
        assert_eq!(
            client.get("/opt-outs").await.status,
            200,
            "and the service goes on"
        );
        service.stop().await;
    });
    if let Err(error) = result {
        panic!("{error}\n{runner}");
    }
}
