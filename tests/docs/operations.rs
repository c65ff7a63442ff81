//! docs/operations.md and the shipped unit against the program.

use std::io::ErrorKind;
use std::process::Command;

use aftercall::config::load::from_text;

const DOCUMENT: &str = include_str!("../../docs/operations.md");
const UNIT: &str = include_str!("../../config/systemd/aftercall.service");

/// The value of a line of the unit.
fn of_unit(key: &str) -> &'static str {
    UNIT.lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .unwrap_or_else(|| panic!("the unit has {key}"))
}

#[test]
fn settings_of_the_page_on_deliveries_are_settings() {
    let document = include_str!("../../docs/delivery.md");
    let blocks: Vec<&str> = document
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert_eq!(blocks.len(), 3);
    // Indented where they stand in a list.
    let text = blocks.concat();
    let loaded = from_text(&text, "aftercall.toml", Some([].into()));
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    assert_eq!(loaded.settings.delivery.len(), 2);
}

#[test]
fn settings_for_production_are_settings() {
    let block = DOCUMENT
        .split("```toml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let loaded = from_text(block, "aftercall.toml", Some([].into()));
    assert!(loaded.faults.is_empty(), "{:?}", loaded.faults);
    let state = format!("/var/lib/{}/", of_unit("StateDirectory"));
    let runtime = format!("/run/{}/", of_unit("RuntimeDirectory"));
    for (key, folder) in [
        ("path", &state),
        ("spool", &state),
        ("key_file", &state),
        ("own", &state),
        ("socket", &runtime),
    ] {
        let line = block
            .lines()
            .find(|line| line.starts_with(&format!("{key} = ")))
            .unwrap();
        assert!(
            line.contains(folder.as_str()),
            "{line}: the unit may write {folder}"
        );
    }
}

#[test]
fn stop_of_the_unit_waits_longer_than_calls_may_go_on() {
    let settings = from_text("", "aftercall.toml", Some([].into())).settings;
    let seconds: u64 = of_unit("TimeoutStopSec").parse().unwrap();
    assert!(seconds > settings.calls.drain.0.as_secs(), "{seconds} s");
}

#[test]
fn unit_permits_the_real_time_priority_that_media_threads_ask_for() {
    let source = include_str!("../../crates/media/src/thread.rs");
    let priority = source
        .split("PRIORITY: u8 = ")
        .nth(1)
        .and_then(|rest| rest.split(';').next())
        .unwrap();
    assert_eq!(of_unit("LimitRTPRIO"), priority);
    assert!(
        !UNIT.contains("\nRestrictRealtime="),
        "it would forbid SCHED_FIFO"
    );
}

#[test]
fn commands_of_the_unit_are_commands_of_the_program_and_systemd_takes_it() {
    let program = env!("CARGO_BIN_EXE_aftercall");
    for key in ["ExecStartPre", "ExecStart", "ExecReload"] {
        let mut words = of_unit(key).split(' ');
        assert_eq!(words.next(), Some("/usr/local/bin/aftercall"), "{key}");
        let known = Command::new(program).args(words).arg("--help").output().unwrap();
        assert!(known.status.success(), "{key}");
    }
    let directory = tempfile::tempdir().unwrap();
    let unit = directory.path().join("aftercall.service");
    std::fs::write(&unit, UNIT.replace("/usr/local/bin/aftercall", program)).unwrap();
    match Command::new("systemd-analyze").arg("verify").arg(&unit).output() {
        Ok(output) => {
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success() && told.is_empty(), "{told}");
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("SKIPPED: systemd-analyze is not installed");
        }
        Err(error) => panic!("{error}"),
    }
}
