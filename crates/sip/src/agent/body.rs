//! The body that matters: the session description, alone or beside others (RFC 5621).
//!
//! Trunks carry ISUP or recording metadata next to the SDP in `multipart/mixed`, some in a multipart inside another; the
//! call must not be lost for it. So a part that we do not understand is passed over, whatever its `handling` says: the
//! default of RFC 3204 and RFC 5621 is `required`, SIP-I peers write it for ISUP that only they need, and what we do
//! with a call does not depend on it. Where there is no session description, a part that is not optional is refused.

use super::reply::ACCEPT;
use crate::event::Body;
use crate::wire::{HeaderName, Headers};

/// The longest boundary (RFC 2046 section 5.1.1).
const BOUNDARY_BYTES: usize = 70;
/// How deep multiparts are searched.
const DEEPEST: usize = 4;
/// How many parts of one multipart are looked at.
const MOST_PARTS: usize = 64;

/// The body with its type: of a multipart the session description. `None` when there is no body, or when it is
/// of another type and may be ignored (RFC 3261 section 20.11).
pub(super) fn read(headers: &Headers, body: &[u8]) -> Option<Body> {
    if body.is_empty() {
        return None;
    }
    let content_type = headers.content_type().unwrap_or_default();
    let described = BodyHeaders::of(headers);
    if described.is_multipart() {
        match search(&described, body, DEEPEST) {
            BodySearch::Session(session) => return Some(Body::sdp(session)),
            BodySearch::Optional => return None,
            BodySearch::Needed => {}
        }
    }
    if content_type != ACCEPT && described.is_optional() {
        return None;
    }
    Some(Body {
        content_type,
        bytes: body.to_vec(),
    })
}

/// What the headers of a body or of one of its parts say about it.
#[derive(Debug, Default)]
struct BodyHeaders {
    content_type: String,
    disposition: String,
    encoding: String,
}

/// What a part, or all parts of a multipart together, come to.
#[derive(Debug, PartialEq, Eq)]
enum BodySearch<'a> {
    Session(&'a [u8]),
    /// Nothing but what may be ignored.
    Optional,
    /// Something that we would have to understand.
    Needed,
}

impl BodyHeaders {
    fn of(headers: &Headers) -> Self {
        let text = |name: &HeaderName| headers.first(name).map(|value| value.text().into_owned());
        Self {
            content_type: text(&HeaderName::ContentType).unwrap_or_default(),
            disposition: text(&HeaderName::ContentDisposition).unwrap_or_default(),
            encoding: String::new(),
        }
    }

    /// Reads the head of a part, its folded lines joined.
    fn parse(head: &[u8]) -> Self {
        let text = String::from_utf8_lossy(head).replace("\r\n", "\n");
        let text = text.replace("\n ", " ").replace("\n\t", " ");
        let mut described = Self::default();
        for line in text.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            let place = match name.trim().to_ascii_lowercase().as_str() {
                "content-type" | "c" => &mut described.content_type,
                "content-disposition" => &mut described.disposition,
                "content-transfer-encoding" => &mut described.encoding,
                _ => continue,
            };
            value.trim().clone_into(place);
        }
        described
    }

    fn is_multipart(&self) -> bool {
        let prefix = self.content_type.get(.."multipart/".len());
        prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case("multipart/"))
    }

    /// Whether this is the description of the session, and not one for early media (RFC 3959) or of another purpose; in
    /// bytes as they are, because SIP has no need of other encodings.
    fn is_session(&self) -> bool {
        let disposition = first_word(&self.disposition);
        let encoding = self.encoding.trim();
        first_word(&self.content_type).eq_ignore_ascii_case(ACCEPT)
            && (disposition.is_empty() || disposition.eq_ignore_ascii_case("session"))
            && ["", "binary", "8bit", "7bit"]
                .iter()
                .any(|known| encoding.eq_ignore_ascii_case(known))
    }

    fn is_optional(&self) -> bool {
        parameter(&self.disposition, "handling").is_some_and(|value| value.eq_ignore_ascii_case("optional"))
    }

    fn boundary(&self) -> Option<&str> {
        parameter(&self.content_type, "boundary")
            .filter(|boundary| (1..=BOUNDARY_BYTES).contains(&boundary.len()))
    }
}

/// Looks through a multipart, and through those inside it.
fn search<'a>(multipart: &BodyHeaders, body: &'a [u8], depth: usize) -> BodySearch<'a> {
    let Some(boundary) = multipart.boundary().filter(|_| depth > 0) else {
        return BodySearch::Needed;
    };
    let mut found = None;
    for part in parts(body, boundary).take(MOST_PARTS) {
        let (head, content) = split_head(part);
        let described = BodyHeaders::parse(head);
        let this = match described.is_multipart() {
            _ if described.is_session() => BodySearch::Session(content),
            true => search(&described, content, depth - 1),
            false => BodySearch::Needed,
        };
        match this {
            BodySearch::Session(session) => return BodySearch::Session(session),
            BodySearch::Needed if !described.is_optional() => found = Some(BodySearch::Needed),
            BodySearch::Needed | BodySearch::Optional => found = found.or(Some(BodySearch::Optional)),
        }
    }
    found.unwrap_or(BodySearch::Needed)
}

/// The parts between the lines of the boundary; what stands before the first is no part, and a last one may lack its end.
fn parts<'a>(body: &'a [u8], boundary: &str) -> impl Iterator<Item = &'a [u8]> {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut rest = after_line(body, &delimiter).map(|(_, rest)| rest);
    std::iter::from_fn(move || {
        let here = rest.take()?;
        let Some((part, next)) = after_line(here, &delimiter) else {
            return Some(here);
        };
        rest = (!next.is_empty()).then_some(next);
        Some(part)
    })
}

/// What stands before the first line of this delimiter, without the line end that belongs to it (RFC 2046 section 5.1.1),
/// and what stands behind; nothing behind the last one of all, which ends in `--`.
fn after_line<'a>(bytes: &'a [u8], delimiter: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let mut start = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        if let Some(tail) = line.strip_prefix(delimiter) {
            let tail = tail.trim_ascii();
            if tail.is_empty() || tail == b"--" {
                let behind = if tail.is_empty() { bytes.get(end..)? } else { b"" };
                return Some((without_line_end(bytes.get(..start)?), behind));
            }
        }
        start = end;
    }
    None
}

fn without_line_end(bytes: &[u8]) -> &[u8] {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes.strip_suffix(b"\r").unwrap_or(bytes)
}

/// The head of a part and its content; a part that begins with an empty line has no head.
fn split_head(part: &[u8]) -> (&[u8], &[u8]) {
    let mut start = 0;
    for line in part.split_inclusive(|byte| *byte == b'\n') {
        let end = start + line.len();
        if line.trim_ascii().is_empty() {
            let head = part.get(..start).unwrap_or_default();
            return (head, part.get(end..).unwrap_or_default());
        }
        start = end;
    }
    (part, b"")
}

fn first_word(value: &str) -> String {
    let word = value.split(';').next().unwrap_or_default();
    word.chars().filter(|symbol| !symbol.is_whitespace()).collect()
}

/// The value of a parameter, without quotes.
fn parameter<'v>(value: &'v str, name: &str) -> Option<&'v str> {
    let parameters = value.split(';').skip(1);
    let (_, found) = parameters
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(known, _)| known.trim().eq_ignore_ascii_case(name))?;
    Some(found.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::event::Body;
    use crate::wire::{HeaderName, Headers};

    const SDP_PART: &str = "Content-Type: application/sdp\r\n\r\nv=0\r\ns=-\r\n";

    fn headers(content_type: &str) -> Headers {
        let mut headers = Headers::new();
        headers.push(HeaderName::ContentType, content_type);
        headers
    }

    fn multipart(boundary: &str, parts: &[&str]) -> String {
        let parts: String = parts
            .iter()
            .map(|part| format!("--{boundary}\r\n{part}\r\n"))
            .collect();
        format!("{parts}--{boundary}--\r\n")
    }

    fn nested(depth: usize) -> String {
        (1..depth).fold(multipart("b0", &[SDP_PART]), |inner, level| {
            let part = format!(
                "Content-Type: multipart/mixed;\r\n boundary=b{}\r\n\r\n{inner}",
                level - 1
            );
            multipart(
                &format!("b{level}"),
                &["Content-Type: text/plain\r\n\r\nx", &part],
            )
        })
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
    fn session_description_is_found_in_a_multipart_inside_others() {
        for depth in 1..=4 {
            let found = read(
                &headers(&format!("multipart/mixed;boundary=b{}", depth - 1)),
                nested(depth).as_bytes(),
            );
            assert_eq!(found, Some(Body::sdp("v=0\r\ns=-\r\n")), "{depth} deep");
        }
        let found = read(&headers("multipart/mixed;boundary=b4"), nested(5).as_bytes());
        assert_eq!(
            found.unwrap().content_type,
            "multipart/mixed",
            "the search has an end"
        );
    }

    #[test]
    fn boundary_that_begins_like_another_is_another() {
        let inner = multipart("b1", &["Content-Type: text/plain\r\n\r\nx", SDP_PART]);
        let part = format!("Content-Type: Multipart/Related ; boundary=\"b1\"\r\n\r\n{inner}");
        let body = multipart(
            "b",
            &[&part, "Content-Type: text/plain\r\n\r\n--bx is no boundary"],
        );
        let found = read(&headers("multipart/mixed;boundary=b"), body.as_bytes());
        assert_eq!(found, Some(Body::sdp("v=0\r\ns=-\r\n")));
    }

    #[test]
    fn part_that_we_do_not_understand_costs_no_call_whatever_its_handling() {
        for handling in [
            "",
            ";handling=optional",
            ";handling=required",
            "; handling = \"required\"",
        ] {
            let isup =
                format!("Content-Type: application/isup\r\nContent-Disposition: signal{handling}\r\n\r\nx");
            let body = multipart("b", &[&isup, SDP_PART]);
            let found = read(&headers("multipart/mixed;boundary=b"), body.as_bytes());
            assert_eq!(found, Some(Body::sdp("v=0\r\ns=-\r\n")), "{handling}");
        }
    }

    #[test]
    fn description_of_another_purpose_is_not_the_sessions() {
        let early =
            "Content-Type: application/sdp\r\nContent-Disposition: early-session\r\n\r\nv=0\r\ns=early\r\n";
        let session =
            "Content-Type: application/sdp\r\nContent-Disposition: Session;handling=required\r\n\r\nv=0\r\n";
        let body = multipart("b", &[early, session]);
        let found = read(&headers("multipart/mixed;boundary=b"), body.as_bytes());
        assert_eq!(found, Some(Body::sdp("v=0\r\n")));
    }

    #[test]
    fn multipart_of_optional_parts_is_as_good_as_no_body() {
        let part = |handling: &str| {
            format!(
                "Content-Type: application/isup\r\nContent-Disposition: signal;handling={handling}\r\n\r\nx"
            )
        };
        let optional = multipart("b", &[&part("optional"), &part("OPTIONAL")]);
        assert_eq!(
            read(&headers("multipart/mixed;boundary=b"), optional.as_bytes()),
            None
        );
        let needed = multipart("b", &[&part("optional"), &part("required")]);
        assert!(read(&headers("multipart/mixed;boundary=b"), needed.as_bytes()).is_some());
    }

    #[test]
    fn multipart_without_a_session_description_keeps_its_type() {
        let long = format!("multipart/mixed;boundary={}", "b".repeat(71));
        let unread = format!("--{}\r\nContent-Type: application/sdp\r\n\r\nx", "b".repeat(71));
        let cases: [(&str, &[u8]); 6] = [
            (&long, unread.as_bytes()),
            (
                "multipart/mixed;boundary=b",
                b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--",
            ),
            (
                "multipart/mixed;boundary=b",
                b"--b\r\nContent-Type: application/sdp\r\nContent-Transfer-Encoding: base64\r\n\r\ndj0w\r\n--b--",
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
