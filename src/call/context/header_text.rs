//! The text of a header, decoded.
//!
//! Headers come as UTF-8, as Latin-1 (the wire has told the two apart already), percent-encoded, quoted, as encoded
//! words of RFC 2047, and cut at some gateway's limit, also in the middle of a character.

use aftercall_survey::context::text::{bounded, hex, unescaped};

/// From this many bytes on a value may have been cut by a gateway: the limits seen lie between 210 and 255.
const SHORTEST_CUT: usize = 210;

/// And no longer than this: a gateway that lets more through has not cut.
const LONGEST_CUT: usize = 256;

/// A header's value as it may be stored: decoded, without control and direction characters and outer blanks, at most
/// [`LONGEST_VALUE`](aftercall_survey::context::text::LONGEST_VALUE) characters; `None` when nothing is left.
pub fn clean(raw: &str) -> Option<String> {
    let plain = unquoted(raw.trim());
    let plain = mended(plain);
    let plain = if plain.contains("=?") {
        words(&plain)
    } else {
        plain
    };
    bounded(&unescaped(&plain))
}

/// Whether a value of this many bytes may have lost its end on the way.
pub(super) const fn may_be_cut(bytes: usize) -> bool {
    SHORTEST_CUT <= bytes && bytes <= LONGEST_CUT
}

/// How many bytes the value had on the wire: a text read as Latin-1 had one for each character.
pub(super) fn wire_bytes(value: &str) -> usize {
    match latin_1(value) {
        Some(bytes) if str::from_utf8(&bytes).is_err() => bytes.len(),
        Some(_) | None => value.len(),
    }
}

/// The content of a quoted string, escapes undone; also of one whose end was cut off.
pub(super) fn unquoted(text: &str) -> String {
    let Some(inner) = text.strip_prefix('"') else {
        return text.to_owned();
    };
    let mut plain = String::with_capacity(inner.len());
    let mut symbols = inner.chars();
    while let Some(symbol) = symbols.next() {
        match symbol {
            '"' => break,
            '\\' => plain.extend(symbols.next()),
            other => plain.push(other),
        }
    }
    plain
}

/// Bytes as text: UTF-8 where they are UTF-8 or become it without the character that was cut at the end, else Latin-1.
pub(super) fn readable(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let (whole, rest) = bytes
                .split_at_checked(error.valid_up_to())
                .unwrap_or((bytes, &[]));
            let is_cut = error.error_len().is_none() && (!whole.is_ascii() || may_be_cut(bytes.len()));
            match str::from_utf8(whole) {
                Ok(text) if is_cut && !rest.is_empty() => text.to_owned(),
                Ok(_) | Err(_) => bytes.iter().copied().map(char::from).collect(),
            }
        }
    }
}

/// A text that the wire read as Latin-1 only because its last character was cut.
fn mended(text: String) -> String {
    match latin_1(&text) {
        Some(bytes) if !text.is_ascii() => match str::from_utf8(&bytes) {
            // Real Latin-1 that happens to be UTF-8 was UTF-8 on the wire, which would have said so.
            Ok(_) => text,
            Err(_) => readable(&bytes),
        },
        Some(_) | None => text,
    }
}

fn latin_1(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|symbol| u8::try_from(u32::from(symbol)).ok())
        .collect()
}

/// Encoded words of RFC 2047 undone: `=?utf-8?B?...?=` and `=?iso-8859-1?Q?...?=`; others stay as they are.
fn words(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut after_word = false;
    while let Some((before, tail)) = rest.split_once("=?") {
        // Blanks between two encoded words are not part of the text (section 6.2).
        if !(after_word && before.trim().is_empty()) {
            plain.push_str(before);
        }
        match word(tail) {
            Some((decoded, after)) => {
                plain.push_str(&decoded);
                rest = after;
                after_word = true;
            }
            None => {
                plain.push_str("=?");
                rest = tail;
                after_word = false;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// One encoded word from behind its `=?`, and what follows it.
fn word(text: &str) -> Option<(String, &str)> {
    let (charset, text) = text.split_once('?')?;
    let (encoding, text) = text.split_once('?')?;
    let (data, after) = text.split_once("?=")?;
    let bytes = match encoding {
        "B" | "b" => base64(data.as_bytes())?,
        "Q" | "q" => quoted_printable(data.as_bytes())?,
        _ => return None,
    };
    let charset = charset.split('*').next().unwrap_or_default();
    let decoded = if charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("us-ascii") {
        String::from_utf8(bytes).ok()?
    } else if charset.eq_ignore_ascii_case("iso-8859-1") {
        bytes.into_iter().map(char::from).collect()
    } else {
        return None;
    };
    Some((decoded, after))
}

fn quoted_printable(data: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match first {
            b'_' => plain.push(b' '),
            b'=' => {
                let (digits, after) = tail.split_at_checked(2)?;
                plain.extend(hex(digits)?);
                rest = after;
            }
            other => plain.push(*other),
        }
    }
    Some(plain)
}

fn base64(data: &[u8]) -> Option<Vec<u8>> {
    let mut plain = Vec::with_capacity(data.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for symbol in data.iter().filter(|symbol| **symbol != b'=') {
        let value = match symbol {
            b'A'..=b'Z' => symbol - b'A',
            b'a'..=b'z' => symbol - b'a' + 26,
            b'0'..=b'9' => symbol - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            plain.push(u8::try_from(bits >> held & 0xFF).unwrap_or_default());
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::{clean, readable, wire_bytes};
    use aftercall_survey::context::text::LONGEST_VALUE;

    #[test]
    fn values_are_decoded_whatever_the_sender_believes_in() {
        for (raw, expected) in [
            (" sales ", "sales"),
            (r#""sales \"north\" \\ x""#, r#"sales "north" \ x"#),
            (r#""cut in the quot"#, "cut in the quot"),
            ("M%C3%A4ki%20Oy", "Mäki Oy"),
            ("50%", "50%"),
            ("100 %E4", "100 %E4"),
            ("=?UTF-8?B?TcOka2k=?=", "Mäki"),
            ("=?iso-8859-1?Q?M=E4ki_Oy?=", "Mäki Oy"),
            ("=?utf-8?Q?M=C3=A4?= =?utf-8?Q?ki?=", "Mäki"),
            ("=?utf-8?B?***?=", "=?utf-8?B?***?="),
            ("=?klingon?Q?x?=", "=?klingon?Q?x?="),
            ("Mäki", "Mäki"),
            ("a\u{202E}b\u{7}c\u{0}", "abc"),
            ("sales\tnorth", "sales north"),
            ("\tsales\t", "sales"),
            ("a%09b%0D%0Ac", "a b  c"),
        ] {
            assert_eq!(clean(raw).as_deref(), Some(expected), "{raw}");
        }
        for nothing in ["", "  ", "\u{1}", "\"\"", "\u{200B}"] {
            assert_eq!(clean(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn character_cut_in_its_middle_does_not_spoil_the_others() {
        let mut bytes = "Myynti Pyhäjärvä".as_bytes().to_vec();
        bytes.pop();
        let as_latin_1: String = bytes.iter().copied().map(char::from).collect();
        assert_eq!(clean(&as_latin_1).as_deref(), Some("Myynti Pyhäjärv"));
        assert_eq!(readable(b"Jyv\xE4"), "Jyvä", "Latin-1 that ends so is Latin-1");
        assert_eq!(wire_bytes("Jyv\u{E4}"), 4);
        assert_eq!(wire_bytes("Jyvä ja \u{20AC}"), 12);
    }

    #[test]
    fn long_values_are_cut_at_a_character() {
        let long = "ä".repeat(500);
        assert_eq!(clean(&long).unwrap().chars().count(), LONGEST_VALUE);
    }
}
