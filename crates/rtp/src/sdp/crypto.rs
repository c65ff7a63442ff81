//! SRTP keys in session descriptions: SDES (RFC 4568).
//!
//! ```text
//!   a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:4
//!            tag suite                        key and salt                     lifetime MKI:octets
//! ```
//! Each side names the key of what it sends. A lifetime is read and not kept account of: the shortest in use, 2^20
//! packets, lasts for six hours. What would weaken the protection (`UNENCRYPTED_SRTP` and its like) or change it in
//! ways that we do not speak makes a line unfit, and the next one is looked at.

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::srtp::{MasterKey, Mki, Suite};

/// Lines that are read of one stream; peers write up to ten.
pub(super) const MOST_LINES: usize = 16;
/// RFC 3711 section 9.2.
const LONGEST_LIFE: u64 = 1 << 48;

/// Read with or without padding (RFC 4568 section 6.1 leaves it out, most peers write it).
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One `a=crypto` that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CryptoLine {
    /// Names the line in the offer; the answer repeats it.
    pub tag: u32,
    /// The key of whoever wrote it.
    pub key: MasterKey,
    /// The identifier that its packets carry.
    pub mki: Option<Mki>,
}

/// Why an `a=crypto`, or all of them, cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CryptoFault {
    /// There is none.
    #[error("RTP/SAVP without a=crypto (SDES)")]
    Missing,
    /// It is not written as RFC 4568 section 9 has it.
    #[error("an a=crypto that is malformed")]
    Malformed,
    /// None of our suites, or none that is switched on.
    #[error("no common SRTP suite")]
    Suite,
    /// Key and salt are not as long as the suite asks for.
    #[error("an SRTP key of the wrong length")]
    KeyLength,
    /// Several master keys for one stream.
    #[error("several SRTP master keys")]
    SeveralKeys,
    /// A lifetime of nothing, or of more than 2^48 packets.
    #[error("an SRTP key lifetime out of range")]
    Lifetime,
    /// A master key identifier of more than 8 octets, or one that does not fit into its octets.
    #[error("an SRTP master key identifier out of range")]
    Mki,
    /// A session parameter that we do not accept: `UNENCRYPTED_SRTP`, `KDR=...`, ...
    #[error("an SRTP session parameter that is not accepted")]
    Parameter,
    /// Two of one stream with the same tag: an answer could not say which it takes (RFC 4568 section 4.1).
    #[error("two a=crypto with the same tag")]
    SameTag,
    /// An answer to a line that was not offered.
    #[error("an answer to an a=crypto that was not offered")]
    Unoffered,
}

impl CryptoFault {
    /// The text of a Warning header.
    pub(super) const fn text(self) -> &'static str {
        match self {
            Self::Missing => "SRTP: a=crypto is needed",
            Self::Malformed => "SRTP: malformed a=crypto",
            Self::Suite => "SRTP: no common suite",
            Self::KeyLength => "SRTP: key of the wrong length",
            Self::SeveralKeys => "SRTP: one master key is accepted",
            Self::Lifetime => "SRTP: key lifetime out of range",
            Self::Mki => "SRTP: MKI of 1 to 8 octets is accepted",
            Self::Parameter => "SRTP: session parameters are not accepted",
            Self::SameTag => "SRTP: two a=crypto with the same tag",
            Self::Unoffered => "SRTP: a=crypto that was not offered",
        }
    }
}

impl CryptoLine {
    /// Reads the value of an `a=crypto`.
    ///
    /// # Errors
    /// The line cannot be used.
    pub fn parse(value: &str) -> Result<Self, CryptoFault> {
        let mut words = value.split_whitespace();
        let tag = words.next().and_then(tag).ok_or(CryptoFault::Malformed)?;
        let suite = words.next().ok_or(CryptoFault::Malformed)?;
        let suite: Suite = suite.parse().map_err(|_| CryptoFault::Suite)?;
        let key = words.next().ok_or(CryptoFault::Malformed)?;
        if !words.all(is_harmless) {
            return Err(CryptoFault::Parameter);
        }
        let (key, mki) = inline(suite, key)?;
        Ok(Self { tag, key, mki })
    }
}

/// Reads the `a=crypto` of one stream. Tags that are not unique make all of them unfit, also where one of the lines could
/// not be used anyway.
pub(super) fn read<'a>(values: impl Iterator<Item = &'a str>) -> Vec<Result<CryptoLine, CryptoFault>> {
    let mut tags = Vec::new();
    let mut lines = Vec::new();
    for value in values {
        if let Some(tag) = value.split_whitespace().next().and_then(tag) {
            if tags.contains(&tag) {
                return vec![Err(CryptoFault::SameTag)];
            }
            tags.push(tag);
        }
        lines.push(CryptoLine::parse(value));
    }
    lines
}

/// As it stands behind `a=crypto:`, without an MKI: our packets carry none.
pub(super) fn written(tag: u32, key: &MasterKey) -> String {
    let suite = key.suite();
    format!("{tag} {suite} inline:{}", BASE64.encode(key.octets()))
}

fn tag(text: &str) -> Option<u32> {
    let digits = (1..=9).contains(&text.len()) && text.bytes().all(|digit| digit.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// `WSH` only advises, and an unknown parameter behind a `-` may be passed over (RFC 4568 section 6.3).
fn is_harmless(parameter: &str) -> bool {
    let known = [
        "KDR",
        "UNENCRYPTED_SRTP",
        "UNENCRYPTED_SRTCP",
        "UNAUTHENTICATED_SRTP",
    ];
    match parameter.strip_prefix('-') {
        Some(optional) => !known.iter().any(|name| optional.starts_with(name)),
        None => parameter.starts_with("WSH="),
    }
}

/// `inline:<key||salt>["|" lifetime]["|" MKI ":" octets]`.
fn inline(suite: Suite, text: &str) -> Result<(MasterKey, Option<Mki>), CryptoFault> {
    let text = text
        .split_at_checked("inline:".len())
        .filter(|(method, _)| method.eq_ignore_ascii_case("inline:"))
        .map(|(_, info)| info)
        .ok_or(CryptoFault::Malformed)?;
    if text.contains(';') {
        return Err(CryptoFault::SeveralKeys);
    }
    let mut parts = text.split('|');
    let octets = parts.next().and_then(|key| BASE64.decode(key).ok());
    let octets = octets.ok_or(CryptoFault::Malformed)?;
    let key = MasterKey::from_octets(suite, &octets).ok_or(CryptoFault::KeyLength)?;
    let mki = match (parts.next(), parts.next(), parts.next()) {
        (None, None, None) => None,
        (Some(one), None, None) if one.contains(':') => Some(identifier(one)?),
        (Some(life), None, None) => {
            lifetime(life)?;
            None
        }
        (Some(life), Some(mki), None) => {
            lifetime(life)?;
            Some(identifier(mki)?)
        }
        (_, _, _) => return Err(CryptoFault::Malformed),
    };
    Ok((key, mki))
}

/// A count of packets, `2^20` or in full.
fn lifetime(text: &str) -> Result<(), CryptoFault> {
    let packets = match text.strip_prefix("2^") {
        Some(exponent) => exponent
            .parse()
            .ok()
            .and_then(|exponent| 1u64.checked_shl(exponent)),
        None => text.parse().ok(),
    };
    match packets {
        Some(1..=LONGEST_LIFE) => Ok(()),
        Some(_) | None => Err(CryptoFault::Lifetime),
    }
}

fn identifier(text: &str) -> Result<Mki, CryptoFault> {
    let (value, octets) = text.split_once(':').ok_or(CryptoFault::Malformed)?;
    let parsed = value.parse().ok().zip(octets.parse().ok());
    parsed
        .and_then(|(value, octets)| Mki::new(value, octets))
        .ok_or(CryptoFault::Mki)
}

/// Where the keys of one call come from: a generator fit for keys, of its own seed.
pub struct SrtpKeySource(StdRng);

impl SrtpKeySource {
    /// From 256 random bits.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(StdRng::from_seed(seed))
    }

    /// A key that was not drawn before.
    pub(super) fn draw(&mut self, suite: Suite) -> MasterKey {
        MasterKey::draw(suite, &mut self.0)
    }
}

impl fmt::Debug for SrtpKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SrtpKeySource(hidden)")
    }
}

#[cfg(test)]
#[path = "crypto/tests.rs"]
mod tests;
