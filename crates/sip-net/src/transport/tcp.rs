//! Stream connections in and out: accepting, refusing, connecting.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{sleep, timeout};

use super::connection::{Connection, OpenConnection, OutgoingMessage, PeerTrust, give_up};
use super::{TransportContext, TransportEvent};
use aftercall_runtime::lifecycle;
use aftercall_sip::flow::{ConnectionId, Flow};

/// After an error of the system (no more file descriptors): the backlog holds who comes meanwhile.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until shutdown.
pub(super) async fn accept(listener: TcpListener, context: Arc<TransportContext>) {
    let mut shutdown = context.shutdown.clone();
    tokio::select! {
        biased;
        () = shutdown.requested() => {}
        () = accept_on(&listener, &context) => {}
    }
}

async fn accept_on(listener: &TcpListener, context: &Arc<TransportContext>) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => admit(stream, peer, context),
            Err(error) => {
                tracing::warn!(%error, "cannot accept SIP connections");
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// Gives the connection a place, or closes it. Untrusted sources have few places of their own.
fn admit(stream: TcpStream, peer: SocketAddr, context: &Arc<TransportContext>) {
    let (trust, places) = if context.untrusted.trusts(peer.ip()) {
        (PeerTrust::Trusted, &context.places)
    } else {
        context.counters.strangers.increment();
        context.untrusted.record(peer.ip());
        (PeerTrust::Untrusted, &context.untrusted_places)
    };
    let (Ok(place), Ok(local)) = (places.clone().try_acquire_owned(), stream.local_addr()) else {
        context.counters.connections_refused.increment();
        return;
    };
    context.counters.connections_accepted.increment();
    let flow = context.addresses.tcp_flow(local, peer, context.next_connection());
    lifecycle::spawn("sip-tcp", accepted(stream, flow, trust, place, context.clone()));
}

async fn accepted(
    stream: TcpStream,
    flow: Flow,
    trust: PeerTrust,
    place: OwnedSemaphorePermit,
    context: Arc<TransportContext>,
) {
    let (sender, queue) = mpsc::channel(context.connections.queue);
    if let Some(id) = flow.connection
        && trust == PeerTrust::Trusted
    {
        let opened = OpenConnection {
            id,
            peer: flow.peer,
            queue: sender.clone(),
        };
        if context
            .arrivals
            .send(TransportEvent::Opened(opened))
            .await
            .is_err()
        {
            return;
        }
    }
    // The queue of an untrusted connection has no writer but the connection itself, which must not see it closed.
    let _kept = (trust == PeerTrust::Untrusted).then_some(sender);
    Connection::new(stream, flow, trust, queue, context).run().await;
    drop(place);
}

/// Opens a connection to `peer` and carries what is queued for it.
pub(super) fn connect(
    id: ConnectionId,
    peer: SocketAddr,
    queue: mpsc::Receiver<OutgoingMessage>,
    context: &Arc<TransportContext>,
) {
    lifecycle::spawn("sip-tcp-connect", connecting(id, peer, queue, context.clone()));
}

async fn connecting(
    id: ConnectionId,
    peer: SocketAddr,
    queue: mpsc::Receiver<OutgoingMessage>,
    context: Arc<TransportContext>,
) {
    let place = context.places.clone().try_acquire_owned();
    let connected = match &place {
        Ok(_) => timeout(context.connections.connect, TcpStream::connect(peer))
            .await
            .ok()
            .and_then(Result::ok),
        Err(_) => None,
    };
    let Some((stream, local)) =
        connected.and_then(|stream| stream.local_addr().ok().map(|local| (stream, local)))
    else {
        context.counters.connections_failed.increment();
        return give_up(id, queue, &context).await;
    };
    context.counters.connections_opened.increment();
    let flow = context.addresses.tcp_flow(local, peer, id);
    Connection::new(stream, flow, PeerTrust::Trusted, queue, context)
        .run()
        .await;
    drop(place);
}
