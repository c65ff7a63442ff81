//! `[http]`: health, readiness, metrics, the pages, TLS, and who may use the API.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Deserializer};

use super::mail::optional_file;
use super::value::{Span, one_or_many, tables};
use crate::auth::{ApiKey, KeyHash, KeyName, Scope};

/// `[http]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpSettings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The certificate with those above it, PEM; without it there is no TLS.
    #[serde(deserialize_with = "optional_file")]
    pub certificate: Option<PathBuf>,
    /// Its private key, PEM.
    #[serde(deserialize_with = "optional_file")]
    pub private_key: Option<PathBuf>,
    /// Whether the pages are served to other machines without TLS.
    pub allow_plain: bool,
    /// `[[http.key]]`: who may use the API; nobody when there is none.
    #[serde(deserialize_with = "keys")]
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
            certificate: None,
            private_key: None,
            allow_plain: false,
            key: Vec::new(),
            rate_limit: 100,
            announcement_lifetime: Span::seconds(3_600),
            max_announcements: 100_000,
        }
    }
}

/// One `[[http.key]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenKey {
    name: KeyName,
    hash: KeyHash,
    #[serde(deserialize_with = "one_or_many")]
    scopes: Vec<Scope>,
}

impl From<WrittenKey> for ApiKey {
    fn from(WrittenKey { name, hash, scopes }: WrittenKey) -> Self {
        Self { name, hash, scopes }
    }
}

/// A list of tables, each one a key.
fn keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ApiKey>, D::Error> {
    let written: Vec<WrittenKey> = tables(deserializer)?;
    Ok(written.into_iter().map(ApiKey::from).collect())
}

#[cfg(test)]
mod tests {
    use super::HttpSettings;
    use crate::auth::{KeyHash, Scope};

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
