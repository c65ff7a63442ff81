//! Identifiers made here.
//!
//! A [`CallUid`] names one call in every table, log line and message. It is a ULID (48 bits of milliseconds, 80
//! random bits, Crockford base 32): unique over nodes without coordination and sorted by arrival. It is not the
//! SIP Call-ID, which is the peer's and may repeat.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use rand::RngExt;

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TEXT_LENGTH: usize = 26;

/// The identity of one call, as 26 characters of Crockford base 32.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallUid(u128);

/// A text that is not a [`CallUid`].
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a call id: 26 characters of Crockford base 32 are expected")]
pub struct ParseCallUidError(String);

impl CallUid {
    /// The identity of no call: nought, which no moment of an arrival gives.
    pub const NONE: Self = Self(0);

    /// A new identity for a call that arrives at `at`; the random part is drawn from `rng`.
    pub fn new(at: DateTime<Utc>, rng: &mut impl rand::Rng) -> Self {
        let random = rng.random::<u128>() & ((1 << 80) - 1);
        Self(Self::first_of(at).0 | random)
    }

    /// The first of the identities that calls of a moment may have.
    pub fn first_of(at: DateTime<Utc>) -> Self {
        let millis = u128::try_from(at.timestamp_millis()).unwrap_or(0) & 0xFFFF_FFFF_FFFF;
        Self(millis << 80)
    }

    /// The last 64 of its random bits.
    pub const fn random_part(self) -> u64 {
        (self.0 & 0xFFFF_FFFF_FFFF_FFFF) as u64
    }
}

impl fmt::Display for CallUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(TEXT_LENGTH);
        for position in (0..TEXT_LENGTH).rev() {
            let index = (self.0 >> (5 * position)) as usize & 31;
            let symbol = ALPHABET.get(index).expect("five bits index 32 symbols");
            text.push(char::from(*symbol));
        }
        f.write_str(&text)
    }
}

impl FromStr for CallUid {
    type Err = ParseCallUidError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || ParseCallUidError(text.chars().take(TEXT_LENGTH + 1).collect());
        if text.len() != TEXT_LENGTH || !matches!(text.as_bytes().first(), Some(b'0'..=b'7')) {
            return Err(refuse());
        }
        let mut value = 0u128;
        for byte in text.bytes() {
            let symbol = byte.to_ascii_uppercase();
            let digit = ALPHABET
                .iter()
                .position(|known| *known == symbol)
                .ok_or_else(refuse)?;
            value = value << 5 | digit as u128;
        }
        Ok(Self(value))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::CallUid;

    #[test]
    fn call_uid_survives_its_text_and_sorts_by_time() {
        let mut rng = StdRng::seed_from_u64(7);
        let early = CallUid::new(
            DateTime::from_timestamp_millis(1_700_000_000_000).unwrap(),
            &mut rng,
        );
        let late = CallUid::new(
            DateTime::from_timestamp_millis(1_700_000_000_001).unwrap(),
            &mut rng,
        );
        assert_eq!(early.to_string().parse::<CallUid>().unwrap(), early);
        assert!(early < late && early.to_string() < late.to_string());
    }

    #[test]
    fn texts_that_are_no_call_uid_are_refused() {
        for text in [
            "",
            "x",
            "ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
            "0123456789012345678901234U",
            "ääääääääääääää",
        ] {
            assert!(text.parse::<CallUid>().is_err(), "{text}");
        }
    }
}
