//! Counts of the calls that could have been surveyed, and of how far they came with us.
//!
//! A reported call counts for its day, queue, team and agent; how far it came follows from our calls with its original call id.
//! Kept are the counts by calls of ours that are counted. A call that is counted adds what the reported call had not come to without
//! it; a change takes that out before and adds it after, as for all counts. Those that are not counted yet are read from their rows.

use super::{Calls, Sign};

/// The columns of `rollup_reach` behind the day, each with its value. `e` is the row of `eligible_call`.
const KEYS: [(&str, &str); 3] = [
    ("queue", "COALESCE(e.queue, '')"),
    ("team", "COALESCE(e.team, '')"),
    ("agent", "COALESCE(e.agent, '')"),
];

/// The day of a reported call.
pub(crate) const DAY: &str = "COALESCE(local_day, substr(ended_at, 1, 10))";

/// Counts that follow from the report alone.
const OF_REPORT: [(&str, &str); 3] = [
    ("eligible", "1"),
    (
        "hung_up_by_agent",
        "CASE WHEN e.hung_up_by = 'agent' THEN 1 ELSE 0 END",
    ),
    (
        "hung_up_by_caller",
        "CASE WHEN e.hung_up_by = 'caller' THEN 1 ELSE 0 END",
    ),
];

/// Counts that follow from our calls: what a call `c` must be.
const OF_CALLS: [(&str, &str); 4] = [
    ("reached", "1 = 1"),
    ("sampled", "c.decision = 'sampled'"),
    ("offered", "c.decision = 'sampled' AND c.answered_at IS NOT NULL"),
    (
        "answered",
        "EXISTS (SELECT 1 FROM answer a WHERE a.call_uid = c.call_uid AND a.value IS NOT NULL)",
    ),
];

/// The counts of `rollup_reach`.
pub(crate) const COUNTS: [&str; 7] = [
    "eligible",
    "reached",
    "sampled",
    "offered",
    "answered",
    "hung_up_by_agent",
    "hung_up_by_caller",
];

/// Whether there is a call of ours for which the conditions hold.
fn exists(condition: &str, further: &str) -> String {
    format!(
        "EXISTS (SELECT 1 FROM call c WHERE c.original_call_id = e.original_call_id AND {condition} AND {further})"
    )
}

const COUNTED: &str = "c.agent_group IS NOT NULL";

/// The statement that adds rows of counts, or subtracts them.
fn added(counts: &[(&'static str, String)], sign: Sign, reported: &str) -> String {
    let sign = match sign {
        Sign::Plus => "",
        Sign::Minus => "-",
    };
    let keys = KEYS.map(|(key, _)| key).join(", ");
    let of_keys = KEYS.map(|(_, value)| value).join(", ");
    // Others are not changed.
    let amounts = COUNTS.map(|count| {
        let amount = counts.iter().find(|(name, _)| *name == count);
        amount.map_or_else(|| "0".to_owned(), |(_, amount)| format!("{sign}SUM({amount})"))
    });
    let sums = COUNTS.map(|count| format!("{count} = rollup_reach.{count} + excluded.{count}"));
    format!(
        "INSERT INTO rollup_reach (local_day, {keys}, {}) SELECT {DAY}, {of_keys}, {} FROM eligible_call e \
         WHERE {reported} GROUP BY 1, 2, 3, 4 \
         ON CONFLICT (local_day, {keys}) DO UPDATE SET {}",
        COUNTS.join(", "),
        amounts.join(", "),
        sums.join(", ")
    )
}

/// What reported calls count as by calls of ours that are counted.
fn whole() -> Vec<(&'static str, String)> {
    let of_report = OF_REPORT.map(|(name, amount)| (name, amount.to_owned()));
    let of_calls = OF_CALLS.map(|(name, condition)| (name, exists(condition, COUNTED)));
    of_report.into_iter().chain(of_calls).collect()
}

/// Counts what only these calls have brought reported calls to, or takes it out.
pub(super) fn of_calls(calls: Calls, sign: Sign, parameter: &str) -> String {
    let these = calls.condition(parameter);
    let counts = OF_CALLS.map(|(name, condition)| {
        let others = exists(condition, &format!("{COUNTED} AND NOT ({these})"));
        (name, format!("{} - {others}", exists(condition, COUNTED)))
    });
    let reported =
        format!("e.original_call_id IN (SELECT c.original_call_id FROM call c WHERE {these} AND {COUNTED})");
    added(&counts, sign, &reported)
}

/// Counts reported calls, or takes them out; the parameter `$1` is a JSON array of their original call ids.
pub(crate) fn of_reports(sign: Sign) -> String {
    added(
        &whole(),
        sign,
        "e.original_call_id IN (SELECT value FROM json_each($1))",
    )
}

/// Counts the reported calls of a day anew; the parameter `$1` of each statement is the day.
pub(super) fn rebuild_day() -> [String; 2] {
    // By the index on the moment, which is less than a day away from its local day.
    let of_day =
        format!("e.ended_at >= date($1, '-1 day') AND e.ended_at < date($1, '+2 days') AND {DAY} = $1");
    [
        "DELETE FROM rollup_reach WHERE local_day = $1".to_owned(),
        added(&whole(), Sign::Plus, &of_day),
    ]
}

/// A query of reported calls by all of our calls: the columns `queue`, `team`, `agent` and the counts. `chosen` is a condition on
/// the row `e`.
pub(crate) fn query(chosen: &str) -> String {
    let of_report = OF_REPORT.map(|(name, amount)| (name, amount.to_owned()));
    let of_calls = OF_CALLS.map(|(name, condition)| (name, exists(condition, "1 = 1")));
    let counts: Vec<(&str, String)> = of_report.into_iter().chain(of_calls).collect();
    summed(&counts, chosen)
}

/// The same of what only calls of ours that are not counted yet have brought them to.
pub(crate) fn query_not_counted(chosen: &str) -> String {
    let of_report = OF_REPORT.map(|(name, _)| (name, "0".to_owned()));
    let of_calls = OF_CALLS.map(|(name, condition)| {
        let (all, counted) = (exists(condition, "1 = 1"), exists(condition, COUNTED));
        (name, format!("{all} - {counted}"))
    });
    let counts: Vec<(&str, String)> = of_report.into_iter().chain(of_calls).collect();
    let of_these =
        "e.original_call_id IN (SELECT p.original_call_id FROM call p WHERE p.agent_group IS NULL)";
    summed(&counts, &format!("{of_these} AND {chosen}"))
}

fn summed(counts: &[(&str, String)], chosen: &str) -> String {
    let keys = KEYS.map(|(key, value)| format!("{value} AS {key}")).join(", ");
    let sums: Vec<String> = counts
        .iter()
        .map(|(name, amount)| format!("SUM({amount}) AS {name}"))
        .collect();
    format!(
        "SELECT {keys}, {} FROM eligible_call e WHERE {chosen} GROUP BY 1, 2, 3",
        sums.join(", ")
    )
}
