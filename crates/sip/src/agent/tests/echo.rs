//! What we echo, and what we build of it, is readable by our own parser, however odd the peer's headers were; and
//! every request hears something at the place where it came from.

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::select;

use super::bench::{Ask, Bench, Sent, kinds, reply_text};
use crate::event::{DialogEvent, EndCause, Transport};
use crate::wire::{Defect, HeaderName, Message, ParseError, Request, parse_datagram};

/// Ends of an address header, well written and not.
const ENDS: &[&str] = &[
    "",
    ";",
    ";;",
    ";;;",
    " ; ",
    ";x",
    ";x=",
    ";x=;",
    ";=x",
    ";=",
    ";x=1;;y=2",
    ";x=\"a;b\"",
    ";x=\"a",
    ";x=\"",
    ";,",
    ",",
    ",,",
    ";tag",
    ";tag=",
    ";tag= ;",
    ";tag=;x",
    ";TAG=",
    ";tag=\"\"",
    ";tag=a;tag=b",
    ";tag=a;tag=",
    ";tag=;tag=a",
    ";tag=a b",
    ";\tx = 1 ",
    " x",
    ";x=<>",
    ";x=>",
];
/// Names and URIs of an address header.
const ADDRESSES: &[&str] = &[
    "<sip:nps@192.0.2.1>",
    "sip:nps@192.0.2.1",
    "\"N; ,P\\\"S\" <sip:nps@192.0.2.1;user=phone>",
    "NPS<sip:nps@h;;>",
    "<sip:nps@h>",
    "<>",
    "<sip:>",
    "<sip:nps@h",
    "\"N <sip:nps@h>",
    "<tel:+358401234567>",
    "sip:n@h?x=y",
    "\"\" <sip:h>",
    "M\u{e4}ki <sip:m@h>",
    "",
];
const VIA_ENDS: &[&str] = &[
    "",
    ";",
    ";;",
    ";rport",
    ";;rport",
    ";rport;",
    ";=x",
    ";=",
    ";rport=",
    ";rport=x",
    ";x=\"a",
    ";branch=z9hG4bK2",
    ";received=",
    ";ttl=",
    ",",
    ",,",
    ";,",
    ", SIP/2.0/UDP h2;branch=z9hG4bK9",
    ",SIP/7.0/UDP h2",
    ";maddr=",
    ";rport;rport",
];
const VIA_HEADS: &[&str] = &[
    "SIP/2.0/UDP 198.51.100.7:5060",
    "SIP / 2.0 / UDP 198.51.100.7",
    "SIP/2.0/UDP pbx.example:5060",
    "SIP/7.0/UDP h",
    "SIP/2.0/UDP",
    "SIP/2.0/UDP h:99999",
    ",SIP/2.0/UDP h",
    "SIP/2.0/UDP [::1",
    "sip/2.0/udp h",
    "SIP/2.0/U(P h",
    "SIP/",
];
const RECORD_ROUTES: &[&str] = &[
    "",
    "Record-Route: <sip:203.0.113.1;lr>\r\n",
    "Record-Route: <sip:203.0.113.1;lr>,\r\n",
    "Record-Route: , <sip:203.0.113.1;lr>,,<sip:203.0.113.2;lr>;x=\r\n",
    "Record-Route:\r\n",
    "Record-Route: ,\r\n",
    "Record-Route: <sip:203.0.113.1;lr>;\r\n",
    "Record-Route: <sip:203.0.113.1;lr\r\n",
    "Record-Route: <>\r\n",
    "Record-Route: <sip:203.0.113.1;lr>;;\r\n",
    "Record-Route: \"a <sip:203.0.113.1;lr>\r\n",
    "Record-Route: <sip:203.0.113.1>\r\n",
    "Record-Route: sip:203.0.113.1;lr\r\n",
    "Record-Route: \"<\" <sip:203.0.113.1;;lr>\r\n",
];
const CONTACTS: &[&str] = &[
    "<sip:pbx@198.51.100.7:5060>",
    "sip:pbx@198.51.100.7",
    "<sip:pbx@198.51.100.7;;>;",
    "<>",
    "*",
    "",
    ",<sip:pbx@198.51.100.7>",
    "<sip:pbx@198.51.100.7>,",
    "<sip:pbx@198.51.100.7>;;",
    "<sip:p bx@198.51.100.7>",
    "\"p <sip:pbx@198.51.100.7>",
    "<sip:pbx@198.51.100.7>;expires=;q",
    "<sip:pbx@198.51.100.7?Subject=x>",
];
const OTHERS: &[&str] = &[
    "",
    "Timestamp: \r\n",
    "Timestamp: 5.4 ;\r\n",
    "Subject:\r\n",
    "X-A: ;;,\"\r\n",
    "Reason: ;\r\n",
    "Allow:\r\n",
];
const CALL_IDS: &[&str] = &["c1@h", "a b", "<;\"@,>", "", " "];
const CSEQS: &[&str] = &[
    "1 INVITE",
    "0001   INVITE",
    "1\tINVITE",
    "1",
    "x INVITE",
    "1 BYE",
    "4294967296 INVITE",
    "",
];
const START_LINES: &[&str] = &[
    "INVITE sip:nps@192.0.2.1 SIP/2.0",
    "INVITE sip:nps@192.0.2.1 SIP/7.0",
    "INVITE  sip:nps@192.0.2.1;;  sip/2.0",
];

/// Mostly the first, which is well written, so that calls come about; sometimes any.
fn mostly(choices: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop_oneof![3 => Just(choices[0]), 2 => select(choices)]
}

fn any_of(choices: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    select(choices)
}

fn invite() -> impl Strategy<Value = String> {
    let from = (mostly(ADDRESSES), any_of(ENDS), any::<bool>());
    let to = (mostly(ADDRESSES), any_of(ENDS));
    let via = (mostly(VIA_HEADS), any_of(VIA_ENDS));
    let rest = (
        mostly(RECORD_ROUTES),
        mostly(CONTACTS),
        mostly(OTHERS),
        mostly(CALL_IDS),
        mostly(CSEQS),
        mostly(START_LINES),
    );
    (from, to, via, rest).prop_map(|(from, to, via, rest)| {
        let (from, from_end, tagged) = from;
        let from_tag = if tagged { ";tag=caller" } else { "" };
        let (record_route, contact, other, call_id, cseq, start) = rest;
        format!(
            "{start}\r\nVia: {};branch=z9hG4bK1{}\r\nFrom: {from}{from_tag}{from_end}\r\nTo: {}{}\r\nCall-ID: {call_id}\r\n\
             CSeq: {cseq}\r\n{record_route}{other}Contact: {contact}\r\nContent-Length: 0\r\n\r\n",
            via.0, via.1, to.0, to.1
        )
    })
}

fn parsed(sent: &Sent) -> Message {
    parse_datagram(sent.text.as_bytes()).unwrap_or_else(|error| panic!("{error}: we sent\n{}", sent.text))
}

/// A refusal must echo what cannot be read, and then names it. All else is readable.
fn assert_readable(sent: &Sent) {
    let reason = sent.start_line();
    match parse_datagram(sent.text.as_bytes()) {
        Ok(_) => {}
        Err(ParseError::Drop(Defect::Malformed(name) | Defect::Missing(name) | Defect::Repeated(name))) => {
            let refuses = ["400", "505", "513"].contains(&sent.what());
            assert!(refuses, "{name}: we sent\n{}", sent.text);
        }
        Err(error) => panic!("{error} ({reason}): we sent\n{}", sent.text),
    }
}

/// A request that a peer writes who echoes our response as it stands.
fn echoing(response: &Message, method: &str, number: u32) -> String {
    let headers = response.headers();
    let value = |name: &HeaderName| headers.first(name).unwrap().text().into_owned();
    format!(
        "{method} sip:aftercall@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 198.51.100.7;branch=z9hG4bK{method}\r\nFrom: {}\r\nTo: {}\r\n\
         Call-ID: {}\r\nCSeq: {number} {method}\r\nContent-Length: 0\r\n\r\n",
        value(&HeaderName::From),
        value(&HeaderName::To),
        value(&HeaderName::CallId),
    )
}

/// Answers the call; `None` when it did not come about.
fn answered(bench: &mut Bench, invite: &str) -> Option<Sent> {
    let sent = bench.receive(invite);
    assert!(!sent.is_empty(), "every request hears something:\n{invite}");
    for sent in &sent {
        assert_readable(sent);
    }
    bench.invites.last()?;
    Some(bench.answer())
}

fn request(sent: &Sent) -> Request {
    match parsed(sent) {
        Message::Request(request) => request,
        Message::Response(_) => panic!("a request was sent: {}", sent.text),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn whatever_we_echo_we_can_read_and_the_peer_can_end_the_call_with_it(invite in invite()) {
        let mut bench = Bench::new();
        if let Some(ok) = answered(&mut bench, &invite) {
            let response = parsed(&ok);
            bench.receive(&echoing(&response, "ACK", 1));
            let acknowledged = bench.events.iter().any(|(_, event)| matches!(event, DialogEvent::Acknowledged { .. }));
            assert!(acknowledged, "the ACK finds its dialog:\n{invite}\n{}", ok.text);
            assert_eq!(kinds(&bench.receive(&echoing(&response, "BYE", 2))), ["200"], "{invite}");
            assert!(matches!(bench.causes()[..], [EndCause::Bye { .. }]));
        }
    }

    #[test]
    fn our_bye_is_readable_and_ends_the_call(invite in invite()) {
        let mut bench = Bench::new();
        if let Some(ok) = answered(&mut bench, &invite) {
            bench.receive(&echoing(&parsed(&ok), "ACK", 1));
            let sent = bench.hang_up();
            assert_eq!(kinds(&sent), ["BYE"], "{invite}");
            let bye = request(&sent[0]);
            for route in bye.headers.route() {
                let readable = crate::wire::NameAddr::parse(route).and_then(|route| route.uri());
                assert!(readable.is_some(), "{}", sent[0].text);
            }
            let response = parsed(&ok);
            let ours = response.headers().to_tag().map(|tag| tag.into_owned());
            assert_eq!(bye.headers.from_tag().map(|tag| tag.into_owned()), ours, "{}", sent[0].text);
            bench.receive(&reply_text(&sent[0], 200, "unused", ""));
            assert_eq!(bench.causes(), [EndCause::HungUp], "{invite}");
        }
    }
}

#[test]
fn semicolon_or_empty_tag_at_the_end_of_to_costs_no_call() {
    for to in [
        "<sip:nps@h>;",
        "<sip:nps@h>;tag=",
        "<sip:nps@h>;tag",
        "<sip:nps@h>;tag=;x=1",
        "<sip:nps@h> ; ",
    ] {
        let mut bench = Bench::new();
        let text = Ask::invite()
            .text(Transport::Udp)
            .replace("To: <sip:nps@192.0.2.1>", &format!("To: {to}"));
        let ok = answered(&mut bench, &text).expect("the call is taken");
        let to = ok.header("To").unwrap();
        assert_eq!(to.matches("tag").count(), 1, "{to}");
        assert!(!to.contains(";;") && !to.ends_with(';'), "{to}");
    }
}

#[test]
fn headers_that_say_two_things_or_none_hear_400_naming_the_header() {
    let well = Ask::invite()
        .header("Record-Route: <sip:203.0.113.1;lr>")
        .text(Transport::Udp);
    for (from, to, reason) in [
        (
            "To: <sip:nps@192.0.2.1>",
            "To: <sip:nps@192.0.2.1>;;",
            "Malformed To",
        ),
        ("To: <sip:nps@192.0.2.1>", "To: <>", "Malformed To"),
        ("To: <sip:nps@192.0.2.1>", "To: <q>", "Malformed To"),
        (
            "To: <sip:nps@192.0.2.1>",
            "To: <sip:nps@192.0.2.1>, <sip:b@h>",
            "Malformed To",
        ),
        (
            "From: <sip:+358401234567@pbx>",
            "From: <sip:a@h>, <sip:+358401234567@pbx>",
            "Malformed From",
        ),
        (
            "From: <sip:+358401234567@pbx>",
            "From: sip:a@h, sip:b@h",
            "Malformed From",
        ),
        ("\r\nMax-Forwards:", ", junk\r\nMax-Forwards:", "Malformed Via"),
        (
            "\r\nMax-Forwards:",
            "\r\nVia: junk\r\nMax-Forwards:",
            "Malformed Via",
        ),
        (
            "Call-ID: call-1@pbx",
            "Call-ID: call-1@pbx\r\nCall-ID: call-1@pbx",
            "Repeated Call-ID",
        ),
        (
            "CSeq: 1 INVITE",
            "CSeq: 1 INVITE\r\nCSeq: 1 INVITE",
            "Repeated CSeq",
        ),
        (
            "Max-Forwards: 70",
            "Max-Forwards: 70\r\nMax-Forwards: 70",
            "Repeated Max-Forwards",
        ),
        (
            "sip:nps@192.0.2.1 SIP/2.0",
            "sip:nps@192.0.2.1",
            "SIP Version Missing In Request-Line",
        ),
        (
            "To: <sip:nps@192.0.2.1>",
            "To: <sip:a@h>;tag=a;tag=b",
            "Malformed To",
        ),
        (";tag=caller", ";tag=caller;tag=other", "Malformed From"),
        (
            "<sip:203.0.113.1;lr>",
            "<sip:203.0.113.1;lr",
            "Malformed Record-Route",
        ),
        ("<sip:pbx@198.51.100.7:5060>", "<>", "Malformed Contact"),
    ] {
        let sent = Bench::new().receive(&well.replace(from, to));
        assert!(
            sent[0].start_line().starts_with(&format!("SIP/2.0 400 {reason}")),
            "{}",
            sent[0].text
        );
    }
}

#[test]
fn odd_via_hears_its_refusal_where_it_came_from() {
    let well = Ask::new("OPTIONS").via("10.0.0.9:5099").text(Transport::Udp);
    let via = "SIP/2.0/UDP 10.0.0.9:5099;branch=z9hG4bKoptions";
    for (odd, status, port) in [
        ("SIP/2.0/UDP 10.0.0.9:5099;branch=z9hG4bKx;;rport", "400", 40_000),
        (
            "SIP/2.0/UDP 10.0.0.9:5099;branch=z9hG4bKx;rport;=x",
            "400",
            40_000,
        ),
        ("SIP/2.0/UDP 10.0.0.9:5099;branch=z9hG4bKx;=x", "400", 5_099),
        ("SIP/7.0/UDP 10.0.0.9:5099;branch=z9hG4bKx;rport", "400", 40_000),
        ("SIP/7.0/UDP 10.0.0.9:5099;branch=z9hG4bKx", "400", 5_099),
        ("SIP/2.0/UDP 10.0.0.9:99999;branch=z9hG4bKx", "400", 40_000),
        ("SIP/2.0/UDP", "400", 40_000),
        (
            "SIP/2.0/UDP 10.0.0.9:5099;branch=z9hG4bKx;branch=z9hG4bKy",
            "400",
            5_099,
        ),
        (
            ",, SIP/2.0/UDP 10.0.0.9:5099;branch=z9hG4bKx;rport,",
            "200",
            40_000,
        ),
    ] {
        let mut bench = Bench::new();
        bench.source.set_port(40_000);
        let sent = bench.receive(&well.replace(via, odd));
        assert_eq!(kinds(&sent), [status], "{odd}");
        assert_eq!(sent[0].flow.peer.port(), port, "{odd}");
    }
}

#[test]
fn other_version_hears_505_also_when_the_via_has_it() {
    let well = Ask::invite().text(Transport::Udp);
    for text in [
        well.replacen(" SIP/2.0", " SIP/7.0", 1),
        well.replace("SIP/2.0", "SIP/7.0"),
    ] {
        let sent = Bench::new().receive(&text);
        assert_eq!(sent[0].start_line(), "SIP/2.0 505 Version Not Supported");
    }
}
