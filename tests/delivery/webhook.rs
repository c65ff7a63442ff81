//! Webhooks over real sockets.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::certificates::Certificates;
use crate::house::{House, Node, monday_rule};
use crate::receiver::{Receiver, Reply};
use crate::soon;
use aftercall::delivery::tls::Trust;
use aftercall::delivery::webhook::{Webhook, read_secrets};
use aftercall::delivery::{DeliveryRule, Setup};
use aftercall_storage::delivery::DeliveryState;

const OLD: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEW: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

fn webhook(url: &str) -> Webhook {
    Webhook {
        url: url.parse().unwrap(),
        keys: read_secrets(&format!("whsec_{NEW}\nwhsec_{OLD}\n")).unwrap(),
        allow_private: true,
        trust: None,
        time_limit: Duration::from_secs(20),
    }
}

fn setup(webhook: Webhook) -> Setup {
    let rule = DeliveryRule {
        webhook: Some(webhook),
        ..monday_rule()
    };
    Setup {
        rules: vec![rule.into()],
        mail: None,
    }
}

/// A house whose rule has just become due.
async fn house(webhook: Webhook) -> (House, Node) {
    let house = House::new("2026-11-23T04:59:00Z", setup(webhook));
    let mut node = house.start("node-1").await;
    node.run().await;
    house.clock.set("2026-11-23T05:00:05Z");
    (house, node)
}

/// As a receiver verifies it (docs/delivery.md).
fn is_signed(secret: &str, id: &str, timestamp: &str, body: &[u8], signature: &str) -> bool {
    let key = BASE64_STANDARD.decode(secret).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    let expected = format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()));
    signature.split(' ').any(|given| given == expected)
}

#[tokio::test]
async fn receiver_can_verify_a_report_with_the_old_and_with_the_new_secret() {
    let receiver = Receiver::start(Reply::with("202 Accepted", "", "thank you"));
    let (house, mut node) = house(webhook(&receiver.url())).await;
    soon("the webhook", node.run()).await;
    let delivery = node.only().await;
    assert_eq!(delivery.state, DeliveryState::Sent, "{delivery:?}");
    let [request] = receiver.received().try_into().unwrap();
    assert_eq!(request.line, "POST /hook?key=1 HTTP/1.1");
    assert_eq!(
        request.header("host"),
        format!("localhost:{}", receiver.address.port())
    );
    assert_eq!(request.header("content-type"), "application/json");
    let (id, timestamp) = (request.header("webhook-id"), request.header("webhook-timestamp"));
    assert_eq!(id, delivery.identity);
    assert_eq!(timestamp, "1795410005", "now, in seconds");
    let signature = request.header("webhook-signature");
    for secret in [OLD, NEW] {
        assert!(is_signed(secret, id, timestamp, &request.body, signature));
        assert!(!is_signed(secret, id, timestamp, b"{}", signature));
    }
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["type"], "report.delivered");
    assert_eq!(body["timestamp"], "2026-11-23T05:00:05.000Z");
    let data = &body["data"];
    assert_eq!(data["delivery"], delivery.identity.as_str());
    assert_eq!(data["name"], "sales");
    let period = json!({ "from": "2026-11-16", "to": "2026-11-22", "time_zone": "Europe/Helsinki" });
    assert_eq!(data["period"], period);
    assert_eq!((&data["late"], &data["empty"]), (&json!(false), &json!(false)));
    assert_eq!(data["summary"]["nps"], 41.5);
    let bytes = BASE64_STANDARD.decode(data["attachments"][0]["base64"].as_str().unwrap());
    assert_eq!(bytes.unwrap().len(), 100_000);
    assert_eq!(house.reports.made(), 1);
    let attempts = node.attempts(delivery.id).await;
    assert_eq!(attempts[0].answer.as_deref(), Some("202 Accepted thank you"));
}

#[tokio::test]
async fn status_decides_and_the_id_stays_while_the_timestamp_changes() {
    let receiver = Receiver::start(Reply::status("500 Internal Server Error"));
    let (house, mut node) = house(webhook(&receiver.url())).await;
    soon("the first attempt", node.run()).await;
    assert_eq!(node.only().await.state, DeliveryState::Pending);
    receiver.reply(Reply::with("429 Too Many Requests", "Retry-After: 1800\r\n", ""));
    house.clock.pass(2);
    soon("the second attempt", node.run()).await;
    let waiting = node.only().await.next_attempt_at.unwrap();
    assert_eq!(
        waiting.to_rfc3339(),
        "2026-11-23T05:32:05+00:00",
        "as long as it asked for"
    );
    house.clock.pass(29);
    soon("no attempt", node.run()).await;
    assert_eq!(receiver.received().len(), 2);
    receiver.reply(Reply::status("204 No Content"));
    house.clock.pass(1);
    soon("the third attempt", node.run()).await;
    assert_eq!(node.only().await.state, DeliveryState::Sent);
    let requests = receiver.received();
    let of = |name: &str| -> Vec<String> {
        let values = requests.iter().map(|request| request.header(name).to_owned());
        values.collect()
    };
    assert_eq!(
        of("webhook-timestamp"),
        ["1795410005", "1795410125", "1795411925"]
    );
    let ids = of("webhook-id");
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "{ids:?}");
    for request in &requests {
        let (id, timestamp) = (request.header("webhook-id"), request.header("webhook-timestamp"));
        let signature = request.header("webhook-signature");
        assert!(is_signed(NEW, id, timestamp, &request.body, signature));
    }
}

#[tokio::test]
async fn receiver_that_is_gone_is_a_dead_letter_and_a_redirect_is_not_followed() {
    let gone = Receiver::start(Reply::status("410 Gone"));
    let (_house, mut node) = house(webhook(&gone.url())).await;
    soon("the attempt", node.run()).await;
    assert_eq!(node.only().await.state, DeliveryState::Dead);
    let elsewhere = Receiver::start(Reply::status("200 OK"));
    let location = format!("Location: {}\r\n", elsewhere.url());
    let moved = Receiver::start(Reply::with("307 Temporary Redirect", &location, ""));
    let (_house, mut node) = house(webhook(&moved.url())).await;
    soon("the attempt", node.run()).await;
    let delivery = node.only().await;
    assert_eq!(delivery.state, DeliveryState::Pending);
    assert!(
        delivery
            .last_error
            .unwrap()
            .contains("redirects are not followed")
    );
    assert_eq!((moved.received().len(), elsewhere.received().len()), (1, 0));
}

#[tokio::test]
async fn receiver_that_never_answers_or_never_ends_costs_bounded_time_and_memory() {
    let short = |receiver: &Receiver| Webhook {
        time_limit: Duration::from_secs(2),
        ..webhook(&receiver.url())
    };
    let stalled = Receiver::start(Reply::Stall);
    let (_house, mut node) = house(short(&stalled)).await;
    soon("the attempt", node.run()).await;
    let error = node.only().await.last_error.unwrap();
    assert_eq!(error, "no complete answer within 2 s");
    let head = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nx".to_vec();
    let endless = Receiver::start(Reply::Endless(head));
    let (_house, mut node) = house(short(&endless)).await;
    soon("the attempt", node.run()).await;
    let delivery = node.only().await;
    assert_eq!(delivery.state, DeliveryState::Sent, "its status says so");
    let answer = node.attempts(delivery.id).await.remove(0).answer.unwrap();
    assert!(answer.starts_with("200 OK xxx") && answer.len() < 400, "{answer}");
    let header = Receiver::start(Reply::Endless(b"HTTP/1.1 200 OK\r\nX: x".to_vec()));
    let (_house, mut node) = house(short(&header)).await;
    soon("the attempt", node.run()).await;
    assert_eq!(
        node.only().await.state,
        DeliveryState::Pending,
        "no header ever ended"
    );
    let nonsense = Receiver::start(Reply::Bytes(b"220 mail.example ESMTP\r\n".to_vec()));
    let (_house, mut node) = house(short(&nonsense)).await;
    soon("the attempt", node.run()).await;
    assert_eq!(node.only().await.state, DeliveryState::Pending, "no web server");
}

#[tokio::test]
async fn own_network_is_reached_only_where_it_is_permitted_whatever_the_name_says() {
    let receiver = Receiver::start(Reply::status("200 OK"));
    let port = receiver.address.port();
    for url in [
        receiver.url(),
        format!("http://127.0.0.1:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://[::ffff:127.0.0.1]:{port}/"),
        format!("http://0.0.0.0:{port}/"),
    ] {
        let careful = Webhook {
            allow_private: false,
            ..webhook(&url)
        };
        let (_house, mut node) = house(careful).await;
        soon("the attempt", node.run()).await;
        let delivery = node.only().await;
        assert_eq!(delivery.state, DeliveryState::Pending, "{url}");
        let error = delivery.last_error.unwrap();
        assert!(error.contains("not of the public internet"), "{url}: {error}");
    }
    assert_eq!(receiver.received().len(), 0);
}

const DOCUMENT: &str = include_str!("../../docs/delivery.md");

#[tokio::test]
async fn receiver_of_the_document_verifies_a_request_and_knows_each_field() {
    let receiver = Receiver::start(Reply::status("200 OK"));
    let (_house, mut node) = house(webhook(&receiver.url())).await;
    soon("the webhook", node.run()).await;
    let [request] = receiver.received().try_into().unwrap();
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    for field in body["data"].as_object().unwrap().keys() {
        let is_told = DOCUMENT.contains(&format!("`{field}`")) || DOCUMENT.contains(&format!("`{field}[]`"));
        assert!(is_told, "docs/delivery.md does not explain `{field}`");
    }
    let code = DOCUMENT.split("```python\n").nth(1).unwrap();
    let code = code.split("```").next().unwrap();
    let headers: serde_json::Map<String, Value> = request
        .headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), json!(value)))
        .collect();
    let input = json!({ "headers": headers, "body": BASE64_STANDARD.encode(&request.body) }).to_string();
    // At the time of the request; with the old secret, without any of ours, with another body, and ten minutes later.
    let ask = format!(
        "{code}\nimport json, sys\ngiven = json.loads(sys.stdin.read())\nbody = base64.b64decode(given['body'])\n\
         time.time = lambda: 1795410005\nh = given['headers']\n\
         print(is_from_aftercall(h, body, ['whsec_{OLD}']), is_from_aftercall(h, body, ['whsec_' + 'B' * 32]), \
         is_from_aftercall(h, body + b' ', ['whsec_{OLD}']))\n\
         time.time = lambda: 1795410605\nprint(is_from_aftercall(h, body, ['whsec_{OLD}']))\n"
    );
    let python = std::process::Command::new("python3")
        .args(["-c", &ask])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn();
    let Ok(mut python) = python else {
        println!("SKIPPED: python3 is not installed");
        return;
    };
    let mut stdin = python.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, input.as_bytes()).unwrap();
    drop(stdin);
    let said = python.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout), "True False False\nFalse\n");
}

/// A server that speaks TLS, and answers one request after the other.
async fn tls_receiver(certificates: &Certificates) -> u16 {
    let chain = CertificateDer::pem_file_iter(&certificates.certificate).unwrap();
    let key = PrivateKeyDer::from_pem_file(&certificates.key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.map(Result::unwrap).collect(), key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let Ok(mut tls) = acceptor.accept(tcp).await else {
                continue;
            };
            let mut head = vec![0; 4_096];
            if tls.read(&mut head).await.is_ok_and(|read| read > 0) {
                let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                tls.write_all(answer).await.unwrap_or_default();
                tls.shutdown().await.unwrap_or_default();
            }
        }
    };
    aftercall_runtime::lifecycle::spawn("test receiver", serve);
    port
}

#[tokio::test]
async fn https_is_called_only_where_the_certificate_is_trusted() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = Certificates::new(directory.path(), "DNS:localhost");
    let port = tls_receiver(&certificates).await;
    let trusting = Trust::new(Some(&certificates.authority_pem())).unwrap();
    for (host, trust, state, words) in [
        ("localhost", trusting.clone(), DeliveryState::Sent, ""),
        (
            "localhost",
            Trust::new(None).unwrap(),
            DeliveryState::Pending,
            "UnknownIssuer",
        ),
        ("127.0.0.1", trusting, DeliveryState::Pending, "not valid for"),
    ] {
        let target = Webhook {
            trust: Some(trust),
            ..webhook(&format!("https://{host}:{port}/hook"))
        };
        let (_house, mut node) = house(target).await;
        soon("the attempt", node.run()).await;
        let delivery = node.only().await;
        assert_eq!(delivery.state, state, "{host}: {delivery:?}");
        let error = delivery.last_error.unwrap_or_default();
        assert!(error.contains(words), "{words}: {error}");
    }
}
