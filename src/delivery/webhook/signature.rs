//! Signing a request as Standard Webhooks 1.0 says (<https://www.standardwebhooks.com>). Pure.
//!
//! ```text
//! webhook-signature: v1,base64(HMAC-SHA256(key, id "." timestamp "." body)) v1,...
//! ```
//! One signature for each secret, so that a receiver knows the old one or the new one while a secret is exchanged.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// How secrets begin.
const PREFIX: &str = "whsec_";

/// Bytes that a key has, as the standard says.
const KEY_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Secrets in one file.
const MOST_KEYS: usize = 5;

/// The key of a secret. It shows itself nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningKey(Vec<u8>);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("<redacted>")
    }
}

/// A text that is no list of secrets. It says in which line, never what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// There is none.
    #[error("holds no secret")]
    Empty,
    /// There are too many.
    #[error("holds more than {MOST_KEYS} secrets")]
    TooMany,
    /// A line is none.
    #[error("line {0} is not `whsec_` and 24 to 64 bytes in base64")]
    Line(usize),
}

/// The keys of a text with one secret a line, `whsec_` and the key in base64; the first is the newest. Empty lines and lines that begin
/// with `#` are left out.
///
/// # Errors
/// There is none, or a line is none.
pub fn read_secrets(text: &str) -> Result<Vec<SigningKey>, SecretError> {
    let mut keys = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = SecretError::Line(index + 1);
        let encoded = line.strip_prefix(PREFIX).ok_or_else(|| wrong.clone())?;
        let key = BASE64_STANDARD.decode(encoded).map_err(|_| wrong.clone())?;
        if !KEY_BYTES.contains(&key.len()) {
            return Err(wrong);
        }
        keys.push(SigningKey(key));
    }
    match keys.len() {
        0 => Err(SecretError::Empty),
        many if many > MOST_KEYS => Err(SecretError::TooMany),
        _ => Ok(keys),
    }
}

/// The value of `webhook-signature`; `timestamp` is in seconds since 1970.
pub fn sign(keys: &[SigningKey], id: &str, timestamp: i64, body: &[u8]) -> String {
    let signatures: Vec<String> = keys
        .iter()
        .map(|key| signature(key, id, timestamp, body))
        .collect();
    signatures.join(" ")
}

fn signature(key: &SigningKey, id: &str, timestamp: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{SecretError, read_secrets, sign};

    /// Made with `openssl dgst -sha256 -mac HMAC` over the same bytes.
    #[test]
    fn signature_is_the_one_that_others_make() {
        let keys = read_secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let body = br#"{"test": 2432232314}"#;
        let signed = sign(&keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_secret_of_the_file_signs() {
        let text = "# new\nwhsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n\n  whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
        let keys = read_secrets(text).unwrap();
        let signed = sign(&keys, "id", 1, b"{}");
        assert_eq!(signed.split(' ').count(), 2);
        assert!(signed.split(' ').all(|one| one.starts_with("v1,")));
        assert_eq!(format!("{keys:?}"), "[<redacted>, <redacted>]");
    }

    #[test]
    fn text_that_is_no_secret_is_refused_by_its_line_and_not_shown() {
        for (text, error) in [
            ("", SecretError::Empty),
            ("# nothing\n", SecretError::Empty),
            ("topsecret", SecretError::Line(1)),
            ("\nwhsec_!!", SecretError::Line(2)),
            ("whsec_AAAA", SecretError::Line(1)),
        ] {
            let refused = read_secrets(text).unwrap_err();
            assert_eq!(refused, error, "{text}");
            assert!(!refused.to_string().contains("topsecret"));
        }
        let many = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n".repeat(6);
        assert_eq!(read_secrets(&many), Err(SecretError::TooMany));
    }
}
