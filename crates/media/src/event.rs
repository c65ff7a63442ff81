//! Events of a media session, and the queue in which they wait for its call.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use aftercall_base::Digit;
use aftercall_rtp::dtmf::DtmfPath;

/// Names one playback of a call; chosen by whoever starts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlaybackId(pub u64);

/// Something that happened on the media of one call, in the order in which it happened.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaEvent {
    /// The peer pressed a key, by RFC 4733 or as tones. Reported once for each press and path, when the press starts.
    Digit {
        /// The key.
        digit: Digit,
        /// When its first packet arrived; the event itself may come up to 20 ms later, of tones some 40 ms.
        at: Instant,
        /// How it arrived; the call merges the presses of two paths into one (`rtp::dtmf::Merge`).
        path: DtmfPath,
    },
    /// A reported key is still down, or has been released: reported every 400 ms while it is held, for 10 s at most, and when
    /// it is released. Not for a press of a single packet.
    DigitHeld {
        /// The key.
        digit: Digit,
        /// The last moment at which it was known to be down.
        until: Instant,
    },
    /// The first packet of a playback was sent.
    PlaybackStarted {
        /// The playback.
        play: PlaybackId,
        /// When that packet was sent.
        first_packet_at: Instant,
    },
    /// The last packet of a playback was sent. Not reported for a playback that was stopped or replaced.
    PlaybackFinished(PlaybackId),
    /// We pressed a key, and its first packet was sent.
    DigitSent {
        /// The key.
        digit: Digit,
        /// When that packet was sent.
        at: Instant,
    },
    /// A key was not pressed: the stream has no telephone-event, or too many keys wait.
    DigitRefused(Digit),
    /// The peer's speech started; only while speech is detected ([`MediaSession::detect_speech`](super::MediaSession::detect_speech)).
    SpeechStarted {
        /// When its first loud packet arrived.
        at: Instant,
    },
    /// The peer's speech ended; only while speech is detected. Reported when the hangover has passed.
    SpeechEnded {
        /// When its last loud packet arrived.
        at: Instant,
    },
    /// No packet arrived for [`PlaneConfig::rtp_timeout`](super::PlaneConfig::rtp_timeout), though the call is not on hold and no
    /// key is held. Reported again after each further such time.
    RtpSilence,
    /// After [`MediaEvent::RtpSilence`]: packets arrive again, or are not expected (hold).
    RtpResumed,
    /// The peer sent an RTCP BYE (RFC 3550 section 6.6).
    PeerLeft,
    /// The answer to [`MediaSession::catch_up`](super::MediaSession::catch_up): the events of all packets that had arrived by then
    /// stand before this one.
    CaughtUp,
    /// The session is over; the last event. Boxed, because a channel reserves room for the largest event.
    Closed(Box<MediaReport>),
}

/// What a session has seen and done by its end.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MediaReport {
    /// RTP packets sent, digits included.
    pub packets_sent: u64,
    /// Packets that the operating system did not take.
    pub send_failures: u64,
    /// RTP packets of the peer that arrived, duplicates included.
    pub packets_received: u64,
    /// Packets that never arrived (RFC 3550 appendix A.3).
    pub packets_lost: u64,
    /// Packets that arrived more than once.
    pub packets_duplicated: u64,
    /// Interarrival jitter (RFC 3550 section 6.4.1).
    pub jitter: Duration,
    /// Packets not sent because a media thread was late by a whole packet or more.
    pub late_ticks: u64,
    /// Datagrams from others than the peer.
    pub unknown_sources_refused: u64,
    /// Whether packets of the stream came from more than one host while neither SDP nor SRTP said which is the peer's.
    pub contested: bool,
    /// Datagrams that are neither RTP nor RTCP, or of a payload type that was not negotiated.
    pub malformed: u64,
    /// Packets that read as keys, on payload types that were not negotiated; among `malformed`.
    pub unknown_events: u64,
    /// Datagrams on an SRTP stream that did not verify: altered, forged, plain, or under another key.
    pub srtp_forged: u64,
    /// SRTP packets that were replays, or too old to tell.
    pub srtp_replayed: u64,
    /// The peer's view of our stream: the share of packets lost on the way to it, 0.0..=1.0, in its last RTCP report.
    pub remote_loss: Option<f64>,
    /// RTCP packets of the peer that were understood.
    pub rtcp_received: u64,
    /// RTCP of other hosts, or not understood.
    pub rtcp_refused: u64,
    /// The time to the peer and back, by its last RTCP report.
    pub round_trip: Option<Duration>,
    /// Events dropped because the call did not read them.
    pub events_dropped: u64,
    /// Packets missing in the recording because the disk was slow.
    pub recorder_dropped: u64,
    /// When the peer's first packet arrived.
    pub first_received_at: Option<Instant>,
    /// When the peer's last packet arrived.
    pub last_received_at: Option<Instant>,
}

/// Events kept while the call does not read: over half a minute of fast key presses.
const QUEUED_EVENTS: usize = 128;

/// Events on their way to the call. The channel to the call is bounded and a media thread never waits: what does not fit is
/// kept here, in order, and tried again at the next poll, since a digit must not be lost because the call's task was busy.
/// Only when this is full as well are further events dropped and counted.
#[derive(Debug)]
pub(super) struct EventQueue {
    channel: mpsc::Sender<MediaEvent>,
    waiting: VecDeque<MediaEvent>,
    dropped: u64,
}

impl EventQueue {
    pub(super) fn new(channel: mpsc::Sender<MediaEvent>) -> Self {
        Self {
            channel,
            waiting: VecDeque::new(),
            dropped: 0,
        }
    }

    /// Sends an event, or keeps it behind those that wait.
    pub(super) fn push(&mut self, event: MediaEvent) {
        self.flush();
        let refused = match self.waiting.is_empty() {
            true => self.channel.try_send(event).err(),
            false => Some(TrySendError::Full(event)),
        };
        match refused {
            Some(TrySendError::Full(event)) if self.waiting.len() < QUEUED_EVENTS => {
                self.waiting.push_back(event);
            }
            Some(TrySendError::Full(_)) => self.dropped += 1,
            Some(TrySendError::Closed(_)) | None => {}
        }
    }

    /// Sends waiting events, as many as the channel takes.
    pub(super) fn flush(&mut self) {
        while let Some(event) = self.waiting.pop_front() {
            if let Err(TrySendError::Full(event)) = self.channel.try_send(event) {
                self.waiting.push_front(event);
                return;
            }
        }
    }

    /// Whether no event waits.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Events dropped so far.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::{EventQueue, QUEUED_EVENTS};
    use crate::event::{MediaEvent, PlaybackId};

    fn id(event: MediaEvent) -> u64 {
        match event {
            MediaEvent::PlaybackFinished(PlaybackId(id)) => id,
            other => panic!("unexpected {other:?}"),
        }
    }

    #[test]
    fn events_wait_in_order_while_the_call_does_not_read() {
        let (sender, mut receiver) = mpsc::channel(2);
        let mut queue = EventQueue::new(sender);
        for number in 0..10 {
            queue.push(MediaEvent::PlaybackFinished(PlaybackId(number)));
        }
        let mut heard = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            heard.push(id(event));
            queue.flush();
        }
        assert_eq!(heard, (0..10).collect::<Vec<_>>());
        assert_eq!((queue.is_empty(), queue.dropped()), (true, 0));
    }

    #[test]
    fn events_beyond_all_room_are_counted() {
        let (sender, _receiver) = mpsc::channel(1);
        let mut queue = EventQueue::new(sender);
        for number in 0..QUEUED_EVENTS as u64 + 4 {
            queue.push(MediaEvent::PlaybackFinished(PlaybackId(number)));
        }
        assert_eq!(queue.dropped(), 3);
    }
}
