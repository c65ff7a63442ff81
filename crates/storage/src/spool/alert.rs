//! The alerts in lines of answers, recordings and ends. No line has a caller's number: who is alerted while the database is away has to
//! do without it.

use serde::{Deserialize, Serialize};

use aftercall_survey::alert::{AlertRaised, AlertSeverity, AlertTrigger};

#[derive(Serialize, Deserialize)]
pub(super) struct AlertLine {
    rule: String,
    severity: String,
    trigger: String,
    question: Option<String>,
}

/// The alerts of a fact in its line.
pub(super) fn lines(alerts: &[AlertRaised]) -> Vec<AlertLine> {
    let line = |alert: &AlertRaised| AlertLine {
        rule: alert.rule.clone(),
        severity: alert.severity.as_str().to_owned(),
        trigger: alert.trigger.as_str().to_owned(),
        question: alert.trigger.question().map(str::to_owned),
    };
    alerts.iter().map(line).collect()
}

/// The alerts of a line; `None` when they are not ours.
pub(super) fn read(lines: Vec<AlertLine>) -> Option<Vec<AlertRaised>> {
    let read = |line: AlertLine| {
        Some(AlertRaised {
            rule: line.rule,
            severity: AlertSeverity::from_str_opt(&line.severity)?,
            trigger: AlertTrigger::of(&line.trigger, line.question)?,
            callback: None,
        })
    };
    lines.into_iter().map(read).collect()
}
