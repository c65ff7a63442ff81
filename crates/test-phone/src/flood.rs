//! A flood: requests at a rate from a peer that acknowledges nothing, and OPTIONS from another.
//!
//! An overloaded PBX, a scanner and a routing loop send more calls than a service can take, and ignore the answers. Then the
//! service is measured by what others see: how long OPTIONS wait, how often a refusal is repeated, whether every call is
//! counted, and whether memory is freed. The requests leave by one socket and the OPTIONS by another, each with its own
//! thread, so that neither waits for the other.
//!
//! Bounded in count, rate and time, and sent to local networks only: it measures a service of one's own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use std::{io, thread};

use super::figures::{Figures, Sample};
use super::process::Process;
use aftercall_base::Cidr;
use aftercall_runtime::clock::monotonic;

/// The most requests of one flood.
pub const MOST_REQUESTS: usize = 200_000;
/// The highest rate, in requests a second.
pub const HIGHEST_RATE: f64 = 20_000.0;

/// From one look at what is due to the next.
const STEP: Duration = Duration::from_millis(1);
/// From one OPTIONS to the next.
const OPTIONS_EVERY: Duration = Duration::from_millis(20);
/// How long after the last OPTIONS its answer may come.
const OPTIONS_WITHIN: Duration = Duration::from_secs(1);
/// From one look at the server's memory to the next.
const LOOK_EVERY: Duration = Duration::from_millis(500);
const DATAGRAM_BYTES: usize = 65_535;

/// What the flood is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FloodKind {
    /// INVITEs whose answers are not acknowledged.
    #[default]
    Invite,
    /// The same, each followed by its CANCEL.
    Cancel,
    /// OPTIONS, each with a Call-ID of its own.
    Options,
}

/// What is to be sent.
#[derive(Debug, Clone)]
pub struct Flood {
    /// What.
    pub kind: FloodKind,
    /// How many.
    pub count: usize,
    /// How many a second.
    pub rate: f64,
    /// The Request-URI.
    pub uri: String,
    /// Where to.
    pub destination: SocketAddr,
    /// Our address on the way there.
    pub local: IpAddr,
    /// Names the run: request `n` has the Call-ID `<run>-<n>@flood`.
    pub run: String,
    /// How long to listen after the last request: 32 s hold every repetition.
    pub settle: Duration,
    /// The server's process, to look at its memory.
    pub server: Option<Process>,
}

/// A flood that is not sent.
#[derive(Debug, thiserror::Error)]
pub enum FloodError {
    /// Somebody else's machine.
    #[error("a flood is for a service of your own: {0} is not in a local network")]
    NotLocal(SocketAddr),
    /// More than is useful.
    #[error("a flood has at most {MOST_REQUESTS} requests, at most {HIGHEST_RATE} a second")]
    TooMuch,
    /// No sockets.
    #[error("no sockets for the flood: {0}")]
    Sockets(#[from] io::Error),
}

/// What was seen.
#[derive(Debug, Clone, Default)]
pub struct FloodReport {
    /// Requests sent, CANCELs not counted.
    pub sent: u64,
    /// Requests by the status of their first final response.
    pub answers: BTreeMap<u16, u64>,
    /// Requests without a final response.
    pub unanswered: u64,
    /// Final responses that came again.
    pub repeated: BTreeMap<u16, u64>,
    /// BYEs and other requests of the service, repetitions included.
    pub requests_heard: u64,
    /// How long OPTIONS took while requests were sent.
    pub options: Figures,
    /// OPTIONS that were not answered.
    pub options_unanswered: u64,
    /// Other answers than 200 to OPTIONS.
    pub options_refused: u64,
    /// Resident memory of the server in bytes: before, at most, and after the time to settle.
    pub resident: Option<[u64; 3]>,
    /// From the first request to the last.
    pub sending: Duration,
}

/// Sends the flood and listens until it has settled. Blocks for that long.
///
/// # Errors
/// A target that is not local, more than is useful, or no sockets.
pub fn run(flood: &Flood) -> Result<FloodReport, FloodError> {
    if !Cidr::LOCAL
        .iter()
        .any(|network| network.contains(flood.destination.ip()))
    {
        return Err(FloodError::NotLocal(flood.destination));
    }
    if flood.count > MOST_REQUESTS || flood.rate > HIGHEST_RATE {
        return Err(FloodError::TooMuch);
    }
    let requests = socket(flood)?;
    let options = socket(flood)?;
    let mut memory = MemoryWatch::new(flood.server);
    let over = AtomicBool::new(false);
    let (sent, asked) = thread::scope(|scope| {
        let asking = scope.spawn(|| ask_options(flood, &options, &over));
        let sent = FloodSender::new(flood, &requests).go(&over, &mut memory);
        // Also after an error: the other thread stops by this flag only.
        over.store(true, Ordering::Relaxed);
        let asked = asking.join().unwrap_or_else(|_| Ok(OptionsResult::default()));
        (sent, asked)
    });
    let (mut report, asked) = (sent?, asked?);
    report.options = asked.took;
    report.options_unanswered = asked.unanswered;
    report.options_refused = asked.refused;
    report.resident = memory.seen();
    Ok(report)
}

/// What became of the OPTIONS.
#[derive(Debug, Default)]
struct OptionsResult {
    took: Figures,
    unanswered: u64,
    refused: u64,
}

fn socket(flood: &Flood) -> io::Result<UdpSocket> {
    let socket = socket2::Socket::from(UdpSocket::bind((flood.local, 0))?);
    // The kernel may grant less: then some answers are lost here, and reported as missing.
    let _granted = socket.set_recv_buffer_size(8 << 20).is_ok();
    let socket = UdpSocket::from(socket);
    socket.connect(flood.destination)?;
    Ok(socket)
}

/// Sends the requests and counts what comes back.
struct FloodSender<'f> {
    flood: &'f Flood,
    socket: &'f UdpSocket,
    /// The first final status of each request; 0 for none.
    first: Vec<u16>,
    report: FloodReport,
}

impl<'f> FloodSender<'f> {
    fn new(flood: &'f Flood, socket: &'f UdpSocket) -> Self {
        Self {
            flood,
            socket,
            first: vec![0; flood.count],
            report: FloodReport::default(),
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "a thread of its own that sleeps to its next step, as a media thread does"
    )]
    fn go(mut self, over: &AtomicBool, memory: &mut MemoryWatch) -> io::Result<FloodReport> {
        self.socket.set_nonblocking(true)?;
        let local = self.socket.local_addr()?;
        let began = monotonic();
        let mut next = began;
        let mut sent = 0;
        while sent < self.flood.count {
            let due = (monotonic().duration_since(began).as_secs_f64() * self.flood.rate) as usize;
            while sent < due.min(self.flood.count) {
                self.send(sent, local);
                sent += 1;
            }
            self.listen();
            memory.look();
            next += STEP;
            thread::sleep(next.saturating_duration_since(monotonic()));
        }
        self.report.sending = monotonic().duration_since(began);
        self.report.sent = sent as u64;
        over.store(true, Ordering::Relaxed);
        let until = monotonic() + self.flood.settle;
        while monotonic() < until {
            self.listen();
            memory.look();
            thread::sleep(STEP * 10);
        }
        memory.settled();
        for status in &self.first {
            match status {
                0 => self.report.unanswered += 1,
                status => *self.report.answers.entry(*status).or_default() += 1,
            }
        }
        Ok(self.report)
    }

    fn send(&self, number: usize, local: SocketAddr) {
        let method = match self.flood.kind {
            FloodKind::Invite | FloodKind::Cancel => "INVITE",
            FloodKind::Options => "OPTIONS",
        };
        // A request that the kernel does not take counts like one that is lost: it has no answer.
        let _sent = self
            .socket
            .send(&request(self.flood, method, number, local))
            .is_ok();
        if self.flood.kind == FloodKind::Cancel {
            let _sent = self
                .socket
                .send(&request(self.flood, "CANCEL", number, local))
                .is_ok();
        }
    }

    fn listen(&mut self) {
        let mut buffer = vec![0; DATAGRAM_BYTES];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            match FloodResponse::read(buffer.get(..length).unwrap_or_default(), &self.flood.run) {
                Some(answer) => self.answered(answer),
                None => self.report.requests_heard += 1,
            }
        }
    }

    fn answered(&mut self, answer: FloodResponse) {
        // The 200 to a CANCEL says nothing of its INVITE.
        if answer.status < 200 || answer.to_cancel {
            return;
        }
        let Some(first) = self.first.get_mut(answer.number) else {
            return;
        };
        if *first == 0 {
            *first = answer.status;
        } else {
            *self.report.repeated.entry(answer.status).or_default() += 1;
        }
    }
}

/// What a response says.
#[derive(Debug, PartialEq, Eq)]
struct FloodResponse {
    status: u16,
    number: usize,
    to_cancel: bool,
}

impl FloodResponse {
    /// `None` for a request, and for an answer to somebody else.
    fn read(datagram: &[u8], run: &str) -> Option<Self> {
        let head = String::from_utf8_lossy(datagram);
        let status = head.strip_prefix("SIP/2.0 ")?.get(..3)?.parse().ok()?;
        let (_, behind) = head.split_once(&format!("{run}-"))?;
        let digits = behind.split(|symbol: char| !symbol.is_ascii_digit()).next()?;
        Some(Self {
            status,
            number: digits.parse().ok()?,
            to_cancel: head.contains(" CANCEL\r\n"),
        })
    }
}

/// Asks with OPTIONS until the flood is over.
fn ask_options(flood: &Flood, socket: &UdpSocket, over: &AtomicBool) -> io::Result<OptionsResult> {
    let local = socket.local_addr()?;
    let named = Flood {
        run: format!("{}o", flood.run),
        ..flood.clone()
    };
    let mut buffer = vec![0; DATAGRAM_BYTES];
    let mut asked: Vec<Option<Instant>> = Vec::new();
    let (mut sample, mut refused) = (Sample::default(), 0);
    let mut next = monotonic();
    loop {
        let is_over = over.load(Ordering::Relaxed);
        if !is_over {
            // Counts as not answered.
            let _sent = socket
                .send(&request(&named, "OPTIONS", asked.len(), local))
                .is_ok();
            asked.push(Some(monotonic()));
        }
        next += if is_over { OPTIONS_WITHIN } else { OPTIONS_EVERY };
        loop {
            let left = next.saturating_duration_since(monotonic());
            if left.is_zero() {
                break;
            }
            socket.set_read_timeout(Some(left))?;
            let Ok(length) = socket.recv(&mut buffer) else {
                continue;
            };
            let read = FloodResponse::read(buffer.get(..length).unwrap_or_default(), &named.run);
            let Some(answer) = read else { continue };
            if let Some(sent_at) = asked.get_mut(answer.number).and_then(Option::take) {
                sample.add(monotonic().duration_since(sent_at));
                refused += u64::from(answer.status != 200);
            }
        }
        if is_over {
            return Ok(OptionsResult {
                took: sample.figures(),
                unanswered: asked.iter().flatten().count() as u64,
                refused,
            });
        }
    }
}

/// A request with identities of its own.
fn request(flood: &Flood, method: &str, number: usize, local: SocketAddr) -> Vec<u8> {
    let Flood { uri, run, .. } = flood;
    let mut text = format!(
        "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK{run}-{number};rport\r\n\
         Max-Forwards: 70\r\nFrom: <sip:flood-{number}@aftercall.invalid>;tag={run}{number}\r\nTo: <{uri}>\r\n\
         Call-ID: {run}-{number}@flood\r\nCSeq: 1 {method}\r\n"
    );
    let body = match method {
        "INVITE" => {
            let ip = local.ip();
            let family = if ip.is_ipv4() { "IP4" } else { "IP6" };
            // Port 9 (discard): nobody listens to the prompts of a flood.
            format!(
                "v=0\r\no=- 1 1 IN {family} {ip}\r\ns=-\r\nc=IN {family} {ip}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0 101\r\n\
                 a=rtpmap:101 telephone-event/8000\r\n"
            )
        }
        _ => String::new(),
    };
    if !body.is_empty() {
        // Writing into a string cannot fail.
        let _written = write!(
            text,
            "Contact: <sip:flood@{local}>\r\nContent-Type: application/sdp\r\nX-Call-Id: {run}-{number}\r\n"
        );
    }
    let _written = write!(text, "Content-Length: {}\r\n\r\n{body}", body.len());
    text.into_bytes()
}

/// Looks at the memory of a process now and then.
struct MemoryWatch {
    server: Option<Process>,
    before: u64,
    most: u64,
    after: u64,
    next: Instant,
}

impl MemoryWatch {
    fn new(server: Option<Process>) -> Self {
        let mut memory = Self {
            server,
            before: 0,
            most: 0,
            after: 0,
            next: monotonic(),
        };
        memory.before = memory.resident();
        memory
    }

    fn resident(&self) -> u64 {
        let usage = self.server.and_then(|server| server.usage().ok());
        usage.map_or(0, |usage| usage.resident_bytes)
    }

    fn look(&mut self) {
        if monotonic() >= self.next {
            self.next = monotonic() + LOOK_EVERY;
            self.most = self.most.max(self.resident());
        }
    }

    fn settled(&mut self) {
        self.after = self.resident();
    }

    fn seen(&self) -> Option<[u64; 3]> {
        self.server
            .map(|_| [self.before, self.most.max(self.after), self.after])
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Flood, FloodError, FloodKind, FloodResponse, request, run};
    use aftercall_sip::wire::parse_datagram;

    fn flood(destination: &str) -> Flood {
        Flood {
            kind: FloodKind::Invite,
            count: 1,
            rate: 1.0,
            uri: "sip:nps@127.0.0.1".to_owned(),
            destination: destination.parse().unwrap(),
            local: "127.0.0.1".parse().unwrap(),
            run: "fl1".to_owned(),
            settle: Duration::ZERO,
            server: None,
        }
    }

    #[test]
    fn stranger_is_not_flooded_and_nobody_with_more_than_is_useful() {
        assert!(matches!(
            run(&flood("192.0.2.1:5060")),
            Err(FloodError::NotLocal(_))
        ));
        let much = Flood {
            rate: 1e6,
            ..flood("127.0.0.1:9")
        };
        assert!(matches!(run(&much), Err(FloodError::TooMuch)));
    }

    #[test]
    fn what_is_sent_is_sip() {
        for local in ["127.0.0.1:40000", "[::1]:40000"] {
            for method in ["INVITE", "CANCEL", "OPTIONS"] {
                let bytes = request(&flood("127.0.0.1:5060"), method, 7, local.parse().unwrap());
                assert!(parse_datagram(&bytes).is_ok(), "{method} {local}");
            }
        }
    }

    #[test]
    fn answer_is_told_from_a_request_and_that_to_a_cancel_from_the_others() {
        let answer = |first: &str, method: &str| {
            let text = format!(
                "{first}\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKfl1-12;rport\r\nCSeq: 1 {method}\r\n\r\n"
            );
            FloodResponse::read(text.as_bytes(), "fl1")
        };
        let expected = |status, to_cancel| {
            Some(FloodResponse {
                status,
                number: 12,
                to_cancel,
            })
        };
        assert_eq!(
            answer("SIP/2.0 503 Service Unavailable", "INVITE"),
            expected(503, false)
        );
        assert_eq!(answer("SIP/2.0 200 OK", "CANCEL"), expected(200, true));
        assert_eq!(answer("BYE sip:flood@127.0.0.1 SIP/2.0", "BYE"), None);
        assert_eq!(FloodResponse::read(b"SIP/2.0 200 OK\r\n\r\n", "fl1"), None);
    }
}
