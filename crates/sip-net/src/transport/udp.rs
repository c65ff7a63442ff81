//! Datagrams in.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::Interest;
use tokio::net::UdpSocket;

use super::{IcmpErrors, TransportContext, TransportEvent};
use aftercall_sip::wire::{Defect, ParseError, parse_datagram_within};

/// The largest payload of a UDP datagram.
const DATAGRAM_BYTES: usize = 65_535;

/// Reads one socket until shutdown, every datagram that waits before it waits again itself.
pub(super) async fn read(socket: Arc<UdpSocket>, context: Arc<TransportContext>) {
    let mut shutdown = context.shutdown.clone();
    tokio::select! {
        biased;
        () = shutdown.requested() => {}
        () = read_on(&socket, &context) => {}
    }
}

/// Reports datagrams that could not be delivered (ICMP errors), until shutdown.
pub(super) async fn read_errors(socket: Arc<UdpSocket>, context: Arc<TransportContext>) {
    let mut shutdown = context.shutdown.clone();
    let read = async {
        loop {
            let socket_error = socket.async_io(Interest::ERROR, || match socket.take_error()? {
                Some(error) => Ok(error),
                None => Err(ErrorKind::WouldBlock.into()),
            });
            match socket_error.await {
                Ok(error) if is_undelivered(&error) => {
                    if context.arrivals.send(TransportEvent::Unreachable).await.is_err() {
                        return;
                    }
                }
                Ok(_) => {}
                Err(_) => return,
            }
        }
    };
    tokio::select! {
        biased;
        () = shutdown.requested() => {}
        () = read => {}
    }
}

/// Nobody listens there, or there is no way to it.
fn is_undelivered(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused | ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable
    )
}

async fn read_on(socket: &UdpSocket, context: &TransportContext) {
    let Ok(bound) = socket.local_addr() else { return };
    let mut buffer = vec![0; DATAGRAM_BYTES];
    loop {
        // An error here belongs to an earlier send (ICMP) and says nothing about the next datagram.
        let (length, peer) = match socket.recv_from(&mut buffer).await {
            Ok(datagram) => datagram,
            Err(error) => {
                let is_told = context.icmp_errors == IcmpErrors::Reported && is_undelivered(&error);
                if is_told && context.arrivals.send(TransportEvent::Unreachable).await.is_err() {
                    return;
                }
                tokio::task::yield_now().await;
                continue;
            }
        };
        context.counters.datagrams_received.increment();
        let datagram = buffer.get(..length).unwrap_or_default();
        if !context.untrusted.trusts(peer.ip()) {
            refuse_untrusted(socket, context, datagram, peer);
        } else if let Some(arrival) = arrival(context, bound, datagram, peer)
            && context.arrivals.send(arrival).await.is_err()
        {
            return;
        }
    }
}

fn arrival(
    context: &TransportContext,
    bound: SocketAddr,
    datagram: &[u8],
    peer: SocketAddr,
) -> Option<TransportEvent> {
    let parsed = parse_datagram_within(datagram, &context.messages);
    if parsed == Err(ParseError::Drop(Defect::KeepAlive)) {
        context.counters.keep_alives.increment();
        return None;
    }
    let flow = context.addresses.udp_flow(bound, peer);
    Some(match parsed {
        Ok(message) => TransportEvent::Message { flow, message },
        Err(error) => {
            context.counters.parse_errors.increment();
            TransportEvent::Broken { flow, error }
        }
    })
}

fn refuse_untrusted(socket: &UdpSocket, context: &TransportContext, datagram: &[u8], peer: SocketAddr) {
    context.counters.strangers.increment();
    context.untrusted.record(peer.ip());
    if !context.untrusted.allow_reply() {
        return;
    }
    let refusal = parse_datagram_within(datagram, &context.messages)
        .ok()
        .and_then(|message| context.untrusted.refusal(message, peer));
    if let Some(refusal) = refusal
        && socket.try_send_to(&refusal, peer).is_ok()
    {
        context.counters.strangers_answered.increment();
    }
}
