//! `docs/metrics.md` against the source.

use std::collections::BTreeSet;
use std::fs;

use aftercall::telemetry::{FAMILIES, LabelValues};

use super::{product_directories, quoted, rows, rust_files};

const DOCUMENT: &str = include_str!("../../docs/metrics.md");

/// Name, type and labels of a metric.
type Metric = (String, &'static str, BTreeSet<String>);

fn metrics_of_the_source() -> BTreeSet<Metric> {
    let mut found = BTreeSet::new();
    for file in product_directories()
        .iter()
        .flat_map(|directory| rust_files(&directory.join("src")))
    {
        let text = fs::read_to_string(&file).expect("source is text");
        for kind in ["counter", "gauge", "histogram"] {
            let macro_call = format!("{kind}!(");
            let calls = text.split(&macro_call).skip(1);
            // Macros that name no metric are those of `telemetry`, which walk the table.
            found.extend(
                calls
                    .filter(|call| call.starts_with('"'))
                    .map(|call| metric(kind, call)),
            );
        }
    }
    found
}

/// The metric of a macro call, from behind its bracket on.
fn metric(kind: &'static str, call: &str) -> Metric {
    let end = call.find([';', '\n']).unwrap_or(call.len());
    let texts: Vec<&str> = call[..end].split('"').collect();
    let labels = texts
        .windows(2)
        .filter(|pair| pair[1].trim_start().starts_with("=>"))
        .map(|pair| pair[0].to_owned());
    (texts[1].to_owned(), kind, labels.collect())
}

fn metrics_of_the_table() -> BTreeSet<Metric> {
    let metric = |family: &aftercall::telemetry::Family| {
        let labels = family.labels.iter().map(|(label, _)| (*label).to_owned());
        (family.name.to_owned(), family.kind.as_str(), labels.collect())
    };
    FAMILIES.iter().map(metric).collect()
}

#[test]
fn every_metric_of_the_source_is_described() {
    assert_eq!(metrics_of_the_table(), metrics_of_the_source());
}

#[test]
fn table_states_how_many_series_there_are_and_every_value_of_a_label() {
    for row in rows(DOCUMENT) {
        let name = quoted(&row[0])[0];
        let family = FAMILIES
            .iter()
            .find(|family| family.name == name)
            .unwrap_or_else(|| panic!("{name}"));
        assert_eq!(row[3], family.most_series().to_string(), "{name}: series");
        for (label, values) in family.labels {
            // Those of SIP are explained in docs/sip.md, and dispositions in docs/schema.md.
            let is_elsewhere = matches!(*label, "disposition" | "event" | "status")
                && name != "aftercall_media_packets_total";
            if let (LabelValues::Listed(values), false) = (values, is_elsewhere) {
                let missing: Vec<_> = values
                    .iter()
                    .filter(|value| !quoted(&row[4]).contains(value))
                    .collect();
                assert_eq!(
                    missing,
                    Vec::<&&str>::new(),
                    "{name}: values of `{label}` that the table leaves out"
                );
            }
        }
    }
}

#[test]
fn every_metric_is_in_the_table_with_its_type_and_labels() {
    let source = metrics_of_the_source();
    let documented: BTreeSet<Metric> = rows(DOCUMENT)
        .iter()
        .map(|row| {
            let kind = ["counter", "gauge", "histogram"]
                .into_iter()
                .find(|kind| *kind == row[1]);
            let kind = kind.unwrap_or_else(|| panic!("{} is no type", row[1]));
            let labels = quoted(&row[2]).into_iter().map(str::to_owned).collect();
            (quoted(&row[0])[0].to_owned(), kind, labels)
        })
        .collect();
    assert!(source.len() > 15, "the source is searched: {source:?}");
    assert_eq!(documented, source);
}
