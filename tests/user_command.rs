//! `aftercall user` as an administrator uses it: passwords that are printed once, lists for programs, and what is refused.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop at the first surprise"
)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// A configuration with an empty database.
struct Administrator(tempfile::TempDir);

impl Administrator {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let settings = "[storage]\npath = \"aftercall.db\"\n[control]\nsocket = \"\"\n";
        std::fs::write(directory.path().join("aftercall.toml"), settings).unwrap();
        let database = directory.path().join("aftercall.db");
        tokio::runtime::Runtime::new().unwrap().block_on(make(&database));
        Self(directory)
    }

    fn run(&self, line: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_aftercall"))
            .arg("--config")
            .arg(self.0.path().join("aftercall.toml"))
            .arg("user")
            .args(line.split_whitespace())
            .output()
            .unwrap()
    }

    /// Standard output of a command that goes well.
    fn ok(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(output.status.success(), "{line}: {}", told(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Standard error of one that does not.
    fn refused(&self, line: &str) -> String {
        let output = self.run(line);
        assert!(!output.status.success(), "{line}");
        assert!(output.stdout.is_empty(), "{line}: no password is printed");
        told(&output)
    }

    fn users(&self) -> Vec<Value> {
        let list: Value = serde_json::from_str(&self.ok("list --json")).unwrap();
        list["users"].as_array().unwrap().clone()
    }
}

async fn make(database: &Path) {
    use aftercall_storage::Store;
    let store = aftercall_storage::open(database, aftercall_storage::Access::Serve).await;
    store.unwrap().close().await;
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn user_is_added_changed_and_listed_without_secrets() {
    let office = Administrator::new();
    let password = office.ok("add boss --role admin");
    assert_eq!(password.trim().len(), 19, "the password alone: {password}");
    let added: Value =
        serde_json::from_str(&office.ok("add Anna --role team-leader --team red --team blue --json"))
            .unwrap();
    assert_eq!(added["name"], "anna");
    office.ok("add ben --role agent --agent 4711");
    office.ok("add proxied --role analyst --by-proxy");
    let again = office.ok("reset anna");
    assert_ne!(again.trim(), added["password"].as_str().unwrap());
    office.ok("role anna --role supervisor");
    office.ok("disable ben");
    let users = office.users();
    let of = |name: &str| users.iter().find(|user| user["name"] == name).unwrap();
    assert_eq!(of("anna")["role"], "supervisor");
    assert_eq!(
        of("anna")["teams"],
        serde_json::json!([]),
        "they belonged to the role before"
    );
    assert_eq!(
        (&of("ben")["agent"], &of("ben")["disabled"]),
        (&"4711".into(), &true.into())
    );
    assert_eq!(
        (
            &of("proxied")["has_password"],
            &of("proxied")["must_change_password"]
        ),
        (&false.into(), &false.into())
    );
    let shown = format!("{}{}", office.ok("list"), office.ok("list --json"));
    assert!(shown.contains("disabled") && shown.contains("has not chosen a password"));
    assert!(
        !shown.contains("argon2") && !shown.contains(again.trim()),
        "{shown}"
    );
    office.ok("enable ben");
    assert!(office.users().iter().all(|user| user["disabled"] == false));
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let office = Administrator::new();
    office.ok("add boss --role admin");
    for (line, words) in [
        ("add boss --role analyst", "there is a user of this name already"),
        ("add anna --role chief", "choose from admin"),
        ("add an/na --role admin", "not the name of a user"),
        ("add anna --role team-leader", "needs a team"),
        ("add anna --role agent", "an agent needs"),
        (
            "add anna --role analyst --team red",
            "only a team leader has teams",
        ),
        ("reset nobody", "`aftercall user list` shows them"),
        ("disable boss", "no admin who may sign in would be left"),
        (
            "role boss --role analyst",
            "no admin who may sign in would be left",
        ),
    ] {
        let told = office.refused(line);
        assert!(told.contains(words), "{line}: {told}");
    }
    assert_eq!(office.users().len(), 1);
}
