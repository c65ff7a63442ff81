//! The running program.

use std::fs::File;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use tokio::process::Child;

use super::deployment::Deployment;
use super::rows::{self, Answer, Call};
use super::{PATIENCE, eventually, read_or_empty};

const STDOUT: &str = "stdout.log";
const STDERR: &str = "stderr.log";

/// `aftercall serve`, ready for calls. Killed when dropped; its log is shown when a test fails.
#[derive(Debug)]
pub(crate) struct Server {
    deployment: Option<Deployment>,
    child: Child,
    pub(crate) udp: SocketAddr,
    pub(crate) tcp: SocketAddr,
    pub(crate) http: SocketAddr,
}

/// How a program that was not to start ended.
#[derive(Debug)]
pub(crate) struct Exit {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Deployment {
    /// Starts the service and waits until it says where it listens.
    pub(crate) async fn start(self) -> Server {
        let log = |name| File::create(self.path(name)).unwrap();
        let mut child = self
            .command(&["serve"])
            .stdout(log(STDOUT))
            .stderr(log(STDERR))
            .spawn()
            .unwrap();
        let banner = eventually("the service says where it listens", async || {
            if let Some(status) = child.try_wait().unwrap() {
                let said = read_or_empty(&self.path(STDERR));
                panic!("the service did not start, {status}:\n{said}");
            }
            let said = read_or_empty(&self.path(STDOUT));
            said.contains("  database").then_some(said)
        });
        let banner = banner.await;
        let address = |before: &str| {
            let rest = banner
                .split_once(before)
                .unwrap_or_else(|| panic!("no `{before}` in:\n{banner}"))
                .1;
            let end = rest.find([',', ' ', '\n']).unwrap_or(rest.len());
            rest[..end].parse().unwrap()
        };
        let (udp, tcp, http) = (address("udp "), address("tcp "), address("http://"));
        Server {
            deployment: Some(self),
            child,
            udp,
            tcp,
            http,
        }
    }

    /// Runs a subcommand to its end.
    pub(crate) async fn run(&self, subcommand: &[&str]) -> Exit {
        self.write_configuration();
        self.run_as_it_is(subcommand).await
    }

    /// The same with the configuration as somebody has left it.
    pub(crate) async fn run_as_it_is(&self, subcommand: &[&str]) -> Exit {
        let running = self.command_as_it_is(subcommand).output();
        let output = tokio::time::timeout(PATIENCE, running)
            .await
            .expect("the program ends by itself")
            .unwrap();
        Exit {
            status: output.status,
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Server {
    /// What it was started with.
    pub(crate) fn deployment(&self) -> &Deployment {
        self.deployment.as_ref().expect("taken only when the server ends")
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id().expect("runs until waited for")
    }

    /// Asks it to stop, as an init system does.
    pub(crate) async fn ask_to_stop(&self) {
        self.signal("-TERM").await;
    }

    /// Sends it a signal.
    pub(crate) async fn signal(&self, signal: &str) {
        let pid = self.pid().to_string();
        let asked = tokio::process::Command::new("kill")
            .args([signal, &pid])
            .status()
            .await
            .unwrap();
        assert!(asked.success());
    }

    /// Waits for its end.
    pub(crate) async fn ended(mut self) -> (ExitStatus, Deployment) {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status = ended.expect("the service ends when it is asked to").unwrap();
        (status, self.deployment.take().expect("taken only here"))
    }

    /// Asks it to stop and waits for its end, which must be a good one.
    pub(crate) async fn stop(self) -> Deployment {
        self.ask_to_stop().await;
        let (status, deployment) = self.ended().await;
        assert!(
            status.success(),
            "a stop that was asked for is no failure: {status}"
        );
        deployment
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) -> Deployment {
        self.child.start_kill().unwrap();
        let (status, deployment) = self.ended().await;
        assert_eq!(status.signal(), Some(9), "it lived until it was killed");
        deployment
    }

    /// Every call, in the order of arrival.
    pub(crate) async fn calls(&self) -> Vec<Call> {
        rows::calls(&self.deployment().database()).await
    }

    /// The answers of a call, in the order given.
    pub(crate) async fn answers(&self, call: &Call) -> Vec<Answer> {
        rows::answers(&self.deployment().database(), call).await
    }

    /// Waits until `count` calls have arrived and every one has ended.
    pub(crate) async fn ended_calls(&self, count: usize) -> Vec<Call> {
        eventually(&format!("{count} calls have ended"), async || {
            let calls = self.calls().await;
            assert!(
                calls.len() <= count,
                "{count} calls are {} rows: {calls:?}",
                calls.len()
            );
            (calls.len() == count && calls.iter().all(|call| call.disposition.is_some())).then_some(calls)
        })
        .await
    }

    /// The one call, when it has ended, and its answers.
    pub(crate) async fn only_call(&self) -> (Call, Vec<Answer>) {
        let call = self.ended_calls(1).await.remove(0);
        let answers = self.answers(&call).await;
        (call, answers)
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        read_or_empty(&self.deployment().path(STDERR))
    }

    fn show_log(&self) {
        if let Some(deployment) = &self.deployment {
            println!(
                "---- the service said\n{}",
                read_or_empty(&deployment.path(STDOUT))
            );
            println!("{}----", read_or_empty(&deployment.path(STDERR)));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.show_log();
        }
    }
}
