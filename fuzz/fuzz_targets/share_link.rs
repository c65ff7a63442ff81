//! Any token of a share link, and any address that is to be shared: what is taken is what a browser reads as a page of this host.
#![no_main]

use aftercall::accounts::token;
use aftercall::web::pages::routes::{Kept, kept_address};
use axum::http::Uri;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if token::is_sound(text) {
        assert!(
            text.len() == 43
                && text
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
    }
    if kept_address(text, Kept::View).is_ok() {
        assert!(text.starts_with('/') && !text.starts_with("//") && !text.contains(['\\', '#']));
        if let Ok(uri) = text.parse::<Uri>() {
            assert_eq!((uri.scheme(), uri.authority()), (None, None), "{text}");
            assert!(
                !uri.path().starts_with("/share/") && !uri.path().starts_with("/api/"),
                "{text}"
            );
        }
    }
});
