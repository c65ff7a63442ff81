//! Secret tokens: what a browser keeps of a session, what a share link is made of, and what has to come back with a form.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use rand::RngExt;
use rand::rngs::StdRng;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// A token of 256 random bits, 43 characters that need no encoding in a cookie or a path.
pub(super) fn new(rng: &mut StdRng) -> String {
    let secret: [u8; 32] = rng.random();
    BASE64_URL_SAFE_NO_PAD.encode(secret)
}

/// Whether a text may be a token; what cannot be one is not looked up.
pub fn is_sound(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// What has to come back with every form of a session: it follows from the secret of the session, so a page of another site cannot know it, and
/// whoever reads it off a page does not learn the session's token.
pub(super) fn of_forms(secret: &[u8]) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return String::new();
    };
    mac.update(b"aftercall form token");
    BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
}

/// Whether a form came back with its token, in a time that tells nothing of where they differ.
pub(super) fn is_same(expected: &str, sent: &str) -> bool {
    !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(sent.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::{is_same, is_sound, new, of_forms};

    proptest! {
        #[test]
        fn text_that_needs_an_encoding_is_no_token(text in "[A-Za-z0-9_-]{43}|[A-Za-z0-9_%/. -]{43}|.{0,60}") {
            let needs_none = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
            prop_assert_eq!(is_sound(&text), needs_none && text.len() == 43);
        }
    }

    #[test]
    fn token_is_sound_and_never_the_same() {
        let mut rng = StdRng::seed_from_u64(1);
        let (one, other) = (new(&mut rng), new(&mut rng));
        assert!(is_sound(&one) && is_sound(&other) && one != other);
        for wrong in [
            "",
            "abc",
            &one[1..],
            &format!("{one}a"),
            &one.replacen(&one[..1], "/", 1),
        ] {
            assert!(!is_sound(wrong), "{wrong}");
        }
    }

    #[test]
    fn token_of_forms_follows_from_the_secret_and_does_not_show_it() {
        let (one, other) = (of_forms(b"one"), of_forms(b"other"));
        assert!(is_same(&one, &of_forms(b"one")) && !is_same(&one, &other));
        assert!(!is_same("", ""), "without a token nothing is the same");
        assert!(!one.contains("one"));
    }
}
