//! One stream connection: frames in, messages out, and its deadlines.
//!
//! ```text
//!  Open ---- end of a message unknown, or a stranger answered ----> Closing: reads nothing more, writes what is owed
//!    |  \--- peer will send no more, and is owed an answer ---------/     |
//!    |                                                                  |
//!    +---- peer closed, error, idle, slow, queue closed ----------------+----> gone: Arrival::Closed
//! ```
//! What is owed is a final response to each request that was handed on ([`Owed`]): a BYE before the junk is confirmed, and
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

use super::owed::Owed;
use super::{Arrival, Context};
use aftercall_sip::agent::Ticket;
use aftercall_sip::flow::{ConnectionId, Flow};
use aftercall_sip::wire::{Framed, Message, ParseError, StreamFramer};

const READ_BYTES: usize = 8_192;
/// The answer to a keep-alive (RFC 5626 section 4.4.1).
const PONG: &[u8] = b"\r\n";
/// How long a closed connection is still read, so that our last answer is not lost to a reset.
const LINGER: Duration = Duration::from_millis(500);

/// A message that waits to be written.
pub(crate) struct Outgoing {
    pub(super) bytes: Arc<[u8]>,
    pub(super) ticket: Ticket,
}

impl fmt::Debug for Outgoing {
    /// The size of the message and never the message: it names people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outgoing({} bytes)", self.bytes.len())
    }
}

/// A connection that can be written to.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(super) id: ConnectionId,
    pub(super) peer: SocketAddr,
    pub(super) queue: mpsc::Sender<Outgoing>,
}

/// Whether the peer may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Trusted,
    /// Hears 403 once, then the connection closes.
    Stranger,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Open,
    /// Nothing is read any more; what is owed is written.
    Closing,
    Gone,
}

/// What ended the wait.
enum Wake {
    Outgoing(Option<Outgoing>),
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
    standing: Standing,
    queue: mpsc::Receiver<Outgoing>,
    context: Arc<Context>,
    framer: StreamFramer,
    /// Bytes on their way out.
    pending: Vec<u8>,
    owed: Owed,
    phase: Phase,
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
        standing: Standing,
        queue: mpsc::Receiver<Outgoing>,
        context: Arc<Context>,
    ) -> Self {
        // Without it small responses wait for the peer's acknowledgement; with an error they only wait.
        let _immediate = stream.set_nodelay(true).is_ok();
        Self {
            stream,
            flow,
            standing,
            queue,
            framer: StreamFramer::new(context.messages),
            patience: context.connections.partial,
            context,
            pending: Vec::new(),
            owed: Owed::default(),
            phase: Phase::Open,
            opened_at: Instant::now(),
            active_at: Instant::now(),
            is_used: false,
            stalled_at: None,
        }
    }

    /// Carries messages until the connection is gone, and reports that.
    pub(super) async fn run(mut self) {
        let mut shutdown = self.context.shutdown.clone();
        while self.phase != Phase::Gone {
            let deadline = self.deadline();
            let writing = !self.pending.is_empty();
            let reading = self.phase == Phase::Open && !writing;
            let wake = tokio::select! {
                biased;
                () = shutdown.requested(), if self.phase == Phase::Open => Wake::Shutdown,
                _ = self.stream.writable(), if writing => Wake::Writable,
                outgoing = self.queue.recv(), if !writing => Wake::Outgoing(outgoing),
                _ = self.stream.readable(), if reading => Wake::Readable,
                _ = self.stream.ready(Interest::ERROR), if self.phase == Phase::Closing => Wake::Reset,
                () = sleep_until(deadline) => Wake::Deadline,
            };
            self.step(wake).await;
        }
        let Some(id) = self.flow.connection else { return };
        if self.standing == Standing::Trusted {
            give_up(id, self.queue, &self.context).await;
        }
    }

    async fn step(&mut self, wake: Wake) {
        match wake {
            Wake::Outgoing(Some(outgoing)) => self.begin_writing(&outgoing.bytes),
            Wake::Outgoing(None) | Wake::Reset => self.phase = Phase::Gone,
            Wake::Shutdown => self.finish(),
            Wake::Readable => self.read().await,
            Wake::Writable => self.write(),
            Wake::Deadline => self.expire(),
        }
        if self.phase == Phase::Closing && self.pending.is_empty() && self.owed.is_nothing() {
            self.linger().await;
        }
    }

    fn begin_writing(&mut self, bytes: &[u8]) {
        if self.phase == Phase::Closing && self.pending.is_empty() {
            // The wait for the answer is over; that for the peer to take it begins.
            self.stalled_at = Some(Instant::now());
        }
        self.pending.extend_from_slice(bytes);
        self.owed.sent(bytes);
        self.write();
    }

    /// Nothing will be read any more, for what `owed` says is still to be written. The answer to an INVITE may take long: it
    /// is waited for while half of the places are free, so that those that wait never take more than the other half.
    fn begin_closing(&mut self, owed: Owed) {
        let limits = &self.context.connections;
        let free = self.context.places.available_permits();
        self.patience = match owed.invites > 0 && free.saturating_mul(2) >= limits.open {
            true => limits.answer,
            false => limits.partial,
        };
        self.owed = owed;
        self.phase = Phase::Closing;
        self.stalled_at = Some(Instant::now());
    }

    /// Shutdown: what is queued is still written, within the limit for slow peers.
    fn finish(&mut self) {
        self.begin_closing(Owed::default());
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
            Err(_reset) => self.phase = Phase::Gone,
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
            Err(_reset) => self.phase = Phase::Gone,
        }
    }

    /// The peer sends no more. Its stream is still open towards it, so what is owed goes out on it (RFC 3261 section
    /// 18.2.2).
    fn peer_is_done(&mut self) {
        match self.owed.is_nothing() {
            true => self.phase = Phase::Gone,
            false => self.begin_closing(self.owed),
        }
    }

    async fn drain_framer(&mut self) {
        while self.phase == Phase::Open
            && let Some(framed) = self.framer.next()
        {
            self.stalled_at = None;
            match framed {
                Framed::Ping => self.pong(),
                Framed::Message(message) if self.standing == Standing::Stranger => self.refuse(message),
                Framed::Last(message) if self.standing == Standing::Stranger => self.refuse(message),
                Framed::Message(message) => self.hand_on(message).await,
                Framed::Last(message) => self.last(message).await,
                Framed::Broken(error) => self.broken(error).await,
                Framed::Lost(error) => self.lost(error).await,
            }
        }
    }

    async fn hand_on(&mut self, message: Message) {
        let flow = self.flow;
        self.owed.received(&message);
        self.deliver(Arrival::Message { flow, message }).await;
    }

    /// A message behind which no other can be told apart.
    async fn last(&mut self, message: Message) {
        self.context.counters.parse_errors.increment();
        self.context.counters.connections_unframed.increment();
        self.hand_on(message).await;
        self.close_behind_the_last();
    }

    fn close_behind_the_last(&mut self) {
        if self.phase == Phase::Open {
            self.begin_closing(self.owed);
        }
    }

    fn pong(&mut self) {
        self.context.counters.keep_alives.increment();
        self.begin_writing(PONG);
    }

    async fn broken(&mut self, error: ParseError) {
        self.context.counters.parse_errors.increment();
        match self.standing {
            Standing::Trusted => {
                let flow = self.flow;
                if let ParseError::Answerable(rejected) = &error {
                    self.owed.receive(&rejected.method);
                }
                self.deliver(Arrival::Broken { flow, error }).await;
            }
            Standing::Stranger => self.phase = Phase::Gone,
        }
    }

    /// The last message that can be told apart: answered when it can be, then closed.
    async fn lost(&mut self, error: ParseError) {
        self.context.counters.connections_unframed.increment();
        self.broken(error).await;
        self.close_behind_the_last();
    }

    fn refuse(&mut self, message: Message) {
        self.begin_closing(Owed::default());
        if !self.context.strangers.afford() {
            return;
        }
        if let Some(refusal) = self.context.strangers.refusal(message, self.flow.peer) {
            self.context.counters.strangers_answered.increment();
            self.begin_writing(&refusal);
        }
    }

    async fn deliver(&mut self, arrival: Arrival) {
        if self.context.arrivals.send(arrival).await.is_err() {
            self.phase = Phase::Gone;
        }
    }

    fn note_stall(&mut self) {
        let stalled = !self.pending.is_empty() || self.framer.is_partial() || self.phase != Phase::Open;
        self.stalled_at = stalled.then(|| self.stalled_at.unwrap_or_else(Instant::now));
    }

    fn deadline(&self) -> Instant {
        let limits = &self.context.connections;
        let idle = match self.standing {
            Standing::Trusted if self.is_used => self.active_at + limits.idle,
            Standing::Trusted => self.opened_at + limits.unused.min(limits.idle),
            // From the start, whatever comes: line ends and pings must not keep one of the few places for ever.
            Standing::Stranger => self.opened_at + limits.partial,
        };
        let waits_for_us = self.phase == Phase::Closing && self.pending.is_empty() && self.owed.invites > 0;
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
        self.phase = Phase::Gone;
    }

    /// Says goodbye and reads on for a moment: bytes left unread would turn the close into a reset.
    async fn linger(&mut self) {
        self.phase = Phase::Gone;
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
pub(super) async fn give_up(id: ConnectionId, mut queue: mpsc::Receiver<Outgoing>, context: &Context) {
    queue.close();
    let mut unsent = Vec::new();
    while let Some(outgoing) = queue.recv().await {
        unsent.push(outgoing.ticket);
    }
    // Without a service there is nobody to tell.
    let _told = context
        .arrivals
        .send(Arrival::Closed { id, unsent })
        .await
        .is_ok();
}
