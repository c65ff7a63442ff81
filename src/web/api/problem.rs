//! Errors of the API, as problem documents (RFC 9457) that say how to correct them.

use std::borrow::Cow;

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

/// The media type (RFC 9457 section 3).
const CONTENT_TYPE: &str = "application/problem+json";

/// The kinds of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The request is not JSON.
    NotJson,
    /// No key, or one that is not known.
    NotAuthenticated,
    /// No key is configured.
    Closed,
    /// The key has no scope for the operation.
    NotPermitted,
    /// No such path.
    UnknownEndpoint,
    /// No such call.
    UnknownCall,
    /// No such survey.
    UnknownSurvey,
    /// No such recording, or no audio of it.
    UnknownComment,
    /// None of the octets asked for is there.
    RangeNotSatisfiable,
    /// The path has no such method.
    UnknownMethod,
    /// The call has arrived before it was announced.
    CallHasArrived,
    /// The body is larger than it may be.
    TooLarge,
    /// The body says that it is something else.
    NotAnnouncedAsJson,
    /// The body is encoded in a way that is not read.
    UnknownEncoding,
    /// The JSON is not what this endpoint takes.
    Unfit,
    /// The `Idempotency-Key` was sent with another request.
    KeyReused,
    /// The key exceeds its rate limit.
    TooOften,
    /// The key, or the network address, follows events as often as it may.
    TooManyStreams,
    /// As many calls are announced as may be.
    TooManyAnnounced,
    /// As many requests are under way as may be.
    Busy,
    /// The database is away.
    Unavailable,
    /// The request was not done in time.
    TooSlow,
}

impl Kind {
    /// Status, word and title.
    const fn parts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotJson => (StatusCode::BAD_REQUEST, "not-json", "The request is not JSON"),
            Self::NotAuthenticated => (
                StatusCode::UNAUTHORIZED,
                "not-authenticated",
                "The request has no valid API key",
            ),
            Self::Closed => (StatusCode::FORBIDDEN, "closed", "No API key is configured"),
            Self::NotPermitted => (
                StatusCode::FORBIDDEN,
                "not-permitted",
                "The key does not permit this",
            ),
            Self::UnknownEndpoint => (
                StatusCode::NOT_FOUND,
                "unknown-endpoint",
                "There is no such endpoint",
            ),
            Self::UnknownCall => (StatusCode::NOT_FOUND, "unknown-call", "There is no such call"),
            Self::UnknownSurvey => (StatusCode::NOT_FOUND, "unknown-survey", "There is no such survey"),
            Self::UnknownComment => (
                StatusCode::NOT_FOUND,
                "unknown-comment",
                "There is no such comment",
            ),
            Self::RangeNotSatisfiable => (
                StatusCode::RANGE_NOT_SATISFIABLE,
                "range-not-satisfiable",
                "None of the octets asked for is there",
            ),
            Self::UnknownMethod => (
                StatusCode::METHOD_NOT_ALLOWED,
                "unknown-method",
                "The endpoint has no such method",
            ),
            Self::CallHasArrived => (
                StatusCode::CONFLICT,
                "call-has-arrived",
                "The call has already arrived",
            ),
            Self::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "too-large",
                "The request is too large",
            ),
            Self::NotAnnouncedAsJson => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not-announced-as-json",
                "Content-Type must be application/json",
            ),
            Self::UnknownEncoding => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unknown-encoding",
                "Unsupported encoding of the body",
            ),
            Self::KeyReused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "key-reused",
                "The Idempotency-Key was already used for another request",
            ),
            Self::Unfit => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "unfit",
                "The request has invalid or missing fields",
            ),
            Self::TooOften => (StatusCode::TOO_MANY_REQUESTS, "too-often", "Rate limit exceeded"),
            Self::TooManyStreams => (
                StatusCode::TOO_MANY_REQUESTS,
                "too-many-streams",
                "Too many streams of events",
            ),
            Self::TooManyAnnounced => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too-many-announced",
                "Too many pending announcements",
            ),
            Self::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                "Too many concurrent requests",
            ),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "The database is not available",
            ),
            Self::TooSlow => (
                StatusCode::SERVICE_UNAVAILABLE,
                "too-slow",
                "The request timed out",
            ),
        }
    }
}

/// What went wrong. Small, since every function here may return one.
#[derive(Debug)]
pub(super) struct Problem(Box<Parts>);

#[derive(Debug)]
struct Parts {
    document: Document,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What went wrong (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
struct Document {
    /// Names the kind of problem: `urn:aftercall:problem:...`.
    #[serde(rename = "type")]
    #[schema(example = "urn:aftercall:problem:unfit")]
    kind: String,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What is wrong with this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// How to correct it.
    #[serde(rename = "mend", skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
    /// Every part of the request that is at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// The call that stands in the way.
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<String>,
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        Document::schema()
    }
}

impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Document::name()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Document::schemas(schemas);
    }
}

/// A part of the request that is at fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct FieldError {
    /// Where it stands (JSON Pointer, RFC 6901), or the name of a header.
    #[schema(example = "/context/language")]
    pub(super) field: String,
    /// What is wrong with it.
    #[schema(example = "is not a language tag such as `fi` or `fi-FI`")]
    pub(super) reason: String,
}

impl Problem {
    /// A problem of this kind.
    pub(super) fn new(kind: Kind) -> Self {
        let (status, word, title) = kind.parts();
        let document = Document {
            kind: format!("urn:aftercall:problem:{word}"),
            title,
            status: status.as_u16(),
            detail: None,
            fix: None,
            errors: Vec::new(),
            call_id: None,
        };
        Self(Box::new(Parts {
            document,
            headers: Vec::new(),
        }))
    }

    /// Parts of the request that are at fault.
    pub(super) fn unfit(errors: Vec<FieldError>) -> Self {
        let named: Vec<String> = errors
            .iter()
            .map(|error| match error.field.as_str() {
                // The whole of the body.
                "" => error.reason.clone(),
                field => format!("{field}: {}", error.reason),
            })
            .collect();
        let mut problem = Self::new(Kind::Unfit).detail(named.join("; "));
        problem.0.document.errors = errors;
        problem
    }

    /// One part of the request that is at fault.
    pub(super) fn unfit_field(field: &str, reason: impl Into<String>) -> Self {
        Self::unfit(vec![FieldError {
            field: field.to_owned(),
            reason: reason.into(),
        }])
    }

    /// What is wrong with this request.
    pub(super) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.0.document.detail = Some(detail.into());
        self
    }

    /// How to correct it.
    pub(super) fn fix(mut self, fix: impl Into<String>) -> Self {
        self.0.document.fix = Some(fix.into());
        self
    }

    /// The call that stands in the way.
    pub(super) fn call(mut self, call: impl ToString) -> Self {
        self.0.document.call_id = Some(call.to_string());
        self
    }

    /// When to retry, in seconds.
    pub(super) fn retry_after(self, seconds: u64) -> Self {
        self.header(header::RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// A header of the response.
    pub(super) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.push((name, value));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let Parts { document, headers } = *self.0;
        let word = document.kind.rsplit(':').next().unwrap_or_default().to_owned();
        let status = StatusCode::from_u16(document.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(document)).into_response();
        let content_type = HeaderValue::from_static(CONTENT_TYPE);
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
        response.headers_mut().extend(headers);
        response.extensions_mut().insert(ProblemWord(word));
        response
    }
}

/// The kind of problem in a response, for the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ProblemWord(pub(super) String);

/// What any endpoint may answer instead.
#[derive(IntoResponses)]
#[expect(
    dead_code,
    reason = "read by the macro that describes the API; responses are made from problems"
)]
pub(super) enum Problems {
    /// No valid key.
    #[response(status = 401, content_type = "application/problem+json")]
    NotAuthenticated(Problem),
    /// The key does not permit this, or none is configured.
    #[response(status = 403, content_type = "application/problem+json")]
    NotPermitted(Problem),
    /// Rate limit exceeded; retry after `Retry-After`.
    #[response(status = 429, content_type = "application/problem+json")]
    TooOften(Problem),
    /// The database is not available, or there are too many requests; retry after `Retry-After`.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// What an endpoint that takes a body may answer as well.
#[derive(IntoResponses)]
#[expect(
    dead_code,
    reason = "read by the macro that describes the API; responses are made from problems"
)]
pub(super) enum BodyProblems {
    /// The request is not JSON.
    #[response(status = 400, content_type = "application/problem+json")]
    NotJson(Problem),
    /// The request is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// `Content-Type` is not application/json, or the body is compressed or not in UTF-8; `Accept-Encoding` lists what is
    /// accepted.
    #[response(status = 415, content_type = "application/problem+json")]
    NotAnnouncedAsJson(Problem),
    /// A field is unknown, missing, or not what it has to be; `errors` names each. Or the `Idempotency-Key` was already
    /// used for another request.
    #[response(status = 422, content_type = "application/problem+json")]
    Unfit(Problem),
}
