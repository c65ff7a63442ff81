//! `[http]`: health, readiness, metrics, and who may use the API.

use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use super::value::{Span, one_or_many, tables};

/// `[http]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSettings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// `[[http.key]]`: who may use the API; nobody when there is none.
    #[serde(deserialize_with = "tables")]
    pub key: Vec<ApiKey>,
    /// Requests a second that one key may make; 0 for any number.
    pub rate_limit: u32,
    /// How long an announced call is waited for, where the request does not say.
    pub announcement_lifetime: Span,
    /// How many announced calls may be waited for at once.
    pub max_announcements: u64,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            listen: ([127, 0, 0, 1], 8080).into(),
            key: Vec::new(),
            rate_limit: 100,
            announcement_lifetime: Span::seconds(3_600),
            max_announcements: 100_000,
        }
    }
}

/// Longest name of a key.
const LONGEST_NAME: usize = 64;

/// One `[[http.key]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKey {
    /// Name of the key's owner; it appears in logs and is stored with opt-outs.
    pub name: KeyName,
    /// The hash of the key, which nobody but its owner has.
    pub hash: KeyHash,
    /// What may be done with it.
    #[serde(deserialize_with = "one_or_many")]
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
        let bytes = crate::context::text::hex(digits.as_bytes()).ok_or_else(refuse)?;
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
    /// Read the state and answers of a call.
    Results,
    /// Add context to a call.
    Context,
    /// Report the calls that could have been surveyed.
    Eligible,
    /// Keep callers from being asked, and let them be asked again.
    OptOuts,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 6] = [
        Self::Announcements,
        Self::Decisions,
        Self::Results,
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

#[cfg(test)]
mod tests {
    use super::{HttpSettings, KeyHash, Scope};

    fn read(value: serde_json::Value) -> Result<HttpSettings, String> {
        serde_json::from_value(value).map_err(|error| error.to_string())
    }

    #[test]
    fn key_is_known_by_its_hash_alone() {
        let hash = KeyHash::of("secret");
        assert_eq!(
            hash.to_string(),
            "sha256:2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b"
        );
        let settings = read(serde_json::json!({
            "key": [{ "name": "pbx", "hash": hash.to_string(), "scopes": "decisions" }]
        }));
        let key = settings.unwrap().key.remove(0);
        assert!(bool::from(key.hash.is(&hash)) && !bool::from(key.hash.is(&KeyHash::of("Secret"))));
        assert_eq!(key.scopes, [Scope::Decisions]);
        assert!(!format!("{key:?}").contains("2bb80d53"));
    }

    #[test]
    fn keys_come_inline_from_the_environment() {
        let inline = format!(
            "[{{ name = \"pbx\", hash = \"{}\", scopes = [\"results\"] }}]",
            KeyHash::of("x")
        );
        let settings = read(serde_json::json!({ "key": inline })).unwrap();
        assert_eq!(settings.key[0].name.as_str(), "pbx");
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        let hash = KeyHash::of("x").to_string();
        for (name, hash, scopes, words) in [
            ("a b", hash.as_str(), "results", "not the name of a key"),
            ("pbx", "ack_topsecret", "results", "aftercall api-key new"),
            ("pbx", hash.as_str(), "everything", "choose from announcements"),
        ] {
            let key = serde_json::json!({ "key": [{ "name": name, "hash": hash, "scopes": scopes }] });
            let error = read(key).unwrap_err();
            assert!(error.contains(words) && !error.contains("topsecret"), "{error}");
        }
    }
}
