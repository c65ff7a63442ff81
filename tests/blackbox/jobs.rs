//! What the running service does by itself, seen from outside: it plans N of its routes, places test calls, and counts what has ended.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::support::deployment::Deployment;
use crate::support::ports::ports;
use crate::support::server::Server;
use crate::support::{eventually, http};

/// The shipped survey of the planned route, which made-up calls were asked as well.
const ROUTE: &str = "nps-comment";

/// A deployment with a history of made-up calls up to yesterday, and one route that is planned by `counted_per`.
async fn with_history(counted_per: &str) -> Deployment {
    let mut deployment = Deployment::shipped();
    deployment.without_routes();
    deployment.route(&format!(
        "name = \"{ROUTE}\"\nnumber = \"nps\"\nsurvey = \"{ROUTE}\"\nevery = 10\ncounted_per = \"{counted_per}\"\n\
         autopilot = {{ half_width = 8, until = \"sunday\", question = \"nps\", min = 2, max = 50 }}"
    ));
    let made_up = deployment.path("demo/demo.db");
    let database = made_up.display().to_string();
    let exit = deployment
        .run(&[
            "demo",
            "--fill-only",
            "--database",
            &database,
            "--calls",
            "30000",
            "--days",
            "60",
            "--queues",
            "4",
            "--teams",
            "2",
            "--agents",
            "8",
        ])
        .await;
    assert!(exit.status.success(), "{}", exit.stderr);
    std::fs::rename(made_up, deployment.database()).unwrap();
    deployment
}

/// The last N that the autopilot planned, by what is counted together.
async fn planned(server: &Server) -> BTreeMap<String, u64> {
    let plans = server
        .deployment()
        .run_as_it_is(&["sampling", "plans", "--json", "--route", ROUTE])
        .await;
    let plans: Vec<Value> = serde_json::from_str(&plans.stdout).unwrap();
    let plan = |plan: &Value| {
        let text = plan.to_string();
        let counted_as = plan["counted_as"].as_str().unwrap_or_else(|| panic!("{text}"));
        (counted_as.to_owned(), plan["every"].as_u64().unwrap())
    };
    plans.iter().map(plan).collect()
}

#[tokio::test]
async fn autopilot_of_a_running_service_plans_each_queue_and_the_next_call_is_decided_with_it() {
    plans_are_in_force("queue", "X-Queue").await;
}

#[tokio::test]
async fn autopilot_of_a_running_service_plans_each_agent() {
    plans_are_in_force("agent", "X-Agent").await;
}

async fn plans_are_in_force(counted_per: &str, header: &str) {
    let server = with_history(counted_per).await.start().await;
    let plans = eventually("the autopilot has planned", async || {
        let plans = planned(&server).await;
        (!plans.is_empty()).then_some(plans)
    })
    .await;
    assert!(
        plans.values().any(|every| *every != 10) && plans.values().all(|every| (2..=50).contains(every)),
        "{plans:?}"
    );
    for (counted_as, every) in plans
        .iter()
        .filter(|(counted_as, _)| !counted_as.is_empty())
        .take(2)
    {
        let gauge =
            format!("aftercall_autopilot_every{{route=\"{ROUTE}\",stratum=\"{counted_as}\"}} {every}");
        let (_, metrics) = http::get(server.http, "/metrics").await;
        assert!(metrics.lines().any(|line| line == gauge), "{gauge}\n{metrics}");

        let uri = format!("sip:nps@{}", server.udp);
        let in_header = format!("{header}: {counted_as}");
        let exit = server
            .deployment()
            .run_as_it_is(&["call", &uri, "--header", &in_header, "--hangup-after", "300ms"])
            .await;
        assert!(exit.status.success(), "{}", exit.stderr);
        let pool = people(&server).await;
        let row = sqlx::query(
            "SELECT stratum_every, stratum_queue, stratum_agent FROM call WHERE node <> 'demo' ORDER BY call_uid DESC LIMIT 1",
        )
        .fetch_one(&pool)
        .await
        .unwrap();
        pool.close().await;
        let counted: Option<String> = row.get(format!("stratum_{counted_per}").as_str());
        assert_eq!(
            (row.get::<Option<i64>, _>("stratum_every"), counted.as_ref()),
            (i64::try_from(*every).ok(), Some(counted_as))
        );
    }
    server.stop().await;
}

/// A connection of somebody else to the database.
async fn people(server: &Server) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(server.deployment().database())
        .read_only(true);
    SqlitePool::connect_with(options).await.unwrap()
}

#[tokio::test]
async fn test_call_of_the_watchdog_is_a_call_like_others_and_its_failure_stands_in_readyz() {
    let mut deployment = Deployment::quick();
    let sip = ports();
    deployment.set("sip", "listen", &format!("\"127.0.0.1:{sip}\""));
    deployment.set("watch", "test_call", &format!("\"sip:nps@127.0.0.1:{sip}\""));
    deployment.set("watch", "test_call_keys", "\"9,5,4\"");
    let server = deployment.start().await;
    let calls = server.ended_calls(1).await;
    assert_eq!(calls[0].end().0, "completed");
    assert_eq!(calls[0].queue.as_deref(), Some("aftercall-watch"));
    let answers = server.answers(&calls[0]).await;
    let given: Vec<_> = answers.iter().map(|answer| answer.given()).collect();
    assert_eq!(given, [("nps", Some(9)), ("ces", Some(5)), ("csat", Some(4))]);
    eventually("the test call is counted in the metrics", async || {
        let (_, metrics) = http::get(server.http, "/metrics").await;
        let line = "aftercall_test_calls_total{result=\"ok\"} 1";
        metrics.lines().any(|found| found == line).then_some(())
    })
    .await;
    assert!(!http::get(server.http, "/readyz").await.1.contains("test call"));
    // Reports leave it out.
    let report = server
        .deployment()
        .run_as_it_is(&["report", "--period", "today", "--json"])
        .await;
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["calls"]["arrived"], 0, "{report}");
    let mut deployment = server.stop().await;

    // More keys than the survey has questions: the path is broken, as far as it can tell.
    deployment.set("watch", "test_call_keys", "\"9,5,4,1\"");
    let server = deployment.start().await;
    eventually("the failed test call stands in /readyz", async || {
        let (status, text) = http::get(server.http, "/readyz").await;
        assert_eq!(status, 200, "a failed test call turns no caller away");
        text.contains(
            "the last test call failed: the other side hung up before these keys could be pressed: 1",
        )
        .then_some(())
    })
    .await;
    server.stop().await;
}

#[tokio::test]
async fn call_that_has_ended_is_counted_soon_and_no_later_than_the_stop() {
    let server = Deployment::quick().start().await;
    let uri = format!("sip:nps@{}", server.udp);
    let keys = ["call", &uri, "--keys", "9,5,4"];
    assert!(server.deployment().run_as_it_is(&keys).await.status.success());
    let pool = people(&server).await;
    let counted = async || {
        let counts = "SELECT COALESCE(SUM(completed), 0) FROM rollup_call WHERE level = 'month'";
        sqlx::query_scalar::<_, i64>(counts)
            .fetch_one(&pool)
            .await
            .unwrap()
    };
    eventually("the call is counted", async || {
        (counted().await == 1).then_some(())
    })
    .await;
    assert!(server.deployment().run_as_it_is(&keys).await.status.success());
    server.ended_calls(2).await;
    let deployment = server.stop().await;
    assert_eq!(counted().await, 2);
    pool.close().await;
    drop(deployment);
}
