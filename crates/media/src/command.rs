//! Commands to a media thread.

use std::time::Duration;

use super::event::PlayId;
use super::listen::Listening;
use super::recorder::RecorderSink;
use super::session::Session;
use super::stream::Stream;
use aftercall_audio::prompts::Playlist;
use aftercall_base::Digit;

/// A message to a media thread.
pub(super) enum Command {
    /// A new session, with its sockets bound.
    Open { id: u64, session: Box<Session> },
    /// Something for a session; ignored when it is gone.
    For { id: u64, op: Op },
}

/// Something for one session.
pub(super) enum Op {
    Start(Stream),
    Update(Stream),
    Play(PlayId, Playlist),
    Stop,
    Press(Digit, Duration),
    Listen(Option<Listening>),
    Record(Option<RecorderSink>),
    CatchUp,
    Close,
}
