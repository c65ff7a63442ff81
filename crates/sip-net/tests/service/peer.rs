//! A peer written by hand: texts over loopback sockets, every wait with a limit.

#![expect(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code outside a test function: it fails the test that calls it"
)]

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::sync::mpsc;
use tokio::time::timeout;

use aftercall_sip::event::{Body, Command, Transport};
use aftercall_sip_net::service::{InboundCall, Listen, SipConfig, SipHandle, SipService};

/// Longer than anything here takes, shorter than a protocol timer would make a lost message look like success.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";

/// The result, or a failed test when it takes too long.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    match timeout(PATIENCE, future).await {
        Ok(value) => value,
        Err(_) => panic!("{what}: nothing happened within {PATIENCE:?}"),
    }
}

pub(crate) fn listen(transport: Transport, address: &str) -> Listen {
    Listen {
        transport,
        address: address.parse().expect("tests write addresses well"),
    }
}

/// UDP and TCP on free ports of 127.0.0.1.
pub(crate) fn config() -> SipConfig {
    SipConfig {
        listen: vec![
            listen(Transport::Udp, "127.0.0.1:0"),
            listen(Transport::Tcp, "127.0.0.1:0"),
        ],
        seed: 7,
        ..SipConfig::default()
    }
}

/// A running service and the calls that come in.
pub(crate) struct Service {
    pub(crate) handle: SipHandle,
    pub(crate) calls: mpsc::Receiver<InboundCall>,
}

impl Service {
    pub(crate) async fn start(config: SipConfig) -> Self {
        let (handle, calls) = SipService::bind(config).await.expect("free ports are there");
        Self { handle, calls }
    }

    pub(crate) fn address(&self, transport: Transport) -> SocketAddr {
        let mut bound = self.handle.bound().iter();
        bound
            .find(|listen| listen.transport == transport)
            .expect("the test listens on it")
            .address
    }

    pub(crate) async fn call(&mut self) -> InboundCall {
        soon("a call", self.calls.recv()).await.expect("the service runs")
    }

    pub(crate) async fn answer(&self, call: &InboundCall) {
        let answer = Command::Answer {
            dialog: call.invite.dialog,
            body: Body::sdp(SDP),
            headers: Vec::new(),
        };
        self.handle.send(answer).await.expect("the service runs");
    }
}

/// One dialog as the peer writes it.
pub(crate) struct Script {
    pub(crate) transport: &'static str,
    /// Our sent-by.
    pub(crate) via: SocketAddr,
    pub(crate) call_id: String,
    pub(crate) to_tag: String,
}

impl Script {
    pub(crate) fn new(transport: &'static str, via: SocketAddr, call_id: &str) -> Self {
        Self {
            transport,
            via,
            call_id: call_id.to_owned(),
            to_tag: String::new(),
        }
    }

    /// A request; the branch is unique to the method and the sequence number.
    pub(crate) fn request(&self, method: &str, cseq: u32, kind: &str, body: &str) -> String {
        let Self {
            transport,
            via,
            call_id,
            to_tag,
        } = self;
        let content_type = if kind.is_empty() {
            String::new()
        } else {
            format!("Content-Type: {kind}\r\n")
        };
        format!(
            "{method} sip:nps@127.0.0.1 SIP/2.0\r\n\
             Via: SIP/2.0/{transport} {via};rport;branch=z9hG4bK-{call_id}-{cseq}-{method}\r\n\
             Max-Forwards: 70\r\nFrom: <sip:caller@127.0.0.1>;tag=peer\r\nTo: <sip:nps@127.0.0.1>{to_tag}\r\n\
             Call-ID: {call_id}\r\nCSeq: {cseq} {method}\r\nContact: <sip:caller@{via};transport={transport}>\r\n\
             {content_type}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    pub(crate) fn invite(&self) -> String {
        self.request("INVITE", 1, "application/sdp", SDP)
    }

    /// Remembers the tag of a response for what follows.
    pub(crate) fn learn_tag(&mut self, response: &str) {
        let to = header(response, "To");
        let tag = to
            .split(";tag=")
            .nth(1)
            .expect("a response over 100 has a To-tag");
        self.to_tag = format!(";tag={tag}");
    }
}

/// The value of a header, as the service writes it.
pub(crate) fn header<'a>(message: &'a str, name: &str) -> &'a str {
    let prefix = format!("{name}: ");
    message
        .lines()
        .find_map(|line| line.strip_prefix(&prefix))
        .unwrap_or_else(|| panic!("no {name} in {message}"))
}

/// A UDP peer.
pub(crate) struct UdpPeer {
    socket: UdpSocket,
    service: SocketAddr,
}

impl UdpPeer {
    pub(crate) async fn new(service: SocketAddr) -> Self {
        let any = SocketAddr::new(service.ip(), 0);
        let socket = UdpSocket::bind(any).await.expect("a free port is there");
        Self { socket, service }
    }

    pub(crate) fn script(&self, call_id: &str) -> Script {
        let via = self.socket.local_addr().expect("the socket is bound");
        Script::new("UDP", via, call_id)
    }

    pub(crate) async fn send(&self, text: &str) {
        self.send_bytes(text.as_bytes()).await;
    }

    pub(crate) async fn send_bytes(&self, bytes: &[u8]) {
        let sent = self.socket.send_to(bytes, self.service).await;
        assert_eq!(sent.expect("loopback takes datagrams"), bytes.len());
    }

    pub(crate) async fn receive(&self) -> String {
        let mut buffer = vec![0; 65_535];
        let (length, from) = soon("a datagram", self.socket.recv_from(&mut buffer))
            .await
            .expect("loopback gives datagrams");
        assert_eq!(from, self.service, "messages come from where the service listens");
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    }

    /// The next message that starts so; others (100, repetitions) are passed over.
    pub(crate) async fn expect(&self, start: &str) -> String {
        loop {
            let message = self.receive().await;
            if message.starts_with(start) {
                return message;
            }
        }
    }
}

/// A TCP peer.
pub(crate) struct TcpPeer {
    stream: TcpStream,
    received: String,
}

impl TcpPeer {
    pub(crate) async fn connect(service: SocketAddr) -> Self {
        let stream = TcpStream::connect(service).await.expect("the service listens");
        Self::on(stream)
    }

    pub(crate) fn on(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("loopback takes options");
        Self {
            stream,
            received: String::new(),
        }
    }

    pub(crate) fn script(&self, call_id: &str) -> Script {
        let via = self.stream.local_addr().expect("the stream is connected");
        Script::new("TCP", via, call_id)
    }

    pub(crate) async fn send(&mut self, text: &str) {
        self.stream
            .write_all(text.as_bytes())
            .await
            .expect("the service reads");
    }

    /// Up to and including `end`.
    pub(crate) async fn receive_until(&mut self, end: &str) -> String {
        loop {
            if let Some(at) = self.received.find(end) {
                let rest = self.received.split_off(at + end.len());
                return std::mem::replace(&mut self.received, rest);
            }
            self.read().await;
        }
    }

    /// The head of the next message that starts so; bodies are passed over.
    pub(crate) async fn expect(&mut self, start: &str) -> String {
        loop {
            let head = self.receive_until("\r\n\r\n").await;
            let body = header(&head, "Content-Length").parse().expect("a number");
            self.skip(body).await;
            if head.starts_with(start) {
                return head;
            }
        }
    }

    async fn skip(&mut self, length: usize) {
        while self.received.len() < length {
            self.read().await;
        }
        self.received.drain(..length);
    }

    async fn read(&mut self) {
        let mut buffer = vec![0; 4_096];
        let length = soon("bytes", self.stream.read(&mut buffer))
            .await
            .expect("the service writes");
        assert_ne!(length, 0, "closed too early; got {:?}", self.received);
        self.received
            .push_str(&String::from_utf8_lossy(&buffer[..length]));
    }

    /// Sends a keep-alive; whether the service still answers.
    pub(crate) async fn ping(&mut self) -> bool {
        let mut pong = [0; 2];
        self.stream.write_all(b"\r\n\r\n").await.is_ok()
            && soon("a pong or a close", self.stream.read_exact(&mut pong))
                .await
                .is_ok()
    }

    /// Whether an answer came before the service closed.
    pub(crate) async fn closed_or_answered(&mut self) -> bool {
        let mut buffer = [0; 16];
        let read = soon("an answer or a close", self.stream.read(&mut buffer)).await;
        matches!(read, Ok(length) if length > 0)
    }

    /// Sends no more, and still reads.
    pub(crate) async fn finish(&mut self) {
        self.stream.shutdown().await.expect("the connection is open");
    }

    /// Goes away with a reset.
    pub(crate) fn reset(self) {
        let abrupt = socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        abrupt.expect("loopback takes options");
    }

    /// Whether nothing comes for so long.
    pub(crate) async fn is_quiet_for(&mut self, time: Duration) -> bool {
        let mut byte = [0];
        timeout(time, self.stream.peek(&mut byte)).await.is_err()
    }

    /// Waits for the service to close, and returns what it still said.
    pub(crate) async fn closed(mut self) -> String {
        let mut rest = Vec::new();
        let _closed_or_reset = soon("a close", self.stream.read_to_end(&mut rest)).await;
        self.received + &String::from_utf8_lossy(&rest)
    }
}
