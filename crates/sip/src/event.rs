//! Events of signalling and commands to it, free of wire types.
//!
//! A call is named by its [`DialogKey`] from the first INVITE on. The application hears [`InboundInvite`] once,
//! then [`DialogEvent`]s until [`DialogEvent::Ended`], which is always the last. It answers with [`Command`]s; a
//! command for a dialog that is gone has no effect, because the peer may end a call at any moment.

use std::fmt;
use std::net::SocketAddr;
use std::time::Instant;

use aftercall_base::Redacted;

/// The handle of one dialog (or dialog to be) inside one user agent; never reused while the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DialogKey(pub u64);

impl DialogKey {
    const OUTBOUND: u64 = 1 << 63;

    /// The key of the `count`-th call that we place. Inbound dialogs are numbered by the agent, below these.
    pub const fn outbound(count: u64) -> Self {
        Self(count | Self::OUTBOUND)
    }
}

/// How a message travelled. TLS joins when it is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transport {
    /// One datagram a message; the sender repeats what gets lost.
    Udp,
    /// A byte stream; framing by Content-Length.
    Tcp,
}

/// A message body with its media type, for example `application/sdp`.
#[derive(Clone, PartialEq, Eq)]
pub struct Body {
    /// The Content-Type, lower case, without parameters.
    pub content_type: String,
    /// The bytes as received or to be sent.
    pub bytes: Vec<u8>,
}

impl Body {
    /// A session description.
    pub fn sdp(text: impl Into<Vec<u8>>) -> Self {
        Self {
            content_type: "application/sdp".to_owned(),
            bytes: text.into(),
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({}, {} bytes)", self.content_type, self.bytes.len())
    }
}

/// A name-addr or addr-spec from a header, taken apart (RFC 3261 section 20.10).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Address {
    /// Display name, unquoted; empty when absent.
    pub display: Redacted<String>,
    /// URI scheme in lower case: `sip`, `sips`, `tel` or what the peer wrote.
    pub scheme: String,
    /// User part, or the subscriber number of a `tel` URI; unescaped; empty when absent.
    pub user: Redacted<String>,
    /// Host without port; empty for `tel`.
    pub host: String,
    /// URI parameters in order, unescaped; a flag has an empty value.
    pub parameters: Vec<(String, String)>,
}

/// A call that arrives: an INVITE outside a dialog that passed every check of the protocol.
///
/// By the time the application sees it, 100 Trying has been sent.
#[derive(Debug, Clone)]
pub struct InboundInvite {
    /// The dialog to be.
    pub dialog: DialogKey,
    /// The SIP Call-ID header, as text.
    pub call_id: String,
    /// The URI that the peer dialled: its user finds the route.
    pub request_uri: Address,
    /// The To header: whom the caller wanted before any forwarding.
    pub to: Address,
    /// The From header: who the caller says to be.
    pub from: Address,
    /// Every header in order, name as received but compact forms expanded (`X-Agent-Id`, `P-Asserted-Identity`,
    /// ...), value as text: UTF-8 where it is UTF-8, read as Latin-1 where it is not. Bounded by the message size.
    pub headers: Vec<(String, Redacted<String>)>,
    /// The session description offered; `None` asks us to offer (delayed offer).
    pub offer: Option<Body>,
    /// The transport on which the INVITE came.
    pub transport: Transport,
    /// Who sent it (the neighbour on the wire).
    pub peer: SocketAddr,
    /// Our address on which it arrived; media is offered on the same IP address unless configured.
    pub local: SocketAddr,
    /// When it was read from the socket.
    pub received_at: Instant,
}

impl InboundInvite {
    /// The first header of that name, compared without regard to case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.expose().as_str())
    }
}

/// A call that was refused for want of room before anything of it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnedAway {
    /// The user of the Request-URI.
    pub dialled: Redacted<String>,
    /// The limit that was reached.
    pub why: TurnedAwayReason,
}

/// Why a call is refused before anything of it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TurnedAwayReason {
    /// The service is stopping.
    Draining,
    /// The application said that it is full.
    Full,
    /// As many dialogs as may be.
    Dialogs,
    /// As many calls as may wait to be decided on.
    Pending,
    /// As many calls as may wait for the ACK of their 2xx.
    Unacknowledged,
    /// As many calls of one address as may be on their way to being established.
    Source,
    /// As many transactions as may be.
    Transactions,
    /// The application did not take the earlier ones.
    Queue,
    /// Its row could not be written.
    Storage,
}

impl TurnedAwayReason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Draining,
        Self::Full,
        Self::Dialogs,
        Self::Pending,
        Self::Unacknowledged,
        Self::Source,
        Self::Transactions,
        Self::Queue,
        Self::Storage,
    ];

    /// The word in logs and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draining => "draining",
            Self::Full => "full",
            Self::Dialogs => "sip.max_dialogs",
            Self::Pending => "pending",
            Self::Unacknowledged => "unacknowledged",
            Self::Source => "source",
            Self::Transactions => "sip.max_transactions",
            Self::Queue => "queue",
            Self::Storage => "storage",
        }
    }
}

/// Names one offer inside a dialog that waits for our answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OfferKey(pub u64);

/// What happens to a dialog after its INVITE.
#[derive(Debug)]
pub enum DialogEvent {
    /// Our outbound INVITE got a provisional response (UAC only).
    Progress {
        /// The status of the provisional response, 101-199.
        status: u16,
    },
    /// Our outbound INVITE was answered with 2xx (UAC only). The ACK has been sent, unless our INVITE carried no
    /// offer: then [`Command::Acknowledge`] sends it with our answer.
    Answered {
        /// The answer (or the offer, had our INVITE carried none).
        body: Option<Body>,
    },
    /// The ACK for our 2xx arrived (UAS only). Reported once.
    Acknowledged {
        /// The peer's answer when our 2xx carried the offer (delayed offer).
        answer: Option<Body>,
    },
    /// The peer offers a new session by re-INVITE or UPDATE: answer with [`Command::AnswerOffer`] or
    /// [`Command::RejectOffer`]. A request without a body asks for our offer in the response.
    Offer {
        /// Names this offer in the answer.
        offer: OfferKey,
        /// The new session description, if any.
        body: Option<Body>,
    },
    /// The peer's answer to an offer that we made in the 2xx of a re-INVITE without a body.
    OfferAnswered {
        /// The session description from the ACK.
        body: Option<Body>,
    },
    /// An INFO with a digit was answered with 200; reported once however often it was retransmitted.
    Info {
        /// One of the types that carry DTMF, with its content.
        body: Body,
    },
    /// The peer is there: it sent a request in the dialog that asks nothing of the application (OPTIONS, an UPDATE or
    /// INFO without a body, one that was refused), or answered our [`Command::CheckPeer`].
    PeerAlive,
    /// Our [`Command::CheckPeer`] was answered with 481 or 408, or by nobody: the peer does not know the dialog any more.
    /// The dialog is still to be hung up.
    PeerGone,
    /// The dialog is over; nothing follows.
    Ended {
        /// What ended the dialog.
        cause: EndCause,
    },
}

/// Why a dialog ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EndCause {
    /// The peer sent CANCEL before we answered; 487 has been sent.
    Cancelled,
    /// The peer sent BYE; 200 has been sent.
    Bye {
        /// The text of the Reason header (RFC 3326), if any.
        reason: Option<String>,
    },
    /// Our BYE was answered, or gave up after Timer F.
    HungUp,
    /// We refused the INVITE and the transaction is complete.
    Refused,
    /// No ACK for our 2xx within 64*T1; BYE has been sent.
    AckTimeout,
    /// The peer refused our INVITE (UAC only).
    Rejected {
        /// The status of the final response, 300-699.
        status: u16,
        /// Its reason phrase, as the peer wrote it.
        reason: String,
    },
    /// No final response to our INVITE (Timer B; UAC only).
    NoResponse,
    /// The transport failed and the dialog cannot go on.
    TransportFailed,
}

/// What the application wants signalling to do.
#[derive(Debug, Clone)]
pub enum Command {
    /// Send 180 Ringing (or 183 with a body).
    Ring {
        /// Which dialog.
        dialog: DialogKey,
    },
    /// Answer the INVITE with 200.
    Answer {
        /// Which dialog.
        dialog: DialogKey,
        /// Our session description: the answer, or our offer when the INVITE had none.
        body: Body,
        /// Headers to add, for example `X-Survey-Call`.
        headers: Vec<(String, String)>,
    },
    /// Refuse the INVITE, or redirect it with 3xx and a Contact header.
    Refuse {
        /// Which dialog.
        dialog: DialogKey,
        /// 300-699.
        status: u16,
        /// Reason phrase; the standard one when `None`.
        reason: Option<String>,
        /// Headers to add: `Retry-After`, `Contact`, `Warning`, ...
        headers: Vec<(String, String)>,
    },
    /// Answer a re-INVITE or UPDATE with 200.
    AnswerOffer {
        /// Which dialog.
        dialog: DialogKey,
        /// Which offer.
        offer: OfferKey,
        /// Our session description; `None` for a request that needs none.
        body: Option<Body>,
    },
    /// Refuse a re-INVITE or UPDATE; the session goes on unchanged.
    RejectOffer {
        /// Which dialog.
        dialog: DialogKey,
        /// Which offer.
        offer: OfferKey,
        /// 400-699, usually 488.
        status: u16,
        /// Headers to add, for example `Warning`.
        headers: Vec<(String, String)>,
    },
    /// End the dialog with BYE (after CANCEL or before a 2xx: what the protocol asks for).
    HangUp {
        /// Which dialog.
        dialog: DialogKey,
        /// Headers to add: `Reason`, `X-Survey-Result`, ...
        headers: Vec<(String, String)>,
    },
    /// Ask the peer by OPTIONS whether it still knows the dialog; [`DialogEvent::PeerAlive`] or
    /// [`DialogEvent::PeerGone`] reports it. Only once the dialog is established.
    CheckPeer {
        /// Which dialog.
        dialog: DialogKey,
    },
    /// Place a call (UAC). The dialog key is chosen by the service.
    Invite(Box<OutboundInvite>),
    /// Send the ACK that answers the offer of a 2xx, after an INVITE without an offer (UAC). Until then the 2xx is
    /// repeated by the peer.
    Acknowledge {
        /// Which dialog.
        dialog: DialogKey,
        /// Our answer; `None` when there is none to give, which ends most sessions.
        answer: Option<Body>,
    },
    /// Send an in-dialog INFO, for tests of DTMF by INFO (UAC).
    SendInfo {
        /// Which dialog.
        dialog: DialogKey,
        /// The body, for example `application/dtmf-relay`.
        body: Body,
    },
}

/// A call to be placed by the built-in test phone.
#[derive(Clone)]
pub struct OutboundInvite {
    /// The dialog to be; from the service.
    pub dialog: DialogKey,
    /// Request-URI and To, for example `sip:nps@127.0.0.1`.
    pub target: String,
    /// Where to send it; resolved by the caller.
    pub destination: SocketAddr,
    /// How to send it.
    pub transport: Transport,
    /// From, for example `sip:+358401234567@aftercall.invalid`.
    pub from: String,
    /// The Call-ID, by which the other side knows the call; `None` for a random one.
    pub call_id: Option<String>,
    /// Headers to add: `X-Queue`, ...
    pub headers: Vec<(String, String)>,
    /// Our offer; `None` for a delayed offer.
    pub offer: Option<Body>,
}

impl fmt::Debug for OutboundInvite {
    /// Names no one: target and From may be numbers, and so may headers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers = self.headers.len();
        write!(
            f,
            "OutboundInvite({:?} to {} by {:?}, {headers} headers, offer {:?})",
            self.dialog, self.destination, self.transport, self.offer
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{DialogKey, OutboundInvite, Transport};

    #[test]
    fn call_to_be_placed_shows_no_number_in_debug_output() {
        let invite = OutboundInvite {
            dialog: DialogKey::outbound(1),
            target: "sip:0401234567@pbx.example".to_owned(),
            destination: ([192, 0, 2, 1], 5060).into(),
            transport: Transport::Udp,
            from: "sip:+358401234567@pbx.example".to_owned(),
            call_id: None,
            headers: vec![("X-Caller".to_owned(), "+358401234567".to_owned())],
            offer: None,
        };
        assert!(!format!("{invite:?}").contains("401234567"));
    }
}
