//! `aftercall export` as an analyst uses it: files that are whole or not there, names, formats, faults.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use aftercall_storage::store::Fact;
use aftercall_storage::{SqliteStore, Store};
use support::{admit, answer, answered, end, patient, survey};

#[path = "../crates/storage/tests/storage/support.rs"]
#[expect(dead_code, reason = "the tests of storage need more")]
mod support;

/// A configuration with a database of calls.
struct Analyst(tempfile::TempDir);

impl Analyst {
    fn new(calls: u64) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let settings = "[storage]\npath = \"aftercall.db\"\n[control]\nsocket = \"\"\n\
                        [[route]]\nname = \"main\"\nnumber = \"nps\"\nsurvey = \"nps\"\ntime_zone = \"Europe/Helsinki\"\n";
        fs::create_dir(directory.path().join("surveys")).unwrap();
        fs::write(directory.path().join("aftercall.toml"), settings).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = patient(&directory.path().join("aftercall.db")).await;
            fill(&store, calls).await;
            store.close().await;
        });
        Self(directory)
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aftercall"));
        command
            .arg("--config")
            .arg(self.path("aftercall.toml"))
            .arg("export")
            .args(line.split_whitespace())
            .current_dir(self.0.path())
            .stdin(Stdio::null());
        command
    }

    fn run(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }

    /// Files beside the configuration and the database.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.retain(|name| !name.starts_with("aftercall.") && name != "surveys");
        names.sort();
        names
    }
}

async fn fill(store: &SqliteStore, calls: u64) {
    let mut facts = vec![Fact::Surveys(vec![survey("000000000001")])];
    for number in 1..=calls {
        facts.extend([
            admit(number, Some(if number % 2 == 0 { "sales" } else { "it" }), 1),
            answered(number),
            answer(number, "nps", (number % 3 != 0).then_some(0)),
            end(number, aftercall_base::Disposition::Partial),
        ]);
    }
    for result in store.apply(&facts).await.unwrap() {
        result.unwrap();
    }
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn rows_go_to_standard_output_or_to_a_file_that_is_named_by_its_content() {
    let analyst = Analyst::new(10);
    let printed = analyst.run("calls --queue sales");
    assert!(printed.status.success(), "{}", told(&printed));
    let text = String::from_utf8(printed.stdout).unwrap();
    assert_eq!(text.lines().count(), 6);
    // 08:00 UTC of the database, as the clock of the route showed it: it was stored with the clock of UTC then.
    assert!(text.contains("2026-11-22T08:00:02.000+00:00"), "{text}");
    assert_eq!(analyst.files(), [""; 0]);
    let named = analyst.run("answers --from 2026-11-16 --to 2026-11-22 --queue sales -f xlsx -o .");
    assert!(named.status.success(), "{}", told(&named));
    let name = "aftercall-answers-2026-11-16_2026-11-22-sales.xlsx";
    assert_eq!(String::from_utf8_lossy(&named.stdout).trim(), format!("./{name}"));
    assert!(told(&named).contains("5 rows of 5 calls"), "{}", told(&named));
    assert_eq!(analyst.files(), [name]);
    let mode = fs::metadata(analyst.path(name)).unwrap().permissions().mode();
    assert_eq!(mode & 0o137, 0, "nobody else may read it: {mode:o}");
}

#[test]
fn zero_is_zero_and_a_skipped_question_is_a_word() {
    let analyst = Analyst::new(3);
    let printed = analyst.run("calls -f csv-excel --lang fi");
    let text = String::from_utf8(printed.stdout).unwrap();
    let lines: Vec<Vec<&str>> = text
        .strip_prefix('\u{feff}')
        .unwrap()
        .lines()
        .map(|line| line.split(';').collect())
        .collect();
    let column = |name: &str| lines[0].iter().position(|heading| *heading == name).unwrap();
    let (value, skipped) = (column("nps.nps"), column("nps.nps.skipped"));
    let mut cells: Vec<(&str, &str)> = lines[1..]
        .iter()
        .map(|line| (line[value], line[skipped]))
        .collect();
    cells.sort_unstable();
    assert_eq!(cells, [("", "skipped"), ("0", ""), ("0", "")]);
}

#[test]
fn format_is_that_of_the_ending_and_a_former_file_is_replaced_whole() {
    let analyst = Analyst::new(4);
    fs::write(analyst.path("calls.jsonl"), "former").unwrap();
    let written = analyst.run("calls -o calls.jsonl");
    assert!(written.status.success(), "{}", told(&written));
    let text = fs::read_to_string(analyst.path("calls.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 4);
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["sampled"], true);
    }
    assert_eq!(analyst.files(), ["calls.jsonl"]);
}

#[test]
fn command_line_that_cannot_be_carried_out_has_status_2_and_writes_nothing() {
    let analyst = Analyst::new(1);
    for (line, reason) in [
        ("calls -o calls.docx", "does not tell the format"),
        ("calls -o nowhere/", "there is no directory"),
        ("calls --last fortnight", "not a period"),
        ("calls --from 2026-11-22 --to 2026-11-20", "before"),
        ("calls -f parquet", "without Parquet"),
    ] {
        if line.ends_with("parquet") && cfg!(feature = "parquet") {
            continue;
        }
        let refused = analyst.run(line);
        assert_eq!(refused.status.code(), Some(2), "{line}: {}", told(&refused));
        assert!(told(&refused).contains(reason), "{line}: {}", told(&refused));
    }
    let unwritable = analyst.run("calls -o missing/calls.csv");
    assert_eq!(unwritable.status.code(), Some(1), "{}", told(&unwritable));
    assert_eq!(analyst.files(), [""; 0]);
}

#[test]
fn name_that_no_call_has_is_said_with_those_that_there_are() {
    let analyst = Analyst::new(2);
    let written = analyst.run("calls --queue sale -o calls.csv");
    assert!(written.status.success());
    assert!(
        told(&written).contains("There is no queue `sale`"),
        "{}",
        told(&written)
    );
    assert!(
        told(&written).contains("did you mean `sales`?"),
        "{}",
        told(&written)
    );
}

#[test]
fn reader_that_has_seen_enough_is_no_fault() {
    let analyst = Analyst::new(3_000);
    let mut child = analyst
        .command("calls")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("call_uid,"));
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{}", told(&done));
}

/// Unless it was faster than the signal: then the file is whole.
#[test]
fn interrupted_export_leaves_no_file() {
    let analyst = Analyst::new(20_000);
    let mut child = analyst
        .command("calls -o calls.xlsx --progress")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let part = || analyst.files().iter().any(|name| name.ends_with(".part"));
    // Until it has begun to write, or was faster than that.
    while !part() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    // It may be gone already.
    let _gone = Command::new("kill")
        .args(["-INT", id.as_str()])
        .stderr(Stdio::null())
        .status();
    let done = child.wait_with_output().unwrap();
    if done.status.success() {
        assert_eq!(analyst.files(), ["calls.xlsx"], "it was faster");
    } else {
        assert_eq!(done.status.code(), Some(1), "{}", told(&done));
        assert!(told(&done).contains("interrupted"), "{}", told(&done));
        assert_eq!(analyst.files(), [""; 0]);
    }
}

#[test]
fn pipe_is_written_to_as_it_is() {
    let analyst = Analyst::new(2);
    let written = analyst.run("calls -o /dev/null");
    assert!(written.status.success(), "{}", told(&written));
    assert!(Path::new("/dev/null").exists() && !Path::new("/dev/null").is_file());
}
