//! The body that matters: the session description, alone or beside others (RFC 5621).
//!
//! Trunks carry ISUP or recording metadata next to the SDP in `multipart/mixed`; the call must not be lost for it.

use super::reply::ACCEPT;
use crate::sip::event::Body;
use crate::sip::wire::{HeaderName, Headers};

/// The longest boundary (RFC 2046 section 5.1.1); a longer one would make the search through a large body dear.
const BOUNDARY_BYTES: usize = 70;

/// The body with its type: of a multipart the session description. `None` when there is no body, or when it is
/// of another type and may be ignored (RFC 3261 section 20.11).
pub(super) fn read(headers: &Headers, body: &[u8]) -> Option<Body> {
    if body.is_empty() {
        return None;
    }
    let content_type = headers.content_type().unwrap_or_default();
    if content_type.starts_with("multipart/")
        && let Some(session) = session_part(headers, body)
    {
        return Some(Body::sdp(session));
    }
    if content_type != ACCEPT && is_optional(headers) {
        return None;
    }
    Some(Body {
        content_type,
        bytes: body.to_vec(),
    })
}

fn is_optional(headers: &Headers) -> bool {
    headers.content_disposition().is_some_and(|(_, parameters)| {
        let handling = parameters.text("handling");
        handling.is_some_and(|handling| handling.eq_ignore_ascii_case("optional"))
    })
}

/// The first part that is a session description.
fn session_part<'a>(headers: &Headers, body: &'a [u8]) -> Option<&'a [u8]> {
    let content_type = headers.first(&HeaderName::ContentType)?.text().into_owned();
    let delimiter = format!("--{}", boundary(&content_type)?).into_bytes();
    let mut rest = body;
    loop {
        rest = split_at(rest, &delimiter)?.1;
        let part = split_at(rest, &delimiter).map_or(rest, |(part, _)| part);
        if let Some(session) = session_of(part) {
            return Some(session);
        }
    }
}

/// The content of a part when its own headers call it a session description.
fn session_of(part: &[u8]) -> Option<&[u8]> {
    let (head, content) = split_at(part, b"\r\n\r\n").or_else(|| split_at(part, b"\n\n"))?;
    let is_session = String::from_utf8_lossy(head).lines().any(|line| {
        line.split_once(':').is_some_and(|(name, value)| {
            let kind = value.split(';').next().unwrap_or_default().trim();
            name.trim().eq_ignore_ascii_case("Content-Type") && kind.eq_ignore_ascii_case(ACCEPT)
        })
    });
    // The line end before a delimiter belongs to the delimiter (RFC 2046 section 5.1.1).
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    let content = content.strip_suffix(b"\r").unwrap_or(content);
    is_session.then_some(content)
}

fn boundary(content_type: &str) -> Option<&str> {
    let parameters = content_type.split(';').skip(1);
    let (_, boundary) = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    Some(boundary.trim().trim_matches('"')).filter(|boundary| (1..=BOUNDARY_BYTES).contains(&boundary.len()))
}

/// What stands before and after the first `separator`.
fn split_at<'a>(bytes: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes
        .windows(separator.len())
        .position(|window| window == separator)?;
    let (before, after) = bytes.split_at_checked(at)?;
    Some((before, after.get(separator.len()..)?))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::sip::event::Body;
    use crate::sip::wire::{HeaderName, Headers};

    fn headers(content_type: &str) -> Headers {
        let mut headers = Headers::new();
        headers.push(HeaderName::ContentType, content_type);
        headers
    }

    #[test]
    fn session_description_is_found_beside_isup() {
        let body =
            b"preamble\r\n--b1\r\nContent-Type: application/isup;version=x\r\n\r\n\x01\x02\r\n--b1\r\n\
            content-type: Application/SDP\r\n\r\nv=0\r\ns=-\r\n\r\n--b1--\r\n";
        let found = read(&headers("multipart/mixed; boundary=\"b1\""), body);
        assert_eq!(found, Some(Body::sdp("v=0\r\ns=-\r\n")));
    }

    #[test]
    fn multipart_without_a_session_description_keeps_its_type() {
        let long = format!("multipart/mixed;boundary={}", "b".repeat(71));
        let unread = format!("--{}\r\nContent-Type: application/sdp\r\n\r\nx", "b".repeat(71));
        let cases: [(&str, &[u8]); 5] = [
            (&long, unread.as_bytes()),
            (
                "multipart/mixed;boundary=b",
                b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--",
            ),
            (
                "multipart/mixed",
                b"--b\r\nContent-Type: application/sdp\r\n\r\nx",
            ),
            ("multipart/mixed;boundary=", b"----"),
            ("multipart/mixed;boundary=b", b"--b--b--b"),
        ];
        for (content_type, body) in cases {
            let found = read(&headers(content_type), body).expect("a body is there");
            assert_eq!(found.content_type, "multipart/mixed");
        }
    }
}
