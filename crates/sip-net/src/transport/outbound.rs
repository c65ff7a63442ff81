//! Messages out: finds the socket or connection for each, and opens connections.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::connection::{OpenConnection, OutgoingMessage};
use super::{TransportContext, tcp};
use aftercall_sip::agent::{Transmit, TransmitId};
use aftercall_sip::event::Transport;
use aftercall_sip::flow::ConnectionId;

/// The way out; owned by the service.
#[derive(Debug)]
pub(crate) struct OutboundTransport {
    udp: Vec<Arc<UdpSocket>>,
    connections: HashMap<ConnectionId, (SocketAddr, mpsc::Sender<OutgoingMessage>)>,
    by_peer: HashMap<SocketAddr, ConnectionId>,
    context: Arc<TransportContext>,
}

/// A message that could not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsent(pub(crate) TransmitId);

impl OutboundTransport {
    pub(super) fn new(udp: Vec<Arc<UdpSocket>>, context: Arc<TransportContext>) -> Self {
        Self {
            udp,
            connections: HashMap::new(),
            by_peer: HashMap::new(),
            context,
        }
    }

    /// How many connections are open.
    pub(crate) fn connections(&self) -> usize {
        self.connections.len()
    }

    /// A connection can be written to.
    pub(crate) fn opened(&mut self, opened: OpenConnection) {
        let OpenConnection { id, peer, queue } = opened;
        self.by_peer.insert(peer, id);
        self.connections.insert(id, (peer, queue));
    }

    /// A connection is gone.
    pub(crate) fn closed(&mut self, id: ConnectionId) {
        // A newer connection to the same peer may have taken the place in `by_peer`: it stays.
        if let Some((peer, _)) = self.connections.remove(&id)
            && self.by_peer.get(&peer) == Some(&id)
        {
            self.by_peer.remove(&peer);
        }
    }

    /// Sends now, or queues for a connection, opening one where there is none (RFC 3261 sections 18.1.1 and
    /// 18.2.2). Never waits.
    pub(crate) fn send(&mut self, transmit: Transmit) -> Result<(), Unsent> {
        match transmit.flow.transport {
            Transport::Udp => self.send_datagram(&transmit),
            Transport::Tcp => self.send_on_stream(transmit),
        }
    }

    fn send_datagram(&self, transmit: &Transmit) -> Result<(), Unsent> {
        let socket = self
            .socket(transmit.flow.local)
            .ok_or(Unsent(transmit.transmit_id))?;
        match socket.try_send_to(&transmit.bytes, transmit.flow.peer) {
            Ok(_) => self.context.counters.datagrams_sent.increment(),
            // Lost, as a datagram may be: whoever waits for it sends it again.
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                self.context.counters.datagrams_unsent.increment();
            }
            Err(_unreachable) => return Err(Unsent(transmit.transmit_id)),
        }
        Ok(())
    }

    /// The socket bound to that address, or to the wildcard on its port, or any of its family.
    fn socket(&self, local: SocketAddr) -> Option<&UdpSocket> {
        let rank = |socket: &UdpSocket| {
            let bound = socket
                .local_addr()
                .ok()
                .filter(|bound| bound.is_ipv4() == local.is_ipv4())?;
            let same_port = bound.port() == local.port();
            Some((
                bound == local,
                same_port && bound.ip().is_unspecified(),
                same_port,
            ))
        };
        self.udp
            .iter()
            .filter_map(|socket| Some((rank(socket)?, socket)))
            .max_by_key(|(rank, _)| *rank)
            .map(|(_, socket)| &**socket)
    }

    fn send_on_stream(&mut self, transmit: Transmit) -> Result<(), Unsent> {
        let Transmit {
            flow,
            bytes,
            transmit_id,
        } = transmit;
        // The connection of the request, else any to this peer, else a new one (RFC 3261 section 18.2.2).
        let open = flow.connection.filter(|id| self.connections.contains_key(id));
        let id = open
            .or_else(|| self.by_peer.get(&flow.peer).copied())
            .unwrap_or_else(|| self.connect(flow.peer));
        let Some((_, queue)) = self.connections.get(&id) else {
            return Err(Unsent(transmit_id));
        };
        match queue.try_send(OutgoingMessage { bytes, transmit_id }) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => {
                self.context.counters.connections_queue_full.increment();
                self.closed(id);
                Err(Unsent(transmit_id))
            }
            Err(TrySendError::Closed(_)) => {
                self.closed(id);
                Err(Unsent(transmit_id))
            }
        }
    }

    fn connect(&mut self, peer: SocketAddr) -> ConnectionId {
        let id = self.context.next_connection();
        let (sender, queue) = mpsc::channel(self.context.connections.queue);
        self.opened(OpenConnection {
            id,
            peer,
            queue: sender,
        });
        tcp::connect(id, peer, queue, &self.context);
        id
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU64;

    use tokio::sync::{Semaphore, mpsc};

    use super::super::{
        Addresses, ConnectionLimits, IcmpErrors, TransportContext, TransportCounters, UntrustedSources,
    };
    use super::{OpenConnection, OutboundTransport};
    use aftercall_runtime::lifecycle::shutdown;
    use aftercall_sip::agent::{AgentConfig, Input, Output, Transmit, UserAgent};
    use aftercall_sip::event::Transport;
    use aftercall_sip::flow::{ConnectionId, Flow};
    use aftercall_sip::wire::{MessageLimits, parse_datagram};

    fn outbound() -> OutboundTransport {
        let context = TransportContext {
            arrivals: mpsc::channel(1).0,
            messages: MessageLimits::default(),
            connections: ConnectionLimits::default(),
            addresses: Addresses::new(Vec::new(), None),
            untrusted: UntrustedSources::new(Vec::new(), 7),
            counters: Arc::new(TransportCounters::default()),
            icmp_errors: IcmpErrors::Ignored,
            places: Arc::new(Semaphore::new(1)),
            untrusted_places: Arc::new(Semaphore::new(1)),
            last_connection: AtomicU64::new(1),
            shutdown: shutdown().1,
        };
        OutboundTransport::new(Vec::new(), Arc::new(context))
    }

    /// The agent's answer to OPTIONS on a connection.
    fn answer(id: ConnectionId) -> Transmit {
        let address = "127.0.0.1:5060".parse().unwrap();
        let flow = Flow {
            transport: Transport::Tcp,
            local: address,
            advertised: address,
            peer: "127.0.0.1:5090".parse().unwrap(),
            connection: Some(id),
        };
        let text =
            b"OPTIONS sip:a@h SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK1\r\nFrom: <sip:b@h>;tag=1\r\n\
            To: <sip:a@h>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n\r\n";
        let mut agent = UserAgent::new(AgentConfig::default(), 7);
        let message = parse_datagram(text).unwrap();
        agent.handle(
            Input::Message { flow, message },
            aftercall_runtime::clock::monotonic(),
        );
        match agent.poll() {
            Some(Output::Transmit(transmit)) => transmit,
            other => panic!("OPTIONS is answered, not {other:?}"),
        }
    }

    #[test]
    fn peer_that_reads_nothing_is_cut_off_when_its_queue_is_full() {
        let mut outbound = outbound();
        let id = ConnectionId(1);
        let (queue, mut waiting) = mpsc::channel(2);
        let transmit = answer(id);
        outbound.opened(OpenConnection {
            id,
            peer: transmit.flow.peer,
            queue,
        });
        assert!(outbound.send(transmit.clone()).is_ok() && outbound.send(transmit.clone()).is_ok());
        assert!(outbound.send(transmit).is_err(), "the third finds the queue full");
        assert_eq!(outbound.connections(), 0);
        assert_eq!(outbound.context.counters.connections_queue_full.value(), 1);
        assert!(waiting.try_recv().is_ok() && waiting.try_recv().is_ok());
        assert!(
            waiting.try_recv().is_err(),
            "then the connection sees its queue closed"
        );
    }
}
