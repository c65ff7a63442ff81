//! Kamailio with the example's own configuration, on a port of its own.

use std::fmt::Write;
use std::fs::File;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use tokio::net::UdpSocket;

use super::ports::ports;
use super::{eventually, is_skipped, read_or_empty, repository};

/// Set by `scripts/test` when Kamailio can be neither found nor installed.
const SKIP: &str = "AFTERCALL_SKIP_KAMAILIO";

/// Whether tests with Kamailio are switched off, or it is not installed, which is told.
pub(crate) fn skipped() -> bool {
    let asked = Command::new("kamailio").arg("-v").output();
    let missing = asked.is_err_and(|error| error.kind() == ErrorKind::NotFound);
    if missing {
        println!("SKIPPED: kamailio is not installed");
    }
    missing || is_skipped(SKIP)
}

/// How a Kamailio differs from the example.
#[derive(Debug)]
pub(crate) struct Setup<'a> {
    /// Its nodes, in place of `dispatcher.list`.
    pub(crate) nodes: &'a [SocketAddr],
    /// Who may call, in place of `address.list`.
    pub(crate) pbx: &'a str,
    /// How often nodes are asked whether they take calls.
    pub(crate) ping_seconds: u32,
}

/// A running Kamailio. Ends with all its processes when dropped; its log is shown when a test fails.
#[derive(Debug)]
pub(crate) struct Kamailio {
    directory: TempDir,
    child: Child,
    pub(crate) udp: SocketAddr,
}

impl Kamailio {
    /// Starts it and waits until it answers OPTIONS, whatever it answers.
    pub(crate) async fn start(setup: &Setup<'_>) -> Self {
        let directory = tempfile::Builder::new()
            .prefix("aftercall-kamailio-")
            .tempdir()
            .unwrap();
        let write = |name: &str, text: &str| {
            let file = directory.path().join(name);
            std::fs::write(&file, text).unwrap();
            file
        };
        let mut nodes = String::new();
        for node in setup.nodes {
            writeln!(nodes, "1 sip:{node} 0 0").unwrap();
        }
        let nodes = write("dispatcher.list", &nodes);
        let pbxs = write("address.list", &format!("1 {} 32 0 pbx\n", setup.pbx));
        let udp = SocketAddr::from(([127, 0, 0, 1], ports()));
        let log = File::create(directory.path().join("log")).unwrap();
        let quoted = |name: &str, file: PathBuf| format!("{name}=\"{}\"", file.display());
        let child = Command::new("kamailio")
            .args(["-DD", "-E", "-m", "32", "-M", "4", "-f"])
            .arg(repository().join("examples/kamailio/kamailio.cfg"))
            .args(["-A", &format!("LISTEN=udp:{udp}")])
            .args(["-A", &quoted("NODES", nodes), "-A", &quoted("PBXS", pbxs)])
            .args(["-A", &format!("PING_SECONDS={}", setup.ping_seconds)])
            .arg("-P")
            .arg(directory.path().join("pid"))
            .arg("-Y")
            .arg(directory.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|error| {
                panic!("cannot run kamailio (package kamailio; or set {SKIP}=1): {error}")
            });
        let mut started = Self {
            directory,
            child,
            udp,
        };
        started.answers().await;
        started
    }

    /// Waits until OPTIONS from here have an answer.
    async fn answers(&mut self) {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let here = socket.local_addr().unwrap();
        let options = format!(
            "OPTIONS sip:{udp} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{here}\r\nMax-Forwards: 70\r\n\
             From: <sip:test@{here}>;tag=1\r\nTo: <sip:{udp}>\r\nCall-ID: {here}\r\nCSeq: 1 OPTIONS\r\n\
             Content-Length: 0\r\n\r\n",
            udp = self.udp
        );
        let (child, udp) = (&mut self.child, self.udp);
        eventually("Kamailio answers", async || {
            assert!(child.try_wait().unwrap().is_none(), "Kamailio does not start");
            let mut answer = [0; 2_000];
            socket.send_to(options.as_bytes(), udp).await.ok()?;
            let answered = tokio::time::timeout(super::POLL, socket.recv(&mut answer));
            answered.await.ok()?.ok()
        })
        .await;
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        read_or_empty(&self.directory.path().join("log"))
    }
}

impl Drop for Kamailio {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("---- Kamailio said\n{}\n----", self.log());
        }
        // It takes its worker processes with it only when it is asked to end.
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        if asked.is_ok_and(|status| status.success()) {
            let _ = self.child.wait();
        }
    }
}
