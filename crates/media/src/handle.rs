//! The call's side of a media session.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::Duration;

use super::command::{Command, Op};
use super::event::PlayId;
use super::listen::Listening;
use super::recorder::RecorderSink;
use super::stream::Stream;
use aftercall_audio::prompts::Playlist;
use aftercall_base::Digit;

/// The media thread takes no more commands: it is overloaded, or has stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the command queue of the media thread is full or closed")]
pub struct Busy;

/// One call's media. Commands take effect within 5 ms and are done in order; none of them blocks.
/// Dropping it closes the session.
#[derive(Debug)]
pub struct MediaSession {
    id: u64,
    local: SocketAddr,
    commands: SyncSender<Command>,
    abandoned: Arc<AtomicBool>,
}

impl MediaSession {
    pub(super) fn new(id: u64, local: SocketAddr, commands: SyncSender<Command>) -> (Self, Arc<AtomicBool>) {
        let abandoned = Arc::new(AtomicBool::new(false));
        let handle = Self {
            id,
            local,
            commands,
            abandoned: Arc::clone(&abandoned),
        };
        (handle, abandoned)
    }

    /// Where RTP is received; RTCP is received on the next port, unless it is multiplexed.
    pub fn local_rtp(&self) -> SocketAddr {
        self.local
    }

    /// Starts sending and hearing as negotiated. Silence is sent while nothing plays.
    ///
    /// # Errors
    /// [`Busy`], as for every command.
    pub fn start(&self, stream: Stream) -> Result<(), Busy> {
        self.command(Op::Start(stream))
    }

    /// Continues as negotiated anew: other address, codec, ptime, payload types or direction. What plays goes on
    /// from where it is; the peer's source is latched afresh.
    ///
    /// # Errors
    /// [`Busy`], as for every command.
    pub fn update(&self, stream: Stream) -> Result<(), Busy> {
        self.command(Op::Update(stream))
    }

    /// Plays a list from its beginning instead of what plays now. While the call is on hold it waits.
    ///
    /// # Errors
    /// [`Busy`], as for every command.
    pub fn play(&self, play: PlayId, playlist: Playlist) -> Result<(), Busy> {
        self.command(Op::Play(play, playlist))
    }

    /// Stops what plays.
    ///
    /// # Errors
    /// [`Busy`], as for every command.
    pub fn stop(&self) -> Result<(), Busy> {
        self.command(Op::Stop)
    }

    /// Presses a key for this long by RFC 4733. Presses are done one after the other, with a pause between.
    ///
    /// # Errors
    /// [`Busy`], as for every command.
    pub fn press(&self, digit: Digit, duration: Duration) -> Result<(), Busy> {
        self.command(Op::Press(digit, duration))
    }

    /// Tells where the peer's speech starts and ends from now on; `None` stops that.
    ///
    /// # Errors
    /// [`Busy`], as for every command.
    pub fn listen(&self, listening: Option<Listening>) -> Result<(), Busy> {
        self.command(Op::Listen(listening))
    }

    /// Gives what is heard to a recording from now on, until the end of the session; `None` ends it before.
    ///
    /// # Errors
    /// [`Busy`], as for every command.
    pub fn record(&self, sink: Option<RecorderSink>) -> Result<(), Busy> {
        self.command(Op::Record(sink))
    }

    /// Reads at once what has come, and tells [`CaughtUp`] after what it was.
    ///
    /// # Errors
    /// [`Busy`], as for every command.
    ///
    /// [`CaughtUp`]: super::MediaEvent::CaughtUp
    pub fn catch_up(&self) -> Result<(), Busy> {
        self.command(Op::CatchUp)
    }

    /// Ends the session: RTCP BYE, then [`Closed`] as its last event.
    ///
    /// [`Closed`]: super::MediaEvent::Closed
    pub fn close(self) {
        drop(self);
    }

    fn command(&self, op: Op) -> Result<(), Busy> {
        self.commands
            .try_send(Command::For { id: self.id, op })
            .map_err(|error| match error {
                TrySendError::Full(_) | TrySendError::Disconnected(_) => Busy,
            })
    }
}

impl Drop for MediaSession {
    fn drop(&mut self) {
        // When the thread has no room for the command, it finds the flag within a second.
        self.abandoned.store(true, Ordering::Release);
        let _told = self.command(Op::Close).is_ok();
    }
}
