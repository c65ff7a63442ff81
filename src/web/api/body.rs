//! Reading a request: bounded, JSON, every field known, each fault named with its place.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::guard::Caller;
use super::problem::{Kind, Problem};

/// The largest request about one call.
pub(super) const SMALL: usize = 16 << 10;

/// The largest request about many calls.
pub(super) const LARGE: usize = 1 << 20;

/// The longest `Idempotency-Key`.
const LONGEST_KEY: usize = 255;

/// A JSON body of at most `MOST` bytes.
pub(super) struct Body<T, const MOST: usize = SMALL>(pub(super) T);

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
        return Err(Problem::unfit_field(&or_root(format!("{place}{list}")), reason));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let place = or_root(format!("{place}{}", pointer(error.path())));
        Problem::unfit_field(&place, error.inner().to_string())
    })
}

impl<S: Send + Sync, T: FromJson, const MOST: usize> FromRequest<S> for Body<T, MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !says_json(&parts.headers) {
            return Err(Problem::new(Kind::NotAnnouncedAsJson)
                .mend("Send the header `Content-Type: application/json`."));
        }
        let text: Bytes = to_bytes(body, MOST).await.map_err(|_| {
            Problem::new(Kind::TooLarge).detail(format!(
                "A request here has at most {MOST} bytes, all of them sent."
            ))
        })?;
        let value = serde_json::from_slice(&text).map_err(|error| {
            Problem::new(Kind::NotJson)
                .detail(format!("{error}."))
                .mend("Send one JSON value (RFC 8259) in UTF-8.")
        })?;
        T::from_json(value).map(Self)
    }
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

/// People look for the whole under `/`, though its pointer is empty.
fn or_root(place: String) -> String {
    if place.is_empty() { "/".to_owned() } else { place }
}

/// The place as a JSON Pointer (RFC 6901).
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

/// The `Idempotency-Key` of a request, if there is one, as that of who asks: another's is another.
///
/// # Errors
/// It is too long, or has more than visible characters.
pub(super) fn idempotency_key(headers: &HeaderMap, caller: &Caller) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let sound = (1..=LONGEST_KEY).contains(&value.len())
        && value.as_bytes().iter().all(|byte| (b' '..=b'~').contains(byte));
    match value.to_str() {
        Ok(key) if sound => Ok(Some(format!("{}:{key}", caller.name()))),
        _ => Err(Problem::unfit_field(
            "Idempotency-Key",
            format!("is not 1 to {LONGEST_KEY} visible characters"),
        )),
    }
}
