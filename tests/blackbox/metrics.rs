//! `/metrics` of a running service that has taken a call: the rules of the format and of names, the table of families, the dashboard of
//! `examples/grafana`, and what `promtool` says of both.

mod dashboard;
mod exposition;
mod promql;
mod promtool;

use std::collections::{BTreeMap, BTreeSet};

use aftercall::telemetry::{FAMILIES, Family, FamilyType, LabelValues};

use self::exposition::Exposition;
use crate::support::deployment::Deployment;
use crate::support::ports::ports;
use crate::support::{eventually, http};

/// One key press, one comment.
const SURVEY: &str = r#"
title = "A question and a comment"
goal = "Test the metrics"

[prompts]
welcome = []

[timing]
before_first_prompt = "100ms"
after_key = "100ms"
no_input = "30s"

[[question]]
metric = "nps"
text = "The first tone?"

[[question]]
metric = "comment"
text = "In your own words?"
"#;

/// Families that appear only where something is configured or goes on for days, so that one call cannot show them.
const ONLY_LATER: [&str; 2] = ["aftercall_autopilot_every", "aftercall_watch_quiet_queues"];

/// The text of `/metrics` after a call with an answer and a comment, an announcement by the API and a test call.
async fn metrics_of_a_call() -> String {
    let mut deployment = Deployment::quick();
    deployment.write("surveys/said.toml", SURVEY);
    deployment.route("number = \"said\"\nsurvey = \"said\"\nevery = 1");
    deployment.set("recordings", "min_free_mb", "0");
    deployment.set("recordings", "max_disk_percent", "100");
    let port = ports();
    deployment.set("sip", "listen", &format!("\"127.0.0.1:{port}\""));
    deployment.set("watch", "test_call", &format!("\"sip:nps@127.0.0.1:{port}\""));
    deployment.set("watch", "test_call_keys", "\"9,5,4\"");
    deployment.set("watch", "test_call_every", "\"1min\"");
    let new = [
        "api-key",
        "new",
        "--name",
        "pbx",
        "--scope",
        "announcements",
        "--json",
    ];
    let made = deployment.run(&new).await;
    let made: serde_json::Value = serde_json::from_str(&made.stdout).unwrap();
    let (key, hash) = (made["key"].as_str().unwrap(), made["hash"].as_str().unwrap());
    let keys = format!("[{{ name = \"pbx\", hash = \"{hash}\", scopes = [\"announcements\"] }}]");
    deployment.set("http", "key", &keys);
    let server = deployment.start().await;
    let target = format!("sip:said@{}", server.udp);
    let call = ["call", &target, "--keys", "9,say#", "--say-seconds", "2"];
    let exit = server.deployment().run(&call).await;
    assert!(exit.status.success(), "{}{}", exit.stdout, exit.stderr);
    let announcement = "{\"original_call_id\":\"a-call-to-come\"}";
    let (status, told) = http::post(server.http, "/api/v1/announcements", key, announcement).await;
    assert_eq!(status, 201, "{told}");
    assert_eq!(
        http::get(server.http, "/api/v1/calls").await.0,
        401,
        "without a key"
    );
    assert_eq!(http::get(server.http, "/").await.0, 303, "to the sign-in");
    assert_eq!(http::get(server.http, "/calls/of-nobody/else").await.0, 404);
    let all = eventually("every family has been published", async || {
        let (status, text) = http::get(server.http, "/metrics").await;
        assert_eq!(status, 200);
        let is_there = |family: &Family| {
            ONLY_LATER.contains(&family.name) || text.contains(&format!("# TYPE {} ", family.name))
        };
        let missing: Vec<&str> = FAMILIES
            .iter()
            .filter(|family| !is_there(family))
            .map(|family| family.name)
            .collect();
        println!("not yet published: {missing:?}");
        missing.is_empty().then_some(text)
    })
    .await;
    server.stop().await;
    all
}

/// Whether the label set of a sample is one that the table permits.
fn is_permitted(family: &Family, labels: &BTreeMap<String, String>) -> bool {
    let of_buckets = usize::from(labels.contains_key("le"));
    labels.len() - of_buckets == family.labels.len()
        && family.labels.iter().all(|(name, values)| {
            let found = labels.get(*name);
            match values {
                LabelValues::Listed(values) => found.is_some_and(|value| values.contains(&value.as_str())),
                LabelValues::Limited => found.is_some(),
            }
        })
}

/// The rules of <https://prometheus.io/docs/practices/naming/> and of `promtool check metrics`, as faults.
fn faults_of_names(family: &exposition::Family) -> Vec<String> {
    let name = family.name.as_str();
    let mut faults = Vec::new();
    let mut require = |is_held: bool, rule: &str| {
        if !is_held {
            faults.push(format!("{name}: {rule}"));
        }
    };
    let is_word = |name: &str| {
        name.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
            && !name.contains("__")
            && name.starts_with(|first: char| first.is_ascii_lowercase())
    };
    require(
        is_word(name),
        "a name is small letters, digits and single underscores",
    );
    require(
        name.starts_with("aftercall_"),
        "a name begins with the name of the application",
    );
    require(family.help.ends_with('.'), "HELP is there, and is a sentence");
    require(
        name.ends_with("_total") == (family.kind == "counter"),
        "counters end in _total, and nothing else does",
    );
    let end = name.trim_end_matches("_total");
    for reserved in ["_count", "_sum", "_bucket", "_info", "_created"] {
        require(!end.ends_with(reserved), "the ending is reserved");
    }
    for unit in [
        "_ms",
        "_milliseconds",
        "_us",
        "_minutes",
        "_hours",
        "_days",
        "_kilobytes",
        "_megabytes",
        "_percent",
    ] {
        require(
            !end.ends_with(unit),
            "units are base units: seconds, bytes, ratio",
        );
    }
    for sample in &family.samples {
        for label in sample.labels.keys() {
            require(
                is_word(label),
                "a label is small letters, digits and single underscores",
            );
            require(
                label != "quantile" && (label != "le" || family.kind == "histogram"),
                "quantile is for summaries, le for histograms",
            );
        }
        require(
            family.kind != "counter" || sample.value >= 0.0,
            "a counter is not negative",
        );
    }
    faults
}

#[tokio::test]
async fn metrics_of_a_running_service_keep_the_rules_and_feed_the_dashboard() {
    let text = metrics_of_a_call().await;
    let exposition = Exposition::parse(&text).unwrap_or_else(|fault| panic!("{fault}"));

    let faults: Vec<String> = exposition.families.iter().flat_map(faults_of_names).collect();
    assert_eq!(faults, Vec::<String>::new());

    let known: BTreeSet<&str> = FAMILIES.iter().map(|family| family.name).collect();
    for found in &exposition.families {
        let Some(family) = FAMILIES.iter().find(|family| family.name == found.name) else {
            panic!("{} is not among {known:?}", found.name);
        };
        assert_eq!(
            (found.kind.as_str(), found.help.as_str()),
            (family.kind.as_str(), family.help)
        );
        let sets: BTreeSet<BTreeMap<String, String>> = found
            .samples
            .iter()
            .map(|sample| {
                assert!(
                    is_permitted(family, &sample.labels),
                    "{}: {:?}",
                    found.name,
                    sample.labels
                );
                let mut labels = sample.labels.clone();
                labels.remove("le");
                labels
            })
            .collect();
        assert!(
            sets.len() <= family.most_series(),
            "{}: {} sets of labels are more than its bound",
            found.name,
            sets.len()
        );
        let histogram = exposition::faults_of_buckets(found);
        assert_eq!(histogram, None, "{}", found.name);
        assert_eq!(
            family.kind == FamilyType::Histogram,
            found
                .samples
                .iter()
                .any(|sample| sample.labels.contains_key("le"))
        );
    }
    let value = |name: &str, label: (&str, &str)| exposition.value(name, label);
    assert_eq!(
        value("aftercall_calls_total", ("disposition", "completed")).map(|calls| calls >= 1.0),
        Some(true),
        "{text}"
    );
    assert_eq!(
        value("aftercall_calls_total", ("disposition", "failed")),
        Some(0.0),
        "from the start"
    );
    assert_eq!(
        value("aftercall_recordings_total", ("kept", "comment")),
        Some(1.0)
    );

    for label in [("path", "/"), ("path", "none")] {
        let requests = value("aftercall_page_requests_total", label);
        assert_eq!(requests, Some(1.0), "{label:?}");
    }

    dashboard::check(&exposition);
    promtool::check_metrics(&text);
    promtool::check_configuration();
}
