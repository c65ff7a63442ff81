//! A real phone calls the shipped survey.

use std::time::Duration;

use crate::support::deployment::Deployment;
use crate::support::eventually;
use crate::support::server::Server;
use crate::support::softphone::{self, Softphone, Spoken};

/// The shipped welcome takes 3 s, and a key that cuts it short answers nothing; the first question sounds for the next 7 s.
const WELCOME: Duration = Duration::from_millis(5_500);
/// After an accepted key the next question begins within half a second.
const NEXT_QUESTION: Duration = Duration::from_millis(2_500);
/// 16-bit samples quieter than this are silence.
const AUDIBLE: u16 = 1_000;
const RATE: usize = 8_000;

#[tokio::test]
async fn phone_answers_three_questions_and_the_report_shows_them() {
    survey_by(Spoken::Pcmu).await;
}

#[tokio::test]
async fn phone_with_g722_answers_three_questions() {
    survey_by(Spoken::G722).await;
}

/// This phone offers its keys at 8000 Hz, whatever the clock of the codec.
#[tokio::test]
async fn phone_with_opus_answers_three_questions() {
    survey_by(Spoken::Opus).await;
}

async fn survey_by(codec: Spoken) {
    if softphone::skipped() {
        return;
    }
    let server = Deployment::shipped().start().await;
    let mut phone = Softphone::start(&server.deployment().path("phone"), codec).await;
    phone.dial(&format!("sip:nps@{}", server.udp)).await;
    tokio::time::sleep(WELCOME).await;
    for (count, key) in ['9', '5', '4'].into_iter().enumerate() {
        phone.press(key).await;
        answered(&server, count + 1).await;
        tokio::time::sleep(NEXT_QUESTION).await;
    }
    phone.hung_up().await;
    let (call, answers) = server.only_call().await;
    assert_eq!(call.end(), ("completed", "all_answered"));
    let given: Vec<_> = answers.iter().map(|answer| answer.given()).collect();
    assert_eq!(given, [("nps", Some(9)), ("ces", Some(5)), ("csat", Some(4))]);
    assert!(
        answers
            .iter()
            .all(|answer| answer.attempts == 1 && answer.response_time_ms == 0),
        "it barged in"
    );
    let audible = phone
        .heard()
        .iter()
        .filter(|sample| sample.unsigned_abs() > AUDIBLE)
        .count();
    assert!(
        audible > RATE,
        "it heard speech, not silence: {audible} loud samples"
    );
    let deployment = server.stop().await;
    assert_report(&deployment).await;
}

/// Waits until the running call has so many answers.
async fn answered(server: &Server, count: usize) {
    eventually(&format!("answer {count} is stored"), async || {
        let calls = server.calls().await;
        let call = calls.first()?;
        assert!(
            call.disposition.is_none() || count == 3,
            "the call ended early: {call:?}"
        );
        (server.answers(call).await.len() == count).then_some(())
    })
    .await;
}

/// The report of this one call: each answer in its distribution, and no score yet of so few.
async fn assert_report(deployment: &Deployment) {
    let exit = deployment.run(&["report", "--json"]).await;
    assert!(exit.status.success(), "{}", exit.stderr);
    let report: serde_json::Value = serde_json::from_str(&exit.stdout).unwrap();
    let calls = &report["calls"];
    for count in ["arrived", "sampled", "offered", "answered", "completed"] {
        assert_eq!(calls[count], 1, "{count}: {calls:#}");
    }
    for (question, value) in [("nps", 9), ("ces", 5), ("csat", 4)] {
        let questions = report["questions"].as_array().unwrap();
        let found = questions
            .iter()
            .find(|found| found["question"] == question)
            .unwrap();
        assert_eq!(found["n"], 1, "{found:#}");
        assert!(found["score"].is_null(), "one answer is no score: {found:#}");
        let distribution = found["distribution"].as_array().unwrap();
        for share in distribution {
            let expected = u8::from(share["value"] == value);
            assert_eq!(share["answers"], expected, "{question}: {share:#}");
        }
        assert!(
            distribution.iter().any(|share| share["value"] == value),
            "{found:#}"
        );
    }
    let table = deployment.run(&["report"]).await;
    assert!(table.status.success(), "{}", table.stderr);
    assert!(table.stdout.contains("nps-ces-csat"), "{}", table.stdout);
}
