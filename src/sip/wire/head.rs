//! The head of a message: its lines, its start line, its headers.
//!
//! Reading goes on after a defect, so that a broken request still yields the Vias that its refusal must carry. The
//! first defect is kept.

use super::error::Defect;
use super::headers::{HeaderValue, Headers};
use super::limits::Limits;
use super::method::Method;
use super::name::HeaderName;
use super::text;
use super::uri::Uri;

/// A head as far as it could be read.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) start: Start,
    pub(super) headers: Headers,
    /// The first thing wrong with it.
    pub(super) defect: Option<Defect>,
}

/// What a start line says.
#[derive(Debug)]
pub(super) enum Start {
    /// A Request-Line; without a URI when that is malformed.
    Request { method: Method, uri: Option<Uri> },
    /// A Status-Line.
    Response { status: u16, reason: String },
    /// Neither.
    Foreign,
}

impl Head {
    /// Reads up to the empty line, or to the end; what follows is the body.
    pub(super) fn read<'a>(bytes: &'a [u8], limits: &Limits) -> (Self, &'a [u8]) {
        let (line, mut rest) = split_line(bytes);
        let (start, defect) = read_start(line);
        let mut head = Self {
            start,
            headers: Headers::new(),
            defect,
        };
        let mut value_bytes = 0;
        while !rest.is_empty() {
            let (line, after) = split_line(rest);
            rest = after;
            if line.is_empty() {
                break;
            }
            head.read_line(line, &mut value_bytes, limits);
        }
        (head, rest)
    }

    /// `value_bytes` counts the current header with its folds.
    fn read_line(&mut self, line: &[u8], value_bytes: &mut usize, limits: &Limits) {
        let folded = line.first().is_some_and(|first| text::is_space(*first));
        *value_bytes = if folded {
            *value_bytes + line.len()
        } else {
            line.len()
        };
        if *value_bytes > limits.line_bytes {
            return self.note(Defect::LineTooLong);
        }
        if folded {
            return match self.headers.last_mut() {
                Some(value) => value.unfold(text::trim(line)),
                None => self.note(Defect::HeaderLine),
            };
        }
        if self.headers.len() >= limits.headers {
            return self.note(Defect::TooManyHeaders);
        }
        match read_header(line) {
            Some((name, value)) => self.headers.push(name, value),
            None => self.note(Defect::HeaderLine),
        }
    }

    /// Keeps the first defect.
    pub(super) fn note(&mut self, defect: Defect) {
        self.defect.get_or_insert(defect);
    }
}

/// One line without its end, and what follows. A line ends with LF; a CR before it belongs to the end.
fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = text::split_once(bytes, b'\n').unwrap_or((bytes, b""));
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

fn read_header(line: &[u8]) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = text::split_once(line, b':')?;
    let name = HeaderName::from_bytes(text::trim(name))?;
    Some((name, HeaderValue::from(text::trim(value))))
}

fn read_start(line: &[u8]) -> (Start, Option<Defect>) {
    let line = text::trim(line);
    if line
        .get(..4)
        .is_some_and(|name| name.eq_ignore_ascii_case(b"SIP/"))
    {
        return read_status_line(line)
            .map_or((Start::Foreign, Some(Defect::StartLine)), |start| (start, None));
    }
    read_request_line(line).unwrap_or((Start::Foreign, Some(Defect::StartLine)))
}

/// `SIP/2.0 200 OK`; the phrase may be empty or absent.
fn read_status_line(line: &[u8]) -> Option<Start> {
    let (version, rest) = text::split_once(line, b' ')?;
    let rest = text::trim(rest);
    let (status, reason) = text::split_once(rest, b' ').unwrap_or((rest, b""));
    let status = text::decimal::<u16>(status).filter(|status| status_is_sound(*status))?;
    version.eq_ignore_ascii_case(b"SIP/2.0").then(|| Start::Response {
        status,
        reason: text::readable(text::trim(reason)).into_owned(),
    })
}

const fn status_is_sound(status: u16) -> bool {
    matches!(status, 100..700)
}

/// `INVITE sip:a@h SIP/2.0`; more spaces than one are forgiven between the parts, not inside the URI.
fn read_request_line(line: &[u8]) -> Option<(Start, Option<Defect>)> {
    let (method, rest) = text::split_once(line, b' ')?;
    let method = Method::from_bytes(method)?;
    let rest = text::trim(rest);
    let cut = rest.iter().rposition(|byte| *byte == b' ')?;
    let (uri, version) = rest.split_at_checked(cut)?;
    let version = text::trim(version);
    if !version.get(..4)?.eq_ignore_ascii_case(b"SIP/") {
        return None;
    }
    let uri = Uri::parse(text::trim(uri));
    let defect = if version.eq_ignore_ascii_case(b"SIP/2.0") {
        uri.is_none().then_some(Defect::RequestUri)
    } else {
        Some(Defect::Version)
    };
    Some((Start::Request { method, uri }, defect))
}
