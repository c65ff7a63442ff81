//! Parsed messages as the agent looks at them: identity read once, the rest on demand.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Instant;

use super::body;
use super::reply::{ACCEPT, Reply};
use crate::dialog::route::RouteSet;
use crate::dialog::{ContactScheme, Dialog, DialogPhase};
use crate::dtmf_info;
use crate::event::{Address, Body, DialogKey, InboundInvite};
use crate::flow::Flow;
use crate::transaction::{ClientId, reply_flow};
use crate::wire::{HeaderName, Method, NameAddr, Request, Response};
use aftercall_base::Redacted;

/// Methods as far as the agent distinguishes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MethodKind {
    Invite,
    Ack,
    Cancel,
    Bye,
    Info,
    Update,
    Options,
    /// Declined until transfer is built.
    Refer,
    /// Standard methods that we do not act on; PRACK and REGISTER have their place here until they are built.
    Unsupported,
    Unknown,
}

impl MethodKind {
    fn of(method: &Method) -> Self {
        match method {
            Method::Invite => Self::Invite,
            Method::Ack => Self::Ack,
            Method::Cancel => Self::Cancel,
            Method::Bye => Self::Bye,
            Method::Info => Self::Info,
            Method::Update => Self::Update,
            Method::Options => Self::Options,
            Method::Refer => Self::Refer,
            Method::Register
            | Method::Prack
            | Method::Subscribe
            | Method::Notify
            | Method::Message
            | Method::Publish => Self::Unsupported,
            Method::Other(_) => Self::Unknown,
        }
    }
}

/// A request on arrival.
#[derive(Debug)]
pub(super) struct InboundRequest {
    pub(super) method: MethodKind,
    pub(super) source: Flow,
    pub(super) reply_flow: Flow,
    pub(super) cseq: u32,
    pub(super) call_id: Box<[u8]>,
    pub(super) from_tag: Option<Box<str>>,
    pub(super) to_tag: Option<Box<str>>,
    /// Names the transaction (RFC 3261 section 17.2.3).
    pub(super) key: Box<str>,
    pub(super) request: Request,
}

impl InboundRequest {
    /// Reads what identifies the request and stamps its Via. `None` when it carries no identity, which the parser
    /// should not have let through.
    pub(super) fn read(source: Flow, mut request: Request) -> Option<Self> {
        request.stamp_source(source.peer);
        let headers = &request.headers;
        let via = headers.top_via()?;
        let cseq = headers.cseq()?.number;
        let call_id: Box<[u8]> = headers.call_id()?.as_bytes().into();
        let from_tag = headers.from_tag().map(|tag| Box::from(&*tag));
        let to_tag = headers.to_tag().map(|tag| Box::from(&*tag));
        let identity = match via.unique_branch() {
            Some(branch) => format!("{branch} {} {:?}", via.host.to_ascii_lowercase(), via.port),
            // RFC 2543: the whole request identifies it, but for the To-tag, which ACK adds.
            None => format!("{via:?} {call_id:?} {from_tag:?} {cseq}"),
        };
        Some(Self {
            method: MethodKind::of(&request.method),
            source,
            reply_flow: reply_flow(&via, source),
            cseq,
            call_id,
            from_tag,
            to_tag,
            key: format!("{} {identity}", request.method).into(),
            request,
        })
    }

    /// The user of the Request-URI; empty where it has none.
    pub(super) fn dialled_user(&self) -> String {
        self.request.uri.to_address().user.expose().clone()
    }

    /// The key of the INVITE that this ACK or CANCEL belongs to.
    pub(super) fn invite_key(&self) -> String {
        let identity = self
            .key
            .split_once(' ')
            .map_or("", |(_method, identity)| identity);
        format!("{} {identity}", Method::Invite)
    }

    /// The same for a request that came by another way (section 8.2.2.2); only requests without To-tag merge.
    pub(super) fn merge_key(&self) -> Option<u64> {
        if self.to_tag.is_some() || matches!(self.method, MethodKind::Ack | MethodKind::Cancel) {
            return None;
        }
        let mut hasher = DefaultHasher::new();
        (
            &self.call_id,
            &self.from_tag,
            self.cseq,
            self.request.method.as_str(),
        )
            .hash(&mut hasher);
        Some(hasher.finish())
    }

    pub(super) fn has_known_scheme(&self) -> bool {
        let scheme = self.request.uri.scheme();
        ["sip", "sips", "tel"]
            .iter()
            .any(|known| scheme.eq_ignore_ascii_case(known))
    }

    /// The option tags of Require, none of which we support yet.
    pub(super) fn required_extensions(&self) -> Option<String> {
        let tags: Vec<_> = self.request.headers.tokens(&HeaderName::Require).collect();
        (!tags.is_empty()).then(|| tags.join(", "))
    }

    /// What makes an INVITE outside a dialog unanswerable with a call.
    pub(super) fn invite_defect(&self) -> Option<Reply> {
        if self.contact().is_none() {
            return Some(Reply::because(400, "Missing Or Unreadable Contact"));
        }
        self.contact_defect().or_else(|| self.session_defect())
    }

    /// A Contact to which no request in the dialog could be sent: it must be a SIP or SIPS URI (sections 8.1.1.8 and
    /// 12.1.1).
    pub(super) fn contact_defect(&self) -> Option<Reply> {
        let uri = self.request.headers.contact()?.uri()?;
        if !uri.is_sip() {
            return Some(Reply::because(400, "Contact Is No SIP Or SIPS URI"));
        }
        (uri.port() == Some(0)).then(|| Reply::because(400, "Contact Has Port 0"))
    }

    /// A body that is no session description and is not optional: 415 (section 8.2.3). A sender that does not take one
    /// in our response: 406 (section 21.4.7).
    pub(super) fn session_defect(&self) -> Option<Reply> {
        let headers = &self.request.headers;
        if !headers.accepts(ACCEPT) {
            return Some(Reply::because(406, "Accept Without application/sdp"));
        }
        let encoded = headers
            .list(&HeaderName::ContentEncoding)
            .any(|coding| !coding.eq_ignore_ascii_case(b"identity"));
        if encoded {
            return Some(Reply::new(415).header("Accept-Encoding", "identity"));
        }
        let body = self.body()?;
        (body.content_type != ACCEPT).then(|| Reply::new(415).header("Accept", ACCEPT))
    }

    /// The body of an INFO: DTMF whatever is said of how it is meant, and also where nothing is left of it.
    pub(super) fn info_body(&self) -> Option<Body> {
        let content_type = self.request.headers.content_type().unwrap_or_default();
        if dtmf_info::is_dtmf(&content_type) {
            return Some(Body {
                content_type,
                bytes: self.request.body.to_vec(),
            });
        }
        self.body()
    }

    /// The body that matters, if there is one.
    pub(super) fn body(&self) -> Option<Body> {
        body::read(&self.request.headers, &self.request.body)
    }

    /// A header's bytes, verbatim; empty when absent.
    pub(super) fn value(&self, name: &HeaderName) -> &[u8] {
        self.request
            .headers
            .first(name)
            .map_or(b"", |value| value.as_bytes())
    }

    /// The URI of the Contact.
    pub(super) fn contact(&self) -> Option<&[u8]> {
        let contact = self.request.headers.contact()?;
        contact.uri()?;
        Some(contact.uri_bytes())
    }

    /// Whether Request-URI, or the first Record-Route, or the Contact where there is none, is `sips:`: then so is the
    /// Contact of our response (section 12.1.1).
    pub(super) fn contact_scheme(&self) -> ContactScheme {
        let headers = &self.request.headers;
        let route = headers.record_route().next().and_then(NameAddr::parse);
        let next = route.map(|route| route.uri_bytes()).or_else(|| self.contact());
        match ContactScheme::of(self.request.uri.as_bytes()) {
            ContactScheme::Sips => ContactScheme::Sips,
            ContactScheme::Sip => ContactScheme::of(next.unwrap_or_default()),
        }
    }

    /// The call as the application sees it.
    pub(super) fn inbound_invite(&self, dialog: DialogKey, now: Instant) -> InboundInvite {
        let headers = &self.request.headers;
        let address = |address: Option<NameAddr<'_>>| {
            address.map_or_else(Address::default, |address| address.to_address())
        };
        InboundInvite {
            dialog,
            call_id: headers
                .call_id()
                .map(|value| value.text().into_owned())
                .unwrap_or_default(),
            request_uri: self.request.uri.to_address(),
            to: address(headers.to()),
            from: address(headers.from()),
            headers: headers
                .iter()
                .map(|header| {
                    let value = Redacted::new(header.value.text().into_owned());
                    (header.name.as_str().to_owned(), value)
                })
                .collect(),
            offer: self.body(),
            transport: self.source.transport,
            peer: self.source.peer,
            local: self.source.local,
            received_at: now,
        }
    }
}

/// A response to a request of ours.
#[derive(Debug)]
pub(super) struct InboundResponse<'a> {
    pub(super) client: ClientId,
    pub(super) cseq: u32,
    pub(super) to_tag: Box<str>,
    response: &'a Response,
}

impl<'a> InboundResponse<'a> {
    /// Reads which request it answers. `None` when its branch is not of our making or it carries further Vias.
    pub(super) fn read(response: &'a Response) -> Option<Self> {
        let headers = &response.headers;
        // A second Via means that the response was meant for a proxy in front of us (section 8.1.3.3).
        if headers.list(&HeaderName::Via).count() != 1 {
            return None;
        }
        let via = headers.top_via()?;
        let branch = via.unique_branch()?;
        let branch = u64::from_str_radix(branch.get(7..)?, 16).ok()?;
        let cseq = headers.cseq()?;
        Some(Self {
            client: ClientId {
                branch,
                cancel: cseq.method == Method::Cancel,
            },
            cseq: cseq.number,
            to_tag: headers.to_tag().unwrap_or_default().as_ref().into(),
            response,
        })
    }

    pub(super) fn status(&self) -> u16 {
        self.response.status
    }

    pub(super) fn reason(&self) -> String {
        self.response.reason.clone()
    }

    pub(super) fn body(&self) -> Option<Body> {
        body::read(&self.response.headers, &self.response.body)
    }

    /// The To value, for the ACK of a refusal.
    pub(super) fn to(&self) -> &[u8] {
        self.response
            .headers
            .first(&HeaderName::To)
            .map_or(b"", |to| to.as_bytes())
    }

    /// A dialog of its own for a second phone that answered; lives only for its ACK and BYE.
    pub(super) fn fork(&self, flow: Flow) -> Option<Dialog> {
        let headers = &self.response.headers;
        let mut dialog = Dialog {
            call_id: headers.call_id()?.as_bytes().into(),
            origin: None,
            local: headers.first(&HeaderName::From)?.as_bytes().into(),
            local_tag: Box::default(),
            remote: Box::default(),
            remote_tag: None,
            // The ACK of a 2xx repeats the number of its INVITE (section 13.2.2.4).
            local_cseq: self.cseq,
            remote_cseq: None,
            target: headers.contact()?.uri_bytes().into(),
            scheme: ContactScheme::Sip,
            routes: RouteSet::default(),
            flow,
            phase: DialogPhase::Confirmed,
            unacknowledged: None,
            offer: None,
            pending_bye: None,
            pending_ack: None,
        };
        self.establish(&mut dialog);
        Some(dialog)
    }

    /// Makes the dialog that this 2xx confirms (section 12.1.2).
    pub(super) fn establish(&self, dialog: &mut Dialog) {
        dialog.remote = self.to().into();
        // The peer counts its own requests from any number; the first one sets it (section 12.1.2).
        dialog.remote_cseq = None;
        dialog.remote_tag = Some(self.to_tag.clone()).filter(|tag| !tag.is_empty());
        let contact = self.response.headers.contact();
        if let Some(contact) = contact.filter(|contact| contact.uri().is_some_and(|uri| uri.is_sip())) {
            dialog.target = contact.uri_bytes().into();
        }
        dialog.routes = RouteSet::of_response(self.response.headers.record_route());
        dialog.phase = DialogPhase::Confirmed;
    }
}
