//! The whole service over loopback: a call from the INVITE to its rows in the database.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

mod addresses;
mod api;
mod asked;
mod caller;
mod codecs;
mod comment;
mod context;
mod house;
mod little_media;
mod log;
mod numbers;
mod pages;
mod srtp;
mod start;
mod streams;

use std::future::Future;
use std::time::Duration;

use aftercall_runtime::lifecycle::spawn;
use caller::{Caller, header};
use house::{House, Stored};

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(30);

const EVERY: &str = "[[route]]\nnumber = \"two\"\nsurvey = \"two\"\n";

/// The result, or a failed test when it takes too long.
async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: nothing happened within {PATIENCE:?}"),
    }
}

fn stored(decision: &str, disposition: &str, reason: &str, answered: bool, answers: &[&str]) -> Stored {
    Stored {
        decision: decision.to_owned(),
        disposition: Some(disposition.to_owned()),
        reason: Some(reason.to_owned()),
        answered,
        answers: answers.iter().map(|answer| (*answer).to_owned()).collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn surveyed_call_is_asked_and_completed() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "completed").await;
    caller.call("").await;
    for key in ['9', '4'] {
        caller.prompt().await;
        caller.press(key).await;
    }
    caller.prompt_begins().await;
    let bye = caller.hung_up().await;
    assert!(header(&bye, "Reason").contains("Survey finished"), "{bye}");
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=9", "ces=4"]);
    assert_eq!(house.stored().await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn hang_up_in_second_question_keeps_first_answer() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "partial").await;
    caller.call("").await;
    caller.prompt().await;
    caller.press('2').await;
    caller.prompt_begins().await;
    caller.bye().await;
    service.stop().await;
    let expected = stored("sampled", "partial", "caller_hung_up", true, &["nps=2"]);
    assert_eq!(house.stored().await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_of_the_media_are_stored_with_the_call() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "quality").await;
    caller.call("").await;
    caller.prompt().await;
    caller.press('2').await;
    caller.prompt_begins().await;
    caller.bye().await;
    service.stop().await;
    let (codec, ptime, sent, received, lost): (String, i64, i64, i64, i64) = sqlx::query_as(
        "SELECT media_codec, media_ptime_ms, rtp_sent, rtp_received, rtp_lost FROM v_call_quality",
    )
    .fetch_one(&house.database().await)
    .await
    .unwrap();
    assert_eq!(
        (codec.as_str(), ptime, received, lost),
        ("PCMU", 20, 0, 0),
        "this caller presses by INFO and sends no media"
    );
    assert!(sent >= 15, "{sent} packets for more than 300 ms of prompt");
}

#[tokio::test(flavor = "multi_thread")]
async fn key_pressed_right_before_the_hang_up_is_an_answer() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "last-key").await;
    caller.call("").await;
    caller.prompt().await;
    let digit = "Signal=1\r\nDuration=160\r\n";
    caller.request("INFO", "", "application/dtmf-relay", digit).await;
    caller.bye().await;
    service.stop().await;
    let expected = stored("sampled", "partial", "caller_hung_up", true, &["nps=1"]);
    assert_eq!(
        house.stored().await,
        [expected],
        "also a 1 that could have become 10 is kept"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn key_whose_first_packet_comes_right_before_the_bye_is_an_answer() {
    let house = House::new(EVERY);
    let service = house.start().await;
    for call in 0..5 {
        let mut caller = Caller::new(service.address, &format!("last-packet-{call}")).await;
        caller.call("").await;
        caller.prompt().await;
        caller.press_by_event(7).await;
        caller.bye().await;
    }
    service.stop().await;
    let expected = stored("sampled", "partial", "caller_hung_up", true, &["nps=7"]);
    assert_eq!(house.stored().await, vec![expected; 5]);
}

/// How telephone-event comes or goes in mid call.
#[derive(Debug, Clone, Copy)]
enum Renegotiated {
    Offered,
    /// By an offer whose host name is looked up before it is answered.
    OfferedByName,
    /// In the answer to an offer of ours.
    Answered,
}

impl Caller {
    /// Goes on with this description of ours.
    async fn renegotiate(&mut self, how: Renegotiated, description: &str) {
        let named = description.replace("c=IN IP4 127.0.0.1", "c=IN IP4 localhost");
        match how {
            Renegotiated::Offered => {}
            Renegotiated::OfferedByName => {
                self.offer_in_mid_call(&named, "200").await;
            }
            Renegotiated::Answered => self.answer_in_mid_call(description).await,
        }
        // Nothing confirms an answer in an ACK; the 200 to an offer behind it shows that it was taken.
        self.offer_in_mid_call(description, "200").await;
    }
}

async fn telephone_event_goes(mut caller: Caller, how: Renegotiated) {
    caller.call("").await;
    caller.prompt().await;
    caller.press_by_event_alone(101, 9).await;
    caller.prompt().await;
    let without = caller.description_of_audio("sendrecv");
    caller.renegotiate(how, &without).await;
    caller.press('4').await;
    caller.hung_up().await;
}

async fn telephone_event_comes(mut caller: Caller, how: Renegotiated) {
    let without = caller.description_of_audio("sendrecv");
    caller.request("INVITE", "", "application/sdp", &without).await;
    caller.answered().await;
    caller.ack().await;
    caller.prompt().await;
    caller.press('9').await;
    caller.prompt().await;
    let with = caller.description("sendrecv");
    caller.renegotiate(how, &with).await;
    caller.press_by_event_alone(101, 4).await;
    caller.hung_up().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_heard_by_the_path_that_is_left_when_telephone_event_goes_or_comes() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let how = [
        Renegotiated::Offered,
        Renegotiated::OfferedByName,
        Renegotiated::Answered,
    ];
    for how in how {
        let goes = Caller::new(service.address, &format!("goes-{how:?}")).await;
        let comes = Caller::new(service.address, &format!("comes-{how:?}")).await;
        tokio::join!(
            Box::pin(telephone_event_goes(goes, how)),
            Box::pin(telephone_event_comes(comes, how))
        );
    }
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=9", "ces=4"]);
    assert_eq!(
        house.stored().await,
        vec![expected; 6],
        "each key was pressed once"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_third_call_of_each_queue_is_surveyed_and_the_others_are_thanked() {
    let house = House::new(&format!("{EVERY}every = 3\n"));
    let service = house.start().await;
    for number in 0..6 {
        let queue = if number % 2 == 0 { "sales" } else { "billing" };
        let mut caller = Caller::new(service.address, &format!("third-{number}")).await;
        caller.call(&format!("X-Queue: {queue}\r\n")).await;
        caller.prompt_begins().await;
        if number < 4 {
            let bye = caller.hung_up().await;
            assert!(header(&bye, "Reason").contains("Not surveyed"), "{bye}");
        } else {
            caller.bye().await;
        }
    }
    service.stop().await;
    let left_out = || stored("not_sampled", "not_sampled", "not_sampled", true, &[]);
    let asked = || stored("sampled", "abandoned", "caller_hung_up", true, &[]);
    let expected = [left_out(), left_out(), left_out(), left_out(), asked(), asked()];
    assert_eq!(house.stored().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_not_surveyed_are_refused_or_redirected_as_their_route_says() {
    let house = House::new(
        "[[route]]\nnumber = \"busy\"\nsurvey = \"two\"\nevery = 2\nnot_surveyed = { status = 486 }\n\
         [[route]]\nnumber = \"away\"\nsurvey = \"two\"\nevery = 2\nnot_surveyed = { redirect = \"sip:queue@pbx.example\" }\n",
    );
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "busy").await.dial("busy");
    caller.call_refused("", "486").await;
    let mut caller = Caller::new(service.address, "away").await.dial("away");
    let redirect = caller.call_refused("", "302").await;
    assert_eq!(header(&redirect, "Contact"), "<sip:queue@pbx.example>");
    service.hang_up_and_stop().await;
    let expected = || stored("not_sampled", "not_sampled", "not_sampled", false, &[]);
    assert_eq!(house.stored().await, [expected(), expected()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn number_without_a_route_gets_404_and_a_row() {
    let house = House::new(EVERY);
    let service = house.start().await;
    Caller::new(service.address, "nobody")
        .await
        .dial("nobody")
        .call_refused("", "404")
        .await;
    service.hang_up_and_stop().await;
    assert_eq!(
        house.stored().await,
        [stored("suppressed", "suppressed", "no_route", false, &[])]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_who_opts_out_is_not_asked_again() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "opt-out")
        .await
        .from("+358401234567");
    caller.call("").await;
    caller.prompt_begins().await;
    caller.press('*').await;
    caller.press('9').await;
    caller.hung_up().await;
    let mut again = Caller::new(service.address, "opted-out")
        .await
        .from("+358401234567");
    again.call("").await;
    again.hung_up().await;
    service.stop().await;
    assert_eq!(
        house.stored().await,
        [
            stored("sampled", "declined", "opted_out", true, &[]),
            stored("suppressed", "suppressed", "opted_out", true, &[]),
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn call_without_an_offer_is_offered_a_session() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "delayed").await;
    caller.request("INVITE", "", "", "").await;
    assert!(
        caller.answered().await.contains("m=audio "),
        "our 200 carries the offer"
    );
    let answer = caller.description("sendrecv");
    caller.request("ACK", "", "application/sdp", &answer).await;
    caller.prompt().await;
    caller.bye().await;
    service.stop().await;
    assert_eq!(
        house.stored().await,
        [stored("sampled", "abandoned", "caller_hung_up", true, &[])]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn offer_of_ours_that_the_ack_leaves_unanswered_ends_the_call() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "no-answer").await;
    caller.request("INVITE", "", "", "").await;
    caller.answered().await;
    caller.ack().await;
    caller.hung_up().await;
    service.stop().await;
    assert_eq!(
        house.stored().await,
        [stored("sampled", "failed", "no_sdp_answer", true, &[])]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn session_without_a_common_codec_is_refused() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "codec").await;
    let offer = caller
        .description("sendrecv")
        .replace("RTP/AVP 0 101", "RTP/AVP 18");
    caller.request("INVITE", "", "application/sdp", &offer).await;
    caller.expect("SIP/2.0 488 ").await;
    service.hang_up_and_stop().await;
    assert_eq!(
        house.stored().await,
        [stored("sampled", "failed", "no_common_codec", false, &[])]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn call_on_hold_goes_on_when_it_is_resumed() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "hold").await;
    caller.call("").await;
    caller.prompt().await;
    let held = caller.offer_again("sendonly").await;
    assert!(held.contains("a=recvonly"), "{held}");
    let resumed = caller.offer_again("sendrecv").await;
    assert!(resumed.contains("a=sendrecv"), "{resumed}");
    caller.press('7').await;
    caller.prompt().await;
    caller.press('5').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=7", "ces=5"]);
    assert_eq!(house.stored().await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn sampled_call_without_a_place_is_refused_and_stored_as_such() {
    let house = House::new(&format!("[calls]\nmax_concurrent = 1\n{EVERY}"));
    let service = house.start().await;
    let mut first = Caller::new(service.address, "first").await;
    first.call("").await;
    first.prompt_begins().await;
    let mut second = Caller::new(service.address, "second").await;
    let refused = second.call_refused("", "503").await;
    assert_eq!(header(&refused, "Retry-After"), "10");
    first.bye().await;
    service.hang_up_and_stop().await;
    let calls = house.stored().await;
    assert_eq!(
        calls[1],
        stored("sampled", "refused_capacity", "calls.max_concurrent", false, &[])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn call_that_comes_while_media_threads_are_late_is_refused_and_stored_as_such() {
    // No thread keeps time to the nanosecond: one that carries a call is late by this measure.
    let house = House::new(&format!("[media]\nlate_limit = \"0.001ms\"\n{EVERY}"));
    let service = house.start().await;
    let mut first = Caller::new(service.address, "first").await;
    first.call("").await;
    first.prompt_begins().await;
    let mut second = Caller::new(service.address, "second").await;
    let refused = second.call_refused("", "503").await;
    assert_eq!(header(&refused, "Retry-After"), "10");
    first.bye().await;
    service.hang_up_and_stop().await;
    let calls = house.stored().await;
    assert_eq!(
        calls[1],
        stored("sampled", "refused_capacity", "media_late", false, &[])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_refuses_new_calls_and_lets_running_ones_finish() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let address = service.address;
    let mut caller = Caller::new(address, "running").await;
    caller.call("").await;
    caller.prompt().await;
    let stopping = spawn("stop", service.stop());
    let mut late = Caller::new(address, "late").await;
    loop {
        late.request("OPTIONS", "", "", "").await;
        let reply = late.expect("SIP/2.0 ").await;
        if reply.starts_with("SIP/2.0 503 ") {
            break;
        }
    }
    late.call_refused("", "503").await;
    caller.press('8').await;
    caller.prompt().await;
    caller.press('3').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    soon("the stop", stopping).await.unwrap();
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=8", "ces=3"]);
    assert_eq!(house.stored().await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_without_grace_hangs_up_and_stores_every_end() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "cut-off").await;
    caller.call("").await;
    caller.prompt().await;
    caller.press('6').await;
    caller.prompt_begins().await;
    let stopping = spawn("stop", service.hang_up_and_stop());
    caller.hung_up().await;
    soon("the stop", stopping).await.unwrap();
    let expected = stored("sampled", "partial", "shutdown", true, &["nps=6"]);
    assert_eq!(house.stored().await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn call_cancelled_while_it_is_decided_on_was_never_answered() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let database = house.database().await;
    // The row cannot be written yet, so the decision waits.
    let mut lock = database.begin_with("BEGIN IMMEDIATE").await.unwrap();
    sqlx::query("UPDATE heartbeat SET written = written")
        .execute(&mut *lock)
        .await
        .unwrap();
    let mut caller = Caller::new(service.address, "cancelled").await;
    caller.invite("").await;
    caller.expect("SIP/2.0 100 ").await;
    caller.request("CANCEL", "", "", "").await;
    caller.expect("SIP/2.0 487 ").await;
    lock.rollback().await.unwrap();
    database.close().await;
    service.hang_up_and_stop().await;
    assert_eq!(
        house.stored().await,
        [stored("sampled", "abandoned", "cancelled", false, &[])]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn database_that_goes_away_in_a_call_costs_no_answer_and_turns_new_calls_away() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "outage").await;
    caller.call("").await;
    caller.prompt().await;
    let database = house.database().await;
    let lock = database.begin_with("BEGIN IMMEDIATE").await.unwrap();
    caller.press('9').await;
    caller.prompt().await;
    Caller::new(service.address, "turned-away")
        .await
        .call_refused("", "503")
        .await;
    lock.rollback().await.unwrap();
    caller.press('4').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    // What was still in the spool comes with the next start.
    house.start().await.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=9", "ces=4"]);
    assert_eq!(house.stored().await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn next_start_ends_the_calls_that_a_crash_left() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "crash").await;
    caller.call("").await;
    caller.prompt().await;
    caller.press('3').await;
    caller.prompt_begins().await;
    service.hang_up_and_stop().await;
    // As a crash would have left the row.
    let database = house.database().await;
    sqlx::query("UPDATE call SET disposition = NULL, reason = NULL, ended_at = NULL, agent_group = NULL")
        .execute(&database)
        .await
        .unwrap();
    database.close().await;
    house.start().await.stop().await;
    let calls = house.stored().await;
    assert_eq!(calls[0].disposition.as_deref(), Some("partial"), "{calls:?}");
    assert_eq!(calls[0].answers, ["nps=3"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn address_in_use_is_told_with_its_setting() {
    let house = House::new(EVERY);
    let first = house.start().await;
    let taken = first.engine.http_address();
    let second = House::new(&format!("{EVERY}[http]\nlisten = \"{taken}\"\n"));
    let error = second.try_start().await.map(drop).unwrap_err().to_string();
    assert!(error.starts_with("http.listen: "), "{error}");
    assert!(
        error.contains(&taken.to_string()) && !error.contains('\n'),
        "{error}"
    );
    first.stop().await;
}
