//! The table *Messages*: what the agent answers to requests before any dialog exists. How bytes are read is
//! tested in `sip::wire`.

use super::bench::{Ask, Bench, kinds};
use crate::event::{Command, EndCause, Transport};

#[test]
fn folded_compact_and_non_utf8_headers_reach_the_application() {
    let mut bench = Bench::new();
    let invite = b"INVITE sip:nps@192.0.2.1 SIP/2.0\nv: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKx\n\
        f: \"M\xe4ki\" <sip:a@pbx>;tag=1\nt: <sip:nps@192.0.2.1>\ni: c\nCSeq: 1 INVITE\n\
        m: <sip:a@198.51.100.7>\nX-Agent:\n \xc5ke\nX-Queue: sales\nl: 0\n\n";
    assert_eq!(kinds(&bench.receive_bytes(invite)), ["100"]);
    let invite = bench.invites.first().expect("odd syntax loses no call");
    assert_eq!(
        invite.header("X-Agent"),
        Some("\u{c5}ke"),
        "Latin-1 is read, not lost"
    );
    assert_eq!(
        invite.header("X-Queue"),
        Some("sales"),
        "nothing after it is lost"
    );
    assert_eq!(invite.from.display.expose(), "M\u{e4}ki");
    assert!(invite.offer.is_none());
}

#[test]
fn unknown_method_outside_a_dialog_hears_501_with_allow() {
    let sent = Bench::new().ask(&Ask::new("FROBNICATE"));
    assert_eq!(kinds(&sent), ["501"]);
    assert!(sent[0].header("Allow").unwrap().contains("INVITE"));
    assert!(sent[0].to_tag().is_some());
}

#[test]
fn known_method_that_is_not_served_hears_405_with_allow() {
    for method in ["REGISTER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "PUBLISH", "PRACK"] {
        let sent = Bench::new().ask(&Ask::new(method));
        assert_eq!(kinds(&sent), ["405"], "{method}");
        assert!(sent[0].header("Allow").is_some(), "{method}");
    }
}

#[test]
fn unknown_method_inside_a_dialog_hears_405_with_allow() {
    let mut bench = Bench::new();
    let tag = bench.established();
    let sent = bench.ask(&Ask::new("FROBNICATE").in_dialog(&tag).cseq(2));
    assert_eq!(kinds(&sent), ["405"]);
    assert!(sent[0].header("Allow").is_some());
}

#[test]
fn refer_is_declined_inside_and_outside_a_dialog() {
    let mut bench = Bench::new();
    let tag = bench.established();
    assert_eq!(
        kinds(&bench.ask(&Ask::new("REFER").in_dialog(&tag).cseq(2))),
        ["603"]
    );
    assert_eq!(
        kinds(&bench.ask(&Ask::new("REFER").branch("other").call_id("c2"))),
        ["603"]
    );
}

#[test]
fn unknown_uri_scheme_hears_416() {
    let mut bench = Bench::new();
    assert_eq!(
        kinds(&bench.ask(&Ask::invite().uri("h323:gate@example"))),
        ["416"]
    );
    assert!(bench.invites.is_empty());
}

#[test]
fn tel_uri_reaches_the_application() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite().uri("tel:+358401234567"));
    assert_eq!(bench.invites[0].request_uri.user.expose(), "+358401234567");
}

#[test]
fn required_extension_hears_420_naming_it() {
    let sent = Bench::new().ask(&Ask::invite().header("Require: 100rel, x-future"));
    assert_eq!(kinds(&sent), ["420"]);
    assert_eq!(sent[0].header("Unsupported"), Some("100rel, x-future"));
}

#[test]
fn request_for_us_is_processed_whatever_max_forwards_says() {
    for line in [
        "Max-Forwards: 0\r\n",
        "Max-Forwards: 00\r\n",
        "Max-Forwards: 255\r\n",
        "Max-Forwards: 256\r\n",
        "Max-Forwards: 36893488147419103232\r\n",
        "Max-Forwards: -1\r\n",
        "Max-Forwards: many\r\n",
        "Max-Forwards:\r\n",
        "",
    ] {
        for (ask, heard) in [(Ask::invite(), "100"), (Ask::new("OPTIONS"), "200")] {
            let text = ask.text(Transport::Udp).replace("Max-Forwards: 70\r\n", line);
            assert_eq!(kinds(&Bench::new().receive(&text)), [heard], "{line}");
        }
    }
}

#[test]
fn request_in_a_dialog_is_processed_whatever_max_forwards_says() {
    for hops in ["0", "256", "x"] {
        let mut bench = Bench::new();
        let tag = bench.established();
        let bye = Ask::new("BYE").in_dialog(&tag).cseq(2).text(Transport::Udp);
        let bye = bye.replace("Max-Forwards: 70", &format!("Max-Forwards: {hops}"));
        assert_eq!(kinds(&bench.receive(&bye)), ["200"], "Max-Forwards: {hops}");
    }
}

#[test]
fn same_request_by_another_way_hears_482() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    assert_eq!(kinds(&bench.ask(&Ask::invite().branch("other-way"))), ["482"]);
    assert_eq!(bench.invites.len(), 1, "a merged request is not a second call");
    assert_eq!(bench.agent.counters().merged, 1);
}

#[test]
fn third_way_of_a_request_hears_482_even_after_the_second_is_over() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    bench.ask(&Ask::invite().branch("second"));
    bench.ask(&Ask::new("ACK").branch("second"));
    bench.run_until(6_000);
    assert_eq!(kinds(&bench.ask(&Ask::invite().branch("third"))), ["482"]);
    assert_eq!(bench.invites.len(), 1, "a merged request is not a second call");
}

#[test]
fn body_that_is_no_session_description_hears_415_with_accept() {
    let ask = Ask::delayed_offer().body("application/isup", "x");
    let sent = Bench::new().ask(&ask);
    assert_eq!(kinds(&sent), ["415"]);
    assert_eq!(sent[0].header("Accept"), Some("application/sdp"));
}

#[test]
fn optional_body_of_another_type_is_ignored() {
    let mut bench = Bench::new();
    let ask = Ask::delayed_offer()
        .header("Content-Disposition: signal;handling=optional")
        .body("application/isup", "x");
    assert_eq!(kinds(&bench.ask(&ask)), ["100"]);
    assert!(bench.invites[0].offer.is_none());
}

#[test]
fn encoded_body_hears_415_with_accept_encoding() {
    let sent = Bench::new().ask(&Ask::invite().header("Content-Encoding: gzip"));
    assert_eq!(kinds(&sent), ["415"]);
    assert_eq!(sent[0].header("Accept-Encoding"), Some("identity"));
}

#[test]
fn invite_without_contact_hears_400_with_the_reason_in_words() {
    let sent = Bench::new().ask(&Ask::new("INVITE").sdp());
    assert_eq!(sent[0].start_line(), "SIP/2.0 400 Missing Or Unreadable Contact");
}

#[test]
fn contact_that_no_request_can_be_sent_to_hears_400_also_in_mid_call() {
    for (contact, why) in [
        ("tel:+358401234567", "Contact Is No SIP Or SIPS URI"),
        ("mailto:pbx@example.com", "Contact Is No SIP Or SIPS URI"),
        ("http://pbx.example.com/", "Contact Is No SIP Or SIPS URI"),
        ("sip:pbx@198.51.100.7:0", "Contact Has Port 0"),
    ] {
        let contact = format!("Contact: <{contact}>");
        let refused = format!("SIP/2.0 400 {why}");
        let sent = Bench::new().ask(&Ask::new("INVITE").header(&contact).sdp());
        assert_eq!(sent[0].start_line(), refused, "{contact}");
        let mut bench = Bench::new();
        let tag = bench.established();
        for (number, ask) in [Ask::new("INVITE").sdp(), Ask::new("UPDATE")]
            .into_iter()
            .enumerate()
        {
            let ask = ask.header(&contact).in_dialog(&tag).cseq(number as u32 + 2);
            assert_eq!(
                bench.ask(&ask.branch("again"))[0].start_line(),
                refused,
                "{contact}"
            );
        }
        let bye = bench.hang_up().pop().unwrap();
        assert_eq!(
            bye.start_line(),
            "BYE sip:pbx@198.51.100.7:5060 SIP/2.0",
            "the target is as it was"
        );
    }
}

#[test]
fn session_description_whose_type_has_empty_parameters_is_one() {
    for ends in [";;", ";", ";;charset=utf-8", ";=x"] {
        let mut bench = Bench::new();
        let ask = Ask::delayed_offer().body(&format!("application/sdp{ends}"), "v=0\r\n");
        assert_eq!(kinds(&bench.ask(&ask)), ["100"], "{ends}");
        assert!(bench.invites[0].offer.is_some(), "{ends}");
    }
}

#[test]
fn broken_but_answerable_request_hears_400_with_the_reason_and_a_to_tag() {
    let mut bench = Bench::new();
    let text = Ask::invite().text(Transport::Udp).replace("1 INVITE", "x INVITE");
    let sent = bench.receive(&text);
    assert!(sent[0].start_line().starts_with("SIP/2.0 400 Malformed CSeq"));
    assert!(sent[0].to_tag().is_some());
    assert_eq!(bench.agent.counters().broken_answered, 1);
    assert_eq!(bench.agent.transactions(), 0, "garbage leaves nothing behind");
}

#[test]
fn broken_beyond_an_answer_is_counted_and_dropped() {
    let mut bench = Bench::new();
    assert!(bench.receive("garbage\r\n\r\n").is_empty());
    assert_eq!(bench.agent.counters().dropped, 1);
}

#[test]
fn application_reason_headers_and_redirect_contact_are_sent() {
    let mut bench = Bench::new();
    bench.ask(&Ask::invite());
    let refuse = Command::Refuse {
        dialog: bench.key(),
        status: 302,
        reason: Some("Over There".to_owned()),
        headers: vec![("Contact".to_owned(), "<sip:b@203.0.113.1>".to_owned())],
    };
    let sent = bench.command(refuse);
    assert_eq!(sent[0].start_line(), "SIP/2.0 302 Over There");
    assert_eq!(sent[0].header("Contact"), Some("<sip:b@203.0.113.1>"));
    bench.ask(&Ask::new("ACK").branch("invite"));
    assert_eq!(bench.causes(), [EndCause::Refused]);
}

#[test]
fn session_description_inside_a_multipart_reaches_the_application() {
    let mut bench = Bench::new();
    let parts = "--b\r\nContent-Type: application/isup\r\n\r\nx\r\n--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b--";
    bench.ask(&Ask::delayed_offer().body("multipart/mixed;boundary=b", parts));
    let offer = bench.invites[0].offer.as_ref().expect("the offer is found");
    assert_eq!(
        (offer.content_type.as_str(), offer.bytes.as_slice()),
        ("application/sdp", b"v=0\r\n".as_slice())
    );
}

#[test]
fn sender_that_takes_no_session_description_hears_406() {
    for accept in [
        "text/plain",
        "application/isup, multipart/mixed",
        "",
        "application/sdp;q=0",
    ] {
        for ask in [Ask::invite(), Ask::delayed_offer()] {
            let mut bench = Bench::new();
            assert_eq!(
                kinds(&bench.ask(&ask.header(&format!("Accept: {accept}")))),
                ["406"],
                "{accept}"
            );
            assert!(bench.invites.is_empty());
        }
        let sent = Bench::new().ask(&Ask::new("OPTIONS").header(&format!("Accept: {accept}")));
        assert_eq!(kinds(&sent), ["200"], "our answer to OPTIONS has no body");
    }
    for accept in [
        "application/sdp",
        "Application/SDP;level=1, text/plain",
        "application/*",
        "*/*;q=0.1",
    ] {
        let sent = Bench::new().ask(&Ask::invite().header(&format!("Accept: {accept}")));
        assert_eq!(kinds(&sent), ["100"], "{accept}");
    }
}

#[test]
fn sips_of_the_request_is_carried_on_in_our_contact() {
    let route = "Record-Route: <sips:203.0.113.1;lr>";
    let contact = "Contact: <sips:pbx@198.51.100.7>";
    let invite = || Ask::new("INVITE").sdp();
    let sip = "Contact: <sip:pbx@198.51.100.7>";
    for (ask, scheme) in [
        (invite().header(sip).uri("sips:nps@192.0.2.1"), "sips"),
        (invite().header(sip).uri("SIPS:nps@192.0.2.1"), "sips"),
        (invite().header(contact), "sips"),
        (invite().header(sip).header(route), "sips"),
        (
            invite()
                .header(contact)
                .header("Record-Route: <sip:203.0.113.1;lr>"),
            "sip",
        ),
        (invite().header(sip), "sip"),
    ] {
        let mut bench = Bench::new();
        bench.ask(&ask);
        let answer = bench.answer();
        let contact = answer.header("Contact").unwrap();
        assert!(
            contact.starts_with(&format!("<{scheme}:aftercall@")),
            "{contact}: {}",
            ask.text(Transport::Udp)
        );
        let tag = answer.to_tag().unwrap().to_owned();
        bench.ask(&Ask::new("ACK").branch("ack").in_dialog(&tag));
        let update = Ask::new("UPDATE").in_dialog(&tag).cseq(2).header(sip);
        let sent = bench.ask(&update);
        assert!(
            sent[0]
                .header("Contact")
                .unwrap()
                .starts_with(&format!("<{scheme}:")),
            "and stays so"
        );
    }
}

#[test]
fn request_with_too_many_headers_hears_a_513_that_it_can_match() {
    let text = Ask::invite().text(Transport::Udp);
    let many = "X-Many: 1\r\n".repeat(300);
    for text in [
        text.replace("Via: ", &format!("{many}Via: ")),
        text.replace("From: ", &format!("{many}From: ")),
    ] {
        let sent = Bench::new().receive(&text);
        assert_eq!(sent[0].start_line(), "SIP/2.0 513 Too Many Headers");
        assert_eq!(sent[0].header("Call-ID"), Some("call-1@pbx"));
        assert_eq!(sent[0].header("CSeq"), Some("1 INVITE"));
        assert_eq!(sent[0].header("From"), Some("<sip:+358401234567@pbx>;tag=caller"));
        assert!(sent[0].header("Via").unwrap().contains("z9hG4bKinvite"));
        assert!(sent[0].to_tag().is_some());
    }
}

#[test]
fn session_description_deep_inside_a_multipart_reaches_the_application_whatever_else_is_required() {
    let mut bench = Bench::new();
    let inner = "--in\r\nContent-Type: application/isup\r\nContent-Disposition: signal;handling=required\r\n\r\nx\r\n\
        --in\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--in--";
    let parts = format!(
        "--b\r\nContent-Type: text/xml\r\n\r\n<x/>\r\n--b\r\nContent-Type: multipart/related;\r\n boundary=in\r\n\r\n{inner}\r\n--b--"
    );
    assert_eq!(
        kinds(&bench.ask(&Ask::delayed_offer().body("multipart/mixed;boundary=b", &parts))),
        ["100"]
    );
    assert_eq!(bench.invites[0].offer.as_ref().unwrap().bytes, b"v=0\r\n");
}
