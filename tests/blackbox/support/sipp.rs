//! SIPp runs a scenario of `tests/sipp` against the service.
//!
//! Presses of `play_dtmf` leave through a raw socket, so SIPp needs root or CAP_NET_RAW. It sends 400 ms of filling,
//! 400 ms of nothing, then the key for 240 ms: a key is over about 1.1 s after its command, which the pauses of the
//! scenarios allow for.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use super::deployment::Deployment;
use super::ports::ports;
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

/// Plays one call that begins with the INVITE of a fixture of `tests/context`: what names addresses of its sender is put in place,
/// everything else is sent as it stands. It presses 9, 5 and 4, and waits for our BYE.
pub(crate) async fn call_as(server: &Server, fixture: &str) -> String {
    call_through(server.udp, server.deployment(), fixture).await
}

/// The same over a proxy at `address`; SIPp writes into `deployment`.
pub(crate) async fn call_through(address: SocketAddr, deployment: &Deployment, fixture: &str) -> String {
    let file = repository().join(format!("tests/context/{fixture}.sip"));
    let scenario = deployment.path(&format!("{fixture}.xml"));
    std::fs::write(&scenario, scenario_of(&std::fs::read_to_string(file).unwrap())).unwrap();
    run((address, "u1"), deployment, fixture, &scenario, "unused").await
}

/// The scenario of an INVITE: Via, Contact, Call-ID, the length, the address of the audio and the payload type of keys are
/// SIPp's own, which presses by 96 whatever was offered.
fn scenario_of(invite: &str) -> String {
    let (head, body) = invite.split_once("\n\n").expect("a fixture has a body");
    let head: Vec<String> = head
        .lines()
        .map(|line| match line.split_once(':').map_or("", |(name, _)| name) {
            "Via" => "Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=[branch]".to_owned(),
            "Contact" => "Contact: <sip:pbx@[local_ip]:[local_port]>".to_owned(),
            "Call-ID" => "Call-ID: [call_id]".to_owned(),
            "Content-Length" => "Content-Length: [len]".to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    let body: Vec<String> = body
        .lines()
        .map(|line| match line.split_once('=').map_or("", |(kind, _)| kind) {
            "c" => "c=IN IP[media_ip_type] [media_ip]".to_owned(),
            "m" => {
                let formats = line.split_once(" RTP/AVP ").expect("an audio line").1;
                format!("m=audio [media_port] RTP/AVP {formats}")
            }
            _ => line.to_owned(),
        })
        .map(|line| line.replace("101", "96"))
        .collect();
    let from = head
        .iter()
        .find(|line| line.starts_with("From:"))
        .expect("an INVITE has a From");
    let cseq = head
        .iter()
        .find_map(|line| line.strip_prefix("CSeq: ")?.split(' ').next())
        .expect("an INVITE has a CSeq");
    let press = |key| format!("<nop><action><exec play_dtmf=\"{key}\"/></action></nop>");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<scenario name=\"fixture\">\n\
         <send retrans=\"500\"><![CDATA[\n{}\n\n{}\n]]></send>\n\
         <recv response=\"100\" optional=\"true\"/>\n<recv response=\"180\" optional=\"true\"/>\n\
         <recv response=\"200\" rrs=\"true\"/>\n\
         <send><![CDATA[\nACK [next_url] SIP/2.0\n\
         Via: SIP/2.0/[transport] [local_ip]:[local_port];rport;branch=[branch]\nMax-Forwards: 70\n{from}\n\
         [last_To:]\n[routes]\nCall-ID: [call_id]\nCSeq: {cseq} ACK\nContent-Length: 0\n\n]]></send>\n\
         <pause milliseconds=\"700\"/>{}<pause milliseconds=\"2200\"/>{}<pause milliseconds=\"2200\"/>{}\n\
         <pause milliseconds=\"0\"/>\n<recv request=\"BYE\"/>\n\
         <send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n\
         Content-Length: 0\n\n]]></send>\n</scenario>\n",
        head.join("\n"),
        body.join("\n"),
        press('9'),
        press('5'),
        press('4'),
    )
}

/// The value of a header of the first message received that begins so: `BYE `, `SIP/2.0 200 `.
pub(crate) fn received<'m>(messages: &'m str, start: &str, header: &str) -> Option<&'m str> {
    let beginning = format!("\n{start}");
    let message = messages
        .split("message received")
        .skip(1)
        .find(|part| part.contains(&beginning))?;
    let message = message.split("-----").next().unwrap_or_default();
    let value = |line: &'m str| line.strip_prefix(header)?.strip_prefix(':').map(str::trim);
    message.lines().find_map(value)
}

/// Plays one call of a scenario; fails with what SIPp logged when the service does not behave as it expects.
pub(crate) async fn call_over(over: Over, server: &Server, scenario: &str, user: &str) -> String {
    let way = match over {
        Over::Udp => (server.udp, "u1"),
        Over::Tcp => (server.tcp, "t1"),
    };
    let file = repository().join(format!("tests/sipp/{scenario}.xml"));
    run(way, server.deployment(), scenario, &file, user).await
}

async fn run(
    (address, transport): (SocketAddr, &str),
    deployment: &Deployment,
    scenario: &str,
    file: &Path,
    user: &str,
) -> String {
    let path = |kind: &str| deployment.path(&format!("sipp-{scenario}-{kind}.log"));
    let (errors, messages, screen) = (path("errors"), path("messages"), path("screen"));
    let output = std::fs::File::create(&screen).unwrap();
    let status = Command::new("sipp")
        .arg(address.to_string())
        .arg("-sf")
        .arg(file)
        .args([
            "-s",
            user,
            "-t",
            transport,
            "-i",
            &address.ip().to_string(),
            "-mp",
            &ports().to_string(),
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
        .current_dir(deployment.path(""))
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
        "{scenario}: SIPp says {status} (play_dtmf needs root or CAP_NET_RAW)\n{}\n{}\n{messages}",
        read_or_empty(&errors),
        tail(&read_or_empty(&screen)),
    );
    messages
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}
