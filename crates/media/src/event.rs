//! Events of a media session.

use std::time::{Duration, Instant};

use aftercall_base::Digit;
use aftercall_rtp::dtmf::Path;

/// Names one playback of a call; chosen by whoever starts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PlayId(pub u64);

/// Something that happened on the media of one call, in the order in which it happened.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaEvent {
    /// The peer pressed a key, told by RFC 4733 or heard as tones. Reported once a press and path, when it starts.
    Digit {
        /// Which key.
        digit: Digit,
        /// When its first packet arrived; the event itself may come up to 20 ms later, of tones some 40 ms.
        at: Instant,
        /// How it came; the call makes one press of two paths (`dtmf::Merge`).
        path: Path,
    },
    /// A key that was told of is still down, or is up now: told every 400 ms while it is held, for 10 s at most, and when it
    /// is released. Not of a press of a single packet.
    DigitHeld {
        /// Which key.
        digit: Digit,
        /// The last moment at which it was known to be down.
        until: Instant,
    },
    /// The first packet of a playback was sent.
    PlaybackStarted {
        /// Which playback.
        play: PlayId,
        /// When that packet was sent.
        first_packet_at: Instant,
    },
    /// The last packet of a playback was sent. Not told of a playback that was stopped or replaced.
    PlaybackFinished(PlayId),
    /// We pressed a key, and its first packet was sent.
    DigitSent {
        /// Which key.
        digit: Digit,
        /// When that packet was sent.
        at: Instant,
    },
    /// A key was not pressed: the stream has no telephone-event, or too many keys wait.
    DigitRefused(Digit),
    /// The peer's speech started; only while listening.
    SpeechStarted {
        /// When its first loud packet arrived.
        at: Instant,
    },
    /// The peer's speech ended; only while listening, and told when the hangover has passed.
    SpeechEnded {
        /// When its last loud packet arrived.
        at: Instant,
    },
    /// No packet came for the configured time, though the call is not on hold and no key is held. Told again after each
    /// further such time.
    RtpSilence,
    /// After [`MediaEvent::RtpSilence`]: packets come again, or need not come.
    RtpResumed,
    /// The peer said goodbye by RTCP (RFC 3550 section 6.6).
    PeerLeft,
    /// Everything that had come by the time it was asked for has been told.
    CaughtUp,
    /// The session is over; the last event. Boxed: a queue of events makes room for the largest.
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
    pub strangers_refused: u64,
    /// Whether packets of the stream came from more hosts than one, while nothing but packets told which is the peer's.
    pub contested: bool,
    /// Datagrams that are neither RTP nor RTCP, or of a payload type that was not negotiated.
    pub malformed: u64,
    /// Packets that read as keys, on payload types that were not negotiated; among `malformed`.
    pub unknown_events: u64,
    /// Datagrams on a protected stream that did not verify: altered, made up, plain, or under another key.
    pub srtp_forged: u64,
    /// Protected packets that had come before, or were too old to tell.
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
