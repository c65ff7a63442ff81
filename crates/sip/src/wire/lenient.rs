//! Messages that end something: taken however they are dressed.
//!
//! Whoever sends a BYE is gone, and a refusal would leave its call up. The same is true of a CANCEL, and of an ACK without
//! which a call would be given up; and a response that is dropped makes a peer that answers look like one that does not.
//! So where one of these has a defect, only what finds the dialog and the transaction must be readable, and the rest is
//! left as it is, left out, or written anew so that our echo of it can be read.
//!
//! ```text
//!  message                  | must be readable                                                     | may be broken
//!  -------------------------+----------------------------------------------------------------------+--------------------
//!  BYE, CANCEL, ACK         | top Via (version, sent-by, one branch), Call-ID, the number of CSeq, | all else; of an ACK
//!                           | one tag at most in From and in To, each of them given once           | not the body's end
//!  response to another      | top Via, CSeq                                                        | all else but the
//!  request than INVITE      |                                                                      | body's end
//! ```
//! What an INVITE and other requests must have, `validate` says; nothing of that is weakened here.

use super::address::NameAddr;
use super::cseq::Cseq;
use super::head::{Head, StartLine};
use super::headers::{HeaderValue, Headers};
use super::message::{Message, Request, Response};
use super::method::Method;
use super::name::HeaderName;
use super::params::{Param, Params};
use super::text;
use super::uri::Uri;
use super::via::Via;

/// Stands for an address that cannot be read (RFC 3261 section 8.1.1.3).
const NOBODY: &[u8] = b"<sip:anonymous@anonymous.invalid>";
/// Stands for a Request-URI that cannot be read; nothing looks at it, and it is not echoed.
const NOWHERE: &[u8] = b"sip:unreadable.invalid";

/// The message of a head that has a defect, where it does its work without what is broken. `body` is `None` where its end
/// is not known.
pub(super) fn message(head: &Head, body: Option<&[u8]>) -> Option<Message> {
    match &head.start {
        StartLine::Request { method, uri } => {
            let body = match method {
                Method::Bye | Method::Cancel => body.unwrap_or_default(),
                // It may carry the answer to our offer.
                Method::Ack => body?,
                _ => return None,
            };
            Some(Message::Request(Request {
                method: method.clone(),
                uri: uri.clone().or_else(|| Uri::parse(NOWHERE))?,
                headers: of_request(&head.headers, method)?,
                body: body.to_vec(),
            }))
        }
        StartLine::Response { status, reason } => Some(Message::Response(Response {
            status: *status,
            reason: reason.clone(),
            headers: of_response(&head.headers)?,
            body: body?.to_vec(),
        })),
        StartLine::Foreign => None,
    }
}

fn of_request(headers: &Headers, method: &Method) -> Option<Headers> {
    let mut repaired = headers.clone();
    for name in [HeaderName::From, HeaderName::To] {
        let value = identity(only(headers, &name)?.as_bytes())?;
        repaired.set(name, value);
    }
    let call_id = only(headers, &HeaderName::CallId)?;
    repaired.set(HeaderName::CallId, call_id.clone());
    let number = cseq(only(headers, &HeaderName::Cseq)?.as_bytes(), method)?;
    repaired.set(HeaderName::Cseq, number);
    mend_top_via(&mut repaired)?;
    Some(repaired)
}

fn of_response(headers: &Headers) -> Option<Headers> {
    let cseq = Cseq::parse(only(headers, &HeaderName::Cseq)?.as_bytes())?;
    if cseq.method == Method::Invite {
        return None;
    }
    let mut repaired = headers.clone();
    mend_top_via(&mut repaired)?;
    Some(repaired)
}

/// The value of a header that says one thing, once or several times.
fn only<'a>(headers: &'a Headers, name: &HeaderName) -> Option<&'a HeaderValue> {
    let mut values = headers.all(name);
    let first = values.next().filter(|first| !first.as_bytes().is_empty())?;
    values.all(|other| other == first).then_some(first)
}

/// The topmost Via without the parameters that cannot be read; those below it are echoed as they came.
fn mend_top_via(headers: &mut Headers) -> Option<()> {
    let line = headers.first_mut(&HeaderName::Via)?;
    let (top, others) = text::split_outside(line.as_bytes(), b',');
    let (head, tail) = text::split_outside(top, b';');
    let params = Params::unchecked(tail.unwrap_or_default()).iter();
    let mut repaired = with_params(text::trim(head), params.filter(|param| param.is_sound()));
    Via::parse(&repaired)?;
    if let Some(others) = others {
        repaired.extend_from_slice(b", ");
        repaired.extend_from_slice(text::trim(others));
    }
    *line = repaired.into();
    Some(())
}

/// From or To with its tag and whatever else of it can be read; `None` when it has two tags, between which nobody can choose.
fn identity(value: &[u8]) -> Option<Vec<u8>> {
    let (address, tail) = text::split_outside(value, b';');
    let (address, params) = match readable(tail.unwrap_or_default()) {
        params if params.iter().any(is_tag) => (address, params),
        // A quote or bracket that does not end hides what stands behind it.
        params => match value.iter().rposition(|byte| *byte == b'>') {
            Some(end) => {
                let (address, tail) = value.split_at_checked(end + 1)?;
                (address, readable_in_pieces(tail))
            }
            None => (address, params),
        },
    };
    let tag = params.iter().find(|param| is_tag(param)).map(|param| param.value);
    if params
        .iter()
        .any(|param| is_tag(param) && Some(param.value) != tag)
    {
        return None;
    }
    // A tag without a value says nothing; it is left out wherever headers are read.
    let others = params.iter().filter(|param| !is_named_tag(param));
    let named = params.iter().find(|param| is_tag(param));
    let repaired = with_params(address_of(address), named.into_iter().chain(others).copied());
    NameAddr::parse(&repaired)?.is_identity().then_some(repaired)
}

fn readable(tail: &[u8]) -> Vec<Param<'_>> {
    Params::unchecked(tail).iter().filter(can_be_read).collect()
}

/// The same where a quote does not end, which therefore holds nothing together.
fn readable_in_pieces(tail: &[u8]) -> Vec<Param<'_>> {
    let pieces = tail.split(|byte| *byte == b';');
    pieces
        .map(|piece| Param::read(text::trim(piece)))
        .filter(can_be_read)
        .collect()
}

fn can_be_read(param: &Param<'_>) -> bool {
    param.is_sound() && param.is_one()
}

fn is_tag(param: &Param<'_>) -> bool {
    is_named_tag(param) && !param.text().trim().is_empty()
}

fn is_named_tag(param: &Param<'_>) -> bool {
    param.name.eq_ignore_ascii_case(b"tag")
}

/// The address as written where it can be read, else what stands in its last brackets, else nobody's.
fn address_of(written: &[u8]) -> &[u8] {
    let written = text::trim(written);
    let brackets = written.iter().rposition(|byte| *byte == b'<');
    let inner = brackets.and_then(|open| written.get(open..)).unwrap_or_default();
    let is_address = |text: &[u8]| NameAddr::parse(text).is_some_and(|address| address.is_identity());
    match (is_address(written), is_address(inner)) {
        (true, _) => written,
        (false, true) => inner,
        (false, false) => NOBODY,
    }
}

/// A number without its method, or with something odd in its place, gets that of the request.
fn cseq(value: &[u8], method: &Method) -> Option<Vec<u8>> {
    if Cseq::parse(value).is_some() {
        return Some(value.to_vec());
    }
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number: u32 = text::decimal(value.get(..digits)?)?;
    Some(format!("{number} {method}").into_bytes())
}

fn with_params<'a>(head: &[u8], params: impl Iterator<Item = Param<'a>>) -> Vec<u8> {
    let mut written = head.to_vec();
    for param in params {
        written.push(b';');
        written.extend_from_slice(param.raw);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::super::{HeaderName, Message, ParseError, Request, parse_datagram};

    const BYE: &str = "BYE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1, SIP/2.0/UDP p\r\nMax-Forwards: 70\r\n\
        From: \"A\" <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=2\r\nCall-ID: c\r\nCSeq: 7 BYE\r\nContent-Length: 0\r\n\r\n";

    fn taken(text: &str) -> Request {
        match parse_datagram(text.as_bytes()) {
            Ok(Message::Request(request)) => request,
            other => panic!("a request is expected, not {other:?}: {text}"),
        }
    }

    #[test]
    fn bye_is_taken_by_what_identifies_it_whatever_else_is_broken() {
        let many = "X: 1\r\n".repeat(300);
        let long = format!("X: {}\r\n", "y".repeat(20_000));
        for (from, to) in [
            (";tag=2", ";;tag=2"),
            (";tag=2", ";tag=2;=x;;"),
            (";tag=2", ";tag=2;tag=2"),
            (";tag=2", ";x=\"a;tag=2"),
            ("To: <sip:b@h>", "To: <>"),
            ("To: <sip:b@h>", "To: \"b <sip:b@h>"),
            ("To: <sip:b@h>", "To: <q>"),
            ("\"A\" <sip:a@h>", "<sip:a@h>, <sip:x@h>"),
            (";branch=z9hG4bK1", ";;branch=z9hG4bK1;=x;y=\"z"),
            (", SIP/2.0/UDP p", ", junk"),
            ("Max-Forwards: 70\r\n", "no header at all\r\n"),
            ("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\nMax-Forwards: 7\r\n"),
            ("Max-Forwards: 70\r\n", "CSeq: 7 BYE\r\n"),
            ("Max-Forwards: 70\r\n", many.as_str()),
            ("Max-Forwards: 70\r\n", long.as_str()),
            ("CSeq: 7 BYE", "CSeq: 7"),
            ("CSeq: 7 BYE", "CSeq: 7 INVITE"),
            ("Content-Length: 0", "Content-Length: 9"),
            ("Content-Length: 0", "Content-Length: -1"),
            ("Content-Length: 0", "l: 0\r\nl: 1"),
            ("BYE sip:b@h SIP/2.0", "BYE sip:b@h; lr SIP/2.0"),
            ("BYE sip:b@h SIP/2.0", "BYE sip:b@h"),
            ("BYE sip:b@h SIP/2.0", "BYE sip:b@h SIP/7.0"),
        ] {
            let text = BYE.replacen(from, to, 1);
            assert_ne!(text, BYE, "{from}");
            let request = taken(&text);
            let headers = &request.headers;
            assert_eq!(headers.from_tag().as_deref(), Some("1"), "{to}");
            assert_eq!(headers.to_tag().as_deref(), Some("2"), "{to}");
            assert_eq!(headers.call_id().unwrap().text(), "c", "{to}");
            assert_eq!(headers.cseq().unwrap().number, 7, "{to}");
            let via = headers.top_via().expect("the response finds its way");
            assert_eq!(via.branch().as_deref(), Some("z9hG4bK1"), "{to}");
        }
    }

    #[test]
    fn what_is_made_of_a_broken_message_reads_as_itself() {
        for (from, to) in [
            (";tag=1", ";tag=;;\r\n,\"<>"),
            (";tag=1", ";x=\"a;tag=;=;tag=1"),
            (";tag=1", ";tag;;"),
            (";tag=2", ";tag=;tag=2;;"),
        ] {
            let text = BYE.replacen(from, to, 1);
            let Ok(message) = parse_datagram(text.as_bytes()) else {
                continue;
            };
            let written = message.to_bytes();
            let again = parse_datagram(&written).expect("what we write we can read");
            assert_eq!(again.to_bytes(), written, "{to}");
        }
    }

    #[test]
    fn what_is_below_the_top_via_is_echoed_as_it_came() {
        let request = taken(&BYE.replace("SIP/2.0/UDP p", "SIP/2.0/UDP p;;x=\"y"));
        let via = request.headers.first(&HeaderName::Via).unwrap().text();
        assert_eq!(via, "SIP/2.0/UDP h;branch=z9hG4bK1, SIP/2.0/UDP p;;x=\"y");
    }

    #[test]
    fn bye_that_nobody_could_match_is_refused() {
        for (from, to) in [
            (";tag=2", ";tag=2;tag=3"),
            ("CSeq: 7", "CSeq: x"),
            ("CSeq: 7", "CSeq: 36893488147419103232"),
            ("Call-ID: c\r\n", ""),
            ("Call-ID: c\r\n", "Call-ID: c\r\nCall-ID: d\r\n"),
            ("To: <sip:b@h>;tag=2\r\n", ""),
            ("h;branch=z9hG4bK1", "h;branch=z9hG4bK1;branch=z9hG4bK2"),
            ("SIP/2.0/UDP h", "SIP/2.0/UDP h:99999"),
            ("SIP/2.0/UDP h", "SIP/7.0/UDP h"),
        ] {
            let text = BYE.replacen(from, to, 1);
            let refused = parse_datagram(text.as_bytes());
            assert!(
                matches!(refused, Err(ParseError::Answerable(_))),
                "{to}: {refused:?}"
            );
        }
    }

    #[test]
    fn ack_is_taken_likewise_but_not_with_half_a_body() {
        let ack = BYE.replace("BYE", "ACK");
        taken(&ack.replace(";tag=2", ";;tag=2"));
        taken(&ack.replace("Max-Forwards: 70", "nothing"));
        let half = ack.replace("Content-Length: 0", "Content-Length: 9");
        assert!(matches!(
            parse_datagram(half.as_bytes()),
            Err(ParseError::Drop(_))
        ));
    }

    #[test]
    fn invite_is_checked_as_ever() {
        for (from, to) in [
            (";tag=2", ";;tag=2"),
            ("Max-Forwards: 70", "nothing"),
            ("Content-Length: 0", "Content-Length: 9"),
        ] {
            let text = BYE.replace("BYE", "INVITE").replacen(from, to, 1);
            let refused = parse_datagram(text.as_bytes());
            assert!(matches!(refused, Err(ParseError::Answerable(_))), "{to}");
        }
    }

    #[test]
    fn response_is_taken_by_its_via_and_cseq_unless_it_answers_an_invite() {
        let response = |method: &str| {
            BYE.replace("BYE sip:b@h SIP/2.0", "SIP/2.0 200 OK")
                .replace("7 BYE", &format!("7 {method}"))
                .replace("Max-Forwards: 70", "Contact: <>;;\r\nnothing")
        };
        for method in ["OPTIONS", "BYE", "INFO", "CANCEL"] {
            let read = parse_datagram(response(method).as_bytes());
            assert!(matches!(read, Ok(Message::Response(_))), "{method}: {read:?}");
        }
        let read = parse_datagram(response("INVITE").as_bytes());
        assert!(matches!(read, Err(ParseError::Drop(_))), "{read:?}");
    }
}
