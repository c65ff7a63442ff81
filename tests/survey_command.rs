//! `aftercall survey` as an operator uses it, on definitions of its own and a database with versions in it.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use aftercall_base::CallUid;
use aftercall_storage::store::Fact;
use aftercall_storage::{Access, SqliteOptions, SqliteStore, Store};
use aftercall_survey::{AnyPrompt, draw_of, parse};

const FLOW: &str = r#"
title = "After the call"
goal = "Know what to mend"
languages = ["en", "fi"]

[[group]]
id = "topics"
ask = 1

[[question]]
metric = "nps"
text.en = "How likely?"
text.fi = "Kuinka todennäköisesti?"
branch = [{ when = "0-6", goto = "why" }]

[[question]]
id = "staff"
metric = "csat"
prompt = "csat"
group = "topics"
text.en = "The person?"

[[question]]
id = "speed"
metric = "csat"
prompt = "csat"
group = "topics"
text.en = "The wait?"

[[question]]
id = "value"
metric = "csat"
prompt = "welcome"
group = "topics"
only_when = { queue = "shop", segment = "gold" }
text.en = "The price?"

[[question]]
id = "why"
metric = "comment"
prompt = "comment"
text.en = "Why?"
"#;

struct Desk(tempfile::TempDir);

impl Desk {
    fn new(surveys: &[(&str, &str)]) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        let prompts = Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts");
        let database = desk.path("aftercall.db");
        let settings = format!(
            "[surveys]\ndirectory = {:?}\n[prompts]\ndirectory = {prompts:?}\n[storage]\npath = {database:?}\n\
             [context.attributes]\nsegment = \"X-Segment\"\n[[route]]\nnumber = \"0600\"\nsurvey = \"flow\"\n",
            desk.path("surveys"),
        );
        std::fs::write(desk.path("aftercall.toml"), settings).unwrap();
        std::fs::create_dir(desk.path("surveys")).unwrap();
        for (name, text) in surveys {
            std::fs::write(desk.path("surveys").join(format!("{name}.toml")), text).unwrap();
        }
        desk
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aftercall"));
        command
            .arg("--config")
            .arg(self.path("aftercall.toml"))
            .args(arguments)
            .current_dir(self.0.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// What it prints, where it does its work.
    #[track_caller]
    fn told(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What it complains about.
    #[track_caller]
    fn refusal(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} must be refused");
        String::from_utf8(output.stderr).unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.told(arguments)).unwrap()
    }

    /// Puts a version of `flow` into the database, as the service does when it loads it.
    async fn load(&self, text: &str) -> String {
        let survey = parse(text, "flow.toml", &AnyPrompt).unwrap().survey;
        let store = SqliteStore::open(&SqliteOptions::new(self.path("aftercall.db"), Access::Serve))
            .await
            .unwrap();
        for result in store
            .apply(&[Fact::Surveys(vec![survey.record()])])
            .await
            .unwrap()
        {
            result.unwrap();
        }
        store.close().await;
        survey.version().version.clone()
    }
}

#[test]
fn list_names_sound_surveys_with_their_routes_and_counts_faulty_ones() {
    let desk = Desk::new(&[("flow", FLOW), ("plain", "[[question]]\nmetric = \"nps\"\n")]);
    let table = desk.told(&["survey", "list"]);
    let flow = table.lines().find(|line| line.starts_with("flow ")).unwrap();
    assert!(
        flow.contains("2-3 of 5") && flow.contains("en fi") && flow.contains("0600"),
        "{table}"
    );
    let json = desk.json(&["survey", "list", "--json"]);
    assert_eq!(json[0]["survey"], "flow");
    assert_eq!(
        (&json[0]["asked_at_most"], &json[0]["routes"][0]),
        (&3.into(), &"0600".into())
    );
    assert_eq!(json[1]["routes"].as_array().unwrap().len(), 0);
    std::fs::write(
        desk.path("surveys/broken.toml"),
        "[[question]]\nmetric = \"npx\"\n",
    )
    .unwrap();
    let output = desk.run(&["survey", "list"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`broken` is faulty (1)"));
}

#[test]
fn show_tells_the_flow_in_the_language_asked_for_and_json_has_it_in_parts() {
    let desk = Desk::new(&[("flow", FLOW)]);
    let text = desk.told(&["survey", "show", "flow", "--language", "fi"]);
    for words in [
        "\"Kuinka todennäköisesti?\"",
        "0-6 -> why",
        "Group `topics`: asks 1 of 3, random order",
        "only when queue shop, segment gold",
    ] {
        assert!(text.contains(words), "{words}\n{text}");
    }
    let json = desk.json(&["survey", "show", "flow", "--json"]);
    assert_eq!(
        json["questions"][0]["branches"][0]["when"][0],
        serde_json::json!([0, 6])
    );
    assert_eq!(json["questions"][0]["next"], "topics");
    assert_eq!(json["groups"][0]["ask"], 1);
    let file = desk.path("surveys/flow.toml");
    assert_eq!(
        desk.told(&["survey", "show", file.to_str().unwrap(), "--language", "fi"]),
        text,
        "a file by its path"
    );
}

#[test]
fn graph_is_written_to_the_terminal_or_to_a_file() {
    let desk = Desk::new(&[("flow", FLOW)]);
    let picture = desk.told(&["survey", "graph", "flow"]);
    assert!(picture.starts_with("<svg ") && picture.contains("How likely?") && picture.ends_with("</svg>\n"));
    let file = desk.path("flow.svg");
    assert_eq!(
        desk.told(&["survey", "graph", "flow", "-o", file.to_str().unwrap()]),
        ""
    );
    assert_eq!(std::fs::read_to_string(file).unwrap(), picture);
}

#[tokio::test]
async fn diff_tells_what_an_edit_changes_against_the_version_in_use_and_between_versions() {
    let desk = Desk::new(&[("flow", FLOW)]);
    let first = desk.load(FLOW).await;
    assert!(
        desk.told(&["survey", "diff", "flow"]).contains("say the same"),
        "also where no directed form is recorded"
    );
    let edited = FLOW
        .replace("when = \"0-6\"", "when = \"0-5\"")
        .replace("ask = 1", "ask = 2");
    std::fs::write(desk.path("surveys/flow.toml"), &edited).unwrap();
    let told = desk.told(&["survey", "diff", "flow"]);
    for words in [
        "group topics: asks 1 of 3, random order -> 2 of 3, random order",
        "question nps: branch 0-5 none -> to why",
        "question nps: branch 0-6 to why -> none",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    let second = desk
        .load(
            &edited
                .replace("metric = \"nps\"", "metric = \"csat\"\nid = \"nps\"")
                .replace("0-5", "1-2"),
        )
        .await;
    let named = [
        format!("flow@{}", &first[..6]),
        format!("flow@{second}"),
        "flow@stored".to_owned(),
    ];
    let json = desk.json(&["survey", "diff", &named[0], &named[1], "--json"]);
    assert_eq!(
        json["new_series"],
        serde_json::json!(["nps"]),
        "its scale is another"
    );
    assert_eq!(
        json,
        desk.json(&["survey", "diff", &named[0], &named[2], "--json"])
    );
    assert_eq!(
        (&json["old"]["version"], &json["new"]["version"]),
        (&first.into(), &second.into())
    );
    let refused = desk.refusal(&["survey", "diff", "flow@ffffffffffff", "flow"]);
    assert!(
        refused.contains("has no version ffffffffffff; it has"),
        "{refused}"
    );
}

#[test]
fn simulate_walks_a_call_of_that_context_and_draw_with_scripted_keys() {
    let desk = Desk::new(&[("flow", FLOW)]);
    let walk =
        |more: &[&str]| desk.told(&[&["survey", "simulate", "flow", "--keys", "9,4,#"], more].concat());
    let shop = walk(&[
        "--context",
        "queue=shop",
        "--context",
        "segment=gold",
        "--draw",
        "2",
    ]);
    assert!(shop.contains("This call can be asked: nps, value, why"), "{shop}");
    assert!(
        shop.contains("stores value: 4") && shop.contains("Outcome: completed, all_answered"),
        "{shop}"
    );
    assert_eq!(
        shop,
        walk(&[
            "--context",
            "queue=shop",
            "--context",
            "segment=gold",
            "--seed",
            "2"
        ])
    );
    let other = walk(&["--draw", "2"]);
    assert!(
        other.contains("This call can be asked: nps, speed, why"),
        "{other}"
    );
    let call = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let draw = draw_of(call.parse::<CallUid>().unwrap()).to_string();
    assert_eq!(
        walk(&["--draw", call]),
        walk(&["--draw", &draw]),
        "a past call is drawn again by its call_uid"
    );
    let old = desk.told(&["simulate", "flow", "--keys", "3,no,,h"]);
    assert!(old.contains("stores nps: 3") && old.contains("> no"), "{old}");
}

#[test]
fn what_is_misspelt_is_refused_with_a_hint() {
    let desk = Desk::new(&[("flow", FLOW)]);
    for (arguments, words) in [
        (&["survey", "show", "flw"][..], "did you mean `flow`?"),
        (&["survey", "show", "nothing_like_it"], "choose from flow"),
        (
            &["survey", "simulate", "flow", "--context", "queu=a"],
            "did you mean `queue`?",
        ),
        (
            &["survey", "simulate", "flow", "--context", "queue"],
            "not FIELD=VALUE",
        ),
        (
            &["survey", "simulate", "flow", "--context", "talk_time=soon"],
            "not a valid value of `talk_time`",
        ),
        (
            &["survey", "simulate", "flow", "--context", "caller=358"],
            "personal",
        ),
        (
            &["survey", "simulate", "flow", "--draw", "x"],
            "neither a number nor",
        ),
        (&["survey", "diff", "flow"], "storage.path"),
    ] {
        let told = desk.refusal(arguments);
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
    let unknown = FLOW.replace("segment = ", "segmnt = ");
    std::fs::write(desk.path("surveys/flow.toml"), unknown).unwrap();
    let told = desk.refusal(&["survey", "show", "flow"]);
    assert!(
        told.contains("flow.toml:35: a call has no field `segmnt`"),
        "{told}"
    );
}

#[test]
fn reader_that_has_seen_enough_is_no_fault() {
    let desk = Desk::new(&[("flow", FLOW)]);
    for arguments in [&["survey", "show", "flow"][..], &["openapi"]] {
        let mut child = desk
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // As `| head` does when it has its lines.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && errors.is_empty(),
            "{arguments:?}: {errors}"
        );
    }
}
