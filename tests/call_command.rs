//! `aftercall call` as a process, against a far end that is as simple as can be: it shares the test phone's SIP and media,
//! but nothing of the survey service.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

#[path = "../crates/test-phone/tests/far_end/mod.rs"]
#[expect(dead_code, reason = "the far end can do more than the command needs")]
mod far_end;

use std::process::Stdio;

use aftercall_sip::event::Transport;
use far_end::{Conduct, FarEnd};

#[tokio::test(flavor = "multi_thread")]
async fn call_that_hangs_up_at_once_says_so_and_does_not_blame_the_network_for_the_silence() {
    let far = FarEnd::start(Transport::Udp, Conduct::ask(&[1])).await;
    for (after, status, words) in [
        ("0s", 0, "as ordered, before anything could be heard"),
        ("3s", 0, "as ordered"),
    ] {
        let (told, out, error) = aftercall(&["call", &far.target, "--hangup-after", after]).await;
        assert_eq!(told, status, "{after}: {out}{error}");
        assert!(out.contains(words) && !error.contains("firewall"), "{out}{error}");
    }
    // Whoever has waited and heard nothing is told where to look.
    let silent = FarEnd::start(Transport::Udp, Conduct::Mute).await;
    let (told, out, error) = aftercall(&["call", &silent.target, "--hangup-after", "2500ms"]).await;
    assert_eq!(told, 1, "{out}{error}");
    assert!(
        error.contains("no audio was heard") && error.contains("media.advertised"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn command_tells_the_steps_and_its_status_tells_success() {
    let far = FarEnd::start(Transport::Udp, Conduct::ask(&[1])).await;
    let (status, out, error) =
        aftercall(&["call", &far.target, "--keys", "9", "--header", "X-Queue: sales"]).await;
    assert_eq!(status, 0, "{out}{error}");
    for step in [
        "calling 127.0.0.1:",
        "answered, PCM",
        "hearing a prompt",
        "pressed 9",
        "hung up (Survey finished)",
        "RTP:",
    ] {
        assert!(out.contains(step), "{step} is missing in:\n{out}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn command_fails_with_one_clear_line() {
    let far = FarEnd::start(Transport::Udp, Conduct::Refuse(603)).await;
    for (target, said, expected) in [
        (far.target.as_str(), "refused: 603", 1),
        (
            "sip:nps@no-such-host.invalid",
            "cannot resolve no-such-host.invalid",
            1,
        ),
        ("nps", "not a SIP URI", 2),
    ] {
        let (status, _, error) = aftercall(&["call", target]).await;
        assert_eq!(status, expected, "{error}");
        assert!(error.contains(said), "{error}");
    }
}

async fn aftercall(arguments: &[&str]) -> (i32, String, String) {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_aftercall"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code().unwrap(),
        text(output.stdout),
        text(output.stderr),
    )
}
