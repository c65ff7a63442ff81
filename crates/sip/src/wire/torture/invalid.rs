//! RFC 4475 section 3.1.2 and those of section 3.3 that a parser must refuse.

use super::{Defect, dropped, framed, refused};

const INVITE: &str = "INVITE sip:user@example.com SIP/2.0";

fn invite(more: &str) -> String {
    framed(INVITE, "INVITE", more)
}

#[test]
fn badinv01_stray_separators_are_refused() {
    let via = invite("l: 0\n").replace("host.example.com;branch=z9hG4bK-t", "192.0.2.15;;,;,,");
    assert_eq!(refused(&via), Defect::Malformed("Via"));
    assert_eq!(
        refused(&invite("Contact: \"Joe\" <sip:joe@example.org>;;;;\nl: 0\n")),
        Defect::Malformed("Contact")
    );
}

#[test]
fn clerr_and_ncl_wrong_content_lengths_are_refused() {
    assert_eq!(
        refused(&format!("{}v=0\n", invite("Content-Length: 9999\n"))),
        Defect::BodyShort
    );
    assert_eq!(
        refused(&invite("Content-Length: -999\n")),
        Defect::Malformed("Content-Length")
    );
}

#[test]
fn scalar02_values_too_large_are_refused() {
    let cseq = invite("l: 0\n").replace("CSeq: 8", "CSeq: 36893488147419103232");
    assert_eq!(refused(&cseq), Defect::Malformed("CSeq"));
    // Alone it is no fault: see `request_for_us_is_processed_whatever_max_forwards_says`.
    let hops = invite("l: 0\n").replace("Max-Forwards: 70", "Max-Forwards: 300");
    assert!(crate::wire::parse_datagram(hops.as_bytes()).is_ok());
}

#[test]
fn scalarlg_and_bigcode_responses_are_dropped() {
    let response = framed("SIP/2.0 503 Service Unavailable", "INVITE", "l: 0\n");
    assert_eq!(
        dropped(&response.replace("CSeq: 8", "CSeq: 9292394834772304023312")),
        Defect::Malformed("CSeq")
    );
    assert_eq!(
        dropped(&framed("SIP/2.0 4294967301 better not", "INVITE", "l: 0\n")),
        Defect::StartLine
    );
}

#[test]
fn quotbal_open_quote_is_refused() {
    let text = invite("l: 0\n").replace(
        "To: <sip:b@example.com>",
        r#"To: "Mr. J. User <sip:j.user@example.com>"#,
    );
    assert_eq!(refused(&text), Defect::Malformed("To"));
}

#[test]
fn ltgturi_and_lwsruri_malformed_request_uris_are_refused() {
    for uri in ["<sip:user@example.com>", "sip:user@example.com; lr"] {
        let text = framed(&format!("INVITE {uri} SIP/2.0"), "INVITE", "l: 0\n");
        assert_eq!(refused(&text), Defect::RequestUri, "{uri}");
    }
}

#[test]
fn regbadct_bare_uri_with_headers_in_contact_is_refused() {
    let more = "Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E\nl: 0\n";
    let text = framed("REGISTER sip:example.com SIP/2.0", "REGISTER", more);
    assert_eq!(refused(&text), Defect::Malformed("Contact"));
}

#[test]
fn badvers_other_version_is_refused_with_505() {
    let text = framed("OPTIONS sip:t.watson@example.org SIP/7.0", "OPTIONS", "l: 0\n");
    assert_eq!(refused(&text), Defect::Version);
    assert_eq!(Defect::Version.status(), 505);
}

#[test]
fn mismatch_of_method_and_cseq_is_refused() {
    for (start, method) in [
        ("OPTIONS sip:user@example.com SIP/2.0", "INVITE"),
        ("NEWMETHOD sip:user@example.com SIP/2.0", "INVITE"),
    ] {
        assert_eq!(
            refused(&framed(start, method, "l: 0\n")),
            Defect::CseqMethod,
            "{start}"
        );
    }
}

#[test]
fn cseq_above_what_a_request_may_have_is_refused_unless_it_ends_something() {
    let start = |method: &str| format!("{method} sip:user@example.com SIP/2.0");
    for method in ["INVITE", "OPTIONS", "INFO", "UPDATE"] {
        for (number, refuses) in [("2147483647", false), ("2147483648", true), ("4294967295", true)] {
            let text =
                framed(&start(method), method, "l: 0\n").replace("CSeq: 8 ", &format!("CSeq: {number} "));
            assert!(text.contains(number), "{text}");
            let defect = super::super::parse_datagram(text.replace('\n', "\r\n").as_bytes());
            assert_eq!(
                defect.is_err(),
                refuses,
                "{method} {number}: RFC 3261 section 8.1.1.5"
            );
        }
    }
    for method in ["BYE", "CANCEL", "ACK"] {
        let text = framed(&start(method), method, "l: 0\n").replace("CSeq: 8 ", "CSeq: 4294967295 ");
        let read = super::super::parse_datagram(text.replace('\n', "\r\n").as_bytes());
        assert!(read.is_ok(), "{method} ends a call whatever its number");
    }
}

#[test]
fn insuf_missing_headers_are_refused_by_name() {
    for (line, name) in [
        ("Call-ID: torture@example.com\n", "Call-ID"),
        ("From: <sip:a@example.com>;tag=1\n", "From"),
        ("To: <sip:b@example.com>\n", "To"),
        ("CSeq: 8 INVITE\n", "CSeq"),
    ] {
        let defect = refused(&invite("l: 0\n").replace(line, ""));
        assert_eq!(defect, Defect::Missing(name));
        assert_eq!(defect.to_string(), format!("Missing {name} Header"));
    }
}

#[test]
fn multi01_single_headers_given_twice_are_refused() {
    for (line, name) in [
        ("CSeq: 59 INVITE\n", "CSeq"),
        ("Call-ID: other@example.com\n", "Call-ID"),
        ("From: <sip:other@example.com>;tag=2\n", "From"),
        ("To: sip:other@example.com\n", "To"),
        ("Max-Forwards: 5\n", "Max-Forwards"),
        ("CSeq: 8 INVITE\n", "CSeq"),
        ("Call-ID: torture@example.com\n", "Call-ID"),
        ("From: <sip:a@example.com>;tag=1\n", "From"),
        ("t: <sip:b@example.com>\n", "To"),
        ("Max-Forwards: 70\n", "Max-Forwards"),
    ] {
        assert_eq!(refused(&invite(&format!("{line}l: 0\n"))), Defect::Repeated(name));
    }
}

#[test]
fn mcl01_two_content_lengths_are_refused() {
    let text = format!(
        "{}There's no way to know",
        invite("Content-Length: 13\nContent-Length: 5\n")
    );
    assert_eq!(refused(&text), Defect::Repeated("Content-Length"));
}
