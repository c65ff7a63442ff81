//! One DTMF symbol.

use std::fmt;

/// A key of the DTMF keypad: `0`-`9`, `*`, `#`, `A`-`D` (RFC 4733 section 3.2, events 0-15).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digit(u8);

const SYMBOLS: &[u8; 16] = b"0123456789*#ABCD";

impl Digit {
    /// The star key.
    pub const STAR: Self = Self(10);
    /// The pound (hash) key.
    pub const POUND: Self = Self(11);

    /// The digit of an RFC 4733 event code; `None` for events 16 and up, which are not digits.
    pub const fn from_event(code: u8) -> Option<Self> {
        if code < 16 { Some(Self(code)) } else { None }
    }

    /// The RFC 4733 event code, 0-15.
    pub const fn event(self) -> u8 {
        self.0
    }

    /// The digit that a person writes as `symbol`; letters in either case.
    pub fn from_char(symbol: char) -> Option<Self> {
        let symbol = symbol.to_ascii_uppercase();
        let code = SYMBOLS.iter().position(|known| char::from(*known) == symbol)?;
        u8::try_from(code).ok().and_then(Self::from_event)
    }

    /// The symbol on the key.
    pub fn as_char(self) -> char {
        char::from(
            *SYMBOLS
                .get(usize::from(self.0))
                .expect("a digit's code is below 16"),
        )
    }
}

impl fmt::Display for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.as_char())
    }
}

impl fmt::Debug for Digit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digit({})", self.as_char())
    }
}

#[cfg(test)]
mod tests {
    use super::Digit;

    #[test]
    fn every_digit_survives_its_symbol_and_its_event() {
        for code in 0..16 {
            let digit = Digit::from_event(code).unwrap();
            assert_eq!(Digit::from_char(digit.as_char()), Some(digit));
            assert_eq!(digit.event(), code);
        }
        assert_eq!(Digit::from_event(16), None);
        assert_eq!(Digit::from_char('E'), None);
        assert_eq!(Digit::from_char('b'), Digit::from_event(13));
    }
}
