//! name-addr and addr-spec: From, To, Contact, Route and their like (RFC 3261 section 20.10).

use std::borrow::Cow;

use super::params::{Param, Params};
use super::text;
use super::uri::{Uri, has_scheme};
use crate::event::Address;
use aftercall_base::Redacted;

/// An address header taken apart, borrowed; its URI is read when asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameAddr<'a> {
    display: &'a [u8],
    uri: &'a [u8],
    /// The parameters of the header, not of the URI.
    pub params: Params<'a>,
}

impl<'a> NameAddr<'a> {
    /// Reads `"Display" <uri>;params` or `uri;params`. `None` when a quote or bracket does not end, or when a URI
    /// without brackets holds a comma, a `?`, a quote or a bracket (RFC 3261 section 20).
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (address, tail) = text::split_outside(bytes, b';');
        let params = Params::parse(tail.unwrap_or_default())?;
        let address = text::trim(address);
        match bracket(address)? {
            Some(open) => {
                let (display, uri) = address.split_at_checked(open)?;
                let uri = uri.strip_prefix(b"<")?.strip_suffix(b">")?;
                Some(Self {
                    display: text::trim(display),
                    uri: text::trim(uri),
                    params,
                })
            }
            None if address.is_empty() || address.iter().any(|byte| b",?\"<>".contains(byte)) => None,
            None => Some(Self {
                display: b"",
                uri: address,
                params,
            }),
        }
    }

    /// The display name as text, unquoted; empty when absent.
    pub fn display(&self) -> String {
        text::readable(&text::unquoted(self.display)).into_owned()
    }

    /// Whether it is one address whose URI has a scheme, with one tag at most: two addresses, or two tags, would make two
    /// dialogs of one (RFC 3261 sections 7.3.1 and 20.39).
    pub(super) fn is_identity(&self) -> bool {
        has_scheme(self.uri)
            && is_one_uri(self.uri)
            && !names_another(self.display)
            && !self.params.repeats("tag")
            && self.params.iter().all(Param::is_one)
    }

    /// The bytes of the URI.
    pub fn uri_bytes(&self) -> &'a [u8] {
        self.uri
    }

    /// The URI; `None` when it breaks the grammar.
    pub fn uri(&self) -> Option<Uri> {
        Uri::parse(self.uri)
    }

    /// The tag of From or To; `None` when absent or empty.
    pub fn tag(&self) -> Option<Cow<'a, str>> {
        self.params.text("tag").filter(|tag| !tag.is_empty())
    }

    /// Taken apart for the application. A URI that cannot be read leaves all but the display name empty.
    pub fn to_address(&self) -> Address {
        let mut address = self.uri().map(|uri| uri.to_address()).unwrap_or_default();
        address.display = Redacted::new(self.display());
        address
    }
}

impl Address {
    /// Reads the first address of a header's text, for headers that only the application knows; `None` when it breaks
    /// the grammar.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, _) = text::split_outside(text.as_bytes(), b',');
        Some(NameAddr::parse(first)?.to_address())
    }
}

/// Whether no second URI stands behind the first. A blank alone is forgiven: some write a name into the user part.
fn is_one_uri(uri: &[u8]) -> bool {
    let mut words = uri.split(|byte| text::is_space(*byte)).skip(1);
    !uri.iter().any(|byte| b"<>\"".contains(byte)) && !words.any(is_reachable)
}

/// Whether an address stands where a display name should, before a comma. A comma in a name is forgiven.
fn names_another(display: &[u8]) -> bool {
    let elements: Vec<_> = text::comma_list(display).collect();
    let before_commas = elements.split_last().map_or(&[][..], |(_, before)| before);
    before_commas.iter().any(|element| is_reachable(element))
}

fn is_reachable(text: &[u8]) -> bool {
    Uri::parse(text).is_some_and(|uri| uri.is_sip() || uri.scheme() == "tel")
}

/// From or To written anew without what says nothing: a `;` at its end, and a tag without a value, behind which the tag
/// of ours would not be found (a tag is a token: RFC 3261 section 25.1). `None` when there is nothing to leave out.
pub(super) fn repaired(value: &[u8]) -> Option<Vec<u8>> {
    let params = NameAddr::parse(value)?.params;
    let (address, tail) = text::split_outside(value, b';');
    let tail = text::trim(tail?);
    let ends_open = tail.is_empty() || tail.ends_with(b";");
    let is_empty_tag =
        |param: &Param<'_>| param.name.eq_ignore_ascii_case(b"tag") && param.text().trim().is_empty();
    if !ends_open && !params.iter().any(|param| is_empty_tag(&param)) {
        return None;
    }
    let mut repaired = text::trim(address).to_vec();
    for param in params.iter().filter(|param| !is_empty_tag(param)) {
        repaired.push(b';');
        repaired.extend_from_slice(param.raw);
    }
    Some(repaired)
}

/// Where the `<` stands outside a quoted display name; the outer `None` when a quote does not end.
fn bracket(address: &[u8]) -> Option<Option<usize>> {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in address.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'<' if !quoted => return Some(Some(at)),
            _ => {}
        }
    }
    (!quoted).then_some(None)
}

#[cfg(test)]
mod tests {
    use super::NameAddr;

    #[test]
    fn both_forms_are_taken_apart() {
        let full = NameAddr::parse(br#" "A. G. \"Bell\"" <sip:a.bell@h;user=phone> ; tag = x1 "#).unwrap();
        assert_eq!(full.display(), r#"A. G. "Bell""#);
        assert_eq!(full.tag().unwrap(), "x1");
        let address = full.to_address();
        assert_eq!(address.user.expose(), "a.bell");
        assert_eq!(address.parameters, [("user".to_owned(), "phone".to_owned())]);
        let bare = NameAddr::parse(b"sip:bob@h;tag=2").unwrap();
        assert_eq!(bare.uri_bytes(), b"sip:bob@h");
        assert_eq!(
            bare.tag().unwrap(),
            "2",
            "after a bare URI the parameters are the header's"
        );
    }

    #[test]
    fn display_name_may_touch_the_bracket_hold_a_comma_or_be_latin_1() {
        assert_eq!(
            NameAddr::parse(b"caller<sip:c@h>;tag=3").unwrap().display(),
            "caller"
        );
        assert_eq!(
            NameAddr::parse(b"Bell, Alexander <sip:a@h>").unwrap().display(),
            "Bell, Alexander"
        );
        let latin = NameAddr::parse(b"\"M\xe4ki\" <sip:m@h>;tag=4").unwrap();
        assert_eq!(
            (latin.display().as_str(), latin.tag().unwrap().as_ref()),
            ("Mäki", "4")
        );
    }

    #[test]
    fn identity_is_one_address_with_a_scheme() {
        for text in [
            "Bell, Alexander <sip:a@h>;tag=1",
            "\"<sip:x@h>, y\" <sip:a@h>",
            "<sip:John Doe@h>;x=\"a,b\"",
            "<tel:+358401234567>",
            "sip:a@h;tag=1",
            "<urn:service:sos>",
        ] {
            assert!(NameAddr::parse(text.as_bytes()).unwrap().is_identity(), "{text}");
        }
        for text in [
            "<sip:a@h>, <sip:b@h>",
            "<sip:a@h> <sip:b@h>",
            "<sip:a@h><sip:b@h>",
            "<sip:a@h sip:b@h>",
            "sip:a@h, sip:b@h",
            "sip:a@h sip:b@h",
            "sip:a@h, <sip:b@h>",
            "<sip:a@h>;tag=1, <sip:b@h>",
            "<sip:a@h>;x, sip:b@h",
            "<q>",
            "q",
            "<>",
            "<@h>",
        ] {
            let one = NameAddr::parse(text.as_bytes()).is_some_and(|address| address.is_identity());
            assert!(!one, "{text}");
        }
    }

    #[test]
    fn open_quotes_and_brackets_and_bare_questions_are_refused() {
        for text in [
            "",
            ";tag=1",
            r#""Mr. J. User <sip:j.user@example.com>"#,
            "<sip:a@h",
            "<sip:a@h> x;tag=1",
            "sip:user@example.com?Route=%3Csip:sip.example.com%3E",
            "<sip:a@h>;;;;",
            r#""N <sip:nps@h>;x="a;b""#,
            r#"<sip:a@h>;x"y""#,
        ] {
            assert_eq!(NameAddr::parse(text.as_bytes()), None, "{text}");
        }
    }
}
