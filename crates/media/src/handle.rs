//! The call's side of a media session.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::time::Duration;

use super::command::{SessionCommand, SpeechDetection};
use super::event::PlaybackId;
use super::recorder_queue::RecorderSink;
use super::stream::Stream;
use super::worker::ThreadCommand;
use aftercall_audio::prompts::Playlist;
use aftercall_base::Digit;

/// The media thread takes no more commands: it is overloaded, or has stopped. The command had no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the command queue of the media thread is full or closed")]
pub struct ThreadBusy;

/// One call's media. Commands take effect within 5 ms and are done in order; none of them blocks.
/// Dropping it closes the session.
#[derive(Debug)]
pub struct MediaSession {
    id: u64,
    local: SocketAddr,
    commands: SyncSender<ThreadCommand>,
    abandoned: Arc<AtomicBool>,
}

impl MediaSession {
    pub(super) fn new(
        id: u64,
        local: SocketAddr,
        commands: SyncSender<ThreadCommand>,
    ) -> (Self, Arc<AtomicBool>) {
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

    /// Sends and receives as negotiated from now on; silence is sent while nothing plays. Call it again after each
    /// renegotiation: other address, codec, ptime, payload types or direction. A playback goes on from where it is, and the
    /// peer's source is latched again.
    ///
    /// # Errors
    /// [`ThreadBusy`], as for every command.
    pub fn set_stream(&self, stream: Stream) -> Result<(), ThreadBusy> {
        self.command(SessionCommand::SetStream(stream))
    }

    /// Plays a list from its beginning instead of what plays now. While the call is on hold it waits.
    ///
    /// # Errors
    /// [`ThreadBusy`], as for every command.
    pub fn play(&self, play: PlaybackId, playlist: Playlist) -> Result<(), ThreadBusy> {
        self.command(SessionCommand::Play(play, playlist))
    }

    /// Stops the playback; no [`PlaybackFinished`](super::MediaEvent::PlaybackFinished) follows.
    ///
    /// # Errors
    /// [`ThreadBusy`], as for every command.
    pub fn stop(&self) -> Result<(), ThreadBusy> {
        self.command(SessionCommand::Stop)
    }

    /// Presses a key for this long by RFC 4733. Presses are done one after the other, with a pause between.
    ///
    /// # Errors
    /// [`ThreadBusy`], as for every command.
    pub fn press(&self, digit: Digit, duration: Duration) -> Result<(), ThreadBusy> {
        self.command(SessionCommand::Press(digit, duration))
    }

    /// Reports where the peer's speech starts and ends from now on; `None` stops that.
    ///
    /// # Errors
    /// [`ThreadBusy`], as for every command.
    pub fn detect_speech(&self, detection: Option<SpeechDetection>) -> Result<(), ThreadBusy> {
        self.command(SessionCommand::DetectSpeech(detection))
    }

    /// Gives received audio to a recording from now on, until the end of the session; `None` ends it before.
    ///
    /// # Errors
    /// [`ThreadBusy`], as for every command.
    pub fn record(&self, sink: Option<RecorderSink>) -> Result<(), ThreadBusy> {
        self.command(SessionCommand::Record(sink))
    }

    /// Reads all packets that have arrived, and reports [`CaughtUp`] after their events.
    ///
    /// # Errors
    /// [`ThreadBusy`], as for every command.
    ///
    /// [`CaughtUp`]: super::MediaEvent::CaughtUp
    pub fn catch_up(&self) -> Result<(), ThreadBusy> {
        self.command(SessionCommand::CatchUp)
    }

    /// Ends the session: RTCP BYE, then [`Closed`] as its last event.
    ///
    /// [`Closed`]: super::MediaEvent::Closed
    pub fn close(self) {
        drop(self);
    }

    fn command(&self, command: SessionCommand) -> Result<(), ThreadBusy> {
        self.commands
            .try_send(ThreadCommand::For { id: self.id, command })
            .map_err(|error| match error {
                TrySendError::Full(_) | TrySendError::Disconnected(_) => ThreadBusy,
            })
    }
}

impl Drop for MediaSession {
    fn drop(&mut self) {
        // If the queue is full, the thread finds the flag at the next maintenance, within a second.
        self.abandoned.store(true, Ordering::Release);
        let _sent = self.command(SessionCommand::Close).is_ok();
    }
}
