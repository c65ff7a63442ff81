//! Comments of a page that was shared: they are played to whoever opened the link, and no others are.
//!
//! A page that is opened by a link names the audio of each comment it shows with a seal. Only this process can make one, so whoever has the link can
//! neither name a comment that the page did not show nor widen what it selects. After a restart the page has to be loaded again.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use aftercall_pages::address::encoded;
use aftercall_pages::comments::AudioAddresses;

/// What seals are made with. It shows itself nowhere.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

impl SealKey {
    /// Of 256 random bits.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// Whether this process gave a seal to a comment of the page of a link, in a time that tells nothing of where they differ.
    pub(super) fn is_of(&self, seal: &str, token: &str, call: &str, question: &str) -> bool {
        let expected = self.seal(token, call, question);
        !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(seal.as_bytes()))
    }

    fn seal(&self, token: &str, call: &str, question: &str) -> String {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        // The lengths keep the parts apart.
        for part in [token, call, question] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

/// The page of a link, while it is made.
#[derive(Clone)]
pub(super) struct SharedPage {
    pub(super) token: String,
    pub(super) seals: SealKey,
}

impl fmt::Debug for SharedPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedPage")
    }
}

impl AudioAddresses for SharedPage {
    fn audio(&self, call: &str, question: &str) -> String {
        let seal = self.seals.seal(&self.token, call, question);
        format!(
            "/share/{}/comments/{}/{}/{seal}",
            self.token,
            encoded(call),
            encoded(question)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{SealKey, SharedPage};
    use aftercall_pages::comments::AudioAddresses;

    #[test]
    fn seal_is_of_one_comment_of_one_link_and_one_process() {
        let seals = SealKey::new([7; 32]);
        let page = SharedPage {
            token: "token".to_owned(),
            seals: seals.clone(),
        };
        let address = page.audio("01K", "why");
        let seal = address.strip_prefix("/share/token/comments/01K/why/").unwrap();
        assert!(seals.is_of(seal, "token", "01K", "why"));
        for (token, call, question) in [
            ("other", "01K", "why"),
            ("token", "01L", "why"),
            ("token", "01K", "what"),
            ("token", "01Kw", "hy"),
            ("token0", "1K", "why"),
        ] {
            assert!(
                !seals.is_of(seal, token, call, question),
                "{token} {call} {question}"
            );
        }
        assert!(!seals.is_of("", "token", "01K", "why"));
        assert!(!SealKey::new([8; 32]).is_of(seal, "token", "01K", "why"));
        assert!(!format!("{page:?} {seals:?}").contains("token"));
    }
}
