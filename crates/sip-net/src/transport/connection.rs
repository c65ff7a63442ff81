//! One stream connection: frames in, messages out, and its deadlines.
//!
//! ```text
//!  Open ---- end of a message unknown, or a 403 was sent --------> Closing: reads nothing more, writes what is owed
//!    |  \--- peer will send no more, and is owed an answer ---------/     |
//!    |                                                                  |
//!    +---- peer closed, error, idle, slow, queue closed ----------------+----> gone: TransportEvent::Closed
//! ```
//! What is owed is a final response to each request that was handed on ([`PendingResponses`]): a BYE before the junk is confirmed, and
//! an INVITE is answered on the stream on which it came also when its sender has closed its own direction. That may take as
//! long as the application thinks, so only so many connections wait so long as leave half of the places free; others wait no
//! longer than for a slow peer. An answer that comes later finds another way.
//!
//! Reading stops while the peer does not take what we write, so that nothing here grows.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use std::{fmt, io};

use tokio::io::{AsyncWriteExt, Interest};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

use super::pending_responses::PendingResponses;
use super::{TransportContext, TransportEvent};
use aftercall_sip::agent::TransmitId;
use aftercall_sip::flow::{ConnectionId, Flow};
use aftercall_sip::wire::{Framed, Message, ParseError, StreamFramer};

const READ_BYTES: usize = 8_192;
/// The answer to a keep-alive (RFC 5626 section 4.4.1).
const PONG: &[u8] = b"\r\n";
/// How long a closed connection is still read, so that our last answer is not lost to a reset.
const LINGER: Duration = Duration::from_millis(500);

/// A message that waits to be written.
pub(crate) struct OutgoingMessage {
    pub(super) bytes: Arc<[u8]>,
    pub(super) transmit_id: TransmitId,
}

impl fmt::Debug for OutgoingMessage {
    /// The size of the message and never the message: it names people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outgoing({} bytes)", self.bytes.len())
    }
}

/// A connection that can be written to.
#[derive(Debug)]
pub(crate) struct OpenConnection {
    pub(super) id: ConnectionId,
    pub(super) peer: SocketAddr,
    pub(super) queue: mpsc::Sender<OutgoingMessage>,
}

/// Whether the peer may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PeerTrust {
    Trusted,
    /// Hears 403 once, then the connection closes.
    Untrusted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ConnectionPhase {
    Open,
    /// Nothing is read any more; what is owed is written.
    Closing,
    Gone,
}

/// What ended the wait.
enum WakeReason {
    Outgoing(Option<OutgoingMessage>),
    Readable,
    Writable,
    Deadline,
    Shutdown,
    /// The peer takes nothing any more.
    Reset,
}

#[derive(Debug)]
pub(super) struct Connection {
    stream: TcpStream,
    flow: Flow,
    trust: PeerTrust,
    queue: mpsc::Receiver<OutgoingMessage>,
    context: Arc<TransportContext>,
    framer: StreamFramer,
    /// Bytes on their way out.
    pending: Vec<u8>,
    pending_responses: PendingResponses,
    phase: ConnectionPhase,
    /// How long the answer to an INVITE is waited for while closing.
    patience: Duration,
    opened_at: Instant,
    /// Last byte in or out.
    active_at: Instant,
    /// Whether anything has been carried, in either direction.
    is_used: bool,
    /// Since when a message is incomplete, or the peer takes nothing.
    stalled_at: Option<Instant>,
}

impl Connection {
    pub(super) fn new(
        stream: TcpStream,
        flow: Flow,
        trust: PeerTrust,
        queue: mpsc::Receiver<OutgoingMessage>,
        context: Arc<TransportContext>,
    ) -> Self {
        // Without it small responses wait for the peer's acknowledgement; with an error they only wait.
        let _immediate = stream.set_nodelay(true).is_ok();
        Self {
            stream,
            flow,
            trust,
            queue,
            framer: StreamFramer::new(context.messages),
            patience: context.connections.partial,
            context,
            pending: Vec::new(),
            pending_responses: PendingResponses::default(),
            phase: ConnectionPhase::Open,
            opened_at: Instant::now(),
            active_at: Instant::now(),
            is_used: false,
            stalled_at: None,
        }
    }

    /// Carries messages until the connection is gone, and reports that.
    pub(super) async fn run(mut self) {
        let mut shutdown = self.context.shutdown.clone();
        while self.phase != ConnectionPhase::Gone {
            let deadline = self.deadline();
            let writing = !self.pending.is_empty();
            let reading = self.phase == ConnectionPhase::Open && !writing;
            let wake = tokio::select! {
                biased;
                () = shutdown.requested(), if self.phase == ConnectionPhase::Open => WakeReason::Shutdown,
                _ = self.stream.writable(), if writing => WakeReason::Writable,
                outgoing = self.queue.recv(), if !writing => WakeReason::Outgoing(outgoing),
                _ = self.stream.readable(), if reading => WakeReason::Readable,
                _ = self.stream.ready(Interest::ERROR), if self.phase == ConnectionPhase::Closing => WakeReason::Reset,
                () = sleep_until(deadline) => WakeReason::Deadline,
            };
            self.step(wake).await;
        }
        let Some(id) = self.flow.connection else { return };
        if self.trust == PeerTrust::Trusted {
            give_up(id, self.queue, &self.context).await;
        }
    }

    async fn step(&mut self, wake: WakeReason) {
        match wake {
            WakeReason::Outgoing(Some(outgoing)) => self.begin_writing(&outgoing.bytes),
            WakeReason::Outgoing(None) | WakeReason::Reset => self.phase = ConnectionPhase::Gone,
            WakeReason::Shutdown => self.finish(),
            WakeReason::Readable => self.read().await,
            WakeReason::Writable => self.write(),
            WakeReason::Deadline => self.expire(),
        }
        if self.phase == ConnectionPhase::Closing
            && self.pending.is_empty()
            && self.pending_responses.is_nothing()
        {
            self.linger().await;
        }
    }

    fn begin_writing(&mut self, bytes: &[u8]) {
        if self.phase == ConnectionPhase::Closing && self.pending.is_empty() {
            // The wait for the answer is over; that for the peer to take it begins.
            self.stalled_at = Some(Instant::now());
        }
        self.pending.extend_from_slice(bytes);
        self.pending_responses.sent(bytes);
        self.write();
    }

    /// Nothing will be read any more, for what `pending_responses` says is still to be written. The answer to an INVITE may take long: it
    /// is waited for while half of the places are free, so that those that wait never take more than the other half.
    fn begin_closing(&mut self, pending_responses: PendingResponses) {
        let limits = &self.context.connections;
        let free = self.context.places.available_permits();
        self.patience = match pending_responses.invites > 0 && free.saturating_mul(2) >= limits.open {
            true => limits.answer,
            false => limits.partial,
        };
        self.pending_responses = pending_responses;
        self.phase = ConnectionPhase::Closing;
        self.stalled_at = Some(Instant::now());
    }

    /// Shutdown: what is queued is still written, within the limit for slow peers.
    fn finish(&mut self) {
        self.begin_closing(PendingResponses::default());
        while let Ok(outgoing) = self.queue.try_recv() {
            self.pending.extend_from_slice(&outgoing.bytes);
        }
        self.write();
    }

    /// Writes what the kernel takes.
    fn write(&mut self) {
        match self.stream.try_write(&self.pending) {
            Ok(written) => {
                self.pending.drain(..written.min(self.pending.len()));
                self.active_at = Instant::now();
                self.is_used = true;
                if !self.framer.is_partial() {
                    self.stalled_at = None;
                }
                self.note_stall();
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.note_stall(),
            Err(_reset) => self.phase = ConnectionPhase::Gone,
        }
    }

    async fn read(&mut self) {
        let mut buffer = Vec::with_capacity(READ_BYTES);
        match self.stream.try_read_buf(&mut buffer) {
            Ok(0) => self.peer_is_done(),
            Ok(_) => {
                self.active_at = Instant::now();
                self.is_used = true;
                self.framer.push(&buffer);
                self.drain_framer().await;
                self.note_stall();
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(_reset) => self.phase = ConnectionPhase::Gone,
        }
    }

    /// The peer sends no more. Its stream is still open towards it, so what is owed goes out on it (RFC 3261 section
    /// 18.2.2).
    fn peer_is_done(&mut self) {
        match self.pending_responses.is_nothing() {
            true => self.phase = ConnectionPhase::Gone,
            false => self.begin_closing(self.pending_responses),
        }
    }

    async fn drain_framer(&mut self) {
        while self.phase == ConnectionPhase::Open
            && let Some(framed) = self.framer.next()
        {
            self.stalled_at = None;
            match framed {
                Framed::Ping => self.pong(),
                Framed::Message(message) if self.trust == PeerTrust::Untrusted => self.refuse(message),
                Framed::Last(message) if self.trust == PeerTrust::Untrusted => self.refuse(message),
                Framed::Message(message) => self.hand_on(message).await,
                Framed::Last(message) => self.last(message).await,
                Framed::Broken(error) => self.broken(error).await,
                Framed::Lost(error) => self.lost(error).await,
            }
        }
    }

    async fn hand_on(&mut self, message: Message) {
        let flow = self.flow;
        self.pending_responses.received(&message);
        self.deliver(TransportEvent::Message { flow, message }).await;
    }

    /// A message after which the next cannot be framed.
    async fn last(&mut self, message: Message) {
        self.context.counters.parse_errors.increment();
        self.context.counters.connections_unframed.increment();
        self.hand_on(message).await;
        self.close_behind_the_last();
    }

    fn close_behind_the_last(&mut self) {
        if self.phase == ConnectionPhase::Open {
            self.begin_closing(self.pending_responses);
        }
    }

    fn pong(&mut self) {
        self.context.counters.keep_alives.increment();
        self.begin_writing(PONG);
    }

    async fn broken(&mut self, error: ParseError) {
        self.context.counters.parse_errors.increment();
        match self.trust {
            PeerTrust::Trusted => {
                let flow = self.flow;
                if let ParseError::Answerable(rejected) = &error {
                    self.pending_responses.receive(&rejected.method);
                }
                self.deliver(TransportEvent::Broken { flow, error }).await;
            }
            PeerTrust::Untrusted => self.phase = ConnectionPhase::Gone,
        }
    }

    /// The last message that can be framed: answered when it can be, then closed.
    async fn lost(&mut self, error: ParseError) {
        self.context.counters.connections_unframed.increment();
        self.broken(error).await;
        self.close_behind_the_last();
    }

    fn refuse(&mut self, message: Message) {
        self.begin_closing(PendingResponses::default());
        if !self.context.untrusted.allow_reply() {
            return;
        }
        if let Some(refusal) = self.context.untrusted.refusal(message, self.flow.peer) {
            self.context.counters.strangers_answered.increment();
            self.begin_writing(&refusal);
        }
    }

    async fn deliver(&mut self, arrival: TransportEvent) {
        if self.context.arrivals.send(arrival).await.is_err() {
            self.phase = ConnectionPhase::Gone;
        }
    }

    fn note_stall(&mut self) {
        let stalled =
            !self.pending.is_empty() || self.framer.is_partial() || self.phase != ConnectionPhase::Open;
        self.stalled_at = stalled.then(|| self.stalled_at.unwrap_or_else(Instant::now));
    }

    fn deadline(&self) -> Instant {
        let limits = &self.context.connections;
        let idle = match self.trust {
            PeerTrust::Trusted if self.is_used => self.active_at + limits.idle,
            PeerTrust::Trusted => self.opened_at + limits.unused.min(limits.idle),
            // From the start, whatever comes: line ends and pings must not keep one of the few places for ever.
            PeerTrust::Untrusted => self.opened_at + limits.partial,
        };
        let waits_for_us = self.phase == ConnectionPhase::Closing
            && self.pending.is_empty()
            && self.pending_responses.invites > 0;
        let patience = match waits_for_us {
            true => self.patience,
            false => limits.partial,
        };
        self.stalled_at.map_or(idle, |since| idle.min(since + patience))
    }

    fn expire(&mut self) {
        match self.stalled_at {
            Some(_) => self.context.counters.connections_slow.increment(),
            None => self.context.counters.connections_idle.increment(),
        }
        self.phase = ConnectionPhase::Gone;
    }

    /// Says goodbye and reads on for a moment: bytes left unread would turn the close into a reset.
    async fn linger(&mut self) {
        self.phase = ConnectionPhase::Gone;
        if self.stream.shutdown().await.is_err() {
            return;
        }
        let mut scrap = Vec::with_capacity(READ_BYTES);
        let drained = async {
            while self.stream.readable().await.is_ok() {
                scrap.clear();
                match self.stream.try_read_buf(&mut scrap) {
                    Ok(0) => return,
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(_reset) => return,
                }
            }
        };
        let _in_time = timeout(LINGER, drained).await.is_ok();
    }
}

/// Reports that a connection is gone, with what still waited for it.
pub(super) async fn give_up(
    id: ConnectionId,
    mut queue: mpsc::Receiver<OutgoingMessage>,
    context: &TransportContext,
) {
    queue.close();
    let mut unsent = Vec::new();
    while let Some(outgoing) = queue.recv().await {
        unsent.push(outgoing.transmit_id);
    }
    // Without a service nobody waits for it.
    let _told = context
        .arrivals
        .send(TransportEvent::Closed { id, unsent })
        .await
        .is_ok();
}
