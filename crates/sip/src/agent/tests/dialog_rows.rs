//! The table *Transactions and dialogs*, row by row, but for offers ([`super::offers`]) and time
//! ([`super::timers`]).

use super::bench::{Ask, Bench, OURS, SDP, kinds, times};
use crate::agent::{Accepting, AgentConfig, PrivateContact};
use crate::event::{Command, DialogEvent, DialogKey, EndCause, Transport};

fn is_info((_, event): &(DialogKey, DialogEvent)) -> bool {
    matches!(event, DialogEvent::Info { .. })
}

#[test]
fn invite_hears_100_at_once_then_180_and_200_with_one_tag() {
    let mut bench = Bench::new();
    let trying = bench.ask(&Ask::invite());
    assert_eq!(kinds(&trying), ["100"]);
    assert_eq!(trying[0].to_tag(), None, "100 carries no To-tag");
    let dialog = bench.key();
    let ringing = bench.command(Command::Ring { dialog });
    let answer = bench.answer();
    assert_eq!((ringing[0].what(), answer.what()), ("180", "200"));
    assert!(answer.to_tag().is_some());
    assert_eq!(ringing[0].to_tag(), answer.to_tag());
    assert_eq!(answer.header("Contact"), Some("<sip:aftercall@192.0.2.1:5060>"));
    assert!(answer.header("Allow").is_some());
    assert!(answer.text.ends_with(SDP));
}

#[test]
fn repeated_invite_hears_the_same_response_and_is_never_a_second_call() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    assert_eq!(kinds(&bench.ask(&Ask::invite())), ["100"]);
    let dialog = bench.key();
    let ringing = bench.command(Command::Ring { dialog });
    assert_eq!(bench.ask(&Ask::invite())[0].text, ringing[0].text);
    let answer = bench.answer();
    assert_eq!(
        bench.ask(&Ask::invite())[0].text,
        answer.text,
        "same 2xx, same tag"
    );
    let tag = answer.to_tag().unwrap().to_owned();
    bench.ask(&Ask::new("ACK").branch("ack").in_dialog(&tag));
    assert!(
        bench.ask(&Ask::invite()).is_empty(),
        "after the ACK a late copy is absorbed"
    );
    assert_eq!(bench.invites.len(), 1);
    assert_eq!(bench.agent.counters().request_retransmissions, 4);
}

#[test]
fn every_response_over_100_has_a_to_tag() {
    let asks = [
        Ask::new("OPTIONS"),
        Ask::new("BYE"),
        Ask::new("CANCEL"),
        Ask::new("REFER"),
        Ask::new("NONSENSE"),
        Ask::invite().header("Require: x"),
        Ask::invite().uri("x:y"),
    ];
    for ask in asks {
        let sent = Bench::new().ask(&ask);
        assert!(sent[0].to_tag().is_some(), "{}", sent[0].start_line());
    }
}

#[test]
fn cancel_hears_200_and_its_invite_487_with_the_same_tag() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let sent = bench.ask(&Ask::new("CANCEL").branch("invite"));
    assert_eq!(kinds(&sent), ["200", "487"]);
    assert_eq!(sent[0].header("CSeq"), Some("1 CANCEL"));
    assert_eq!(sent[1].header("CSeq"), Some("1 INVITE"));
    assert!(sent[1].to_tag().is_some());
    assert_eq!(sent[0].to_tag(), sent[1].to_tag());
    assert_eq!(bench.causes(), [EndCause::Cancelled]);
    assert_eq!(
        times(&bench.run_until(1_600)),
        [500, 1_500],
        "487 is repeated until its ACK"
    );
    bench.ask(&Ask::new("ACK").branch("invite"));
    assert!(bench.run_until(60_000).is_empty());
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
}

#[test]
fn repeated_cancel_hears_the_same_200_and_cancels_once() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    bench.ask(&Ask::new("CANCEL").branch("invite"));
    assert_eq!(kinds(&bench.ask(&Ask::new("CANCEL").branch("invite"))), ["200"]);
    assert_eq!(bench.causes().len(), 1);
}

#[test]
fn cancel_after_2xx_has_no_effect() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    bench.answer();
    assert_eq!(kinds(&bench.ask(&Ask::new("CANCEL").branch("invite"))), ["200"]);
    assert!(bench.causes().is_empty());
}

#[test]
fn cancel_of_nothing_hears_481() {
    let sent = Bench::new().ask(&Ask::new("CANCEL").branch("never-seen"));
    assert_eq!(kinds(&sent), ["481"]);
}

#[test]
fn command_after_cancel_has_no_effect() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    bench.ask(&Ask::new("CANCEL").branch("invite"));
    let dialog = bench.key();
    assert!(bench.command(Command::Ring { dialog }).is_empty());
    assert!(bench.hang_up().is_empty());
}

#[test]
fn bye_before_ack_and_with_a_cseq_gap_hears_200_at_once() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    let bye = Ask::new("BYE")
        .in_dialog(&tag)
        .cseq(907)
        .header("Reason: Q.850;cause=16;text=\"bye\"");
    assert_eq!(kinds(&bench.ask(&bye)), ["200"]);
    assert_eq!(
        bench.causes(),
        [EndCause::Bye {
            reason: Some("bye".to_owned())
        }]
    );
    assert!(
        bench.run_until(40_000).is_empty(),
        "the 2xx is not repeated after BYE"
    );
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
}

#[test]
fn bye_of_an_early_dialog_hears_200_and_its_invite_487() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let dialog = bench.key();
    let tag = bench.command(Command::Ring { dialog })[0]
        .to_tag()
        .unwrap()
        .to_owned();
    assert_eq!(
        kinds(&bench.ask(&Ask::new("BYE").in_dialog(&tag).cseq(2))),
        ["200", "487"]
    );
    assert_eq!(bench.causes(), [EndCause::Bye { reason: None }]);
}

#[test]
fn lower_cseq_inside_a_dialog_hears_500() {
    let mut bench = Bench::new();
    let tag = bench.established();
    bench.ask(&Ask::new("OPTIONS").in_dialog(&tag).cseq(9));
    assert_eq!(
        kinds(&bench.ask(&Ask::new("INFO").in_dialog(&tag).cseq(8))),
        ["500"]
    );
}

#[test]
fn requests_before_ack_are_answered() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    assert_eq!(
        kinds(&bench.ask(&Ask::new("OPTIONS").in_dialog(&tag).cseq(2))),
        ["200"]
    );
    let info = Ask::new("INFO")
        .in_dialog(&tag)
        .cseq(3)
        .body("application/dtmf-relay", "Signal=5");
    assert_eq!(kinds(&bench.ask(&info)), ["200"]);
    let events: Vec<_> = bench.events.iter().map(|(_, event)| event).collect();
    assert!(
        matches!(events[..], [DialogEvent::PeerAlive, DialogEvent::Info { .. }]),
        "{events:?}"
    );
}

#[test]
fn request_for_an_unknown_dialog_hears_481() {
    for method in ["BYE", "INFO", "UPDATE", "INVITE", "OPTIONS"] {
        let mut bench = Bench::new();
        bench.established();
        let stranger = Ask::new(method).branch("x").in_dialog("nobody").cseq(2);
        assert_eq!(kinds(&bench.ask(&stranger)), ["481"], "{method}");
    }
    let mut bench = Bench::new();
    let tag = bench.established();
    let other_call = Ask::new("BYE").in_dialog(&tag).call_id("other").cseq(2);
    assert_eq!(kinds(&bench.ask(&other_call)), ["481"]);
    let other_peer = Ask::new("BYE")
        .branch("y")
        .in_dialog(&tag)
        .caller_tag("other")
        .cseq(2);
    assert_eq!(kinds(&bench.ask(&other_peer)), ["481"]);
}

#[test]
fn our_bye_follows_record_route_in_order_to_the_first_route() {
    let mut bench = Bench::new();
    let routes = "Record-Route: <sip:10.0.0.1:5080;lr>, <sip:10.0.0.2;lr>";
    bench.ask(&Ask::invite().header(routes));
    let dialog = bench.key();
    let ringing = bench.command(Command::Ring { dialog }).remove(0);
    let answer = bench.answer();
    for response in [&ringing, &answer] {
        assert_eq!(
            response.header("Record-Route"),
            Some("<sip:10.0.0.1:5080;lr>, <sip:10.0.0.2;lr>"),
            "{} makes a dialog",
            response.what()
        );
        assert!(response.header("Contact").is_some(), "{}", response.what());
    }
    let tag = answer.to_tag().unwrap().to_owned();
    bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag));
    let bye = bench.hang_up().pop().unwrap();
    assert_eq!(bye.start_line(), "BYE sip:pbx@198.51.100.7:5060 SIP/2.0");
    assert_eq!(
        bye.headers("Route"),
        ["<sip:10.0.0.1:5080;lr>", "<sip:10.0.0.2;lr>"]
    );
    assert_eq!(bye.flow.peer.to_string(), "10.0.0.1:5080");
}

#[test]
fn our_bye_through_a_strict_router_names_it_in_the_request_uri() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite().header("Record-Route: <sip:10.0.0.1>"));
    let tag = bench.answer().to_tag().unwrap().to_owned();
    bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag));
    let bye = bench.hang_up().pop().unwrap();
    assert_eq!(bye.start_line(), "BYE sip:10.0.0.1 SIP/2.0");
    assert_eq!(bye.headers("Route"), ["<sip:pbx@198.51.100.7:5060>"]);
}

#[test]
fn response_goes_where_the_via_says() {
    let goes_to = |via: &str| {
        let mut bench = Bench::new();
        bench.source = "198.51.100.7:40000".parse().unwrap();
        bench.ask(&Ask::new("OPTIONS").via(via))[0].clone()
    };
    assert_eq!(
        goes_to("10.0.0.1:5080").flow.peer.to_string(),
        "198.51.100.7:5080"
    );
    assert_eq!(
        goes_to("10.0.0.1:5080;maddr=203.0.113.9").flow.peer.to_string(),
        "203.0.113.9:5080"
    );
    let with_rport = goes_to("10.0.0.1:5080;rport");
    assert_eq!(with_rport.flow.peer.to_string(), "198.51.100.7:40000");
    let via = with_rport.header("Via").unwrap();
    assert!(
        via.contains("rport=40000") && via.contains("received=198.51.100.7"),
        "{via}"
    );
}

#[test]
fn our_bye_carries_reason_and_extra_headers_and_the_next_cseq() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let result = ("X-Survey-Result".to_owned(), "nps=9".to_owned());
    let command = Command::HangUp {
        dialog: bench.key(),
        headers: vec![result],
    };
    let bye = bench.command(command).pop().unwrap();
    assert_eq!(bye.header("X-Survey-Result"), Some("nps=9"));
    assert_eq!(bye.header("CSeq"), Some("1 BYE"));
    assert!(bye.header("From").unwrap().ends_with(&tag));
    assert!(bye.header("To").unwrap().ends_with(";tag=caller"));
    bench.reply_to(&bye, 200, "");
    assert_eq!(bench.causes(), [EndCause::HungUp]);
    bench.run_until(60_000);
    assert_eq!((bench.agent.dialogs(), bench.agent.transactions()), (0, 0));
}

#[test]
fn crossing_byes_are_both_answered_and_end_the_call_once() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let ours = bench.hang_up().pop().unwrap();
    assert_eq!(
        kinds(&bench.ask(&Ask::new("BYE").in_dialog(&tag).cseq(2))),
        ["200"]
    );
    bench.reply_to(&ours, 481, "");
    assert_eq!(bench.causes(), [EndCause::HungUp]);
}

#[test]
fn hang_up_before_ack_waits_for_it() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    assert!(
        bench.hang_up().is_empty(),
        "RFC 3261 section 15: no BYE before the ACK"
    );
    assert_eq!(
        kinds(&bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag))),
        ["BYE"]
    );
}

#[test]
fn hang_up_before_an_answer_refuses_the_invite() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    assert_eq!(kinds(&bench.hang_up()), ["480"]);
    bench.ask(&Ask::new("ACK").branch("invite"));
    assert_eq!(bench.causes(), [EndCause::Refused]);
}

#[test]
fn options_hears_what_we_can_and_503_while_draining_or_full() {
    let mut bench = Bench::new();
    let sent = bench.ask(&Ask::new("OPTIONS"));
    assert_eq!(kinds(&sent), ["200"]);
    for name in ["Allow", "Accept", "Supported"] {
        assert!(sent[0].header(name).is_some(), "{name}");
    }
    for (cseq, accepting) in [(2, Accepting::Draining), (3, Accepting::Full)] {
        bench.agent.set_accepting(accepting);
        let sent = bench.ask(&Ask::new("OPTIONS").branch(&format!("o{cseq}")).cseq(cseq));
        assert_eq!(kinds(&sent), ["503"]);
        assert_eq!(sent[0].header("Retry-After"), Some("10"));
    }
}

#[test]
fn case_21_info_with_dtmf_is_reported_once_however_often_it_comes() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let info = Ask::new("INFO")
        .in_dialog(&tag)
        .cseq(2)
        .body("application/dtmf-relay", "Signal=5\r\n");
    for _ in 0..3 {
        assert_eq!(kinds(&bench.ask(&info)), ["200"]);
    }
    assert_eq!(bench.events.len(), 1, "a retransmission counts once");
    assert!(matches!(&bench.events[0].1, DialogEvent::Info { body } if body.bytes == b"Signal=5\r\n"));
}

#[test]
fn case_21_info_before_the_ack_is_reported_once() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    let info = Ask::new("INFO")
        .in_dialog(&tag)
        .cseq(2)
        .body("application/dtmf-relay", "Signal=5\r\n");
    for _ in 0..2 {
        assert_eq!(kinds(&bench.ask(&info)), ["200"]);
    }
    bench.ask(&Ask::new("ACK").branch("ack").in_dialog(&tag));
    let infos = bench
        .events
        .iter()
        .filter(|(_, event)| matches!(event, DialogEvent::Info { .. }));
    assert_eq!(infos.count(), 1);
    assert!(bench.causes().is_empty(), "the call goes on");
}

#[test]
fn info_with_another_body_hears_415_with_accept() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let sent = bench.ask(&Ask::new("INFO").in_dialog(&tag).cseq(2).body("text/plain", "x"));
    assert_eq!(kinds(&sent), ["415"]);
    assert_eq!(
        sent[0].header("Accept"),
        Some("application/dtmf-relay, application/dtmf, application/vnd.nortelnetworks.digits")
    );
}

#[test]
fn case_21_info_whose_digit_cannot_be_read_hears_400_and_is_not_reported() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let bodies = [
        "Signal=",
        "Signal=E",
        "Signal=1\r\nSignal=0",
        "Duration=160",
        "hello",
    ];
    for (cseq, body) in (2..).zip(bodies) {
        let info = Ask::new("INFO")
            .in_dialog(&tag)
            .branch(&format!("i{cseq}"))
            .cseq(cseq)
            .body("application/dtmf-relay", body);
        assert_eq!(kinds(&bench.ask(&info)), ["400"], "{body:?}");
    }
    let empty = Ask::new("INFO")
        .in_dialog(&tag)
        .branch("i20")
        .cseq(20)
        .body("application/dtmf", "");
    assert_eq!(kinds(&bench.ask(&empty)), ["400"], "nothing is left of the digit");
    let flash = Ask::new("INFO")
        .in_dialog(&tag)
        .branch("i21")
        .cseq(21)
        .body("application/dtmf-relay", "Signal=16");
    assert_eq!(
        kinds(&bench.ask(&flash)),
        ["200"],
        "a flash is no digit that could be dropped"
    );
    assert!(!bench.events.iter().any(is_info));
}

#[test]
fn case_21_info_with_a_digit_is_reported_whatever_is_said_of_its_body() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let dispositions = [
        "render;handling=optional",
        "Info-Package",
        "signal;handling=required",
    ];
    for (cseq, disposition) in (2..).zip(dispositions) {
        let info = Ask::new("INFO")
            .in_dialog(&tag)
            .branch(&format!("i{cseq}"))
            .cseq(cseq)
            .header(&format!("Content-Disposition: {disposition}"))
            .body("Application/DTMF-Relay; charset=utf-8", "Signal=\"9\"\0");
        assert_eq!(kinds(&bench.ask(&info)), ["200"], "{disposition}");
    }
    let nortel = Ask::new("INFO")
        .in_dialog(&tag)
        .branch("i9")
        .cseq(9)
        .body("application/vnd.nortelnetworks.digits", "d=9\r\n");
    assert_eq!(kinds(&bench.ask(&nortel)), ["200"]);
    assert_eq!(bench.events.iter().filter(|event| is_info(event)).count(), 4);
}

#[test]
fn contact_names_the_advertised_address_and_the_transport() {
    let mut bench = Bench::tcp();
    bench.ask(&Ask::invite());
    let contact = format!("<sip:aftercall@{OURS};transport=tcp>");
    assert_eq!(bench.answer().header("Contact"), Some(contact.as_str()));
}

#[test]
fn bye_over_tcp_uses_the_connection_and_knows_where_to_reconnect() {
    let mut bench = Bench::tcp();
    bench.source = "198.51.100.7:40000".parse().unwrap();
    bench.ask(
        &Ask::new("INVITE")
            .header("Contact: <sip:pbx@198.51.100.7:5061;transport=tcp>")
            .sdp(),
    );
    let tag = bench.answer().to_tag().unwrap().to_owned();
    bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag));
    let bye = bench.hang_up().pop().unwrap();
    assert_eq!(bye.flow.connection, bench.flow().connection);
    assert_eq!(bye.flow.peer.to_string(), "198.51.100.7:5061");
}

#[test]
fn contact_without_transport_is_reached_by_udp_even_when_the_call_came_by_tcp() {
    let mut bench = Bench::tcp();
    bench.established();
    let bye = bench.hang_up().pop().unwrap();
    assert_eq!(bye.flow.transport, Transport::Udp, "RFC 3263 section 4.1");
    assert!(
        bye.header("Via")
            .unwrap()
            .starts_with("SIP/2.0/UDP 192.0.2.1:5060")
    );
}

#[test]
fn contact_with_a_host_name_is_reached_by_the_flow_of_the_dialog() {
    let mut bench = Bench::new();
    bench.ask(&Ask::new("INVITE").header("Contact: <sip:pbx@pbx.example>").sdp());
    let tag = bench.answer().to_tag().unwrap().to_owned();
    bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag));
    assert_eq!(bench.hang_up()[0].flow, bench.flow());
}

#[test]
fn late_copy_of_the_first_invite_never_hears_the_answer_to_a_later_one() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let again = Ask::invite().branch("re").in_dialog(&tag).cseq(2);
    bench.ask(&again);
    let Some((_, DialogEvent::Offer { offer, .. })) = bench.events.last() else {
        panic!("an offer")
    };
    let command = Command::AnswerOffer {
        dialog: bench.key(),
        offer: *offer,
        body: None,
    };
    bench.command(command);
    assert!(bench.ask(&Ask::invite()).is_empty());
    assert_eq!(kinds(&bench.ask(&again)), ["200"]);
}

#[test]
fn info_of_a_package_that_was_never_offered_hears_469() {
    let mut bench = Bench::new();
    let tag = bench.established();
    for (cseq, package) in [(2, "infoDtmf"), (3, "conference"), (4, "x;p=1")] {
        let info = Ask::new("INFO").in_dialog(&tag).branch(package).cseq(cseq);
        let info = info.header(&format!("Info-Package: {package}"));
        let sent = bench.ask(&info.body("application/dtmf-relay", "Signal=5\r\n"));
        assert_eq!(sent[0].start_line(), "SIP/2.0 469 Bad Info Package");
        assert_eq!(sent[0].header("Recv-Info"), Some(""));
    }
    assert!(
        !bench.events.iter().any(is_info),
        "no key is counted that was refused"
    );
}

#[test]
fn bye_with_a_broken_contact_or_record_route_ends_the_call_all_the_same() {
    for header in ["Contact: <>;;", "Record-Route: <>", "Contact: junk \"<"] {
        let mut bench = Bench::new();
        let tag = bench.established();
        let bye = Ask::new("BYE")
            .in_dialog(&tag)
            .branch("bye")
            .cseq(2)
            .header(header);
        assert_eq!(kinds(&bench.ask(&bye)), ["200"], "{header}");
    }
}

/// An ending of a call with each of these in the place of a well written part.
const BROKEN: &[(&str, &str)] = &[
    (";tag=caller", ";;tag=caller"),
    (";tag=caller", ";=x;tag=caller"),
    ("To: <sip:nps@192.0.2.1>", "To: <sip:nps@192.0.2.1>;;"),
    ("To: <sip:nps@192.0.2.1>", "To: \"nps <sip:nps@192.0.2.1>"),
    (";branch=", ";;branch="),
    (";branch=", ";=x;y=\"a\"b;branch="),
    ("Max-Forwards: 70\r\n", "a line without a colon\r\n"),
    ("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\nMax-Forwards: 70\r\n"),
    ("Max-Forwards: 70\r\n", "Call-ID: call-1@pbx\r\n"),
    ("Content-Length: 0", "Content-Length: x"),
    (" sip:nps@192.0.2.1 ", " <sip:nps@192.0.2.1> "),
];

#[test]
fn bye_with_whatever_broken_that_it_does_not_need_ends_the_call_all_the_same() {
    let many = "X-Many: 1\r\n".repeat(300);
    let long = format!("X-Long: {}\r\n", "y".repeat(20_000));
    let more = [
        ("Max-Forwards: 70\r\n", many.as_str()),
        ("Max-Forwards: 70\r\n", long.as_str()),
        ("CSeq: 2 BYE", "CSeq: 2"),
        ("CSeq: 2 BYE", "CSeq: 2 INVITE"),
        ("Content-Length: 0", "Content-Length: 99"),
    ];
    for (from, to) in BROKEN.iter().copied().chain(more) {
        let mut bench = Bench::new();
        let tag = bench.established();
        let bye = Ask::new("BYE").in_dialog(&tag).cseq(2).text(Transport::Udp);
        let broken = bye.replacen(from, to, 1);
        assert_ne!(bye, broken, "{from}");
        let sent = bench.receive(&broken);
        assert_eq!(kinds(&sent), ["200"], "{to}");
        assert!(sent[0].header("Via").unwrap().contains("z9hG4bKbye"), "{to}");
        assert!(matches!(bench.causes()[..], [EndCause::Bye { .. }]), "{to}");
        assert_eq!(bench.receive(&broken)[0].text, sent[0].text, "the repetition too");
    }
}

#[test]
fn broken_bye_of_no_dialog_or_out_of_order_ends_nothing() {
    for (from, to, status) in [
        (";tag=caller", ";;tag=other", "481"),
        ("call-1@pbx", "call-2@pbx\r\njunk", "481"),
        ("CSeq: 2", "junk\r\nCSeq: 0", "500"),
        (";tag=caller", ";;tag=caller;tag=other", "400"),
        ("Call-ID: call-1@pbx\r\n", "", "400"),
        ("CSeq: 2 BYE", "CSeq: two BYE", "400"),
    ] {
        let mut bench = Bench::new();
        let tag = bench.established();
        let bye = Ask::new("BYE").in_dialog(&tag).cseq(2).text(Transport::Udp);
        assert_eq!(
            kinds(&bench.receive(&bye.replacen(from, to, 1))),
            [status],
            "{to}"
        );
        assert!(bench.causes().is_empty(), "{to}");
    }
}

#[test]
fn cancel_with_whatever_broken_that_it_does_not_need_ends_the_call_all_the_same() {
    for (from, to) in BROKEN {
        let mut bench = Bench::new();
        bench.ask(&Ask::invite());
        let cancel = Ask::new("CANCEL").branch("invite").text(Transport::Udp);
        let broken = cancel.replacen(from, to, 1);
        assert_ne!(cancel, broken, "{from}");
        assert_eq!(kinds(&bench.receive(&broken)), ["200", "487"], "{to}");
        assert_eq!(bench.causes(), [EndCause::Cancelled], "{to}");
    }
}

#[test]
fn ack_with_whatever_broken_that_it_does_not_need_keeps_the_call_up() {
    for (from, to) in BROKEN.iter().filter(|(from, _)| *from != "Content-Length: 0") {
        let mut bench = Bench::new();
        bench.ask(&Ask::invite());
        let tag = bench.answer().to_tag().unwrap().to_owned();
        let ack = Ask::new("ACK").branch("ack").in_dialog(&tag).text(Transport::Udp);
        let broken = ack.replacen(from, to, 1);
        assert_ne!(ack, broken, "{from}");
        assert!(bench.receive(&broken).is_empty(), "{to}");
        assert!(
            bench.run_until(60_000).is_empty(),
            "the 2xx is not repeated: {to}"
        );
    }
}

#[test]
fn bye_with_an_unknown_extension_ends_the_call_all_the_same() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let bye = Ask::new("BYE")
        .in_dialog(&tag)
        .cseq(2)
        .header("Require: x-future");
    assert_eq!(kinds(&bench.ask(&bye)), ["200"]);
    assert!(matches!(bench.causes()[..], [EndCause::Bye { .. }]));
}

/// A call from behind a NAT, up to its ACK.
fn from_behind_a_nat(bench: &mut Bench, headers: &str) -> String {
    bench.source = "203.0.113.9:40000".parse().unwrap();
    bench.ask(
        &Ask::new("INVITE")
            .via("192.168.1.20:5060;rport")
            .header(headers)
            .sdp(),
    );
    let tag = bench.answer().to_tag().unwrap().to_owned();
    bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag));
    tag
}

#[test]
fn our_bye_to_a_private_contact_goes_where_the_call_came_from() {
    for headers in [
        "Contact: <sip:pbx@192.168.1.20:5060>",
        "Contact: <sip:pbx@10.0.0.5>",
        "Contact: <sip:pbx@100.64.3.4:5062>",
        "Contact: <sip:pbx@127.0.0.1>",
        "Contact: <sip:pbx@0.0.0.0>",
        "Contact: <sip:pbx@[fd00::5]:5060>",
        "Contact: <sip:pbx@192.168.1.20;transport=tcp>",
    ] {
        let mut bench = Bench::new();
        from_behind_a_nat(&mut bench, headers);
        let bye = bench.hang_up().pop().unwrap();
        assert_eq!(bye.flow, bench.flow(), "{headers}");
        let uri = headers.split(['<', '>']).nth(1).unwrap();
        assert_eq!(
            bye.start_line(),
            format!("BYE {uri} SIP/2.0"),
            "the Request-URI is the Contact"
        );
    }
}

#[test]
fn our_bye_to_a_private_contact_follows_the_route_where_there_is_one() {
    for route in ["192.168.1.1:5060", "198.51.100.7:5080"] {
        let mut bench = Bench::new();
        let headers = format!("Contact: <sip:pbx@192.168.1.20>\r\nRecord-Route: <sip:{route};lr>");
        from_behind_a_nat(&mut bench, &headers);
        assert_eq!(bench.hang_up()[0].flow.peer.to_string(), route);
    }
}

#[test]
fn our_bye_to_a_private_contact_on_tcp_uses_the_connection() {
    let mut bench = Bench::tcp();
    from_behind_a_nat(&mut bench, "Contact: <sip:pbx@192.168.1.20:5060;transport=tcp>");
    assert_eq!(bench.hang_up()[0].flow, bench.flow());
}

#[test]
fn our_bye_follows_a_private_contact_to_the_source_of_the_last_update() {
    let mut bench = Bench::new();
    let tag = from_behind_a_nat(&mut bench, "Contact: <sip:pbx@192.168.1.20:5060>");
    bench.source = "203.0.113.9:40777".parse().unwrap();
    let update = Ask::new("UPDATE").in_dialog(&tag).cseq(2);
    bench.ask(&update.header("Contact: <sip:pbx@192.168.1.20:5060>"));
    assert_eq!(bench.hang_up()[0].flow.peer.to_string(), "203.0.113.9:40777");
}

#[test]
fn our_bye_goes_to_the_contact_where_it_is_as_good_as_the_source_or_asked_for() {
    for (source, contact, private_contact) in [
        ("203.0.113.9:40000", "198.51.100.7:5070", PrivateContact::Source),
        ("10.0.0.9:40000", "192.168.1.20:5070", PrivateContact::Source),
        ("10.0.0.9:40000", "198.51.100.7:5070", PrivateContact::Source),
        (
            "203.0.113.9:40000",
            "192.168.1.20:5070",
            PrivateContact::AsWritten,
        ),
    ] {
        let mut bench = Bench::with(AgentConfig {
            private_contact,
            ..AgentConfig::default()
        });
        bench.source = source.parse().unwrap();
        bench.ask(
            &Ask::new("INVITE")
                .header(&format!("Contact: <sip:pbx@{contact}>"))
                .sdp(),
        );
        let tag = bench.answer().to_tag().unwrap().to_owned();
        bench.ask(&Ask::new("ACK").branch("a").in_dialog(&tag));
        assert_eq!(bench.hang_up()[0].flow.peer.to_string(), contact, "{source}");
    }
}
