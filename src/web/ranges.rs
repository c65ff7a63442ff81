//! Which part of a file an HTTP request gets (RFC 9110 sections 13 and 14). Pure.
//!
//! One range is answered with that part. Several ranges are answered with the whole file, as section 14.2 permits: a player asks for
//! one, and a multipart body would be more than it is worth. What cannot be understood is ignored, as it says as well.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};

/// What a request gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selected {
    /// The client has it already: 304.
    NotModified,
    /// The whole: 200.
    Whole,
    /// The octets from the first to the last, both included: 206.
    Part {
        /// The first.
        first: u64,
        /// The last.
        last: u64,
    },
    /// None of the octets asked for is there: 416.
    Unsatisfiable,
}

impl Selected {
    /// What a request with these headers gets of a file of `size` octets. `etag` is a strong validator, with its quotes.
    pub fn of(method: &Method, headers: &HeaderMap, size: u64, etag: &str) -> Self {
        if has_already(headers, etag) {
            return Self::NotModified;
        }
        // Section 14.2: Range is defined for GET alone.
        if *method != Method::GET || !is_range_meant(headers, etag) {
            return Self::Whole;
        }
        let mut fields = headers.get_all(header::RANGE).iter();
        match (fields.next().and_then(|field| field.to_str().ok()), fields.next()) {
            (Some(field), None) => range(field, size),
            (Some(_) | None, _) => Self::Whole,
        }
    }

    /// The status of the response.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::NotModified => StatusCode::NOT_MODIFIED,
            Self::Whole => StatusCode::OK,
            Self::Part { .. } => StatusCode::PARTIAL_CONTENT,
            Self::Unsatisfiable => StatusCode::RANGE_NOT_SATISFIABLE,
        }
    }

    /// The first octet of the body, and how many there are.
    pub const fn octets(self, size: u64) -> (u64, u64) {
        match self {
            Self::Whole => (0, size),
            Self::Part { first, last } => (first, last - first + 1),
            Self::NotModified | Self::Unsatisfiable => (0, 0),
        }
    }

    /// `Content-Range` (section 14.4), where the response has one.
    pub fn content_range(self, size: u64) -> Option<HeaderValue> {
        let text = match self {
            Self::Part { first, last } => format!("bytes {first}-{last}/{size}"),
            Self::Unsatisfiable => format!("bytes */{size}"),
            Self::NotModified | Self::Whole => return None,
        };
        HeaderValue::from_str(&text).ok()
    }
}

/// `If-None-Match` (section 13.1.2), by weak comparison.
fn has_already(headers: &HeaderMap, etag: &str) -> bool {
    let fields = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = fields
        .filter_map(|field| field.to_str().ok())
        .flat_map(|field| field.split(','));
    tags.any(|tag| {
        let tag = tag.trim();
        tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag
    })
}

/// `If-Range` (section 13.1.5), by strong comparison. A date never matches: the files have validators that are better.
fn is_range_meant(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get(header::IF_RANGE)
        .is_none_or(|field| field.to_str().is_ok_and(|field| field.trim() == etag))
}

/// What `Range` (section 14.2) selects.
fn range(field: &str, size: u64) -> Selected {
    let Some((unit, set)) = field.split_once('=') else {
        return Selected::Whole;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Selected::Whole;
    }
    // Section 5.6.1: empty elements of a list do not count.
    let mut specs = set.split(',').map(str::trim).filter(|spec| !spec.is_empty());
    match (specs.next().and_then(Spec::parse), specs.next()) {
        (Some(spec), None) => spec.of(size),
        (Some(_) | None, _) => Selected::Whole,
    }
}

/// A `range-spec` (section 14.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Spec {
    From(u64),
    Between(u64, u64),
    Last(u64),
}

impl Spec {
    fn parse(text: &str) -> Option<Self> {
        let (first, last) = text.split_once('-')?;
        match (first, last) {
            ("", last) => Some(Self::Last(number(last)?)),
            (first, "") => Some(Self::From(number(first)?)),
            (first, last) => {
                let (first, last) = (number(first)?, number(last)?);
                (first <= last).then_some(Self::Between(first, last))
            }
        }
    }

    fn of(self, size: u64) -> Selected {
        let (first, last) = match self {
            Self::From(first) => (first, u64::MAX),
            Self::Between(first, last) => (first, last),
            Self::Last(0) => return Selected::Unsatisfiable,
            Self::Last(octets) => (size.saturating_sub(octets), u64::MAX),
        };
        match size.checked_sub(1) {
            Some(end) if first <= end => Selected::Part {
                first,
                last: last.min(end),
            },
            Some(_) | None => Selected::Unsatisfiable,
        }
    }
}

/// Digits; more than any file has octets are as many as there can be.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
    use proptest::prelude::*;

    use super::Selected::{self, NotModified, Part, Unsatisfiable, Whole};

    const ETAG: &str = "\"abc\"";

    fn selected(method: &Method, fields: &[(HeaderName, &str)], size: u64) -> Selected {
        let mut headers = HeaderMap::new();
        for (name, text) in fields {
            headers.append(name, HeaderValue::from_str(text).unwrap());
        }
        Selected::of(method, &headers, size, ETAG)
    }

    fn of_range(text: &str, size: u64) -> Selected {
        selected(&Method::GET, &[(header::RANGE, text)], size)
    }

    #[test]
    fn ranges_are_those_of_the_rfc() {
        // The examples of RFC 9110 section 14.1.2, for a representation of 10,000 octets.
        for (text, expected) in [
            ("bytes=0-499", Part { first: 0, last: 499 }),
            (
                "bytes=500-999",
                Part {
                    first: 500,
                    last: 999,
                },
            ),
            (
                "bytes=-500",
                Part {
                    first: 9_500,
                    last: 9_999,
                },
            ),
            (
                "bytes=9500-",
                Part {
                    first: 9_500,
                    last: 9_999,
                },
            ),
            ("bytes=0-0,-1", Whole),
            ("bytes= 0-999, 4500-5499, -1000", Whole),
            ("bytes=500-600,601-999", Whole),
        ] {
            assert_eq!(of_range(text, 10_000), expected, "{text}");
        }
        for (text, size, expected) in [
            ("Bytes=1-2", 10, Part { first: 1, last: 2 }),
            ("bytes=,1-2,", 10, Part { first: 1, last: 2 }),
            ("bytes=5-99999999999999999999999", 10, Part { first: 5, last: 9 }),
            ("bytes=-99", 10, Part { first: 0, last: 9 }),
            ("bytes=10-", 10, Unsatisfiable),
            ("bytes=-0", 10, Unsatisfiable),
            ("bytes=0-", 0, Unsatisfiable),
            ("bytes=-1", 0, Unsatisfiable),
            ("bytes=5-4", 10, Whole),
            ("bytes=", 10, Whole),
            ("bytes=a-b", 10, Whole),
            ("bytes=+1-2", 10, Whole),
            ("bytes=--1", 10, Whole),
            ("seconds=1-2", 10, Whole),
            ("nonsense", 10, Whole),
        ] {
            assert_eq!(of_range(text, size), expected, "{text} of {size}");
        }
    }

    #[test]
    fn conditions_go_first() {
        let range = (header::RANGE, "bytes=1-2");
        let part = Part { first: 1, last: 2 };
        for (condition, expected) in [
            ((header::IF_RANGE, ETAG), part),
            ((header::IF_RANGE, "\"other\""), Whole),
            ((header::IF_RANGE, "W/\"abc\""), Whole),
            ((header::IF_RANGE, "Wed, 25 Nov 2026 08:00:00 GMT"), Whole),
            ((header::IF_NONE_MATCH, ETAG), NotModified),
            ((header::IF_NONE_MATCH, "\"x\", W/\"abc\""), NotModified),
            ((header::IF_NONE_MATCH, "*"), NotModified),
            ((header::IF_NONE_MATCH, "\"x\""), part),
        ] {
            assert_eq!(
                selected(&Method::GET, &[range.clone(), condition.clone()], 10),
                expected,
                "{condition:?}"
            );
        }
        assert_eq!(
            selected(&Method::HEAD, std::slice::from_ref(&range), 10),
            Whole,
            "Range is for GET alone"
        );
        assert_eq!(
            selected(&Method::GET, &[range.clone(), range], 10),
            Whole,
            "a field that may not be repeated"
        );
    }

    proptest! {
        /// Whatever is asked for, what is sent lies within the file, and a satisfiable range is sent as it was asked for.
        #[test]
        fn part_lies_within_the_file(text in "(bytes=)?[0-9,a -]{0,12}", size in 0_u64..40) {
            let selected = of_range(&text, size);
            let (first, octets) = selected.octets(size);
            prop_assert!(first.checked_add(octets).is_some_and(|end| end <= size), "{:?}", selected);
            let is_part = matches!(selected, Part { .. });
            prop_assert_eq!(is_part, selected.status() == 206);
            prop_assert!(!is_part || octets > 0);
        }

        #[test]
        fn octets_asked_for_are_those_that_are_sent(first in 0_u64..60, length in 1_u64..60, size in 0_u64..40) {
            let last = first + length - 1;
            let expected: Vec<u64> = (first..=last).filter(|octet| *octet < size).collect();
            let selected = of_range(&format!("bytes={first}-{last}"), size);
            let (start, octets) = selected.octets(size);
            let sent: Vec<u64> = (start..start + octets).collect();
            prop_assert_eq!(&sent, &expected);
            prop_assert_eq!(expected.is_empty(), selected == Unsatisfiable);
        }
    }
}
