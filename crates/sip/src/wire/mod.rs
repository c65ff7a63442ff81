//! SIP on the wire: bytes to messages and back (RFC 3261 sections 7, 18.3, 19, 20 and 25).
//!
//! Liberal in what it takes: compact names, folded lines, comma lists, bare LF, spaces where the grammar allows
//! them and a few where it does not, bytes that are not UTF-8. What it cannot take it names by a [`Defect`], and
//! says whether a response can be made ([`ParseError`]); what ends something, a BYE above all, is taken all the same
//! where it can be matched (`lenient`). What the protocol only echoes is kept as the bytes that came. Strict in what it sends: CRLF, canonical names, Content-Length always.
//!
//! Pure and without panics on any bytes. [`parse_datagram`] is for UDP, [`StreamFramer`] for streams.
//!
//! ```text
//! INVITE sip:nps@example.com SIP/2.0      start line: parse
//! Via: SIP/2.0/UDP h;branch=z9hG4bK1      headers: Headers, a list of HeaderName and HeaderValue
//! f: "A" <sip:a@h>;tag=1                  ... read by Via, NameAddr, Uri, Cseq, Params when asked
//! l: 3
//!
//! v=0                                     body: as long as Content-Length says
//! ```

mod address;
mod cseq;
mod error;
mod frame;
mod head;
mod headers;
mod lenient;
mod limits;
mod message;
mod method;
mod name;
mod params;
mod parse;
mod reason;
mod text;
mod uri;
mod validate;
mod via;
mod write;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod torture;

pub use address::NameAddr;
pub use cseq::Cseq;
pub use error::{Defect, ParseError, Rejected};
pub use frame::{Framed, StreamFramer};
pub use headers::{Header, HeaderValue, Headers};
pub use limits::MessageLimits;
pub use message::{Message, Request, Response};
pub use method::Method;
pub use name::HeaderName;
pub use params::{Param, Params};
pub use parse::{parse_datagram, parse_datagram_within};
pub use reason::reason_phrase;
pub use uri::Uri;
pub use via::{BRANCH_COOKIE, Rport, Via};
