//! The examples for integrators do what they say.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use super::{Client, call_and_leave, house};
use crate::EVERY;

const DOCUMENT: &str = include_str!("../../../docs/api.md");

/// A request as the document writes it: `ask [-X METHOD] $API/path [-d 'body']`.
#[derive(Debug)]
struct Example {
    method: String,
    path: String,
    body: Option<String>,
}

fn examples() -> Vec<Example> {
    let blocks = DOCUMENT.split("```\n").filter(|block| block.starts_with("ask "));
    blocks
        .flat_map(|block| block.split("\nask ").map(|one| one.trim_start_matches("ask ")))
        .map(example)
        .collect()
}

fn example(text: &str) -> Example {
    let (request, body) = text.split_once(" -d '").map_or((text, None), |(request, body)| {
        (request, Some(body.trim_end().trim_end_matches('\'').to_owned()))
    });
    let (options, path) = request.trim().split_once("$API").unwrap();
    let method = match (options.trim().strip_prefix("-X "), &body) {
        (Some(method), _) => method,
        (None, Some(_)) => "POST",
        (None, None) => "GET",
    };
    Example {
        method: method.to_owned(),
        path: path.to_owned(),
        body,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_of_the_document_is_answered_as_it_says() {
    let house = house("[[route]]\nnumber = \"nps\"\nsurvey = \"two\"\n");
    let service = house.start().await;
    let client = Client::new(&service).await;
    let mut answers = Vec::new();
    for Example { method, path, body } in examples() {
        let headers = "Content-Type: application/json\r\n";
        let body = body.unwrap_or_default();
        let response = client.send(&method, &path, headers, body.as_bytes()).await;
        let faulty = body.contains("agnt");
        assert_eq!(
            response.status >= 400,
            faulty,
            "{method} {path} {body}: {response:?}"
        );
        answers.push(response.body);
    }
    service.stop().await;
    assert_eq!(answers.len(), 16, "{:?}", examples());
    // The answers in the document, in the same order; what is shown of them is there, whatever its value.
    let shown = DOCUMENT.split("```json\n").skip(1).flat_map(|block| {
        let block = block.split("```").next().unwrap();
        serde_json::Deserializer::from_str(block)
            .into_iter::<Value>()
            .map(Result::unwrap)
            .collect::<Vec<_>>()
    });
    let with_an_answer = [0, 1, 2, 4, 5, 6, 7, 8, 9, 15].map(|index| &answers[index]);
    for (shown, answer) in shown.zip(with_an_answer) {
        // The call of the document has come and was answered; ours has not.
        let given_later = ["arrived_at", "answered_at", "ended_at", "disposition", "reason"];
        for name in shown.as_object().unwrap().keys() {
            let is_there = answer.get(name).is_some() || given_later.contains(&name.as_str());
            assert!(is_there, "{name} of {shown} is in {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn script_for_dialplans_prints_whom_to_dial_and_asks_about_each_call_once() {
    let tools = ["curl", "jq"].map(|tool| {
        let found = std::process::Command::new(tool)
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        found.is_ok()
    });
    if tools != [true; 2] {
        println!("skipped: needs curl and jq");
        return;
    }
    let house = house(&format!("{EVERY}every = 2\n"));
    let service = house.start().await;
    let client = Client::new(&service).await;
    let key = house.path("api.key");
    std::fs::write(&key, format!("{}\n", super::client::KEY)).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/api/aftercall-decide");
    let run = async |api: String, arguments: &[&str]| {
        let output = tokio::process::Command::new(&script)
            .args(arguments)
            .env("AFTERCALL_API", api)
            .env("AFTERCALL_KEY_FILE", &key)
            .output()
            .await
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let api = format!("http://{}/api/v1", service.engine.http_address());
    let decide = async |id: &str| {
        let hostile = "\",\"x\":1}'; rm -rf / #";
        run(api.clone(), &["two", id, "+358401234567", hostile, ""]).await
    };
    assert_eq!(decide("1").await, "", "the first is not surveyed");
    let user = decide("2").await;
    assert!(user.starts_with("two--"), "{user}");
    assert_eq!(decide("2").await, user, "the same call");
    call_and_leave(&service, "decided", &user, "caller", "").await;
    let came = client.get("/calls/2").await.ok();
    assert_eq!(came["queue"], "\",\"x\":1}'; rm -rf / #");
    assert_eq!(decide("2").await, "", "it has come");
    service.stop().await;
    assert_eq!(
        run(api, &["two", "3"]).await,
        "",
        "nobody answers: nothing is transferred"
    );
    assert_eq!(super::one(&house, "SELECT COUNT(*) FROM call").await, "2");
}
