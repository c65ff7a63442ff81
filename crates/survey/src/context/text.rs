//! What a text may be worth: untrusted text made fit to be stored, and the notations in which other programs write bytes and
//! numbers.

/// Longest value kept, in characters; what is longer is cut.
pub const LONGEST_VALUE: usize = 128;

/// The value without what may not be stored and within its length, not decoded any further. A tab and its like are white
/// space (RFC 3261 section 25.1, LWS), and become a blank.
pub fn bounded(text: &str) -> Option<String> {
    let blank = |symbol: char| match symbol {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => ' ',
        other => other,
    };
    let value: String = text
        .trim()
        .chars()
        .map(blank)
        .filter(|symbol| !symbol.is_control() && !is_invisible(*symbol))
        .take(LONGEST_VALUE)
        .collect();
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Characters that take no place and bend what stands beside them: zero width, direction, byte order mark.
const fn is_invisible(symbol: char) -> bool {
    matches!(symbol, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// `%HH` undone where that gives UTF-8; else the text as it is. A `%` that escapes nothing stays.
pub fn unescaped(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = (*first == b'%').then(|| tail.split_at_checked(2)).flatten();
        match escape.and_then(|(digits, after)| Some((hex(digits)?.first().copied()?, after))) {
            Some((byte, after)) => {
                plain.push(byte);
                rest = after;
            }
            None => {
                plain.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(plain).unwrap_or_else(|_| text.to_owned())
}

/// The bytes of hexadecimal digits; `None` when one is none, or when half a byte is missing.
pub fn hex(digits: &[u8]) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_chunks::<2>() else {
        return None;
    };
    let nibble = |digit: u8| {
        char::from(digit)
            .to_digit(16)
            .and_then(|value| u8::try_from(value).ok())
    };
    pairs
        .iter()
        .map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?))
        .collect()
}

/// A decimal number of digits alone.
pub fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{hex, unescaped};

    #[test]
    fn escapes_that_make_no_text_are_left_alone() {
        assert_eq!(unescaped("%FF%FE"), "%FF%FE");
        assert_eq!(unescaped("a%2"), "a%2");
        assert_eq!(hex(b"0fF"), None);
        assert_eq!(hex(b"0fFf"), Some(vec![0x0F, 0xFF]));
    }
}
