//! A web server that takes webhooks, on a plain socket, and answers each request as it is told.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What it does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// Writes these bytes and closes.
    Bytes(Vec<u8>),
    /// Writes these bytes, and then the last of them again until nobody reads any more.
    Endless(Vec<u8>),
    /// Never answers.
    Stall,
}

impl Reply {
    pub(crate) fn status(line: &str) -> Self {
        Self::with(line, "", "")
    }

    pub(crate) fn with(line: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::Bytes(
            format!("HTTP/1.1 {line}\r\n{headers}Content-Length: {length}\r\n\r\n{body}").into_bytes(),
        )
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    /// `POST /hook HTTP/1.1`.
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        let of_name = |(header, _): &&(String, String)| header.eq_ignore_ascii_case(name);
        let found: Vec<_> = self.headers.iter().filter(of_name).collect();
        assert_eq!(found.len(), 1, "{name}: {self:?}");
        &found[0].1
    }
}

/// The server; it ends with the test.
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
    reply: Arc<Mutex<Reply>>,
}

impl Receiver {
    pub(crate) fn start(reply: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (received, reply) = (Arc::default(), Arc::new(Mutex::new(reply)));
        let (into, how) = (Arc::clone(&received), Arc::clone(&reply));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (into, how) = (Arc::clone(&into), Arc::clone(&how));
                thread::spawn(move || serve(stream, &into, &how));
            }
        });
        Self {
            address,
            received,
            reply,
        }
    }

    pub(crate) fn reply(&self, reply: Reply) {
        *self.reply.lock().unwrap() = reply;
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}/hook?key=1", self.address.port())
    }
}

fn serve(mut stream: TcpStream, into: &Mutex<Vec<Received>>, how: &Mutex<Reply>) {
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let Some(request) = read(&mut stream) else { return };
    into.lock().unwrap().push(request);
    let reply = how.lock().unwrap().clone();
    match reply {
        Reply::Bytes(bytes) => stream.write_all(&bytes).unwrap_or_default(),
        Reply::Endless(bytes) => {
            stream.write_all(&bytes).unwrap_or_default();
            let more = vec![*bytes.last().unwrap(); 65_536];
            while stream.write_all(&more).is_ok() {}
        }
        Reply::Stall => {
            // Until the other side is gone.
            stream.read_exact(&mut [0; 1]).ok();
        }
    }
}

fn read(stream: &mut TcpStream) -> Option<Received> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4_096]);
    loop {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let mut lines = head.split("\r\n");
            let line = lines.next()?.to_owned();
            let headers: Vec<(String, String)> = lines
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect();
            let length = headers
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))?;
            let length: usize = length.1.parse().unwrap();
            while bytes.len() < end + 4 + length {
                let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
                bytes.extend_from_slice(&chunk[..read]);
            }
            let body = bytes[end + 4..].to_vec();
            return Some(Received { line, headers, body });
        }
        let read = stream.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
    }
}
