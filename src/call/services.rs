//! The services that calls share. They last as long as the process; what a reload exchanges is in
//! [`ConfigSnapshot`](super::snapshot::ConfigSnapshot).

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::pending_announcements::PendingAnnouncements;
use super::randomness::Randomness;
use super::refusals::Refusals;
use super::registry::Registry;
use super::resolver::Resolver;
use crate::live::Live;
use aftercall_audio::prompts::Playlist;
use aftercall_base::CallUid;
use aftercall_media::MediaPlane;
use aftercall_rtp::sdp::{Capabilities, SrtpPolicy};
use aftercall_runtime::clock::Clock;
use aftercall_sip::event::{Command, InboundInvite, Transport};
use aftercall_sip_net::service::SipHandle;
use aftercall_storage::WriterHandle;

/// Handles of the services, and the settings that only a restart changes.
#[derive(Debug)]
pub struct CallServices {
    /// Sends commands to signalling.
    pub sip: SipHandle,
    /// Opens media sessions.
    pub media: Arc<MediaPlane>,
    /// The codecs and the SRTP that we offer and accept.
    pub capabilities: Capabilities,
    /// Whether audio may or must be protected, by the listener that a call has come to.
    pub srtp: Vec<(Transport, SocketAddr, SrtpPolicy)>,
    /// The address to offer in SDP, when it is not the one that signalling arrived at.
    pub media_address: Option<IpAddr>,
    /// Finds the addresses of host names in session descriptions.
    pub resolver: Resolver,
    /// Stores the facts of calls.
    pub writer: WriterHandle,
    /// Announcements that wait for their calls.
    pub pending_announcements: PendingAnnouncements,
    /// The tone after which a caller speaks.
    pub recording_tone: Playlist,
    /// The prompt of calls that are not surveyed.
    pub goodbye_prompt: &'static str,
    /// The wall clock of all timestamps.
    pub clock: Arc<dyn Clock>,
    /// Counts the active calls.
    pub registry: Registry,
    /// Where surveyed calls say what happens.
    pub live: Live,
    /// Counts refused calls for the log.
    pub refusals: Arc<Refusals>,
    /// This node's name in rows.
    pub node: String,
    /// The value of `Retry-After`, 1 s at least.
    pub retry_after: Duration,
    /// Randomness for call uids, tokens, draws and SRTP keys.
    pub randomness: Randomness,
}

impl CallServices {
    /// The present moment in UTC.
    pub fn utc(&self) -> DateTime<Utc> {
        self.clock.utc()
    }

    /// A new call's identity.
    pub fn new_uid(&self) -> CallUid {
        self.randomness.with(|rng| CallUid::new(self.utc(), rng))
    }

    /// `Retry-After`, in whole seconds.
    pub(super) fn retry_after_header(&self) -> Vec<(String, String)> {
        let seconds = self.retry_after.as_secs().max(1);
        vec![("Retry-After".to_owned(), seconds.to_string())]
    }

    /// The capabilities for this INVITE: SRTP depends on the listener that it came to.
    pub(super) fn capabilities_for(&self, invite: &InboundInvite) -> Capabilities {
        let (transport, local) = (invite.transport, invite.local);
        let came_to = |listener: &SocketAddr| {
            listener.port() == local.port()
                && (listener.ip().is_unspecified()
                    || listener.ip().to_canonical() == local.ip().to_canonical())
        };
        let policy = self
            .srtp
            .iter()
            .find(|(known, listener, _)| *known == transport && came_to(listener))
            .map_or(self.capabilities.srtp, |(_, _, policy)| *policy);
        Capabilities {
            srtp: policy,
            ..self.capabilities.clone()
        }
    }

    /// Sends signalling a command.
    pub(super) async fn signal(&self, command: Command) {
        signal(&self.sip, command).await;
    }
}

/// Sends signalling a command. When it has stopped, so have its dialogs, and their events say so.
pub(super) async fn signal(sip: &SipHandle, command: Command) {
    if let Err(stopped) = sip.send(command).await {
        tracing::debug!(%stopped, "the call had already ended");
    }
}
