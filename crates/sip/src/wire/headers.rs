//! The headers of a message: an ordered list of names and bytes.
//!
//! Values are kept as the bytes that came, unfolded and trimmed, so that what the protocol only echoes is echoed
//! verbatim. Typed readings are made when asked for and answer `None` instead of panicking; a message that came
//! through the parser has had its mandatory headers read once already.

use std::borrow::Cow;
use std::fmt;

use super::address::{self, NameAddr};
use super::cseq::Cseq;
use super::name::HeaderName;
use super::params::Params;
use super::text;
use super::via::Via;
use super::write::without_line_ends;

/// The bytes of one header's value, without folds and outer white space.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct HeaderValue(Vec<u8>);

/// A header with its name in the long form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The name, compact forms expanded.
    pub name: HeaderName,
    /// The bytes after the colon, unfolded and trimmed.
    pub value: HeaderValue,
}

/// All headers of a message in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Headers(Vec<Header>);

impl HeaderValue {
    /// The bytes as they came.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As text: UTF-8 where it is UTF-8, else read as Latin-1.
    pub fn text(&self) -> Cow<'_, str> {
        text::readable(&self.0)
    }

    /// Joins a folded line with one space (RFC 3261 section 7.3.1).
    pub(super) fn unfold(&mut self, continuation: &[u8]) {
        if !self.0.is_empty() && !continuation.is_empty() {
            self.0.push(b' ');
        }
        self.0.extend(without_line_ends(continuation.to_vec()));
    }
}

impl fmt::Debug for HeaderValue {
    /// A header may carry a caller's number: its size is all that a log sees.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} bytes>", self.0.len())
    }
}

impl From<Vec<u8>> for HeaderValue {
    /// Line ends become spaces: a value cannot smuggle in a header.
    fn from(bytes: Vec<u8>) -> Self {
        Self(without_line_ends(bytes))
    }
}

impl From<&[u8]> for HeaderValue {
    fn from(bytes: &[u8]) -> Self {
        bytes.to_vec().into()
    }
}

impl From<String> for HeaderValue {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}

impl From<&str> for HeaderValue {
    fn from(text: &str) -> Self {
        text.as_bytes().into()
    }
}

impl Headers {
    /// No headers.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a header at the end.
    pub fn push(&mut self, name: HeaderName, value: impl Into<HeaderValue>) {
        let value = value.into();
        self.0.push(Header { name, value });
    }

    /// Adds a header before all others of its name, or at the end.
    pub fn push_first(&mut self, name: HeaderName, value: impl Into<HeaderValue>) {
        let at = self
            .0
            .iter()
            .position(|header| header.name == name)
            .unwrap_or(self.0.len());
        let value = value.into();
        self.0.insert(at, Header { name, value });
    }

    /// Replaces every header of that name by one, at the place of the first.
    pub fn set(&mut self, name: HeaderName, value: impl Into<HeaderValue>) {
        match self.first_mut(&name) {
            Some(first) => {
                *first = value.into();
                let mut seen = false;
                self.0
                    .retain(|header| header.name != name || !std::mem::replace(&mut seen, true));
            }
            None => self.push(name, value),
        }
    }

    /// Removes every header of that name.
    pub fn remove(&mut self, name: &HeaderName) {
        self.0.retain(|header| header.name != *name);
    }

    /// Every header in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Header> {
        self.0.iter()
    }

    /// How many header lines there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no header.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first header of that name.
    pub fn first(&self, name: &HeaderName) -> Option<&HeaderValue> {
        self.all(name).next()
    }

    pub(super) fn first_mut(&mut self, name: &HeaderName) -> Option<&mut HeaderValue> {
        self.0
            .iter_mut()
            .find(|header| header.name == *name)
            .map(|header| &mut header.value)
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut HeaderValue> {
        self.0.last_mut().map(|header| &mut header.value)
    }

    /// Every header of that name in order.
    pub fn all<'a>(&'a self, name: &HeaderName) -> impl Iterator<Item = &'a HeaderValue> {
        self.0
            .iter()
            .filter(move |header| header.name == *name)
            .map(|header| &header.value)
    }

    /// The elements of every header of that name, comma lists taken apart, empty elements left out.
    pub fn list<'a>(&'a self, name: &HeaderName) -> impl Iterator<Item = &'a [u8]> {
        self.all(name)
            .flat_map(|value| text::comma_list(value.as_bytes()))
            .filter(|element| !element.is_empty())
    }

    /// Whether a list header (Require, Supported, Allow, ...) names that token, without regard to case.
    pub fn lists(&self, name: &HeaderName, token: &str) -> bool {
        self.list(name)
            .any(|element| element.eq_ignore_ascii_case(token.as_bytes()))
    }

    /// The tokens of a list header as text, for example the option tags of Require.
    pub fn tokens<'a>(&'a self, name: &HeaderName) -> impl Iterator<Item = Cow<'a, str>> {
        self.list(name).map(text::readable)
    }

    /// Whether the sender takes a body of that media type in the response: named by Accept, alone or by a wildcard, and not
    /// with `q=0`. Without Accept it takes a session description; an empty one takes nothing (RFC 3261 section 20.1).
    pub fn accepts(&self, media_type: &str) -> bool {
        let (kind, _) = media_type.split_once('/').unwrap_or((media_type, ""));
        let names_it = |element: &[u8]| {
            let (range, parameters) = text::split_outside(element, b';');
            let range: String = text::readable(range)
                .chars()
                .filter(|symbol| !symbol.is_whitespace())
                .collect();
            let named = ["*", "*/*", media_type]
                .iter()
                .any(|known| range.eq_ignore_ascii_case(known))
                || range.eq_ignore_ascii_case(&format!("{kind}/*"));
            let quality = Params::unchecked(parameters.unwrap_or_default())
                .text("q")
                .and_then(|quality| quality.trim().parse::<f32>().ok());
            named && quality != Some(0.0)
        };
        self.first(&HeaderName::Accept).is_none() || self.list(&HeaderName::Accept).any(names_it)
    }

    /// The topmost Via.
    pub fn top_via(&self) -> Option<Via<'_>> {
        Via::parse(self.list(&HeaderName::Via).next()?)
    }

    /// What can be read of the topmost Via of a message that is refused.
    pub fn top_via_for_refusal(&self) -> Option<Via<'_>> {
        Via::parse_for_refusal(self.list(&HeaderName::Via).next()?)
    }

    /// Leaves out what says nothing in the headers that are echoed, so that whoever reads our echo, we ourselves
    /// included, can read it: empty elements of lists, empty tags, a `;` at the end.
    pub(super) fn mend_echoed(&mut self) {
        for header in &mut self.0 {
            let repaired = match header.name {
                HeaderName::From | HeaderName::To => address::repaired(header.value.as_bytes()),
                HeaderName::Via | HeaderName::RecordRoute => text::without_empty(header.value.as_bytes()),
                _ => None,
            };
            if let Some(repaired) = repaired {
                header.value = repaired.into();
            }
        }
        self.0.retain(|header| {
            let is_list = matches!(header.name, HeaderName::Via | HeaderName::RecordRoute);
            !is_list || !header.value.as_bytes().is_empty()
        });
    }

    /// The dialog's Call-ID.
    pub fn call_id(&self) -> Option<&HeaderValue> {
        self.first(&HeaderName::CallId)
    }

    /// Sequence number and method.
    pub fn cseq(&self) -> Option<Cseq> {
        Cseq::parse(self.first(&HeaderName::Cseq)?.as_bytes())
    }

    /// Who sent the request.
    pub fn from(&self) -> Option<NameAddr<'_>> {
        NameAddr::parse(self.first(&HeaderName::From)?.as_bytes())
    }

    /// The To header: whom the request is for.
    pub fn to(&self) -> Option<NameAddr<'_>> {
        NameAddr::parse(self.first(&HeaderName::To)?.as_bytes())
    }

    /// The tag of From; `None` when absent, as RFC 2543 allowed.
    pub fn from_tag(&self) -> Option<Cow<'_, str>> {
        self.from()?.tag()
    }

    /// The tag of To.
    pub fn to_tag(&self) -> Option<Cow<'_, str>> {
        self.to()?.tag()
    }

    /// The first Contact.
    pub fn contact(&self) -> Option<NameAddr<'_>> {
        NameAddr::parse(self.list(&HeaderName::Contact).next()?)
    }

    /// Record-Route in order, each element as it came.
    pub fn record_route(&self) -> impl Iterator<Item = &[u8]> {
        self.list(&HeaderName::RecordRoute)
    }

    /// Route in order, each element as it came.
    pub fn route(&self) -> impl Iterator<Item = &[u8]> {
        self.list(&HeaderName::Route)
    }

    /// How many hops the request may still go, 0-255; `None` when absent.
    pub fn max_forwards(&self) -> Option<u8> {
        text::decimal(self.first(&HeaderName::MaxForwards)?.as_bytes())
    }

    /// The media type, lower case, without parameters, for example `application/sdp`.
    pub fn content_type(&self) -> Option<String> {
        let (kind, _) = self.parameterised(&HeaderName::ContentType)?;
        Some(kind.chars().filter(|symbol| !symbol.is_whitespace()).collect())
    }

    /// How the body is meant (RFC 3261 section 20.11), lower case: `session`, `render`, ... with its parameters
    /// (`handling=optional`).
    pub fn content_disposition(&self) -> Option<(String, Params<'_>)> {
        self.parameterised(&HeaderName::ContentDisposition)
    }

    /// The text of the Reason header, or its cause when it has no text (RFC 3326).
    pub fn reason(&self) -> Option<String> {
        let reason = self.list(&HeaderName::Reason).next()?;
        let (protocol, params) = split_params(reason);
        if let Some(words) = params.text("text") {
            return Some(words.into_owned());
        }
        Some(match params.text("cause") {
            Some(cause) => format!("{protocol} {cause}"),
            None => protocol.into_owned(),
        })
    }

    fn parameterised(&self, name: &HeaderName) -> Option<(String, Params<'_>)> {
        let (value, params) = split_params(self.first(name)?.as_bytes());
        Some((value.to_ascii_lowercase(), params))
    }
}

/// An empty parameter says nothing, and none of these is echoed: it costs neither the body nor the reason.
fn split_params(value: &[u8]) -> (Cow<'_, str>, Params<'_>) {
    let (head, tail) = text::split_outside(value, b';');
    (
        text::readable(text::trim(head)),
        Params::unchecked(tail.unwrap_or_default()),
    )
}

impl<'a> IntoIterator for &'a Headers {
    type Item = &'a Header;
    type IntoIter = std::slice::Iter<'a, Header>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{HeaderName, HeaderValue, Headers};

    #[test]
    fn lists_run_over_lines_and_commas() {
        let mut headers = Headers::new();
        headers.push(HeaderName::Require, "100rel , timer");
        headers.push(HeaderName::Require, "x-new");
        let tokens: Vec<_> = headers.tokens(&HeaderName::Require).collect();
        assert_eq!(tokens, ["100rel", "timer", "x-new"]);
        assert!(headers.lists(&HeaderName::Require, "TIMER"));
    }

    #[test]
    fn set_leaves_one_header_at_the_place_of_the_first() {
        let mut headers = Headers::new();
        headers.push(HeaderName::To, "a");
        headers.push(HeaderName::Subject, "b");
        headers.push(HeaderName::To, "c");
        headers.set(HeaderName::To, "d");
        let names: Vec<_> = headers
            .iter()
            .map(|header| (header.name.as_str(), header.value.text()))
            .collect();
        assert_eq!(names, [("To", "d".into()), ("Subject", "b".into())]);
    }

    #[test]
    fn reason_and_media_types_are_read_with_their_parameters() {
        let mut headers = Headers::new();
        headers.push(HeaderName::Reason, r#"Q.850;cause=16;text="Normal; clearing""#);
        headers.push(HeaderName::ContentType, "Application / SDP ;charset=utf-8");
        headers.push(HeaderName::ContentDisposition, "Session;handling=optional");
        assert_eq!(headers.reason().unwrap(), "Normal; clearing");
        assert_eq!(headers.content_type().unwrap(), "application/sdp");
        let (disposition, params) = headers.content_disposition().unwrap();
        assert_eq!(disposition, "session");
        assert_eq!(params.text("handling").unwrap(), "optional");
    }

    #[test]
    fn empty_parameters_of_a_type_and_a_reason_say_nothing() {
        for ends in [
            ";",
            ";;",
            ";;charset=utf-8",
            "; ;",
            ";=x",
            ";x=\"",
            ";;;handling=optional",
        ] {
            let mut headers = Headers::new();
            headers.push(HeaderName::ContentType, format!("application/sdp{ends}"));
            headers.push(
                HeaderName::ContentDisposition,
                format!("session{ends};handling=optional"),
            );
            headers.push(HeaderName::Reason, format!("Q.850;cause=16{ends};text=bye"));
            headers.push(HeaderName::Accept, format!("application/sdp{ends}"));
            assert_eq!(headers.content_type().unwrap(), "application/sdp", "{ends}");
            assert_eq!(headers.content_disposition().unwrap().0, "session", "{ends}");
            assert!(headers.accepts("application/sdp"), "{ends}");
            if !ends.contains('"') {
                assert_eq!(headers.reason().unwrap(), "bye", "{ends}");
            }
        }
        let mut headers = Headers::new();
        headers.push(HeaderName::Accept, "application/sdp;;q=0");
        assert!(!headers.accepts("application/sdp"));
    }

    #[test]
    fn accept_names_a_type_or_a_range_of_them() {
        for (lines, accepted) in [
            (&[][..], true),
            (&["application/sdp"], true),
            (&["text/plain, Application / SDP;level=1"], true),
            (&["application/isup", "application/sdp;q=0.1"], true),
            (&["application/*"], true),
            (&["text/html, */*;q=0.2"], true),
            (&[""], false),
            (&["application/sdp;q=0"], false),
            (&["application/sdp;q=0.0, text/plain"], false),
            (&["text/*"], false),
            (&["application/isup, multipart/mixed"], false),
        ] {
            let mut headers = Headers::new();
            for line in lines {
                headers.push(HeaderName::Accept, *line);
            }
            assert_eq!(headers.accepts("application/sdp"), accepted, "{lines:?}");
        }
    }

    #[test]
    fn value_cannot_smuggle_in_a_header_and_shows_only_its_size() {
        let value = HeaderValue::from("a\r\nVia: evil");
        assert_eq!(value.text(), "a  Via: evil");
        assert_eq!(format!("{value:?}"), "<12 bytes>");
    }
}
