//! RFC 5118: IPv6 in SIP.

use super::{Defect, framed, refused, request};

fn register(uri: &str) -> String {
    framed(&format!("REGISTER {uri} SIP/2.0"), "REGISTER", "l: 0\n")
}

#[test]
fn ipv6_reference_is_understood_and_a_bare_address_refused() {
    let good = request(&register("sip:[2001:db8::10]"));
    assert_eq!(good.uri.host_ip(), "2001:db8::10".parse().ok(), "section 4.1");
    assert_eq!(
        refused(&register("sip:2001:db8::10")),
        Defect::RequestUri,
        "section 4.2"
    );
}

#[test]
fn port_inside_the_brackets_is_part_of_the_address() {
    let ambiguous = request(&register("sip:[2001:db8::10:5070]"));
    assert_eq!(
        (ambiguous.uri.port(), ambiguous.uri.host().as_str()),
        (None, "2001:db8::10:5070"),
        "section 4.3"
    );
    let clear = request(&register("sip:[2001:db8::10]:5070"));
    assert_eq!(
        (clear.uri.port(), clear.uri.host().as_str()),
        (Some(5070), "2001:db8::10"),
        "section 4.4"
    );
}

#[test]
fn received_is_read_with_and_without_brackets() {
    for received in ["[2001:db8::9:255]", "2001:db8::9:255"] {
        let text = register("sip:[2001:db8::10]").replace(
            "host.example.com;branch=z9hG4bK-t",
            &format!("[2001:db8::9:1];received={received};branch=z9hG4bKas3-111"),
        );
        let request = request(&text);
        let via = request.headers.top_via().unwrap();
        assert_eq!(
            via.received(),
            "2001:db8::9:255".parse().ok(),
            "section 4.5, {received}"
        );
        assert_eq!(via.branch().unwrap(), "z9hG4bKas3-111");
    }
}

#[test]
fn ipv4_mapped_and_mixed_addresses_are_understood() {
    let text = framed(
        "INVITE sip:user@[2001:db8::20] SIP/2.0",
        "INVITE",
        "Via: SIP/2.0/UDP 192.0.2.1\nContact: \"Caller\" <sip:caller@[::ffff:192.0.2.2]>\nl: 0\n",
    );
    let contact = request(&text).headers.contact().unwrap().uri().unwrap();
    assert_eq!(
        contact.host_ip(),
        "::ffff:192.0.2.2".parse().ok(),
        "sections 4.8 and 4.9"
    );
}

#[test]
fn three_colons_of_the_old_grammar_are_forgiven() {
    let request = request(&register("sip:user@[2001:db8:::192.0.2.1]"));
    assert_eq!(
        request.uri.host_ip(),
        "2001:db8::192.0.2.1".parse().ok(),
        "section 4.10"
    );
}
