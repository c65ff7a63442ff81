//! Requests and responses, and how each is made.

use std::fmt;
use std::net::SocketAddr;

use super::error::Rejected;
use super::headers::{HeaderValue, Headers};
use super::method::Method;
use super::name::HeaderName;
use super::reason::reason_phrase;
use super::text;
use super::uri::Uri;
use super::via::stamped;
use crate::event::Body;

/// A SIP message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A request, with its Request-URI.
    Request(Request),
    /// A response, with its status.
    Response(Response),
}

/// A request (RFC 3261 section 7.1).
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// What is to be done.
    pub method: Method,
    /// The Request-URI.
    pub uri: Uri,
    /// The headers; Content-Length is written from the body, whatever stands here.
    pub headers: Headers,
    /// The body; empty when there is none.
    pub body: Vec<u8>,
}

/// A response (RFC 3261 section 7.2).
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code, 100-699.
    pub status: u16,
    /// The same in words.
    pub reason: String,
    /// The headers; Content-Length is written from the body, whatever stands here.
    pub headers: Headers,
    /// The body; empty when there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers.
    pub fn new(method: Method, uri: Uri) -> Self {
        Self {
            method,
            uri,
            headers: Headers::new(),
            body: Vec::new(),
        }
    }

    /// Adds a header at the end.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// Sets the body and its Content-Type.
    #[must_use]
    pub fn with_body(mut self, body: Body) -> Self {
        self.headers.set(HeaderName::ContentType, body.content_type);
        self.body = body.bytes;
        self
    }

    /// The body with its media type; `None` when there is no body. Without a Content-Type the type is empty.
    pub fn typed_body(&self) -> Option<Body> {
        typed_body(&self.headers, &self.body)
    }

    /// Notes in the top Via whence the request came (RFC 3261 section 18.2.1, RFC 3581 section 4).
    pub fn stamp_source(&mut self, source: SocketAddr) {
        stamp_source(&mut self.headers, source);
    }
}

impl Rejected {
    /// As [`Request::stamp_source`].
    pub fn stamp_source(&mut self, source: SocketAddr) {
        stamp_source(&mut self.headers, source);
    }
}

impl Response {
    /// A response to a request: every Via, From, To, Call-ID and CSeq copied byte for byte, and Timestamp into a
    /// 100 (RFC 3261 section 8.2.6). The reason phrase is the standard one. A To-tag is added with
    /// [`Response::set_to_tag`], Record-Route with [`Response::copy`].
    pub fn to(request: &Request, status: u16) -> Self {
        Self::answering(&request.headers, status)
    }

    /// The refusal of a broken request: its status, the defect in words, and whatever can be echoed.
    pub fn refusing(rejected: &Rejected) -> Self {
        let mut response = Self::answering(&rejected.headers, rejected.defect.status());
        response.reason = rejected.defect.to_string();
        response
    }

    fn answering(request: &Headers, status: u16) -> Self {
        let mut response = Self {
            status,
            reason: reason_phrase(status).to_owned(),
            headers: Headers::new(),
            body: Vec::new(),
        };
        response.copy(request, &HeaderName::Via);
        for name in [
            HeaderName::From,
            HeaderName::To,
            HeaderName::CallId,
            HeaderName::Cseq,
        ] {
            if let Some(value) = request.first(&name) {
                response.headers.push(name, value.clone());
            }
        }
        if status == 100 {
            response.copy(request, &HeaderName::Timestamp);
        }
        response
    }

    /// Copies every header of that name.
    pub fn copy(&mut self, from: &Headers, name: &HeaderName) {
        for value in from.all(name) {
            self.headers.push(name.clone(), value.clone());
        }
    }

    /// Adds a tag to To, unless it has one (RFC 3261 section 8.2.6.2).
    pub fn set_to_tag(&mut self, tag: &str) {
        if self.headers.to_tag().is_some() {
            return;
        }
        if let Some(to) = self.headers.first_mut(&HeaderName::To) {
            let mut bytes = to.as_bytes().to_vec();
            bytes.extend_from_slice(b";tag=");
            bytes.extend_from_slice(tag.as_bytes());
            *to = bytes.into();
        }
    }

    /// With another reason phrase.
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Adds a header at the end.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: impl Into<HeaderValue>) -> Self {
        self.headers.push(name, value);
        self
    }

    /// Sets the body and its Content-Type.
    #[must_use]
    pub fn with_body(mut self, body: Body) -> Self {
        self.headers.set(HeaderName::ContentType, body.content_type);
        self.body = body.bytes;
        self
    }

    /// The body with its media type; `None` when there is no body. Without a Content-Type the type is empty.
    pub fn typed_body(&self) -> Option<Body> {
        typed_body(&self.headers, &self.body)
    }
}

impl Message {
    /// The headers of either.
    pub fn headers(&self) -> &Headers {
        match self {
            Self::Request(request) => &request.headers,
            Self::Response(response) => &response.headers,
        }
    }
}

fn typed_body(headers: &Headers, body: &[u8]) -> Option<Body> {
    (!body.is_empty()).then(|| Body {
        content_type: headers.content_type().unwrap_or_default(),
        bytes: body.to_vec(),
    })
}

fn stamp_source(headers: &mut Headers, source: SocketAddr) {
    let Some(line) = headers.first_mut(&HeaderName::Via) else {
        return;
    };
    let whole = std::mem::take(line);
    let (top, others) = text::split_outside(whole.as_bytes(), b',');
    let mut bytes = stamped(text::trim(top), source);
    if let Some(others) = others {
        bytes.extend_from_slice(b", ");
        bytes.extend_from_slice(text::trim(others));
    }
    *line = bytes.into();
}

impl fmt::Debug for Request {
    /// Names no one: method, scheme and host, sizes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (headers, body) = (self.headers.len(), self.body.len());
        write!(
            f,
            "{} {:?} ({headers} headers, {body} bytes)",
            self.method, self.uri
        )
    }
}

impl fmt::Debug for Response {
    /// Names no one: status and sizes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (headers, body) = (self.headers.len(), self.body.len());
        write!(f, "{} ({headers} headers, {body} bytes)", self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{HeaderName, Message, parse_datagram};
    use super::{Request, Response};
    use crate::event::Body;

    fn request() -> Request {
        let bytes = b"OPTIONS sip:a@h SIP/2.0\r\n\
            v: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK1, SIP/2.0/UDP p2\r\nVia: SIP/2.0/UDP p3\r\n\
            f: \"\xe4\" <sip:a@h>;tag=1\r\nt: <sip:b@h>\r\ni: c1\r\nCSeq: 7 OPTIONS\r\nTimestamp: 4.5\r\n\r\n";
        match parse_datagram(bytes).unwrap() {
            Message::Request(request) => request,
            Message::Response(_) => panic!("a request was written"),
        }
    }

    #[test]
    fn response_echoes_what_the_protocol_echoes_byte_for_byte() {
        let mut request = request();
        request.stamp_source("192.0.2.1:5099".parse().unwrap());
        let mut response = Response::to(&request, 100);
        response.set_to_tag("t1");
        response.set_to_tag("t2");
        let expected = b"SIP/2.0 100 Trying\r\n\
            Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1;rport=5099;received=192.0.2.1, SIP/2.0/UDP p2\r\n\
            Via: SIP/2.0/UDP p3\r\nFrom: \"\xe4\" <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=t1\r\n\
            Call-ID: c1\r\nCSeq: 7 OPTIONS\r\nTimestamp: 4.5\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(response.to_bytes(), expected);
    }

    #[test]
    fn body_travels_with_its_type_and_the_right_length() {
        let response = Response::to(&request(), 200)
            .with(HeaderName::ContentLength, "999")
            .with_body(Body::sdp("v=0\r\n"));
        let Message::Response(read) = parse_datagram(&response.to_bytes()).unwrap() else {
            panic!("a response was written");
        };
        assert_eq!(read.typed_body(), Some(Body::sdp("v=0\r\n")));
        assert_eq!(
            read.headers.first(&HeaderName::ContentLength).unwrap().text(),
            "5"
        );
    }

    #[test]
    fn reason_phrase_cannot_smuggle_in_a_header() {
        let bytes = Response::to(&request(), 603).with_reason("No\r\nX: 1").to_bytes();
        assert!(bytes.starts_with(b"SIP/2.0 603 No  X: 1\r\n"));
    }

    #[test]
    fn message_in_debug_output_names_no_one() {
        let text = format!("{:?}", Message::Request(request()));
        assert_eq!(text, "Request(OPTIONS sip:<redacted>@h (7 headers, 0 bytes))");
    }
}
