//! Our own calls: INVITE, its responses, CANCEL, ACK, forks, and requests that the far end makes.

use super::bench::{Ask, Bench, SDP, Sent, kinds, reply_text};
use crate::event::{Body, Command, DialogEvent, DialogKey, EndCause, OutboundInvite, Transport};

const KEY: DialogKey = DialogKey::outbound(1);
const CONTACT: &str = "Contact: <sip:callee@198.51.100.7:5070>\r\n";

fn call(bench: &mut Bench) -> Sent {
    call_with(bench, Some(Body::sdp(SDP)))
}

fn call_with(bench: &mut Bench, offer: Option<Body>) -> Sent {
    let invite = OutboundInvite {
        dialog: KEY,
        target: "sip:nps@198.51.100.7".to_owned(),
        destination: "198.51.100.7:5060".parse().unwrap(),
        transport: Transport::Udp,
        from: "sip:caller@192.0.2.1".to_owned(),
        call_id: None,
        headers: vec![("X-Queue".to_owned(), "sales".to_owned())],
        offer,
    };
    bench.command(Command::Invite(Box::new(invite))).pop().unwrap()
}

fn hang_up(bench: &mut Bench) -> Vec<Sent> {
    bench.command(Command::HangUp {
        dialog: KEY,
        headers: Vec::new(),
    })
}

fn answered(bench: &mut Bench) -> Sent {
    let invite = call(bench);
    bench.receive(&reply_text(&invite, 200, "callee", CONTACT));
    invite
}

/// A request of the far end in the dialog of our call.
fn from_callee(invite: &Sent, method: &str, cseq: u32) -> Ask {
    let ours = invite.header("From").unwrap().split_once(";tag=").unwrap().1;
    Ask::new(method)
        .call_id(invite.header("Call-ID").unwrap())
        .caller_tag("callee")
        .in_dialog(ours)
        .cseq(cseq)
}

#[test]
fn invite_carries_what_the_caller_asked_for() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    assert_eq!(invite.start_line(), "INVITE sip:nps@198.51.100.7 SIP/2.0");
    assert_eq!(invite.header("X-Queue"), Some("sales"));
    assert_eq!(invite.header("Content-Type"), Some("application/sdp"));
    assert_eq!(invite.header("Max-Forwards"), Some("70"));
    assert!(invite.header("Via").unwrap().contains(";rport"));
    assert_eq!(invite.flow.peer.to_string(), "198.51.100.7:5060");
}

#[test]
fn progress_answer_and_bye_of_the_far_end_reach_the_application() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    bench.reply_to(&invite, 100, "");
    bench.reply_to(&invite, 180, "");
    let ack = bench
        .receive(&reply_text(&invite, 200, "callee", CONTACT))
        .pop()
        .unwrap();
    assert_eq!(ack.start_line(), "ACK sip:callee@198.51.100.7:5070 SIP/2.0");
    assert_eq!(ack.header("CSeq"), Some("1 ACK"));
    assert_eq!(ack.flow.peer.to_string(), "198.51.100.7:5070");
    assert_ne!(
        ack.header("Via"),
        invite.header("Via"),
        "a transaction of its own"
    );
    assert_eq!(kinds(&bench.ask(&from_callee(&invite, "BYE", 1))), ["200"]);
    assert!(matches!(
        bench
            .events
            .iter()
            .map(|(_, event)| event)
            .collect::<Vec<_>>()
            .as_slice(),
        [
            DialogEvent::Progress { status: 180 },
            DialogEvent::Answered { .. },
            DialogEvent::Ended { .. }
        ]
    ));
}

#[test]
fn refusal_is_acknowledged_on_the_branch_of_the_invite() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    let ack = bench.reply_to(&invite, 486, "").pop().unwrap();
    assert_eq!(ack.header("Via"), invite.header("Via"));
    assert_eq!(ack.start_line(), "ACK sip:nps@198.51.100.7 SIP/2.0");
    assert!(ack.header("To").unwrap().ends_with(";tag=peer-tag"));
    assert_eq!(
        bench.causes(),
        [EndCause::Rejected {
            status: 486,
            reason: "X".to_owned()
        }]
    );
}

#[test]
fn hang_up_before_any_response_waits_with_cancel_for_a_provisional_one() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    assert!(hang_up(&mut bench).is_empty(), "RFC 3261 section 9.1");
    let cancel = bench.reply_to(&invite, 100, "").pop().unwrap();
    assert_eq!(cancel.start_line(), "CANCEL sip:nps@198.51.100.7 SIP/2.0");
    assert_eq!(cancel.header("Via"), invite.header("Via"));
    assert_eq!(cancel.header("CSeq"), Some("1 CANCEL"));
    bench.reply_to(&cancel, 200, "");
    assert_eq!(kinds(&bench.reply_to(&invite, 487, "")), ["ACK"]);
    assert_eq!(bench.causes(), [EndCause::HungUp]);
}

#[test]
fn answer_that_crosses_our_cancel_is_acknowledged_and_ended() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    bench.reply_to(&invite, 180, "");
    assert_eq!(kinds(&hang_up(&mut bench)), ["CANCEL"]);
    let sent = bench.receive(&reply_text(&invite, 200, "callee", CONTACT));
    assert_eq!(kinds(&sent), ["ACK", "BYE"]);
    bench.reply_to(&sent[1], 200, "");
    assert_eq!(bench.causes(), [EndCause::HungUp]);
}

#[test]
fn second_phone_that_answers_is_acknowledged_and_ended_once() {
    let mut bench = Bench::new();
    let invite = answered(&mut bench);
    let second = reply_text(&invite, 200, "fork", "Contact: <sip:other@198.51.100.9>\r\n");
    let sent = bench.receive(&second);
    assert_eq!(kinds(&sent), ["ACK", "BYE"]);
    assert_eq!(sent[1].start_line(), "BYE sip:other@198.51.100.9 SIP/2.0");
    assert!(sent[1].header("To").unwrap().ends_with(";tag=fork"));
    assert_eq!(kinds(&bench.receive(&second)), ["ACK"]);
    assert_eq!(
        (bench.agent.dialogs(), bench.causes().len()),
        (1, 0),
        "the first call goes on"
    );
}

#[test]
fn our_bye_follows_the_reversed_record_route() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    let routes = format!("Record-Route: <sip:10.0.0.1;lr>, <sip:10.0.0.2;lr>\r\n{CONTACT}");
    bench.receive(&reply_text(&invite, 200, "callee", &routes));
    let bye = hang_up(&mut bench).pop().unwrap();
    assert_eq!(bye.headers("Route"), ["<sip:10.0.0.2;lr>", "<sip:10.0.0.1;lr>"]);
    assert_eq!(bye.header("CSeq"), Some("2 BYE"));
    assert_eq!(bye.flow.peer.to_string(), "10.0.0.2:5060");
}

#[test]
fn reinvite_of_the_far_end_is_offered_to_the_application() {
    let mut bench = Bench::new();
    let invite = answered(&mut bench);
    let reinvite = from_callee(&invite, "INVITE", 1)
        .header("Contact: <sip:c@198.51.100.7>")
        .sdp();
    assert_eq!(kinds(&bench.ask(&reinvite)), ["100"]);
    assert!(matches!(
        bench.events.last(),
        Some((KEY, DialogEvent::Offer { .. }))
    ));
}

#[test]
fn offer_that_crosses_our_invite_hears_491() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    assert_eq!(
        kinds(&bench.ask(&from_callee(&invite, "UPDATE", 1).sdp())),
        ["491"]
    );
}

#[test]
fn info_is_sent_inside_the_dialog() {
    let mut bench = Bench::new();
    answered(&mut bench);
    let body = Body {
        content_type: "application/dtmf-relay".to_owned(),
        bytes: b"Signal=1".to_vec(),
    };
    let info = bench
        .command(Command::SendInfo { dialog: KEY, body })
        .pop()
        .unwrap();
    assert_eq!(info.start_line(), "INFO sip:callee@198.51.100.7:5070 SIP/2.0");
    assert_eq!(info.header("CSeq"), Some("2 INFO"));
    assert!(info.text.ends_with("Signal=1"));
}

#[test]
fn response_that_nobody_asked_for_is_dropped() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    let strange = reply_text(&invite, 200, "x", "").replace("z9hG4bK", "z9hG4bKf");
    assert!(bench.receive(&strange).is_empty());
    let two_vias = reply_text(&invite, 200, "x", "Via: SIP/2.0/UDP 10.0.0.1\r\n");
    assert!(bench.receive(&two_vias).is_empty(), "RFC 3261 section 8.1.3.3");
    assert_eq!(bench.agent.counters().dropped, 2);
}

#[test]
fn invite_that_cannot_be_sent_fails_at_once() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    bench.send_failed(&invite);
    assert_eq!(bench.causes(), [EndCause::TransportFailed]);
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
}

#[test]
fn answer_without_contact_is_acknowledged_to_the_target() {
    let mut bench = Bench::new();
    let invite = call(&mut bench);
    let sent = bench.receive(&reply_text(&invite, 200, "callee", ""));
    assert_eq!(sent[0].start_line(), "ACK sip:nps@198.51.100.7 SIP/2.0");
}

#[test]
fn target_that_is_no_uri_fails_at_once() {
    let mut bench = Bench::new();
    let invite = OutboundInvite {
        dialog: KEY,
        target: "nonsense".to_owned(),
        destination: "198.51.100.7:5060".parse().unwrap(),
        transport: Transport::Udp,
        from: "sip:caller@192.0.2.1".to_owned(),
        call_id: None,
        headers: Vec::new(),
        offer: None,
    };
    assert!(bench.command(Command::Invite(Box::new(invite))).is_empty());
    assert_eq!(bench.causes(), [EndCause::TransportFailed]);
}

#[test]
fn offer_in_the_2xx_is_answered_in_the_ack_and_the_ack_is_repeated_with_it() {
    let mut bench = Bench::new();
    let invite = call_with(&mut bench, None);
    assert_eq!(invite.header("Content-Type"), None);
    let ok = reply_text(&invite, 200, "callee", CONTACT);
    assert!(bench.receive(&ok).is_empty(), "the ACK waits for our answer");
    assert!(
        bench.receive(&ok).is_empty(),
        "and so it does when the 2xx is repeated"
    );
    let answer = Some(Body::sdp(SDP));
    let acknowledge = Command::Acknowledge { dialog: KEY, answer };
    let ack = bench.command(acknowledge.clone()).pop().unwrap();
    assert_eq!(
        (ack.header("CSeq"), ack.header("Content-Type")),
        (Some("1 ACK"), Some("application/sdp"))
    );
    assert!(bench.command(acknowledge).is_empty(), "one answer is enough");
    assert_eq!(
        bench.receive(&ok).pop().unwrap().header("Content-Type"),
        Some("application/sdp")
    );
}

#[test]
fn hanging_up_before_answering_the_offer_acknowledges_the_2xx_first() {
    let mut bench = Bench::new();
    let invite = call_with(&mut bench, None);
    bench.receive(&reply_text(&invite, 200, "callee", CONTACT));
    let methods: Vec<String> = hang_up(&mut bench)
        .iter()
        .map(|sent| sent.start_line().to_owned())
        .collect();
    assert!(
        methods[0].starts_with("ACK ") && methods[1].starts_with("BYE "),
        "{methods:?}"
    );
}
