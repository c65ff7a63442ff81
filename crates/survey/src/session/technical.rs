//! Technical reasons for which a call ends.

use std::fmt;

/// Why a call ended that neither the caller nor the survey has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TechnicalCause {
    /// No RTP came for as long as it may be missing, and the peer did not say that the call lives.
    RtpSilence,
    /// The ACK of our 200 never came.
    AckTimeout,
    /// The transaction had ended when the 200 was sent.
    AnsweredTooLate,
    /// Signalling did not reach the peer.
    Transport,
    /// No media session could be had, or it ended.
    Media,
    /// No media port was free.
    MediaPorts,
    /// The media threads were late.
    MediaLate,
    /// Neither side has a codec of the other.
    NoCommonCodec,
    /// The media could not be secured as the offer, or we, want it.
    Srtp,
    /// The session description cannot be accepted.
    SessionDescription,
    /// The ACK to our offer brought no answer.
    NoSdpAnswer,
    /// The service was stopped while the call was in progress.
    Shutdown,
    /// An opt-out could not be made durable.
    OptOutNotStored,
    /// The PBX took the call back before it was answered.
    Cancelled,
    /// A fault of ours.
    Internal,
}

impl TechnicalCause {
    /// Every cause.
    pub const ALL: [Self; 15] = [
        Self::RtpSilence,
        Self::AckTimeout,
        Self::AnsweredTooLate,
        Self::Transport,
        Self::Media,
        Self::MediaPorts,
        Self::MediaLate,
        Self::NoCommonCodec,
        Self::Srtp,
        Self::SessionDescription,
        Self::NoSdpAnswer,
        Self::Shutdown,
        Self::OptOutNotStored,
        Self::Cancelled,
        Self::Internal,
    ];

    /// The word stored with the call.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RtpSilence => "rtp_silence",
            Self::AckTimeout => "ack_timeout",
            Self::AnsweredTooLate => "answered_too_late",
            Self::Transport => "transport",
            Self::Media => "media",
            Self::MediaPorts => "media_ports",
            Self::MediaLate => "media_late",
            Self::NoCommonCodec => "no_common_codec",
            Self::Srtp => "srtp",
            Self::SessionDescription => "session_description",
            Self::NoSdpAnswer => "no_sdp_answer",
            Self::Shutdown => "shutdown",
            Self::OptOutNotStored => "opt_out_not_stored",
            Self::Cancelled => "cancelled",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for TechnicalCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
