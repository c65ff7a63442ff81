//! What `promtool` says, where it is installed (Debian package `prometheus`).

use std::io::{ErrorKind, Write};
use std::process::{Command, Output, Stdio};

use crate::support::{is_skipped, repository};

const SKIP: &str = "AFTERCALL_SKIP_PROMTOOL";

/// Runs it with a text on its standard input; `None`, which is told, where it is not installed.
fn promtool(arguments: &[&str], input: &str) -> Option<Output> {
    if is_skipped(SKIP) {
        return None;
    }
    let started = Command::new("promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("SKIPPED: promtool is not installed");
            return None;
        }
        Err(error) => panic!("cannot run promtool (or set {SKIP}=1): {error}"),
    };
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    Some(child.wait_with_output().unwrap())
}

fn assert_finds_nothing(output: &Output, input: &str) {
    let said = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    assert!(output.status.success(), "{}\nof\n{input}", said.concat());
}

/// Its reading of `/metrics`, and its rules of names.
pub(super) fn check_metrics(text: &str) {
    if let Some(output) = promtool(&["check", "metrics"], text) {
        assert_finds_nothing(&output, text);
    }
}

/// Its reading of the configuration that scrapes the service.
pub(super) fn check_configuration() {
    let file = repository().join("examples/grafana/prometheus.yml");
    if let Some(output) = promtool(&["check", "config", file.to_str().unwrap()], "") {
        assert_finds_nothing(&output, &file.display().to_string());
    }
}

/// Its reading of expressions: each becomes the expression of a rule.
pub(super) fn check_expressions(expressions: &[String]) {
    let rules = expressions.iter().enumerate().map(|(index, expression)| {
        let text = serde_json::Value::from(expression.as_str());
        format!("  - record: dashboard:expression_{index}\n    expr: {text}\n")
    });
    let file = format!(
        "groups:\n- name: dashboard\n  rules:\n{}",
        rules.collect::<String>()
    );
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("rules.yml");
    std::fs::write(&path, &file).unwrap();
    if let Some(output) = promtool(&["check", "rules", path.to_str().unwrap()], "") {
        assert_finds_nothing(&output, &file);
    }
}
