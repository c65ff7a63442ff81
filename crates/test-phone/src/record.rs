//! What a test call leaves behind: its steps with their times, its figures and how it ended.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::key_sequence::KeyGroup;
use aftercall_media::MediaReport;
use aftercall_rtp::sdp::{Codec, Ptime, SdpRefusal};
use aftercall_sip::event::Transport;

/// Something that happened in a call; [`Display`](fmt::Display) is the line for people.
#[derive(Debug, Clone, PartialEq)]
pub enum CallStep {
    /// The INVITE was sent.
    Calling {
        /// To where.
        destination: SocketAddr,
        /// How.
        transport: Transport,
    },
    /// A provisional response came.
    Progress(u16),
    /// The call was answered and media flows.
    Answered {
        /// The codec of both directions.
        codec: Codec,
        /// How much audio the other side wants in a packet.
        ptime: Ptime,
        /// The payload type of keys; `None` when they cannot be sent by RTP.
        telephone_event: Option<u8>,
    },
    /// The other side changed the session.
    Renegotiated {
        /// Whether it put us on hold.
        held: bool,
    },
    /// A prompt is heard.
    Hearing,
    /// Speech began.
    Saying,
    /// Keys were pressed.
    Pressed(KeyGroup),
    /// A prompt ended, and no key is pressed, as the plan says.
    Left,
    /// We hang up.
    HangingUp(&'static str),
    /// The other side hung up, with its reason where it gave one.
    OtherSideHungUp(Option<String>),
}

impl fmt::Display for CallStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calling {
                destination,
                transport,
            } => write!(f, "calling {destination} by {}", word(*transport)),
            Self::Progress(180) => f.write_str("ringing (180)"),
            Self::Progress(status) => write!(f, "progress ({status})"),
            Self::Answered {
                codec,
                ptime,
                telephone_event,
            } => {
                write!(f, "answered, {} {} ms, ", codec.encoding_name(), ptime.millis())?;
                match telephone_event {
                    Some(payload_type) => write!(f, "telephone-event {payload_type}"),
                    None => f.write_str("no telephone-event"),
                }
            }
            Self::Renegotiated { held: true } => f.write_str("put on hold"),
            Self::Renegotiated { held: false } => f.write_str("session changed"),
            Self::Hearing => f.write_str("hearing a prompt"),
            Self::Saying => f.write_str("speaking"),
            Self::Pressed(keys) => write!(f, "pressed {keys}"),
            Self::Left => f.write_str("the prompt ended; pressing nothing, as asked"),
            Self::HangingUp(why) => write!(f, "hanging up: {why}"),
            Self::OtherSideHungUp(Some(reason)) => write!(f, "the other side hung up ({reason})"),
            Self::OtherSideHungUp(None) => f.write_str("the other side hung up"),
        }
    }
}

/// The word of a transport.
pub(super) const fn word(transport: Transport) -> &'static str {
    match transport {
        Transport::Udp => "UDP",
        Transport::Tcp => "TCP",
    }
}

/// A step and when it happened, counted from the INVITE.
#[derive(Debug, Clone, PartialEq)]
pub struct TimedStep {
    /// Since the INVITE.
    pub at: Duration,
    /// What happened.
    pub step: CallStep,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A final response other than 2xx.
    #[error("the call was refused: {status} {reason}")]
    Refused {
        /// 300-699.
        status: u16,
        /// The reason phrase.
        reason: String,
    },
    /// Nothing came back for the INVITE.
    #[error("no response to the INVITE: nobody listens at {destination} by {}, or a firewall is between", word(*.transport))]
    NoResponse {
        /// Where it was sent.
        destination: SocketAddr,
        /// How.
        transport: Transport,
    },
    /// The INVITE could not be sent, or the connection broke.
    #[error("{destination} cannot be reached by {}: nobody listens there, or the connection broke", word(*.transport))]
    Unreachable {
        /// Where to.
        destination: SocketAddr,
        /// How.
        transport: Transport,
    },
    /// It rang too long.
    #[error("not answered within {} s", .0.as_secs())]
    NotAnswered(Duration),
    /// The answer carried nothing about media.
    #[error("answered without a session description")]
    NoDescription,
    /// The session description of the other side cannot be used.
    #[error("answered with a session description that cannot be used: {0}")]
    Description(SdpRefusal),
    /// We could not open or use our own media.
    #[error("no media on this side: {0}")]
    Media(String),
    /// Not one prompt was heard.
    #[error("no audio was heard")]
    NothingHeard,
    /// The other side hung up before all keys could be pressed.
    #[error("the other side hung up before these keys could be pressed: {0}")]
    KeysLeft(String),
    /// The other side takes no keys by RTP.
    #[error(
        "the other side takes no keys by RTP (no telephone-event in its session description); try --dtmf info or in-band"
    )]
    KeysRefused,
    /// The keys say to speak, and nothing was given to say.
    #[error("the keys say to speak, but there is nothing to say: add --say FILE or --say-seconds N")]
    NothingToSay,
    /// Nothing was heard for long, and the other side does not hang up.
    #[error("nothing heard for {} s", .0.as_secs())]
    Silence(Duration),
    /// The call lasted too long.
    #[error("the call did not end within {} s", .0.as_secs())]
    TimeLimit(Duration),
    /// The service has stored other answers than were pressed; found after the call.
    #[error("the answers stored are not the keys pressed: pressed {pressed}; stored {stored}")]
    StoredOtherwise {
        /// The groups of keys.
        pressed: String,
        /// The answers with their questions.
        stored: String,
    },
    /// A signal asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl Failure {
    /// Whether the kernel or the network says that nobody is there at all.
    pub const fn is_unreachable(&self) -> bool {
        matches!(self, Self::Unreachable { .. })
    }

    /// A word to count failures by.
    pub fn kind(&self) -> String {
        match self {
            Self::Refused { status, reason } => format!("refused {status} {reason}"),
            Self::NoResponse { .. } => "no response".to_owned(),
            Self::Unreachable { .. } => "unreachable".to_owned(),
            Self::NotAnswered(_) => "not answered".to_owned(),
            Self::NoDescription | Self::Description(_) => "unusable session description".to_owned(),
            Self::Media(reason) => format!("no media on this side: {reason}"),
            Self::NothingHeard => "no audio heard".to_owned(),
            Self::KeysLeft(_) => "hung up before all keys were pressed".to_owned(),
            Self::NothingToSay => "nothing to say".to_owned(),
            Self::KeysRefused => "no telephone-event".to_owned(),
            Self::Silence(_) => "fell silent".to_owned(),
            Self::TimeLimit(_) => "did not end".to_owned(),
            Self::StoredOtherwise { .. } => "stored otherwise than pressed".to_owned(),
            Self::Interrupted => "interrupted".to_owned(),
        }
    }
}

/// A finished call.
#[derive(Debug, Clone, Default)]
pub struct CallRecord {
    /// What happened, in order.
    pub steps: Vec<TimedStep>,
    /// What went wrong first; `None` when nothing did.
    pub failure: Option<Failure>,
    /// From the INVITE to its 200.
    pub set_up: Option<Duration>,
    /// From the 200 to the end.
    pub talked: Duration,
    /// Prompts heard.
    pub prompts: usize,
    /// Groups of keys pressed, repetitions of a barge-in included.
    pub presses: usize,
    /// What was pressed and counts, as far as could be heard: each group once.
    pub pressed: Vec<KeyGroup>,
    /// The Call-ID of its dialog, by which the service knows the call.
    pub call_id: String,
    /// From the first packet of the last key at a prompt to the first loud packet of the next prompt, one for each
    /// prompt that followed a key.
    pub turns: Vec<Duration>,
    /// RTP, as this side saw it.
    pub media: MediaReport,
}

/// Collects the steps of one call, and sends each to a watcher.
#[derive(Debug)]
pub(super) struct CallLog {
    started: Instant,
    watcher: Option<mpsc::Sender<TimedStep>>,
    pub(super) record: CallRecord,
}

impl CallLog {
    /// An empty log of a call that `started` then.
    pub(super) fn new(started: Instant, watcher: Option<mpsc::Sender<TimedStep>>) -> Self {
        Self {
            started,
            watcher,
            record: CallRecord::default(),
        }
    }

    /// Adds a step. A watcher that is too slow misses some; the record has all of them.
    pub(super) fn note(&mut self, step: CallStep, at: Instant) {
        let timed = TimedStep {
            at: at.saturating_duration_since(self.started),
            step,
        };
        if let Some(watcher) = &self.watcher {
            let _sent = watcher.try_send(timed.clone()).is_ok();
        }
        self.record.steps.push(timed);
    }

    /// Records why the call failed; the first failure stays.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.record.failure.get_or_insert(failure);
    }

    /// When the INVITE was sent.
    pub(super) const fn started(&self) -> Instant {
        self.started
    }
}
