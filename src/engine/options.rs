//! From settings to the options of the parts that only a restart changes.
//!
//! What a reload changes as well is built in [`snapshot`](super::snapshot).

use std::sync::Arc;

use super::srtp;
use crate::accounts::SessionLimits;
use crate::announcements::Limits as AnnouncementLimits;
use crate::config::Settings;
use crate::config::http::HttpSettings;
use crate::config::media::{InBandDtmfWord, MediaSettings};
use crate::config::network::Listener;
use crate::config::pages::PagesSettings;
use crate::config::sip::{PrivateContactWord, SipSettings};
use crate::web::pages::PeerRules;
use aftercall_media::{InBandDtmf, PlaneConfig, Scheduling};
use aftercall_rtp::sdp::Capabilities;
use aftercall_runtime::clock::Clock;
use aftercall_sip::agent::{AgentConfig, AgentLimits, PrivateContact};
use aftercall_sip::wire::MessageLimits;
use aftercall_sip_net::service::{ConnectionLimits, Listen, SipConfig};

/// The media plane.
pub(super) fn plane_config(settings: &Settings, clock: Arc<dyn Clock>, seed: u64) -> PlaneConfig {
    let media = &settings.media;
    let defaults = PlaneConfig::new(seed);
    PlaneConfig {
        // 0 leaves the number to the plane, which knows the cores.
        threads: if media.threads == 0 {
            defaults.threads
        } else {
            media.threads
        },
        ports: media.ports.first..=media.ports.last,
        quarantine: media.port_quarantine.0,
        rtp_timeout: media.silence_timeout.0,
        in_band_dtmf: match media.in_band_dtmf {
            InBandDtmfWord::Auto => InBandDtmf::Auto,
            InBandDtmfWord::Always => InBandDtmf::Always,
            InBandDtmfWord::Never => InBandDtmf::Never,
        },
        late_limit: media.late_limit.0,
        scheduling: match media.realtime {
            true => Scheduling::Realtime,
            false => Scheduling::Normal,
        },
        clock,
        ..defaults
    }
}

/// How long users stay signed in.
pub(super) const fn session_limits(settings: &PagesSettings) -> SessionLimits {
    SessionLimits {
        idle: settings.session_idle.0,
        lifetime: settings.session_lifetime.0,
    }
}

/// On which connections pages are served, and whose word counts on who asks.
pub(super) fn peer_rules(settings: &Settings) -> PeerRules {
    let header = settings.pages.proxy_user_header.as_ref();
    PeerRules {
        proxies: settings.pages.proxy.clone(),
        user_header: header.map(|name| name.as_str().to_owned()),
        allows_plain: settings.http.allow_plain,
    }
}

/// The limits of announcements and of decisions before a call arrives.
pub(super) const fn announcement_limits(settings: &HttpSettings) -> AnnouncementLimits {
    AnnouncementLimits {
        lifetime: settings.announcement_lifetime.0,
        max_pending: settings.max_announcements,
    }
}

/// The codecs and the SRTP that are offered and accepted.
pub(super) fn capabilities(settings: &MediaSettings) -> Capabilities {
    Capabilities {
        codecs: settings.codecs.iter().map(|name| name.0).collect(),
        srtp: srtp::policy(settings.srtp),
        suites: settings.srtp_suites.clone(),
        ..Capabilities::default()
    }
}

/// Signalling.
pub(super) fn sip_config(settings: &SipSettings, seed: u64) -> SipConfig {
    let defaults = SipConfig::default();
    let listen = |listener: &Listener| {
        let address = listener.address;
        listener
            .transports()
            .into_iter()
            .map(move |transport| Listen { transport, address })
    };
    SipConfig {
        listen: settings.listen.iter().flat_map(listen).collect(),
        advertised: settings.advertised,
        trusted: settings.trusted.clone(),
        messages: MessageLimits {
            message_bytes: settings.max_message_bytes,
            ..defaults.messages
        },
        connections: ConnectionLimits {
            open: settings.max_connections,
            idle: settings.connection_idle.0,
            ..defaults.connections
        },
        agent: AgentConfig {
            private_contact: match settings.private_contact {
                PrivateContactWord::Source => PrivateContact::Source,
                PrivateContactWord::AsWritten => PrivateContact::AsWritten,
            },
            limits: AgentLimits {
                dialogs: settings.max_dialogs,
                transactions: settings.max_transactions,
                ..defaults.agent.limits
            },
            retry_after: settings.retry_after.0,
            ..defaults.agent
        },
        seed,
        icmp_errors: defaults.icmp_errors,
        queues: defaults.queues,
    }
}
