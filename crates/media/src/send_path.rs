//! What a session sends: one packet each ptime, of a prompt, of silence, or of a pressed key.
//!
//! The RTP timestamp runs with time whether packets are sent or not, so that after a hold or a late tick the peer
//! continues at the right moment; the sequence number counts packets (RFC 3550 section 5.1). While a key is
//! pressed its events replace the audio (RFC 4733 section 2.5.1).

use std::collections::VecDeque;
use std::time::Duration;

use super::event::PlaybackId;
use super::stream::Stream;
use aftercall_audio::prompts::{Playlist, PlaylistCursor, Remainder, silence};
use aftercall_base::Digit;
use aftercall_rtp::dtmf::TelephoneEventSender;
use aftercall_rtp::{EventPosition, Sender};

/// Presses that may wait: longer than any survey answer or menu path.
const PRESSES: usize = 64;
/// Audio between two presses, so that the peer hears two (RFC 4733 section 2.5.1.3 leaves it to us).
const PAUSE: Duration = Duration::from_millis(80);
/// 60 ms of G.711 or G.722; packets of Opus are shorter.
const LONGEST_PAYLOAD: usize = 480;

/// The sending half of a session.
#[derive(Debug)]
pub(super) struct RtpSendPath {
    sender: Sender,
    playing: Option<Playing>,
    presses: VecDeque<(Digit, Duration)>,
    pressing: Option<ActivePress>,
    /// Audio still to be sent before the next press.
    pause: Duration,
}

#[derive(Debug)]
struct Playing {
    id: PlaybackId,
    playlist: Playlist,
    cursor: PlaylistCursor,
    started: bool,
}

#[derive(Debug)]
struct ActivePress {
    digit: Digit,
    events: TelephoneEventSender,
}

/// What began or ended with a packet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct SendEvents {
    pub(super) playback_started: Option<PlaybackId>,
    pub(super) playback_finished: Option<PlaybackId>,
    pub(super) digit_started: Option<Digit>,
}

impl RtpSendPath {
    /// The sending half for a stream, with identity drawn from `rng`.
    pub(super) fn new(stream: &Stream, rng: &mut impl rand::Rng) -> Self {
        Self {
            sender: Sender::new(stream.payload_type, stream.codec.clock_rate(), stream.ptime, rng),
            playing: None,
            presses: VecDeque::new(),
            pressing: None,
            pause: Duration::ZERO,
        }
    }

    /// Continues as renegotiated. A press that is going on is given up when its payload type changes.
    pub(super) fn renegotiate(&mut self, stream: &Stream) {
        self.sender
            .renegotiate(stream.payload_type, stream.codec.clock_rate(), stream.ptime);
    }

    /// Plays a list from its beginning, instead of any other.
    pub(super) fn play(&mut self, id: PlaybackId, playlist: Playlist) {
        let cursor = PlaylistCursor::default();
        self.playing = Some(Playing {
            id,
            playlist,
            cursor,
            started: false,
        });
    }

    /// Stops the playback; silence follows.
    pub(super) fn stop(&mut self) {
        self.playing = None;
    }

    /// Queues a press; false when too many wait.
    pub(super) fn press(&mut self, digit: Digit, duration: Duration) -> bool {
        let room = self.presses.len() < PRESSES;
        if room {
            self.presses.push_back((digit, duration));
        }
        room
    }

    /// SSRC, counters and timestamps for RTCP.
    pub(super) fn sender(&self) -> &Sender {
        &self.sender
    }

    /// Lets `packets` packet times pass that were missed.
    pub(super) fn skip(&mut self, packets: u64) {
        for _ in 0..packets {
            self.sender.skip();
        }
    }

    /// Lets one packet time pass on hold: nothing is sent, and the playback waits.
    pub(super) fn hold(&mut self) {
        self.sender.pause();
    }

    /// Writes the next packet; `None` when `out` cannot hold it.
    pub(super) fn packet(&mut self, stream: &Stream, out: &mut [u8]) -> Option<(usize, SendEvents)> {
        self.next_press(stream);
        match self.event(stream, out) {
            Some(sent) => Some(sent),
            None => self.audio(stream, out),
        }
    }

    /// Begins the next press, when none is going on and the pause is over.
    fn next_press(&mut self, stream: &Stream) {
        let Some(event) = stream.telephone_event else {
            self.pressing = None;
            self.presses.clear();
            return;
        };
        if self.pressing.is_none()
            && self.pause.is_zero()
            && let Some((digit, duration)) = self.presses.pop_front()
        {
            let audio_clock = stream.codec.clock_rate();
            let mut events =
                TelephoneEventSender::new(event.clock_rate, stream.ptime).with_audio_clock(audio_clock);
            // Cannot fail: this sender is new, so no key is down.
            let _pressed = events.press(digit, duration).is_ok();
            self.pressing = Some(ActivePress { digit, events });
        }
    }

    fn event(&mut self, stream: &Stream, out: &mut [u8]) -> Option<(usize, SendEvents)> {
        let event = stream.telephone_event?;
        let pressing = self.pressing.as_mut()?;
        let Some(frame) = pressing.events.next_frame() else {
            self.pressing = None;
            self.pause = PAUSE;
            return None;
        };
        let length = self.sender.event(event.payload_type, &frame, out)?;
        let digit_started = (frame.position == EventPosition::First).then_some(pressing.digit);
        Some((
            length,
            SendEvents {
                digit_started,
                ..SendEvents::default()
            },
        ))
    }

    fn audio(&mut self, stream: &Stream, out: &mut [u8]) -> Option<(usize, SendEvents)> {
        let mut room = [0; LONGEST_PAYLOAD];
        let mut send_events = SendEvents::default();
        let (codec, ptime) = (stream.codec, stream.ptime);
        let octets = match &mut self.playing {
            None => silence(codec, ptime, &mut room),
            Some(playing) => {
                send_events.playback_started = (!playing.started).then_some(playing.id);
                playing.started = true;
                let filled = playing
                    .playlist
                    .fill(&mut playing.cursor, codec, ptime, &mut room);
                if filled.rest == Remainder::Nothing {
                    send_events.playback_finished = Some(playing.id);
                    self.playing = None;
                }
                filled.octets
            }
        };
        let payload = room.get(..octets)?;
        self.pause = self.pause.saturating_sub(stream.ptime.duration());
        Some((self.sender.audio(payload, out)?, send_events))
    }
}
