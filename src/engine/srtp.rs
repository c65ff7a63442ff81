//! Which calls may or must be protected, by the listener that they come to.

use std::net::SocketAddr;

use crate::config::Settings;
use crate::config::media::SrtpMode;
use aftercall_rtp::sdp::SrtpPolicy;
use aftercall_sip::event::Transport;
use aftercall_sip_net::service::Listen;

/// The rule of a setting.
pub(super) const fn policy(mode: SrtpMode) -> SrtpPolicy {
    match mode {
        SrtpMode::Off => SrtpPolicy::Off,
        SrtpMode::Optional => SrtpPolicy::Optional,
        SrtpMode::Required => SrtpPolicy::Required,
    }
}

/// The rule of each listener; those of one transport are `bound` in the order of the settings. Says once that keys
/// travel readably, where somebody may count on them.
pub(super) fn policies(settings: &Settings, bound: &[Listen]) -> Vec<(Transport, SocketAddr, SrtpPolicy)> {
    let of_transport = |transport: Transport| {
        let addresses = bound
            .iter()
            .filter(move |listen| listen.transport == transport)
            .map(|listen| listen.address);
        let modes = settings
            .sip
            .listen
            .iter()
            .filter(move |listener| listener.transports().contains(&transport))
            .map(|listener| listener.srtp.unwrap_or(settings.media.srtp));
        addresses
            .zip(modes)
            .map(move |(address, mode)| (transport, address, policy(mode)))
    };
    let policies: Vec<_> = of_transport(Transport::Udp)
        .chain(of_transport(Transport::Tcp))
        .collect();
    if policies
        .iter()
        .any(|(.., policy)| *policy == SrtpPolicy::Required)
    {
        tracing::warn!("SRTP is required, but its keys are sent in SIP over UDP and TCP without encryption");
    }
    policies
}

#[cfg(test)]
mod tests {
    use super::policies;
    use crate::config::Settings;
    use crate::config::media::SrtpMode;
    use aftercall_rtp::sdp::SrtpPolicy;
    use aftercall_sip::event::Transport;
    use aftercall_sip_net::service::Listen;

    #[test]
    fn each_listener_keeps_its_rule_whatever_order_sockets_are_bound_in() {
        let mut settings = Settings::default();
        settings.media.srtp = SrtpMode::Off;
        settings.sip.listen = [
            "127.0.0.1:0",
            "tcp:127.0.0.1:0;srtp=required",
            "udp:127.0.0.1:0;srtp=optional",
        ]
        .map(|text| text.parse().unwrap())
        .into();
        let listen = |transport, port| Listen {
            transport,
            address: ([127, 0, 0, 1], port).into(),
        };
        let bound = [
            listen(Transport::Udp, 1),
            listen(Transport::Udp, 3),
            listen(Transport::Tcp, 2),
            listen(Transport::Tcp, 4),
        ];
        let found: Vec<_> = policies(&settings, &bound)
            .into_iter()
            .map(|(_, address, policy)| (address.port(), policy))
            .collect();
        let expected = [
            (1, SrtpPolicy::Off),
            (3, SrtpPolicy::Optional),
            (2, SrtpPolicy::Off),
            (4, SrtpPolicy::Required),
        ];
        assert_eq!(found, expected);
    }
}
