//! `[sip]`: where we listen, who may call, and the limits that bound memory.

use std::net::IpAddr;

use serde::Deserialize;

use super::network::Listener;
use super::value::{Span, one_or_many};
use aftercall_base::Cidr;

/// `[sip]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SipSettings {
    /// Addresses to listen on.
    #[serde(deserialize_with = "one_or_many")]
    pub listen: Vec<Listener>,
    /// The address that peers reach us at, when it is not the one we listen on (NAT).
    pub advertised: Option<IpAddr>,
    /// Where our requests go when a peer's Contact is private and the peer is not.
    pub private_contact: PrivateContactWord,
    /// Who may call; everyone else gets 403.
    #[serde(deserialize_with = "one_or_many")]
    pub trusted: Vec<Cidr>,
    /// Dialogs at once, early and confirmed; beyond it 503.
    pub max_dialogs: usize,
    /// Transactions at once; beyond it 503.
    pub max_transactions: usize,
    /// TCP connections at once; beyond it a new one is closed.
    pub max_connections: usize,
    /// Largest message in bytes on a stream; beyond it 513 and close.
    pub max_message_bytes: usize,
    /// A TCP connection without traffic is closed after this long.
    pub connection_idle: Span,
    /// What `Retry-After` says when we are full or draining, in whole seconds.
    pub retry_after: Span,
}

impl Default for SipSettings {
    fn default() -> Self {
        Self {
            listen: vec![Listener {
                transport: None,
                address: ([0, 0, 0, 0], 5060).into(),
                srtp: None,
            }],
            advertised: None,
            private_contact: PrivateContactWord::Source,
            trusted: Cidr::LOCAL.to_vec(),
            max_dialogs: 20_000,
            max_transactions: 200_000,
            max_connections: 1_000,
            max_message_bytes: 65_535,
            connection_idle: Span::seconds(600),
            retry_after: Span::seconds(10),
        }
    }
}

/// Where requests to a peer behind NAT go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivateContactWord {
    /// To where its requests come from.
    Source,
    /// To the address in its Contact.
    AsWritten,
}
