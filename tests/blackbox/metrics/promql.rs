//! Which metrics and labels a PromQL expression names. No parser of the language: `promtool` is that, where it is installed. This reads every
//! selector and every grouping, which is enough to find a name that does not exist.

use std::collections::BTreeSet;

/// A metric with the labels that are asked of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Selector {
    pub(super) metric: String,
    /// `label`, operator and value of each matcher.
    pub(super) matchers: Vec<(String, String, String)>,
}

/// What an expression names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) selectors: Vec<Selector>,
    /// Labels of `by (...)` and `without (...)`.
    pub(super) grouped_by: BTreeSet<String>,
}

impl Names {
    /// Reads an expression.
    pub(super) fn of(expression: &str) -> Self {
        let mut names = Self::default();
        let mut rest = expression;
        while let Some(start) = rest.find(|letter: char| letter.is_ascii_alphabetic() || letter == '_') {
            rest = &rest[start..];
            let end = rest
                .find(|letter: char| !is_of_word(letter))
                .unwrap_or(rest.len());
            let (word, behind) = rest.split_at(end);
            rest = behind;
            let opened = behind.trim_start();
            if word == "by" || word == "without" {
                let list = opened.strip_prefix('(').and_then(|list| list.split_once(')'));
                let (list, behind) = list.unwrap_or_else(|| panic!("{word} without a list: {expression}"));
                let labels = list.split(',').map(|label| label.trim().to_owned());
                names.grouped_by.extend(labels.filter(|label| !label.is_empty()));
                rest = behind;
            } else if let Some(behind) = opened.strip_prefix('{') {
                let end = end_of_matchers(behind).unwrap_or_else(|| panic!("no end of {word}: {expression}"));
                names.selectors.push(Selector {
                    metric: word.to_owned(),
                    matchers: matchers(&behind[..end]),
                });
                rest = &behind[end + 1..];
            } else if word.contains('_') && !opened.starts_with('(') {
                names.selectors.push(Selector {
                    metric: word.to_owned(),
                    matchers: Vec::new(),
                });
            }
            // A duration in brackets is no name.
            if let Some(range) = rest.trim_start().strip_prefix('[') {
                rest = range.split_once(']').map_or("", |(_, behind)| behind);
            }
        }
        names
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_' || letter == ':'
}

/// Where the closing bracket stands, outside of texts.
fn end_of_matchers(text: &str) -> Option<usize> {
    let mut is_inside = false;
    text.char_indices().find_map(|(index, letter)| {
        is_inside ^= letter == '"';
        (letter == '}' && !is_inside).then_some(index)
    })
}

fn matchers(text: &str) -> Vec<(String, String, String)> {
    let parts: Vec<&str> = text.split('"').collect();
    parts
        .chunks_exact(2)
        .map(|part| {
            let matcher = part[0].trim_start_matches(',').trim();
            let label = matcher.trim_end_matches(['=', '!', '~']);
            let operator = &matcher[label.len()..];
            (label.trim().to_owned(), operator.to_owned(), part[1].to_owned())
        })
        .collect()
}

#[test]
fn names_are_those_of_selectors_and_groupings() {
    let names = Names::of(
        "histogram_quantile(0.99, sum by (le, path) (rate(a_seconds_bucket{x=~\"$x\", y!=\"}\"}[5m]))) / clamp_min(b_total, 1) > 0",
    );
    let matcher =
        |label: &str, operator: &str, value: &str| (label.to_owned(), operator.to_owned(), value.to_owned());
    assert_eq!(
        names.selectors,
        [
            Selector {
                metric: "a_seconds_bucket".to_owned(),
                matchers: vec![matcher("x", "=~", "$x"), matcher("y", "!=", "}")],
            },
            Selector {
                metric: "b_total".to_owned(),
                matchers: Vec::new(),
            },
        ]
    );
    assert_eq!(names.grouped_by, ["le", "path"].map(str::to_owned).into());
}
