//! One agent, one hand-written peer, and a clock that jumps from deadline to deadline.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::agent::{AgentConfig, ConnectionId, Flow, Input, Interface, Output, TransmitId, UserAgent};
use crate::event::{Body, Command, DialogEvent, DialogKey, EndCause, InboundInvite, Transport, TurnedAway};
use crate::wire::parse_datagram;
use aftercall_runtime::clock::monotonic;

pub(super) const PEER: &str = "198.51.100.7:5060";
pub(super) const OURS: &str = "192.0.2.1:5060";
pub(super) const SDP: &str = "v=0\r\n";

/// One message that the agent sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    /// Milliseconds since the start.
    pub(super) at: u128,
    pub(super) flow: Flow,
    transmit_id: TransmitId,
    pub(super) text: String,
}

impl Sent {
    /// The status of a response, or the method of a request.
    pub(super) fn what(&self) -> &str {
        let mut words = self.text.split(' ');
        let first = words.next().unwrap();
        if first == "SIP/2.0" {
            words.next().unwrap()
        } else {
            first
        }
    }

    pub(super) fn start_line(&self) -> &str {
        self.text.split("\r\n").next().unwrap()
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers(name).into_iter().next()
    }

    pub(super) fn headers(&self, name: &str) -> Vec<&str> {
        let head = self.text.split("\r\n\r\n").next().unwrap();
        let lines = head.split("\r\n").filter_map(|line| line.split_once(':'));
        lines
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    }

    pub(super) fn to_tag(&self) -> Option<&str> {
        self.header("To")
            .and_then(|to| to.split_once(";tag="))
            .map(|(_, tag)| tag)
    }
}

pub(super) struct Bench {
    pub(super) agent: UserAgent,
    start: Instant,
    pub(super) now: Instant,
    pub(super) transport: Transport,
    pub(super) source: SocketAddr,
    pub(super) sent: Vec<Sent>,
    pub(super) events: Vec<(DialogKey, DialogEvent)>,
    pub(super) invites: Vec<InboundInvite>,
    pub(super) turned_away: Vec<TurnedAway>,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with(AgentConfig::default())
    }

    pub(super) fn with(mut config: AgentConfig) -> Self {
        let ours: SocketAddr = OURS.parse().unwrap();
        config.interfaces = [Transport::Udp, Transport::Tcp]
            .map(|transport| Interface {
                transport,
                local: ours,
                advertised: ours,
            })
            .into();
        let start = monotonic();
        Self {
            agent: UserAgent::new(config, 7),
            start,
            now: start,
            transport: Transport::Udp,
            source: PEER.parse().unwrap(),
            sent: Vec::new(),
            events: Vec::new(),
            invites: Vec::new(),
            turned_away: Vec::new(),
        }
    }

    pub(super) fn tcp() -> Self {
        let mut bench = Self::new();
        bench.transport = Transport::Tcp;
        bench
    }

    pub(super) fn flow(&self) -> Flow {
        Flow {
            transport: self.transport,
            local: OURS.parse().unwrap(),
            advertised: OURS.parse().unwrap(),
            peer: self.source,
            connection: (self.transport == Transport::Tcp).then_some(ConnectionId(1)),
        }
    }

    /// The peer sends these bytes; answers what the agent sent at once.
    pub(super) fn receive(&mut self, text: &str) -> Vec<Sent> {
        self.receive_bytes(text.as_bytes())
    }

    pub(super) fn receive_bytes(&mut self, bytes: &[u8]) -> Vec<Sent> {
        let flow = self.flow();
        let input = match parse_datagram(bytes) {
            Ok(message) => Input::Message { flow, message },
            Err(error) => Input::Broken { flow, error },
        };
        self.agent.handle(input, self.now);
        self.drain()
    }

    pub(super) fn ask(&mut self, ask: &Ask) -> Vec<Sent> {
        self.receive(&ask.text(self.transport))
    }

    pub(super) fn command(&mut self, command: Command) -> Vec<Sent> {
        self.agent.command(command, self.now);
        self.drain()
    }

    /// Lets time pass up to `ms` after the start, firing each timer at its exact instant.
    pub(super) fn run_until(&mut self, ms: u64) -> Vec<Sent> {
        let end = self.start + Duration::from_millis(ms);
        let from = self.sent.len();
        while let Some(due) = self.agent.timeout().filter(|due| *due <= end) {
            self.now = self.now.max(due);
            self.agent.handle_timeout(self.now);
            self.drain();
        }
        self.now = self.now.max(end);
        self.sent.split_off(from.min(self.sent.len()))
    }

    fn drain(&mut self) -> Vec<Sent> {
        let at = (self.now - self.start).as_millis();
        let mut fresh = Vec::new();
        while let Some(output) = self.agent.poll() {
            match output {
                Output::Transmit(transmit) => fresh.push(Sent {
                    at,
                    flow: transmit.flow,
                    transmit_id: transmit.transmit_id,
                    text: String::from_utf8_lossy(&transmit.bytes).into_owned(),
                }),
                Output::Invite(invite) => self.invites.push(*invite),
                Output::TurnedAway(call) => self.turned_away.push(call),
                Output::Event(key, event) => self.events.push((key, event)),
            }
        }
        self.sent.extend(fresh.iter().cloned());
        fresh
    }

    /// The driver reports that this could not be sent.
    pub(super) fn send_failed(&mut self, sent: &Sent) {
        self.agent.handle(
            Input::SendFailed {
                transmit_id: sent.transmit_id,
            },
            self.now,
        );
        self.drain();
    }

    pub(super) fn key(&self) -> DialogKey {
        self.invites
            .last()
            .expect("an INVITE reached the application")
            .dialog
    }

    pub(super) fn answer(&mut self) -> Sent {
        let answer = Command::Answer {
            dialog: self.key(),
            body: Body::sdp(SDP),
            headers: Vec::new(),
        };
        self.command(answer).pop().expect("200 is sent at once")
    }

    pub(super) fn refuse(&mut self, status: u16) -> Sent {
        let refuse = Command::Refuse {
            dialog: self.key(),
            status,
            reason: None,
            headers: Vec::new(),
        };
        self.command(refuse).pop().expect("the refusal is sent at once")
    }

    pub(super) fn hang_up(&mut self) -> Vec<Sent> {
        let dialog = self.key();
        let reason = ("Reason".to_owned(), "SIP;cause=200;text=\"done\"".to_owned());
        self.command(Command::HangUp {
            dialog,
            headers: vec![reason],
        })
    }

    /// A call up to its ACK; answers the To-tag.
    pub(super) fn established(&mut self) -> String {
        self.ask(&Ask::invite());
        let tag = self.answer().to_tag().unwrap().to_owned();
        self.ask(&Ask::new("ACK").branch("ack").in_dialog(&tag));
        self.sent.clear();
        self.events.clear();
        tag
    }

    pub(super) fn causes(&self) -> Vec<EndCause> {
        self.events
            .iter()
            .filter_map(|(_, event)| match event {
                DialogEvent::Ended { cause } => Some(cause.clone()),
                _ => None,
            })
            .collect()
    }

    /// Parses the last message sent, to answer it.
    pub(super) fn reply_to(&mut self, request: &Sent, status: u16, extra: &str) -> Vec<Sent> {
        let text = reply_text(request, status, "peer-tag", extra);
        self.receive(&text)
    }
}

/// A response that a peer would write to a request of ours.
pub(super) fn reply_text(request: &Sent, status: u16, tag: &str, extra: &str) -> String {
    let to = request.header("To").unwrap();
    let tag = if to.contains(";tag=") || status == 100 {
        String::new()
    } else {
        format!(";tag={tag}")
    };
    format!(
        "SIP/2.0 {status} X\r\nVia: {}\r\nFrom: {}\r\nTo: {to}{tag}\r\nCall-ID: {}\r\nCSeq: {}\r\n{extra}Content-Length: 0\r\n\r\n",
        request.header("Via").unwrap(),
        request.header("From").unwrap(),
        request.header("Call-ID").unwrap(),
        request.header("CSeq").unwrap(),
    )
}

/// What several messages are: statuses and methods.
pub(super) fn kinds(sent: &[Sent]) -> Vec<&str> {
    sent.iter().map(Sent::what).collect()
}

pub(super) fn times(sent: &[Sent]) -> Vec<u128> {
    sent.iter().map(|sent| sent.at).collect()
}

/// A request as a PBX writes it.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    method: String,
    uri: String,
    branch: String,
    via: String,
    call_id: String,
    from_tag: String,
    to_tag: Option<String>,
    cseq: u32,
    extra: String,
    body: String,
}

impl Ask {
    pub(super) fn new(method: &str) -> Self {
        Self {
            method: method.to_owned(),
            uri: "sip:nps@192.0.2.1".to_owned(),
            branch: method.to_lowercase(),
            via: "198.51.100.7:5060".to_owned(),
            call_id: "call-1@pbx".to_owned(),
            from_tag: "caller".to_owned(),
            to_tag: None,
            cseq: 1,
            extra: String::new(),
            body: String::new(),
        }
    }

    pub(super) fn invite() -> Self {
        Self::new("INVITE")
            .header("Contact: <sip:pbx@198.51.100.7:5060>")
            .sdp()
    }

    /// An INVITE that asks for our offer.
    pub(super) fn delayed_offer() -> Self {
        Self::new("INVITE").header("Contact: <sip:pbx@198.51.100.7:5060>")
    }

    pub(super) fn branch(mut self, branch: &str) -> Self {
        branch.clone_into(&mut self.branch);
        self
    }

    pub(super) fn uri(mut self, uri: &str) -> Self {
        uri.clone_into(&mut self.uri);
        self
    }

    /// Sent-by and parameters of the Via.
    pub(super) fn via(mut self, via: &str) -> Self {
        via.clone_into(&mut self.via);
        self
    }

    pub(super) fn call_id(mut self, call_id: &str) -> Self {
        call_id.clone_into(&mut self.call_id);
        self
    }

    pub(super) fn caller_tag(mut self, tag: &str) -> Self {
        tag.clone_into(&mut self.from_tag);
        self
    }

    pub(super) fn in_dialog(mut self, tag: &str) -> Self {
        self.to_tag = Some(tag.to_owned());
        self
    }

    pub(super) fn cseq(mut self, cseq: u32) -> Self {
        self.cseq = cseq;
        self
    }

    pub(super) fn header(mut self, line: &str) -> Self {
        self.extra.push_str(line);
        self.extra.push_str("\r\n");
        self
    }

    pub(super) fn sdp(self) -> Self {
        self.body("application/sdp", SDP)
    }

    pub(super) fn body(self, content_type: &str, body: &str) -> Self {
        let mut ask = self.header(&format!("Content-Type: {content_type}"));
        body.clone_into(&mut ask.body);
        ask
    }

    pub(super) fn text(&self, transport: Transport) -> String {
        let protocol = if transport == Transport::Udp { "UDP" } else { "TCP" };
        let to_tag = self
            .to_tag
            .as_ref()
            .map(|tag| format!(";tag={tag}"))
            .unwrap_or_default();
        format!(
            "{} {} SIP/2.0\r\nVia: SIP/2.0/{protocol} {};branch=z9hG4bK{}\r\nMax-Forwards: 70\r\n\
             From: <sip:+358401234567@pbx>;tag={}\r\nTo: <sip:nps@192.0.2.1>{to_tag}\r\nCall-ID: {}\r\n\
             CSeq: {} {}\r\n{}Content-Length: {}\r\n\r\n{}",
            self.method,
            self.uri,
            self.via,
            self.branch,
            self.from_tag,
            self.call_id,
            self.cseq,
            self.method,
            self.extra,
            self.body.len(),
            self.body,
        )
    }
}
