//! Reads the Prometheus text format 0.0.4 strictly: what it refuses, a scraper might still guess at.

use std::collections::{BTreeMap, BTreeSet};

/// All that a service exposes.
#[derive(Debug)]
pub(super) struct Exposition {
    pub(super) families: Vec<Family>,
}

/// A metric with its samples.
#[derive(Debug)]
pub(super) struct Family {
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) help: String,
    pub(super) samples: Vec<Sample>,
}

/// One line.
#[derive(Debug, PartialEq)]
pub(super) struct Sample {
    /// With `_bucket`, `_sum` or `_count` where it has one.
    pub(super) name: String,
    pub(super) labels: BTreeMap<String, String>,
    pub(super) value: f64,
}

impl Exposition {
    /// Reads a whole text: HELP, TYPE, then the samples of a family, each family in one block.
    ///
    /// # Errors
    /// The line that breaks a rule.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut families: Vec<Family> = Vec::new();
        let mut help: Option<(String, String)> = None;
        let mut seen = BTreeSet::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let fault = |rule: &str| Err(format!("{rule}: {line}"));
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, text) = rest.split_once(' ').unwrap_or((rest, ""));
                help = Some((name.to_owned(), text.to_owned()));
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                let Some((name, kind)) = rest.split_once(' ') else {
                    return fault("TYPE without a type");
                };
                let Some((_, help)) = help.take().filter(|(of, _)| of == name) else {
                    return fault("TYPE without HELP right before it");
                };
                if families.iter().any(|family| family.name == name) {
                    return fault("a second block of one family");
                }
                families.push(Family {
                    name: name.to_owned(),
                    kind: kind.to_owned(),
                    help,
                    samples: Vec::new(),
                });
            } else {
                let Some(sample) = sample(line) else {
                    return fault("not a sample");
                };
                let Some(family) = families.last_mut().filter(|family| family.owns(&sample.name)) else {
                    return fault("a sample outside the block of its family");
                };
                if !seen.insert((sample.name.clone(), sample.labels.clone())) {
                    return fault("the same series twice");
                }
                family.samples.push(sample);
            }
        }
        match families.iter().find(|family| family.samples.is_empty()) {
            Some(family) => Err(format!("{} has no sample", family.name)),
            None => Ok(Self { families }),
        }
    }

    /// The value of the series that has this label.
    pub(super) fn value(&self, name: &str, (label, value): (&str, &str)) -> Option<f64> {
        let mut samples = self.families.iter().flat_map(|family| &family.samples);
        samples
            .find(|sample| {
                sample.name == name && sample.labels.get(label).is_some_and(|found| found == value)
            })
            .map(|sample| sample.value)
    }
}

impl Family {
    /// Whether a sample of this name belongs to it.
    pub(super) fn owns(&self, sample: &str) -> bool {
        match sample.strip_prefix(self.name.as_str()) {
            Some("") => self.kind != "histogram",
            Some("_bucket" | "_sum" | "_count") => self.kind == "histogram",
            Some(_) | None => false,
        }
    }
}

/// What is wrong with the buckets of a histogram: they are cumulative, end in `+Inf`, and `_count` is the last of them.
pub(super) fn faults_of_buckets(family: &Family) -> Option<String> {
    let mut last: BTreeMap<BTreeMap<String, String>, (f64, f64)> = BTreeMap::new();
    for sample in &family.samples {
        let mut labels = sample.labels.clone();
        let Some(le) = labels.remove("le") else { continue };
        let Ok(bound) = le.replace("+Inf", "inf").parse::<f64>() else {
            return Some(format!("le={le}"));
        };
        let (former_bound, former) = last.get(&labels).copied().unwrap_or((f64::NEG_INFINITY, 0.0));
        if bound <= former_bound || sample.value < former {
            return Some(format!("bucket {le} does not follow the one before"));
        }
        last.insert(labels, (bound, sample.value));
    }
    let counts = family
        .samples
        .iter()
        .filter(|sample| sample.name.ends_with("_count"));
    let is_count = |sample: &&Sample| last.get(&sample.labels) == Some(&(f64::INFINITY, sample.value));
    let is_histogram = family.kind == "histogram";
    counts
        .filter(|_| is_histogram)
        .find(|sample| !is_count(sample))
        .map(|sample| format!("_count of {:?} is not its last bucket", sample.labels))
}

/// `name{label="value",...} number`.
fn sample(line: &str) -> Option<Sample> {
    let end = line.find(['{', ' '])?;
    let (name, rest) = line.split_at(end);
    let (labels, rest) = match rest.strip_prefix('{') {
        Some(rest) => labels(rest)?,
        None => (BTreeMap::new(), rest),
    };
    let value = rest.strip_prefix(' ')?.replace("Inf", "inf").parse().ok()?;
    Some(Sample {
        name: name.to_owned(),
        labels,
        value,
    })
}

/// The labels from behind the bracket, and what follows them.
fn labels(mut rest: &str) -> Option<(BTreeMap<String, String>, &str)> {
    let mut labels = BTreeMap::new();
    loop {
        let (name, value) = rest.split_once("=\"")?;
        let end = end_of_text(value)?;
        let text = value[..end]
            .replace("\\\"", "\"")
            .replace("\\n", "\n")
            .replace("\\\\", "\\");
        if labels.insert(name.to_owned(), text).is_some() {
            return None;
        }
        rest = &value[end + 1..];
        match rest.strip_prefix(',') {
            Some(more) => rest = more,
            None => return Some((labels, rest.strip_prefix('}')?)),
        }
    }
}

/// Where the closing quotation mark stands; one behind a backslash does not close.
fn end_of_text(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(index, letter)| {
        let is_end = letter == '"' && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_end.then_some(index)
    })
}

#[test]
fn broken_texts_are_refused_with_the_rule_that_they_break() {
    let sound = "# HELP a_total Some.\n# TYPE a_total counter\na_total{x=\"a\\\"b\"} 1\n";
    let read = Exposition::parse(sound).unwrap();
    assert_eq!(read.value("a_total", ("x", "a\"b")), Some(1.0));
    for (text, rule) in [
        ("# TYPE a counter\na 1\n", "TYPE without HELP"),
        ("# HELP a Some.\n# TYPE a gauge\nb 1\n", "outside the block"),
        ("# HELP a Some.\n# TYPE a gauge\na 1\na 2\n", "twice"),
        ("# HELP a Some.\n# TYPE a gauge\na one\n", "not a sample"),
        ("# HELP a Some.\n# TYPE a gauge\na{x=\"1\n", "not a sample"),
        ("# HELP a Some.\n# TYPE a gauge\n", "no sample"),
    ] {
        let fault = Exposition::parse(text).unwrap_err();
        assert!(fault.contains(rule), "{text}: {fault}");
    }
    let buckets = "# HELP h Some.\n# TYPE h histogram\nh_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 3\nh_count 1\n";
    let read = Exposition::parse(buckets).unwrap();
    assert!(faults_of_buckets(&read.families[0]).is_some());
}
