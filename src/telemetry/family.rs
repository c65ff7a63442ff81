//! What describes a metric: its type, its labels and how many of their values there can be.

use metrics::{Label, counter, describe_counter, describe_gauge, describe_histogram};

use super::families::FAMILIES;

/// The type of a family, as in `# TYPE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FamilyType {
    /// Counts up from 0 at each start.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Buckets, a sum and a count.
    Histogram,
}

/// The values that a label may have. Every label is bounded: each value is a time series, which costs memory here and in Prometheus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelValues {
    /// These.
    Listed(&'static [&'static str]),
    /// Others, within [`Family::limit`].
    Limited,
}

/// A metric family.
#[derive(Debug, Clone, Copy)]
pub struct Family {
    /// Its name; counters end in `_total`, durations in `_seconds`, sizes in `_bytes`.
    pub name: &'static str,
    /// Its type.
    pub kind: FamilyType,
    /// Its labels, `le` of histograms apart.
    pub labels: &'static [(&'static str, LabelValues)],
    /// How many sets of labels there are at most, where one of them has no list of values.
    pub limit: Option<usize>,
    /// What it is, in one or two sentences.
    pub help: &'static str,
}

impl FamilyType {
    /// The word in `# TYPE`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

impl Family {
    /// How many sets of labels it has at most; of a histogram each set is one series a bucket and two more.
    pub fn most_series(&self) -> usize {
        let listed = self.labels.iter().map(|(_, values)| match values {
            LabelValues::Listed(values) => values.len(),
            LabelValues::Limited => 1,
        });
        self.limit.unwrap_or_else(|| listed.product())
    }
}

/// Gives the recorder the help of every family, and starts the counters whose labels are listed at 0: the first event of a series that appears
/// with the value 1 is missing from `rate()` and `increase()`.
pub(super) fn describe() {
    for family in &FAMILIES {
        match family.kind {
            FamilyType::Counter => describe_counter!(family.name, family.help),
            FamilyType::Gauge => describe_gauge!(family.name, family.help),
            FamilyType::Histogram => describe_histogram!(family.name, family.help),
        }
    }
    for family in FAMILIES
        .iter()
        .filter(|family| family.kind == FamilyType::Counter)
    {
        for labels in listed(family.labels) {
            counter!(family.name, labels).increment(0);
        }
    }
}

/// Every combination of listed values; none where a label has no list.
fn listed(labels: &[(&'static str, LabelValues)]) -> Vec<Vec<Label>> {
    let none = vec![Vec::new()];
    labels
        .iter()
        .fold(none, |combinations, (name, values)| match values {
            LabelValues::Limited => Vec::new(),
            LabelValues::Listed(values) => combinations
                .iter()
                .flat_map(|begun| {
                    values
                        .iter()
                        .map(|value| [&begun[..], &[Label::from_static_parts(name, value)]].concat())
                })
                .collect(),
        })
}

#[cfg(test)]
mod tests {
    use super::super::families::FAMILIES;
    use super::listed;

    #[test]
    fn combinations_of_labels_are_all_of_them_or_none() {
        let combinations = |name: &str| {
            let family = FAMILIES.iter().find(|family| family.name == name).unwrap();
            (listed(family.labels).len(), family.most_series())
        };
        assert_eq!(combinations("aftercall_deliveries_total"), (15, 15));
        assert_eq!(combinations("aftercall_media_late_ticks_total"), (1, 1));
        assert_eq!(combinations("aftercall_autopilot_every"), (0, 200));
    }
}
