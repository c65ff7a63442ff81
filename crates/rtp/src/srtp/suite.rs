//! The crypto suites of SDES (RFC 4568 section 6.2, RFC 7714 section 14).

use std::fmt;
use std::str::FromStr;

/// A way to encrypt and to authenticate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suite {
    /// AES-128 in counter mode, HMAC-SHA1 with a tag of 80 bits.
    AesCm128HmacSha1_80,
    /// AES-128 in counter mode, HMAC-SHA1 with a tag of 32 bits on RTP (80 on RTCP).
    AesCm128HmacSha1_32,
    /// AES-128 in Galois/counter mode, a tag of 128 bits.
    AeadAes128Gcm,
    /// AES-256 in Galois/counter mode, a tag of 128 bits.
    AeadAes256Gcm,
}

impl Suite {
    /// All of them, the strongest first: the order of preference unless the operator says otherwise.
    pub const ALL: [Self; 4] = [
        Self::AeadAes256Gcm,
        Self::AeadAes128Gcm,
        Self::AesCm128HmacSha1_80,
        Self::AesCm128HmacSha1_32,
    ];

    /// The name in `a=crypto`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AesCm128HmacSha1_80 => "AES_CM_128_HMAC_SHA1_80",
            Self::AesCm128HmacSha1_32 => "AES_CM_128_HMAC_SHA1_32",
            Self::AeadAes128Gcm => "AEAD_AES_128_GCM",
            Self::AeadAes256Gcm => "AEAD_AES_256_GCM",
        }
    }

    /// Octets of the master key.
    pub const fn key_octets(self) -> usize {
        match self {
            Self::AesCm128HmacSha1_80 | Self::AesCm128HmacSha1_32 | Self::AeadAes128Gcm => 16,
            Self::AeadAes256Gcm => 32,
        }
    }

    /// Octets of the master salt.
    pub const fn salt_octets(self) -> usize {
        match self {
            Self::AesCm128HmacSha1_80 | Self::AesCm128HmacSha1_32 => 14,
            Self::AeadAes128Gcm | Self::AeadAes256Gcm => 12,
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Not the name of a suite known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an SRTP suite known here; choose from {}", Suite::ALL.map(Suite::name).join(", "))]
pub struct UnknownSuite;

impl FromStr for Suite {
    type Err = UnknownSuite;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|suite| text.eq_ignore_ascii_case(suite.name()))
            .ok_or(UnknownSuite)
    }
}
