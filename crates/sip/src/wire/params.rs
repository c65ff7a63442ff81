//! The parameters after a header value: `;name=value;flag;name="quoted"` (RFC 3261 section 25.1).

use std::borrow::Cow;

use super::text;

/// The parameters of a Via, a name-addr or a media type; borrowed, read when asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Params<'a>(&'a [u8]);

/// One parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param<'a> {
    /// The name as written.
    pub name: &'a [u8],
    /// The value as written, quotes included; `None` for a flag.
    pub value: Option<&'a [u8]>,
    /// Name and value together, as written.
    pub raw: &'a [u8],
}

impl<'a> Params<'a> {
    /// Reads what stands after the first `;`. `None` when a parameter has no name or a quote does not end. One
    /// `;` too many at the end is forgiven.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let bytes = text::trim(bytes);
        let bytes = match bytes.strip_suffix(b";") {
            Some(before) if !before.is_empty() => text::trim(before),
            _ => bytes,
        };
        let params = Self(bytes);
        let sound = bytes.is_empty() || params.iter().all(|param| param.is_sound());
        sound.then_some(params)
    }

    /// All parameters in order.
    pub fn iter(self) -> impl Iterator<Item = Param<'a>> + use<'a> {
        let mut rest = Some(self.0).filter(|bytes| !bytes.is_empty());
        std::iter::from_fn(move || {
            let (raw, tail) = text::split_outside(rest?, b';');
            rest = tail;
            Some(Param::read(text::trim(raw)))
        })
    }

    /// The parameter of that name, compared without regard to case.
    pub fn find(self, name: &str) -> Option<Param<'a>> {
        self.iter()
            .find(|param| param.name.eq_ignore_ascii_case(name.as_bytes()))
    }

    /// What stands after the first `;` as it is, for reading what can be read: of a message that is refused, and where an
    /// empty parameter says nothing.
    pub(super) const fn unchecked(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether that parameter stands more than once.
    pub(super) fn repeats(self, name: &str) -> bool {
        let named = |param: &Param<'_>| param.name.eq_ignore_ascii_case(name.as_bytes());
        self.iter().filter(named).nth(1).is_some()
    }

    /// The value of that parameter as text, unquoted; empty for a flag, `None` when absent.
    pub fn text(self, name: &str) -> Option<Cow<'a, str>> {
        self.find(name).map(Param::text)
    }
}

impl<'a> Param<'a> {
    pub(super) fn read(raw: &'a [u8]) -> Self {
        match text::split_once(raw, b'=') {
            Some((name, value)) => Self {
                name: text::trim(name),
                value: Some(text::trim(value)),
                raw,
            },
            None => Self {
                name: raw,
                value: None,
                raw,
            },
        }
    }

    /// The value as text, unquoted; empty for a flag.
    pub fn text(self) -> Cow<'a, str> {
        match self.value.map(text::unquoted) {
            Some(Cow::Borrowed(plain)) => text::readable(plain),
            Some(Cow::Owned(plain)) => Cow::Owned(text::readable(&plain).into_owned()),
            None => Cow::Borrowed(""),
        }
    }

    /// Whether it can belong to one address: a comma or a bracket outside quotes would begin another (RFC 3261 section 25.1).
    pub(super) fn is_one(self) -> bool {
        let value = self.value.filter(|value| !value.starts_with(b"\""));
        let mut bytes = self.name.iter().chain(value.unwrap_or_default());
        !bytes.any(|byte| b",<>".contains(byte))
    }

    pub(super) fn is_sound(self) -> bool {
        let is_odd = |byte: &u8| text::is_space(*byte) || *byte == b'"';
        let name_is_sound = !self.name.is_empty() && !self.name.iter().any(is_odd);
        let value_is_sound = match self.value {
            None => true,
            Some([b'"', rest @ ..]) => ends_quoted(rest),
            Some(value) => !value.contains(&b'"'),
        };
        name_is_sound && value_is_sound
    }
}

/// Whether the quoted string that began just before `rest` ends exactly at its end.
fn ends_quoted(rest: &[u8]) -> bool {
    let mut escaped = false;
    for (at, byte) in rest.iter().enumerate() {
        match (escaped, byte) {
            (false, b'\\') => escaped = true,
            (false, b'"') => return at + 1 == rest.len(),
            _ => escaped = false,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn parameters_are_read_with_spaces_quotes_and_flags() {
        let params = Params::parse(br#" tag =  a1 ; lr;x="a;b\"c""#).unwrap();
        assert_eq!(params.text("TAG").unwrap(), "a1");
        assert_eq!(params.text("lr").unwrap(), "");
        assert_eq!(params.text("x").unwrap(), "a;b\"c");
        assert_eq!(params.text("y"), None);
    }

    #[test]
    fn empty_parameters_and_open_quotes_are_refused() {
        for text in [";", ";;", "a=1;;b", "=1", r#"a="b"#, r#"a="b"c"#, "a b"] {
            assert!(Params::parse(text.as_bytes()).is_none(), "{text}");
        }
        assert!(
            Params::parse(b"a=1;").is_some(),
            "one semicolon at the end is forgiven"
        );
    }
}
