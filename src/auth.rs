//! API keys and scopes: which clients may use the HTTP API, and what each may do. Pure.
//!
//! Apart from [`crate::web`], which enforces them, because [`crate::config`] reads them and is below it.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

/// Longest name of a key.
const LONGEST_NAME: usize = 64;

/// A client of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Name of the key's owner; it appears in logs and is stored with opt-outs.
    pub name: KeyName,
    /// The hash of the key, which nobody but its owner has.
    pub hash: KeyHash,
    /// What may be done with it.
    pub scopes: Vec<Scope>,
}

/// The name of a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct KeyName(String);

impl KeyName {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for KeyName {
    type Error = String;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let sound = (1..=LONGEST_NAME).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if sound {
            Ok(Self(name))
        } else {
            Err("not the name of a key: 1 to 64 letters, digits, `-`, `_`, `.`, such as \"pbx\"".to_owned())
        }
    }
}

impl FromStr for KeyName {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::try_from(name.to_owned())
    }
}

/// The SHA-256 of a key. Keys are random and long, so that nobody finds one from its hash.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct KeyHash([u8; 32]);

/// How it is written.
const ALGORITHM: &str = "sha256:";

impl KeyHash {
    /// The hash of a key.
    pub fn of(key: &str) -> Self {
        Self(Sha256::digest(key.as_bytes()).into())
    }

    /// Whether both are of one key, in a time that tells nothing of where they differ.
    pub fn is(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl TryFrom<String> for KeyHash {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // The text is not told: somebody may have written the key itself.
        let refuse = || {
            format!(
                "not the hash of a key, `{ALGORITHM}` and 64 hexadecimal digits; `aftercall api-key new` makes both"
            )
        };
        let digits = text.strip_prefix(ALGORITHM).ok_or_else(refuse)?;
        let bytes = aftercall_survey::context::text::hex(digits.as_bytes()).ok_or_else(refuse)?;
        bytes.try_into().map(Self).map_err(|_| refuse())
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(ALGORITHM)?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash")
    }
}

/// What may be done with a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Announce calls.
    Announcements,
    /// Ask whether calls are to be surveyed.
    Decisions,
    /// Read figures, and calls with their answers, without personal data.
    Results,
    /// Read personal data: callers, and the keys that they pressed.
    Personal,
    /// Listen to comments.
    Comments,
    /// Add context to a call.
    Context,
    /// Report the calls that could have been surveyed.
    Eligible,
    /// Keep callers from being asked, and let them be asked again.
    OptOuts,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 8] = [
        Self::Announcements,
        Self::Decisions,
        Self::Results,
        Self::Personal,
        Self::Comments,
        Self::Context,
        Self::Eligible,
        Self::OptOuts,
    ];

    /// The word in the configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Announcements => "announcements",
            Self::Decisions => "decisions",
            Self::Results => "results",
            Self::Personal => "personal",
            Self::Comments => "comments",
            Self::Context => "context",
            Self::Eligible => "eligible",
            Self::OptOuts => "opt_outs",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Scope {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == word)
            .ok_or_else(|| {
                let known = Self::ALL.map(Self::as_str).join(", ");
                format!("`{word}` is not a scope; choose from {known}")
            })
    }
}
