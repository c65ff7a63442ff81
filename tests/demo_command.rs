//! `aftercall demo` as a person uses it: a whole database that reports can be made of, or none.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

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

/// What happened in the last week before the demo of a story ends: the Monday, and the Sunday.
const LAST_WEEK: [&str; 2] = ["2026-10-26", "2026-11-01"];
/// The survey that most queues ask.
const MAIN: &str = "nps-comment";
/// The queue whose callers are annoyed in the last week.
const TROUBLED: &str = "billing";

/// A demo as dense as that of the command's defaults, with less behind it.
fn story(directory: &Path) {
    let arguments = [
        "demo",
        "--json",
        "--calls",
        "17000",
        "--days",
        "41",
        "--until",
        "2026-11-01",
        "--database",
        "story/demo.db",
    ];
    let filled = aftercall(&directory.join("aftercall.toml"), &arguments)
        .output()
        .unwrap();
    assert!(filled.status.success(), "{}", told(&filled));
}

/// The scores of one question by the name of each group: n, and the ends of the interval.
fn scores(directory: &Path, by: &str, period: [&str; 2]) -> BTreeMap<String, (u64, f64, f64)> {
    let arguments = [
        "report", "--json", "--by", by, "--survey", MAIN, "--from", period[0], "--to", period[1],
    ];
    let report = json(
        &aftercall(&directory.join("aftercall.toml"), &arguments)
            .output()
            .unwrap(),
    );
    let mut scores = BTreeMap::new();
    for part in report["groups"]["parts"].as_array().unwrap() {
        let mut questions = part["questions"].as_array().unwrap().iter();
        let Some(question) = questions.find(|question| question["metric"] == "nps") else {
            continue;
        };
        let figure = |name: &str| {
            question["score"][name]
                .as_f64()
                .unwrap_or_else(|| panic!("{question:#}"))
        };
        let name = part["name"].as_str().unwrap().to_owned();
        scores.insert(
            name,
            (question["n"].as_u64().unwrap(), figure("low"), figure("high")),
        );
    }
    scores
}

#[test]
fn worst_queue_of_last_week_is_beyond_doubt_and_was_not_so_before() {
    let home = installed();
    story(home.path());
    let directory = home.path().join("story");
    let week = scores(&directory, "queue", LAST_WEEK);
    assert_eq!(week.len(), 3, "the queues of the main survey: {week:?}");
    let (n, _, upper) = week[TROUBLED];
    assert!(n >= 20, "{week:?}");
    for (queue, (n, lower, _)) in week.iter().filter(|(queue, _)| *queue != TROUBLED) {
        assert!(*n >= 20, "{week:?}");
        assert!(
            upper + 10.0 < *lower,
            "the intervals of {queue} and {TROUBLED} do not meet: {week:?}"
        );
    }
    let before = scores(&directory, "queue", ["2026-09-28", "2026-10-25"]);
    let (_, lower, _) = before[TROUBLED];
    assert!(upper < lower, "it fell: {before:?}, then {week:?}");
    let versions = scores(&directory, "survey_version", ["2026-09-22", LAST_WEEK[1]]);
    assert_eq!(versions.len(), 2, "the wording changed once: {versions:?}");
    assert!(versions.values().all(|(n, _, _)| *n >= 100), "{versions:?}");
}

/// A demo that is shown, until it is dropped.
struct Shown {
    process: Child,
    /// `127.0.0.1:8088`.
    address: String,
    cookie: String,
}

impl Shown {
    /// Serves the demo in a directory on ports that the system gives, and signs in as it says.
    fn start(home: &Path, directory: &str) -> Self {
        let settings = home.join(directory).join("aftercall.toml");
        let written = fs::read_to_string(&settings).unwrap();
        let free: Vec<String> = written
            .lines()
            .map(|line| match line.split_once(" = \"") {
                Some(("listen", address)) if address.starts_with("udp:") => "listen = \"udp:127.0.0.1:0\"",
                Some(("listen", _)) => "listen = \"127.0.0.1:0\"",
                _ => line,
            })
            .map(str::to_owned)
            .collect();
        fs::write(&settings, free.join("\n")).unwrap();
        let database = format!("{directory}/demo.db");
        let mut process = aftercall(
            &home.join("aftercall.toml"),
            &["demo", "--no-open", "--database", &database],
        )
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let said = lines
            .by_ref()
            .map(Result::unwrap)
            .find(|line| line.contains("sign in as"))
            .expect("it says where the page is");
        // What it says later has to be read, so that it does not wait for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let address = said
            .split("http://")
            .nth(1)
            .unwrap()
            .split(' ')
            .next()
            .unwrap()
            .to_owned();
        let password = said.rsplit(' ').next().unwrap();
        let mut shown = Self {
            process,
            address,
            cookie: String::new(),
        };
        let form = format!("name=demo&password={password}");
        let (head, _) = shown.send("POST", "/sign-in", &form);
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        shown.cookie = cookie
            .unwrap_or_else(|| panic!("{head}"))
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        shown
    }

    /// Head and body of the answer to a request.
    fn send(&self, method: &str, path: &str, form: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (address, cookie, length) = (&self.address, &self.cookie, form.len());
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{form}"
        )
        .unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        (head, answer[end + 4..].to_vec())
    }

    /// A page that is there.
    fn page(&self, path: &str) -> String {
        let (head, body) = self.send("GET", path, "");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
        String::from_utf8(body).unwrap()
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let _killed = self.process.kill();
        let _ended = self.process.wait();
    }
}

/// What stands in quotes behind a mark, each time.
fn quoted<'p>(page: &'p str, mark: &str) -> Vec<&'p str> {
    let rest = page.split(mark).skip(1);
    rest.filter_map(|rest| rest.split('"').next()).collect()
}

/// The sums of the sentences by the first word of their names: `bad`, `mixed`, `good`.
fn tones() -> BTreeMap<String, String> {
    let manifest =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("demo/comments/manifest.toml"));
    let manifest: toml::Table = manifest.unwrap().parse().unwrap();
    let text = |table: &toml::Value, key: &str| table[key].as_str().unwrap().to_owned();
    let tone = |table: &toml::Value| {
        let name = text(table, "name");
        (text(table, "sha256"), name.split('_').next().unwrap().to_owned())
    };
    manifest["prompt"].as_array().unwrap().iter().map(tone).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn stranger_finds_the_worst_queue_its_calls_and_a_complaint_to_listen_to() {
    let home = installed();
    story(home.path());
    let shown = Shown::start(home.path(), "story");
    let week = format!("from={}&to={}", LAST_WEEK[0], LAST_WEEK[1]);
    let overview = shown.page(&format!("/?{week}&by=queue"));
    let titled = "After the call: recommendation, and why: After this call, how likely";
    let mut captions = overview.split("<caption>").skip(1);
    assert!(
        captions.any(|caption| caption.split("</caption>").next().unwrap().contains(titled)),
        "where several surveys are asked, a table says whose question it is about: {overview}"
    );
    let row = overview
        .split("<tr")
        .find(|row| row.contains("queue=%3Dbilling") && row.contains("lower than the others"));
    let row = row.unwrap_or_else(|| panic!("{overview}"));
    let behind = quoted(row, "href=\"")
        .into_iter()
        .find(|address| address.starts_with("/calls?"))
        .unwrap();
    let calls = shown.page(&behind.replace("&amp;", "&"));
    assert!(calls.contains("Billing"), "{calls}");
    let comments = shown.page(&format!("/comments?{week}&queue=billing"));
    let audio = quoted(&comments, "<audio controls preload=\"none\" src=\"");
    assert!(audio.len() >= 3, "{} comments of that week", audio.len());
    let mut complaints = 0;
    let tones = tones();
    for path in audio {
        let (head, wav) = shown.send("GET", path, "");
        assert!(
            head.starts_with("HTTP/1.1 200") && head.contains("audio/wav"),
            "{path}: {head}"
        );
        let reader = hound::WavReader::new(wav.as_slice()).unwrap();
        assert!(
            (16_000..60_000).contains(&reader.duration()),
            "{path}: a sentence of seconds"
        );
        let etag = head
            .lines()
            .find_map(|line| line.strip_prefix("etag: \""))
            .unwrap();
        complaints += usize::from(tones[etag.trim_end_matches('"')] == "bad");
    }
    assert!(complaints >= 2, "{complaints} complaints");
    drop(shown);
    assert_comments_fit(&home.path().join("story/demo.db"), &tones).await;
}

/// Who gives low scores complains, who gives high ones praises; and a comment is as long as its sentence.
async fn assert_comments_fit(database: &Path, tones: &BTreeMap<String, String>) {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    let pool = SqlitePool::connect_with(options).await.unwrap();
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "SELECT r.sha256, a.value, r.duration_ms, r.size_bytes FROM recording r JOIN answer a USING (call_uid) \
         WHERE r.state = 'kept' AND a.question_id = 'nps' AND r.call_uid IN \
         (SELECT call_uid FROM call WHERE sip_call_id LIKE '%@demo')",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let mut seen = BTreeMap::new();
    for (sha256, nps, milliseconds, octets) in rows {
        let tone = tones[&sha256].as_str();
        let fitting = match nps {
            0..=6 => "bad",
            7..=8 => "mixed",
            _ => "good",
        };
        assert_eq!(tone, fitting, "a comment of a caller who gave {nps}");
        assert_eq!(milliseconds, (octets - 44) / 16, "its length is that of its file");
        *seen.entry(tone).or_insert(0) += 1;
    }
    assert!(
        seen.len() == 3 && seen.values().all(|count| *count >= 5),
        "{seen:?}"
    );
}
