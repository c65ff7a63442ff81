//! The HTTP server: accepts connections, with TLS where there is a certificate, and serves the routes on each.
//!
//! What a stranger can hold is bounded: the number of connections, in all and of one address, the time of a TLS handshake, the time in which the head of
//! a request has to arrive, and the time in which nothing of an answer is taken. Beyond the number, new connections wait in the queue of the socket;
//! beyond that of an address, they are closed.

use std::collections::HashMap;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use metrics::{Gauge, gauge};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use super::progress::Progress;
use super::tls::Certificate;
use aftercall_base::one_holder;
use aftercall_runtime::lifecycle::{Shutdown, spawn};

/// Connections at once.
const MOST_CONNECTIONS: usize = 1_024;

/// Of one address but our own: a reverse proxy on another machine speaks for many, but not for all.
const MOST_OF_AN_ADDRESS: usize = 512;

/// The other side takes something of an answer at least this often.
const STALL: Duration = Duration::from_secs(20);

/// A TLS handshake, and the head of a request, take no longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a stop waits for requests that are being answered. Streams of events never end by themselves.
const GRACE: Duration = Duration::from_secs(3);

/// After an error of the listener, such as no file descriptor left.
const PAUSE: Duration = Duration::from_millis(100);

/// From where a request comes, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peer {
    /// The other end of the connection: a browser, or a reverse proxy.
    pub(super) address: SocketAddr,
    /// Whether the connection is protected by TLS.
    pub(super) is_tls: bool,
}

/// Serves until shutdown.
pub(super) async fn serve(
    listener: TcpListener,
    routes: Router,
    certificate: Option<Arc<Certificate>>,
    mut shutdown: Shutdown,
) {
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let addresses = Addresses::default();
    let graceful = GracefulShutdown::new();
    let routes = TowerToHyperService::new(routes);
    loop {
        let accepted = tokio::select! {
            biased;
            () = shutdown.requested() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok((stream, address, place)) => {
                let Some(share) = addresses.enter(address.ip()) else {
                    tracing::debug!("an address has too many HTTP connections");
                    continue;
                };
                let connection = Connection {
                    routes: routes.clone(),
                    address,
                    certificate: certificate.clone(),
                    watcher: graceful.watcher(),
                };
                spawn(
                    "http connection",
                    connection.run(stream, (place, share, Open::new())),
                );
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept an HTTP connection");
                sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    if timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::debug!("HTTP requests were cut off by the stop");
    }
}

/// The next connection, with a place among those that may be open.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await;
    let place = place.map_err(io::Error::other)?;
    let (stream, address) = listener.accept().await?;
    Ok((stream, address, place))
}

/// How many connections each address has.
#[derive(Debug, Clone, Default)]
struct Addresses(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A connection that counts for its address until it is dropped.
#[derive(Debug)]
struct Share {
    addresses: Addresses,
    address: IpAddr,
}

impl Addresses {
    /// `None`: it has as many as it may have.
    fn enter(&self, address: IpAddr) -> Option<Share> {
        let address = one_holder(address);
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = open.entry(address).or_default();
        if *own >= MOST_OF_AN_ADDRESS && !address.is_loopback() {
            return None;
        }
        *own += 1;
        Some(Share {
            addresses: self.clone(),
            address,
        })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut open = self.addresses.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = open.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.address);
            }
        }
    }
}

/// A connection among those that `/metrics` counts, until it is dropped.
#[derive(Debug)]
struct Open(Gauge);

impl Open {
    fn new() -> Self {
        let open = gauge!("aftercall_http_connections");
        open.increment(1);
        Self(open)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}

struct Connection {
    routes: TowerToHyperService<Router>,
    address: SocketAddr,
    certificate: Option<Arc<Certificate>>,
    watcher: Watcher,
}

impl Connection {
    async fn run(self, stream: TcpStream, place: (OwnedSemaphorePermit, Share, Open)) {
        // Answers are small and whole: they are not to wait for one another.
        stream.set_nodelay(true).unwrap_or_default();
        match &self.certificate {
            None => self.answer(stream, false).await,
            Some(certificate) => match timeout(PATIENCE, certificate.acceptor().accept(stream)).await {
                Ok(Ok(stream)) => self.answer(stream, true).await,
                // Everybody who scans ports fails here.
                Ok(Err(error)) => tracing::debug!(%error, "TLS handshake failed"),
                Err(_) => tracing::debug!("TLS handshake took too long"),
            },
        }
        drop(place);
    }

    async fn answer(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static, is_tls: bool) {
        let service = WithPeer {
            routes: self.routes,
            peer: Peer {
                address: self.address,
                is_tls,
            },
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .serve_connection(TokioIo::new(Progress::new(stream, STALL)), service);
        if let Err(error) = self.watcher.watch(connection).await {
            tracing::debug!(%error, "an HTTP connection ended early");
        }
    }
}

/// The routes, told from where a request comes.
struct WithPeer {
    routes: TowerToHyperService<Router>,
    peer: Peer,
}

impl hyper::service::Service<Request<Incoming>> for WithPeer {
    type Response = Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<Router> as hyper::service::Service<Request<Body>>>::Future;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(self.peer);
        self.routes.call(request)
    }
}

#[cfg(test)]
mod tests {
    use super::{Addresses, MOST_OF_AN_ADDRESS};

    #[test]
    fn address_leaves_room_for_others_and_the_machine_itself_has_all_it_wants() {
        let addresses = Addresses::default();
        let other = "192.0.2.1".parse().unwrap();
        let mut held: Vec<_> = (0..MOST_OF_AN_ADDRESS)
            .map(|_| addresses.enter(other).unwrap())
            .collect();
        assert!(addresses.enter("::ffff:192.0.2.1".parse().unwrap()).is_none());
        assert!(addresses.enter("192.0.2.2".parse().unwrap()).is_some());
        held.pop();
        held.extend(addresses.enter(other));
        let own = "127.0.0.1".parse().unwrap();
        held.extend((0..=MOST_OF_AN_ADDRESS).map(|_| addresses.enter(own).unwrap()));
        drop(held);
        assert!(addresses.0.lock().unwrap().is_empty());
    }
}
