//! Forms as browsers send them: `application/x-www-form-urlencoded` (WHATWG URL, section 5), at most 16 KiB. Pure.

use std::fmt;

/// Bytes of a form.
pub const MOST_BYTES: usize = 16 * 1024;
/// Fields of a form.
const MOST_FIELDS: usize = 200;

/// The fields of a form, in their order.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Form(Vec<(String, String)>);

impl fmt::Debug for Form {
    /// Fields may be passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Form({} fields)", self.0.len())
    }
}

impl Form {
    /// Reads a form; `None` for what no browser sends: too much, a broken octet, text that is not UTF-8.
    pub fn read(body: &[u8]) -> Option<Self> {
        if body.len() > MOST_BYTES {
            return None;
        }
        let mut fields = Vec::new();
        for field in body.split(|byte| *byte == b'&').filter(|field| !field.is_empty()) {
            if fields.len() >= MOST_FIELDS {
                return None;
            }
            let mut parts = field.splitn(2, |byte| *byte == b'=');
            let name = decoded(parts.next().unwrap_or_default())?;
            let value = decoded(parts.next().unwrap_or_default())?;
            fields.push((name, value));
        }
        Some(Self(fields))
    }

    /// Names and values.
    pub(super) fn into_fields(self) -> Vec<(String, String)> {
        self.0
    }

    /// The value of a field; empty where it is not there, as for a field that was left empty.
    pub fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// A name or a value: `+` is a space, and `%` stands before two hexadecimal digits.
fn decoded(text: &[u8]) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.iter().copied();
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'+' => b' ',
            b'%' => {
                let (high, low) = (digit(bytes.next()?)?, digit(bytes.next()?)?);
                high << 4 | low
            }
            byte => byte,
        });
    }
    String::from_utf8(decoded).ok()
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Form, MOST_BYTES};
    use aftercall_pages::address::Address;

    #[test]
    fn form_is_read_as_browsers_write_it() {
        let form = Form::read(b"name=Anna+K%C3%A4&empty=&other=on&&lonely&name=second").unwrap();
        assert_eq!(form.get("name"), "Anna K\u{e4}");
        assert_eq!(
            (form.get("empty"), form.get("missing"), form.get("lonely")),
            ("", "", "")
        );
        assert_eq!(Form::read(b"a=b=c").unwrap().get("a"), "b=c");
        assert_eq!(Form::read(b"").unwrap(), Form::default());
        assert_eq!(format!("{form:?}"), "Form(5 fields)");
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        for body in [&b"a=%"[..], b"a=%4", b"a=%zz", b"a=%ff", b"\xff=a"] {
            assert_eq!(Form::read(body), None, "{body:?}");
        }
        assert_eq!(Form::read(&vec![b'a'; MOST_BYTES + 1]), None);
        assert_eq!(Form::read("a=b&".repeat(201).as_bytes()), None);
    }

    fn encoded(text: &str) -> String {
        text.bytes().map(|byte| format!("%{byte:02x}")).collect()
    }

    proptest! {
        #[test]
        fn any_octets_are_read_or_refused_without_a_panic(body in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Some(form) = Form::read(&body) {
                prop_assert!(form.0.iter().all(|(name, value)| name.len() + value.len() <= body.len()));
            }
        }

        /// An address is read by the rules of forms: what a page writes into a link, the page behind it reads.
        #[test]
        fn parameters_come_back_from_the_address_that_is_made_of_them(
            parameters in prop::collection::vec((".{0,8}", ".{0,8}"), 0..12),
        ) {
            let address = Address::new(parameters);
            let printed = address.at("/calls");
            prop_assert!(printed.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"'\\#".contains(&byte)));
            let query = printed.split_once('?').map_or("", |(_, query)| query);
            let read = Form::read(query.as_bytes()).map(|form| Address::new(form.0));
            prop_assert_eq!(read.as_ref(), Some(&address));
            prop_assert_eq!(read.map(|read| read.at("/calls")), Some(printed));
        }

        #[test]
        fn fields_come_back_as_they_were_sent(fields in prop::collection::vec((".{1,8}", ".{0,8}"), 0..5)) {
            let body: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
                .collect();
            prop_assert_eq!(Form::read(body.join("&").as_bytes()), Some(Form(fields)));
        }
    }
}
