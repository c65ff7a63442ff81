//! Stream connections in and out: accepting, refusing, connecting.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio::time::{sleep, timeout};

use super::connection::{Connection, Opened, Outgoing, Standing, give_up};
use super::{Arrival, Context};
use aftercall_runtime::lifecycle;
use aftercall_sip::flow::{ConnectionId, Flow};

/// After an error of the system (no more file descriptors): the backlog holds who comes meanwhile.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Accepts connections until shutdown.
pub(super) async fn accept(listener: TcpListener, context: Arc<Context>) {
    let mut shutdown = context.shutdown.clone();
    tokio::select! {
        biased;
        () = shutdown.requested() => {}
        () = accept_on(&listener, &context) => {}
    }
}

async fn accept_on(listener: &TcpListener, context: &Arc<Context>) {
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

/// Gives the connection a place, or closes it. Strangers have few places of their own.
fn admit(stream: TcpStream, peer: SocketAddr, context: &Arc<Context>) {
    let (standing, places) = if context.strangers.trusts(peer.ip()) {
        (Standing::Trusted, &context.places)
    } else {
        context.counters.strangers.increment();
        context.strangers.note(peer.ip());
        (Standing::Stranger, &context.stranger_places)
    };
    let (Ok(place), Ok(local)) = (places.clone().try_acquire_owned(), stream.local_addr()) else {
        context.counters.connections_refused.increment();
        return;
    };
    context.counters.connections_accepted.increment();
    let flow = context.addresses.tcp_flow(local, peer, context.next_connection());
    lifecycle::spawn(
        "sip-tcp",
        accepted(stream, flow, standing, place, context.clone()),
    );
}

async fn accepted(
    stream: TcpStream,
    flow: Flow,
    standing: Standing,
    place: OwnedSemaphorePermit,
    context: Arc<Context>,
) {
    let (sender, queue) = mpsc::channel(context.connections.queue);
    if let Some(id) = flow.connection
        && standing == Standing::Trusted
    {
        let opened = Opened {
            id,
            peer: flow.peer,
            queue: sender.clone(),
        };
        if context.arrivals.send(Arrival::Opened(opened)).await.is_err() {
            return;
        }
    }
    // A stranger's queue has no writer but the connection itself, which must not see it closed.
    let _kept = (standing == Standing::Stranger).then_some(sender);
    Connection::new(stream, flow, standing, queue, context)
        .run()
        .await;
    drop(place);
}

/// Opens a connection to `peer` and carries what is queued for it.
pub(super) fn connect(
    id: ConnectionId,
    peer: SocketAddr,
    queue: mpsc::Receiver<Outgoing>,
    context: &Arc<Context>,
) {
    lifecycle::spawn("sip-tcp-connect", connecting(id, peer, queue, context.clone()));
}

async fn connecting(
    id: ConnectionId,
    peer: SocketAddr,
    queue: mpsc::Receiver<Outgoing>,
    context: Arc<Context>,
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
    Connection::new(stream, flow, Standing::Trusted, queue, context)
        .run()
        .await;
    drop(place);
}
