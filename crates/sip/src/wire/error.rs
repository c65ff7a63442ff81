//! Faults of a message, and whether they can be answered.

use std::fmt;

use super::headers::Headers;
use super::method::Method;

/// What is wrong with a message. Its text becomes the reason phrase of the refusal, so it is short and carries
/// nothing that the peer sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// Nothing but line ends or padding: the keep-alive of a NAT binding (RFC 5626 section 3.5).
    #[error("Keep-alive Without Message")]
    KeepAlive,
    /// The first line is neither a Request-Line nor a Status-Line.
    #[error("Malformed Start Line")]
    StartLine,
    /// A Request-Line that ends without a SIP version.
    #[error("SIP Version Missing In Request-Line")]
    NoVersion,
    /// Another SIP version than 2.0.
    #[error("Version Not Supported")]
    Version,
    /// The Request-URI breaks the grammar of RFC 3261 section 19.1.1.
    #[error("Malformed Request-URI")]
    RequestUri,
    /// A header line has no colon, or something else than a token before it.
    #[error("Malformed Header Line")]
    HeaderLine,
    /// A mandatory header is absent.
    #[error("Missing {0} Header")]
    Missing(&'static str),
    /// A header that may stand once stands twice.
    #[error("Repeated {0} Header")]
    Repeated(&'static str),
    /// A header on which the protocol depends cannot be read.
    #[error("Malformed {0} Header")]
    Malformed(&'static str),
    /// The CSeq method is not the method of the Request-Line (RFC 3261 section 8.1.1.5).
    #[error("CSeq Method Mismatch")]
    CseqMethod,
    /// Content-Length promises more than the datagram holds (RFC 3261 section 18.3).
    #[error("Body Shorter Than Content-Length")]
    BodyShort,
    /// No Content-Length on a stream: the end of the message cannot be known (RFC 3261 section 18.3).
    #[error("Content-Length Required On Streams")]
    LengthRequired,
    /// More header lines than [`MessageLimits::headers`](super::MessageLimits::headers).
    #[error("Too Many Headers")]
    TooManyHeaders,
    /// A line longer than [`MessageLimits::line_bytes`](super::MessageLimits::line_bytes).
    #[error("Header Line Too Long")]
    LineTooLong,
    /// More bytes than [`MessageLimits::message_bytes`](super::MessageLimits::message_bytes).
    #[error("Message Too Large")]
    MessageTooLarge,
}

impl Defect {
    /// The status code of the refusal.
    pub const fn status(self) -> u16 {
        match self {
            Self::Version => 505,
            Self::TooManyHeaders | Self::LineTooLong | Self::MessageTooLarge => 513,
            Self::KeepAlive
            | Self::StartLine
            | Self::NoVersion
            | Self::RequestUri
            | Self::HeaderLine
            | Self::Missing(_)
            | Self::Repeated(_)
            | Self::Malformed(_)
            | Self::CseqMethod
            | Self::BodyShort
            | Self::LengthRequired => 400,
        }
    }
}

/// A request that breaks the rules, with what is needed to answer it: at least one Via.
#[derive(Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The method of the Request-Line; never ACK, which is never answered.
    pub method: Method,
    /// Every header that could be read.
    pub headers: Headers,
    /// The first thing that is wrong.
    pub defect: Defect,
}

impl fmt::Debug for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rejected({} request: {})", self.method, self.defect)
    }
}

/// Bytes that are not a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// A broken request to which a response can be made: answer with
    /// [`Response::refusing`](super::Response::refusing).
    #[error("a broken request: {}", .0.defect)]
    Answerable(Box<Rejected>),
    /// Broken beyond an answer: a response, an ACK, or no SIP at all. Counted and dropped.
    #[error("dropped: {0}")]
    Drop(Defect),
}

impl ParseError {
    /// What is wrong.
    pub fn defect(&self) -> Defect {
        match self {
            Self::Answerable(rejected) => rejected.defect,
            Self::Drop(defect) => *defect,
        }
    }
}
