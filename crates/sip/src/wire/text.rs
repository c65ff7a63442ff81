//! Small readers over bytes that the other files share.
//!
//! Headers are bytes here, not text: a display name in Latin-1 must survive. These readers know quoted strings
//! and angle brackets, index nothing and copy nothing.

use std::borrow::Cow;

/// Bytes as a person would read them: UTF-8 where they are UTF-8, else Latin-1.
pub(super) fn readable(bytes: &[u8]) -> Cow<'_, str> {
    match str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(bytes.iter().copied().map(char::from).collect()),
    }
}

/// Linear white space inside one unfolded line.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Without white space at both ends.
pub(super) fn trim(mut bytes: &[u8]) -> &[u8] {
    while let Some((first, rest)) = bytes.split_first()
        && is_space(*first)
    {
        bytes = rest;
    }
    while let Some((last, rest)) = bytes.split_last()
        && is_space(*last)
    {
        bytes = rest;
    }
    bytes
}

/// `token` of RFC 3261 section 25.1.
pub(super) const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'-' | b'.' | b'!' | b'%' | b'*' | b'_' | b'+' | b'`' | b'\'' | b'~'
        )
}

/// The bytes as text when they are a token.
pub(super) fn token(bytes: &[u8]) -> Option<&str> {
    if bytes.is_empty() || !bytes.iter().copied().all(is_token_byte) {
        return None;
    }
    str::from_utf8(bytes).ok()
}

/// Splits at the first `separator`; the separator is in neither half.
pub(super) fn split_once(bytes: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == separator)?;
    let (head, tail) = bytes.split_at_checked(at)?;
    Some((head, tail.get(1..)?))
}

/// Splits at the first `separator` that stands outside quoted strings and angle brackets.
pub(super) fn split_outside(bytes: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let mut outside = QuoteScanner::default();
    for (at, byte) in bytes.iter().enumerate() {
        if outside.step(*byte) && *byte == separator {
            let (head, tail) = bytes.split_at(at);
            return (head, tail.get(1..));
        }
    }
    (bytes, None)
}

/// Walks over a header value and knows whether it is outside quotes and brackets.
#[derive(Default)]
struct QuoteScanner {
    quoted: bool,
    escaped: bool,
    bracketed: bool,
}

impl QuoteScanner {
    /// Takes one byte; true when it stands outside.
    fn step(&mut self, byte: u8) -> bool {
        if self.escaped {
            self.escaped = false;
            return false;
        }
        match byte {
            b'\\' if self.quoted => self.escaped = true,
            b'"' if !self.bracketed => {
                self.quoted = !self.quoted;
                return false;
            }
            b'<' if !self.quoted => self.bracketed = true,
            b'>' if !self.quoted => {
                self.bracketed = false;
                return true;
            }
            _ => {}
        }
        !self.quoted && !self.bracketed
    }
}

/// The elements of a comma list, trimmed; empty elements are kept so that a strict reader can refuse them.
pub(super) fn comma_list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(value);
    std::iter::from_fn(move || {
        let (element, tail) = split_outside(rest?, b',');
        rest = tail;
        Some(trim(element))
    })
}

/// A comma list written anew without its empty elements; `None` when it has none.
pub(super) fn without_empty(value: &[u8]) -> Option<Vec<u8>> {
    if !value.contains(&b',') || comma_list(value).all(|element| !element.is_empty()) {
        return None;
    }
    let elements: Vec<_> = comma_list(value).filter(|element| !element.is_empty()).collect();
    Some(elements.join(b", ".as_slice()))
}

/// The content of a quoted string, escapes undone; anything else as it is.
pub(super) fn unquoted(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(inner) = bytes
        .strip_prefix(b"\"")
        .and_then(|inner| inner.strip_suffix(b"\""))
    else {
        return Cow::Borrowed(bytes);
    };
    if !inner.contains(&b'\\') {
        return Cow::Borrowed(inner);
    }
    let mut plain = Vec::with_capacity(inner.len());
    let mut escaped = false;
    for byte in inner {
        if *byte == b'\\' && !escaped {
            escaped = true;
        } else {
            plain.push(*byte);
            escaped = false;
        }
    }
    Cow::Owned(plain)
}

/// A decimal number that fits; no sign, at least one digit.
pub(super) fn decimal<N: TryFrom<u64>>(bytes: &[u8]) -> Option<N> {
    if bytes.is_empty() {
        return None;
    }
    let mut value = 0u64;
    for byte in bytes {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 10)?;
        value = value.checked_mul(10)?.checked_add(u64::from(digit))?;
    }
    N::try_from(value).ok()
}

/// `%HH` undone (RFC 3261 section 19.1.2); a lone `%` stays.
pub(super) fn unescaped(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match (*first, tail.split_at_checked(2)) {
            (b'%', Some((digits, after))) => match hex_pair(digits) {
                Some(byte) => {
                    plain.push(byte);
                    rest = after;
                }
                None => plain.push(b'%'),
            },
            (byte, _) => plain.push(byte),
        }
    }
    readable(&plain).into_owned()
}

fn hex_pair(digits: &[u8]) -> Option<u8> {
    let &[high, low] = digits else { return None };
    let high = char::from(high).to_digit(16)?;
    let low = char::from(low).to_digit(16)?;
    u8::try_from(high << 4 | low).ok()
}

#[cfg(test)]
mod tests {
    use super::{comma_list, decimal, readable, trim, unescaped, unquoted};

    #[test]
    fn commas_inside_quotes_and_brackets_do_not_split() {
        let value = br#""a, \"b" <sip:x,y@h>;p="q,r" , <sip:z>"#;
        let elements: Vec<_> = comma_list(value).collect();
        assert_eq!(
            elements,
            [br#""a, \"b" <sip:x,y@h>;p="q,r""#.as_slice(), b"<sip:z>"]
        );
    }

    #[test]
    fn bytes_that_are_not_utf_8_read_as_latin_1() {
        assert_eq!(readable(b"M\xe4ki"), "Mäki");
        assert_eq!(readable("Mäki".as_bytes()), "Mäki");
    }

    #[test]
    fn escapes_are_undone_once_and_broken_ones_stay() {
        assert_eq!(unescaped("a%20b%2541%zz%4"), "a b%41%zz%4");
        assert_eq!(
            unquoted(br#""say \"hi\" \\ bye""#).as_ref(),
            br#"say "hi" \ bye"#.as_slice()
        );
        assert_eq!(trim(b" \t x y \r"), b"x y".as_slice());
    }

    #[test]
    fn numbers_that_overflow_or_carry_a_sign_are_refused() {
        assert_eq!(decimal::<u32>(b"4294967295"), Some(u32::MAX));
        for text in ["4294967296", "36893488147419103232", "-1", "+1", "", "1 2"] {
            assert_eq!(decimal::<u32>(text.as_bytes()), None, "{text}");
        }
    }
}
