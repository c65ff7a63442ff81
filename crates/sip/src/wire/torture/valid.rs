//! RFC 4475 section 3.1.1 and those of sections 3.2 to 3.4 that a parser must take.

use super::super::{HeaderName, Method, Via};
use super::{framed, header, request, response, wire};

/// Section 3.1.1.1.
const WSINV: &str = r#"INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : 5
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

v=0
"#;

#[test]
fn wsinv_short_tortuous_invite_is_understood() {
    let request = request(WSINV);
    let headers = &request.headers;
    assert_eq!(headers.to_tag().unwrap(), "1918181833n");
    assert_eq!(headers.from().unwrap().display(), r#"J Rosenberg \""#);
    assert_eq!(headers.from_tag().unwrap(), "98asjd8");
    assert_eq!(headers.max_forwards(), Some(68));
    assert_eq!(headers.cseq().unwrap().number, 9);
    let vias: Vec<_> = headers
        .list(&HeaderName::Via)
        .map(|via| Via::parse(via).unwrap())
        .map(|via| (via.transport, via.host, via.branch().unwrap().into_owned()))
        .collect();
    assert_eq!(
        vias,
        [
            ("UDP", "192.0.2.2", "390skdjuw".to_owned()),
            ("TCP", "spindle.example.com", "z9hG4bK9ikj8".to_owned()),
            ("UDP", "192.168.255.111", "z9hG4bK30239".to_owned()),
        ]
    );
    assert_eq!(
        header(&request, "NewFangledHeader"),
        "newfangled value continued newfangled value"
    );
    assert_eq!(headers.contact().unwrap().display(), r#"Quoted string """#);
    assert_eq!(headers.contact().unwrap().params.text("q").unwrap(), "0.33");
    assert_eq!(request.body, b"v=0\r\n");
}

/// Section 3.1.1.2.
const INTMETH: &str = r#"!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0
Via: SIP/2.0/TCP host1.example.com;branch=z9hG4bK-.!%66*_+`'~
To: "BEL: NUL: DEL:" <sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*@example.com>
From: token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%="работающий";tag=_token~1'+`*%!-.
Call-ID: intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{
CSeq: 139122385 !interesting-Method0123456789_*+`.%indeed'~
Max-Forwards: 255
extensionHeader-!.%*+_`'~:大停電
Content-Length: 0

"#;

#[test]
fn intmeth_wide_range_of_characters_is_understood() {
    let request = request(INTMETH);
    assert_eq!(
        request.method.as_str(),
        "!interesting-Method0123456789_*+`.%indeed'~"
    );
    assert_eq!(
        request.uri.user().unwrap(),
        "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*"
    );
    assert_eq!(request.uri.host(), "example.com");
    let from = request.headers.from().unwrap();
    assert_eq!(from.display(), "token1~` token2'+_ token3*%!.-");
    assert_eq!(from.tag().unwrap(), "_token~1'+`*%!-.");
    assert_eq!(
        request.headers.call_id().unwrap().text(),
        r#"intmeth.word%ZK-!.*_+'@word`~)(><:\/"][?}{"#
    );
    assert_eq!(header(&request, "extensionHeader-!.%*+_`'~"), "大停電");
}

#[test]
fn esc01_escaped_uris_are_unescaped_once() {
    let start = "INVITE sip:sips%3Auser%40example.com@example.net SIP/2.0";
    let request = request(&framed(start, "INVITE", "l: 0\n"));
    assert_eq!(request.uri.user().unwrap(), "sips%3Auser%40example.com");
    assert_eq!(
        request.uri.to_address().user.expose(),
        "sips:user@example.com",
        "what is escaped names a user, never a second URI"
    );
}

#[test]
fn escnull_escaped_nulls_are_taken() {
    let more = "l: 0\nContact: <sip:%00@host5.example.com>\nContact: <sip:%00%00@host5.example.com>\n";
    let request = request(&framed(
        "REGISTER sip:null-%00-null@example.com SIP/2.0",
        "REGISTER",
        more,
    ));
    assert_eq!(request.headers.list(&HeaderName::Contact).count(), 2);
}

#[test]
fn esc02_percent_in_a_method_is_no_escape() {
    let request = request(&framed(
        "RE%47IST%45R sip:registrar.example.com SIP/2.0",
        "RE%47IST%45R",
        "l: 0\n",
    ));
    assert_ne!(request.method, Method::Register);
    assert_eq!(request.method.as_str(), "RE%47IST%45R");
}

#[test]
fn lwsdisp_display_name_may_touch_the_bracket() {
    let text = framed("OPTIONS sip:user@example.com SIP/2.0", "OPTIONS", "l: 0\n")
        .replace("From: <sip:a@", "From: caller<sip:a@");
    assert_eq!(request(&text).headers.from().unwrap().display(), "caller");
}

#[test]
fn longreq_long_values_are_taken() {
    let long = "x".repeat(5_000);
    let vias = "v: SIP/2.0/TCP sip33.example.com\n".repeat(34);
    let more = format!("{vias}F-Unknown-{long}: {long}\nContact: <sip:{long}@example.com>\nl: 0\n");
    let request = request(&framed(
        &format!("INVITE sip:{long}@example.com SIP/2.0"),
        "INVITE",
        &more,
    ));
    assert_eq!(request.headers.list(&HeaderName::Via).count(), 35);
    assert_eq!(request.uri.user().unwrap().len(), 5_000);
}

#[test]
fn dblreq_octets_after_the_body_are_ignored() {
    let first = framed("REGISTER sip:example.com SIP/2.0", "REGISTER", "l: 0\n");
    let second = framed("INVITE sip:joe@example.com SIP/2.0", "INVITE", "l: 150\n");
    assert_eq!(request(&format!("{first}{second}")).method, Method::Register);
}

#[test]
fn semiuri_semicolon_belongs_to_the_user_part() {
    let request = request(&framed(
        "OPTIONS sip:user;par=u%40example.net@example.com SIP/2.0",
        "OPTIONS",
        "l: 0\n",
    ));
    assert_eq!(request.uri.user().unwrap(), "user;par=u%40example.net");
    assert_eq!(request.uri.params().count(), 0);
}

#[test]
fn transports_unknown_ones_are_taken() {
    let more = "Via: SIP/2.0/SCTP t2.example.com;branch=z9hG4bKzzxd\nVia: SIP/2.0/TLS t3.example.com\n\
        Via: SIP/2.0/UNKNOWN t4.example.com;branch=z9hG4bKasd0f3en\nl: 0\n";
    let request = request(&framed("OPTIONS sip:user@example.com SIP/2.0", "OPTIONS", more));
    let transports: Vec<_> = request
        .headers
        .list(&HeaderName::Via)
        .map(|via| Via::parse(via).unwrap().transport)
        .collect();
    assert_eq!(transports, ["UDP", "SCTP", "TLS", "UNKNOWN"]);
}

#[test]
fn unreason_and_noreason_phrases_do_not_matter() {
    let phrase = "= 2**3 * 5**2 но сто девяносто девять - простое";
    assert_eq!(
        response(&framed(&format!("SIP/2.0 200 {phrase}"), "INVITE", "l: 0\n")).reason,
        phrase
    );
    for start in ["SIP/2.0 100 ", "SIP/2.0 100"] {
        let response = response(&framed(start, "INVITE", "l: 0\n"));
        assert_eq!(
            (response.status, response.reason.as_str()),
            (100, ""),
            "{start:?}"
        );
    }
}

#[test]
fn mpart01_binary_body_is_kept_byte_for_byte() {
    let head = framed(
        "MESSAGE sip:kumiko@example.org SIP/2.0",
        "MESSAGE",
        "Content-Type: multipart/mixed;boundary=7a9\n",
    );
    let mut bytes = wire(&head);
    let body: Vec<u8> = (0..=255).collect();
    bytes.extend_from_slice(&body);
    let Ok(super::Message::Request(request)) = super::parse_datagram(&bytes) else {
        panic!("a binary body is legal");
    };
    assert_eq!(request.body, body);
    assert_eq!(request.headers.content_type().unwrap(), "multipart/mixed");
}

#[test]
fn start_lines_with_extra_spaces_are_forgiven() {
    for start in [
        "INVITE  sip:user@example.com  SIP/2.0",
        "OPTIONS sip:remote-target@example.com SIP/2.0  ",
    ] {
        let method = start.split(' ').next().unwrap();
        assert_eq!(
            request(&framed(start, method, "l: 0\n")).uri.host(),
            "example.com",
            "lwsstart, trws"
        );
    }
}

#[test]
fn escruri_headers_in_the_request_uri_are_ignored() {
    let start = "INVITE sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0";
    let request = request(&framed(start, "INVITE", "l: 0\n"));
    assert_eq!(request.uri.host(), "example.com");
    assert_eq!(request.headers.route().count(), 0);
}

#[test]
fn baddate_baddn_and_badaspec_do_not_cost_the_call() {
    let text = framed(
        "INVITE sip:user@example.com SIP/2.0",
        "INVITE",
        "Date: Fri, 01 Jan 2010 16:00:00 EST\nl: 0\n",
    )
    .replace("From: <sip:a@", "From: Bell, Alexander <sip:a.g.bell@")
    .replace(
        "To: <sip:b@example.com>",
        r#"To: "Watson, Thomas" < sip:t.watson@example.org >"#,
    );
    let request = request(&text);
    assert_eq!(request.headers.from().unwrap().display(), "Bell, Alexander");
    assert_eq!(
        request.headers.to().unwrap().uri().unwrap().user(),
        Some("t.watson")
    );
}

#[test]
fn badbranch_cookie_alone_is_taken_but_not_trusted() {
    let text =
        framed("OPTIONS sip:user@example.com SIP/2.0", "OPTIONS", "l: 0\n").replace("z9hG4bK-t", "z9hG4bK");
    let request = request(&text);
    assert_eq!(request.headers.top_via().unwrap().unique_branch(), None);
}

#[test]
fn unknown_schemes_are_left_to_the_agent_to_refuse() {
    for (uri, scheme) in [
        (
            "nobodyKnowsThisScheme:totallyopaquecontent",
            "nobodyknowsthisscheme",
        ),
        ("soap.beep://192.0.2.103:3002", "soap.beep"),
    ] {
        let request = request(&framed(&format!("OPTIONS {uri} SIP/2.0"), "OPTIONS", "l: 0\n"));
        assert_eq!((request.uri.scheme(), request.uri.is_sip()), (scheme, false));
    }
}

#[test]
fn inv2543_request_of_the_old_standard_is_taken() {
    let text = "INVITE sip:UserB@example.com SIP/2.0\nVia: SIP/2.0/UDP iftgw.example.com\n\
        From: <sip:+13035551111@ift.client.example.net;user=phone>\nRecord-Route: <sip:UserB@example.com;maddr=ss1.example.com>\n\
        To: sip:+16505552222@ss1.example.net;user=phone\nCall-ID: inv2543.1717@ift.client.example.com\nCSeq: 56 INVITE\n\
        Content-Type: application/sdp\n\nv=0\n";
    let request = request(text);
    assert_eq!(request.headers.from_tag(), None);
    assert_eq!(request.headers.top_via().unwrap().branch(), None);
    assert_eq!(request.body, b"v=0\r\n");
}
