//! The figures of a query beside those of the report. The interval of `results.json` is computed by SQL, so that each digit is compared.

use serde_json::Value;

use super::{Record, cell};

/// Numbers that were computed in a different order of the same operations.
const TOLERANCE: f64 = 1e-8;

/// Whether both are the same number, or both none.
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => (one - other).abs() < TOLERANCE,
        (None, None) => one.is_null() && other.is_null(),
        _ => false,
    }
}

/// The scores that a report has, as name of the question and score; those of fewer than ten answers are none.
fn scores(questions: &Value) -> Vec<(String, &Value)> {
    let text = |question: &Value, name: &str| question[name].as_str().unwrap().to_owned();
    questions
        .as_array()
        .unwrap()
        .iter()
        .filter(|question| question["score"]["value"].is_number())
        .map(|question| {
            let name = format!("{} / {}", text(question, "survey"), text(question, "question"));
            (name, &question["score"])
        })
        .collect()
}

/// Asserts that rows have exactly the scores of a report's questions, with n and interval. Returns how many.
pub(super) fn assert_scores(rows: &[&Record], questions: &Value, of: &str) -> usize {
    let expected = scores(questions);
    assert_eq!(rows.len(), expected.len(), "{of}: {rows:?}\n{expected:?}");
    for (name, score) in &expected {
        let row = rows
            .iter()
            .find(|row| cell(row, "question").as_str() == Some(name));
        let row = row.unwrap_or_else(|| panic!("{of}: no {name} in {rows:?}"));
        for (column, figure) in [("score", "value"), ("low", "low"), ("high", "high"), ("n", "n")] {
            assert!(
                is_same(cell(row, column), &score[figure]),
                "{of}, {name}: {column} is {} and in the report {}",
                cell(row, column),
                score[figure]
            );
        }
    }
    expected.len()
}

/// Asserts that a row has the calls and the response rate of a report's calls.
pub(super) fn assert_calls(row: &Record, calls: &Value, of: &str) {
    let responded = calls["completed"].as_u64().unwrap() + calls["partial"].as_u64().unwrap();
    for (column, expected) in [
        ("arrived", &calls["arrived"]),
        ("offered", &calls["offered"]),
        ("responded", &responded.into()),
        ("response_rate", &calls["rates"]["response_rate"]),
    ] {
        assert!(
            is_same(cell(row, column), expected),
            "{of}: {column} is {} and in the report {expected}",
            cell(row, column)
        );
    }
}
