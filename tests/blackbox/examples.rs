//! The examples of `examples/`: aftercall runs with the settings of one, and is called as that PBX calls.

use std::collections::BTreeMap;

use toml::Table;

use super::support::deployment::Deployment;
use super::support::sipp::{self, received};
use super::support::{repository, rows};

/// What the fixture's file says that is told, but for the caller, whose number is not stored there.
pub(super) fn expected(fixture: &str) -> BTreeMap<String, (String, String)> {
    let file = repository().join(format!("tests/context/{fixture}.toml"));
    let described: Table = std::fs::read_to_string(file).unwrap().parse().unwrap();
    let fields = described["context"].as_table().unwrap().iter();
    fields
        .map(|(field, told)| {
            let text = |index: usize| told[index].as_str().unwrap().to_owned();
            let value = if field == "caller" { String::new() } else { text(0) };
            (field.clone(), (value, text(1)))
        })
        .collect()
}

/// Runs aftercall as the example says and calls as the fixture does; returns the messages and our name for the call.
async fn survey_of(example: &str, fixture: &str) -> (String, String) {
    let server = Deployment::example(example).start().await;
    let messages = sipp::call_as(&server, fixture).await;
    let (call, answers) = server.only_call().await;
    assert_eq!(
        call.end(),
        ("completed", "all_answered"),
        "{example} by {fixture}"
    );
    let given: Vec<Option<i64>> = answers.iter().map(|answer| answer.value).collect();
    assert_eq!(given, [Some(9), Some(5), Some(4)], "{example} by {fixture}");
    let told = rows::told(&server.deployment().database(), &call).await;
    let mut expected = expected(fixture);
    // The key of the hash is this deployment's own.
    for (field, (value, _)) in &mut expected {
        if value.starts_with("hashed ") {
            assert_eq!(told[field].0.len(), 64, "{field} by {fixture} is hashed");
            value.clone_from(&told[field].0);
        }
    }
    assert_eq!(told, expected, "{example} by {fixture}");
    server.stop().await;
    (messages, call.call_uid)
}

#[tokio::test]
async fn asterisk_is_asked_and_finds_the_call_in_our_200_and_the_result_in_our_bye() {
    if sipp::skipped() {
        return;
    }
    let (messages, uid) = survey_of("asterisk", "asterisk_queue_continue").await;
    assert_eq!(
        received(&messages, "SIP/2.0 200 ", "X-Survey-Call"),
        Some(uid.as_str())
    );
    assert_eq!(
        received(&messages, "BYE ", "X-Survey-Result"),
        Some("completed;nps=9;ces=5")
    );
}

#[tokio::test]
async fn freepbx_is_asked_behind_its_queue() {
    if sipp::skipped() {
        return;
    }
    survey_of("freepbx", "freepbx_queue_exit").await;
}

#[tokio::test]
async fn freeswitch_is_asked_behind_its_queue_and_gets_the_result_in_our_bye() {
    if sipp::skipped() {
        return;
    }
    let (messages, _) = survey_of("freeswitch", "freeswitch_callcenter").await;
    assert_eq!(
        received(&messages, "BYE ", "X-Survey-Result"),
        Some("completed;nps=9;ces=5")
    );
}

#[tokio::test]
async fn genesys_cloud_and_engage_are_asked_by_one_configuration() {
    if sipp::skipped() {
        return;
    }
    survey_of("genesys", "genesys_byoc_uui").await;
    survey_of("genesys", "genesys_engage_calluuid").await;
}

#[tokio::test]
async fn cisco_is_asked_with_user_data_that_were_cut_on_the_way() {
    if sipp::skipped() {
        return;
    }
    survey_of("cisco", "cisco_cvp_survey").await;
}

#[tokio::test]
async fn avaya_is_asked_and_its_ucid_is_stored() {
    if sipp::skipped() {
        return;
    }
    survey_of("avaya", "avaya_vdn_return_ucid").await;
}

#[tokio::test]
async fn three_cx_is_asked_by_the_number_of_the_queue_alone() {
    if sipp::skipped() {
        return;
    }
    survey_of("3cx", "threecx_transfer").await;
}

#[tokio::test]
async fn audiocodes_is_asked_by_the_invite_that_it_makes_of_a_refer() {
    if sipp::skipped() {
        return;
    }
    survey_of("audiocodes", "audiocodes_refer_to_invite").await;
}

#[tokio::test]
async fn five9_is_asked_and_gets_result_answers_and_call_in_our_bye() {
    if sipp::skipped() {
        return;
    }
    let (messages, uid) = survey_of("five9", "five9_external_transfer").await;
    assert_eq!(received(&messages, "BYE ", "X-Survey-Result"), Some("completed"));
    assert_eq!(
        received(&messages, "BYE ", "X-Survey-Answers"),
        Some("nps=9;ces=5;csat=4")
    );
    assert_eq!(received(&messages, "BYE ", "X-Survey-Call"), Some(uid.as_str()));
}

#[tokio::test]
async fn nice_is_asked_by_placecall_and_by_blindxfer_and_finds_the_call_in_our_200() {
    if sipp::skipped() {
        return;
    }
    for fixture in ["nice_placecall", "nice_blindxfer"] {
        let (messages, uid) = survey_of("nice", fixture).await;
        assert_eq!(
            received(&messages, "SIP/2.0 200 ", "X-Survey-Call"),
            Some(uid.as_str())
        );
    }
}

#[tokio::test]
async fn moments_of_the_journey_are_asked_by_their_routes() {
    let server = Deployment::example("journey").start().await;
    let calls = [
        ("survey-complaint", "X-Disposition: complaint, delivery"),
        ("survey-complaint", "X-Disposition: order"),
        ("survey-complaint", "X-Queue: sales"),
        ("survey-short", "X-Talk-Time: 4"),
        ("survey-short", "X-Talk-Time: 12"),
        ("survey-short", "X-Talk-Time: 12"),
    ];
    for (number, header) in calls {
        let target = format!("sip:{number}@{}", server.udp);
        let call = ["call", &target, "--header", header, "--hangup-after", "200ms"];
        server.deployment().run(&call).await;
    }
    let stored = server.ended_calls(calls.len()).await;
    let decided: Vec<(Option<&str>, &str, Option<&str>)> = stored
        .iter()
        .map(|call| {
            (
                call.survey.as_deref(),
                call.decision.as_str(),
                call.decision_reason.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        decided,
        [
            (Some("topic-complaint"), "sampled", Some("every")),
            (Some("topic-complaint"), "suppressed", Some("rule")),
            (Some("topic-complaint"), "suppressed", Some("rule")),
            (Some("moment-short-talk"), "suppressed", Some("too_short")),
            (Some("moment-short-talk"), "not_sampled", Some("every")),
            (Some("moment-short-talk"), "sampled", Some("every")),
        ]
    );
}
