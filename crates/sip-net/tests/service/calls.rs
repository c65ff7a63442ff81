//! Calls, limits and endings.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;

use super::peer::{SDP, Script, Service, TcpPeer, UdpPeer, config, header, listen, soon};
use aftercall_sip::event::{Body, Command, DialogEvent, DialogKey, EndCause, OutboundInvite, Transport};
use aftercall_sip_net::service::{BindError, ConnectionLimits, Queues, SipConfig, SipService};

fn outbound(destination: SocketAddr, transport: Transport) -> OutboundInvite {
    OutboundInvite {
        dialog: DialogKey(0),
        target: "sip:nps@127.0.0.1".to_owned(),
        destination,
        transport,
        from: "sip:+358401234567@aftercall.invalid".to_owned(),
        call_id: None,
        headers: vec![("X-Queue".to_owned(), "sales".to_owned())],
        offer: Some(Body::sdp(SDP)),
    }
}

async fn connection_limits(limits: ConnectionLimits) -> Service {
    Service::start(SipConfig {
        connections: limits,
        ..config()
    })
    .await
}

#[tokio::test]
async fn udp_call_is_set_up_and_torn_down() {
    let mut service = Service::start(config()).await;
    let peer = UdpPeer::new(service.address(Transport::Udp)).await;
    let mut script = peer.script("udp-call");
    peer.send(&script.invite()).await;
    assert!(
        peer.receive().await.starts_with("SIP/2.0 100 "),
        "100 comes first"
    );
    let mut call = service.call().await;
    assert_eq!(
        call.invite.offer.as_ref().expect("an offer was sent").bytes,
        SDP.as_bytes()
    );
    assert_eq!(call.invite.local, service.address(Transport::Udp));
    service.answer(&call).await;
    let ok = peer.expect("SIP/2.0 200 ").await;
    assert!(header(&ok, "Contact").contains(&service.address(Transport::Udp).to_string()));
    script.learn_tag(&ok);
    peer.send(&script.request("ACK", 1, "", "")).await;
    let event = soon("ACK", call.events.recv()).await;
    assert!(matches!(event, Some(DialogEvent::Acknowledged { answer: None })));
    peer.send(&script.request("BYE", 2, "", "")).await;
    peer.expect("SIP/2.0 200 ").await;
    let event = soon("BYE", call.events.recv()).await;
    assert!(matches!(
        event,
        Some(DialogEvent::Ended {
            cause: EndCause::Bye { .. }
        })
    ));
}

#[tokio::test]
async fn datagram_over_8_kb_makes_a_call() {
    let mut service = Service::start(config()).await;
    let peer = UdpPeer::new(service.address(Transport::Udp)).await;
    let padding = format!("X-History: {}\r\n", "x".repeat(10_000));
    let invite = peer.script("large").invite();
    peer.send(&invite.replace("Content-Type", &format!("{padding}{padding}Content-Type")))
        .await;
    let call = service.call().await;
    assert_eq!(
        call.invite.offer.expect("the body is whole").bytes,
        SDP.as_bytes()
    );
}

#[tokio::test]
async fn tcp_messages_byte_by_byte_and_pipelined_make_calls() {
    let mut service = Service::start(config()).await;
    let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
    for byte in peer.script("slow").invite().split_inclusive(|_| true) {
        peer.send(byte).await;
    }
    assert_eq!(service.call().await.invite.call_id, "slow");
    let pipelined = ["one", "two", "three"]
        .map(|call_id| peer.script(call_id).invite())
        .concat();
    peer.send(&pipelined).await;
    for call_id in ["one", "two", "three"] {
        let call = service.call().await;
        assert_eq!(call.invite.call_id, call_id);
        service.answer(&call).await;
        let ok = peer.expect("SIP/2.0 200 ").await;
        assert_eq!(header(&ok, "Call-ID"), call_id);
    }
}

#[tokio::test]
async fn tcp_ping_gets_one_pong() {
    let service = Service::start(config()).await;
    let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
    peer.send("\r\n\r\n").await;
    let script = peer.script("after-ping");
    peer.send(&script.request("OPTIONS", 1, "", "")).await;
    let heard = peer.receive_until("\r\n\r\n").await;
    assert!(
        heard.starts_with("\r\nSIP/2.0 200 "),
        "one CRLF, then the answer: {heard:?}"
    );
}

#[tokio::test]
async fn tcp_message_without_content_length_gets_400_and_a_close() {
    let service = Service::start(config()).await;
    let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
    let invite = peer.script("no-length").request("INVITE", 1, "", "");
    peer.send(&invite.replace("Content-Length: 0\r\n", "")).await;
    let heard = peer.closed().await;
    assert!(
        heard.starts_with("SIP/2.0 400 Content-Length Required"),
        "{heard:?}"
    );
    assert_eq!(service.handle.counters().connections_unframed.value(), 1);
}

#[tokio::test]
async fn broken_request_on_tcp_gets_400_and_the_next_one_its_answer() {
    let service = Service::start(config()).await;
    let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
    let broken = peer.script("broken").request("OPTIONS", 1, "", "");
    let sound = peer.script("sound").request("OPTIONS", 1, "", "");
    peer.send(&(broken.replace("CSeq: 1", "CSeq: one") + &sound))
        .await;
    assert!(
        peer.receive_until("\r\n\r\n")
            .await
            .starts_with("SIP/2.0 400 Malformed CSeq Header")
    );
    assert!(peer.receive_until("\r\n\r\n").await.starts_with("SIP/2.0 200 "));
}

#[tokio::test]
async fn connection_that_carries_nothing_is_closed_soon_and_a_used_one_is_kept() {
    let service = connection_limits(ConnectionLimits {
        unused: Duration::from_millis(300),
        ..ConnectionLimits::default()
    })
    .await;
    let mut used = TcpPeer::connect(service.address(Transport::Tcp)).await;
    let script = used.script("used");
    used.send(&script.request("OPTIONS", 1, "", "")).await;
    used.expect("SIP/2.0 200 ").await;
    let unused = TcpPeer::connect(service.address(Transport::Tcp)).await;
    assert_eq!(unused.closed().await, "", "nothing was said");
    assert_eq!(service.handle.counters().connections_idle.value(), 1);
    used.send(&script.request("OPTIONS", 2, "", "")).await;
    used.expect("SIP/2.0 200 ").await;
}

#[tokio::test]
async fn idle_and_half_a_message_close_the_connection() {
    let brief = Duration::from_millis(50);
    let idle = connection_limits(ConnectionLimits {
        idle: brief,
        ..ConnectionLimits::default()
    })
    .await;
    let peer = TcpPeer::connect(idle.address(Transport::Tcp)).await;
    assert_eq!(peer.closed().await, "");
    assert_eq!(idle.handle.counters().connections_idle.value(), 1);

    let slow = connection_limits(ConnectionLimits {
        partial: brief,
        ..ConnectionLimits::default()
    })
    .await;
    let mut peer = TcpPeer::connect(slow.address(Transport::Tcp)).await;
    peer.send("INVITE sip:nps@127.0.0.1 SIP/2.0\r\n").await;
    assert_eq!(peer.closed().await, "");
    assert_eq!(slow.handle.counters().connections_slow.value(), 1);
}

#[tokio::test]
async fn connection_over_the_limit_is_closed_and_a_place_comes_free_again() {
    let service = connection_limits(ConnectionLimits {
        open: 1,
        ..ConnectionLimits::default()
    })
    .await;
    let address = service.address(Transport::Tcp);
    let mut first = TcpPeer::connect(address).await;
    let script = first.script("first");
    first.send(&script.request("OPTIONS", 1, "", "")).await;
    first.expect("SIP/2.0 200 ").await;
    assert_eq!(TcpPeer::connect(address).await.closed().await, "");
    drop(first);
    soon("a free place", async {
        loop {
            let mut next = TcpPeer::connect(address).await;
            let script = next.script("next");
            next.send(&script.request("OPTIONS", 1, "", "")).await;
            if next.closed_or_answered().await {
                return;
            }
        }
    })
    .await;
    assert!(service.handle.counters().connections_refused.value() >= 1);
}

#[tokio::test]
async fn port_in_use_names_transport_and_address() {
    let service = Service::start(config()).await;
    for (transport, name) in [(Transport::Udp, "udp"), (Transport::Tcp, "tcp")] {
        let address = service.address(transport);
        let taken = SipConfig {
            listen: vec![listen(transport, &address.to_string())],
            ..config()
        };
        let error = SipService::bind(taken).await.expect_err("the port is taken");
        assert!(matches!(error, BindError::InUse(_)));
        assert_eq!(
            error.to_string(),
            format!("cannot listen for SIP on {name} {address}: the port is in use")
        );
    }
}

#[tokio::test]
async fn response_finds_its_way_when_the_connection_is_gone() {
    let mut service = Service::start(config()).await;
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port is there");
    let via = listener.local_addr().expect("the listener is bound");
    let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
    peer.send(&Script::new("TCP", via, "gone").invite()).await;
    let call = service.call().await;
    peer.expect("SIP/2.0 100 ").await;
    drop(peer);
    service.answer(&call).await;
    let (stream, _) = soon("a connection to sent-by", listener.accept())
        .await
        .expect("loopback connects");
    let ok = TcpPeer::on(stream).expect("SIP/2.0 200 ").await;
    assert_eq!(header(&ok, "Call-ID"), "gone");
}

#[tokio::test]
async fn call_that_nobody_takes_gets_503_with_retry_after() {
    let queues = Queues {
        incoming: 1,
        ..Queues::default()
    };
    let service = Service::start(SipConfig { queues, ..config() }).await;
    let peer = UdpPeer::new(service.address(Transport::Udp)).await;
    peer.send(&peer.script("taken").invite()).await;
    peer.expect("SIP/2.0 100 ").await;
    peer.send(&peer.script("too-many").invite()).await;
    let refusal = peer.expect("SIP/2.0 503 ").await;
    assert_eq!(
        (header(&refusal, "Call-ID"), header(&refusal, "Retry-After")),
        ("too-many", "10")
    );
    assert_eq!(service.handle.counters().incoming_queue_full.value(), 1);
}

#[tokio::test]
async fn dialog_whose_events_nobody_takes_is_hung_up() {
    let queues = Queues {
        events: 1,
        ..Queues::default()
    };
    let mut service = Service::start(SipConfig { queues, ..config() }).await;
    let peer = UdpPeer::new(service.address(Transport::Udp)).await;
    let mut script = peer.script("deaf");
    peer.send(&script.invite()).await;
    let mut call = service.call().await;
    service.answer(&call).await;
    script.learn_tag(&peer.expect("SIP/2.0 200 ").await);
    peer.send(&script.request("ACK", 1, "", "")).await;
    for cseq in 2..4 {
        peer.send(&script.request("INFO", cseq, "application/dtmf-relay", "Signal=5\r\n"))
            .await;
    }
    peer.expect("BYE ").await;
    assert!(matches!(
        soon("ACK", call.events.recv()).await,
        Some(DialogEvent::Acknowledged { .. })
    ));
    assert!(
        soon("the end", call.events.recv()).await.is_none(),
        "then the channel closes"
    );
    assert_eq!(service.handle.counters().event_queue_full.value(), 1);
}

#[tokio::test]
async fn dialog_whose_call_is_gone_is_hung_up() {
    let mut service = Service::start(config()).await;
    let peer = UdpPeer::new(service.address(Transport::Udp)).await;
    let mut script = peer.script("orphaned");
    peer.send(&script.invite()).await;
    let call = service.call().await;
    service.answer(&call).await;
    script.learn_tag(&peer.expect("SIP/2.0 200 ").await);
    peer.send(&script.request("ACK", 1, "", "")).await;
    drop(call);
    peer.expect("BYE ").await;
}

#[tokio::test]
async fn our_calls_reach_another_service_over_udp_and_tcp() {
    let mut callee = Service::start(config()).await;
    let caller = Service::start(config()).await;
    for transport in [Transport::Udp, Transport::Tcp] {
        let invite = outbound(callee.address(transport), transport);
        let (dialog, mut events) = caller.handle.invite(invite).await.expect("the caller runs");
        let mut call = callee.call().await;
        assert_eq!(call.invite.header("x-queue"), Some("sales"));
        callee.answer(&call).await;
        let answered = soon("the answer", events.recv()).await;
        assert!(
            matches!(answered, Some(DialogEvent::Answered { body: Some(_) })),
            "{answered:?}"
        );
        assert!(matches!(
            soon("ACK", call.events.recv()).await,
            Some(DialogEvent::Acknowledged { .. })
        ));
        let hang_up = Command::HangUp {
            dialog,
            headers: Vec::new(),
        };
        caller.handle.send(hang_up).await.expect("the caller runs");
        let ended = soon("BYE", call.events.recv()).await;
        assert!(matches!(
            ended,
            Some(DialogEvent::Ended {
                cause: EndCause::Bye { .. }
            })
        ));
        let ended = soon("200 to BYE", events.recv()).await;
        assert!(matches!(
            ended,
            Some(DialogEvent::Ended {
                cause: EndCause::HungUp
            })
        ));
    }
}

#[tokio::test]
async fn call_to_where_nobody_listens_ends_at_once() {
    let service = Service::start(config()).await;
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port is there");
    let nobody = listener.local_addr().expect("the listener is bound");
    drop(listener);
    let invite = outbound(nobody, Transport::Tcp);
    let (_, mut events) = service.handle.invite(invite).await.expect("the service runs");
    let ended = soon("the end", events.recv()).await;
    assert!(
        matches!(
            ended,
            Some(DialogEvent::Ended {
                cause: EndCause::TransportFailed
            })
        ),
        "{ended:?}"
    );
    assert_eq!(service.handle.counters().connections_failed.value(), 1);
}

#[tokio::test]
async fn wildcard_never_shows_in_contact() {
    let wildcard = SipConfig {
        listen: vec![listen(Transport::Udp, "0.0.0.0:0")],
        ..config()
    };
    let mut service = Service::start(wildcard).await;
    let port = service.address(Transport::Udp).port();
    let peer = UdpPeer::new(SocketAddr::from(([127, 0, 0, 1], port))).await;
    peer.send(&peer.script("wildcard").invite()).await;
    let call = service.call().await;
    assert_eq!(call.invite.local, SocketAddr::from(([127, 0, 0, 1], port)));
    service.answer(&call).await;
    let ok = peer.expect("SIP/2.0 200 ").await;
    assert!(
        header(&ok, "Contact").contains(&format!("@127.0.0.1:{port}")),
        "{ok}"
    );
}

#[tokio::test]
async fn ipv6_calls_are_taken() {
    let six = SipConfig {
        listen: vec![listen(Transport::Udp, "[::1]:0")],
        ..config()
    };
    let mut service = match SipService::bind(six).await {
        Ok((handle, calls)) => Service { handle, calls },
        // A machine without IPv6 cannot run this test.
        Err(BindError::Other { .. }) => return,
        Err(error) => panic!("{error}"),
    };
    let peer = UdpPeer::new(service.address(Transport::Udp)).await;
    peer.send(&peer.script("six").invite()).await;
    let call = service.call().await;
    service.answer(&call).await;
    let ok = peer.expect("SIP/2.0 200 ").await;
    assert!(header(&ok, "Contact").contains("@[::1]:"), "{ok}");
}

#[tokio::test]
async fn stop_refuses_new_calls_hangs_up_the_rest_and_frees_the_ports() {
    let mut service = Service::start(config()).await;
    let address = service.address(Transport::Udp);
    let peer = UdpPeer::new(address).await;
    let mut script = peer.script("last");
    peer.send(&script.invite()).await;
    let mut call = service.call().await;
    service.answer(&call).await;
    script.learn_tag(&peer.expect("SIP/2.0 200 ").await);
    peer.send(&script.request("ACK", 1, "", "")).await;
    soon("ACK", call.events.recv()).await;
    let stopping = service.handle.clone();
    let stopped = async move { stopping.stop(Duration::from_millis(200)).await };
    let farewell = async {
        let bye = peer.expect("BYE ").await;
        let (via, cseq) = (header(&bye, "Via"), header(&bye, "CSeq"));
        let (from, to) = (header(&bye, "From"), header(&bye, "To"));
        peer.send(&format!(
            "SIP/2.0 200 OK\r\nVia: {via}\r\nFrom: {from}\r\nTo: {to}\r\nCall-ID: last\r\nCSeq: {cseq}\r\n\r\n"
        ))
        .await;
    };
    soon("the stop", async { tokio::join!(stopped, farewell) }).await;
    assert!(matches!(
        call.events.recv().await,
        Some(DialogEvent::Ended {
            cause: EndCause::HungUp
        })
    ));
    assert!(
        service
            .handle
            .send(Command::Ring {
                dialog: call.invite.dialog
            })
            .await
            .is_err()
    );
    soon("a free port", async {
        while tokio::net::UdpSocket::bind(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn dropping_every_handle_ends_calls_and_frees_the_ports() {
    let mut service = Service::start(config()).await;
    let address = service.address(Transport::Udp);
    let peer = UdpPeer::new(address).await;
    peer.send(&peer.script("orphan").invite()).await;
    let _call = service.call().await;
    drop(service);
    peer.expect("SIP/2.0 480 ").await;
    soon("a free port", async {
        while tokio::net::UdpSocket::bind(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

#[tokio::test]
async fn goodbye_on_tcp_is_written_before_the_connection_closes() {
    let mut service = Service::start(config()).await;
    let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
    let mut script = peer.script("tcp-goodbye");
    peer.send(&script.invite()).await;
    let mut call = service.call().await;
    service.answer(&call).await;
    script.learn_tag(&peer.expect("SIP/2.0 200 ").await);
    peer.send(&script.request("ACK", 1, "", "")).await;
    soon("ACK", call.events.recv()).await;
    let handle = service.handle.clone();
    soon("the stop", handle.stop(Duration::ZERO)).await;
    assert!(peer.closed().await.contains("BYE "));
}

/// What no framer can cut into messages.
const JUNK: &str = "\u{1}junk\r\nmore junk: \u{2}\r\n\r\n";

#[tokio::test]
async fn requests_before_junk_on_tcp_are_answered_before_the_close() {
    for junk in [
        JUNK,
        "OPTIONS sip:a@h SIP/2.0\r\nCall-ID: x\r\n\r\n",
        "BYE\r\nl: -1\r\n\r\n",
    ] {
        let service = Service::start(config()).await;
        let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
        let options = peer.script("before").request("OPTIONS", 1, "", "");
        let again = peer.script("again").request("OPTIONS", 1, "", "");
        peer.send(&format!("{options}{again}{junk}")).await;
        let heard = peer.closed().await;
        assert_eq!(heard.matches("SIP/2.0 200 ").count(), 2, "{junk:?}: {heard}");
    }
}

#[tokio::test]
async fn bye_followed_by_junk_is_confirmed() {
    for (name, behind) in [("junk", JUNK), ("end", "")] {
        let mut service = Service::start(config()).await;
        let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
        let mut script = peer.script(name);
        peer.send(&script.invite()).await;
        let mut call = service.call().await;
        service.answer(&call).await;
        script.learn_tag(&peer.expect("SIP/2.0 200 ").await);
        let ack = script.request("ACK", 1, "", "");
        let bye = script.request("BYE", 2, "", "");
        peer.send(&format!("{ack}{bye}{behind}")).await;
        if behind.is_empty() {
            peer.finish().await;
        }
        let heard = peer.closed().await;
        assert!(
            heard.starts_with("SIP/2.0 200 ") && heard.contains("CSeq: 2 BYE"),
            "{name}: {heard}"
        );
        loop {
            match soon("the end", call.events.recv()).await {
                Some(DialogEvent::Ended { cause }) => {
                    assert!(matches!(cause, EndCause::Bye { .. }), "{name}: {cause:?}");
                    break;
                }
                Some(_) => {}
                None => panic!("{name}: the end is told"),
            }
        }
    }
}

#[tokio::test]
async fn invite_followed_by_junk_hears_its_answer_on_the_connection() {
    let mut service = Service::start(config()).await;
    let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
    let invite = peer.script("invite").invite();
    peer.send(&format!("{invite}{JUNK}")).await;
    let call = service.call().await;
    peer.expect("SIP/2.0 100 ").await;
    service.answer(&call).await;
    let heard = peer.closed().await;
    assert!(heard.starts_with("SIP/2.0 200 "), "{heard}");
}

#[tokio::test]
async fn invite_at_the_end_of_a_stream_hears_its_answer_on_it_however_long_that_takes() {
    let brief = Duration::from_millis(50);
    let mut service = connection_limits(ConnectionLimits {
        partial: brief,
        ..ConnectionLimits::default()
    })
    .await;
    for status in ["200", "486"] {
        let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
        peer.send(&peer.script(status).invite()).await;
        peer.finish().await;
        let call = service.call().await;
        peer.expect("SIP/2.0 100 ").await;
        assert!(
            peer.is_quiet_for(4 * brief).await,
            "the connection waits for longer than for a slow peer"
        );
        let dialog = call.invite.dialog;
        if status == "200" {
            service.answer(&call).await;
        } else {
            let busy = Command::Refuse {
                dialog,
                status: 486,
                reason: None,
                headers: Vec::new(),
            };
            service.handle.send(busy).await.expect("the service runs");
        }
        let heard = peer.closed().await;
        assert!(heard.starts_with(&format!("SIP/2.0 {status} ")), "{heard}");
    }
    assert_eq!(service.handle.counters().connections_opened.value(), 0);
}

/// A call on a stream whose sender has closed its direction, with a sent-by where it listens.
async fn half_closed(
    service: &mut Service,
) -> (TcpPeer, TcpListener, aftercall_sip_net::service::InboundCall) {
    let listener = TcpListener::bind("127.0.0.1:0")
        .await
        .expect("a free port is there");
    let via = listener.local_addr().expect("the listener is bound");
    let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
    peer.send(&Script::new("TCP", via, "half").invite()).await;
    peer.expect("SIP/2.0 100 ").await;
    peer.finish().await;
    let call = service.call().await;
    (peer, listener, call)
}

#[tokio::test]
async fn answer_finds_another_way_when_the_half_closed_stream_is_reset_or_waited_too_long() {
    let brief = Duration::from_millis(50);
    let defaults = ConnectionLimits::default();
    for (name, limits) in [
        ("reset", defaults),
        (
            "too long",
            ConnectionLimits {
                answer: brief,
                ..defaults
            },
        ),
        (
            "few places",
            ConnectionLimits {
                open: 1,
                partial: brief,
                ..defaults
            },
        ),
    ] {
        let mut service = connection_limits(limits).await;
        let (peer, listener, call) = half_closed(&mut service).await;
        if name == "reset" {
            peer.reset();
        } else {
            assert_eq!(peer.closed().await, "", "{name}");
        }
        service.answer(&call).await;
        let (stream, _) = soon("a connection to sent-by", listener.accept())
            .await
            .expect("loopback connects");
        let ok = TcpPeer::on(stream).expect("SIP/2.0 200 ").await;
        assert_eq!(header(&ok, "Call-ID"), "half", "{name}");
    }
}

#[tokio::test]
async fn bye_of_which_the_end_cannot_be_told_ends_the_call_and_the_connection() {
    let mut service = Service::start(config()).await;
    let mut peer = TcpPeer::connect(service.address(Transport::Tcp)).await;
    let mut script = peer.script("no-length");
    peer.send(&script.invite()).await;
    let mut call = service.call().await;
    service.answer(&call).await;
    script.learn_tag(&peer.expect("SIP/2.0 200 ").await);
    peer.send(&script.request("ACK", 1, "", "")).await;
    soon("ACK", call.events.recv()).await;
    let bye = script.request("BYE", 2, "", "");
    peer.send(&bye.replace("Content-Length: 0\r\n", "")).await;
    let heard = peer.closed().await;
    assert!(heard.starts_with("SIP/2.0 200 "), "{heard}");
    assert!(matches!(
        soon("the end", call.events.recv()).await,
        Some(DialogEvent::Ended {
            cause: EndCause::Bye { .. }
        })
    ));
    assert_eq!(service.handle.counters().connections_unframed.value(), 1);
}

/// An address of this machine that is not loopback; `None` on one without a network.
fn far_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    Some(socket.local_addr().ok()?.ip())
}

#[tokio::test]
async fn our_bye_reaches_the_socket_that_called_under_a_contact_that_leads_nowhere() {
    let Some(far) = far_address() else { return };
    let mut service = Service::start(SipConfig {
        listen: vec![listen(Transport::Udp, "0.0.0.0:0")],
        trusted: vec!["0.0.0.0/0".parse().unwrap()],
        ..config()
    })
    .await;
    let address = SocketAddr::new(far, service.address(Transport::Udp).port());
    let peer = UdpPeer::new(address).await;
    let mut script = peer.script("behind-nat");
    let own = format!("Contact: <sip:caller@{}", script.via);
    let invite = script.invite().replace(&own, "Contact: <sip:caller@127.0.0.1:9");
    assert!(invite.contains("@127.0.0.1:9"), "the Contact is replaced");
    peer.send(&invite).await;
    let call = service.call().await;
    service.answer(&call).await;
    script.learn_tag(&peer.expect("SIP/2.0 200 ").await);
    peer.send(
        &script
            .request("ACK", 1, "", "")
            .replace(&own, "Contact: <sip:caller@127.0.0.1:9"),
    )
    .await;
    let hang_up = Command::HangUp {
        dialog: call.invite.dialog,
        headers: Vec::new(),
    };
    service.handle.send(hang_up).await.unwrap();
    let bye = peer.expect("BYE ").await;
    assert!(
        bye.starts_with("BYE sip:caller@127.0.0.1:9;"),
        "the Request-URI is the Contact: {bye}"
    );
}
