//! `aftercall check` and the files of a deployment: it tells what the start would, and leaves no trace.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::net::{TcpListener, UdpSocket};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use super::support::deployment::Deployment;
use super::support::tone;

/// Every file and directory below: kind and mode, owner, length, moment of the last change.
fn tree(directory: &Path) -> BTreeMap<String, (u32, u32, u64, i64)> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let about = fs::symlink_metadata(&path).unwrap();
        // The index of a running log is shared memory, which readers may write.
        if !path.to_string_lossy().ends_with("-shm") {
            let changed = about.mtime_nsec() + 1_000_000_000 * about.mtime();
            let of = (about.mode(), about.uid(), about.len(), changed);
            found.insert(path.display().to_string(), of);
        }
        if about.is_dir() {
            found.extend(tree(&path));
        }
    }
    found
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// What the check says, without the path of the deployment.
async fn told(deployment: &Deployment) -> (Option<i32>, String) {
    let exit = deployment.run_as_it_is(&["check"]).await;
    let root = format!("{}/", deployment.path("").display()).replace("//", "/");
    (
        exit.status.code(),
        (exit.stdout + &exit.stderr).replace(&root, ""),
    )
}

#[tokio::test]
async fn check_leaves_no_trace_before_during_and_after_a_service() {
    let deployment = Deployment::quick();
    deployment.write_configuration();
    let root = deployment.path("");
    let before = tree(&root);
    let (status, said) = told(&deployment).await;
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(tree(&root), before, "nothing is made");
    let server = deployment.start().await;
    let during = tree(&root);
    let (status, said) = told(server.deployment()).await;
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("0 errors, 0 warnings"),
        "what the service holds is its own: {said}"
    );
    assert_eq!(tree(&root), during, "nothing is touched");
    server.ask_to_stop().await;
    let (_, deployment) = server.ended().await;
    let after = tree(&root);
    assert_eq!(told(&deployment).await.0, Some(0));
    assert_eq!(tree(&root), after, "nothing is made of a database at rest");
}

#[tokio::test]
async fn database_and_its_directory_are_private_whatever_the_umask_is() {
    for umask in ["000", "027", "077"] {
        let mut deployment = Deployment::quick();
        let database = deployment.path("state/deep/aftercall.db");
        deployment.set_path("storage", "path", &database);
        deployment.set_path("storage", "spool", &deployment.path("state/aftercall.spool"));
        deployment.set_path("privacy", "key_file", &deployment.path("state/key"));
        deployment.umask(umask);
        let server = deployment.start().await;
        let path = |name: &str| server.deployment().path(name);
        for name in ["state", "state/deep"] {
            assert_eq!(mode(&path(name)), 0o750, "{name}, umask {umask}");
        }
        for name in [
            "state/deep/aftercall.db",
            "state/deep/aftercall.db-wal",
            "state/deep/aftercall.db-shm",
        ] {
            assert_eq!(mode(&path(name)), 0o640, "{name}, umask {umask}");
        }
        for name in ["state/aftercall.spool", "state/key", "var/aftercall.sock"] {
            assert_eq!(mode(&path(name)) & 0o077, 0, "{name}, umask {umask}");
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn database_of_an_earlier_version_is_closed_once_and_what_an_operator_opens_stays_and_is_told() {
    let deployment = Deployment::quick();
    let server = deployment.start().await;
    server.ask_to_stop().await;
    let (_, deployment) = server.ended().await;
    let database = deployment.database();
    // As an earlier version left it.
    let pool = sqlx::SqlitePool::connect(&format!("sqlite:{}", database.display()))
        .await
        .unwrap();
    sqlx::query("PRAGMA user_version = 0")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    let open = || fs::set_permissions(&database, Permissions::from_mode(0o644)).unwrap();
    open();
    let (status, said) = told(&deployment).await;
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("warning: storage.path: every user of this machine may use aftercall.db. Fix: chmod o= aftercall.db"),
        "{said}"
    );
    assert_eq!(mode(&database), 0o644, "the check changes nothing");
    let server = deployment.start().await;
    assert_eq!(mode(&database), 0o640);
    assert!(server.log().contains("closed to other users"), "{}", server.log());
    server.ask_to_stop().await;
    let (_, deployment) = server.ended().await;
    open();
    let server = deployment.start().await;
    assert_eq!(
        mode(&database),
        0o644,
        "an operator who opens it again has meant it"
    );
    assert!(
        server
            .log()
            .contains("every user of this machine may use the database"),
        "{}",
        server.log()
    );
    server.stop().await;
}

#[tokio::test]
async fn what_the_start_would_refuse_is_told_with_its_line() {
    let mut deployment = Deployment::quick();
    deployment.write("file", "");
    fs::create_dir(deployment.path("directory")).unwrap();
    deployment.write("short.key", "abc");
    let (udp, tcp) = (
        UdpSocket::bind("127.0.0.1:0").unwrap(),
        TcpListener::bind("127.0.0.1:0").unwrap(),
    );
    let udp = udp.local_addr().map(|address| (udp, address)).unwrap();
    let taken = tcp.local_addr().unwrap();
    deployment.set(
        "sip",
        "listen",
        &format!("[\"udp:{}\", \"192.0.2.1:5060\"]", udp.1),
    );
    deployment.set("http", "listen", &format!("\"{taken}\""));
    deployment.set("storage", "path", "\"file/below/a.db\"");
    deployment.set("storage", "spool", "\"directory\"");
    deployment.set("privacy", "key_file", "\"short.key\"");
    deployment.set("control", "socket", "\"file\"");
    deployment.write_configuration();
    let (status, said) = told(&deployment).await;
    assert_eq!(status, Some(2), "{said}");
    let text = fs::read_to_string(deployment.path("aftercall.toml")).unwrap();
    let line = |key: &str| 1 + text.lines().position(|line| line.starts_with(key)).unwrap();
    for (key, words) in [
        (
            "listen = \"127",
            format!("warning: http.listen: cannot listen for HTTP on {taken}: the port is in use"),
        ),
        (
            "listen = [",
            format!(
                "warning: sip.listen: cannot listen for SIP on udp {}: the port is in use",
                udp.1
            ),
        ),
        (
            "listen = [",
            "sip.listen: cannot listen for SIP on tcp 192.0.2.1:5060".to_owned(),
        ),
        (
            "path = ",
            "storage.path: file is not a directory, and file/below/a.db would be in it".to_owned(),
        ),
        (
            "spool = ",
            "storage.spool: directory is a directory, and a file is wanted".to_owned(),
        ),
        (
            "key_file = ",
            "privacy.key_file: short.key: is not a key of 32 bytes".to_owned(),
        ),
        ("socket = ", "control.socket: file is not a socket".to_owned()),
    ] {
        let expected = format!("aftercall.toml:{}: {words}", line(key));
        assert!(said.contains(&expected), "{expected}\n{said}");
    }
    let lines: Vec<usize> = said
        .lines()
        .filter_map(|told| {
            told.strip_prefix("aftercall.toml:")?
                .split(':')
                .next()?
                .parse()
                .ok()
        })
        .collect();
    assert!(
        lines.is_sorted() && lines.len() >= 8,
        "in the order of the file: {said}"
    );
}

#[tokio::test]
async fn file_that_is_no_configuration_is_told_as_what_it_is_and_nothing_else() {
    let deployment = Deployment::quick();
    let (path, root) = (deployment.path("aftercall.toml"), deployment.path(""));
    let cases: [(&[u8], &str); 7] = [
        (
            b"[sip]\nlisten = \"k\xE4se\"\n",
            ":2: the byte 0xE4 is not UTF-8.",
        ),
        (b"[sip]\n\0", ":2: here is a byte of value 0"),
        (
            b"[sip\nlisten = 1\n",
            ":1: not TOML: the bracket of the section is not closed.",
        ),
        (
            b"[sip]\nlisten = nowhere\n",
            ":2: not TOML: a text stands here without quotes",
        ),
        (
            b"[sip]\nmax_dialogs = 1\n\n[sip]\n",
            ":4: `sip` is written twice; the first is in line 1.",
        ),
        (b"\xFF\xFE[\0s\0", ": is UTF-16"),
        (
            b"[sip]\nmax_dialogs = 99999999999999999999\n",
            ":2: the number 99999999999999999999 is too large.",
        ),
    ];
    for (bytes, words) in cases {
        fs::write(&path, bytes).unwrap();
        let before = tree(&root);
        let (status, said) = told(&deployment).await;
        assert_eq!(status, Some(2), "{said}");
        assert!(
            said.contains(&format!("aftercall.toml{words}")),
            "{words}: {said}"
        );
        assert!(
            said.contains("1 error, 0 warnings"),
            "nothing that only follows from it: {said}"
        );
        assert_eq!(tree(&root), before);
    }
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let (_, said) = told(&deployment).await;
    assert!(
        said.contains("aftercall.toml: is a directory, and a file is wanted"),
        "{said}"
    );
}

#[tokio::test]
async fn database_that_the_working_directory_holds_is_not_left_behind_unnoticed() {
    let mut deployment = Deployment::quick();
    deployment.write("etc/x", "");
    deployment.write("var/answers.db", "");
    deployment.set("storage", "path", "\"var/answers.db\"");
    deployment.write_configuration();
    fs::rename(
        deployment.path("aftercall.toml"),
        deployment.path("etc/aftercall.toml"),
    )
    .unwrap();
    deployment.use_configuration("etc/aftercall.toml");
    for command in [
        &["check"][..],
        &["serve"],
        &["report"],
        &["sampling", "explain", "--number", "nps"],
    ] {
        let exit = deployment.run_as_it_is(command).await;
        let said = exit.stdout + &exit.stderr;
        assert_eq!(exit.status.code(), Some(2), "{command:?}: {said}");
        let line = format!(
            "write in [storage] path = \"{}\", or move it",
            deployment.path("var/answers.db").display()
        );
        assert!(
            said.contains("storage.path: ") && said.contains(&line),
            "{command:?}: {said}"
        );
    }
    assert!(!deployment.path("etc/var").exists(), "no new database is begun");
    // With a database of its own it is an installation that runs, and the folder is another one's.
    deployment.write("etc/var/answers.db", "");
    let exit = deployment.run_as_it_is(&["check"]).await;
    let said = exit.stdout + &exit.stderr;
    assert!(!said.contains("or move it"), "{said}");
}

#[tokio::test]
async fn reload_by_the_name_of_another_file_is_refused_and_told_which_one_is_read() {
    let server = Deployment::quick().start().await;
    let deployment = server.deployment();
    let text = fs::read_to_string(deployment.path("aftercall.toml")).unwrap();
    deployment.write("copy.toml", &text);
    let socket = deployment.path("var/aftercall.sock").display().to_string();
    let reload = async |arguments: &[&str]| {
        let mut command = deployment.plain_command();
        let output = command.args(arguments).output().await.unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    for name in ["nope.toml", "copy.toml"] {
        let (status, said) = reload(&["--config", name, "reload", "--socket", &socket]).await;
        assert_eq!(status, Some(2), "{said}");
        let words = format!(
            "reads {} and not {name}; nothing was reloaded",
            deployment.path("aftercall.toml").display()
        );
        assert!(said.contains(&words), "{said}");
    }
    let (status, said) = reload(&["--config", "copy.toml", "reload"]).await;
    assert_eq!(status, Some(2), "{said}");
    let (status, said) = reload(&["--config", "./aftercall.toml", "reload"]).await;
    assert_eq!(status, Some(0), "the same file by another name: {said}");
    let (status, said) = reload(&["reload", "--socket", &socket]).await;
    assert_eq!(status, Some(0), "no file is named: {said}");
    server.stop().await;
}

#[tokio::test]
async fn prompts_of_templates_are_measured_and_a_welcome_that_is_too_long_is_warned_of() {
    let mut deployment = Deployment::quick();
    let takes = deployment.path("takes");
    tone::write_prompts(&takes, 13_000);
    fs::copy(takes.join("welcome.wav"), deployment.path("prompts/en/long.wav")).unwrap();
    deployment.set_path("surveys", "templates", &deployment.path("templates"));
    let template = |welcome: &str| {
        format!(
            "goal = \"Test\"\n[prompts]\nwelcome = \"{welcome}\"\n[[question]]\nmetric = \"nps\"\ntext = \"One?\"\n"
        )
    };
    deployment.write("templates/long.toml", &template("long"));
    deployment.write("templates/short.toml", &template("welcome"));
    let said = deployment.run(&["check"]).await.stdout;
    assert!(
        said.contains("1 route, 1 survey, 2 templates, prompts in en"),
        "{said}"
    );
    let warned: Vec<&str> = said.lines().filter(|line| line.contains("templates/")).collect();
    assert!(
        warned.len() == 1
            && warned[0].contains("long.toml")
            && warned[0].contains("warning")
            && warned[0].contains("can answer first after"),
        "{said}"
    );
}

#[tokio::test]
async fn check_of_a_configuration_without_prompts_says_so() {
    let deployment = Deployment::quick();
    fs::remove_dir_all(deployment.path("prompts/en")).unwrap();
    let said = deployment.run(&["check"]).await.stdout;
    assert!(
        said.contains(", no prompts\n") && !said.contains("prompts in \n"),
        "{said}"
    );
}

#[tokio::test]
async fn nobody_is_told_to_close_a_directory_that_is_not_the_service_s_own() {
    for (section, key, status, reason) in [
        ("storage", "path", 2, "/tmp is a directory, and a file is wanted"),
        (
            "recordings",
            "directory",
            0,
            "every user of this machine may use /tmp",
        ),
    ] {
        let mut deployment = Deployment::quick();
        deployment.set_path(section, key, Path::new("/tmp"));
        deployment.write_configuration();
        let (code, said) = told(&deployment).await;
        assert_eq!(code, Some(status), "{said}");
        assert!(said.contains(reason), "{said}");
        assert!(!said.contains("chmod"), "the mode of /tmp is everybody's: {said}");
    }
}

#[tokio::test]
async fn survey_file_whose_name_ends_in_capitals_is_told() {
    let deployment = Deployment::quick();
    deployment.write("surveys/other.TOML", "[[question]]\nmetric = \"nps\"\n");
    deployment.write_configuration();
    let (status, said) = told(&deployment).await;
    assert_eq!(status, Some(0), "{said}");
    assert!(
        said.contains("surveys/other.TOML: warning: is not read") && said.contains("surveys/other.toml"),
        "{said}"
    );
}
