//! A response before it is written: status, headers and body, free of the request that it answers.

use std::sync::Arc;

use super::UserAgent;
use super::message::MethodKind;
use crate::dialog::ContactScheme;
use crate::event::{Body, DialogKey, Transport};
use crate::flow::Flow;
use crate::transaction::MessageBytes;
use crate::wire::{HeaderName, Headers, Request, Response};

/// The methods that we act on.
pub(super) const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE";
/// The session descriptions that we read.
pub(super) const ACCEPT: &str = "application/sdp";

/// What a response says.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    pub(super) status: u16,
    reason: Option<String>,
    headers: Vec<(String, String)>,
    body: Option<Body>,
    /// Whether Record-Route is copied: the response makes a dialog (RFC 3261 section 12.1.1).
    forms_dialog: bool,
}

impl Reply {
    pub(super) const fn new(status: u16) -> Self {
        Self {
            status,
            reason: None,
            headers: Vec::new(),
            body: None,
            forms_dialog: false,
        }
    }

    /// With the reason in words.
    pub(super) fn because(status: u16, reason: &str) -> Self {
        Self::new(status).reason(Some(reason.to_owned()))
    }

    pub(super) fn reason(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }

    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn headers(mut self, headers: Vec<(String, String)>) -> Self {
        self.headers.extend(headers);
        self
    }

    pub(super) fn body(mut self, body: Option<Body>) -> Self {
        self.body = body;
        self
    }

    pub(super) const fn dialog_forming(mut self) -> Self {
        self.forms_dialog = true;
        self
    }

    /// What we can: Allow, Accept and Supported (section 11.2). Supported is empty until 100rel and session timers
    /// are built.
    pub(super) fn capabilities(self) -> Self {
        self.header("Allow", ALLOW)
            .header("Accept", ACCEPT)
            .header("Supported", "")
    }

    /// The 200 to OPTIONS, in and out of a dialog (section 11.2).
    pub(super) fn options_ok() -> Self {
        Self::new(200).capabilities()
    }
}

/// What a method that we do not act on hears: 603 for REFER, 405 where the resource or the method is known, 501
/// for a method that nobody knows. 405 and 501 name what we allow.
pub(super) fn refuse_method(method: MethodKind, in_dialog: bool) -> Option<Reply> {
    let status = match method {
        MethodKind::Refer => return Some(Reply::new(603)),
        MethodKind::Unsupported => 405,
        MethodKind::Unknown if in_dialog => 405,
        MethodKind::Unknown => 501,
        MethodKind::Invite
        | MethodKind::Ack
        | MethodKind::Cancel
        | MethodKind::Bye
        | MethodKind::Info
        | MethodKind::Update
        | MethodKind::Options => {
            return None;
        }
    };
    Some(Reply::new(status).header("Allow", ALLOW))
}

/// Adds what the application asked for; a name that is no token is left out, as it would break the message.
pub(super) fn push_extra(headers: &mut Headers, extra: &[(String, String)]) {
    for (name, value) in extra {
        if let Some(name) = HeaderName::parse(name) {
            headers.push(name, value.as_str());
        }
    }
}

/// Adds Content-Type; answers the bytes.
pub(super) fn push_body(headers: &mut Headers, body: Option<&Body>) -> Vec<u8> {
    let Some(body) = body else { return Vec::new() };
    headers.push(HeaderName::ContentType, body.content_type.as_str());
    body.bytes.clone()
}

impl UserAgent {
    /// Writes a response; `tag` becomes the To-tag where the request has none, except on 100.
    pub(super) fn serialise(&self, request: &Request, tag: &str, reply: &Reply) -> MessageBytes {
        let mut response = Response::to(request, reply.status);
        if let Some(reason) = &reply.reason {
            response.reason = reason.clone();
        }
        if reply.status > 100 {
            response.set_to_tag(tag);
        }
        if reply.forms_dialog {
            response.copy(&request.headers, &HeaderName::RecordRoute);
        }
        if !self.config.product.is_empty() {
            response
                .headers
                .push(HeaderName::Server, self.config.product.as_str());
        }
        push_extra(&mut response.headers, &reply.headers);
        response.body = push_body(&mut response.headers, reply.body.as_ref());
        Arc::from(response.to_bytes())
    }

    /// With the Contact by which the peer reaches us in this dialog.
    pub(super) fn with_contact(&self, key: DialogKey, reply: Reply) -> Reply {
        match self.dialogs.entry(key) {
            Some(dialog) => reply.header("Contact", self.contact_value(dialog.flow, dialog.scheme)),
            None => reply,
        }
    }

    /// Our Contact on a flow: the advertised address, and the transport where it is not the default.
    pub(super) fn contact_value(&self, flow: Flow, scheme: ContactScheme) -> String {
        let transport = match flow.transport {
            Transport::Udp => "",
            Transport::Tcp => ";transport=tcp",
        };
        format!(
            "<{}:{}@{}{transport}>",
            scheme.as_str(),
            self.config.contact_user,
            flow.advertised
        )
    }
}
