//! Where media goes: families of addresses, host names, and offers of ours that cannot be met.

use super::caller::{Caller, header};
use super::house::House;
use super::{EVERY, stored};

/// The caller's session with another `c=`.
fn at(caller: &Caller, connection: &str) -> String {
    caller
        .description("sendrecv")
        .replace("c=IN IP4 127.0.0.1", &format!("c={connection}"))
}

async fn answered(caller: &mut Caller, offer: &str) -> String {
    caller.request("INVITE", "", "application/sdp", offer).await;
    let answer = caller.answered().await;
    caller.ack().await;
    answer
}

async fn refused(caller: &mut Caller, offer: &str) -> String {
    caller.request("INVITE", "", "application/sdp", offer).await;
    caller.expect("SIP/2.0 488 ").await
}

#[tokio::test(flavor = "multi_thread")]
async fn media_over_ipv6_of_a_call_over_ipv4_is_answered_with_an_address_that_is_reached() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "six")
        .await
        .hears_at("[::1]:0")
        .await;
    let offer = at(&caller, "IN IP6 ::1");
    let answer = answered(&mut caller, &offer).await;
    assert!(answer.contains("c=IN IP6 ::1\r\n"), "{answer}");
    caller.prompt().await;
    caller.press('9').await;
    caller.prompt_begins().await;

    let back = caller.description("sendrecv");
    let refused = caller.offer_in_mid_call(&back, "488").await;
    assert!(
        header(&refused, "Warning").starts_with("300 "),
        "the socket is of one family: {refused}"
    );
    caller.prompt().await;
    caller.press('4').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=9", "ces=4"]);
    assert_eq!(house.stored().await, [expected]);
}

/// An address of this machine that is not loopback; `None` on one without a network.
fn far_address() -> Option<String> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip().to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn media_elsewhere_of_a_call_through_a_proxy_on_this_host_never_gets_a_loopback_address() {
    let Some(far) = far_address() else { return };
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "far").await;
    caller = caller.hears_at(&format!("{far}:0")).await;
    let offer = at(&caller, &format!("IN IP4 {far}"));
    let answer = answered(&mut caller, &offer).await;
    assert!(answer.contains(&format!("c=IN IP4 {far}\r\n")), "{answer}");
    caller.prompt().await;
    caller.bye().await;

    let mut caller = Caller::new(service.address, "moves-away").await;
    caller.call("").await;
    let offer = at(&caller, &format!("IN IP4 {far}"));
    let refused = caller.offer_in_mid_call(&offer, "488").await;
    assert!(header(&refused, "Warning").starts_with("300 "), "{refused}");
    caller.prompt_begins().await;
    caller.bye().await;
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn address_that_is_not_reached_or_is_none_is_refused_with_a_warning_that_says_so() {
    let house = House::new(EVERY);
    let service = house.start().await;
    for (connection, code) in [
        ("IN IP6 fe80::1", "300"),
        ("IX IP4 127.0.0.1", "300"),
        ("IN IP7 127.0.0.1", "301"),
        ("IN IP6 127.0.0.1", "301"),
        ("IN IP4 ::1", "301"),
        ("IN IP4 nosuch.invalid", "301"),
        ("IN IP4 255.255.255.255", "301"),
        ("IN IP4 224.2.1.1/127", "330"),
    ] {
        let name = connection.replace([' ', ':'], "-");
        let mut caller = Caller::new(service.address, &name).await;
        let offer = at(&caller, connection);
        let refused = refused(&mut caller, &offer).await;
        assert!(
            header(&refused, "Warning").starts_with(code),
            "{connection}: {refused}"
        );
    }
    service.hang_up_and_stop().await;
    let reasons = house.stored().await;
    assert!(
        reasons
            .iter()
            .all(|call| call.reason.as_deref() == Some("session_description")),
        "{reasons:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn host_name_in_an_offer_is_looked_up_and_spoken_to_also_in_mid_call() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "named").await;
    let offer = at(&caller, "IN IP4 localhost");
    answered(&mut caller, &offer).await;
    caller.prompt().await;
    let offer = at(&caller, "IN IP4 localhost");
    caller.offer_in_mid_call(&offer, "200").await;
    let unknown = at(&caller, "IN IP4 nosuch.invalid");
    let refused = caller.offer_in_mid_call(&unknown, "488").await;
    assert!(header(&refused, "Warning").starts_with("301 "), "{refused}");
    caller.press('9').await;
    caller.prompt().await;
    caller.press('4').await;
    caller.prompt_begins().await;
    caller.hung_up().await;
    service.stop().await;
    let expected = stored("sampled", "completed", "all_answered", true, &["nps=9", "ces=4"]);
    assert_eq!(
        house.stored().await,
        [expected],
        "what is refused changes nothing"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn host_name_that_is_new_in_mid_call_or_in_the_answer_to_our_offer_is_looked_up() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "later").await;
    caller.request("INVITE", "", "", "").await;
    caller.answered().await;
    let answer = at(&caller, "IN IP4 localhost").replace("s=-", "s=answer");
    caller.request("ACK", "", "application/sdp", &answer).await;
    caller.prompt().await;
    caller.bye().await;
    let mut caller = Caller::new(service.address, "renamed").await;
    caller.call("").await;
    let offer = at(&caller, "IN IP4 localhost");
    caller.offer_in_mid_call(&offer, "200").await;
    caller.prompt().await;
    caller.bye().await;
    service.stop().await;
    assert_eq!(house.stored().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn offer_of_ours_that_cannot_be_met_ends_with_incompatible_destination() {
    let house = House::new(EVERY);
    let service = house.start().await;
    for (name, from, to) in [
        ("codec", "RTP/AVP 0 101", "RTP/AVP 18"),
        ("off", "m=audio ", "m=audio 0 RTP/AVP 0\r\nm=audio "),
        ("network", "c=IN IP4", "c=IX IP4"),
        ("family", "c=IN IP4 127.0.0.1", "c=IN IP6 ::1"),
        ("protection", "RTP/AVP", "RTP/SAVP"),
        ("nothing", "v=0", ""),
    ] {
        let mut caller = Caller::new(service.address, name).await;
        caller.request("INVITE", "", "", "").await;
        caller.answered().await;
        let answer = caller.description("sendrecv").replace(from, to);
        let (kind, answer) = match name {
            "nothing" => ("", String::new()),
            _ => ("application/sdp", answer),
        };
        caller.request("ACK", "", kind, &answer).await;
        let bye = caller.hung_up().await;
        assert!(
            header(&bye, "Reason").starts_with("Q.850;cause=88;"),
            "{name}: {bye}"
        );
    }
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offer_of_ours_that_cannot_be_met_by_a_call_that_is_not_surveyed_ends_so_too() {
    let house = House::new("[[route]]\nnumber = \"two\"\nsurvey = \"two\"\nevery = 1000\n");
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "sent-off").await;
    caller.request("INVITE", "", "", "").await;
    caller.answered().await;
    let answer = caller
        .description("sendrecv")
        .replace("RTP/AVP 0 101", "RTP/AVP 18");
    caller.request("ACK", "", "application/sdp", &answer).await;
    let bye = caller.hung_up().await;
    assert!(header(&bye, "Reason").starts_with("Q.850;cause=88;"), "{bye}");
    service.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rejected_stream_without_a_format_and_a_profile_with_feedback_cost_no_call() {
    let house = House::new(EVERY);
    let service = house.start().await;
    let mut caller = Caller::new(service.address, "rejected").await;
    let offer = caller.description("sendrecv").replace("RTP/AVP", "RTP/AVPF") + "m=image 0 udptl\r\n";
    let answer = answered(&mut caller, &offer).await;
    assert!(
        answer.contains(" RTP/AVPF 0 ") && answer.contains("m=image 0 udptl"),
        "{answer}"
    );
    caller.prompt().await;
    caller.bye().await;
    service.stop().await;
    assert_eq!(house.stored().await[0].reason.as_deref(), Some("caller_hung_up"));
}
