//! One HTTP request on a connection of its own. No redirect is followed, no proxy asked, no connection kept.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, RETRY_AFTER, USER_AGENT};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::rustls::pki_types::ServerName;

use super::network::is_public;
use super::url::WebhookUrl;
use crate::delivery::tls::Trust;
use aftercall_runtime::lifecycle::spawn;

/// Bytes of an answer that are read at most.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Time for the body of an answer. Nothing depends on it: it is shown to people.
const BODY_TIME: Duration = Duration::from_secs(1);

/// Addresses of a name that are tried at most.
const MOST_ADDRESSES: usize = 8;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    /// The name was not found.
    #[error("cannot look up {host}: {error}")]
    Name { host: String, error: io::Error },
    /// No address may be called.
    #[error(
        "{host} is {address}, an address that is not of the public internet; allow_private = true permits it"
    )]
    Private { host: String, address: SocketAddr },
    /// Nobody listens.
    #[error("cannot connect to {address}: {error}")]
    Connect { address: SocketAddr, error: io::Error },
    /// The certificate, or TLS as a whole.
    #[error("TLS: {0}")]
    Tls(io::Error),
    /// The host of the URL cannot have a certificate.
    #[error("`{0}` cannot have a certificate")]
    Host(String),
    /// The connection broke, or what was answered is not HTTP.
    #[error("{0}")]
    Http(hyper::Error),
    /// The request cannot be made.
    #[error("the request cannot be made: {0}")]
    Request(hyper::http::Error),
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// How long the receiver wants us to wait.
    pub(super) retry_after: Option<Duration>,
    /// The beginning of the body.
    pub(super) text: String,
}

/// POSTs JSON. Cancel safe in so far as a dropped request may have been received.
pub(super) async fn post(
    url: &WebhookUrl,
    trust: Option<&Trust>,
    allow_private: bool,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
    now: DateTime<Utc>,
) -> Result<Answer, ClientError> {
    let tcp = connect(url, allow_private).await?;
    let request = request(url, headers, body)?;
    let Some(trust) = trust.filter(|_| url.is_tls()) else {
        return exchange(tcp, request, now).await;
    };
    let name =
        ServerName::try_from(url.host().to_owned()).map_err(|_| ClientError::Host(url.host().to_owned()))?;
    let tls = trust
        .connector()
        .connect(name, tcp)
        .await
        .map_err(ClientError::Tls)?;
    exchange(tls, request, now).await
}

/// A connection to the first address of the host that may be called and answers.
async fn connect(url: &WebhookUrl, allow_private: bool) -> Result<TcpStream, ClientError> {
    let host = || url.host().to_owned();
    let found = lookup_host((url.host(), url.port()))
        .await
        .map_err(|error| ClientError::Name { host: host(), error })?;
    let mut last = ClientError::Name {
        host: host(),
        error: io::Error::from(io::ErrorKind::NotFound),
    };
    for address in found.take(MOST_ADDRESSES) {
        if !allow_private && !is_public(address.ip()) {
            last = ClientError::Private {
                host: host(),
                address,
            };
            continue;
        }
        match TcpStream::connect(address).await {
            Ok(tcp) => return Ok(tcp),
            Err(error) => last = ClientError::Connect { address, error },
        }
    }
    Err(last)
}

fn request(
    url: &WebhookUrl,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
) -> Result<Request<Full<Bytes>>, ClientError> {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(url.target())
        .header(HOST, url.authority())
        .header(USER_AGENT, concat!("aftercall/", env!("CARGO_PKG_VERSION")))
        .header(CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    request
        .body(Full::new(Bytes::from(body)))
        .map_err(ClientError::Request)
}

async fn exchange(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    request: Request<Full<Bytes>>,
    now: DateTime<Utc>,
) -> Result<Answer, ClientError> {
    let (mut sender, connection) = http1::Builder::new()
        .max_buf_size(LONGEST_ANSWER)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(ClientError::Http)?;
    let connection = spawn("webhook connection", async {
        // How it ends is told by the request.
        connection.await.unwrap_or_default();
    });
    let _ends_with_us = AbortOnDrop(connection);
    let response = sender.send_request(request).await.map_err(ClientError::Http)?;
    let (status, retry_after) = (response.status(), retry_after(&response, now));
    let text = beginning(response.into_body()).await;
    // The status is known: a body that is slow or has no end changes nothing.
    Ok(Answer {
        status,
        retry_after,
        text,
    })
}

/// Ends the task of a connection with its request.
struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The body as far as it comes in a short time; one that breaks off is as long as it was.
async fn beginning(mut body: Incoming) -> String {
    let mut read = Vec::new();
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            if let Ok(data) = frame.into_data() {
                let left = LONGEST_ANSWER - read.len();
                read.extend(data.iter().copied().take(left));
            }
            if read.len() >= LONGEST_ANSWER {
                break;
            }
        }
    };
    timeout(BODY_TIME, reading).await.unwrap_or_default();
    String::from_utf8_lossy(&read).into_owned()
}

/// `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.
fn retry_after(response: &Response<Incoming>, now: DateTime<Utc>) -> Option<Duration> {
    let text = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    read_retry_after(text.trim(), now)
}

fn read_retry_after(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(text).ok()?;
    (date.to_utc() - now).to_std().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::DateTime;

    use super::read_retry_after;

    #[test]
    fn retry_after_is_read_in_seconds_and_as_a_date() {
        let now = DateTime::from_timestamp(1_795_334_400, 0).unwrap();
        for (text, seconds) in [
            ("120", Some(120)),
            ("Sun, 22 Nov 2026 08:10:00 GMT", Some(600)),
            ("Sun, 22 Nov 2026 07:00:00 GMT", None),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(
                read_retry_after(text, now),
                seconds.map(Duration::from_secs),
                "{text}"
            );
        }
    }
}
