//! The head of a message: its lines, its start line, its headers.
//!
//! Reading goes on after a defect, so that a broken request still yields the Vias that its refusal must carry. The
//! first defect is kept.

use super::error::Defect;
use super::headers::{HeaderValue, Headers};
use super::limits::MessageLimits;
use super::method::Method;
use super::name::HeaderName;
use super::text;
use super::uri::Uri;

/// A head as far as it could be read.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) start: StartLine,
    pub(super) headers: Headers,
    /// The first thing wrong with it.
    pub(super) defect: Option<Defect>,
}

/// What a start line says.
#[derive(Debug)]
pub(super) enum StartLine {
    /// A Request-Line; without a URI when that is malformed.
    Request { method: Method, uri: Option<Uri> },
    /// A Status-Line.
    Response { status: u16, reason: String },
    /// Neither.
    Foreign,
}

impl Head {
    /// Reads up to the empty line, or to the end; what follows is the body.
    pub(super) fn read<'a>(bytes: &'a [u8], limits: &MessageLimits) -> (Self, &'a [u8]) {
        let (line, mut rest) = split_line(bytes);
        let (start, defect) = read_start(line);
        let mut head = Self {
            start,
            headers: Headers::new(),
            defect,
        };
        let mut current = CurrentHeader::default();
        while !rest.is_empty() {
            let (line, after) = split_line(rest);
            rest = after;
            if line.is_empty() {
                break;
            }
            head.read_line(line, &mut current, limits);
        }
        (head, rest)
    }

    /// A line over a limit is left out, unless it is one without which the sender cannot match our refusal, or the end of
    /// the message cannot be found. The size of the message bounds those.
    fn read_line(&mut self, line: &[u8], current: &mut CurrentHeader, limits: &MessageLimits) {
        if line.first().is_some_and(|first| text::is_space(*first)) {
            return self.fold(line, current, limits);
        }
        let Some((name, value)) = read_header(line) else {
            *current = CurrentHeader::default();
            return self.note(Defect::HeaderLine);
        };
        let is_needed = is_needed(&name);
        let defect = if line.len() > limits.line_bytes {
            Some(Defect::LineTooLong)
        } else if self.headers.len() >= limits.headers {
            Some(Defect::TooManyHeaders)
        } else {
            None
        };
        *current = CurrentHeader {
            bytes: line.len(),
            is_kept: defect.is_none() || is_needed,
            is_needed,
        };
        if let Some(defect) = defect {
            self.note(defect);
        }
        if current.is_kept {
            self.headers.push(name, value);
        }
    }

    fn fold(&mut self, line: &[u8], current: &mut CurrentHeader, limits: &MessageLimits) {
        current.bytes += line.len();
        if current.bytes > limits.line_bytes {
            self.note(Defect::LineTooLong);
            current.is_kept &= current.is_needed;
        }
        match self.headers.last_mut() {
            Some(value) if current.is_kept => value.unfold(text::trim(line)),
            Some(_) => {}
            None => self.note(Defect::HeaderLine),
        }
    }

    /// Keeps the first defect.
    pub(super) fn note(&mut self, defect: Defect) {
        self.defect.get_or_insert(defect);
    }
}

/// The header whose lines are read.
#[derive(Debug, Default)]
struct CurrentHeader {
    /// With its folds.
    bytes: usize,
    is_kept: bool,
    is_needed: bool,
}

/// Whether a response must repeat it (RFC 3261 section 8.2.6.2), or the end of the message follows from it.
const fn is_needed(name: &HeaderName) -> bool {
    matches!(
        name,
        HeaderName::Via
            | HeaderName::From
            | HeaderName::To
            | HeaderName::CallId
            | HeaderName::Cseq
            | HeaderName::ContentLength
    )
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

fn read_start(line: &[u8]) -> (StartLine, Option<Defect>) {
    let line = text::trim(line);
    if line
        .get(..4)
        .is_some_and(|name| name.eq_ignore_ascii_case(b"SIP/"))
    {
        return read_status_line(line).map_or((StartLine::Foreign, Some(Defect::StartLine)), |start| {
            (start, None)
        });
    }
    read_request_line(line).unwrap_or((StartLine::Foreign, Some(Defect::StartLine)))
}

/// `SIP/2.0 200 OK`; the phrase may be empty or absent.
fn read_status_line(line: &[u8]) -> Option<StartLine> {
    let (version, rest) = text::split_once(line, b' ')?;
    let rest = text::trim(rest);
    let (status, reason) = text::split_once(rest, b' ').unwrap_or((rest, b""));
    let status = text::decimal::<u16>(status).filter(|status| status_is_sound(*status))?;
    version
        .eq_ignore_ascii_case(b"SIP/2.0")
        .then(|| StartLine::Response {
            status,
            reason: text::readable(text::trim(reason)).into_owned(),
        })
}

const fn status_is_sound(status: u16) -> bool {
    matches!(status, 100..700)
}

/// `INVITE sip:a@h SIP/2.0`; more spaces than one are forgiven between the parts, not inside the URI. Without a version it is
/// still distinguished from what is no request, so that a sender of SIP gets a response.
fn read_request_line(line: &[u8]) -> Option<(StartLine, Option<Defect>)> {
    let (method, rest) = text::split_once(line, b' ')?;
    let method = Method::from_bytes(method)?;
    let rest = text::trim(rest);
    let cut = rest.iter().rposition(|byte| *byte == b' ').unwrap_or(0);
    let (uri, version) = rest.split_at_checked(cut)?;
    let version = text::trim(version);
    let names_sip = version
        .get(..4)
        .is_some_and(|name| name.eq_ignore_ascii_case(b"SIP/"));
    if !names_sip {
        let uri = Uri::parse(rest);
        return Some((StartLine::Request { method, uri }, Some(Defect::NoVersion)));
    }
    let uri = Uri::parse(text::trim(uri));
    let defect = if version.eq_ignore_ascii_case(b"SIP/2.0") {
        uri.is_none().then_some(Defect::RequestUri)
    } else {
        Some(Defect::Version)
    };
    Some((StartLine::Request { method, uri }, defect))
}
