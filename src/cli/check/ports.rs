//! Addresses on which the service would listen: whether it could now. Each is opened as the start does, and closed again.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};

use crate::cli::start::runtime;
use crate::config::Loaded;
use crate::control::About;
use aftercall_base::{Fault, Severity};
use aftercall_sip::event::Transport;
use aftercall_sip_net::service::{BindError, Listen, SipService};

/// Everything about addresses. What our own running service holds, `about`, is no fault.
pub(super) fn faults(loaded: &Loaded, about: Option<&About>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if loaded.is_sound("sip", "listen") {
        faults.extend(sip(loaded, about));
    }
    if loaded.is_sound("http", "listen") {
        faults.extend(http(loaded, about));
    }
    if loaded.is_sound("media", "ports") && loaded.is_sound("sip", "listen") {
        faults.extend(media(loaded));
    }
    faults
}

fn wanted(loaded: &Loaded) -> Vec<Listen> {
    let listeners = loaded.settings.sip.listen.iter();
    let of = |listener: &crate::config::network::Listener| {
        let address = listener.address;
        let all = listener.transports().into_iter();
        all.map(move |transport| Listen { transport, address })
    };
    listeners.flat_map(of).collect()
}

fn sip(loaded: &Loaded, about: Option<&About>) -> Vec<Fault> {
    let wanted = wanted(loaded);
    // Also where our own service holds the address: it was started with another list.
    let twice = twice(&wanted);
    let free: Vec<Listen> = wanted
        .into_iter()
        .filter(|listen| !twice.contains(listen) && !holds(about, listen))
        .collect();
    let refused = match runtime() {
        Ok(runtime) => runtime.block_on(SipService::try_bind(&free)),
        Err(_) => return Vec::new(),
    };
    let doubled = twice.iter().map(|listen| {
        let reason = format!("{listen} is written twice, by itself or as a part of all interfaces");
        loaded.fault_in_setting("sip", "listen", reason, "keep one of the two")
    });
    let of = |error: BindError| {
        let (severity, reason, fix) = match &error {
            BindError::InUse(_) => (
                Severity::Warning,
                error.to_string(),
                "stop what uses it before the service is started, or choose another port",
            ),
            BindError::Denied(_) => (
                Severity::Error,
                error.to_string(),
                "choose a port from 1024 up, or let the service have CAP_NET_BIND_SERVICE",
            ),
            BindError::Thread(_) => (
                Severity::Error,
                error.to_string(),
                "let the service have more threads (TasksMax= of its unit, `ulimit -u`)",
            ),
            BindError::Other { .. } | BindError::Nowhere => (
                Severity::Error,
                error.to_string(),
                "write an address of this machine, or 0.0.0.0 for all of them",
            ),
        };
        Fault {
            severity,
            ..loaded.fault_in_setting("sip", "listen", reason, fix)
        }
    };
    doubled.chain(refused.into_iter().map(of)).collect()
}

/// Those that others of the list keep from being opened.
fn twice(wanted: &[Listen]) -> Vec<Listen> {
    let mut twice = Vec::new();
    for (index, one) in wanted.iter().enumerate() {
        let earlier = wanted.get(..index).unwrap_or_default();
        let meets = |other: &&Listen| other.transport == one.transport && meet(one.address, other.address);
        if earlier.iter().any(|other| meets(&other)) {
            twice.push(*one);
        }
    }
    twice
}

/// Whether two addresses cannot be listened on at once.
fn meet(one: SocketAddr, other: SocketAddr) -> bool {
    let is_any = |ip: IpAddr| ip.is_unspecified();
    one.port() != 0
        && one.port() == other.port()
        && one.is_ipv6() == other.is_ipv6()
        && (one.ip() == other.ip() || is_any(one.ip()) || is_any(other.ip()))
}

fn holds(about: Option<&About>, listen: &Listen) -> bool {
    about.is_some_and(|about| match listen.transport {
        Transport::Udp => about.sip_udp.contains(&listen.address),
        Transport::Tcp => about.sip_tcp.contains(&listen.address),
    })
}

fn http(loaded: &Loaded, about: Option<&About>) -> Option<Fault> {
    let address = loaded.settings.http.listen;
    let mut tcp = wanted(loaded)
        .into_iter()
        .filter(|listen| listen.transport == Transport::Tcp);
    if tcp.any(|listen| meet(listen.address, address)) {
        let reason = format!("{address} is an address of sip.listen by TCP as well");
        return Some(loaded.fault_in_setting("http", "listen", reason, "choose another port"));
    }
    if about.is_some_and(|about| about.http == address) {
        return None;
    }
    let error = TcpListener::bind(address).err()?;
    let (severity, fix) = match error.kind() {
        io::ErrorKind::AddrInUse => (
            Severity::Warning,
            "stop what uses it before the service is started, or choose another port",
        ),
        io::ErrorKind::PermissionDenied => (Severity::Error, "choose a port from 1024 up"),
        _ => (
            Severity::Error,
            "write an address of this machine, such as \"127.0.0.1:8080\"",
        ),
    };
    let reason = match error.kind() {
        io::ErrorKind::AddrInUse => format!("cannot listen for HTTP on {address}: the port is in use"),
        _ => format!("cannot listen for HTTP on {address}: {error}"),
    };
    Some(Fault {
        severity,
        ..loaded.fault_in_setting("http", "listen", reason, fix)
    })
}

/// A port for signalling in the range from which calls take theirs.
fn media(loaded: &Loaded) -> Option<Fault> {
    let ports = loaded.settings.media.ports;
    let mut udp = wanted(loaded)
        .into_iter()
        .filter(|listen| listen.transport == Transport::Udp);
    let within = udp.find(|listen| (ports.first..=ports.last).contains(&listen.address.port()))?;
    let reason = format!(
        "port {} of sip.listen lies within this range",
        within.address.port()
    );
    let fix = "leave it out of the range; a call that is given it hears nothing";
    Some(Fault {
        severity: Severity::Warning,
        ..loaded.fault_in_setting("media", "ports", reason, fix)
    })
}

#[cfg(test)]
mod tests {
    use super::sip;
    use crate::config::load::from_text;
    use crate::control::About;

    #[test]
    fn address_that_stands_twice_is_an_error_also_while_our_own_service_holds_it() {
        let text = "[sip]\nlisten = [\"127.0.0.1:15999\", \"udp:0.0.0.0:15999\"]\n";
        let loaded = from_text(text, "aftercall.toml", Some([].into()));
        let address = "127.0.0.1:15999".parse().unwrap();
        let about = About {
            configuration: String::new(),
            process: 1,
            sip_udp: vec![address],
            sip_tcp: vec![address],
            http: "127.0.0.1:1".parse().unwrap(),
        };
        let faults = sip(&loaded, Some(&about));
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(
            faults[0].is_error() && faults[0].reason.contains("udp 0.0.0.0:15999 is written twice"),
            "{faults:?}"
        );
    }
}
