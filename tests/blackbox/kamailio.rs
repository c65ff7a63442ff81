//! Kamailio between PBXs and two nodes of aftercall, with the configuration of `examples/kamailio`.

use tokio::net::UdpSocket;
use tokio::process::Child;

use super::examples::expected;
use super::support::deployment::Deployment;
use super::support::kamailio::{self, Kamailio, Setup};
use super::support::server::{Exit, Server};
use super::support::sipp::{self, received};
use super::support::{eventually, http, rows};

/// So seldom that no test sees it.
const NEVER: u32 = 3_600;

async fn node() -> Server {
    Deployment::example("kamailio").start().await
}

/// The built-in test phone calls through Kamailio, and answers the three questions.
async fn call(deployment: &Deployment, kamailio: &Kamailio) -> Exit {
    let target = format!("sip:survey@{}", kamailio.udp);
    deployment.run(&["call", &target, "--keys", "9,5,4"]).await
}

/// The built-in test phone listens, and goes on listening.
fn listen(deployment: &Deployment, kamailio: &Kamailio) -> Child {
    let target = format!("sip:survey@{}", kamailio.udp);
    let mut command = deployment.command(&["call", &target]);
    command.stdout(std::process::Stdio::null()).spawn().unwrap()
}

#[tokio::test]
async fn calls_take_turns_between_nodes_and_context_and_result_pass_through() {
    if kamailio::skipped() || sipp::skipped() {
        return;
    }
    let nodes = [node().await, node().await];
    let setup = Setup {
        nodes: &[nodes[0].udp, nodes[1].udp],
        pbx: "127.0.0.1",
        ping_seconds: 1,
    };
    let kamailio = Kamailio::start(&setup).await;
    for node in &nodes {
        let messages = sipp::call_through(kamailio.udp, node.deployment(), "asterisk_queue_continue").await;
        assert_eq!(
            received(&messages, "BYE ", "X-Survey-Result"),
            Some("completed;nps=9;ces=5")
        );
    }
    for node in &nodes {
        let (call, answers) = node.only_call().await;
        assert_eq!(
            call.end(),
            ("completed", "all_answered"),
            "each node has its turn"
        );
        assert_eq!(answers.len(), 3);
        let mut told = rows::told(&node.deployment().database(), &call).await;
        let mut expected = expected("asterisk_queue_continue");
        // An attribute of its own is no part of this example's settings.
        assert!(expected.remove("customer_segment").is_some());
        assert_eq!(told.remove("token"), None);
        assert_eq!(told, expected);
    }
}

#[tokio::test]
async fn node_that_is_stopping_loses_no_call_and_its_new_ones_go_to_the_other() {
    if kamailio::skipped() {
        return;
    }
    let (staying, stopping) = (node().await, node().await);
    let setup = Setup {
        nodes: &[staying.udp, stopping.udp],
        pbx: "127.0.0.1",
        ping_seconds: NEVER,
    };
    let kamailio = Kamailio::start(&setup).await;
    let deployment = staying.deployment();
    let mut listening = [listen(deployment, &kamailio), listen(deployment, &kamailio)];
    for node in [&staying, &stopping] {
        eventually("a call is answered on each node", async || {
            node.calls()
                .await
                .iter()
                .any(|call| call.answered_at.is_some())
                .then_some(())
        })
        .await;
    }
    stopping.ask_to_stop().await;
    eventually("the node says that it takes no calls", async || {
        let (status, _) = http::get(stopping.http, "/readyz").await;
        (status == 503).then_some(())
    })
    .await;
    for _ in 0..2 {
        let told = call(deployment, &kamailio).await;
        assert!(told.status.success(), "{}{}", told.stdout, told.stderr);
    }
    let log = kamailio.log();
    assert!(
        log.contains("does not take the call (503)"),
        "one of two calls was its turn:\n{log}"
    );
    assert_eq!(stopping.calls().await.len(), 1, "the call that it had goes on");
    for child in &mut listening {
        child.kill().await.unwrap();
    }
    eventually("both calls are completed on the node that stays", async || {
        let calls = staying.calls().await;
        let completed = |call: &&rows::Call| call.end() == ("completed", "all_answered");
        (calls.iter().filter(completed).count() == 2).then_some(())
    })
    .await;
}

#[tokio::test]
async fn node_that_is_dead_costs_a_call_a_moment_and_the_next_one_nothing() {
    if kamailio::skipped() {
        return;
    }
    let (node, dead) = (node().await, UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let setup = Setup {
        nodes: &[node.udp, dead.local_addr().unwrap()],
        pbx: "127.0.0.1",
        ping_seconds: NEVER,
    };
    let kamailio = Kamailio::start(&setup).await;
    for _ in 0..4 {
        let told = call(node.deployment(), &kamailio).await;
        assert!(told.status.success(), "{}{}", told.stdout, told.stderr);
    }
    for stored in node.ended_calls(4).await {
        assert_eq!(stored.end(), ("completed", "all_answered"));
    }
    let times = kamailio.log().matches("does not take the call").count();
    assert_eq!(
        times,
        1,
        "after the first call it is left out:\n{}",
        kamailio.log()
    );
}

#[tokio::test]
async fn no_node_at_all_is_told_as_503_and_a_stranger_gets_403() {
    if kamailio::skipped() {
        return;
    }
    let dead = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let nodes = [dead.local_addr().unwrap()];
    let deployment = Deployment::example("kamailio");
    let mut setup = Setup {
        nodes: &nodes,
        pbx: "127.0.0.1",
        ping_seconds: 1,
    };
    let alone = Kamailio::start(&setup).await;
    eventually("the dead node is left out", async || {
        let told = call(&deployment, &alone).await;
        assert!(
            !told.status.success(),
            "nobody can have answered: {}",
            told.stdout
        );
        format!("{}{}", told.stdout, told.stderr)
            .contains("503")
            .then_some(())
    })
    .await;
    setup.pbx = "192.0.2.20";
    let told = call(&deployment, &Kamailio::start(&setup).await).await;
    assert!(
        format!("{}{}", told.stdout, told.stderr).contains("403"),
        "{}{}",
        told.stdout,
        told.stderr
    );
}
