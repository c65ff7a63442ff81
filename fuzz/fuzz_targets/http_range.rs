//! Any `Range`, `If-Range` and `If-None-Match`: what is sent lies within the file, and its `Content-Range` says so.
#![no_main]

use aftercall::web::ranges::Selected;
use axum::http::{HeaderMap, HeaderValue, Method};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|asked: (&str, &str, &str, u64)| {
    let (range, if_range, if_none_match, size) = asked;
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("range", range),
        ("if-range", if_range),
        ("if-none-match", if_none_match),
    ] {
        if let (false, Ok(value)) = (value.is_empty(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    for method in [Method::GET, Method::HEAD] {
        let selected = Selected::of(&method, &headers, size, "\"tag\"");
        let (first, octets) = selected.octets(size);
        assert!(
            first.checked_add(octets).is_some_and(|end| end <= size),
            "{selected:?} of {size}"
        );
        if let Selected::Part { first, last } = selected {
            assert!(method == Method::GET && octets > 0);
            let told = selected.content_range(size).expect("a part says which");
            assert_eq!(told, format!("bytes {first}-{last}/{size}").as_str());
            // The range that we name is read as the same range.
            let mut again = HeaderMap::new();
            let named = HeaderValue::from_str(&format!("bytes={first}-{last}")).expect("digits");
            again.insert("range", named);
            assert_eq!(Selected::of(&Method::GET, &again, size, "\"tag\""), selected);
        }
    }
});
