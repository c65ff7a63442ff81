//! Any values of `Cookie`: the token is a part of one of them, and one that we have set comes back among whatever else is sent.
#![no_main]

use std::time::Duration;

use aftercall::web::pages::cookie::{begin, token};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|headers: Vec<&str>| {
    for is_secure in [false, true] {
        let found = token(headers.iter().copied(), is_secure);
        assert!(
            found.is_none_or(
                |found| headers.iter().any(|header| header.contains(found)) && !found.contains(';')
            )
        );
        let set = begin("a-Token_1", Duration::from_secs(60), is_secure);
        let pair = set.split(';').next().unwrap_or_default();
        let with_ours = [pair].into_iter().chain(headers.iter().copied());
        assert_eq!(
            token(with_ours, is_secure),
            Some("a-Token_1"),
            "the first one counts"
        );
    }
});
