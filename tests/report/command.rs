//! `aftercall report` as a person runs it: formats, files, what is refused.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::support::patient;
use crate::world::World;

/// A directory with a configuration and a database of a few calls.
async fn installed() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let store = patient(&directory.path().join("aftercall.db")).await;
    World::small(6, 80).write(&store).await;
    fs::write(
        directory.path().join("aftercall.toml"),
        "[storage]\npath = \"aftercall.db\"\n[control]\nsocket = \"\"\n[sampling]\ntime_zone = \"Europe/Helsinki\"\n",
    )
    .unwrap();
    directory
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    let config = directory.join("aftercall.toml");
    Command::new(env!("CARGO_BIN_EXE_aftercall"))
        .args(["--config", config.to_str().unwrap(), "report"])
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap()
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
async fn report_goes_to_a_file_in_the_format_of_its_name() {
    let directory = installed().await;
    let reports = directory.path().join("reports");
    fs::create_dir(&reports).unwrap();
    let period = ["--from", "2026-10-20", "--to", "2026-10-29"];
    let formats: [(&str, &[u8]); 5] = [
        ("reports/a.txt", b"Survey report: 2026-10-20"),
        ("reports/b.json", b"{\n  \"format\": 1"),
        ("reports/c.csv", b"part,group_by,group,start,"),
        ("reports/d.xlsx", b"PK"),
        ("reports/e.html", b"<!DOCTYPE html><html lang=\"fi\">"),
    ];
    for (file, beginning) in formats {
        let done = run(
            directory.path(),
            &[&period[..], &["--lang", "fi", "-o", file]].concat(),
        );
        assert!(
            done.status.success() && done.stdout.is_empty(),
            "{file}: {done:?}"
        );
        let written = fs::read(directory.path().join(file)).unwrap();
        assert!(written.starts_with(beginning), "{file}: {:?}", &written[..60]);
    }
    assert_eq!(
        names(&reports),
        ["a.txt", "b.json", "c.csv", "d.xlsx", "e.html"],
        "nothing is left beside them"
    );
    let named = ["--queue", "sales", "--format", "csv-excel", "-o", "reports"];
    let done = run(directory.path(), &[&period[..], &named].concat());
    assert_eq!(
        String::from_utf8_lossy(&done.stdout),
        "reports/aftercall-report-2026-10-20_2026-10-29-sales.excel.csv\n"
    );
    let piped = run(
        directory.path(),
        &[&period[..], &["--format", "xlsx", "-o", "-"]].concat(),
    );
    assert!(piped.stdout.starts_with(b"PK"), "a pipe takes a workbook");
}

#[tokio::test]
async fn what_cannot_be_meant_is_refused_with_what_to_write() {
    let directory = installed().await;
    for (arguments, status, says) in [
        (
            &["-o", "report.docx"][..],
            2,
            "no format ends with .docx: choose one with --format from text, json, csv, csv-excel, xlsx, html",
        ),
        (
            &["--json", "--format", "html"],
            2,
            "--json and --format html contradict each other",
        ),
        (
            &["--format", "pdf"],
            2,
            "choose from text, json, csv, csv-excel, xlsx, html",
        ),
        (&["--lang", "sv"], 2, "choose from en, fi, pl, cs, el"),
        (&["-o", "none/report.txt"], 1, "cannot write none/report.txt"),
    ] {
        let done = run(directory.path(), arguments);
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
    }
    assert_eq!(
        names(directory.path())
            .iter()
            .filter(|name| name.contains("report"))
            .count(),
        0
    );
}
