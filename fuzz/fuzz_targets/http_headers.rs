//! Any `Origin`, `Host` and `Sec-Fetch-Site`: a request is of this site only where its words are ours. Any `Accept-Language`, any
//! `X-Forwarded-For`, and any address to go on to.
#![no_main]

use aftercall::web::pages::origin::{forwarded_for, is_of_this_site, local};
use aftercall::web::pages::reading::language;
use axum::http::{HeaderMap, HeaderValue};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|values: (&str, &str, &str, bool)| {
    let (origin, host, site, is_secure) = values;
    let mut headers = HeaderMap::new();
    for (name, value) in [("origin", origin), ("host", host), ("sec-fetch-site", site)] {
        // An empty text stands for a header that is not there.
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    let is_ours = is_of_this_site(&headers, is_secure);
    match headers.get("sec-fetch-site") {
        Some(site) => assert_eq!(is_ours, site == "same-origin"),
        None => assert!(!is_ours || origin.starts_with(if is_secure { "https://" } else { "http://" })),
    }
    let _ = (language(origin), forwarded_for(origin));
    let to = local(origin);
    assert!(to == "/" || to == origin);
    assert!(
        to.starts_with('/')
            && !to.starts_with("//")
            && to.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    );
});
