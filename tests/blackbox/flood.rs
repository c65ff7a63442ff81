//! Floods of calls that nobody acknowledges: every call is counted, the log stays short, and others are served.
//!
//! Counts are asserted, not times: `docs/performance.md` has the figures.

use serde_json::Value;

use crate::support::deployment::Deployment;
use crate::support::eventually;
use crate::support::server::Server;

/// INVITEs of one flood.
const FLOOD: u64 = 4_000;

/// Lines that a flood may leave beyond those of the calls that were taken.
const LINES: usize = 40;

async fn flood(server: &Server, target: &str, more: &[&str]) -> Value {
    let count = FLOOD.to_string();
    let arguments = [
        &[
            "load", "--flood", &count, "--rate", "2500", "--settle", "3s", "--target", target, "--json",
        ],
        more,
    ]
    .concat();
    let exit = server.deployment().run(&arguments).await;
    serde_json::from_str(&exit.stdout).unwrap_or_else(|_| panic!("{}{}", exit.stdout, exit.stderr))
}

fn sum(counts: &Value) -> u64 {
    counts
        .as_object()
        .unwrap()
        .values()
        .map(|count| count.as_u64().unwrap())
        .sum()
}

/// What the report says of all calls, when at most the one that had room is still on: nobody acknowledges its 200.
async fn arrived(server: &Server, at_least: u64) -> Value {
    eventually("every call is counted", async || {
        let exit = server.deployment().run(&["report", "--json"]).await;
        let report: Value = serde_json::from_str(&exit.stdout).unwrap();
        let calls = report["calls"].clone();
        (calls["arrived"].as_u64() >= Some(at_least) && calls["in_progress"].as_u64() <= Some(1))
            .then_some(calls)
    })
    .await
}

fn refused(calls: &Value) -> u64 {
    let ends = calls["dispositions"].as_array().unwrap();
    let end = ends.iter().find(|end| end["disposition"] == "refused_capacity");
    end.map_or(0, |end| end["calls"].as_u64().unwrap())
}

#[tokio::test]
async fn flood_that_finds_no_room_is_counted_to_the_last_call_and_leaves_few_lines() {
    let mut deployment = Deployment::quick();
    deployment.set("calls", "max_concurrent", "1");
    let server = deployment.start().await;
    let target = format!("sip:nps@{}", server.udp);
    let seen = flood(&server, &target, &[]).await;
    let answered = sum(&seen["answers"]);
    assert!(answered > 0, "{seen:#}");
    assert_eq!(answered + seen["unanswered"].as_u64().unwrap(), FLOOD, "{seen:#}");
    let calls = arrived(&server, answered).await;
    let all = calls["arrived"].as_u64().unwrap();
    assert!(all <= FLOOD, "no call is counted twice: {calls:#}");
    assert!(
        refused(&calls) >= seen["answers"]["503"].as_u64().unwrap(),
        "{calls:#}\n{seen:#}"
    );
    assert_eq!(refused(&calls) + 1, all, "one call had room: {calls:#}");
    assert!(seen["options"]["count"].as_u64() > Some(0), "{seen:#}");
    let lines = server.log().lines().count();
    assert!(lines <= LINES, "{lines} lines for {all} calls");
    server.stop().await;
}

#[tokio::test]
async fn flood_to_a_number_without_a_route_leaves_a_row_each_and_few_lines() {
    let server = Deployment::quick().start().await;
    let target = format!("sip:nobody@{}", server.udp);
    let seen = flood(&server, &target, &[]).await;
    let answered = sum(&seen["answers"]);
    let calls = arrived(&server, answered).await;
    assert!(calls["arrived"].as_u64().unwrap() <= FLOOD);
    let told = calls["suppressed"].as_u64().unwrap() + calls["turned_away"].as_u64().unwrap();
    assert_eq!(told, calls["arrived"].as_u64().unwrap(), "{calls:#}");
    let lines = server.log().lines().count();
    assert!(lines <= LINES, "{lines} lines");
    server.stop().await;
}

#[tokio::test]
async fn floods_of_options_and_of_cancelled_calls_are_answered() {
    let server = Deployment::quick().start().await;
    let target = format!("sip:nps@{}", server.udp);
    let options = flood(&server, &target, &["--flood-of", "options"]).await;
    assert_eq!(options["answers"]["200"], sum(&options["answers"]), "{options:#}");
    let cancelled = flood(&server, &target, &["--flood-of", "cancel"]).await;
    // On a machine that is busy with other things few are answered in time; what is answered is counted.
    let answered = sum(&cancelled["answers"]);
    let calls = arrived(&server, answered).await;
    assert!(calls["arrived"].as_u64().unwrap() <= FLOOD, "{calls:#}");
    server.stop().await;
}
