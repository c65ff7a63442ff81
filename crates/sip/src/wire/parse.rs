//! Whole messages: the head, the checks and the body put together.

use super::error::{Defect, ParseError, Rejected};
use super::head::{Head, StartLine};
use super::headers::Headers;
use super::limits::MessageLimits;
use super::message::{Message, Request, Response};
use super::method::Method;
use super::name::HeaderName;
use super::{lenient, validate};

/// Reads the one message of a datagram, within the default [`MessageLimits`].
///
/// # Errors
///
/// See [`ParseError`].
pub fn parse_datagram(bytes: &[u8]) -> Result<Message, ParseError> {
    parse_datagram_within(bytes, &MessageLimits::default())
}

/// Reads the one message of a datagram. Without Content-Length the body runs to the end; what follows the body is
/// ignored (RFC 3261 section 18.3).
///
/// # Errors
///
/// See [`ParseError`].
pub fn parse_datagram_within(bytes: &[u8], limits: &MessageLimits) -> Result<Message, ParseError> {
    let lead = bytes
        .iter()
        .take_while(|byte| matches!(**byte, b'\r' | b'\n' | b' ' | 0))
        .count();
    let message = bytes.get(lead..).unwrap_or_default();
    if message.is_empty() {
        return Err(ParseError::Drop(Defect::KeepAlive));
    }
    let (mut head, rest) = Head::read(message, limits);
    if bytes.len() > limits.message_bytes {
        head.note(Defect::MessageTooLarge);
    }
    let body = match validate::content_length(&head.headers) {
        Ok(None) => Ok(rest),
        Ok(Some(length)) => rest.get(..length).ok_or(Defect::BodyShort),
        Err(defect) => Err(defect),
    };
    match body {
        Ok(body) => assemble(head, body.to_vec()),
        Err(defect) => {
            head.note(defect);
            salvage(head, None, defect)
        }
    }
}

/// A message from a sound head and its body.
pub(super) fn assemble(mut head: Head, body: Vec<u8>) -> Result<Message, ParseError> {
    head.headers.mend_echoed();
    let method = match &head.start {
        StartLine::Request { method, .. } => Some(method),
        StartLine::Response { .. } | StartLine::Foreign => None,
    };
    if let Err(defect) = validate::check(&head.headers, method) {
        head.note(defect);
    }
    if let Some(defect) = head.defect {
        return salvage(head, Some(&body), defect);
    }
    match head.start {
        StartLine::Request {
            method,
            uri: Some(uri),
        } => Ok(Message::Request(Request {
            method,
            uri,
            headers: head.headers,
            body,
        })),
        StartLine::Response { status, reason } => Ok(Message::Response(Response {
            status,
            reason,
            headers: head.headers,
            body,
        })),
        StartLine::Request { uri: None, .. } | StartLine::Foreign => Err(refuse(head, Defect::StartLine)),
    }
}

/// What becomes of a head with a defect: a message that does its work without what is broken (`lenient`), or the error.
/// `body` is `None` where its end is not known.
pub(super) fn salvage(mut head: Head, body: Option<&[u8]>, defect: Defect) -> Result<Message, ParseError> {
    head.headers.mend_echoed();
    match lenient::message(&head, body) {
        Some(message) => Ok(message),
        None => Err(refuse(head, defect)),
    }
}

/// The error for a head that cannot be used; an earlier defect of the head goes before `defect`.
fn refuse(head: Head, defect: Defect) -> ParseError {
    let defect = head.defect.unwrap_or(defect);
    let can_be_answered = match defect {
        Defect::NoVersion => can_be_matched(&head.headers),
        _ => can_be_answered(&head.headers),
    };
    match head.start {
        StartLine::Request { method, .. } if method != Method::Ack && can_be_answered => {
            ParseError::Answerable(Box::new(Rejected {
                method,
                headers: head.headers,
                defect,
            }))
        }
        StartLine::Request { .. } | StartLine::Response { .. } | StartLine::Foreign => {
            ParseError::Drop(defect)
        }
    }
}

/// A refusal needs a Via to be routed by; anything in it that looks like SIP will do.
fn can_be_answered(headers: &Headers) -> bool {
    headers.first(&HeaderName::Via).is_some_and(|via| {
        via.as_bytes()
            .get(..3)
            .is_some_and(|protocol| protocol.eq_ignore_ascii_case(b"SIP"))
    })
}

/// What may be no SIP at all is answered only where it has everything by which a sender of SIP matches the answer.
fn can_be_matched(headers: &Headers) -> bool {
    let names = [
        HeaderName::From,
        HeaderName::To,
        HeaderName::CallId,
        HeaderName::Cseq,
    ];
    let is_there = |name| {
        headers
            .first(name)
            .is_some_and(|value| !value.as_bytes().is_empty())
    };
    headers.top_via_for_refusal().is_some() && can_be_answered(headers) && names.iter().all(is_there)
}

#[cfg(test)]
mod tests {
    use super::super::{HeaderName, Message, MessageLimits, ParseError, Request};
    use super::{Defect, parse_datagram, parse_datagram_within};

    const HEADERS: &str = "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\n\
        Call-ID: c\r\nCSeq: 1 INVITE\r\n";

    fn parsed(bytes: &[u8]) -> Request {
        match parse_datagram(bytes).unwrap() {
            Message::Request(request) => request,
            Message::Response(_) => panic!("a request was written"),
        }
    }

    fn invite(more: &str) -> Vec<u8> {
        format!("INVITE sip:b@h SIP/2.0\r\n{HEADERS}{more}").into_bytes()
    }

    #[test]
    fn bytes_that_are_not_utf_8_survive_and_nothing_after_them_is_lost() {
        let mut bytes = invite("X-Agent: M");
        bytes.extend_from_slice(b"\xe4ki\r\nX-Queue: sales\r\nContent-Length: 3\r\n\r\nv=0");
        let request = parsed(&bytes);
        let agent = request
            .headers
            .first(&HeaderName::parse("x-agent").unwrap())
            .unwrap();
        assert_eq!(
            (agent.as_bytes(), agent.text().as_ref()),
            (b"M\xe4ki".as_slice(), "Mäki")
        );
        let queue = HeaderName::parse("X-Queue").unwrap();
        assert_eq!(request.headers.first(&queue).unwrap().text(), "sales");
        assert_eq!(request.body, b"v=0");
    }

    #[test]
    fn without_content_length_the_body_runs_to_the_end_of_the_datagram() {
        assert_eq!(parsed(&invite("\r\nv=0\r\no=x\r\n")).body, b"v=0\r\no=x\r\n");
    }

    #[test]
    fn bytes_after_the_body_are_ignored() {
        assert_eq!(parsed(&invite("l: 3\r\n\r\nv=0INVITE again")).body, b"v=0");
    }

    #[test]
    fn content_length_beyond_the_datagram_is_answerable_with_400() {
        let error = parse_datagram(&invite("l: 4\r\n\r\nv=0")).unwrap_err();
        assert!(matches!(error, ParseError::Answerable(_)));
        assert_eq!(
            (error.defect(), error.defect().status()),
            (Defect::BodyShort, 400)
        );
    }

    #[test]
    fn bare_line_feeds_are_line_ends() {
        let bytes = String::from_utf8(invite("l: 3\r\n\r\nv=0"))
            .unwrap()
            .replace('\r', "");
        assert_eq!(parsed(bytes.as_bytes()).body, b"v=0");
    }

    #[test]
    fn datagram_of_64_kilobytes_is_read_whole() {
        let body = "x".repeat(64_000);
        assert_eq!(parsed(&invite(&format!("\r\n{body}"))).body.len(), 64_000);
    }

    #[test]
    fn each_limit_has_its_refusal() {
        let limits = MessageLimits {
            message_bytes: 300,
            headers: 6,
            line_bytes: 40,
        };
        for (more, expected) in [
            (format!("X: {}\r\n\r\n", "y".repeat(50)), Defect::LineTooLong),
            (
                format!("X: 1\r\n{}\r\n", " yyyyyyyyy\r\n".repeat(5)),
                Defect::LineTooLong,
            ),
            ("X: 1\r\nX: 2\r\n\r\n".to_owned(), Defect::TooManyHeaders),
            (format!("\r\n{}", "y".repeat(300)), Defect::MessageTooLarge),
        ] {
            let error = parse_datagram_within(&invite(&more), &limits).unwrap_err();
            assert!(matches!(error, ParseError::Answerable(_)), "{expected}");
            assert_eq!((error.defect(), error.defect().status()), (expected, 513));
        }
    }

    #[test]
    fn refusal_of_too_many_or_too_long_headers_can_be_matched_by_its_sender() {
        let (top, rest) = HEADERS.split_once("\r\n").unwrap();
        let many = "X: 1\r\n".repeat(300);
        let long = "y".repeat(20_000);
        for text in [
            format!("INVITE sip:b@h SIP/2.0\r\n{many}{HEADERS}l: 3\r\n\r\nv=0"),
            format!("INVITE sip:b@h SIP/2.0\r\n{top}\r\n{many}{rest}l: 3\r\n\r\nv=0"),
            format!("INVITE sip:b@h SIP/2.0\r\n{HEADERS}{many}l: 3\r\n\r\nv=0"),
            format!(
                "INVITE sip:b@h SIP/2.0\r\n{}l: 3\r\n\r\nv=0",
                HEADERS.replace("<sip:b@h>", &format!("{long} <sip:b@h>"))
            ),
            format!("INVITE sip:b@h SIP/2.0\r\nX: {long}\r\n {long}\r\n{HEADERS}l: 3\r\n\r\nv=0"),
            format!(
                "INVITE sip:b@h SIP/2.0\r\n{many}{}l: 3\r\n\r\nv=0",
                HEADERS.replace("To: ", "To:\r\n ")
            ),
        ] {
            let Err(ParseError::Answerable(rejected)) = parse_datagram(text.as_bytes()) else {
                panic!("a response can be made");
            };
            assert_eq!(rejected.defect.status(), 513);
            let headers = &rejected.headers;
            assert_eq!(headers.top_via().unwrap().branch().unwrap(), "z9hG4bK1");
            assert_eq!(headers.from_tag().unwrap(), "1");
            assert_eq!(headers.to().unwrap().uri_bytes(), b"sip:b@h");
            assert_eq!(
                (
                    headers.call_id().unwrap().as_bytes(),
                    headers.cseq().unwrap().number
                ),
                (b"c".as_slice(), 1)
            );
            assert_eq!(headers.first(&HeaderName::ContentLength).unwrap().text(), "3");
            assert!(headers.len() <= 256 + 6, "what is left out is left out");
        }
    }

    #[test]
    fn request_without_a_version_is_answerable_where_the_answer_can_be_matched() {
        let whole = String::from_utf8(invite("\r\n"))
            .unwrap()
            .replacen(" SIP/2.0", "", 1);
        let error = parse_datagram(whole.as_bytes()).unwrap_err();
        assert!(matches!(error, ParseError::Answerable(_)), "{error:?}");
        assert_eq!(
            (error.defect(), error.defect().status()),
            (Defect::NoVersion, 400)
        );
        for left_out in [
            "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\n",
            "From: <sip:a@h>;tag=1\r\n",
            "To: <sip:b@h>\r\n",
            "Call-ID: c\r\n",
            "CSeq: 1 INVITE\r\n",
        ] {
            let error = parse_datagram(whole.replace(left_out, "").as_bytes()).unwrap_err();
            assert_eq!(error, ParseError::Drop(Defect::NoVersion), "{left_out}");
        }
    }

    #[test]
    fn padding_alone_is_a_keep_alive() {
        for bytes in [b"".as_slice(), b"\r\n\r\n", b"\0\0\0\0", b"\r\n"] {
            assert_eq!(parse_datagram(bytes), Err(ParseError::Drop(Defect::KeepAlive)));
        }
    }

    #[test]
    fn broken_acks_responses_and_strangers_to_sip_get_no_answer() {
        let ack = String::from_utf8(invite("\r\n"))
            .unwrap()
            .replace("INVITE", "ACK")
            .replace("CSeq: 1", "CSeq: x");
        let response = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\n\r\n";
        for text in [
            ack.as_str(),
            response,
            "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
            "INVITE sip:a@h SIP/2.0\r\n\r\n",
        ] {
            let error = parse_datagram(text.as_bytes()).unwrap_err();
            assert!(matches!(error, ParseError::Drop(_)), "{text}");
        }
    }
}
