//! A browser without script: cookies, forms, and one connection a request.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::house::Service;
use crate::soon;

/// A browser with its cookies.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    server: SocketAddr,
    cookies: BTreeMap<String, String>,
    form_token: String,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn location(&self) -> &str {
        self.header("location").unwrap_or_default()
    }

    /// The text between two others of the page.
    pub(crate) fn between(&self, before: &str, after: &str) -> &str {
        let (_, rest) = self
            .body
            .split_once(before)
            .unwrap_or_else(|| panic!("no {before:?} in {}", self.body));
        rest.split_once(after).map_or(rest, |(text, _)| text)
    }
}

impl Browser {
    pub(crate) fn new(service: &Service) -> Self {
        Self {
            server: service.engine.http_address(),
            cookies: BTreeMap::new(),
            form_token: String::new(),
        }
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub(crate) fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub(crate) async fn get(&mut self, address: &str) -> Answer {
        self.get_with(address, &[]).await
    }

    pub(crate) async fn get_with(&mut self, address: &str, headers: &[(&str, &str)]) -> Answer {
        let answer = self.send("GET", address, headers, "").await;
        // A page for somebody signed in has it in the form that signs out.
        if let Some((_, rest)) = answer.body.split_once("name=\"form_token\" value=\"") {
            self.form_token = rest.split('"').next().unwrap_or_default().to_owned();
        }
        answer
    }

    /// Sends a form as a page of the service does.
    pub(crate) async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("http://{}", self.server);
        let token = self.form_token.clone();
        let fields = [fields, &[("form_token", token.as_str())]].concat();
        self.post_as_is(address, &[("Origin", &origin)], &fields).await
    }

    /// Sends a form with no more than this.
    pub(crate) async fn post_as_is(
        &mut self,
        address: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let form = ("Content-Type", "application/x-www-form-urlencoded");
        self.send("POST", address, &[headers, &[form]].concat(), &body.join("&"))
            .await
    }

    pub(crate) async fn send(
        &mut self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let stream = soon("a connection", TcpStream::connect(self.server))
            .await
            .unwrap();
        self.send_on(stream, method, address, headers, body).await
    }

    /// The same on a connection that is there already.
    pub(crate) async fn send_on(
        &mut self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let others: String = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"))
            .collect();
        let request = format!(
            "{method} {address} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nCookie: {}\r\nContent-Length: {}\r\n{others}\r\n{body}",
            self.server,
            cookies.join("; "),
            body.len()
        );
        let exchange = async {
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut answer = Vec::new();
            while stream.read_buf(&mut answer).await? > 0 && !is_stream(&answer) {}
            std::io::Result::Ok(answer)
        };
        let answer = soon(address, exchange).await.unwrap();
        let answer = read(&answer);
        for (name, value) in &answer.headers {
            if name == "set-cookie" {
                self.keep(value);
            }
        }
        answer
    }

    fn keep(&mut self, set: &str) {
        let (name, value) = set.split(';').next().unwrap().split_once('=').unwrap();
        match set.contains("Max-Age=0") {
            true => self.cookies.remove(name),
            false => self.cookies.insert(name.to_owned(), value.to_owned()),
        };
    }

    /// Signs in.
    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("name", name), ("password", password)])
            .await
    }

    /// Signs in with a password that was given, and chooses another.
    pub(crate) async fn settle(&mut self, name: &str, given: &str, own: &str) {
        let answer = self.sign_in(name, given).await;
        assert_eq!(
            (answer.status, answer.location()),
            (303, "/account"),
            "{name}: {answer:?}"
        );
        self.get("/account").await;
        let fields = [("present", given), ("new", own), ("again", own)];
        let answer = self.post("/account/password", &fields).await;
        assert_eq!(answer.status, 303, "{name}: {answer:?}");
        self.get("/account").await;
    }
}

/// Whether what has come is the head of a stream of events, which has no end.
fn is_stream(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let head = text.split_once("\r\n\r\n").map(|(head, _)| head);
    head.is_some_and(|head| head.contains("text/event-stream"))
}

/// A text in an address or a form: every octet of it.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn read(answer: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(answer).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text.as_str(), ""));
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    Answer {
        status: status.unwrap_or_default(),
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: body.to_owned(),
    }
}
