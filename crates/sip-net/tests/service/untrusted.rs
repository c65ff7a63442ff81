//! Sources that are not trusted: told so, within bounds.

use std::time::Duration;

use super::peer::{Service, TcpPeer, UdpPeer, config, soon};
use aftercall_base::Cidr;
use aftercall_sip::event::Transport;
use aftercall_sip_net::service::{ConnectionLimits, SipConfig};

async fn strangers_only() -> Service {
    let trusted: Vec<Cidr> = vec!["192.0.2.0/24".parse().expect("a network")];
    Service::start(SipConfig { trusted, ..config() }).await
}

#[tokio::test]
async fn strangers_hear_403_and_reach_nobody() {
    let mut service = strangers_only().await;
    let peer = UdpPeer::new(service.address(Transport::Udp)).await;
    let script = peer.script("stranger");
    peer.send(&script.request("ACK", 1, "", "")).await;
    peer.send(&script.invite()).await;
    let refusal = peer.receive().await;
    assert!(
        refusal.starts_with("SIP/2.0 403 Forbidden"),
        "ACK is never answered: {refusal}"
    );
    let mut stream = TcpPeer::connect(service.address(Transport::Tcp)).await;
    let script = stream.script("stranger-tcp");
    stream.send(&script.invite()).await;
    assert!(stream.closed().await.starts_with("SIP/2.0 403 Forbidden"));
    assert_eq!(service.handle.counters().strangers.value(), 3);
    assert!(service.calls.try_recv().is_err(), "no stranger makes a call");
}

#[tokio::test]
async fn stranger_who_only_pings_loses_its_place_in_time() {
    let trusted: Vec<Cidr> = vec!["192.0.2.0/24".parse().expect("a network")];
    let connections = ConnectionLimits {
        partial: Duration::from_millis(200),
        ..ConnectionLimits::default()
    };
    let service = Service::start(SipConfig {
        trusted,
        connections,
        ..config()
    })
    .await;
    let mut stream = TcpPeer::connect(service.address(Transport::Tcp)).await;
    soon("the close", async {
        while stream.ping().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn flood_of_strangers_is_answered_only_within_the_budget() {
    let service = strangers_only().await;
    let peer = UdpPeer::new(service.address(Transport::Udp)).await;
    let invite = peer.script("flood").invite();
    for _ in 0..500 {
        peer.send(&invite).await;
    }
    let counters = service.handle.counters();
    soon("the flood", async {
        while counters.strangers.value() < 500 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    assert!(
        counters.strangers_answered.value() <= 150,
        "50 a second, and this takes no three"
    );
}
