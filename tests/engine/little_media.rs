//! Callers of whom little is heard: muted phones, phones behind NAT, streams that move, telephone-event mapped oddly.
//! Every answer must come out as it was pressed, and what cannot be heard must not go without a word.

use super::caller::Caller;
use super::house::House;
use super::{EVERY, stored};

const COMFORT_NOISE: u8 = 13;

async fn key_warning(house: &House) -> Vec<Option<String>> {
    sqlx::query_scalar("SELECT key_warning FROM v_call_quality ORDER BY call_uid")
        .fetch_all(&house.database().await)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn muted_phone_behind_nat_answers_with_keys_alone() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "nat-keys").await;
    caller.call("").await;
    // The first question goes to the address of the SDP, since nothing has come yet.
    caller.prompt().await;
    caller.move_to("127.0.0.2").await;
    caller.press_by_event_alone(101, 7).await;
    caller.hears_outside().await;
    caller.prompt().await;
    caller.press_by_event_alone(101, 4).await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=7", "ces=4"]);
    assert_eq!(house.stored().await, [expected]);
    assert_eq!(key_warning(&house).await, [None]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_packet_of_comfort_noise_brings_the_prompts_behind_nat() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "nat-noise").await;
    caller.call("").await;
    caller.move_to("127.0.0.2").await;
    caller.send(COMFORT_NOISE, 160, &[40]).await;
    caller.prompt().await;
    caller.press_by_event_alone(101, 7).await;
    caller.prompt().await;
    caller.press_by_event_alone(101, 4).await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=7", "ces=4"]);
    assert_eq!(house.stored().await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn row_says_that_a_second_host_spoke_while_the_peer_was_known_by_packets_alone() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "two-hosts").await;
    caller.call("").await;
    caller.prompt().await;
    caller.move_to("127.0.0.3").await;
    caller.send(COMFORT_NOISE, 160, &[40]).await;
    caller.send(COMFORT_NOISE, 320, &[40]).await;
    caller.hears_outside().await;
    caller.move_to("127.0.0.2").await;
    caller.press_by_event_alone(101, 9).await;
    caller.move_to("127.0.0.3").await;
    caller.press_by_event_alone(101, 7).await;
    caller.prompt().await;
    caller.press_by_event_alone(101, 4).await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=7", "ces=4"]);
    assert_eq!(house.stored().await, [expected], "one host is heard");
    assert_eq!(key_warning(&house).await, [Some("several_hosts".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_that_moves_to_another_port_is_followed_and_a_stranger_is_not() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "moved").await;
    caller.call("").await;
    caller.say(&[0xFF; 1_600]).await;
    caller.prompt().await;
    // A stranger who knows the SSRC and the sequence of the caller.
    caller.move_to("127.0.0.3").await;
    caller.press_by_event_alone(101, 0).await;
    caller.move_to("127.0.0.1").await;
    caller.press_by_event_alone(101, 7).await;
    caller.hears_outside().await;
    caller.prompt().await;
    caller.press_by_event_alone(101, 4).await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=7", "ces=4"]);
    assert_eq!(house.stored().await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn muted_caller_whose_phone_answers_options_is_not_hung_up() {
    let house = House::new(&format!("[media]\nsilence_timeout = \"1s\"\n{EVERY}"));
    let service = house.start().await;
    for status in ["200 OK", "405 Method Not Allowed"] {
        let mut caller = Caller::new(service.address, &format!("muted-{}", &status[..3])).await;
        caller.call("").await;
        caller.prompt().await;
        for _ in 0..2 {
            let options = caller.expect("OPTIONS ").await;
            caller.reply(&options, status).await;
        }
        caller.press('7').await;
        caller.prompt().await;
        caller.press('4').await;
        let bye = caller.hung_up().await;
        assert!(bye.contains("Survey finished"), "{bye}");
    }
    service.stop().await;
    let expected = || stored("sampled", "completed", "all_answered", true, &["nps=7", "ces=4"]);
    assert_eq!(house.stored().await, [expected(), expected()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_in_the_dialog_keep_a_muted_call_whose_phone_answers_no_options() {
    let house = House::new(&format!("[media]\nsilence_timeout = \"1s\"\n{EVERY}"));
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "unanswered").await;
    caller.call("").await;
    caller.prompt().await;
    for method in ["OPTIONS", "UPDATE", "INFO"] {
        caller.expect("OPTIONS ").await;
        caller.request(method, "", "", "").await;
    }
    caller.press('7').await;
    caller.prompt().await;
    caller.press('4').await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=7", "ces=4"]);
    assert_eq!(house.stored().await, [expected]);
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_caller_who_is_gone_is_let_go() {
    let house = House::new(&format!("[media]\nsilence_timeout = \"1s\"\n{EVERY}"));
    let service = house.start().await;
    for answer in [Some("481 Call/Transaction Does Not Exist"), None] {
        let mut caller = Caller::new(service.address, &format!("gone-{}", answer.is_some())).await;
        caller.call("").await;
        let options = caller.expect("OPTIONS ").await;
        if let Some(status) = answer {
            caller.reply(&options, status).await;
        }
        caller.hung_up().await;
    }
    service.stop().await;
    let reasons: Vec<_> = house.stored().await.into_iter().map(|call| call.reason).collect();
    assert_eq!(
        reasons,
        [Some("rtp_silence".to_owned()), Some("rtp_silence".to_owned())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_heard_however_telephone_event_is_mapped_and_the_row_says_that_it_was_odd() {
    let odd = Some("odd_telephone_event".to_owned());
    for (formats, attributes, payload_type, warning) in [
        ("0 101", "a=rtpmap:101 telephone-event/8000\r\n", 101, None),
        ("0 101", "a=fmtp:101 0-15\r\n", 101, odd.clone()),
        ("0 101", "", 101, odd.clone()),
        ("0 97", "", 97, odd.clone()),
        (
            "0",
            "a=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\n",
            96,
            odd.clone(),
        ),
        (
            "0 101",
            "a=rtpmap:101 speex/8000\r\na=rtpmap:101 telephone-event/8000\r\n",
            101,
            odd.clone(),
        ),
        (
            "0",
            "a=rtpmap:0 PCMU/8000\r\na=rtpmap:0 telephone-event/8000\r\n",
            0,
            odd.clone(),
        ),
        // Another number than the one agreed on, and none agreed on.
        ("0 96", "a=rtpmap:96 telephone-event/8000\r\n", 101, None),
        ("0", "", 101, None),
    ] {
        let house = House::new(EVERY);
        let service = house.start().await;
        let mut caller = Caller::new(service.address, "odd").await;
        let offer = caller
            .description("sendrecv")
            .replace("RTP/AVP 0 101", &format!("RTP/AVP {formats}"))
            .replace("a=rtpmap:101 telephone-event/8000\r\n", attributes);
        caller.request("INVITE", "", "application/sdp", &offer).await;
        caller.answered().await;
        caller.ack().await;
        caller.say(&[0xFF; 800]).await;
        for event in [7, 4] {
            caller.prompt().await;
            caller.press_by_event_alone(payload_type, event).await;
        }
        caller.prompt_begins().await;
        caller.hung_up().await;
        service.stop().await;
        let expected = stored("sampled", "completed", "all_answered", true, &["nps=7", "ces=4"]);
        assert_eq!(house.stored().await, [expected], "{offer}");
        assert_eq!(key_warning(&house).await, [warning], "{offer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn survey_that_keys_cannot_reach_is_marked() {
    let house = House::new(&format!("[media]\nin_band_dtmf = \"never\"\n{EVERY}"));
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "deaf").await;
    let offer = caller
        .description("sendrecv")
        .replace("RTP/AVP 0 101", "RTP/AVP 0")
        .replace("a=rtpmap:101 telephone-event/8000\r\n", "");
    caller.request("INVITE", "", "application/sdp", &offer).await;
    caller.answered().await;
    caller.ack().await;
    caller.prompt_begins().await;
    caller.bye().await;
    let mut caller = Caller::new(service.address, "unknown").await;
    caller.call("").await;
    caller.prompt_begins().await;
    caller.press_by_event_alone(120, 7).await;
    caller.bye().await;
    service.stop().await;
    let mut warnings = key_warning(&house).await;
    warnings.sort();
    assert_eq!(
        warnings,
        [
            Some("no_key_path".to_owned()),
            Some("unknown_payload_type".to_owned())
        ]
    );
}
