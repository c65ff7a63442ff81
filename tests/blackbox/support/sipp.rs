//! SIPp runs a scenario of `tests/sipp` against the service.
//!
//! Presses of `play_dtmf` leave through a raw socket, so SIPp needs root or CAP_NET_RAW. It sends 400 ms of filling,
//! 400 ms of nothing, then the key for 240 ms: a key is over about 1.1 s after its command, which the pauses of the
//! scenarios allow for.

use std::process::Stdio;

use tokio::net::UdpSocket;
use tokio::process::Command;

use super::server::Server;
use super::{PATIENCE, is_skipped, read_or_empty, repository};

/// Set by `scripts/test` when SIPp can be neither found nor installed.
const SKIP: &str = "AFTERCALL_SKIP_SIPP";

/// Whether tests with SIPp are switched off.
pub(crate) fn skipped() -> bool {
    is_skipped(SKIP)
}

/// How SIPp calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    Udp,
    Tcp,
}

/// Plays one call of a scenario over UDP to the user; returns every message sent and received.
pub(crate) async fn call(server: &Server, scenario: &str, user: &str) -> String {
    call_over(Over::Udp, server, scenario, user).await
}

/// Plays one call of a scenario; fails with what SIPp logged when the service does not behave as it expects.
pub(crate) async fn call_over(over: Over, server: &Server, scenario: &str, user: &str) -> String {
    let (address, transport) = match over {
        Over::Udp => (server.udp, "u1"),
        Over::Tcp => (server.tcp, "t1"),
    };
    let path = |kind: &str| server.deployment().path(&format!("sipp-{scenario}-{kind}.log"));
    let (errors, messages, screen) = (path("errors"), path("messages"), path("screen"));
    let output = std::fs::File::create(&screen).unwrap();
    let status = Command::new("sipp")
        .arg(address.to_string())
        .arg("-sf")
        .arg(repository().join(format!("tests/sipp/{scenario}.xml")))
        .args([
            "-s",
            user,
            "-t",
            transport,
            "-i",
            &address.ip().to_string(),
            "-mp",
            &media_port().await,
        ])
        .args([
            "-m",
            "1",
            "-nostdin",
            "-timeout",
            "60s",
            "-timeout_error",
            "-recv_timeout",
            "30000",
        ])
        .arg("-trace_err")
        .arg("-error_file")
        .arg(&errors)
        .arg("-trace_msg")
        .arg("-message_file")
        .arg(&messages)
        .current_dir(server.deployment().path(""))
        .env("TERM", "dumb")
        .stdin(Stdio::null())
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .kill_on_drop(true)
        .status();
    let ended = tokio::time::timeout(PATIENCE * 2, status)
        .await
        .expect("SIPp ends by its own -timeout");
    let status = ended
        .unwrap_or_else(|error| panic!("cannot run sipp (package sip-tester; or set {SKIP}=1): {error}"));
    let messages = read_or_empty(&messages);
    assert!(
        status.success(),
        "{scenario}.xml: SIPp says {status} (play_dtmf needs root or CAP_NET_RAW)\n{}\n{}\n{messages}",
        read_or_empty(&errors),
        tail(&read_or_empty(&screen)),
    );
    messages
}

/// An even port that is free now, so that SIPp runs beside other tests.
async fn media_port() -> String {
    loop {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let port = socket.local_addr().unwrap().port();
        if port.is_multiple_of(2) {
            return port.to_string();
        }
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
