//! Protected calls: the built-in test phone and a real phone, by every suite and under every rule.

use std::time::Duration;

use crate::support::deployment::Deployment;
use crate::support::eventually;
use crate::support::server::Server;
use crate::support::softphone::{self, Softphone, Spoken};

const SUITES: [&str; 4] = [
    "AEAD_AES_256_GCM",
    "AEAD_AES_128_GCM",
    "AES_CM_128_HMAC_SHA1_80",
    "AES_CM_128_HMAC_SHA1_32",
];
/// Until a question of the quick survey sounds: it barges in.
const QUESTION: Duration = Duration::from_millis(700);
/// 16-bit samples quieter than this are silence.
const AUDIBLE: u16 = 1_000;

async fn server(rule: &str) -> Server {
    let mut deployment = Deployment::quick();
    deployment.set("media", "srtp", &format!("\"{rule}\""));
    deployment.start().await
}

/// Calls with these options; the status, and what was said.
async fn call(server: &Server, options: &[&str]) -> (bool, String) {
    let target = format!("sip:nps@{}", server.udp);
    let arguments = [&["call", &target, "--keys", "10,5,4"], options].concat();
    let exit = server.deployment().run(&arguments).await;
    (exit.status.success(), exit.stdout + &exit.stderr)
}

async fn completed(server: &Server, options: &[&str]) {
    let (success, said) = call(server, options).await;
    assert!(success, "{options:?}: {said}");
}

async fn refused(server: &Server, options: &[&str]) {
    let (success, said) = call(server, options).await;
    assert!(!success && said.contains("488"), "{options:?}: {said}");
}

#[tokio::test]
async fn survey_is_answered_by_every_suite_where_srtp_is_required_and_refused_without() {
    let server = server("required").await;
    for (count, suite) in SUITES.iter().enumerate() {
        completed(&server, &[&format!("--srtp={suite}")]).await;
        let calls = server.ended_calls(count + 1).await;
        let answers = server.answers(&calls[count]).await;
        let given: Vec<_> = answers.iter().map(|answer| answer.given()).collect();
        assert_eq!(
            given,
            [("nps", Some(10)), ("ces", Some(5)), ("csat", Some(4))],
            "{suite}"
        );
    }
    completed(&server, &["--srtp", "--delayed-offer"]).await;
    refused(&server, &[]).await;
    let calls = server.ended_calls(SUITES.len() + 2).await;
    assert_eq!(calls[SUITES.len() + 1].end(), ("failed", "srtp"));
}

#[tokio::test]
async fn optional_srtp_follows_the_offer() {
    let server = server("optional").await;
    completed(&server, &[]).await;
    completed(&server, &["--srtp"]).await;
    completed(&server, &["--delayed-offer"]).await;
}

#[tokio::test]
async fn srtp_that_is_off_is_refused_with_488() {
    let server = server("off").await;
    completed(&server, &[]).await;
    refused(&server, &["--srtp"]).await;
}

#[tokio::test]
async fn listener_has_its_own_rule() {
    let mut deployment = Deployment::quick();
    deployment.set("media", "srtp", "\"off\"");
    deployment.set(
        "sip",
        "listen",
        "[\"udp:127.0.0.1:0\", \"tcp:127.0.0.1:0;srtp=required\"]",
    );
    let server = deployment.start().await;
    completed(&server, &[]).await;
    refused(&server, &["--srtp"]).await;
    let target = format!("sip:nps@{};transport=tcp", server.tcp);
    for (options, success) in [(&["--srtp"][..], true), (&[], false)] {
        let arguments = [&["call", &target, "--keys", "10,5,4"], options].concat();
        let exit = server.deployment().run(&arguments).await;
        assert_eq!(
            exit.status.success(),
            success,
            "{options:?}: {}{}",
            exit.stdout,
            exit.stderr
        );
    }
}

#[tokio::test]
async fn load_over_srtp_finds_every_answer_stored_as_pressed() {
    let server = server("required").await;
    let target = format!("sip:nps@{}", server.udp);
    let load = [
        "load", "--calls", "10", "--rate", "20", "--target", &target, "--srtp", "--json",
    ];
    let exit = server.deployment().run(&load).await;
    assert!(exit.status.success(), "{}{}", exit.stdout, exit.stderr);
    let report: serde_json::Value = serde_json::from_str(&exit.stdout).unwrap();
    assert_eq!(report["answers"]["right"], 30, "{report:#}");
}

/// `srtp-mand` offers RTP/SAVP, `srtp` offers keys beside RTP/AVP; the suite is AES_CM_128_HMAC_SHA1_80.
#[tokio::test]
async fn phone_with_srtp_answers_three_questions() {
    if softphone::skipped() {
        return;
    }
    for encryption in ["srtp-mand", "srtp"] {
        let server = server("required").await;
        let account = format!(";mediaenc={encryption}");
        let mut phone =
            Softphone::start_with(&server.deployment().path("phone"), Spoken::Pcmu, &account).await;
        phone.dial(&format!("sip:nps@{}", server.udp)).await;
        for (count, key) in ['9', '5', '4'].into_iter().enumerate() {
            tokio::time::sleep(QUESTION).await;
            phone.press(key).await;
            eventually(
                &format!("{encryption}: answer {} is stored", count + 1),
                async || {
                    let call = server.calls().await.into_iter().next()?;
                    (server.answers(&call).await.len() == count + 1).then_some(())
                },
            )
            .await;
        }
        phone.hung_up().await;
        let (call, answers) = server.only_call().await;
        assert_eq!(call.end(), ("completed", "all_answered"), "{encryption}");
        let given: Vec<_> = answers.iter().map(|answer| answer.given()).collect();
        assert_eq!(
            given,
            [("nps", Some(9)), ("ces", Some(5)), ("csat", Some(4))],
            "{encryption}"
        );
        let heard = phone.heard();
        let loud = heard
            .iter()
            .filter(|sample| sample.unsigned_abs() > AUDIBLE)
            .count();
        assert!(
            loud > 1_000,
            "{encryption}: the phone heard tones: {loud} loud samples"
        );
    }
}

/// The phone offers one suite, and answers all four. It tells that it has heard a key.
#[tokio::test]
async fn phone_and_built_in_caller_hear_each_other_by_every_suite() {
    if softphone::skipped() {
        return;
    }
    let deployment = Deployment::quick();
    let calls = SUITES.map(async |suite| {
        let account = ";mediaenc=srtp-mand;answermode=auto";
        let mut phone = Softphone::start_with(&deployment.path(suite), Spoken::Pcmu, account).await;
        let target = format!("sip:phone@127.0.0.1:{}", phone.sip_port);
        let encryption = format!("--srtp={suite}");
        let arguments = [
            "call",
            &target,
            &encryption,
            "--keys",
            "7",
            "--barge-in",
            "--hangup-after",
            "3s",
        ];
        let (exit, ()) = tokio::join!(deployment.run(&arguments), phone.hears_key());
        assert!(
            exit.status.success() && exit.stdout.contains("pressed 7"),
            "{suite}: the phone's sine is heard\n{}{}",
            exit.stdout,
            exit.stderr
        );
    });
    let [one, two, three, four] = calls;
    tokio::join!(one, two, three, four);
}
