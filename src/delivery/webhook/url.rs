//! The URL of a webhook.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use hyper::Uri;
use hyper::http::uri::Scheme;

/// `https://example.com/hook` or `http://...`. Its path and query may be secrets, so it shows its host alone.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl {
    uri: Uri,
    host: String,
    port: u16,
    is_tls: bool,
}

/// A text that is no URL to be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WebhookUrlError {
    /// It is none.
    #[error("not a URL; write for example \"https://example.com/aftercall\"")]
    NotAUrl,
    /// Its scheme is neither http nor https.
    #[error("a URL of another kind; write one that begins with \"https://\" or \"http://\"")]
    Scheme,
    /// It has a user or password.
    #[error("holds a user or password, which is not sent; write it without")]
    User,
}

/// Longest URL.
const LONGEST: usize = 2_048;

impl WebhookUrl {
    /// Where the request goes.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Whether it is https.
    pub const fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// The address, where the URL has one instead of a name.
    pub fn address(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }

    /// The value of `Host`: with the port where it is not the usual one.
    pub(super) fn authority(&self) -> String {
        let authority = self.uri.authority();
        authority
            .map(|authority| authority.as_str().to_owned())
            .unwrap_or_default()
    }

    /// Path and query.
    pub(super) fn target(&self) -> String {
        let target = self.uri.path_and_query().map_or("/", |target| target.as_str());
        // RFC 9112 section 3.2.1: an empty path is sent as `/`.
        match target.starts_with('/') {
            true => target.to_owned(),
            false => format!("/{target}"),
        }
    }
}

impl FromStr for WebhookUrl {
    type Err = WebhookUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let has_fragment = text.contains('#');
        if text.len() > LONGEST || has_fragment {
            return Err(WebhookUrlError::NotAUrl);
        }
        let uri: Uri = text.parse().map_err(|_| WebhookUrlError::NotAUrl)?;
        let is_tls = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(_) => return Err(WebhookUrlError::Scheme),
            None => return Err(WebhookUrlError::NotAUrl),
        };
        let authority = uri.authority().ok_or(WebhookUrlError::NotAUrl)?;
        if authority.as_str().contains('@') {
            return Err(WebhookUrlError::User);
        }
        let host = authority.host().trim_start_matches('[').trim_end_matches(']');
        let has_port = authority
            .as_str()
            .rsplit(']')
            .next()
            .is_some_and(|rest| rest.contains(':'));
        let port = match (authority.port_u16(), has_port) {
            (Some(port), _) if port > 0 => port,
            (None, false) if is_tls => 443,
            (None, false) => 80,
            (_, _) => return Err(WebhookUrlError::NotAUrl),
        };
        let is_name = !host.is_empty()
            && host
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if !is_name && host.parse::<IpAddr>().is_err() {
            return Err(WebhookUrlError::NotAUrl);
        }
        let host = host.to_owned();
        Ok(Self {
            uri,
            host,
            port,
            is_tls,
        })
    }
}

impl fmt::Display for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_tls { "https" } else { "http" };
        write!(f, "{scheme}://{}/...", self.authority())
    }
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{WebhookUrl, WebhookUrlError};

    #[test]
    fn url_is_taken_apart_and_shows_no_secret_of_its_path() {
        for (text, host, port, authority, target) in [
            ("https://example.com", "example.com", 443, "example.com", "/"),
            (
                "http://Example.com/hook?key=s3cret",
                "Example.com",
                80,
                "Example.com",
                "/hook?key=s3cret",
            ),
            (
                "https://[2001:db8::1]:8443/x",
                "2001:db8::1",
                8_443,
                "[2001:db8::1]:8443",
                "/x",
            ),
            (
                "http://example.com?x=1",
                "example.com",
                80,
                "example.com",
                "/?x=1",
            ),
            (
                "http://127.0.0.1:8080/",
                "127.0.0.1",
                8_080,
                "127.0.0.1:8080",
                "/",
            ),
        ] {
            let url: WebhookUrl = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
            let parts = (url.host(), url.port(), url.authority(), url.target());
            let expected = (host, port, authority.to_owned(), target.to_owned());
            assert_eq!(parts, expected, "{text}");
            assert!(!format!("{url} {url:?}").contains("s3cret"));
        }
    }

    #[test]
    fn what_cannot_be_called_is_refused() {
        use WebhookUrlError::{NotAUrl, Scheme, User};
        for (text, error) in [
            ("", NotAUrl),
            ("example.com/hook", NotAUrl),
            ("/hook", NotAUrl),
            ("https://", NotAUrl),
            ("https://example.com:0/", NotAUrl),
            ("https://example.com:x/", NotAUrl),
            ("https://example.com/#part", NotAUrl),
            ("ftp://example.com/", Scheme),
            ("file:///etc/passwd", NotAUrl),
            ("https://user:secret@example.com/", User),
            ("https://example.com/a b", NotAUrl),
            ("https://example.com/\r\nX: 1", NotAUrl),
        ] {
            assert_eq!(text.parse::<WebhookUrl>().unwrap_err(), error, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_a_request_line_of_two(text in "(?s)https?://.{0,60}|(?s).{0,60}") {
            if let Ok(url) = text.parse::<WebhookUrl>() {
                for part in [url.host(), &url.authority(), &url.target()] {
                    prop_assert!(!part.contains(|symbol: char| symbol.is_control() || symbol == ' '));
                }
                prop_assert!(url.target().starts_with('/'));
            }
        }
    }
}
