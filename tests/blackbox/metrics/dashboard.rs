//! The dashboard over the metrics: every expression names what the service exposes.

use std::collections::BTreeSet;

use aftercall::telemetry::{FAMILIES, Family, FamilyType, LabelValues};
use serde_json::Value;

use super::exposition::Exposition;
use super::promql::{Names, Selector};
use super::{ONLY_LATER, promtool};
use crate::support::repository;

/// Labels that Prometheus itself adds to what it scrapes.
const OF_THE_TARGET: [&str; 2] = ["instance", "job"];

/// The expressions of all panels, and of the variables.
fn expressions() -> Vec<String> {
    let file = repository().join("examples/grafana/metrics.json");
    let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array())
        .flatten();
    targets
        .map(|target| target["expr"].as_str().unwrap().to_owned())
        .collect()
}

/// The family that a selector names: by its own name, or by that of a part of a histogram.
fn family(metric: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| {
        let part = metric.strip_prefix(family.name);
        match family.kind {
            FamilyType::Histogram => matches!(part, Some("_bucket" | "_sum" | "_count")),
            FamilyType::Counter | FamilyType::Gauge => part == Some(""),
        }
    })
}

fn check_selector(selector: &Selector, exposition: &Exposition, expression: &str) -> BTreeSet<String> {
    let Selector { metric, matchers } = selector;
    let family = family(metric).unwrap_or_else(|| panic!("no metric {metric}: {expression}"));
    let mut labels: BTreeSet<String> = family
        .labels
        .iter()
        .map(|(label, _)| (*label).to_owned())
        .collect();
    labels.extend(OF_THE_TARGET.map(str::to_owned));
    if metric.ends_with("_bucket") {
        labels.insert("le".to_owned());
    }
    for (label, operator, value) in matchers {
        assert!(
            labels.contains(label),
            "{metric} has no label {label}: {expression}"
        );
        let known = family.labels.iter().find(|(name, _)| name == label);
        if let (Some((_, LabelValues::Listed(values))), "=" | "!=") = (known, operator.as_str()) {
            assert!(
                values.contains(&value.as_str()),
                "{label} is never {value}: {expression}"
            );
        }
        if let (Some((_, LabelValues::Listed(values))), "=~") = (known, operator.as_str()) {
            for alternative in value.split('|') {
                let is_known = values.iter().any(|known| fits(known, alternative));
                assert!(is_known, "{label} never fits {alternative}: {expression}");
            }
        }
    }
    let mut samples = exposition.families.iter().flat_map(|family| &family.samples);
    assert!(
        ONLY_LATER.contains(&family.name) || samples.any(|sample| sample.name == *metric),
        "{metric} is not exposed: {expression}"
    );
    labels
}

/// Whether a value fits an alternative of a matcher as the dashboard writes them: a word with `.*` at its beginning, or with `.` and `[45]` for one letter.
fn fits(value: &str, alternative: &str) -> bool {
    match alternative.strip_prefix(".*") {
        Some(end) => value.ends_with(end),
        None if alternative == "[45].." => value.len() == 3 && value.starts_with(['4', '5']),
        None => value == alternative,
    }
}

/// Every metric, label and listed value of an expression exists; counters are asked for their rate.
pub(super) fn check(exposition: &Exposition) {
    let expressions = expressions();
    assert!(expressions.len() >= 20, "{} expressions", expressions.len());
    for expression in &expressions {
        let names = Names::of(expression);
        assert!(!names.selectors.is_empty(), "no metric: {expression}");
        let mut labels = BTreeSet::new();
        for selector in &names.selectors {
            labels.extend(check_selector(selector, exposition, expression));
            let is_counted = !matches!(
                family(&selector.metric).map(|family| family.kind),
                Some(FamilyType::Gauge)
            );
            let asked = format!("(rate({}", selector.metric);
            let increase = format!("(increase({}", selector.metric);
            let bare = format!("rate({}", selector.metric);
            assert!(
                !is_counted
                    || [asked, increase, bare]
                        .iter()
                        .any(|asked| expression.contains(asked.as_str())),
                "a counter is shown by its rate or increase: {expression}"
            );
        }
        for label in &names.grouped_by {
            assert!(labels.contains(label), "no label {label}: {expression}");
        }
    }
    // What Grafana puts in, as it would be in a panel of a minute.
    let filled = expressions.iter().map(|expression| {
        expression
            .replace("$__rate_interval", "1m")
            .replace("$__range", "1h")
            .replace("$instance", ".*")
    });
    promtool::check_expressions(&filled.collect::<Vec<_>>());
}
