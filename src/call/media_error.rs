//! Why a call cannot have media, in each form in which that is reported: the cause in the row, the SIP status, the Reason.

use super::services::CallServices;
use aftercall_media::OpenError;
use aftercall_rtp::sdp::SdpRefusal;
use aftercall_survey::TechnicalCause;

/// A call that cannot have media.
#[derive(Debug, thiserror::Error)]
pub(super) enum MediaError {
    /// The session description cannot be accepted.
    #[error("session description: {0}")]
    Sdp(#[from] SdpRefusal),
    /// No media session could be opened.
    #[error("media: {0}")]
    Open(#[from] OpenError),
    /// The ACK to our offer brought no answer.
    #[error("the ACK to our offer brought no session description")]
    NoAnswer,
}

impl MediaError {
    /// Whether there was no room rather than a fault.
    pub(super) const fn is_capacity(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// The cause stored with the call.
    pub(super) const fn cause(&self) -> TechnicalCause {
        match self {
            Self::Sdp(SdpRefusal::NoCommonCodec) => TechnicalCause::NoCommonCodec,
            Self::Sdp(
                SdpRefusal::SecureMedia(_)
                | SdpRefusal::Dtls(_)
                | SdpRefusal::PlainMedia
                | SdpRefusal::Crypto(_),
            ) => TechnicalCause::Srtp,
            Self::Sdp(_) => TechnicalCause::SessionDescription,
            Self::Open(OpenError::Exhausted { .. }) => TechnicalCause::MediaPorts,
            Self::Open(OpenError::Late { .. }) => TechnicalCause::MediaLate,
            Self::Open(OpenError::Socket { .. } | OpenError::Busy) => TechnicalCause::Media,
            Self::NoAnswer => TechnicalCause::NoSdpAnswer,
        }
    }

    /// The SIP status of the refusal.
    pub(super) const fn status(&self) -> u16 {
        match self {
            Self::Sdp(refusal) => refusal.status(),
            Self::Open(_) => 503,
            Self::NoAnswer => 488,
        }
    }

    /// The Reason of the BYE when the call is answered already (RFC 3326, Q.850): 88, incompatible destination, for what
    /// the peer has asked for.
    pub(super) const fn release(&self) -> &'static str {
        match self {
            Self::Sdp(_) | Self::NoAnswer => "Q.850;cause=88;text=\"Incompatible destination\"",
            Self::Open(_) => "Q.850;cause=41;text=\"Temporary failure\"",
        }
    }

    /// The headers of the refusal: what was wrong, or when to come again.
    pub(super) fn headers(&self, services: &CallServices) -> Vec<(String, String)> {
        match self {
            Self::Sdp(refusal) => warning(refusal),
            Self::Open(_) => services.retry_after_header(),
            Self::NoAnswer => Vec::new(),
        }
    }
}

/// `Warning: 305 aftercall "..."` (RFC 3261 section 20.43).
pub(super) fn warning(refusal: &SdpRefusal) -> Vec<(String, String)> {
    let (code, text) = refusal.warning();
    vec![("Warning".to_owned(), format!("{code} aftercall \"{text}\""))]
}
