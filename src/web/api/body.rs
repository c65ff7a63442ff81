//! Reading a request: bounded, JSON, every field known, each fault named with its place.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use sha2::{Digest, Sha256};

use super::duplicate;
use super::guard::ApiClient;
use super::problem::{Kind, Problem};
use crate::announcements::IdempotencyKey;

/// The largest request about one call.
pub(super) const SMALL: usize = 16 << 10;

/// The largest request about many calls.
pub(super) const LARGE: usize = 1 << 20;

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The longest `Idempotency-Key`.
const LONGEST_KEY: usize = 255;

/// A JSON body of at most `MOST` bytes, and what tells it from another.
pub(super) struct Body<T, const MOST: usize = SMALL>(pub(super) T, pub(super) BodyHash);

/// The SHA-256 of method, path and JSON of a request, 64 hexadecimal digits: the same however the JSON is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BodyHash(pub(super) String);

impl BodyHash {
    fn of(parts: &Parts, value: &Value) -> Self {
        let mut hash = Sha256::new();
        hash.update(parts.method.as_str());
        hash.update([0]);
        hash.update(parts.uri.path());
        hash.update([0]);
        // The names of an object are in order here, whatever their order was.
        hash.update(value.to_string());
        Self(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// What a body can hold.
pub(super) trait FromJson: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    fn from_json(value: Value) -> Result<Self, Problem>;
}

impl<T: DeserializeOwned> FromJson for T {
    fn from_json(value: Value) -> Result<Self, Problem> {
        at("", value)
    }
}

/// Reads an object that stands at this place (JSON Pointer) of a body.
///
/// # Errors
/// What is wrong with it, and where.
pub(super) fn at<T: DeserializeOwned>(place: &str, value: Value) -> Result<T, Problem> {
    // An object could also be written as the list of its values in order, which nobody means.
    if let Some(list) = list_in(&value) {
        let reason = "is a list where an object or a value is expected";
        return Err(Problem::unfit_field(&format!("{place}{list}"), reason));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = format!("{place}{}", pointer(error.path()));
        Problem::unfit_field(&place, error.inner().to_string())
    })
}

impl<S: Send + Sync, T: FromJson, const MOST: usize> FromRequest<S> for Body<T, MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !says_json(&parts.headers) {
            return Err(Problem::new(Kind::NotAnnouncedAsJson)
                .fix("Send the header `Content-Type: application/json`."));
        }
        encoding(&parts.headers)?;
        let text: Bytes = to_bytes(body, MOST).await.map_err(|_| {
            Problem::new(Kind::TooLarge).detail(format!(
                "A request to this endpoint has at most {MOST} bytes, and must be sent completely."
            ))
        })?;
        let value = json(&text)?;
        if let Some(place) = duplicate::first(text.strip_prefix(MARK).unwrap_or(&text)) {
            return Err(Problem::unfit_field(&place, "stands twice in its object"));
        }
        let hash = BodyHash::of(&parts, &value);
        T::from_json(value).map(|body| Self(body, hash))
    }
}

/// # Errors
/// The body is compressed, or in another character set than UTF-8.
fn encoding(headers: &HeaderMap) -> Result<(), Problem> {
    let coded = headers.get_all(header::CONTENT_ENCODING).iter().find(|value| {
        let codings = value.as_bytes().split(|byte| *byte == b',');
        codings
            .map(<[u8]>::trim_ascii)
            .any(|coding| !coding.is_empty() && !coding.eq_ignore_ascii_case(b"identity"))
    });
    if coded.is_some() {
        return Err(unknown_encoding("The body has a Content-Encoding.")
            .fix("Send the body as it is, without `Content-Encoding`."));
    }
    let charset = charset(headers);
    if let Some(charset) = charset.filter(|name| !is_utf_8(name)) {
        let shown: String = charset.chars().filter(char::is_ascii_graphic).take(40).collect();
        return Err(
            unknown_encoding(&format!("The body is in the character set `{shown}`."))
                .fix("Send UTF-8, as JSON is (RFC 8259 section 8.1)."),
        );
    }
    Ok(())
}

/// RFC 9110 sections 12.5.3 and 15.5.16: what is taken stands in `Accept-Encoding`.
fn unknown_encoding(detail: &str) -> Problem {
    Problem::new(Kind::UnknownEncoding)
        .detail(detail)
        .header(header::ACCEPT_ENCODING, HeaderValue::from_static("identity"))
}

/// The `charset` of the Content-Type.
fn charset(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    value.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches('"').to_ascii_lowercase())
    })
}

/// UTF-8, or what is a part of it.
fn is_utf_8(name: &str) -> bool {
    matches!(name, "" | "utf-8" | "utf8" | "us-ascii" | "ascii")
}

/// The JSON of a body. A byte order mark before it is passed over (RFC 8259 section 8.1).
///
/// # Errors
/// It is none, or in another character set, whatever the header says.
fn json(body: &[u8]) -> Result<Value, Problem> {
    let fix = "Send one JSON value (RFC 8259) in UTF-8.";
    if let [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, _, ..] | [_, 0, ..] = body {
        return Err(unknown_encoding("The body is in UTF-16 or UTF-32.").fix(fix));
    }
    let body = body.strip_prefix(MARK).unwrap_or(body);
    if let Err(error) = std::str::from_utf8(body) {
        let detail = format!(
            "The body is not UTF-8: the byte at place {} begins no character of it. It may be Latin-1.",
            error.valid_up_to()
        );
        return Err(Problem::new(Kind::NotJson).detail(detail).fix(fix));
    }
    serde_json::from_slice(body)
        .map_err(|error| Problem::new(Kind::NotJson).detail(format!("{error}.")).fix(fix))
}

/// `application/json`, or a type that builds on it, such as `application/merge-patch+json`.
fn says_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let essence = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    essence == "application/json" || essence.starts_with("application/") && essence.ends_with("+json")
}

/// The place of a list.
fn list_in(value: &Value) -> Option<String> {
    match value {
        Value::Array(_) => Some(String::new()),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            let inner = list_in(field)?;
            Some(format!("/{}{inner}", escaped(name)))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// The place as a JSON Pointer (RFC 6901); that of the whole is empty (section 5).
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let token = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } | Segment::Enum { variant: key } => escaped(key),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&token);
    }
    pointer
}

/// A name as a part of a JSON Pointer (RFC 6901 section 3).
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The `Idempotency-Key` of a request, if there is one, as that of who asks: another's is another. With it the hash of the
/// request, since the key is for that one alone.
///
/// # Errors
/// It is too long, or has more than visible characters.
pub(super) fn idempotency_key(
    headers: &HeaderMap,
    client: &ApiClient,
    hash: BodyHash,
) -> Result<Option<IdempotencyKey>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let sound = (1..=LONGEST_KEY).contains(&value.len())
        && value.as_bytes().iter().all(|byte| (b' '..=b'~').contains(byte));
    match value.to_str() {
        Ok(key) if sound => Ok(Some(IdempotencyKey {
            key: format!("{}:{key}", client.name()),
            request_hash: hash.0,
        })),
        _ => Err(Problem::unfit_field(
            "Idempotency-Key",
            format!("is not 1 to {LONGEST_KEY} visible characters"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::{FromRequest, Request};
    use axum::http::{HeaderMap, HeaderName, HeaderValue};
    use serde_json::{Value, json};

    use super::{Body, encoding, json as read};

    fn status(name: &'static str, value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        encoding(&headers).is_ok()
    }

    #[tokio::test]
    async fn name_that_stands_twice_in_a_body_is_refused_with_its_place() {
        let read = async |text: &'static str| {
            let request = Request::builder()
                .header("content-type", "application/json")
                .body(text.into())
                .unwrap();
            Body::<Value>::from_request(request, &()).await
        };
        for text in [r#"{"a":{"b":1,"b":2}}"#, "\u{FEFF}{\"a\":{\"b\":1,\"b\":2}}"] {
            let refused = format!("{:?}", read(text).await.err());
            assert!(refused.contains("/a/b") && refused.contains("twice"), "{refused}");
        }
        assert!(read(r#"{"a":{"b":1},"b":2}"#).await.is_ok());
    }

    #[test]
    fn bodies_that_are_compressed_or_in_another_character_set_are_not_read_as_if_they_were_json() {
        for coding in [
            "gzip",
            "deflate",
            "br",
            "zstd",
            "compress",
            "x-gzip",
            "identity, gzip",
            "aes128gcm",
        ] {
            assert!(!status("content-encoding", coding), "{coding}");
        }
        assert!(status("content-encoding", "identity") && status("content-encoding", ""));
        for charset in [
            "utf-16",
            "UTF-16LE",
            "iso-8859-1",
            "latin1",
            "windows-1252",
            "utf-32",
            "utf-7",
        ] {
            let value: &'static str = format!("application/json; charset={charset}").leak();
            assert!(!status("content-type", value), "{charset}");
        }
        for value in [
            "application/json",
            "application/json;charset=UTF-8",
            "application/json; charset=\"utf-8\"; version=1",
            "application/json; charset=us-ascii",
        ] {
            assert!(status("content-type", value), "{value}");
        }
    }

    #[test]
    fn byte_order_mark_is_passed_over_and_other_character_sets_are_told_as_such() {
        assert_eq!(read(b"\xEF\xBB\xBF{\"a\":1}").unwrap(), json!({ "a": 1 }));
        assert_eq!(
            read("{\"a\":\"\u{e4}\"}".as_bytes()).unwrap(),
            json!({ "a": "\u{e4}" })
        );
        assert_eq!(read(b"5").unwrap(), json!(5));
        let utf_16 = |order: fn(u16) -> [u8; 2], mark: &[u8]| -> Vec<u8> {
            let text = "{\"a\":1}".encode_utf16().flat_map(order);
            mark.iter().copied().chain(text).collect()
        };
        for body in [
            utf_16(u16::to_le_bytes, &[0xFF, 0xFE]),
            utf_16(u16::to_be_bytes, &[0xFE, 0xFF]),
            utf_16(u16::to_le_bytes, &[]),
            utf_16(u16::to_be_bytes, &[]),
        ] {
            assert!(
                format!("{:?}", read(&body).unwrap_err()).contains("UTF-16"),
                "{body:?}"
            );
        }
        let latin_1 = read(b"{\"a\":\"\xE4\"}").unwrap_err();
        assert!(format!("{latin_1:?}").contains("Latin-1"), "{latin_1:?}");
        for body in [&b""[..], b"{", b"\xEF\xBB\xBF", b"\xEF\xBB\xBF\xEF\xBB\xBF{}"] {
            assert!(read(body).is_err(), "{body:?}");
        }
    }
}
