//! Messages to bytes: CRLF, canonical names, and a Content-Length that is always right.

use super::headers::Headers;
use super::message::{Message, Request, Response};
use super::name::HeaderName;

/// Room for the start line, the line ends and Content-Length.
const OVERHEAD_BYTES: usize = 128;

/// CR and LF become spaces.
pub(super) fn without_line_ends(mut bytes: Vec<u8>) -> Vec<u8> {
    for byte in &mut bytes {
        if matches!(*byte, b'\r' | b'\n') {
            *byte = b' ';
        }
    }
    bytes
}

impl Request {
    /// The message as it goes to the wire. Content-Length is written anew.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = reserved(&self.headers, &self.body);
        out.extend_from_slice(self.method.as_str().as_bytes());
        out.push(b' ');
        out.extend_from_slice(self.uri.as_bytes());
        out.extend_from_slice(b" SIP/2.0\r\n");
        finish(&mut out, &self.headers, &self.body);
        out
    }
}

impl Response {
    /// The message as it goes to the wire. Content-Length is written anew.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = reserved(&self.headers, &self.body);
        out.extend_from_slice(b"SIP/2.0 ");
        out.extend_from_slice(self.status.to_string().as_bytes());
        out.push(b' ');
        out.extend(without_line_ends(self.reason.clone().into_bytes()));
        out.extend_from_slice(b"\r\n");
        finish(&mut out, &self.headers, &self.body);
        out
    }
}

impl Message {
    /// The message as it goes to the wire. Content-Length is written anew.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Request(request) => request.to_bytes(),
            Self::Response(response) => response.to_bytes(),
        }
    }
}

fn reserved(headers: &Headers, body: &[u8]) -> Vec<u8> {
    let header_bytes: usize = headers
        .iter()
        .map(|header| header.name.as_str().len() + header.value.as_bytes().len() + 4)
        .sum();
    Vec::with_capacity(header_bytes + body.len() + OVERHEAD_BYTES)
}

fn finish(out: &mut Vec<u8>, headers: &Headers, body: &[u8]) {
    for header in headers
        .iter()
        .filter(|header| header.name != HeaderName::ContentLength)
    {
        out.extend_from_slice(header.name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(header.value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
    out.extend_from_slice(body);
}
