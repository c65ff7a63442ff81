//! What every message must have before anything else looks at it (RFC 3261 sections 8.1.1 and 20).
//!
//! Only headers on which the protocol depends are read here. A malformed Date, Warning or Subject never costs a
//! call; nor does Max-Forwards, which is for whoever would forward the request: one that cannot be read is as good as
//! none (RFC 4475 section 3.1.2.4 leaves that choice).

use super::address::NameAddr;
use super::cseq::Cseq;
use super::error::Defect;
use super::headers::{HeaderValue, Headers};
use super::method::Method;
use super::name::HeaderName;
use super::text;
use super::via::Via;

/// Headers that may stand once: a list is not what they are, so two lines of them say nothing that could be read, whatever
/// their values (RFC 3261 section 7.3.1, RFC 4475 section 3.3.8).
const SINGLE: [HeaderName; 5] = [
    HeaderName::From,
    HeaderName::To,
    HeaderName::CallId,
    HeaderName::Cseq,
    HeaderName::MaxForwards,
];

/// The first thing wrong with the headers; `method` is the one of a Request-Line.
pub(super) fn check(headers: &Headers, method: Option<&Method>) -> Result<(), Defect> {
    for name in &SINGLE {
        match method {
            Some(_) => check_once(headers, name)?,
            None => check_agreeing(headers, name)?,
        }
    }
    check_agreeing(headers, &HeaderName::ContentLength)?;
    check_via(headers)?;
    check_address(mandatory(headers, &HeaderName::From, "From")?, "From")?;
    check_address(mandatory(headers, &HeaderName::To, "To")?, "To")?;
    mandatory(headers, &HeaderName::CallId, "Call-ID")?;
    let cseq = Cseq::parse(mandatory(headers, &HeaderName::Cseq, "CSeq")?.as_bytes())
        .ok_or(Defect::Malformed("CSeq"))?;
    if method.is_some_and(is_bounded) && cseq.number > Cseq::HIGHEST {
        return Err(Defect::Malformed("CSeq"));
    }
    if method.is_some_and(|method| *method != cseq.method) {
        return Err(Defect::CseqMethod);
    }
    if method.is_some() {
        check_lower_vias(headers)?;
        check_uris(headers, &HeaderName::RecordRoute, "Record-Route")?;
    }
    check_uris(headers, &HeaderName::Contact, "Contact")
}

/// Whether the number of CSeq has to be one that the standard permits. What ends something, or confirms it, does so whatever its
/// number.
const fn is_bounded(method: &Method) -> bool {
    !matches!(method, Method::Bye | Method::Cancel | Method::Ack)
}

/// Content-Length in bytes; `None` when absent. Repetitions must agree.
pub(super) fn content_length(headers: &Headers) -> Result<Option<usize>, Defect> {
    check_agreeing(headers, &HeaderName::ContentLength)?;
    headers
        .first(&HeaderName::ContentLength)
        .map(|value| text::decimal(value.as_bytes()).ok_or(Defect::Malformed("Content-Length")))
        .transpose()
}

fn check_once(headers: &Headers, name: &HeaderName) -> Result<(), Defect> {
    match headers.all(name).nth(1) {
        None => Ok(()),
        Some(_) => Err(repeated(name)),
    }
}

/// The end of a message is known where its length is said twice alike; and a response is never answered anyway.
fn check_agreeing(headers: &Headers, name: &HeaderName) -> Result<(), Defect> {
    let mut values = headers.all(name);
    let first = values.next();
    match values.all(|other| Some(other) == first) {
        true => Ok(()),
        false => Err(repeated(name)),
    }
}

const fn repeated(name: &HeaderName) -> Defect {
    Defect::Repeated(match name {
        HeaderName::From => "From",
        HeaderName::To => "To",
        HeaderName::CallId => "Call-ID",
        HeaderName::Cseq => "CSeq",
        HeaderName::MaxForwards => "Max-Forwards",
        _ => "Content-Length",
    })
}

fn mandatory<'a>(
    headers: &'a Headers,
    name: &HeaderName,
    spelled: &'static str,
) -> Result<&'a HeaderValue, Defect> {
    headers
        .first(name)
        .filter(|value| !value.as_bytes().is_empty())
        .ok_or(Defect::Missing(spelled))
}

/// The top Via is ours to read.
fn check_via(headers: &Headers) -> Result<(), Defect> {
    let line = mandatory(headers, &HeaderName::Via, "Via")?;
    let top = text::comma_list(line.as_bytes()).next();
    match top.and_then(Via::parse) {
        Some(_) => Ok(()),
        None => Err(Defect::Malformed("Via")),
    }
}

/// Those below are only echoed, but something that is no Via leads no response back.
fn check_lower_vias(headers: &Headers) -> Result<(), Defect> {
    match headers.list(&HeaderName::Via).skip(1).all(Via::is_like_one) {
        true => Ok(()),
        false => Err(Defect::Malformed("Via")),
    }
}

fn check_address(value: &HeaderValue, spelled: &'static str) -> Result<(), Defect> {
    match NameAddr::parse(value.as_bytes()) {
        Some(address) if address.is_identity() => Ok(()),
        Some(_) | None => Err(Defect::Malformed(spelled)),
    }
}

/// Our later requests go where Contact and Record-Route say, so their URIs must be sound; `*` belongs to REGISTER.
fn check_uris(headers: &Headers, name: &HeaderName, spelled: &'static str) -> Result<(), Defect> {
    let sound = headers
        .list(name)
        .filter(|element| *element != b"*")
        .all(|element| NameAddr::parse(element).is_some_and(|address| address.uri().is_some()));
    if sound {
        Ok(())
    } else {
        Err(Defect::Malformed(spelled))
    }
}
