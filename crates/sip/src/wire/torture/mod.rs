//! The torture tests of RFC 4475 and RFC 5118, as far as they are about parsing.
//!
//! Each message is written from its section of the RFC, shortened where length is not the point. What the RFC
//! leaves to the reader ("may be liberal") is decided here in favour of the call.

mod invalid;
mod ipv6;
mod valid;

use super::{Defect, HeaderName, Message, ParseError, Request, Response, parse_datagram};

/// A message written with LF for CRLF.
fn wire(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

fn request(text: &str) -> Request {
    match parse_datagram(&wire(text)) {
        Ok(Message::Request(request)) => request,
        other => panic!("a request is expected, not {other:?}"),
    }
}

fn response(text: &str) -> Response {
    match parse_datagram(&wire(text)) {
        Ok(Message::Response(response)) => response,
        other => panic!("a response is expected, not {other:?}"),
    }
}

/// The defect of a request that is refused with a response.
fn refused(text: &str) -> Defect {
    match parse_datagram(&wire(text)) {
        Err(ParseError::Answerable(rejected)) => rejected.defect,
        other => panic!("an answerable refusal is expected, not {other:?}"),
    }
}

/// The defect of what is dropped without an answer.
fn dropped(text: &str) -> Defect {
    match parse_datagram(&wire(text)) {
        Err(ParseError::Drop(defect)) => defect,
        other => panic!("a silent drop is expected, not {other:?}"),
    }
}

/// A request whose mandatory headers are sound, with `start` before and `more` after them.
fn framed(start: &str, method: &str, more: &str) -> String {
    format!(
        "{start}\nVia: SIP/2.0/UDP host.example.com;branch=z9hG4bK-t\nFrom: <sip:a@example.com>;tag=1\n\
         To: <sip:b@example.com>\nCall-ID: torture@example.com\nCSeq: 8 {method}\nMax-Forwards: 70\n{more}\n"
    )
}

fn header(request: &Request, name: &str) -> String {
    let name = HeaderName::parse(name).expect("tests name headers by tokens");
    let value = request.headers.first(&name).expect("the header is there");
    value.text().into_owned()
}
