//! SIPp calls as PBXs do; each test asserts the rows that its call left in the database.

use crate::support::deployment::Deployment;
use crate::support::rows::{Answer, Call};
use crate::support::sipp::{self, Over};
use crate::support::{eventually, http};

const ANSWERED_9_5_4: [(&str, Option<i64>); 3] = [("nps", Some(9)), ("ces", Some(5)), ("csat", Some(4))];

fn given(answers: &[Answer]) -> Vec<(&str, Option<i64>)> {
    answers.iter().map(Answer::given).collect()
}

/// Asserts a survey of three questions answered at the first attempt by these keys.
fn assert_completed(call: &Call, answers: &[Answer], keys: [&str; 3]) {
    assert_eq!(call.end(), ("completed", "all_answered"));
    assert_eq!(call.decision, "sampled");
    assert!(call.answered_at.is_some() && call.ended_at.is_some());
    let values = keys.map(|key| key.parse().ok());
    assert_eq!(
        given(answers),
        [("nps", values[0]), ("ces", values[1]), ("csat", values[2])]
    );
    for (answer, keys) in answers.iter().zip(keys) {
        assert_eq!(
            (answer.raw_digits.as_str(), answer.attempts),
            (keys, 1),
            "{}",
            answer.question_id
        );
        assert!(!answer.accepted_by_timeout, "{}", answer.question_id);
    }
}

#[tokio::test]
async fn plain_call_leaves_three_answers_and_the_context_of_its_headers() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "plain", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_completed(&call, &answers, ["9", "5", "4"]);
    assert!(
        answers.iter().all(|answer| answer.response_time_ms > 0),
        "each key came after its prompt: {answers:?}"
    );
    assert_eq!(call.dialled, "nps");
    assert_eq!(
        (call.route.as_deref(), call.survey.as_deref()),
        (Some("nps"), Some("quick"))
    );
    assert_eq!(
        (call.queue.as_deref(), call.agent.as_deref()),
        (Some("sales"), Some("4711"))
    );
    assert_eq!(
        (call.team.as_deref(), call.original_call_id.as_deref()),
        (Some("north"), Some("pbx-77"))
    );
    assert_eq!(call.language, None, "no header told it");
    assert_eq!(
        call.caller_hash.as_deref().map(str::len),
        Some(64),
        "the caller is stored as a keyed hash"
    );
    assert_eq!(call.caller_number, None, "and not in clear unless configured");
    server.stop().await;
}

#[tokio::test]
async fn plain_call_over_tcp_leaves_the_same_answers() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call_over(Over::Tcp, &server, "plain", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_completed(&call, &answers, ["9", "5", "4"]);
    server.stop().await;
}

#[tokio::test]
async fn plain_call_over_ipv6_leaves_the_same_answers() {
    if sipp::skipped() {
        return;
    }
    let mut deployment = Deployment::quick();
    deployment.set("sip", "listen", "\"[::1]:0\"");
    let server = deployment.start().await;
    let messages = sipp::call(&server, "plain", "nps").await;
    assert!(
        messages.contains("c=IN IP6 ::1"),
        "media go over IPv6 too:\n{messages}"
    );
    let (call, answers) = server.only_call().await;
    assert_completed(&call, &answers, ["9", "5", "4"]);
    server.stop().await;
}

#[tokio::test]
async fn same_key_at_each_question_counts_each_time() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "same_key", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_completed(&call, &answers, ["5", "5", "5"]);
}

#[tokio::test]
async fn ten_is_two_keys_and_one_answer() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "ten", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_completed(&call, &answers, ["10", "1", "2"]);
}

#[tokio::test]
async fn delayed_offer_is_answered_in_the_ack() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "delayed_offer", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_completed(&call, &answers, ["9", "5", "4"]);
}

#[tokio::test]
async fn survey_goes_on_after_hold_and_resume() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "hold_resume", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_eq!(call.end(), ("completed", "all_answered"));
    assert_eq!(given(&answers), ANSWERED_9_5_4);
}

#[tokio::test]
async fn keys_by_info_answer_as_well() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "info", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_completed(&call, &answers, ["9", "5", "4"]);
}

#[tokio::test]
async fn result_comes_back_in_the_bye_where_it_is_configured() {
    if sipp::skipped() {
        return;
    }
    let mut deployment = Deployment::quick();
    let bye = "{ X-Survey-Result = \"{disposition};nps={nps};original={original_call_id}\" }";
    deployment.set("results", "bye_headers", bye);
    deployment.set("results", "answer_headers", "{ X-Survey-Call = \"{call}\" }");
    let server = deployment.start().await;
    sipp::call(&server, "result_header", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_completed(&call, &answers, ["9", "5", "4"]);
}

#[tokio::test]
async fn hang_up_in_second_question_keeps_first_answer() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "hang_up_after_first", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_eq!(call.end(), ("partial", "caller_hung_up"));
    assert_eq!(given(&answers), [("nps", Some(9))]);
}

#[tokio::test]
async fn hang_up_before_the_first_answer_is_abandoned() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "hang_up_at_once", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_eq!(call.end(), ("abandoned", "caller_hung_up"));
    assert!(answers.is_empty());
}

#[tokio::test]
async fn cancelled_call_is_one_row_without_answers() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    let messages = sipp::call(&server, "cancel", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_eq!(
        call.disposition.as_deref(),
        Some("abandoned"),
        "the caller left before the first answer"
    );
    assert!(answers.is_empty());
    let was_answered = messages.contains("\nBYE sip:");
    assert_eq!(
        call.answered_at.is_some(),
        was_answered,
        "answered only if the CANCEL came too late"
    );
    server.stop().await;
}

#[tokio::test]
async fn retransmitted_requests_make_one_call_and_get_the_same_responses() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    let messages = sipp::call(&server, "retransmission", "nps").await;
    let (call, answers) = server.only_call().await;
    assert_eq!(call.end(), ("partial", "caller_hung_up"));
    assert_eq!(given(&answers), [("nps", Some(9))]);
    let to_invite = responses(&messages, "200", "1 INVITE");
    assert!(
        to_invite.len() >= 2,
        "200 is repeated until the ACK comes:\n{messages}"
    );
    assert!(
        to_invite.iter().all(|to| *to == to_invite[0]),
        "each with the same tag: {to_invite:?}"
    );
    let to_bye = responses(&messages, "200", "2 BYE");
    assert!(to_bye.len() >= 2, "a repeated BYE gets 200 again:\n{messages}");
}

/// The To headers of the responses with this status and CSeq in SIPp's message log.
fn responses<'m>(messages: &'m str, status: &str, cseq: &str) -> Vec<&'m str> {
    let status_line = format!("\nSIP/2.0 {status} ");
    let is_of = |message: &&str| message.contains(&format!("CSeq: {cseq}"));
    let to = |message: &'m str| {
        message
            .lines()
            .find(|line| line.starts_with("To:"))
            .map(str::trim)
    };
    messages
        .split("message received")
        .filter(|part| part.contains(&status_line))
        .filter(is_of)
        .filter_map(to)
        .collect()
}

#[tokio::test]
async fn every_second_call_is_surveyed_and_the_first_is_thanked() {
    if sipp::skipped() {
        return;
    }
    let mut deployment = Deployment::quick();
    deployment.without_routes();
    deployment.route("number = \"nps\"\nsurvey = \"quick\"\nevery = 2");
    let server = deployment.start().await;
    sipp::call(&server, "thanked", "nps").await;
    let (first, answers) = server.only_call().await;
    assert_eq!(
        (first.decision.as_str(), first.stratum_position),
        ("not_sampled", Some(1))
    );
    assert_eq!(first.disposition.as_deref(), Some("not_sampled"));
    assert!(first.answered_at.is_some(), "it heard the thank-you");
    assert!(answers.is_empty());
    let server = server.stop().await.start().await;
    sipp::call(&server, "plain", "nps").await;
    let second = server.ended_calls(2).await.remove(1);
    assert_eq!(second.stratum_position, Some(2), "the count survives a restart");
    assert_completed(&second, &server.answers(&second).await, ["9", "5", "4"]);
}

#[tokio::test]
async fn stranger_is_refused_and_counted() {
    if sipp::skipped() {
        return;
    }
    let mut deployment = Deployment::quick();
    deployment.set("sip", "trusted", "[\"192.0.2.0/24\"]");
    let server = deployment.start().await;
    sipp::call(&server, "stranger", "nps").await;
    assert!(
        server.calls().await.is_empty(),
        "a stranger's call is no call of ours"
    );
    eventually("strangers are counted", async || {
        let (_, metrics) = http::get(server.http, "/metrics").await;
        let line = metrics
            .lines()
            .find(|line| line.contains("{event=\"strangers\"}"))?;
        (!line.ends_with(" 0")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn unknown_number_is_refused_and_its_decision_stored() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "unknown_number", "0600999").await;
    let (call, answers) = server.only_call().await;
    assert_eq!(call.dialled, "0600999");
    assert_eq!(
        (call.decision.as_str(), call.decision_reason.as_deref()),
        ("suppressed", Some("no_route"))
    );
    assert_eq!(call.end(), ("suppressed", "no_route"));
    assert_eq!((call.route, call.stratum_position), (None, None));
    assert!(answers.is_empty());
}

#[tokio::test]
async fn options_tells_what_we_understand_and_is_no_call() {
    if sipp::skipped() {
        return;
    }
    let server = Deployment::quick().start().await;
    sipp::call(&server, "options", "nps").await;
    sipp::call_over(Over::Tcp, &server, "options", "nps").await;
    assert!(server.calls().await.is_empty());
}
