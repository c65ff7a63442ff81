//! `aftercall demo` as a person uses it: a whole database that reports can be made of, or none.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

const CALLS: u64 = 4_000;
const LAST: &str = "2026-10-31";

fn aftercall(config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aftercall"));
    command
        .arg("--config")
        .arg(config)
        .args(arguments)
        .current_dir(config.parent().unwrap())
        .stdin(Stdio::null());
    command
}

/// An operator's configuration with the shipped surveys.
fn installed() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR"));
    let settings = format!(
        "[sampling]\ntime_zone = \"Europe/Helsinki\"\n[surveys]\ndirectory = {:?}\n[prompts]\ndirectory = {:?}\n",
        shipped.join("config/surveys"),
        shipped.join("prompts"),
    );
    fs::write(directory.path().join("aftercall.toml"), settings).unwrap();
    directory
}

fn demo(directory: &Path, database: &str, calls: u64, seed: &str) -> Command {
    let calls = calls.to_string();
    let of = [
        "--until", LAST, "--days", "60", "--agents", "12", "--queues", "3", "--seed", seed,
    ];
    let arguments = [
        &["demo", "--json", "--calls", &calls, "--database", database],
        &of[..],
    ]
    .concat();
    aftercall(&directory.join("aftercall.toml"), &arguments)
}

fn json(output: &Output) -> Value {
    assert!(output.status.success(), "{}", told(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The report of the whole time by agent, under the settings that the demo wrote.
fn report(directory: &Path) -> Value {
    let period = [
        "report",
        "--json",
        "--by",
        "agent",
        "--from",
        "2026-09-01",
        "--to",
        LAST,
    ];
    json(
        &aftercall(&directory.join("aftercall.toml"), &period)
            .output()
            .unwrap(),
    )
}

async fn count(database: &Path, sql: &'static str) -> u64 {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let count: i64 = sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap();
    count.unsigned_abs()
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn report_on_a_demo_equals_a_recount_of_its_rows_and_shows_names() {
    let home = installed();
    let written = json(&demo(home.path(), "one/demo.db", CALLS, "7").output().unwrap());
    let one = home.path().join("one");
    assert_eq!(names(&one), ["aftercall.toml", "demo.db", "directory.toml"]);
    assert_eq!(written["calls"], CALLS);
    let database = one.join("demo.db");
    let report = report(&one);
    let calls = &report["calls"];
    for (figure, sql) in [
        (&calls["arrived"], "SELECT COUNT(*) FROM call"),
        (
            &calls["sampled"],
            "SELECT COUNT(*) FROM call WHERE decision = 'sampled'",
        ),
        (
            &calls["offered"],
            "SELECT COUNT(*) FROM call WHERE decision = 'sampled' AND answered_at IS NOT NULL",
        ),
        (
            &calls["completed"],
            "SELECT COUNT(*) FROM call WHERE disposition = 'completed'",
        ),
    ] {
        let expected = count(&database, sql).await;
        assert!(expected > 0, "{sql}");
        assert_eq!(figure, expected, "{sql}: {calls:#}");
    }
    let questions = report["questions"].as_array().unwrap();
    let n: u64 = questions
        .iter()
        .filter_map(|question| question["n"].as_u64())
        .sum();
    assert_eq!(
        n,
        count(&database, "SELECT COUNT(*) FROM answer WHERE value IS NOT NULL").await
    );
    let text = report.to_string();
    assert!(
        text.contains("4701") && text.contains("Aino Virtanen"),
        "agents have names: {text}"
    );
}

#[test]
fn same_seed_gives_the_same_figures() {
    let home = installed();
    let figures = ["a", "b", "c"].map(|name| {
        let seed = if name == "c" { "8" } else { "7" };
        let done = demo(home.path(), &format!("{name}/demo.db"), 1_500, seed)
            .output()
            .unwrap();
        assert!(done.status.success(), "{}", told(&done));
        let report = report(&home.path().join(name));
        (report["calls"].clone(), report["questions"].clone())
    });
    assert_eq!(figures[0], figures[1]);
    assert_ne!(figures[0], figures[2]);
}

#[test]
fn nothing_of_the_operator_is_overwritten() {
    let home = installed();
    let own = home.path().join("own");
    fs::create_dir(&own).unwrap();
    fs::write(own.join("aftercall.db"), "calls").unwrap();
    let refused = demo(home.path(), "own/aftercall.db", 100, "1").output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(told(&refused).contains("exists already"), "{}", told(&refused));
    fs::write(
        own.join("directory.toml"),
        "[[queue]]\nid = \"sales\"\nname = \"Ours\"\n",
    )
    .unwrap();
    let refused = demo(home.path(), "own/demo.db", 100, "1").output().unwrap();
    assert!(
        told(&refused).contains("directory.toml is not overwritten"),
        "{}",
        told(&refused)
    );
    assert_eq!(fs::read_to_string(own.join("aftercall.db")).unwrap(), "calls");
    assert_eq!(names(&own), ["aftercall.db", "directory.toml"]);
    for (option, value) in [
        ("--calls", "0"),
        ("--until", "1066-10-14"),
        ("--until", "9999-12-31"),
    ] {
        let refused = demo(home.path(), "other/demo.db", 100, "1")
            .args([option, value])
            .output()
            .unwrap();
        assert!(
            !refused.status.success() && told(&refused).contains(option),
            "{}",
            told(&refused)
        );
    }
}

#[test]
fn broken_off_fill_leaves_no_database_and_the_next_one_removes_what_is_left() {
    let home = installed();
    let directory = home.path().join("demo");
    // Ended by a signal: it removes its file itself.
    for signal in ["TERM", "KILL"] {
        let mut filling = demo(home.path(), "demo/demo.db", 3_000_000, "1").spawn().unwrap();
        while !directory.join("demo.db.part").exists() {
            assert!(filling.try_wait().unwrap().is_none(), "it ended before it began");
            std::thread::yield_now();
        }
        let second = demo(home.path(), "demo/second.db", 100, "1").output().unwrap();
        assert!(
            told(&second).contains("another `aftercall demo`"),
            "{}",
            told(&second)
        );
        let killed = Command::new("kill")
            .args(["-s", signal, &filling.id().to_string()])
            .status()
            .unwrap();
        assert!(killed.success());
        assert!(!filling.wait().unwrap().success(), "{signal}");
        assert!(
            !directory.join("demo.db").exists(),
            "what is not whole has another name"
        );
        assert_eq!(
            directory.join("demo.db.part").exists(),
            signal == "KILL",
            "{signal}"
        );
    }
    let done = demo(home.path(), "demo/demo.db", 200, "1").output().unwrap();
    assert_eq!(json(&done)["calls"], 200);
    assert_eq!(names(&directory), ["aftercall.toml", "demo.db", "directory.toml"]);
    File::open(&directory).unwrap().try_lock().unwrap();
}
