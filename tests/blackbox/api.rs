//! The HTTP API of the running program: keys made by the program itself, put in force and out of it while it runs.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::deployment::Deployment;
use crate::support::{eventually, http};

/// Status and body of `GET /api/v1/opt-outs` with this key.
async fn opt_outs(server: SocketAddr, key: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(server).await.unwrap();
    let request = format!(
        "GET /api/v1/opt-outs HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).await.unwrap();
    let status = response.split(' ').nth(1).unwrap().parse().unwrap();
    (status, response.split_once("\r\n\r\n").unwrap().1.to_owned())
}

/// A key that the program makes, and its hash.
async fn new_key(deployment: &Deployment, name: &str) -> (String, String) {
    let made = deployment
        .run(&["api-key", "new", "--name", name, "--scope", "opt_outs,results"])
        .await;
    assert!(made.status.success(), "{made:?}");
    let key = made.stdout.lines().next().unwrap().to_owned();
    let hash = made
        .stdout
        .split('"')
        .find(|part| part.starts_with("sha256:"))
        .unwrap();
    assert!(
        made.stdout.contains(&format!("name = \"{name}\""))
            && made.stdout.contains("[\"opt_outs\", \"results\"]"),
        "{made:?}"
    );
    (key, hash.to_owned())
}

#[tokio::test]
async fn output_of_a_new_key_is_the_key_and_toml_alone_and_the_rest_is_said_beside_it() {
    let deployment = Deployment::quick();
    let new = ["api-key", "new", "--name", "pbx", "--scope", "decisions"];
    let made = deployment.run(&new).await;
    let (key, lines) = made.stdout.split_once('\n').unwrap();
    assert!(key.starts_with("ack_"), "{key}");
    let table: toml::Table = lines.parse().unwrap();
    assert_eq!(table["http"]["key"][0]["name"].as_str(), Some("pbx"));
    assert!(
        made.stderr.contains("aftercall reload") && made.stderr.contains("shown once"),
        "{}",
        made.stderr
    );
    let made = deployment.run(&[&new[..], &["--json"]].concat()).await;
    let told: serde_json::Value = serde_json::from_str(&made.stdout).unwrap();
    assert!(told["key"].as_str().unwrap().starts_with("ack_"), "{told}");
    let table: toml::Table = told["toml"].as_str().unwrap().parse().unwrap();
    assert_eq!(
        table["http"]["key"][0]["hash"].as_str(),
        told["hash"].as_str(),
        "the lines are of this key"
    );
    assert_eq!(made.stderr, "");
}

#[tokio::test]
async fn keys_are_made_by_the_program_and_exchanged_by_a_reload() {
    let mut deployment = Deployment::quick();
    let (old, old_hash) = new_key(&deployment, "pbx").await;
    let (new, new_hash) = new_key(&deployment, "pbx").await;
    assert_ne!(old, new, "each key is another");
    let keys = format!("[{{ name = \"pbx\", hash = \"{old_hash}\", scopes = [\"opt_outs\"] }}]");
    deployment.set("http", "key", &keys);
    let server = deployment.start().await;
    assert_eq!(
        opt_outs(server.http, &old).await,
        (200, "{\"count\":0}".to_owned())
    );
    assert_eq!(opt_outs(server.http, &new).await.0, 401);
    let file = server.deployment().path("aftercall.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace(&old_hash, &new_hash)).unwrap();
    server.signal("-HUP").await;
    eventually("the new key is in force", async || {
        (opt_outs(server.http, &new).await.0 == 200).then_some(())
    })
    .await;
    assert_eq!(opt_outs(server.http, &old).await.0, 401, "and the old one is not");
    let log = std::fs::read_to_string(server.deployment().path("stderr.log")).unwrap();
    assert!(
        !log.contains(&new_hash) && log.contains("http.key: pbx -> pbx"),
        "{log}"
    );
    server.stop().await;
}

#[tokio::test]
async fn fault_in_a_key_is_told_with_its_line_and_without_the_secret() {
    let mut deployment = Deployment::quick();
    deployment.set(
        "http",
        "key",
        "[{ name = \"pbx\", hash = \"ack_topsecret\", scopes = [\"everything\"] }]",
    );
    let refused = deployment.run(&["check"]).await;
    assert_eq!(refused.status.code(), Some(2));
    let told = refused.stdout + &refused.stderr;
    assert!(
        told.contains("http.key[0].hash") && told.contains("aftercall.toml:"),
        "{told}"
    );
    assert!(!told.contains("topsecret"), "{told}");
}

#[tokio::test]
async fn refused_requests_are_in_the_log_with_key_path_and_problem_and_without_numbers() {
    let mut deployment = Deployment::quick();
    let (key, hash) = new_key(&deployment, "pbx").await;
    let keys = format!("[{{ name = \"pbx\", hash = \"{hash}\", scopes = [\"opt_outs\"] }}]");
    deployment.set("http", "key", &keys);
    deployment.set("http", "rate_limit", "100000");
    let server = deployment.start().await;
    let number = "+358401234567";
    for _ in 0..200 {
        let body = format!("{{\"number\":\"{number}\",\"nubmer\":\"{number}\"}}");
        assert_eq!(
            http::post(server.http, "/api/v1/opt-outs", &key, &body).await.0,
            422
        );
    }
    let (status, _) = http::post(server.http, &format!("/api/v1/calls/{number}"), &key, "{}").await;
    assert_eq!(status, 405);
    assert_eq!(
        http::post(server.http, "/api/v1/opt-outs", "wrong", "{}").await.0,
        401
    );
    let told = |log: &str, words: &[&str]| {
        let lines = log.lines().filter(|line| line.contains("API requests refused"));
        lines
            .filter(|line| words.iter().all(|word| line.contains(word)))
            .count()
    };
    let log = server.log();
    let unfit = told(&log, &["pbx", "/api/v1/opt-outs", "unfit", "422"]);
    assert!((1..=3).contains(&unfit), "one at once, the others counted: {log}");
    assert_eq!(
        told(&log, &["pbx", "/calls/{call}", "unknown-method"]),
        1,
        "{log}"
    );
    assert_eq!(told(&log, &["unknown", "not-authenticated"]), 1, "{log}");
    let deployment = server.stop().await;
    let log = std::fs::read_to_string(deployment.path("stderr.log")).unwrap();
    assert!(!log.contains("401234567") && !log.contains(&key), "{log}");
}
