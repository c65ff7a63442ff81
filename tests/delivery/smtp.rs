//! The SMTP server of the tests: aiosmtpd, in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use tempfile::TempDir;

use crate::certificates::Certificates;
use aftercall::delivery::mail::{MailLimits, MailServer, Security};
use aftercall::delivery::tls::Trust;

const SKIP: &str = "AFTERCALL_SKIP_AIOSMTPD";

/// How the connection is protected.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Plain,
    StartTls,
    Tls,
}

/// A server, and where it keeps mails.
pub(crate) struct Smtp {
    directory: TempDir,
    process: Child,
    mode: Mode,
    port: u16,
    certificates: Option<Certificates>,
}

/// A Python that has aiosmtpd: the one that scripts/test made, or that of the system.
fn python() -> Option<PathBuf> {
    if std::env::var_os(SKIP).is_some() {
        println!("SKIPPED: {SKIP} is set");
        return None;
    }
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/smtp/bin/python");
    let found = [own, PathBuf::from("/usr/bin/python3"), PathBuf::from("python3")]
        .into_iter()
        .find(|python| {
            let done = Command::new(python)
                .args(["-c", "import aiosmtpd"])
                .stderr(Stdio::null())
                .status();
            done.is_ok_and(|status| status.success())
        });
    if found.is_none() {
        println!("SKIPPED: aiosmtpd is not installed (scripts/test installs it)");
    }
    found
}

impl Smtp {
    /// Starts one whose certificate is for `localhost`; `None`, which is told, where aiosmtpd is not installed.
    pub(crate) fn start(mode: Mode) -> Option<Self> {
        Self::start_as(mode, "DNS:localhost")
    }

    pub(crate) fn start_as(mode: Mode, names: &str) -> Option<Self> {
        let python = python()?;
        let directory = tempfile::tempdir().unwrap();
        let certificates =
            (mode != Mode::Plain).then(|| Certificates::new(&directory.path().join("certificates"), names));
        let (process, port) = spawn(&python, directory.path(), 0, mode, certificates.as_ref());
        Some(Self {
            directory,
            process,
            mode,
            port,
            certificates,
        })
    }

    /// What the client needs to know of it.
    pub(crate) fn server(&self) -> MailServer {
        let trust = || {
            let pem = self.certificates.as_ref().map(Certificates::authority_pem);
            Trust::new(pem.as_deref()).unwrap()
        };
        MailServer {
            host: "localhost".to_owned(),
            port: self.port,
            security: match self.mode {
                Mode::Plain => Security::Plain,
                Mode::StartTls => Security::StartTls(trust()),
                Mode::Tls => Security::Tls(trust()),
            },
            login: None,
            from: "Aftercall \u{f6} <reports@example.com>".parse().unwrap(),
            hello: "aftercall.example".to_owned(),
            limits: MailLimits {
                step: Duration::from_secs(20),
                content: Duration::from_secs(20),
            },
        }
    }

    /// The certificate of its authority, PEM.
    pub(crate) fn authority_pem(&self) -> Vec<u8> {
        self.certificates
            .as_ref()
            .map(Certificates::authority_pem)
            .unwrap_or_default()
    }

    /// Makes it behave otherwise from the next command on.
    pub(crate) fn behave(&self, how: Value) {
        let path = self.directory.path().join("behaviour.json");
        let new = self.directory.path().join("behaviour.new");
        fs::write(&new, how.to_string()).unwrap();
        fs::rename(new, path).unwrap();
    }

    /// Ends it as if its machine had lost power.
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it again, on the same port.
    pub(crate) fn start_again(&mut self) {
        let python = python().unwrap();
        let (process, _) = spawn(
            &python,
            self.directory.path(),
            self.port,
            self.mode,
            self.certificates.as_ref(),
        );
        self.process = process;
    }

    /// The mails that it has taken, in their order.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        (1..)
            .map(|number| self.directory.path().join(format!("mail-{number}.json")))
            .map_while(|path| fs::read_to_string(path).ok())
            .map(|text| Mail(serde_json::from_str(&text).unwrap()))
            .collect()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn spawn(
    python: &Path,
    directory: &Path,
    port: u16,
    mode: Mode,
    certificates: Option<&Certificates>,
) -> (Child, u16) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/delivery/smtp_server.py");
    let mode = match mode {
        Mode::Plain => "plain",
        Mode::StartTls => "starttls",
        Mode::Tls => "tls",
    };
    let mut command = Command::new(python);
    command.arg(script).arg(directory).arg(port.to_string()).arg(mode);
    if let Some(Certificates { certificate, key, .. }) = certificates {
        command.arg(certificate).arg(key);
    }
    let log = fs::File::create(directory.join("log")).unwrap();
    let mut process = command.stdout(Stdio::piped()).stderr(log).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(process.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let port = line.trim().parse().unwrap_or_else(|_| {
        let log = fs::read_to_string(directory.join("log")).unwrap_or_default();
        panic!("the SMTP server did not start: {log}")
    });
    (process, port)
}

/// A mail as the server has received it.
#[derive(Debug)]
pub(crate) struct Mail(pub(crate) Value);

impl Mail {
    /// The one value of a header.
    pub(crate) fn header(&self, name: &str) -> String {
        let headers = self.0["headers"].as_array().unwrap();
        let of_name = |header: &&Value| header[0].as_str().unwrap().eq_ignore_ascii_case(name);
        let found: Vec<&Value> = headers.iter().filter(of_name).collect();
        assert_eq!(found.len(), 1, "{name}: {headers:?}");
        found[0][1].as_str().unwrap().to_owned()
    }

    /// To whom it came.
    pub(crate) fn recipients(&self) -> Vec<String> {
        let recipients = self.0["to"].as_array().unwrap();
        recipients
            .iter()
            .map(|to| to.as_str().unwrap().to_owned())
            .collect()
    }

    /// The decoded bytes of a part.
    pub(crate) fn part(&self, place: usize) -> Vec<u8> {
        let encoded = self.0["parts"][place]["base64"].as_str().unwrap();
        BASE64_STANDARD.decode(encoded).unwrap()
    }
}
