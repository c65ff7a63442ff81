//! A client of the API: every answer that comes is held against the description of the service itself.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::schema::Description;
use crate::house::{House, Service};
use crate::soon;

/// A key with every scope.
pub(crate) const KEY: &str = "ack_test";

/// The scopes that there are.
pub(crate) const SCOPES: [&str; 8] = [
    "announcements",
    "decisions",
    "results",
    "personal",
    "comments",
    "context",
    "eligible",
    "opt_outs",
];

/// `[[http.key]]` of a key with these scopes, for a configuration.
pub(crate) fn key(name: &str, key: &str, scopes: &[&str]) -> String {
    let hash = aftercall::auth::KeyHash::of(key);
    format!("[[http.key]]\nname = \"{name}\"\nhash = \"{hash}\"\nscopes = {scopes:?}\n")
}

/// A house with this configuration that lets [`KEY`] do everything.
pub(crate) fn house(settings: &str) -> House {
    House::new(&format!("{settings}{}", key("test", KEY, &SCOPES)))
}

/// A client of one service.
pub(crate) struct Client {
    server: SocketAddr,
    key: Option<String>,
    description: Description,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) bytes: Vec<u8>,
}

impl Response {
    /// The body of a response that went well.
    pub(crate) fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "{self:?}");
        self.body
    }

    /// The fields that a problem names.
    pub(crate) fn fields(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array();
        let fields = errors.into_iter().flatten();
        fields.map(|error| error["field"].as_str().unwrap()).collect()
    }
}

impl Client {
    pub(crate) async fn new(service: &Service) -> Self {
        let server = service.engine.http_address();
        let description = exchange(server, "GET", "/api/v1/openapi.json", "", b"").await;
        assert_eq!(description.status, 200, "the description needs no key");
        Self {
            server,
            key: Some(KEY.to_owned()),
            description: Description(description.body),
        }
    }

    /// The same with another key, or none.
    pub(crate) fn with_key(&self, key: Option<&str>) -> Self {
        Self {
            server: self.server,
            key: key.map(str::to_owned),
            description: Description(self.description.0.clone()),
        }
    }

    pub(crate) fn description(&self) -> &Description {
        &self.description
    }

    /// Sends bytes, whatever they are, with these headers.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Response {
        let authorization = self
            .key
            .as_ref()
            .map(|key| format!("Authorization: Bearer {key}\r\n"))
            .unwrap_or_default();
        let headers = format!("{authorization}{headers}");
        let whole = format!("/api/v1{path}");
        let response = exchange(self.server, method, &whole, &headers, body).await;
        if method == "HEAD" {
            // GET without its body, which the description has.
            assert!(response.bytes.is_empty(), "{path}: {response:?}");
            return response;
        }
        self.description
            .check(method, path, response.status, &response.body);
        if response.status >= 400 {
            let head = response.head.to_ascii_lowercase();
            assert!(
                head.contains("content-type: application/problem+json"),
                "every error is a problem document: {response:?}"
            );
            assert_eq!(response.body["status"], response.status);
        }
        response
    }

    /// The status of a path beside the API.
    pub(crate) async fn raw(&self, method: &str, path: &str) -> u16 {
        exchange(self.server, method, path, "", b"").await.status
    }

    async fn json(&self, method: &str, path: &str, headers: &str, body: &Value) -> Response {
        let headers = format!("Content-Type: application/json\r\n{headers}");
        self.send(method, path, &headers, body.to_string().as_bytes())
            .await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        self.json("POST", path, "", &body).await
    }

    /// A POST with an `Idempotency-Key`.
    pub(crate) async fn post_once(&self, path: &str, key: &str, body: Value) -> Response {
        let header = format!("Idempotency-Key: {key}\r\n");
        self.json("POST", path, &header, &body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Response {
        self.json("PATCH", path, "", &body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send("GET", path, "", b"").await
    }
}

async fn exchange(server: SocketAddr, method: &str, path: &str, headers: &str, body: &[u8]) -> Response {
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = async {
        let mut stream = TcpStream::connect(server).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        // A server that refuses a body may close before it has read all of it.
        stream.write_all(body).await.ok();
        let mut response = Vec::new();
        let mut chunk = vec![0; 8192];
        while let Ok(read @ 1..) = stream.read(&mut chunk).await {
            response.extend_from_slice(&chunk[..read]);
            // Events have no end.
            if head_of(&response).is_some_and(|head| head.contains("text/event-stream")) {
                break;
            }
        }
        response
    };
    let response = soon("the API answers", answer).await;
    let head = head_of(&response).unwrap_or_else(|| panic!("not HTTP: {response:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let bytes = response[head.len() + 4..].to_vec();
    Response {
        status,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        head,
        bytes,
    }
}

/// The head of a response, when it is complete.
fn head_of(response: &[u8]) -> Option<String> {
    let end = response.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(String::from_utf8(response[..end].to_vec()).unwrap())
}
