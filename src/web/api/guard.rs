//! What a request passes before its operation: the key, the rate limit of the key, the limit of concurrent requests, the time
//! limit. Which scope the key needs is in [`super::scopes`].

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConditionallySelectable;
use tokio::sync::Semaphore;

use super::Api;
use super::problem::{Kind, Problem, ProblemWord};
use crate::auth::{ApiKey, KeyHash, Scope};
use aftercall_base::count::counted;
use aftercall_base::log_throttle::LogThrottle;
use aftercall_runtime::clock::now;

/// Requests that are processed at once.
const MAX_CONCURRENT: usize = 128;

/// A request takes no longer, its body included.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How to configure the first key.
const FIRST_KEY: &str = "Make a key with `aftercall api-key new --name pbx --scope announcements,decisions`, write the lines that it \
     prints into the configuration, and `aftercall reload`.";

/// The keys of the configuration, and the limits. A reload exchanges the keys; a client whose key stays starts with a second's
/// worth of requests again.
#[derive(Debug)]
pub struct Keyring {
    known: RwLock<Arc<KnownKeys>>,
    concurrent: Semaphore,
    refused: LogThrottle<Refused>,
}

/// A request that was refused, for the log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Refused {
    /// The name of the key; empty for one that is not known.
    key: String,
    /// The path as it is documented, without the values of the request.
    path: String,
    status: u16,
    /// The kind of problem.
    problem: String,
}

impl Refused {
    fn log(&self, requests: u64) {
        let Self {
            key,
            path,
            status,
            problem,
        } = self;
        let key = if key.is_empty() { "unknown" } else { key };
        tracing::warn!(key, path, status, problem, requests, "API requests refused");
    }
}

#[derive(Debug)]
struct KnownKeys {
    keys: Vec<(ApiKey, Mutex<Bucket>)>,
    /// Requests a second for one key; 0 for any number.
    rate: u32,
}

impl Keyring {
    /// For these keys, each with so many requests a second; 0 for any number.
    pub fn new(keys: Vec<ApiKey>, rate: u32) -> Self {
        Self {
            known: RwLock::new(Arc::new(KnownKeys::new(keys, rate))),
            concurrent: Semaphore::new(MAX_CONCURRENT),
            refused: LogThrottle::new(),
        }
    }

    /// Knows these keys from now on, and no others.
    pub fn exchange(&self, keys: Vec<ApiKey>, rate: u32) {
        let known = Arc::new(KnownKeys::new(keys, rate));
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// Logs the refused requests that were counted and not logged yet; to be called once a second.
    pub fn log_refused(&self) {
        for (refused, requests) in self.refused.due(now()) {
            refused.log(requests);
        }
    }

    /// Whether a client that was let in would be let in now, by the same key and with this scope.
    pub(super) fn is_still(&self, client: &ApiClient, scope: Scope) -> bool {
        let known = self.known();
        let key = known.keys.iter().map(|(key, _)| key);
        let mut key = key.filter(|key| bool::from(key.hash.is(&client.hash)));
        key.any(|key| key.name.as_str() == client.name && key.scopes.contains(&scope))
    }

    fn record_refused(&self, refused: &Refused) {
        if let Some(requests) = self.refused.record(refused, 1, now()) {
            refused.log(requests);
        }
    }

    fn known(&self) -> Arc<KnownKeys> {
        // A pointer has no state that a panic elsewhere could have broken.
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl KnownKeys {
    fn new(keys: Vec<ApiKey>, rate: u32) -> Self {
        let full = Bucket {
            tokens: f64::from(rate),
            filled_at: None,
        };
        Self {
            keys: keys.into_iter().map(|key| (key, Mutex::new(full))).collect(),
            rate,
        }
    }

    /// The index of the key with this text. Every key is compared, so that the time does not show which one is similar.
    fn find(&self, text: &str) -> Option<usize> {
        let hash = KeyHash::of(text);
        let nobody = u32::MAX;
        let found = (0_u32..)
            .zip(&self.keys)
            .fold(nobody, |found, (index, (key, _))| {
                u32::conditional_select(&found, &index, key.hash.is(&hash))
            });
        usize::try_from(found).ok().filter(|_| found != nobody)
    }

    fn allows_request(&self, bucket: &Mutex<Bucket>) -> bool {
        // A bucket has no state that a panic elsewhere could have broken.
        let mut bucket = bucket.lock().unwrap_or_else(PoisonError::into_inner);
        self.rate == 0 || bucket.take(f64::from(self.rate), now())
    }
}

/// Tokens for requests, filled with time and never beyond a second's worth.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled_at: Option<Instant>,
}

impl Bucket {
    fn take(&mut self, rate: f64, now: Instant) -> bool {
        let since = self
            .filled_at
            .map_or(Duration::ZERO, |filled| now.saturating_duration_since(filled));
        self.tokens = (self.tokens + since.as_secs_f64() * rate).min(rate);
        self.filled_at = Some(now);
        let may = self.tokens >= 1.0;
        if may {
            self.tokens -= 1.0;
        }
        may
    }
}

/// The client that sends a request, known by its key.
#[derive(Clone)]
pub(super) struct ApiClient {
    name: String,
    hash: KeyHash,
    scopes: Vec<Scope>,
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl ApiClient {
    /// The name of the key.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether the key has this scope.
    pub(super) fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for ApiClient {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(not_authenticated)
    }
}

/// Passes a request on that has a valid key and is within the limits; counts and logs what was answered.
pub(super) async fn guard(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let started = now();
    let mut key = String::new();
    let response = match authenticate(&api.keyring.known(), request.headers()) {
        Ok(client) => {
            key.clone_from(&client.name);
            tracing::debug!(key = client.name, path, "request");
            request.extensions_mut().insert(client);
            within_limits(&api.keyring, request, next).await
        }
        Err((name, problem)) => {
            key = name;
            problem.into_response()
        }
    };
    if let Some(ProblemWord(problem)) = response.extensions().get() {
        api.keyring.record_refused(&Refused {
            key,
            path: path.clone(),
            status: response.status().as_u16(),
            problem: problem.clone(),
        });
    }
    let status = response.status().as_str().to_owned();
    metrics::counter!("aftercall_api_requests_total", "path" => path.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("aftercall_api_request_seconds", "path" => path)
        .record(now().saturating_duration_since(started).as_secs_f64());
    response
}

/// The client of a request, within its rate limit; else the name of the key, where it is known, and the problem.
fn authenticate(known: &KnownKeys, headers: &HeaderMap) -> Result<ApiClient, (String, Problem)> {
    let nobody = |problem| (String::new(), problem);
    if known.keys.is_empty() {
        let closed = Problem::new(Kind::Closed).detail("The configuration has no [[http.key]].");
        return Err(nobody(closed.fix(FIRST_KEY)));
    }
    let index = bearer(headers)
        .and_then(|text| known.find(text))
        .ok_or_else(|| nobody(not_authenticated()))?;
    let found = known.keys.get(index);
    let (key, bucket) = found.ok_or_else(|| nobody(not_authenticated()))?;
    if !known.allows_request(bucket) {
        let problem = Problem::new(Kind::TooOften)
            .detail(format!(
                "A key may send {} a second.",
                counted(known.rate, "request")
            ))
            .fix("Send many calls in one request, or raise `rate_limit` under [http].")
            .retry_after(1);
        return Err((key.name.as_str().to_owned(), problem));
    }
    Ok(ApiClient {
        name: key.name.as_str().to_owned(),
        hash: key.hash.clone(),
        scopes: key.scopes.clone(),
    })
}

async fn within_limits(keyring: &Keyring, request: Request, next: Next) -> Response {
    let Ok(_place) = keyring.concurrent.try_acquire() else {
        return Problem::new(Kind::Busy).retry_after(1).into_response();
    };
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Kind::TooSlow)
            .detail(format!(
                "A request takes at most {} s, its body included.",
                TIMEOUT.as_secs()
            ))
            .retry_after(1)
            .into_response(),
    }
}

/// The key of `Authorization: Bearer KEY` (RFC 6750 section 2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim())
}

fn not_authenticated() -> Problem {
    Problem::new(Kind::NotAuthenticated)
        .fix("Send the header `Authorization: Bearer KEY` with a key of the configuration.")
        .header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Bucket, KnownKeys};
    use crate::auth::{ApiKey, KeyHash, Scope};

    fn key(name: &str, text: &str) -> ApiKey {
        ApiKey {
            name: name.parse().unwrap(),
            hash: KeyHash::of(text),
            scopes: vec![Scope::Results],
        }
    }

    #[test]
    fn each_key_is_found_by_its_text_and_nothing_else_is() {
        let keyring = KnownKeys::new(vec![key("a", "one"), key("b", "two"), key("c", "three")], 0);
        for (index, text) in ["one", "two", "three"].into_iter().enumerate() {
            assert_eq!(keyring.find(text), Some(index));
        }
        for wrong in ["", "One", "on", "onee", "four"] {
            assert_eq!(keyring.find(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_second_of_requests_may_come_at_once_and_then_as_many_as_time_gives() {
        let start = aftercall_runtime::clock::monotonic();
        let mut bucket = Bucket {
            tokens: 10.0,
            filled_at: None,
        };
        let mut taken = |millis| {
            let now = start + Duration::from_millis(millis);
            (0..100).filter(|_| bucket.take(10.0, now)).count()
        };
        assert_eq!(
            [taken(0), taken(0), taken(250), taken(1_250), taken(60_000)],
            [10, 0, 2, 10, 10]
        );
    }
}
