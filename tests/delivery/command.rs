//! The program itself: the service that delivers, and the commands beside it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::receiver::{Receiver, Reply};
use crate::smtp::{Mode, Smtp};
use crate::soon;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";

/// A configuration in a directory of its own.
struct Installation {
    directory: TempDir,
}

/// What a command said.
#[derive(Debug)]
struct Exit {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

/// The service; killed with the test.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Installation {
    fn new(deliveries: &str) -> Self {
        let installation = Self {
            directory: tempfile::tempdir().unwrap(),
        };
        installation.secret("webhook.secret", SECRET);
        fs::create_dir(installation.path("share")).unwrap();
        installation.configure(deliveries);
        installation
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    fn secret(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn configure(&self, deliveries: &str) {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR"));
        let text = format!(
            "[sip]\nlisten = \"127.0.0.1:0\"\n[http]\nlisten = \"127.0.0.1:0\"\n[media]\nports = \"9000-9019\"\nrealtime = false\n\
             [prompts]\ndirectory = \"{0}/prompts\"\n[surveys]\ndirectory = \"{0}/config/surveys\"\n{deliveries}",
            repository.display()
        );
        fs::write(self.path("aftercall.toml"), text).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_aftercall"));
        command
            .arg("--config")
            .arg(self.path("aftercall.toml"))
            .args(arguments)
            .current_dir(self.directory.path());
        command
    }

    fn run(&self, arguments: &[&str]) -> Exit {
        let output = self.command(arguments).output().unwrap();
        Exit {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Starts the service, and waits until it says that it runs.
    async fn serve(&self) -> Service {
        let log = fs::File::options()
            .create(true)
            .append(true)
            .open(self.path("log"));
        let said = fs::File::create(self.path("said")).unwrap();
        let mut command = self.command(&["serve"]);
        let child = command.stdout(said).stderr(log.unwrap()).spawn().unwrap();
        let service = Service(child);
        eventually("the service runs", || {
            let said = fs::read_to_string(self.path("said")).unwrap();
            said.contains("try it").then_some(())
        })
        .await;
        service
    }

    fn list(&self) -> Value {
        let list = self.run(&["deliver", "--list", "--json"]);
        assert_eq!(list.code, Some(0), "{list:?}");
        serde_json::from_str(&list.stdout).unwrap()
    }
}

/// Asks again and again until there is an answer.
async fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(found) = ask() {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    soon(what, asking).await
}

fn mail_section(smtp: &Smtp, directory: &Path) -> String {
    let server = smtp.server();
    fs::write(directory.join("ca.pem"), smtp.authority_pem()).unwrap();
    format!(
        "[mail]\nserver = \"localhost\"\nport = {}\nfrom = \"Aftercall <reports@example.com>\"\nca_file = \"ca.pem\"\n",
        server.port
    )
}

const DAILY: &str = "[[delivery]]\nname = \"daily\"\nevery = \"daily\"\nformats = [\"json\"]\n";

#[tokio::test(flavor = "multi_thread")]
async fn report_by_hand_reaches_mail_folder_and_webhook_and_a_killed_service_sends_the_same_mail_again() {
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    let receiver = Receiver::start(Reply::status("200 OK"));
    let installation = Installation::new("");
    let rules = format!(
        "{}{DAILY}to = [\"team@example.com\"]\nfolder = \"share\"\nwebhook = \"{}\"\nsecret_file = \"webhook.secret\"\nallow_private = true\n",
        mail_section(&smtp, installation.directory.path()),
        receiver.url()
    );
    installation.configure(&rules);
    let check = installation.run(&["check"]);
    assert!(
        check.code == Some(0) && !check.stdout.contains("delivery[0].folder"),
        "{check:?}"
    );
    installation.configure(&rules.replace("\"share\"", "\"not-mounted\""));
    let check = installation.run(&["check"]);
    assert!(
        check.code == Some(0) && check.stdout.contains("delivery[0].folder: "),
        "{check:?}"
    );
    installation.configure(&rules);
    let service = installation.serve().await;
    let sent = installation.run(&["deliver", "--now", "daily"]);
    assert_eq!(sent.code, Some(0), "{sent:?}\n{}", log(&installation));
    assert_eq!(sent.stderr.matches("delivered").count(), 4, "{sent:?}");
    assert_eq!((smtp.mails().len(), receiver.received().len()), (1, 1));
    let file = fs::read_dir(installation.path("share"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let name = file.file_name().into_string().unwrap();
    assert!(
        name.starts_with("aftercall-report-20") && name.ends_with("-daily.json"),
        "{name}"
    );
    assert_eq!(smtp.mails()[0].part(2), fs::read(file.path()).unwrap());
    // The server keeps the second mail, and the service is killed before it hears of that.
    smtp.behave(json!({ "stall": "accepted" }));
    let queueing = installation
        .command(&["deliver", "--now", "daily"])
        .stderr(Stdio::null())
        .spawn();
    let mut queueing = queueing.unwrap();
    eventually("the server has the mail", || {
        (smtp.mails().len() == 2).then_some(())
    })
    .await;
    drop(service);
    smtp.behave(json!({}));
    let _service = installation.serve().await;
    eventually("the mail comes again", || (smtp.mails().len() == 3).then_some(())).await;
    let status = queueing.wait().unwrap();
    assert!(status.success(), "the command has waited for it");
    let ids: Vec<String> = smtp
        .mails()
        .iter()
        .map(|mail| mail.header("Message-ID"))
        .collect();
    assert_eq!(ids[1], ids[2]);
    assert_ne!(ids[0], ids[1], "another delivery");
    assert!(!log(&installation).contains("MfKQ"), "no secret is logged");
}

fn log(installation: &Installation) -> String {
    fs::read_to_string(installation.path("log")).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letter_is_listed_tried_again_and_dropped() {
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    let installation = Installation::new("");
    let rules = format!(
        "{}{DAILY}to = [\"team@example.com\"]\n",
        mail_section(&smtp, installation.directory.path())
    );
    installation.configure(&rules);
    let none = installation.list();
    assert_eq!(
        (&none["dead"], &none["due"][0]["name"]),
        (&json!([]), &json!("daily"))
    );
    smtp.behave(json!({ "rcpt": { "team@example.com": "550 5.1.1 no such user" } }));
    let _service = installation.serve().await;
    let refused = installation.run(&["deliver", "--now", "daily"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused
            .stderr
            .contains("refused (team@example.com): RCPT TO: permanent error (550)"),
        "{refused:?}"
    );
    let list = installation.list();
    let dead = &list["dead"][0];
    assert_eq!((&dead["channel"], &dead["attempts"]), (&json!("mail"), &json!(1)));
    for field in dead.as_object().unwrap().keys() {
        let document = include_str!("../../docs/delivery.md");
        assert!(
            document.contains(&format!("`{field}`")),
            "docs/delivery.md does not explain `{field}`"
        );
    }
    let id = dead["id"].to_string();
    let lines = installation.run(&["deliver", "--list"]);
    assert!(
        lines.stdout.contains("\nDEAD: 1\n") && lines.stdout.contains("no such user"),
        "{lines:?}"
    );
    smtp.behave(json!({}));
    let retried = installation.run(&["deliver", "--retry", &id]);
    assert_eq!(retried.code, Some(0), "{retried:?}");
    assert_eq!(smtp.mails().len(), 1);
    for order in ["--retry", "--drop"] {
        let sent = installation.run(&["deliver", order, &id]);
        assert!(
            sent.code == Some(1) && sent.stderr.contains("was sent"),
            "{sent:?}"
        );
    }
    smtp.behave(json!({ "mail": "451 later" }));
    let later = installation.run(&["deliver", "--now", "daily"]);
    assert_eq!(later.code, Some(1), "{later:?}");
    assert!(
        later.stderr.contains("not delivered yet") && later.stderr.contains("next attempt at 20"),
        "{later:?}"
    );
    let id = installation.list()["pending"][0]["id"].to_string();
    assert_eq!(installation.run(&["deliver", "--drop", &id]).code, Some(0));
    let skipped = &installation.list()["skipped"][0];
    assert!(
        skipped["last_error"]
            .as_str()
            .unwrap()
            .starts_with("dropped by command"),
        "{skipped}"
    );
    let unknown = installation.run(&["deliver", "--drop", "4711"]);
    assert!(
        unknown.code == Some(1) && unknown.stderr.contains("there is no delivery 4711"),
        "{unknown:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dry_run_shows_the_mail_and_sends_nothing() {
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    let installation = Installation::new("");
    let weekly = "[[delivery]]\nname = \"weekly\"\nevery = \"weekly\"\nformats = [\"json\", \"text\"]\n";
    let rules = format!(
        "{}{weekly}to = [\"Team <team@example.com>\", \"b@example.com\"]\n",
        mail_section(&smtp, installation.directory.path())
    );
    installation.configure(&rules);
    drop(installation.serve().await);
    let shown = installation.run(&[
        "deliver",
        "--dry-run",
        "--show",
        "weekly",
        "--period",
        "2026-01-07",
    ]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    for header in [
        "From: Aftercall <reports@example.com>\r\n",
        "To: Team <team@example.com>\r\n",
        "Auto-Submitted: auto-generated\r\n",
        "Subject: weekly: Survey report: Monday 5 January 2026 to Sunday 11 January\r\n 2026\r\n",
        " filename=\"aftercall-report-2026-01-05_2026-01-11-weekly.json\"\r\n",
    ] {
        assert!(shown.stdout.contains(header), "{header}: {}", shown.stdout);
    }
    assert!(
        shown.stderr.contains("1 other addresses get the same"),
        "{}",
        shown.stderr
    );
    let summary = installation.run(&["deliver", "--dry-run"]);
    assert!(
        summary.stdout.contains("\n  there were no calls\n"),
        "{summary:?}"
    );
    for (arguments, words) in [
        (["--now", "weekl"].as_slice(), "did you mean `weekly`?"),
        (
            ["--now", "weekly", "--period", "2100-01-01"].as_slice(),
            "is not over yet",
        ),
        (
            ["--dry-run", "--period", "yesterday"].as_slice(),
            "write a day, such as 2026-11-16",
        ),
    ] {
        let refused = installation.run(&[&["deliver"][..], arguments].concat());
        assert!(
            refused.code == Some(1) && refused.stderr.contains(words),
            "{arguments:?}: {refused:?}"
        );
    }
    assert_eq!(
        installation.run(&["deliver"]).code,
        Some(2),
        "one thing has to be asked for"
    );
    let queued = installation.run(&["deliver", "--now", "weekly"]);
    assert!(
        queued.code == Some(0) && queued.stderr.contains("no service answers"),
        "{queued:?}"
    );
    assert_eq!(smtp.mails().len(), 0);
    let _service = installation.serve().await;
    eventually("the mails of --now", || (smtp.mails().len() == 2).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_test_says_what_the_server_answered() {
    let Some(smtp) = Smtp::start(Mode::StartTls) else {
        return;
    };
    let installation = Installation::new("");
    let mail = mail_section(&smtp, installation.directory.path());
    installation.configure(&format!(
        "{mail}user = \"reports\"\npassword_file = \"mail.password\"\n"
    ));
    smtp.behave(json!({ "login": ["reports", "s3cret word"] }));
    let missing = installation.run(&["mail", "test", "team@example.com"]);
    assert!(
        missing.code == Some(2) && missing.stderr.contains("there is no such file"),
        "{missing:?}"
    );
    installation.secret("mail.password", "s3cret word\n");
    let sent = installation.run(&["mail", "test", "Team <team@example.com>"]);
    assert_eq!(sent.code, Some(0), "{sent:?}");
    for line in [
        "TLS by STARTTLS",
        "  EHLO       mx.example",
        "  STARTTLS   the certificate is trusted",
        "  AUTH       235 2.7.0 Authentication successful",
        "  RCPT TO    250 OK",
        "  message    250 2.0.0 OK: queued as 1",
        "the server has taken the mail to team@example.com",
    ] {
        assert!(sent.stdout.contains(line), "{line}: {sent:?}");
    }
    assert_eq!(smtp.mails()[0].recipients(), ["team@example.com"]);
    installation.secret("mail.password", "wrong\n");
    let refused = installation.run(&["mail", "test", "team@example.com"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.stderr.contains("not sent: AUTH: ") && refused.stderr.contains("535"),
        "{refused:?}"
    );
    assert!(!format!("{sent:?}{refused:?}").contains("s3cret"));
    let nobody = installation.run(&["mail", "test", "nobody"]);
    assert!(
        nobody.code == Some(1) && nobody.stderr.contains("not a mail address"),
        "{nobody:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn check_and_reload_tell_of_secrets_that_cannot_be_read_and_a_reload_applies_rules() {
    let installation = Installation::new("");
    let service = installation.serve().await;
    let rule = format!("{DAILY}webhook = \"https://example.com/s3cret\"\nsecret_file = \"none\"\n");
    installation.configure(&rule);
    for command in ["check", "reload"] {
        let told = installation.run(&[command]);
        let all = format!("{}{}", told.stdout, told.stderr);
        assert_eq!(told.code, Some(2), "{told:?}");
        assert!(
            all.contains("delivery[0].secret_file: ") && all.contains("there is no such file"),
            "{all}"
        );
    }
    installation.configure(&rule.replace("\"none\"", "\"webhook.secret\""));
    let applied = installation.run(&["reload"]);
    assert_eq!(applied.code, Some(0), "{applied:?}");
    assert!(
        applied.stdout.contains("delivery daily: new, daily"),
        "{applied:?}"
    );
    assert!(!format!("{applied:?}{}", log(&installation)).contains("s3cret"));
    assert_eq!(installation.list()["due"][0]["name"], "daily");
    drop(service);
}
